"""The addresses of invoices for the council and for schools, and the folder of their templates."""

from pathlib import Path

from aiohttp import hdrs, web

from commissioning.charges.pages.lists import register_list
from commissioning.web.forms.form import Form
from commissioning.web.forms.pages import add_form
from commissioning.web.forms.receipts import RECORDS, RecordKind
from commissioning.web.language import _
from commissioning.web.permissions import register
from invoices import policy
from invoices.credits.words import EVENT_TITLES as CREDIT_TITLES
from invoices.pages import credit_requests, deeds, downloads, keying, runs, suppliers, vat_queries
from invoices.pages.expected import expected_page, own_expected_page
from invoices.pages.own import own_invoice_page, own_invoices_page
from invoices.pages.payments import own_payments_page, own_statement_page
from invoices.pages.query import query_page
from invoices.pages.register import INVOICE_LIST, register_page
from invoices.pages.waiting_file import page_picture
from invoices.pages.xray import invoice_page
from invoices.words import EVENT_TITLES, OTHER_TITLES, RUN_TITLES

TEMPLATES = Path(__file__).parents[1] / "templates"
"""Asked for under the name `invoices`."""


def add_routes(app: web.Application) -> None:
    """Adds the pages and forms to an application that has the frame of forms."""
    app[RECORDS] |= {
        "invoice": RecordKind(
            lambda key: _("Invoice %(key)s", key=key[:8]), EVENT_TITLES, lambda key: f"/invoices/{key}"
        ),
        "credit_request": RecordKind(
            lambda key: _("Credit request %(key)s", key=key[:8]),
            CREDIT_TITLES,
            lambda key: f"/invoices/credits/{key}",
            follows=True,
        ),
        "supplier": RecordKind(
            lambda urn: _("School %(urn)s", urn=urn), OTHER_TITLES, lambda _urn: "/invoices/suppliers"
        ),
        "invoice_rules": RecordKind(lambda _key: _("Rules for invoices"), OTHER_TITLES, lambda _key: "/invoices/rules"),
        "payment_file": RecordKind(lambda _key: _("Payment file"), OTHER_TITLES, lambda _key: "/invoices/runs"),
        "payment_run": RecordKind(
            lambda key: _("Run %(key)s", key=key[:8]), RUN_TITLES, lambda key: f"/invoices/runs/{key}"
        ),
    }
    register_list(app, INVOICE_LIST, policy.may_see_invoices, register_page)
    register(app, hdrs.METH_GET, "/invoices/expected", expected_page, policy.may_see_invoices)
    register(app, hdrs.METH_GET, "/invoices/credits", credit_requests.credits_page, policy.may_see_invoices)
    credit = "/invoices/credits/{request:[0-9a-f]{32}}"
    register(app, hdrs.METH_GET, credit, credit_requests.credit_page, policy.may_see_an_invoice)
    add_form(app, Form(f"{credit}/send", policy.may_query_invoices, credit_requests.send_sheet))
    add_form(app, Form(f"{credit}/answer", policy.may_answer_queries, credit_requests.answer_sheet))
    register(app, hdrs.METH_GET, "/invoices/runs", runs.runs_page, policy.may_see_invoices)
    register(app, hdrs.METH_GET, "/invoices/runs/{run:[0-9a-f]{32}}", runs.run_page, policy.may_see_invoices)
    one_invoice = "/invoices/{invoice:[0-9a-f]{32}}"
    register(app, hdrs.METH_GET, one_invoice, invoice_page, policy.may_see_an_invoice)
    query = one_invoice + "/queries/{query:[0-9]{1,4}}"
    register(app, hdrs.METH_GET, query, query_page, policy.may_see_an_invoice)
    add_form(app, Form(f"{query}/write", policy.may_answer_queries, deeds.write_sheet))
    register(app, hdrs.METH_GET, "/invoices/suppliers", suppliers.suppliers_page, policy.may_see_invoices)
    register(app, hdrs.METH_GET, "/invoices/rules", suppliers.rules_page, policy.may_see_invoices)
    _add_files(app)
    _add_keying(app)
    _add_own_pages(app)
    _add_forms(app)


def _add_files(app: web.Application) -> None:
    one, may_see = "/invoices/{invoice:[0-9a-f]{32}}", policy.may_see_an_invoice
    template = "/invoices/expected/{agreement}/{day}/template.{form:xlsx|csv}"
    register(app, hdrs.METH_GET, template, downloads.template_file, may_see)
    register(app, hdrs.METH_GET, f"{one}/ubl.xml", downloads.ubl_file, may_see)
    register(app, hdrs.METH_GET, f"{one}/file", downloads.file_it_came_in, may_see)
    register(app, hdrs.METH_GET, one + "/pages/{page:[0-9]{1,4}}.png", downloads.page_of_file, may_see)


def _add_keying(app: web.Application) -> None:
    file, may_send = "/invoices/keying/{urn:[0-9]{1,7}}/{sha256:[0-9a-f]{64}}", policy.may_send_invoices
    register(app, hdrs.METH_GET, file, keying.keying_page, may_send)
    register(app, hdrs.METH_GET, file + "/pages/{page:[0-9]{1,4}}.png", page_picture, may_send)
    register(app, hdrs.METH_POST, f"{file}/back", keying.send_back, may_send)
    of = "{agreement}/{day}"
    known = file + "/{position:[0-9]{1,12}}"
    add_form(app, Form(f"{known}/as-expected/{of}", may_send, keying.as_expected_sheet))
    add_form(app, Form(f"{known}/lines/{of}", may_send, keying.lines_sheet))
    add_form(app, Form(f"{known}/credit/{of}", may_send, keying.credit_sheet))


def _add_own_pages(app: web.Application) -> None:
    may_see = policy.may_see_own_invoices
    register(app, hdrs.METH_GET, "/your-invoices", own_invoices_page, may_see)
    register(app, hdrs.METH_GET, "/your-invoices/expected", own_expected_page, may_see)
    register(app, hdrs.METH_GET, "/your-invoices/payments", own_payments_page, may_see)
    register(app, hdrs.METH_GET, "/your-invoices/statement", own_statement_page, may_see)
    register(app, hdrs.METH_GET, "/your-invoices/{invoice:[0-9a-f]{32}}", own_invoice_page, may_see)


def _add_forms(app: web.Application) -> None:
    one = "/invoices/{invoice:[0-9a-f]{32}}"
    run = "/invoices/runs/{run:[0-9a-f]{32}}"
    period = "/invoices/expected/{agreement}/{day}/{net:[0-9]{1,13}}/agree"
    for form in (
        Form(period, policy.may_send_invoices, deeds.agree_sheet),
        Form(f"{one}/approve", policy.may_approve_invoices, deeds.approve_sheet),
        Form(f"{one}/check", policy.may_query_invoices, deeds.check_sheet),
        Form(f"{one}/void", policy.may_query_invoices, deeds.void_sheet),
        Form(f"{one}/query", policy.may_query_invoices, deeds.query_sheet),
        Form(f"{one}/query-vat", policy.may_query_invoices, vat_queries.query_vat_sheet),
        Form(one + "/queries/{query:[0-9]{1,4}}/answer", policy.may_answer_queries, deeds.answer_sheet),
        Form(one + "/queries/{query:[0-9]{1,4}}/settle", policy.may_query_invoices, deeds.settle_sheet),
        Form("/invoices/suppliers/{urn:[0-9]{1,7}}/payee", policy.may_set_invoice_rules, suppliers.payee_sheet),
        Form("/invoices/suppliers/{urn:[0-9]{1,7}}/vat", policy.may_set_invoice_rules, suppliers.vat_sheet),
        Form("/invoices/rules/change", policy.may_set_invoice_rules, suppliers.rules_sheet),
        Form("/invoices/runs/columns", policy.may_release_payments, runs.columns_sheet),
        Form("/invoices/runs/new/{gross:[0-9]{1,13}}", policy.may_release_payments, runs.make_run_sheet),
        Form(f"{run}/reverse", policy.may_release_payments, runs.reverse_run_sheet),
        Form(f"{run}/paid", policy.may_release_payments, runs.paid_sheet),
    ):
        add_form(app, form)
