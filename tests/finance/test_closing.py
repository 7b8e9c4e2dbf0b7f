"""Months are closed in order, each once and never before it is over; posted figures never change (pricing.md §9)."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from commissioning.app import open_ledger, open_reader
from commissioning.charges.periods import Period, financial_year, month_days
from commissioning.charges.queries import Filters
from commissioning.demo.loading import RecordingClock, load
from commissioning.demo.notebook import Recording, Sheets
from commissioning.finance.closing import CLOSINGS, Closings, decide
from commissioning.finance.commands import CloseMonth
from commissioning.ledger.errors import Refused
from commissioning.ledger.reading import Reader
from commissioning.settings import Settings
from exports.month_end.budget import budget
from exports.month_end.posted import posted
from exports.spending.spend import spend
from tests.accounts.signing_in import operator_of
from tests.pages.world import make_world, own_price, placement

YEAR = financial_year("2026/27")


@pytest.mark.parametrize(
    ("month", "closed", "hint"),
    [
        ("2026-04", (202604,), "closed already"),
        ("2026-06", (202604,), "2026-05 next"),
        ("2027-01", (202611,), "2026-12 next"),
        ("2026-02", (202512,), "2026-01 next"),
        ("2026-11", (), "is not over"),
        ("2026-13", (), "not a month"),
        ("April", (), "not a month"),
    ],
)
def test_a_month_out_of_turn_is_refused(month: str, closed: tuple[int, ...], hint: str) -> None:
    """Closed, early or misspelt: nothing is recorded, and what is expected is said."""
    with pytest.raises(Refused, match=hint):
        decide(CloseMonth(month=month), Closings(closed) if closed else None, date(2026, 11, 30))


def test_december_is_followed_by_january() -> None:
    """The year turns."""
    events = decide(CloseMonth(month="2027-01"), Closings((202612,)), date(2027, 2, 1))
    assert CLOSINGS.fold(events, Closings((202612,))) == Closings((202612, 202701))


class Council:
    """A small council that learns late and closes its months."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def learn(self, on: datetime, sheets: Sheets) -> None:
        """Imports a workbook on a day."""
        clock = RecordingClock(on)
        with open_ledger(self.settings, clock) as ledger:
            load(ledger, clock, [Recording(on, "a.clerk", "late", sheets)], lambda *_: None)

    def close(self, on: datetime, month: str) -> int:
        """Closes a month on a day; gives the position that it pins."""
        with open_ledger(self.settings, lambda: on) as ledger:
            receipt = ledger.execute(CloseMonth(month=month), command_id=f"close-{month}", account=operator_of(ledger))
        return receipt.head.position


def at(month: int, day: int) -> datetime:
    """Nine o'clock on a day of 2026, or of 2027 from January to March."""
    return datetime(2026 if month > 3 else 2027, month, day, 9, tzinfo=UTC)


@pytest.fixture
async def closed(tmp_path: Path) -> tuple[Settings, dict[int, int]]:
    """Four months closed with late facts in between, and the position of each close."""
    settings = await make_world(tmp_path)
    council = Council(settings)
    positions = {202604: council.close(at(11, 11), "2026-04")}
    council.learn(at(11, 12), {"Rates": [own_price("PL-2", 72_000)]})
    positions[202605] = council.close(at(11, 13), "2026-05")
    council.learn(at(11, 14), {"Placements": [placement("PL-7", "SPOT-1", "ASD", date(2026, 5, 1))]})
    council.learn(at(11, 15), {"Rates": [own_price("PL-7", 24_000)]})
    positions[202606] = council.close(at(11, 16), "2026-06")
    positions[202607] = council.close(at(11, 17), "2026-07")
    council.learn(at(11, 18), {"Rates": [own_price("PL-7", 18_000)]})
    return settings, positions


@pytest.fixture
async def reader(closed: tuple[Settings, dict[int, int]]) -> AsyncIterator[Reader]:
    """The book open for questions."""
    async with open_reader(closed[0]) as reader:
        yield reader


async def cost(reader: Reader, month: int, position: int) -> int:
    """A month's cost as at a position, by the plainest question there is."""
    result = await spend(reader, await reader.as_at(str(position)), Period(*month_days(month)), ["kind"], Filters())
    return int(str(result.total["cost"]))


async def test_posted_is_the_month_at_its_close_and_what_moved_before(
    reader: Reader, closed: tuple[Settings, dict[int, int]]
) -> None:
    """Each line equals what reports as at the two closes say, month by month."""
    result = await posted(reader, await reader.as_at(None), YEAR, Filters())
    closes, before = closed[1], None
    for row, (month, position) in zip(result.rows, closes.items(), strict=True):
        own = await cost(reader, month, position)
        late = 0
        if before is not None:
            for earlier in [known for known in closes if known < month]:
                late += await cost(reader, earlier, position) - await cost(reader, earlier, before)
        assert (row[3], row[4], row[5]) == (own, late, own + late)
        before = position
    assert [row[4] for row in result.rows] == [0, 50_000, 200_000, 0]


async def test_posted_figures_and_the_movement_since_are_the_current_ones(reader: Reader) -> None:
    """Posted figures add up to the current ones less the movement since the last close."""
    result = await posted(reader, await reader.as_at(None), YEAR, Filters())
    total = {name: int(str(value)) for name, value in result.total.items()}
    assert total["since_last_close"] == -150_000
    assert total["posted"] == total["current"] - total["since_last_close"]


async def test_a_closed_figure_never_changes(reader: Reader, closed: tuple[Settings, dict[int, int]]) -> None:
    """What was posted at a close is the same as known then, and as known after everything that came later."""
    now = {row[0]: row[5] for row in (await posted(reader, await reader.as_at(None), YEAR, Filters())).rows}
    for position in closed[1].values():
        then = await posted(reader, await reader.as_at(str(position)), YEAR, Filters())
        assert then.rows
        assert {row[0]: row[5] for row in then.rows}.items() <= now.items()


@pytest.mark.parametrize("by", ["model", "month", "provider"])
async def test_movement_is_since_the_last_close(
    reader: Reader, closed: tuple[Settings, dict[int, int]], by: str
) -> None:
    """The budget monitor's movement is the forecast now less the forecast as known at the last close, by any key."""
    result = await budget(reader, await reader.as_at(None), YEAR, Filters(), by, date(2026, 11, 23))
    at_close = await reader.as_at(str(closed[1][202607]))
    then = await spend(reader, at_close, YEAR, ["kind"], Filters())
    now = await spend(reader, await reader.as_at(None), YEAR, ["kind"], Filters())
    assert result.total["forecast"] == now.total["cost"]
    assert result.total["movement"] == int(str(now.total["cost"])) - int(str(then.total["cost"])) != 0
    assert sum(int(str(row[7])) for row in result.rows) == result.total["movement"]
