"""`/invoices/suppliers` and `/invoices/rules`: who is paid for which school, its VAT, and the council's tolerances."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import TODAY, Asked, asked
from commissioning.ledger.errors import Refused
from commissioning.web.forms.fields import Field, Section, as_typed, pounds_typed
from commissioning.web.forms.form import Sheet, asking
from commissioning.web.forms.kinds import Choice, Day, Money, Number, Text
from commissioning.web.language import N_, _
from commissioning.web.ledger_keys import READER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.words import day, percent
from invoices import commands
from invoices.policy import may_set_invoice_rules
from invoices.queries import rules_known
from invoices.questions import answered_by
from invoices.rules import RULES, RULES_KEY
from invoices.standing import suppliers
from invoices.supplier import SUPPLIERS, Supplier
from invoices.words import VAT_CATEGORIES
from providers.provider import Provider, unknown_provider
from providers.queries import all_providers, provider_now

Crumbs = list[tuple[str, str | None]]
_FROM = Field("effective_on", N_("From"), Day(), N_("The day from which it holds, for example 1/4/2026"))


def _home() -> Crumbs:
    return [(_("Home"), "/"), (_("Invoices"), "/invoices")]


async def suppliers_page(request: web.Request) -> web.Response:
    """Every school with how it is paid and taxed today, those of which nothing is recorded first."""
    question = await asked(request)
    recorded = await answered_by(question.reader, suppliers())
    schools = [one for one in await all_providers(question.reader) if one.closed_on is None or one.urn in recorded]
    may = may_set_invoice_rules(request[ACTOR])
    rows = [_row(question, one, recorded.get(one.urn), may=may) for one in schools]
    missing = [row for row in rows if row["number"] is None]
    context = {
        **question.context(),
        "rows": [*missing, *(row for row in rows if row not in missing)],
        "missing": len(missing),
        "may": may,
    }
    return render(request, "invoices/suppliers.html", context)


async def rules_page(request: web.Request) -> web.Response:
    """How far a line may be from its charge and still be right, and who may approve how much."""
    question = await asked(request)
    rules = await rules_known(question.reader, question.as_at.position)
    context = {
        **question.context(),
        "facts": [
            (_("Rounding, on every line"), rules.rounding, "pounds"),
            (_("Beside it, of a line"), percent(rules.line_pct)),
            (_("And at most, of a line"), rules.line_pence, "pounds"),
            (_("On all lines of a placement in a financial year"), rules.yearly_pence, "pounds"),
            (_("Finance may approve an invoice up to"), rules.finance_up_to, "pounds"),
            (_("Above it, and over what was committed"), _("An approver")),
        ],
        "may": may_set_invoice_rules(request[ACTOR]) and question.as_at.latest,
    }
    return render(request, "invoices/rules.html", context)


async def payee_sheet(request: web.Request) -> Sheet:
    """`/invoices/suppliers/{urn}/payee`: as which supplier of the finance system the school is paid."""
    school, known = await _school(request)
    payee = known.paid_as(request.app[TODAY]())
    return Sheet(
        heading=_("Who is paid for %(name)s", name=school.facts.name),
        button=_("Record it"),
        text=_(
            "Payment runs carry it into the finance system, which keeps the bank account. Several schools of one "
            "owner may be paid as one supplier."
        ),
        sections=(
            Section(
                _("In the finance system"),
                (
                    Field("supplier_number", _("Supplier number"), Text(30, 20)),
                    Field("site", _("Supplier site"), Text(15, 10), required=False),
                    Field("paid_to", _("Paid in the name of"), Text(240), _("If not the school's own"), required=False),
                    _FROM,
                ),
            ),
        ),
        known=_typed(payee._asdict()) | {"effective_on": as_typed(request.app[TODAY]())},
        deed=asking(commands.RecordPayee, provider_urn=school.urn),
        stream=SUPPLIERS.stream(str(school.urn)),
        costs=False,
        breadcrumbs=[*_home(), (_("Suppliers"), "/invoices/suppliers"), (school.facts.name, None)],
    )


async def vat_sheet(request: web.Request) -> Sheet:
    """`/invoices/suppliers/{urn}/vat`: the school's company and VAT numbers, and how its VAT falls."""
    school, known = await _school(request)
    recorded = known.on(request.app[TODAY]())
    categories = {str(code): words for code, words in VAT_CATEGORIES.items()}
    return Sheet(
        heading=_("VAT of %(name)s", name=school.facts.name),
        button=_("Record it"),
        text=_(
            "A line that bears VAT otherwise than recorded here is told by the checks; one of a school without a VAT "
            "number is held."
        ),
        sections=(
            Section(
                _("The school"),
                (
                    Field("company_number", _("Company number"), Text(12, 10), required=False),
                    Field(
                        "vat_number", _("VAT number"), Text(14, 20), _("For example, GB 123 4567 82"), required=False
                    ),
                    Field("vat_category", _("How its VAT falls"), Choice(categories), required=False),
                    Field("vat_rate", _("Rate"), Number(0, 100, 2, "%"), required=False),
                    _FROM,
                ),
            ),
        ),
        known=_typed(recorded._asdict()) | {"effective_on": as_typed(request.app[TODAY]())},
        deed=asking(commands.RecordSupplier, provider_urn=school.urn),
        stream=SUPPLIERS.stream(str(school.urn)),
        places={"vat-number": "vat_number"},
        costs=False,
        breadcrumbs=[*_home(), (_("Suppliers"), "/invoices/suppliers"), (school.facts.name, None)],
    )


async def rules_sheet(request: web.Request) -> Sheet:
    """`/invoices/rules/change`: the tolerances and limits anew."""
    reader = request.app[READER]
    rules = await rules_known(reader, (await reader.as_at()).position)
    money = {"rounding", "line_pence", "yearly_pence", "finance_up_to"}
    known = {name: pounds_typed(value) if name in money else as_typed(value) for name, value in rules._asdict().items()}
    return Sheet(
        heading=_("Change tolerances and limits"),
        button=_("Set them"),
        text=_(
            "Invoices that come in, or are checked again, from now on are held against them. What was approved stays."
        ),
        sections=(
            Section(
                _("How far a line may be from its charge"),
                (
                    Field("rounding", _("Rounding"), Money(), _("On every line, usually a penny")),
                    Field("line_pct", _("Beside it, of a line"), Number(0, 100, 2, "%"), _("0 allows nothing")),
                    Field("line_pence", _("And at most, of a line"), Money()),
                    Field("yearly_pence", _("On all lines of a placement in a financial year"), Money()),
                ),
            ),
            Section(
                _("Who may approve"),
                (
                    Field(
                        "finance_up_to",
                        _("Finance may approve up to"),
                        Money(),
                        _("Without VAT; above it, an approver"),
                    ),
                ),
            ),
        ),
        known=known,
        deed=asking(commands.SetInvoiceRules),
        stream=RULES.stream(RULES_KEY),
        costs=False,
        breadcrumbs=[*_home(), (_("Rules"), "/invoices/rules"), (_("Change"), None)],
    )


def _row(question: Asked, school: Provider, known: Supplier | None, *, may: bool) -> dict[str, Any]:
    supplier = known or Supplier(school.urn, {})
    payee, recorded = supplier.paid_as(question.day), supplier.on(question.day)
    base = f"/invoices/suppliers/{school.urn}"
    vat = VAT_CATEGORIES[recorded.vat_category] if recorded.vat_category else _("Not recorded")
    rate = f"{vat}, {percent(recorded.vat_rate)}" if recorded.vat_rate else vat
    later = min((first for first in supplier.payees if first > question.day), default=None)
    notes = [] if payee.supplier_number else [_("no number in the finance system yet")]
    notes += [_("another from %(day)s", day=day(later))] if later else []
    return {
        "school": {"text": school.facts.name, "href": question.link("schools", school.urn)},
        "number": payee.supplier_number,
        "site": payee.site or "",
        "paid_to": {
            "text": payee.paid_to or school.facts.name,
            "note": ", ".join(notes),
        },
        "vat_number": recorded.vat_number or _("None"),
        "vat": rate,
        "payee": {"text": _("Who is paid"), "href": f"{base}/payee"} if may else "",
        "tax": {"text": _("VAT"), "href": f"{base}/vat"} if may else "",
    }


def _typed(facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: as_typed(value) for name, value in facts.items()}


async def _school(request: web.Request) -> tuple[Provider, Supplier]:
    reader, urn = request.app[READER], int(request.match_info["urn"])
    school = await provider_now(reader, urn)
    if school is None:
        raise Refused(unknown_provider(urn))
    known = await reader.state(SUPPLIERS, str(urn), (await reader.as_at()).position)
    return school, known or Supplier(urn, {})
