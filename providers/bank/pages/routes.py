"""The addresses of where schools are paid, and the folder of their templates."""

from pathlib import Path

from aiohttp import hdrs, web

from commissioning.web.permissions import register
from providers.bank.pages.bank_details import bank_details_page, change_bank_details
from providers.bank.policy import may_change_bank_details, may_see_how_bank_details_end

TEMPLATES = Path(__file__).parents[1] / "templates"
"""Asked for under the name `bank`."""


def add_routes(app: web.Application) -> None:
    """Adds the pages to an application that holds a reader and a writer."""
    path = "/schools/{urn}/bank-details"
    register(app, hdrs.METH_GET, path, bank_details_page, may_see_how_bank_details_end)
    register(app, hdrs.METH_POST, path, change_bank_details, may_change_bank_details)
