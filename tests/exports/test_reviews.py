"""The report of reviews over a small council: what is due and overdue, on any day and as at any position."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from commissioning.app import open_ledger, open_reader
from commissioning.charges.periods import Period, financial_year
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Refused
from commissioning.ledger.verify import verify
from commissioning.placements.commands import RecordReview, WithdrawReview
from commissioning.placements.facts import Review
from commissioning.placements.queries import reviews_as_at
from commissioning.placements.review import REVIEWS
from commissioning.settings import Settings
from exports.oversight.review_timeliness import Timeliness, timeliness, timeliness_in_words
from exports.oversight.reviews import reviews
from tests.accounts.signing_in import operator_of
from tests.pages.world import make_world

YEAR = financial_year("2026/27")
NOVEMBER = date(2026, 11, 23)
CONCLUDED = ("PL-1", "ehc_annual", "2026-06-30", "2026-07-02", "2026-07-20", 2, 5_400_000)
OVERDUE = ("PL-2", "ehc_annual", "2026-10-01", None, None, 53, 5_500_000)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small council of the pages."""
    return asyncio.run(make_world(tmp_path_factory.mktemp("reviews")))


def asked(
    world: Settings, period: Period = YEAR, day: date = NOVEMBER, as_at: str | None = None, **filters: Any
) -> list[tuple[object, ...]]:
    """The rows of the report; the yearly cost of a spot place is that of its agreement's days."""

    async def ask() -> list[tuple[object, ...]]:
        async with open_reader(world) as reader:
            kinds = filters.pop("kinds", ())
            result = await reviews(reader, await reader.as_at(as_at), period, Filters(**filters), day, kinds)
            return list(result.rows)

    return asyncio.run(ask())


def test_reviews_of_a_year_are_told_with_their_money(world: Settings) -> None:
    """What falls due in the year stands with its days, how late it is, and what the placement costs in the year."""
    rows = asked(world)
    assert CONCLUDED in rows
    assert OVERDUE in rows
    assert [row[:3] for row in rows if row not in (CONCLUDED, OVERDUE)] == [
        ("PL-2", "six_week_check", "2026-05-13"),
        ("PL-3", "six_week_check", "2026-05-13"),
        ("PL-5", "six_week_check", "2026-11-12"),
        ("PL-6", "six_week_check", "2026-11-12"),
    ], "those of PL-2, PL-3 and PL-5 are asked for by the rules alone"


def test_the_review_that_follows_stands_in_the_next_year(world: Settings) -> None:
    """A year after a conclusion, or after a start, the next annual review is due, though nobody has scheduled it."""
    rows = asked(world, financial_year("2027/28"))
    assert [row[:5] for row in rows] == [
        ("PL-3", "ehc_annual", "2027-04-01", None, None),
        ("PL-1", "ehc_annual", "2027-07-20", None, None),
        ("PL-4", "ehc_annual", "2027-09-01", None, None),
        ("PL-6", "ehc_annual", "2027-09-01", None, None),
        ("PL-5", "ehc_annual", "2027-10-01", None, None),
    ]


def test_the_past_knows_what_was_known_then(world: Settings) -> None:
    """As at April nothing had been held, so that on a day in August both reviews of summer and autumn were open."""
    rows = asked(world, day=date(2026, 8, 1), as_at="2026-04-30", kinds=("ehc_annual",))
    assert [(row[0], row[3], row[4], row[5]) for row in rows] == [("PL-1", None, None, 32), ("PL-2", None, None, 0)]


def test_kinds_and_filters_narrow(world: Settings) -> None:
    """Kinds and the common filters leave out what they do not name; an unknown kind is refused with the known ones."""
    assert [row[0] for row in asked(world, kinds=("six_week_check",))] == ["PL-2", "PL-3", "PL-5", "PL-6"]
    assert [row[0] for row in asked(world, model=("block",))] == ["PL-1", "PL-6"]
    with pytest.raises(Refused, match="no kind of review"):
        asked(world, kinds=("annual",))


def test_a_placement_that_has_ended_is_reviewed_no_more(world: Settings) -> None:
    """A review that falls due after the end, or is open when the placement has ended, is left out."""
    ended = [row[0] for row in asked(world, day=date(2027, 2, 1))]
    assert "PL-2" in ended
    assert all(row[0] != "PL-2" for row in asked(world, Period(date(2027, 4, 1), date(2028, 3, 31))))


def test_timeliness_counts_as_the_return_does() -> None:
    """Expected is what has fallen due or was held before, met what was held, in time what was decided in 28 days."""
    day = date(2026, 11, 23)
    found = [
        Review("ehc_annual", date(2026, 6, 30), date(2026, 7, 2), date(2026, 7, 30), "amend"),
        Review("ehc_annual", date(2026, 7, 30), date(2026, 7, 2), date(2026, 7, 31), "maintain"),
        Review("ehc_annual", date(2026, 11, 23)),
        Review("ehc_annual", date(2026, 11, 24)),
        Review("ehc_annual", date(2026, 12, 24), date(2026, 11, 20)),
        Review("fee", date(2026, 5, 1), date(2026, 5, 1), date(2026, 5, 2)),
    ]
    assert timeliness(found, day) == Timeliness(expected=4, met=3, decided=2, decided_in_time=1)
    assert timeliness_in_words(found, day) == [
        "Of 4 annual reviews expected by 23 November 2026, 3 (75%) were met: their meeting was held.",
        "1 of 2 annual reviews (50%) were decided within four weeks of their meeting.",
    ]
    assert timeliness_in_words(found[:1], day) == [
        "Of 1 annual review expected by 23 November 2026, 1 (100%) was met: their meeting was held.",
        "1 of 1 annual review (100%) was decided within four weeks of their meeting.",
    ]
    assert timeliness_in_words([], day) == []


def test_the_table_is_what_the_log_says(tmp_path: Path) -> None:
    """As at every position the table holds what a fold of the log holds, also after corrections and withdrawals."""
    settings = asyncio.run(make_world(tmp_path))
    day = date(2026, 10, 1)

    def record(**values: object) -> RecordReview:
        return RecordReview.model_validate({"placement_ref": "PL-2", "kind": "ehc_annual", "due_on": day, **values})

    commands = [
        record(held_on=day),
        record(held_on=day, concluded_on=day, outcome="maintain"),
        record(held_on=None),
        WithdrawReview(placement_ref="PL-2", kind="ehc_annual", due_on=day),
        record(),
        record(held_on=date(2026, 10, 2)),
    ]
    with open_ledger(settings) as ledger:
        receipts = [
            ledger.execute(command, command_id=f"review-{number}", account=operator_of(ledger))
            for number, command in enumerate(commands)
        ]
        assert not verify(ledger).findings

    async def compare() -> None:
        async with open_reader(settings) as reader:
            for position in range(receipts[-1].head.position + 1):
                told = await reviews_as_at(reader, position)
                for ref in ("PL-1", "PL-2", "PL-6"):
                    known = await reader.state(REVIEWS, ref, position)
                    folded: tuple[Review, ...] = known.reviews if known else ()
                    assert tuple(told.get(ref, ())) == folded, (position, ref)

    asyncio.run(compare())
