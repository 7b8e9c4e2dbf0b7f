"""The forecast tried on the past: the invented council's second and third year as they were forecast before their ends.

Each is asked as at a day and on that day, so that nothing is known that was not known then, and compared with what the
year came to. A commissioner is taken to state 2% to 6% of uplift until September, when most prices are agreed.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import NamedTuple

import pytest

from commissioning.app import open_ledger, open_reader
from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.cli.demonstration import demo_settings
from commissioning.database import migrate
from commissioning.demo.council import council_history
from commissioning.demo.loading import RecordingClock, load
from commissioning.ledger.reading import Reader
from exports.forecast.report import forecast
from exports.forecast.stated import Stated

TODAY = date(2026, 11, 26)
YEARS = (2024, 2025)
DAYS = ((4, 2), (6, 20), (9, 9), (9, 25), (10, 20), (12, 10), (2, 10))
UNTIL_SEPTEMBER = {"uplift_low": Decimal(2), "uplift_high": Decimal(6)}
LEAST_WITHIN = 0.7
"""Eight draws of ten lie within the range; fourteen trials, which share two years, are allowed one fewer."""
FURTHEST_OFF = 0.04


class Tried(NamedTuple):
    """One forecast, in pence, beside what the year came to."""

    day: date
    forecast: int
    low: int
    high: int
    came_to: int


async def tried(reader: Reader, year: int) -> Sequence[Tried]:
    """The forecasts of one financial year."""
    period, now, found = financial_year(f"{year}/{(year + 1) % 100}"), await reader.as_at(), []
    over = await forecast(reader, now, period, "month", Filters(), date(year + 1, 4, 1), Stated())
    for month, number in DAYS:
        day = date(year if month >= 4 else year + 1, month, number)
        autumn = date(year, 9, 1)
        stated = Stated(**UNTIL_SEPTEMBER, uplift_on=autumn) if day < autumn else Stated()
        total = (
            await forecast(reader, await reader.as_at(day.isoformat()), period, "month", Filters(), day, stated)
        ).total
        amounts = [total[name] for name in ("forecast", "low", "high")] + [over.total["charged"]]
        found.append(Tried(day, *(int(str(amount)) for amount in amounts)))
    return found


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Tried]:
    """All of them, on the council as it is invented for one day, whatever day it is."""
    settings = demo_settings(tmp_path_factory.mktemp("demonstration"))
    recordings = list(council_history(TODAY))
    clock = RecordingClock(datetime.combine(recordings[0].recorded_at.date(), time.min, UTC))

    async def question() -> list[Tried]:
        await migrate(settings.database)
        with open_ledger(settings, clock) as ledger:
            load(ledger, clock, recordings, lambda _stage, _done, _total: None)
        async with open_reader(settings) as reader:
            return [one for year in YEARS for one in await tried(reader, year)]

    return asyncio.run(question())


def test_the_year_falls_within_the_range_as_often_as_the_range_says(trials: Sequence[Tried]) -> None:
    """From April, June, both ends of September, October, December and February of two years."""
    within = [one.day for one in trials if one.low <= one.came_to <= one.high]
    assert len(within) >= LEAST_WITHIN * len(trials), [one for one in trials if one.day not in within]
    autumn = [one for one in trials if one.day.month in (9, 10)]
    assert sum(one.day in within for one in autumn) >= LEAST_WITHIN * len(autumn), autumn


def test_no_forecast_is_far_off(trials: Sequence[Tried]) -> None:
    """Whoever comes, goes and is recorded late in between, the year never turns out another by more than 4%."""
    for one in trials:
        assert abs(one.forecast - one.came_to) <= FURTHEST_OFF * one.came_to, one


def test_a_range_narrows_as_the_year_goes_by(trials: Sequence[Tried]) -> None:
    """In February little can still happen: the range is less than a fifth of April's."""
    for year in YEARS:
        of_year = [one for one in trials if date(year, 4, 1) <= one.day < date(year + 1, 4, 1)]
        assert 5 * (of_year[-1].high - of_year[-1].low) < of_year[0].high - of_year[0].low
