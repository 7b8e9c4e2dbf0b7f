"""The addresses of the first page, the reports and their files, and the folder of their templates."""

from pathlib import Path

from aiohttp import hdrs, web

from commissioning.charges.pages.agreement_card import BAND_POSITION
from commissioning.charges.pages.listing import HAND_OUT_LIST, PUBLISH_LIST
from commissioning.charges.pages.lists import register_list
from commissioning.finance.policy import may_close_months, may_see_budgets, may_set_budgets
from commissioning.placements.policy import may_open_sealed_fields
from commissioning.price_bands.pages.routes import FORM
from commissioning.price_bands.policy import may_list_price_bands, may_see_price_bands
from commissioning.web.permissions import Public, register
from exports.pages.bridge import bridge_page
from exports.pages.compare import compare_page
from exports.pages.counterfactual import add_routes as add_counterfactual_routes
from exports.pages.exceptions import EXCEPTION_LIST, exceptions_page
from exports.pages.finance import budget_page, close_month, closing_page, pack_file, set_budget
from exports.pages.forecast import forecast_page
from exports.pages.handed_back import files_page, take_back
from exports.pages.home import home_page
from exports.pages.lists import hand_out_list, publish_list
from exports.pages.local_first import local_first_page
from exports.pages.payments import own_statement_file, remittance, remittances, run_file
from exports.pages.placement_agreement import placement_agreement_file
from exports.pages.price_bands import band_position, price_bands_page, take_file
from exports.pages.publications import decide_redaction, open_contracting_file, publications_page
from exports.pages.report import report_page
from exports.pages.reports import report_file
from exports.pages.review_calendar import feed, open_feed, review_calendar_page
from exports.pages.reviews import REVIEW_LIST, reviews_page
from exports.pages.scenarios import add_routes as add_scenario_routes
from exports.pages.spend import spend_page
from exports.pages.uplifts import uplifts_page
from exports.pages.views import add_routes as add_view_routes
from exports.pages.voids import voids_page
from exports.pages.year_groups import year_groups_page
from exports.policy import may_see_reports, may_see_what_needs_a_person
from exports.redactions.policy import may_decide_redactions
from invoices.policy import may_see_an_invoice, may_see_invoices, may_see_own_invoices

TEMPLATES = Path(__file__).parents[1] / "templates"
"""Asked for under the name `exports`."""


def add_routes(app: web.Application) -> None:
    """Adds the pages to an application that holds a reader, a today and a council (asked.py)."""
    app[HAND_OUT_LIST] = hand_out_list
    app[PUBLISH_LIST] = publish_list
    register(app, hdrs.METH_GET, "/", home_page, may_see_reports)
    register(app, hdrs.METH_GET, "/spend", spend_page, may_see_reports)
    register(app, hdrs.METH_GET, "/compare", compare_page, may_see_reports)
    register(app, hdrs.METH_GET, "/bridge", bridge_page, may_see_reports)
    register(app, hdrs.METH_GET, "/voids", voids_page, may_see_reports)
    register(app, hdrs.METH_GET, "/forecast", forecast_page, may_see_reports)
    register(app, hdrs.METH_GET, "/year-groups", year_groups_page, may_see_reports)
    register(app, hdrs.METH_GET, "/uplifts", uplifts_page, may_see_reports)
    register(app, hdrs.METH_GET, "/price-bands", price_bands_page, may_see_price_bands)
    register(app, hdrs.METH_POST, f"{FORM}/file", take_file, may_list_price_bands)
    app[BAND_POSITION] = band_position
    register(app, hdrs.METH_GET, "/compare/local-first", local_first_page, may_see_reports)
    register(app, hdrs.METH_GET, "/reviews/calendar", review_calendar_page, may_see_reports)
    register(app, hdrs.METH_POST, "/reviews/calendar", open_feed, may_see_reports)
    secret_address = Public("the address is the secret, and opens one person's reviews without a child's name")
    register(app, hdrs.METH_GET, "/calendar/{secret:[A-Za-z0-9_-]{20,80}}.ics", feed, secret_address)
    register_list(app, REVIEW_LIST, may_see_reports, reviews_page)
    register_list(app, EXCEPTION_LIST, may_see_what_needs_a_person, exceptions_page)
    register(app, hdrs.METH_GET, "/budget", budget_page, may_see_budgets)
    register(app, hdrs.METH_POST, "/budget", set_budget, may_set_budgets)
    register(app, hdrs.METH_GET, "/closing", closing_page, may_see_budgets)
    register(app, hdrs.METH_POST, "/closing", close_month, may_close_months)
    register(app, hdrs.METH_GET, "/pack.{form:xlsx|pdf}", pack_file, may_see_reports)
    agreement = "/placements/{ref}/agreement.pdf"
    register(app, hdrs.METH_POST, agreement, placement_agreement_file, may_open_sealed_fields)
    register(app, hdrs.METH_GET, "/files", files_page, may_see_reports)
    register(app, hdrs.METH_POST, "/files", take_back, may_see_reports)
    register(app, hdrs.METH_GET, "/publications", publications_page, may_see_reports)
    register(app, hdrs.METH_GET, "/publications/ocds.json", open_contracting_file, may_see_reports)
    register(app, hdrs.METH_POST, "/publications", decide_redaction, may_decide_redactions)
    run = "/invoices/runs/{run:[0-9a-f]{32}}"
    register(app, hdrs.METH_GET, run + "/{file:[a-z]+}.csv", run_file, may_see_invoices)
    register(app, hdrs.METH_GET, run + "/remittance/{urn:[0-9]{1,9}}.pdf", remittance, may_see_an_invoice)
    register(app, hdrs.METH_GET, run + "/remittances.pdf", remittances, may_see_invoices)
    statement = "/your-invoices/statement.{form:pdf|xlsx|csv}"
    register(app, hdrs.METH_GET, statement, own_statement_file, may_see_own_invoices)
    register(app, hdrs.METH_GET, "/reports/{name:[a-z]+}", report_page, may_see_reports)
    register(app, hdrs.METH_GET, "/reports/{name}.{form:csv|xlsx|pdf|json}", report_file, may_see_reports)
    add_counterfactual_routes(app)
    add_view_routes(app)
    add_scenario_routes(app)
