"""Remittance advice of a payment run as PDF, one for each school, beside pages that ReportLab draws bare."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import process_time

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from commissioning.ledger.reading import AsAt
from exports.files import write_file
from exports.payments.run_files import PaidLine, RunInFull, advice
from exports.renderings import words
from exports.result import Result
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
    """The time of one advice out of so many, computing alone, by which a thousand take as many seconds."""
    folder, count = cache / "remittances", SCHOOLS[size]
    folder.mkdir(parents=True, exist_ok=True)
    full = _run_of(count)
    urns = sorted(full.names)

    def ours() -> None:
        for urn in urns:
            write_file([advice(full, urn)], folder / f"{urn}.pdf", "pdf", "Norrowshire", lambda *_: None)

    def floor() -> None:
        for urn in urns:
            _draw_bare(advice(full, urn), folder / f"{urn}-bare.pdf")

    subject, bare = best_in_turn(2, ours, floor, clock=process_time)
    how = f"{count:,} schools of {LINES} lines in {subject:.2f} s of CPU; bare ReportLab {bare:.2f} s"
    yield Measure("remittances", "a remittance advice as PDF", subject / count * _MILLISECONDS, "ms", how, 2)
    yield Measure("remittances", "the same beside a page drawn bare", subject / bare, TIMES, how)


def _draw_bare(result: Result, path: Path) -> None:
    """The same cells on a page, one under the other, with nothing set, measured or numbered."""
    canvas, (_, height) = Canvas(str(path), pagesize=A4), A4
    canvas.drawString(40, height - 40, result.title)
    for line, row in enumerate(result.rows):
        for place, (column, value) in enumerate(zip(result.columns, row, strict=True)):
            canvas.drawString(40 + 75 * place, height - 80 - _LEADING * line, words(column, value))
    canvas.save()


def _run_of(schools: int) -> RunInFull:
    """A payment run with an approved invoice of each of so many invented schools."""
    invoices = [_invoice(900_000 + number) for number in range(schools)]
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


def _invoice(urn: int) -> Invoice:
    lines = tuple(_line(urn, number) for number in range(1, LINES + 1))
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
        net=PENCE * LINES,
        vat=0,
        gross=PENCE * LINES,
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
