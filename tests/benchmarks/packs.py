"""What finance waits for at a month's end: the monthly pack, from its questions to its workbook and its PDF."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from exports.files import write_file
from exports.monthly_pack import REPORT, TITLE, Pack, Readers, monthly_pack, readers_of
from exports.result import Result
from tests.benchmarks.council import FIRST_YEAR
from tests.benchmarks.county import county
from tests.benchmarks.measure import Measure, best_in_turn
from tests.benchmarks.reports import Desk, desk
from tests.benchmarks.sizes import COUNCILS

_COUNCIL = "Norrowshire County Council"


def run(size: str, cache: Path) -> Iterator[Measure]:
    """The pack as `commissioning pack` makes it: what is asked, then both files, each waited for once."""
    placements, years = COUNCILS[size]
    with desk(county(cache, placements, years, print), years) as at, TemporaryDirectory() as folder:
        day = date(FIRST_YEAR + years - 1, 9, 20)

        def make() -> None:
            for form in ("xlsx", "pdf"):
                results = _asked(at, day, readers_of(form, "working"))
                write_file(results, Path(folder) / f"pack.{form}", form, _COUNCIL, _untold, title=TITLE, report=REPORT)

        (waited,) = best_in_turn(1, make)
        (computed,) = best_in_turn(1, make, clock=process_time)
        how = f"a workbook and a PDF of {placements:,} placements, {computed:.1f} s of computing"
        yield Measure("pack", "the monthly pack, both files", waited, "s", how, 10)


def _asked(at: Desk, day: date, readers: Readers) -> list[Result]:
    pack = Pack(at.reader, at.now, at.period, day)
    results: list[Result] = at.wait(monthly_pack(pack, _untold, readers))
    return results


def _untold(_doing: str, _done: int, _of: int) -> None:
    """Nobody watches the progress of a benchmark."""
