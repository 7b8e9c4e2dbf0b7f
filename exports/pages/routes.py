"""The addresses of the first page, the reports and their files, and the folder of their templates."""

from pathlib import Path

from aiohttp import hdrs, web

from commissioning.web.permissions import register
from exports.pages.bridge import bridge_page
from exports.pages.compare import compare_page
from exports.pages.exceptions import exceptions_page
from exports.pages.home import home_page
from exports.pages.reports import report_file
from exports.pages.spend import spend_page
from exports.policy import may_see_reports, may_see_what_needs_a_person

TEMPLATES = Path(__file__).parents[1] / "templates"
"""Asked for under the name `exports`."""


def add_routes(app: web.Application) -> None:
    """Adds the pages to an application that holds a reader, a today and a council (asked.py)."""
    register(app, hdrs.METH_GET, "/", home_page, may_see_reports)
    register(app, hdrs.METH_GET, "/spend", spend_page, may_see_reports)
    register(app, hdrs.METH_GET, "/compare", compare_page, may_see_reports)
    register(app, hdrs.METH_GET, "/bridge", bridge_page, may_see_reports)
    register(app, hdrs.METH_GET, "/exceptions", exceptions_page, may_see_what_needs_a_person)
    register(app, hdrs.METH_GET, "/reports/{name}.{form:csv|xlsx|json}", report_file, may_see_reports)
