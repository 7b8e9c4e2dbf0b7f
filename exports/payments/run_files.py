"""What a payment run hands to the finance system: Oracle Fusion's payables import, a plain file, and advice to schools.

The finance system keeps suppliers, bank accounts and ledgers; here are coded amounts, their references and control
totals, and nothing that names a child.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.ledger.time import financial_year_name
from commissioning.web.language import N_, _
from commissioning.web.words import day as day_words
from commissioning.web.words import pounds
from exports.result import Column, ColumnKind, Result, Value
from invoices.coded_lines import PaidLine, paid_lines, uncoded
from invoices.expected.lines import key_of_line
from invoices.expected.words import line_in_words
from invoices.held import HeldLine, PaymentColumn, PaymentFact
from invoices.invoice import INVOICES, Invoice
from invoices.payment_file import LAYOUT_KEY, NO_LAYOUTS, PAYMENT_LAYOUTS
from invoices.queries import Run, released_in, run_of
from invoices.releasing import number_of_part
from invoices.supplier import NO_PAYEE, SUPPLIERS, Payee

LAYOUT = N_(
    "Draft layout: columns of Oracle Fusion's payables import by their names; the template of your release may have "
    "them in another order."
)
HEADER_COLUMNS = (
    Column("invoice_id", "text", "Invoice ID", N_("Ties lines to headers."), fixed=True),
    Column("source", "text", "Source", fixed=True),
    Column("invoice_number", "text", "Invoice number", fixed=True),
    Column("invoice_amount", "money", "Invoice amount", N_("With VAT; a credit's below nought."), fixed=True),
    Column("invoice_date", "day", "Invoice date", fixed=True),
    Column("supplier_name", "text", "Supplier name", fixed=True),
    Column(
        "supplier_number",
        "text",
        "Supplier number",
        N_("The recorded one; the school's URN where none is."),
        fixed=True,
    ),
    Column("supplier_site", "text", "Supplier site", fixed=True),
    Column("invoice_currency", "text", "Invoice currency", fixed=True),
    Column("invoice_type", "text", "Invoice type", N_("STANDARD or CREDIT."), fixed=True),
    Column("terms_date", "day", "Terms date", N_("The day on which the 30 days began."), fixed=True),
    Column("pay_on", "day", "Scheduled payment date", fixed=True),
)
LINE_COLUMNS = (
    Column("invoice_id", "text", "Invoice ID", fixed=True),
    Column("line_number", "count", "Line number", fixed=True),
    Column("line_type", "text", "Line type", N_("ITEM, or TAX for the VAT on it."), fixed=True),
    Column("amount", "money", "Amount", fixed=True),
    Column("description", "text", "Description", N_("Placement and days; never a name."), fixed=True),
    Column(
        "distribution", "text", "Distribution combination", N_("The code mapped to model and component."), fixed=True
    ),
)
PLAIN_COLUMNS = (
    Column("urn", "text", N_("URN")),
    Column("supplier", "text", N_("Supplier")),
    Column("number", "text", N_("Invoice number")),
    Column("invoice_date", "day", N_("Invoice date")),
    Column("received_on", "day", N_("Received")),
    Column("placement", "text", N_("Placement")),
    Column("agreement", "text", N_("Agreement")),
    Column("component", "text", N_("Component")),
    Column("first_day", "day", N_("First day")),
    Column("last_day", "day", N_("Last day")),
    Column("code", "text", N_("Code")),
    Column("net", "money", N_("Net")),
    Column("vat", "money", N_("VAT")),
    Column("gross", "money", N_("Gross")),
)
_KINDS: Mapping[PaymentFact, ColumnKind] = {
    **dict.fromkeys(("invoice_date", "received_on", "pay_on", "first_day", "last_day"), "day"),
    **dict.fromkeys(("net", "vat", "gross"), "money"),
}
"""What the facts of a payment are that are no text."""
ADVICE_COLUMNS = (
    Column("number", "text", N_("Your invoice")),
    Column("line", "count", N_("Line")),
    Column("for", "text", N_("For")),
    Column("days", "text", N_("Days")),
    Column("net", "money", N_("Net")),
    Column("vat", "money", N_("VAT")),
    Column("gross", "money", N_("Paid")),
)


class RunInFull(NamedTuple):
    """A run with everything its files tell; `parts` says by an invoice's key which part is there, else the first."""

    run: Run
    invoices: Sequence[Invoice]
    lines: Sequence[PaidLine]
    names: Mapping[int, str]
    payees: Mapping[int, Payee]
    layout: Sequence[PaymentColumn]
    as_at: AsAt
    parts: Mapping[str, int] = {}

    def part_of(self, invoice: Invoice) -> int:
        """Which part of an invoice is in the run."""
        return self.parts.get(invoice.key, 1)

    def number_of(self, invoice: Invoice) -> str:
        """The number under which the finance system knows the part: it takes no number of a supplier twice."""
        return number_of_part(invoice.number, self.part_of(invoice))

    def id_of(self, invoice: Invoice) -> str:
        """What ties the lines of a part to its header."""
        part = self.part_of(invoice)
        return invoice.key[:16] + (f"-{part}" if part > 1 else "")


async def run_in_full(reader: Reader, key: str, urn: int | None = None) -> RunInFull:
    """A run, or what it pays one school, with the approved lines, coded.

    Everything is asked for at once, whatever the run holds. `Refused` where nobody made it or it was taken back.
    """
    run = await run_of(reader, key)
    if run is None:
        raise Refused(Fault("not-found", "There is no such payment run.", mend="Look in their list.", status=404))
    if run.reversed_on is not None:
        raise Refused(Fault("run-reversed", "This run was taken back, so it has no files.", status=409))
    as_at = await reader.as_at()
    parts = [one for one in await released_in(reader, key) if urn in (None, one.invoice.provider_urn)]
    names = {one.invoice.provider_urn: one.invoice.provider_name for one in parts}
    invoices = await reader.states(INVOICES, [one.invoice.key for one in parts], OPEN_POSITION)
    found = list(invoices.values())
    lines = await paid_lines(reader, found, key, as_at.position)
    suppliers = await reader.states(SUPPLIERS, [str(one) for one in names], OPEN_POSITION)
    known = {school: suppliers.get(str(school)) for school in names}
    payees = {school: one.paid_as(run.pay_on) if one else NO_PAYEE for school, one in known.items()}
    layouts = await reader.state(PAYMENT_LAYOUTS, LAYOUT_KEY, OPEN_POSITION) or NO_LAYOUTS
    numbered = {one.invoice.key: one.part for one in parts}
    return RunInFull(run, found, lines, names, payees, layouts.on(run.pay_on), as_at, numbered)


def headers(full: RunInFull) -> Result:
    """Oracle's headers: an invoice a row, whose amounts are those of its lines."""
    rows: list[tuple[Value, ...]] = []
    amounts: Counter[str] = Counter()
    for line in full.lines:
        amounts[line.invoice.key] += line.net + line.vat
    for one in full.invoices:
        document = one.document
        if document is not None:
            rows.append(
                (
                    full.id_of(one),
                    "COMMISSIONING",
                    full.number_of(one),
                    amounts[one.key],
                    document.issued_on.isoformat(),
                    full.payees[one.provider_urn].paid_to or full.names[one.provider_urn],
                    full.payees[one.provider_urn].supplier_number or str(one.provider_urn),
                    full.payees[one.provider_urn].site,
                    "GBP",
                    "CREDIT" if one.sign < 0 else "STANDARD",
                    one.received_on.isoformat(),
                    full.run.pay_on.isoformat(),
                )
            )
    total: dict[str, Value] = {"invoice_amount": full.run.gross}
    return _result(full, "payment_headers", _("Payables: invoice headers"), HEADER_COLUMNS, rows, total)


def lines(full: RunInFull) -> Result:
    """Oracle's lines: what is bought, and after each the VAT on it."""
    rows: list[tuple[Value, ...]] = []
    numbers: dict[str, int] = {}
    for line in full.lines:
        for kind, amount in (("ITEM", line.net), ("TAX", line.vat)):
            if amount:
                numbers[line.invoice.key] = numbers.get(line.invoice.key, 0) + 1
                number = numbers[line.invoice.key]
                rows.append((full.id_of(line.invoice), number, kind, amount, _what(line.line), line.code))
    return _result(full, "payment_lines", _("Payables: invoice lines"), LINE_COLUMNS, rows, {"amount": full.run.gross})


def facts_of_line(full: RunInFull, one: PaidLine) -> dict[PaymentFact, Value]:
    """Everything that a file of payments may say of an approved line."""
    document, line, urn = one.invoice.document, one.line, one.invoice.provider_urn
    payee = full.payees[urn]
    return {
        "urn": str(urn),
        "supplier": payee.paid_to or full.names[urn],
        "supplier_number": payee.supplier_number or str(urn),
        "supplier_site": payee.site,
        "number": full.number_of(one.invoice),
        "kind": document.kind if document else "",
        "invoice_date": document.issued_on.isoformat() if document else None,
        "received_on": one.invoice.received_on.isoformat(),
        "pay_on": full.run.pay_on.isoformat(),
        "placement": line.placement_ref,
        "agreement": line.agreement_ref,
        "component": line.component,
        "first_day": _iso(line.first_day),
        "last_day": _iso(line.last_day),
        "code": one.code,
        "net": one.net,
        "vat": one.vat,
        "gross": one.net + one.vat,
    }


def mapped(full: RunInFull) -> Result:
    """A line a row in the council's own columns; `Refused` where nobody has said which they are."""
    if not full.layout:
        raise Refused(
            Fault(
                "not-mapped",
                "The columns of the finance system's own file are not set for this day.",
                mend="Set them under “Payment runs”, from a day no later than that of the payment.",
                status=404,
            )
        )
    columns = tuple(Column(one.heading, _KINDS.get(one.holds, "text"), one.heading, fixed=True) for one in full.layout)
    rows: list[tuple[Value, ...]] = []
    for line in full.lines:
        facts = facts_of_line(full, line)
        rows.append(tuple(one.text if one.holds == "text" else facts[one.holds] for one in full.layout))
    whole: dict[str, int] = {"net": full.run.net, "vat": full.run.vat, "gross": full.run.gross}
    total: dict[str, Value] = {one.heading: whole[one.holds] for one in full.layout if one.holds in whole}
    return _result(full, "payment_mapped", _("Payments in the council's own columns"), columns, rows, total, ())


def plain(full: RunInFull) -> Result:
    """A line a row with everything, for any other finance system to map."""
    names: list[PaymentFact] = [column.name for column in PLAIN_COLUMNS]  # type: ignore[misc]  # they are its facts
    rows: list[tuple[Value, ...]] = []
    for one in full.lines:
        facts = facts_of_line(full, one)
        rows.append(tuple(facts[name] for name in names))
    total: dict[str, Value] = {"net": full.run.net, "vat": full.run.vat, "gross": full.run.gross}
    return _result(full, "payment_file", _("Payments"), PLAIN_COLUMNS, rows, total, ())


def advice(full: RunInFull, urn: int) -> Result:
    """The remittance advice of one school: which of its invoices and lines a payment is for."""
    own = [line for line in full.lines if line.invoice.provider_urn == urn]
    if not own:
        raise Refused(Fault("not-found", "Nothing of this school is in the run.", str(urn), status=404))
    return _advice(full, urn, own)


def every_advice(full: RunInFull) -> list[tuple[int, Result]]:
    """The remittance advice of every school of a run with its URN, by the schools' names."""
    by_school: dict[int, list[PaidLine]] = {}
    for line in full.lines:
        by_school.setdefault(line.invoice.provider_urn, []).append(line)
    if not by_school:
        raise Refused(Fault("not-found", "Nothing of this run is to be paid any more.", status=404))
    urns = sorted(by_school, key=lambda urn: (full.names[urn], urn))
    return [(urn, _advice(full, urn, by_school[urn])) for urn in urns]


def _advice(full: RunInFull, urn: int, own: Sequence[PaidLine]) -> Result:
    rows = [
        (
            full.number_of(line.invoice),
            line.line.number,
            _for(line.line),
            _days(line.line),
            line.net,
            line.vat,
            line.net + line.vat,
        )
        for line in own
    ]
    net, vat = sum(line.net for line in own), sum(line.vat for line in own)
    total: dict[str, Value] = {"net": net, "vat": vat, "gross": net + vat}
    name = full.names[urn]
    said = _(
        "%(amount)s is paid to %(name)s on %(day)s.",
        amount=pounds(net + vat),
        name=name,
        day=day_words(full.run.pay_on),
    )
    return _result(
        full, "remittance", _("Remittance advice: %(name)s", name=name), ADVICE_COLUMNS, rows, total, (said,)
    )


def _result(
    full: RunInFull,
    report: str,
    title: str,
    columns: tuple[Column, ...],
    rows: Sequence[tuple[Value, ...]],
    total: dict[str, Value],
    notes: tuple[str, ...] | None = None,
) -> Result:
    """A file of a run; without `notes` of its own it follows the finance system's layout, which is a draft."""
    run, draft = full.run, notes is None
    notes = (_(LAYOUT),) if notes is None else notes
    period = financial_year(financial_year_name(run.pay_on))
    options = {"run": run.key[:8], "pay_on": run.pay_on.isoformat()}
    told = notes if report == "remittance" else (*notes, *uncoded(full.lines))  # codes are nothing to a school
    return Result(report, title, full.as_at, period, Filters(), columns, tuple(rows), total, told, options, draft=draft)


def _what(line: HeldLine) -> str:
    return f"{_for(line)}, {_days(line)}"


def _for(line: HeldLine) -> str:
    key = key_of_line(line)
    return line_in_words(key) if key else _("Not said")


def _days(line: HeldLine) -> str:
    return _("%(first)s to %(last)s", first=day_words(line.first_day), last=day_words(line.last_day))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
