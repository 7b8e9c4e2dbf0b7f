"""A large invoice from its file to what the register says of it: read by a warm worker, recorded, checked and matched.

The school has as many places as the invoice has lines, each billed for the autumn term; nothing on it is wrong.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from openpyxl import load_workbook

from invoices.commands import ReceiveInvoice, VoidInvoice
from invoices.expected.document import document_of
from invoices.facts import BilledDocument
from invoices.formats.limits import LIMITS
from invoices.formats.template import template_workbook
from invoices.intake.workers import Workers
from invoices.supplier import Supplier
from tests.benchmarks.measure import TIMES, Measure, seconds
from tests.invoices.office import AUTUMN, FENSIDE, SPOT, Office, new_office
from tests.pages.world import own_price, placement

LINES = {"tiny": 10, "small": 1_000, "county": 1_000, "million": 1_000}
ROUNDS = {"tiny": 1, "small": 3, "county": 5, "million": 5}


class _Taken(NamedTuple):
    """Seconds of one invoice: read by the worker, then recorded, checked and matched; and of its bare cells."""

    read: float
    matched: float
    floor: float


def run(size: str, cache: Path) -> Iterator[Measure]:
    """The whole beside reading the same cells with openpyxl and doing nothing with them."""
    del cache
    with new_office() as office, Workers(LIMITS) as workers:
        document = _invoice_of(office, LINES[size])
        _taken(office, workers, replace(document, number="FIRST"))  # starts the worker
        rounds = [_taken(office, workers, replace(document, number=f"N-{one}")) for one in range(ROUNDS[size])]
    best = min(rounds, key=lambda one: one.read + one.matched)
    floor = min(one.floor for one in rounds)
    lines = f"{len(document.lines):,}"
    how = (
        f"{lines} lines, best of {len(rounds)}: read in {best.read:.2f} s, checked and matched in {best.matched:.2f} s"
    )
    yield Measure("matching", "XLSX invoice taken, checked and matched", best.read + best.matched, "s", how, 2)
    how = f"openpyxl reads the cells of the {lines} lines in {floor:.2f} s"
    ratio = (best.read + best.matched) / floor
    yield Measure("matching", "the same beside its cells read bare", ratio, TIMES, how)


def _invoice_of(office: Office, lines: int) -> BilledDocument:
    """The invoice of a term for so many places, of which the council's ledger has one already."""
    refs = [f"BENCHMARK-{number}" for number in range(lines - 1)]
    office.take_in(
        {
            "Placements": [placement(ref, SPOT, "ASD", date(2026, 9, 1)) for ref in refs],
            "Rates": [own_price(ref, 40_000 + 7 * number) for number, ref in enumerate(refs)],
        }
    )
    expected = office.expected(SPOT, AUTUMN)
    assert len(expected.lines) >= lines, "each place is a line"
    return document_of(expected, "N", AUTUMN, "Fenside School", Supplier(FENSIDE, {}))


def _taken(office: Office, workers: Workers, document: BilledDocument) -> _Taken:
    content = template_workbook(document)
    began = perf_counter()
    reading = workers.read(content)
    read = perf_counter()
    assert reading.document is not None
    key = office.key()
    office.do("f.clerk", ReceiveInvoice(invoice=key, provider_urn=FENSIDE, source="file", document=reading.document))
    matched = perf_counter()
    invoice = office.invoice(key)
    assert len(invoice.matches) == len(document.lines)
    assert invoice.findings == ()
    office.do("f.clerk", VoidInvoice(invoice=key))
    return _Taken(read - began, matched - read, seconds(lambda: _bare(content)))


def _bare(content: bytes) -> int:
    with closing(load_workbook(BytesIO(content), read_only=True, data_only=True)) as book:
        return sum(1 for sheet in book for row in sheet.iter_rows(values_only=True) for _ in row)
