"""The budget monitor: every figure is one that other reports or the budget sheet give, to the penny."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from commissioning.app import open_ledger, open_reader
from commissioning.charges.periods import financial_year, whole_months
from commissioning.charges.queries import Filters
from commissioning.demo.loading import RecordingClock, load
from commissioning.demo.notebook import Recording
from commissioning.ledger.errors import Refused
from commissioning.ledger.reading import Reader
from exports.month_end.budget import budget
from exports.spending.spend import spend
from tests.pages.world import make_world

YEAR, DAY = financial_year("2026/27"), date(2026, 11, 23)
BUDGETS = [
    {"financial_year": "2026/27", "model": "block", "amount": 100_000.01},
    {"financial_year": "2026/27", "model": "spot", "amount": 120_000},
    {"financial_year": "2026/27", "model": "framework", "amount": 5},
    {"financial_year": "2026/27", "provider_urn": 900001, "amount": 99},
    {"financial_year": "2027/28", "model": "spot", "amount": 1},
]


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    """A small council with budgets."""
    settings = await make_world(tmp_path)
    late = datetime(2026, 11, 11, 9, tzinfo=UTC)
    clock = RecordingClock(late)
    with open_ledger(settings, clock) as ledger:
        load(ledger, clock, [Recording(late, "a.clerk", "budgets", {"Budgets": BUDGETS})], lambda *_: None)
    async with open_reader(settings) as reader:
        yield reader


async def test_the_monitor_by_model(reader: Reader) -> None:
    """Budgets are those of the sheet, the forecast is the year's spend, actual that of the months that are over."""
    at = await reader.as_at(None)
    result = await budget(reader, at, YEAR, Filters(), "model", DAY)
    year = {row[0]: row[1] for row in (await spend(reader, at, YEAR, ["model"], Filters())).rows}
    over = whole_months(date(2026, 4, 1), date(2026, 10, 31))
    gone = {row[0]: row[1] for row in (await spend(reader, at, over, ["model"], Filters())).rows}
    rows = {str(row[0]): row[1:] for row in result.rows}
    assert {name: row[0] for name, row in rows.items()} == {"block": 10_000_001, "spot": 12_000_000, "framework": 500}
    for name, (amount, profiled, charged, committed, forecast, variance, movement, *billed) in rows.items():
        assert (forecast, charged) == (year.get(name, 0), gone.get(name, 0))
        assert committed == forecast - charged
        assert variance == forecast - amount
        assert profiled == round(amount * 214 / 365)
        assert movement is None
        assert billed == [0, 0]
    assert result.total["variance"] == sum(year.values()) - 22_000_501


async def test_the_months_share_the_budget_out(reader: Reader) -> None:
    """The months' parts of the budget add up to it to the penny, and so do those of the months that are over."""
    result = await budget(reader, await reader.as_at(None), YEAR, Filters(), "month", DAY)
    assert sum(row[1] for row in result.rows) == result.total["budget"] == 22_000_501
    assert [row[2] for row in result.rows] == [row[1] if number < 7 else 0 for number, row in enumerate(result.rows)]
    assert [row[4] for row in result.rows][:7] == [0] * 7


async def test_a_school_has_its_own_budget(reader: Reader) -> None:
    """By school only schools' budgets count; where nobody set one there is no variance either."""
    result = await budget(reader, await reader.as_at(None), YEAR, Filters(), "provider", DAY)
    rows = {row[0]: row for row in result.rows}
    assert (rows["900001"][1], rows["900002"][1], rows["900002"][6]) == (9_900, None, None)


async def test_filters_that_cut_across_budgets_leave_none(reader: Reader) -> None:
    """A budget is never set against a part of what it is for."""
    for filters in (Filters(need=("ASD",)), Filters(provider=("900001",))):
        result = await budget(reader, await reader.as_at(None), YEAR, filters, "model", DAY)
        assert {row[1] for row in result.rows} == {None}
        assert "variance" not in result.total
    result = await budget(reader, await reader.as_at(None), YEAR, Filters(model=("spot",)), "model", DAY)
    assert [row[:2] for row in result.rows] == [("spot", 12_000_000)]


async def test_the_budget_as_it_was_known(reader: Reader) -> None:
    """Before the budgets were set there were none."""
    result = await budget(reader, await reader.as_at("3"), YEAR, Filters(), "model", DAY)
    assert {row[1] for row in result.rows} <= {None}


async def test_a_part_of_a_year_has_no_budget(reader: Reader) -> None:
    """A budget is of a financial year; months of it are refused with the year that is meant."""
    part = whole_months(date(2026, 4, 1), date(2026, 9, 30))
    with pytest.raises(Refused, match="2026/27"):
        await budget(reader, await reader.as_at(None), part, Filters(), "model", DAY)
