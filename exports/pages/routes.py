"""The addresses of the first page, the reports and their files, and the folder of their templates."""

from pathlib import Path

from aiohttp import web

from commissioning.charges.pages.listing import HAND_OUT_LIST
from exports.pages.bridge import bridge_page
from exports.pages.compare import compare_page
from exports.pages.exceptions import exceptions_page
from exports.pages.finance import budget_page, close_month, closing_page, pack_file, set_budget
from exports.pages.handed_back import files_page, take_back
from exports.pages.home import home_page
from exports.pages.lists import hand_out_list
from exports.pages.publications import publications_page
from exports.pages.report import report_page
from exports.pages.reports import report_file
from exports.pages.spend import spend_page

TEMPLATES = Path(__file__).parents[1] / "templates"
"""Asked for under the name `exports`."""


def add_routes(app: web.Application) -> None:
    """Adds the pages to an application that holds a reader, a today and a council (asked.py)."""
    app[HAND_OUT_LIST] = hand_out_list
    app.router.add_get("/", home_page)
    app.router.add_get("/spend", spend_page)
    app.router.add_get("/compare", compare_page)
    app.router.add_get("/bridge", bridge_page)
    app.router.add_get("/exceptions", exceptions_page)
    app.router.add_get("/budget", budget_page)
    app.router.add_post("/budget", set_budget)
    app.router.add_get("/closing", closing_page)
    app.router.add_post("/closing", close_month)
    app.router.add_get("/pack.{form:xlsx|pdf}", pack_file)
    app.router.add_get("/files", files_page)
    app.router.add_post("/files", take_back)
    app.router.add_get("/publications", publications_page)
    app.router.add_get("/reports/{name:[a-z]+}", report_page)
    app.router.add_get("/reports/{name}.{form:csv|xlsx|pdf|json}", report_file)
