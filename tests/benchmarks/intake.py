"""Reading what schools send, by the warm worker processes that a running service has: files as they come every day."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

from invoices.formats.limits import LIMITS
from invoices.formats.template import template_workbook
from invoices.formats.ubl_writing import write_ubl
from invoices.intake.workers import Workers
from tests.benchmarks.measure import Measure
from tests.invoices.cii_documents import write_cii
from tests.invoices.documents import COUNCIL, INVOICE, LINE, of_lines

LINES = {"tiny": 10, "small": 1_000, "county": 1_000, "million": 1_000}
ROUNDS = {"tiny": 2, "small": 10, "county": 10, "million": 10}
_MILLISECONDS = 1_000


def run(size: str, cache: Path) -> Iterator[Measure]:
    """XML with the rules of EN 16931 tried on it, and a workbook of many lines; no checks against charges."""
    del cache
    rounds, lines = ROUNDS[size], LINES[size]
    with Workers(LIMITS) as workers:

        def with_rules(content: bytes) -> Callable[[], None]:
            def read() -> None:
                reading = workers.read(content)
                assert reading.xml is not None
                assert reading.syntax is not None
                workers.failures(reading.xml, reading.syntax)

            return read

        for syntax, content in (("UBL", write_ubl(INVOICE, COUNCIL)), ("CII", write_cii(INVOICE))):
            taken = _taken(with_rules(content), rounds)
            how = f"warm worker, one line, the slowest of {rounds}; the quickest {min(taken):.0f} ms"
            yield Measure("intake", f"{syntax} invoice read, EN 16931 tried", max(taken), "ms", how, 100)
        workbook = template_workbook(of_lines(*[LINE] * lines))
        taken = _taken(lambda: workers.read(workbook), rounds)
        how = f"warm worker, {lines:,} lines, the slowest of {rounds}; checks against charges come after"
        yield Measure("intake", "XLSX template read", max(taken), "ms", how, 2_000)


def _taken(read: Callable[[], object], rounds: int) -> list[float]:
    """Milliseconds of each reading but the first, which starts the process."""
    read()
    taken = []
    for _ in range(rounds):
        began = perf_counter()
        read()
        taken.append((perf_counter() - began) * _MILLISECONDS)
    return taken
