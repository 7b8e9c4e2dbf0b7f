"""Where invoice files come in over HTTP."""

from pathlib import Path

from aiohttp import hdrs, web

from commissioning.web.describing import describe
from commissioning.web.permissions import register
from invoices.intake.api import SEND_INVOICE, send_invoice
from invoices.intake.pages.columns import columns_page, forget_columns, map_columns
from invoices.intake.pages.sending import progress, send_files, send_page, upload_page
from invoices.policy import may_send_invoices

TEMPLATES = Path(__file__).parents[1] / "templates"
SEND, UPLOAD, COLUMNS = "/invoices/send", "/invoices/send/{upload}", "/invoices/columns/{urn}/{sha256}"


def add_routes(app: web.Application) -> None:
    """Adds the pages and the door for programs."""
    register(app, hdrs.METH_GET, SEND, send_page, may_send_invoices)
    register(app, hdrs.METH_POST, SEND, send_files, may_send_invoices)
    register(app, hdrs.METH_GET, UPLOAD, upload_page, may_send_invoices)
    register(app, hdrs.METH_GET, f"{UPLOAD}/progress", progress, may_send_invoices)
    register(app, hdrs.METH_GET, COLUMNS, columns_page, may_send_invoices)
    register(app, hdrs.METH_POST, COLUMNS, map_columns, may_send_invoices)
    register(app, hdrs.METH_POST, "/invoices/columns/forget", forget_columns, may_send_invoices)
    register(app, hdrs.METH_POST, SEND_INVOICE.path, send_invoice, may_send_invoices)
    describe(app, SEND_INVOICE)
