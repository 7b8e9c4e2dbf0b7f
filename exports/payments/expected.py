"""What schools should bill for the billing period in which a day lies, a line for each placement and rate."""

from datetime import date

from commissioning.charges.known import agreements_as_at
from commissioning.charges.periods import Period, financial_year
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.time import financial_year_name
from commissioning.web.language import N_, _
from commissioning.web.words import day as day_words
from commissioning.web.words import pounds
from exports.result import Column, Result, Value, whole
from exports.schools_named import schools_named
from invoices.expected.invoice import ExpectedInvoice
from invoices.expected.lines import ExpectedLine
from invoices.queries import expectation
from invoices.words import UNITS

COLUMNS = (
    Column("provider", "text", N_("URN")),
    Column("agreement", "text", N_("Agreement")),
    Column("from", "day", N_("Bills from"), N_("The first day of the billing period.")),
    Column("to", "day", N_("Bills to"), N_("The last day of the billing period.")),
    Column("placement", "text", N_("Placement")),
    Column("component", "text", N_("Component")),
    Column("kind", "text", N_("Kind")),
    Column("first_day", "day", N_("First day"), N_("The first day that the line bills.")),
    Column("last_day", "day", N_("Last day"), N_("The last day that the line bills.")),
    Column("days", "count", N_("Days"), N_("Days that are charged: school days or calendar days, as the price falls.")),
    Column("unit", "text", N_("Unit"), names=UNITS),
    Column("units", "ratio", N_("Units"), N_("How much of the unit, such as a third of a year.")),
    Column(
        "rate",
        "money",
        N_("Rate"),
        N_("Pounds a unit without VAT, after discount and suspension, to the nearest penny."),
    ),
    Column("net", "money", N_("Net"), N_("Pounds without VAT.")),
    Column(
        "adjustment", "text", N_("Adjusts"), N_("The position of the event that changed days which were billed before.")
    ),
)


@schools_named
async def expected(reader: Reader, as_at: AsAt, day: date, filters: Filters) -> Result:
    """The lines still to be billed for the period in which a day lies, by school and agreement."""
    chosen = filters.chosen()
    agreements = await agreements_as_at(reader, as_at.position)
    found: list[ExpectedInvoice] = []
    for ref, agreement in sorted(agreements.items(), key=lambda item: (item[1].provider_urn, item[0])):
        facts = {"provider": str(agreement.provider_urn), "model": agreement.model, "agreement": ref}
        if all(facts.get(name) in wanted for name, wanted in chosen.items() if name in facts):
            asked = await expectation(reader, ref, day, as_at.position)
            found += [asked.invoice] if asked else []
    wanted = chosen.get("placement", ())
    rows = tuple(
        _row(invoice, line)
        for invoice in found
        for line in invoice.lines
        if not wanted or line.key.placement_ref in wanted
    )
    total: dict[str, Value] = {"net": sum(whole(row[13]) for row in rows)}
    period: Period = financial_year(financial_year_name(day))
    notes = (
        _(
            "For the billing periods in which %(day)s lies, %(net)s is still to be billed.",
            day=day_words(day),
            net=pounds(whole(total["net"])),
        ),
        _("Days that an invoice has billed are left out; what changed on them since is a line of its own."),
    )
    return Result(
        "expected", _("Expected invoices"), as_at, period, filters, COLUMNS, rows, total, notes, {"at": day.isoformat()}
    )


def _row(invoice: ExpectedInvoice, line: ExpectedLine) -> tuple[Value, ...]:
    key = line.key
    return (
        str(invoice.provider_urn),
        invoice.agreement_ref,
        invoice.period.first_day.isoformat(),
        invoice.period.last_day.isoformat(),
        key.placement_ref,
        key.component,
        key.kind,
        line.first_day.isoformat(),
        line.last_day.isoformat(),
        line.days,
        line.unit,
        line.units,
        line.rate,
        line.net,
        None if line.adjustment is None else str(line.adjustment),
    )
