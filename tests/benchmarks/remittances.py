"""Remittance advice of a payment run as PDF, one for each school, beside pages that ReportLab draws bare."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import process_time

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from commissioning.ledger.reading import AsAt
from exports.leaving.facts import of_file
from exports.payments.advice_document import write_advice
from exports.payments.run_files import RunInFull, every_advice
from exports.renderings import words
from exports.result import Result
from invoices.coded_lines import PaidLine
from invoices.held import HeldDocument, HeldLine
from invoices.invoice import Invoice
from invoices.queries import Run
from invoices.supplier import NO_PAYEE
from tests.benchmarks.measure import TIMES, Measure, best_in_turn

SCHOOLS = {"tiny": 3, "small": 100, "county": 1_000, "million": 1_000}
LINES = 12
"""Lines of an invoice, of which each school has one."""
PENCE = 1_750_000
PAID_ON = date(2026, 10, 1)
_MILLISECONDS = 1_000
_LEADING = 14


def run(size: str, cache: Path) -> Iterator[Measure]:
    """The time of one advice out of so many, computing alone: as many seconds go by for a thousand."""
    folder, count = cache / "remittances", SCHOOLS[size]
    folder.mkdir(parents=True, exist_ok=True)
    full = run_of(count)

    def whole_run() -> None:
        _hand_out(full, every_advice(full), folder / "all.pdf")

    def one_by_one() -> None:
        for advised in every_advice(full):
            _hand_out(full, [advised], folder / f"{advised[0]}.pdf")

    def bare() -> None:
        _draw_bare([result for _, result in every_advice(full)], folder / "all-bare.pdf")

    def bare_one_by_one() -> None:
        for urn, result in every_advice(full):
            _draw_bare([result], folder / f"{urn}-bare.pdf")

    together, apart, floor, floor_apart = (
        taken / count * _MILLISECONDS
        for taken in best_in_turn(3, whole_run, one_by_one, bare, bare_one_by_one, clock=process_time)
    )
    how = f"{count:,} schools of {LINES} lines, CPU a page; ReportLab's bare page {{:.2f}} ms"
    for name, taken, beside in (("in one file", together, floor), ("each a file", apart, floor_apart)):
        yield Measure("remittances", f"remittance advice, {name}", taken, "ms", how.format(beside), 2)
        yield Measure("remittances", f"the same beside pages drawn bare, {name}", taken / beside, TIMES, name)


def _hand_out(full: RunInFull, advised: Sequence[tuple[int, Result]], path: Path) -> None:
    """Writes what the page of a run hands out, and what is recorded of it."""
    write_advice(full, advised, path, "Norrowshire")
    of_file(path, [result for _, result in advised], "pdf", "working")


def _draw_bare(results: Sequence[Result], path: Path) -> None:
    """The same cells, one under the other, a page for each result, with nothing set, measured or numbered."""
    canvas, (_, height) = Canvas(str(path), pagesize=A4), A4
    for result in results:
        canvas.drawString(40, height - 40, result.title)
        for line, row in enumerate(result.rows):
            for place, (column, value) in enumerate(zip(result.columns, row, strict=True)):
                canvas.drawString(40 + 75 * place, height - 80 - _LEADING * line, words(column, value))
        canvas.showPage()
    canvas.save()


def run_of(schools: int, lines_of_each: int = LINES) -> RunInFull:
    """A payment run with an approved invoice of each of so many invented schools."""
    invoices = [_invoice(900_000 + number, lines_of_each) for number in range(schools)]
    lines = [
        PaidLine(invoice, line, line.net, 0, "E1234")
        for invoice in invoices
        for line in (invoice.document.lines if invoice.document else ())
    ]
    gross = PENCE * len(lines)
    urns = [invoice.provider_urn for invoice in invoices]
    return RunInFull(
        Run("0" * 32, PAID_ON, PAID_ON, schools, gross, 0, gross, None),
        invoices,
        lines,
        {urn: f"Invented School {urn}" for urn in urns},
        dict.fromkeys(urns, NO_PAYEE),
        (),
        AsAt(812, "2026-09-30T16:00:00.000000Z", "ab" * 32, latest=True),
    )


def _invoice(urn: int, count: int) -> Invoice:
    lines = tuple(_line(urn, number) for number in range(1, count + 1))
    document = HeldDocument(
        kind="invoice",
        number=f"INV-{urn}",
        issued_on=PAID_ON,
        due_on=None,
        company_number=None,
        vat_number=None,
        first_day=None,
        last_day=None,
        corrects=None,
        part_of=None,
        lines=lines,
        net=PENCE * count,
        vat=0,
        gross=PENCE * count,
    )
    return Invoice(f"{urn:032x}", urn, "file", document, PAID_ON, 812)


def _line(urn: int, number: int) -> HeldLine:
    return HeldLine(
        number=number,
        placement_ref=f"PL-{urn}-{number}",
        pupil=None,
        sealed_text=None,
        agreement_ref=f"AG-{urn}",
        component="education",
        kind="attendance",
        first_day=date(2026, 9, 1),
        last_day=date(2026, 12, 31),
        quantity=Decimal(14),
        unit="week",
        rate=Decimal(125_000),
        net=PENCE,
        vat_category="E",
        vat_rate=Decimal(0),
        vat=0,
        adjustment=None,
    )
