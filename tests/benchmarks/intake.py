"""Reading what schools send, by the warm worker processes that a running service has: files as they come every day.

XML stands beside its rules alone, tried in this process; the memory of many files at once beside that of one.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from invoices.formats.limits import LIMITS
from invoices.formats.rules import warm_rules
from invoices.formats.template import template_workbook
from invoices.formats.ubl_writing import write_ubl
from invoices.intake.kept_files import KeptFiles
from invoices.intake.taking import Intake
from invoices.intake.workers import Workers
from tests.benchmarks.measure import TIMES, Measure
from tests.benchmarks.workbooks import peak
from tests.invoices.cii_documents import write_cii
from tests.invoices.documents import COUNCIL, INVOICE, LINE, of_lines

LINES = {"tiny": 10, "small": 1_000, "county": 1_000, "million": 1_000}
ROUNDS = {"tiny": 2, "small": 10, "county": 10, "million": 10}
UPLOADS = {"tiny": 5, "small": 50, "county": 50, "million": 50}
MEGABYTES = 4
"""Of each file that is sent while others are."""
READERS = 2
"""Files that a service with its settings as they come holds in memory at a time."""
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
            reading, rules = workers.read(content), warm_rules()
            assert reading.xml is not None
            assert reading.syntax is not None
            alone = min(_taken(partial(rules.failures, reading.xml, reading.syntax), rounds))
            how = f"the quickest of each; the rules alone, in this process, {alone:.0f} ms"
            yield Measure("intake", f"{syntax} invoice beside its rules alone", min(taken) / alone, TIMES, how)
        workbook = template_workbook(of_lines(*[LINE] * lines))
        taken = _taken(lambda: workers.read(workbook), rounds)
        how = f"warm worker, {lines:,} lines, the slowest of {rounds}; checks against charges come after"
        yield Measure("intake", "XLSX template read", max(taken), "ms", how, 2_000)
    yield _memory(UPLOADS[size])


def _memory(uploads: int) -> Measure:
    """The most memory of the service's own process while so many files are taken at once, beside that for one."""
    content = b"\x89PNG\r\n" + bytes(MEGABYTES << 20)  # a picture: sent back as soon as a worker has it
    with (
        TemporaryDirectory() as folder,
        Workers(LIMITS, READERS) as workers,
        ThreadPoolExecutor(uploads) as threads,
    ):
        intake = Intake(KeptFiles(Path(folder), LIMITS), workers)

        def take(_: int) -> str:
            with intake.files.receive() as incoming:
                incoming.write(content)
                return intake.take(incoming.hold()).outcome

        def at_once(files: int) -> None:
            assert list(threads.map(take, range(files))) == ["refused"] * files

        at_once(uploads)  # threads and workers are there
        one, many = peak(lambda: at_once(1)), peak(lambda: at_once(uploads))
    how = f"{uploads} files of {MEGABYTES} MB at once {many / 1e6:.1f} MB, one {one / 1e6:.1f} MB; {READERS} readers"
    return Measure("intake", "memory while many files are taken", many / one, TIMES, how, READERS + 0.5)


def _taken(read: Callable[[], object], rounds: int) -> list[float]:
    """Milliseconds of each reading but the first, which starts the process."""
    read()
    taken = []
    for _ in range(rounds):
        began = perf_counter()
        read()
        taken.append((perf_counter() - began) * _MILLISECONDS)
    return taken
