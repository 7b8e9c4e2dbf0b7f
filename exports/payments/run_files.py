"""What a payment run hands to the finance system: Oracle Fusion's payables import, a plain file, and advice to schools.

The finance system keeps suppliers, bank accounts and ledgers; here are coded amounts, their references and control
totals, and nothing that names a child.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.finance.coding import Coding, code_for
from commissioning.finance.queries import coding_of
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.ledger.time import financial_year_name
from commissioning.web.words import day as day_words
from commissioning.web.words import pounds
from contracts.agreement import AGREEMENTS
from exports.result import Column, Result, Value
from invoices.expected.words import line_in_words
from invoices.held import HeldLine
from invoices.invoice import INVOICES, Invoice, vat_of
from invoices.projections import key_of_line
from invoices.queries import Run, runs
from invoices.run import PAYMENT_RUNS
from providers.provider import PROVIDERS

LAYOUT = (
    "Draft layout: columns of Oracle Fusion's payables import by their names; the template of your release may have "
    "them in another order."
)
HEADER_COLUMNS = (
    Column("invoice_id", "text", "Invoice ID", "Ties lines to headers."),
    Column("source", "text", "Source"),
    Column("invoice_number", "text", "Invoice number"),
    Column("invoice_amount", "money", "Invoice amount", "With VAT; a credit's below nought."),
    Column("invoice_date", "day", "Invoice date"),
    Column("supplier_name", "text", "Supplier name"),
    Column("supplier_number", "text", "Supplier number", "The school's URN."),
    Column("invoice_currency", "text", "Invoice currency"),
    Column("invoice_type", "text", "Invoice type", "STANDARD or CREDIT."),
    Column("terms_date", "day", "Terms date", "The day on which the 30 days began."),
    Column("pay_on", "day", "Scheduled payment date"),
)
LINE_COLUMNS = (
    Column("invoice_id", "text", "Invoice ID"),
    Column("line_number", "count", "Line number"),
    Column("line_type", "text", "Line type", "ITEM, or TAX for the VAT of the line before."),
    Column("amount", "money", "Amount"),
    Column("description", "text", "Description", "Placement and days; never a name."),
    Column("distribution", "text", "Distribution combination", "The code mapped to model and component."),
)
PLAIN_COLUMNS = (
    Column("urn", "text", "URN"),
    Column("supplier", "text", "Supplier"),
    Column("number", "text", "Invoice number"),
    Column("invoice_date", "day", "Invoice date"),
    Column("received_on", "day", "Received"),
    Column("placement", "text", "Placement"),
    Column("agreement", "text", "Agreement"),
    Column("component", "text", "Component"),
    Column("first_day", "day", "First day"),
    Column("last_day", "day", "Last day"),
    Column("code", "text", "Code"),
    Column("net", "money", "Net"),
    Column("vat", "money", "VAT"),
    Column("gross", "money", "Gross"),
)
ADVICE_COLUMNS = (
    Column("number", "text", "Your invoice"),
    Column("line", "count", "Line"),
    Column("for", "text", "For"),
    Column("days", "text", "Days"),
    Column("net", "money", "Net"),
    Column("vat", "money", "VAT"),
    Column("gross", "money", "Paid"),
)


class PaidLine(NamedTuple):
    """An approved line of a run, its amounts signed: a credit's are below nought."""

    invoice: Invoice
    line: HeldLine
    net: int
    vat: int
    code: str | None


class RunInFull(NamedTuple):
    """A run with everything its files tell."""

    run: Run
    invoices: Sequence[Invoice]
    lines: Sequence[PaidLine]
    names: Mapping[int, str]
    as_at: AsAt


async def run_in_full(reader: Reader, key: str) -> RunInFull:
    """A run with its invoices and their approved lines, coded; `Refused` where nobody made it or it was taken back."""
    run = next((one for one in await runs(reader) if one.key == key), None)
    made = await reader.state(PAYMENT_RUNS, key, OPEN_POSITION)
    if run is None or made is None:
        raise Refused(Fault("not-found", "There is no such payment run.", mend="Look in their list.", status=404))
    if run.reversed_on is not None:
        raise Refused(Fault("run-reversed", "This run was taken back, so it has no files.", status=409))
    as_at = await reader.as_at()
    coding = await coding_of(reader, as_at.position)
    found = [one for ref in made.invoices if (one := await reader.state(INVOICES, ref, OPEN_POSITION)) is not None]
    models = await _models_of(reader, found)
    lines = [line for one in found for line in _lines_of(one, coding, models)]
    names = {}
    for urn in {one.provider_urn for one in found}:
        school = await reader.state(PROVIDERS, str(urn), OPEN_POSITION)
        names[urn] = school.facts.name if school else str(urn)
    return RunInFull(run, found, lines, names, as_at)


def headers(full: RunInFull) -> Result:
    """Oracle's headers: an invoice a row, whose amounts are those of its lines."""
    rows: list[tuple[Value, ...]] = []
    for one in full.invoices:
        document, amount = one.document, sum(line.net + line.vat for line in full.lines if line.invoice is one)
        if document is not None:
            rows.append(
                (
                    one.key[:16],
                    "COMMISSIONING",
                    document.number,
                    amount,
                    document.issued_on.isoformat(),
                    full.names[one.provider_urn],
                    str(one.provider_urn),
                    "GBP",
                    "CREDIT" if one.sign < 0 else "STANDARD",
                    one.received_on.isoformat(),
                    full.run.pay_on.isoformat(),
                )
            )
    total: dict[str, Value] = {"invoice_amount": full.run.gross}
    return _result(full, "payment_headers", "Payables: invoice headers", HEADER_COLUMNS, rows, total)


def lines(full: RunInFull) -> Result:
    """Oracle's lines: what is bought, and after each the VAT on it."""
    rows: list[tuple[Value, ...]] = []
    numbers: dict[str, int] = {}
    for line in full.lines:
        for kind, amount in (("ITEM", line.net), ("TAX", line.vat)):
            if amount:
                numbers[line.invoice.key] = numbers.get(line.invoice.key, 0) + 1
                number = numbers[line.invoice.key]
                rows.append((line.invoice.key[:16], number, kind, amount, _what(line.line), line.code))
    return _result(full, "payment_lines", "Payables: invoice lines", LINE_COLUMNS, rows, {"amount": full.run.gross})


def plain(full: RunInFull) -> Result:
    """A line a row with everything, for any other finance system to map."""
    rows: list[tuple[Value, ...]] = []
    for one in full.lines:
        document, line = one.invoice.document, one.line
        if document is not None:
            days = (_iso(line.first_day), _iso(line.last_day))
            facts = (line.placement_ref, line.agreement_ref, line.component)
            school = (str(one.invoice.provider_urn), full.names[one.invoice.provider_urn])
            dates = (document.issued_on.isoformat(), one.invoice.received_on.isoformat())
            amounts = (one.net, one.vat, one.net + one.vat)
            rows.append((*school, document.number, *dates, *facts, *days, one.code, *amounts))
    total: dict[str, Value] = {"net": full.run.net, "vat": full.run.vat, "gross": full.run.gross}
    return _result(full, "payment_file", "Payments", PLAIN_COLUMNS, rows, total)


def advice(full: RunInFull, urn: int) -> Result:
    """The remittance advice of one school: which of its invoices and lines a payment is for."""
    own = [line for line in full.lines if line.invoice.provider_urn == urn]
    if not own:
        raise Refused(Fault("not-found", "Nothing of this school is in the run.", str(urn), status=404))
    rows = [
        (
            line.invoice.document.number if line.invoice.document else "",
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
    said = f"{pounds(net + vat)} is paid to {name} on {day_words(full.run.pay_on)}."
    return _result(full, "remittance", f"Remittance advice: {name}", ADVICE_COLUMNS, rows, total, (said,))


def _lines_of(invoice: Invoice, coding: Coding, models: Mapping[str, str]) -> list[PaidLine]:
    found = []
    for number, pence in sorted(invoice.approved.items()):
        line = invoice.line(number)
        model, on = models.get(line.agreement_ref or "", ""), line.first_day or invoice.received_on
        code = code_for(coding, model, line.component or "", on)
        found.append(PaidLine(invoice, line, invoice.sign * pence, invoice.sign * vat_of(line, pence), code))
    return found


async def _models_of(reader: Reader, found: Sequence[Invoice]) -> dict[str, str]:
    refs = {line.agreement_ref for one in found if one.document for line in one.document.lines if line.agreement_ref}
    models: dict[str, str] = {}
    for ref in sorted(refs):
        if (agreement := await reader.state(AGREEMENTS, ref, OPEN_POSITION)) is not None:
            models[ref] = agreement.model
    return models


def _result(
    full: RunInFull,
    report: str,
    title: str,
    columns: tuple[Column, ...],
    rows: Sequence[tuple[Value, ...]],
    total: dict[str, Value],
    notes: tuple[str, ...] = (LAYOUT,),
) -> Result:
    run = full.run
    uncoded = sorted({line.line.component or "" for line in full.lines if line.code is None})
    if uncoded and report != "remittance":
        notes = (*notes, f"No code is mapped to: {', '.join(uncoded)}.")
    period = financial_year(financial_year_name(run.pay_on))
    options = {"run": run.key[:8], "pay_on": run.pay_on.isoformat()}
    return Result(report, title, full.as_at, period, Filters(), columns, tuple(rows), total, notes, options)


def _what(line: HeldLine) -> str:
    return f"{_for(line)}, {_days(line)}"


def _for(line: HeldLine) -> str:
    key = key_of_line(line)
    return line_in_words(key) if key else "Not said"


def _days(line: HeldLine) -> str:
    return f"{day_words(line.first_day)} to {day_words(line.last_day)}"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
