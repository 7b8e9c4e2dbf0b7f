"""The reports of value: a year of placements under five models, and what a county waits for them.

Counterfactuals are told in seconds of computing, because other programs share the machine; pages in seconds of waiting.
"""

import resource
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from time import process_time

from commissioning.app import open_ledger
from commissioning.importing.taking_in import import_workbook
from commissioning.settings import Settings
from exports.counterfactual.scenarios import scenarios
from exports.counterfactual.targets import target_of
from exports.counterfactual.terms import Target
from exports.forecast.report import forecast
from exports.forecast.stated import Stated
from exports.places.voids import voids
from exports.places.year_groups import year_groups
from exports.prices.local_first import local_first
from exports.result import Result
from exports.spending.compare import Depth, compare
from tests.benchmarks.council import FIRST_YEAR, one_workbook, write_workbook
from tests.benchmarks.county import county, new_ledger
from tests.benchmarks.measure import Measure, best_in_turn
from tests.benchmarks.reports import NO_FILTERS, Desk, desk
from tests.benchmarks.sizes import COUNCILS

PLACEMENTS = {"tiny": 40, "small": 1_000, "county": 1_000, "million": 1_000}
MODELS = ("framework", "block", "retained", "volume_discount")
_MEGABYTE = 1024 if sys.platform != "darwin" else 1024 * 1024


def run(size: str, cache: Path) -> Iterator[Measure]:
    """Five models side by side for one year's placements."""
    with desk(_all_year(cache, PLACEMENTS[size]), 2) as at:
        targets = [at.wait(target_of(at.reader, f"A{number:04}", at.now.position)) for number in (1, 2, 3, 4)]
        assert tuple(target.agreement.model for target in targets) == MODELS
        targets.append(_spot_card(targets[0]))

        def side_by_side() -> Result:
            result: Result = at.wait(scenarios(at.reader, at.now, at.period, NO_FILTERS, targets))
            return result

        rows = side_by_side().rows
        (spent,) = best_in_turn(3, side_by_side, clock=process_time)
        how = f"{rows[0][2]} and {rows[0][3]} placements priced and not, {len(rows)} models"
        yield Measure("value", "a year under five models", spent, "s of computing", how, 2)


def run_county(size: str, cache: Path) -> Iterator[Measure]:
    """What a county waits for, and how much memory the answers take beside what is taken already."""
    placements, years = COUNCILS[size]
    with desk(county(cache, placements, years, print), years) as at:
        day = date(FIRST_YEAR + years - 1, 9, 20)
        for name, ask, target in (
            ("compare", at.compare, 0.1),
            ("bridge over the last 500 events", lambda: at.bridge(at.at(max(0, at.now.position - 500))), 0.1),
            ("compare within need, with its spread", lambda: _deep(at), None),
            ("voids against spot", lambda: _asked(at, day, "voids"), 1),
            ("forecast with 1,000 simulations", lambda: _asked(at, day, "forecast"), 5),
            ("year groups", lambda: _asked(at, day, "year_groups"), None),
            ("local first", lambda: _asked(at, day, "local_first"), None),
        ):
            yield _waited(name, ask, target)


def _all_year(cache: Path, placements: int) -> Settings:
    """A ledger of placements that are on roll all of its second year, under agreements of every kind."""
    folder = cache / f"all-year-{placements}"
    settings, path = new_ledger(folder), folder / "workbook.xlsx"
    sheets = one_workbook(placements, 2)
    for row in sheets["Placements"]:
        row |= {"start_on": date(FIRST_YEAR, 9, 1), "effective_from": date(FIRST_YEAR, 9, 1), "end_on": None}
    for row in sheets["Rates"]:
        row["effective_from"] = date(FIRST_YEAR, 9, 1)
    with open_ledger(settings) as ledger:
        write_workbook(sheets, path)
        imported = import_workbook(ledger, path, account="benchmark", command_id="all-year")
        if imported.faults:
            raise RuntimeError(f"{imported.faults[:3]}")
    return settings


def _spot_card(target: Target) -> Target:
    """The same card as spot prices, which no scenario says in another way."""
    return target._replace(agreement=target.agreement._replace(ref="SPOT", model="spot"), scenario=True)


def _deep(at: Desk) -> Result:
    found: Result = at.wait(compare(at.reader, at.now, at.period, NO_FILTERS, None, Depth("need", None, spread=True)))
    return found


def _asked(at: Desk, day: date, report: str) -> Result:
    common = (at.reader, at.now, at.period, NO_FILTERS)
    answer = {
        "voids": lambda: voids(*common, day, "spot"),
        "forecast": lambda: forecast(at.reader, at.now, at.period, "month", NO_FILTERS, day, Stated()),
        "year_groups": lambda: year_groups(*common, "year_group", day),
        "local_first": lambda: local_first(*common, "stratum"),
    }[report]
    found: Result = at.wait(answer())
    return found


def _waited(name: str, ask: Callable[[], Result], target: float | None) -> Measure:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = len(ask().rows)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / _MEGABYTE
    (spent,) = best_in_turn(2, ask)
    (computed,) = best_in_turn(1, ask, clock=process_time)
    how = f"{rows:,} rows, {computed:.2f} s of computing, {grown:.0f} MB more at most"
    return Measure("value-county", name, spent, "s", how, target)
