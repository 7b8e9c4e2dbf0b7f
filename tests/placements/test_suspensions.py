"""Suspensions: days paid in part, never two on one day."""

from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from commissioning.ledger.errors import Refused
from commissioning.ledger.time import OPEN_DAY
from commissioning.placements import commands
from commissioning.placements.events import PlacementSuspended, SuspensionCorrected, SuspensionWithdrawn
from commissioning.placements.facts import Suspension
from tests.placements.notation import REF, START, given, started, suspend, suspension

FIRST = date(2026, 11, 2)
LAST = date(2026, 11, 13)
DAY = timedelta(1)


def withdraw(one: Suspension) -> commands.WithdrawSuspension:
    return commands.WithdrawSuspension(placement_ref=REF, **asdict(one))


def test_a_placement_is_suspended() -> None:
    """A suspension is recorded on its first day, with what stays payable."""
    happened = (
        given(started())
        .when(suspend(FIRST, LAST, 50, "sealed"))
        .then(PlacementSuspended(effective_on=FIRST, suspension=suspension(FIRST, LAST, 50, "sealed")))
    )
    assert happened.placement.suspensions == (suspension(FIRST, LAST, 50, "sealed"),)
    happened.when(suspend(FIRST, LAST, 50, "sealed")).then()


def test_a_suspension_with_a_known_first_day_is_corrected() -> None:
    """Another last day, per cent or reason from the same first day corrects the suspension."""
    happened = given(started()).after(suspend(FIRST, None))
    closed = happened.when(suspend(FIRST, LAST)).then(
        SuspensionCorrected(effective_on=FIRST, suspension=suspension(FIRST, LAST))
    )
    assert closed.placement.suspensions == (suspension(FIRST, LAST),)


@pytest.mark.parametrize(
    ("first_day", "last_day"),
    [(LAST, LAST + DAY), (FIRST - DAY, FIRST), (FIRST + DAY, LAST - DAY), (FIRST - DAY, None)],
)
def test_overlapping_suspensions_are_refused(first_day: date, last_day: date | None) -> None:
    """Not one day may be in two suspensions."""
    given(started()).after(suspend(FIRST, LAST)).when(suspend(first_day, last_day)).then_refused("suspension-overlap")


def test_an_open_suspension_has_no_end() -> None:
    """Whatever begins after the first day of an open suspension overlaps it."""
    later = suspend(date(2030, 1, 1), None)
    given(started()).after(suspend(FIRST, None)).when(later).then_refused("suspension-overlap")


def test_neighbouring_suspensions_do_not_overlap() -> None:
    """A suspension may begin on the day after another ended."""
    placement = given(started()).after(suspend(LAST + DAY, None, 0), suspend(FIRST, LAST)).placement
    assert placement.suspensions == (suspension(FIRST, LAST), suspension(LAST + DAY, None, 0))


def test_a_correction_must_not_overlap_either() -> None:
    """A suspension cannot be stretched over the next one."""
    happened = given(started()).after(suspend(FIRST, LAST), suspend(LAST + DAY, None))
    happened.when(suspend(FIRST, None)).then_refused("suspension-overlap")


def test_a_withdrawn_suspension_does_not_overlap() -> None:
    """A suspension that never was leaves its days free; its history is kept and withdrawing it again is no news."""
    wrong = suspension(FIRST, LAST)
    gone = (
        given(started())
        .after(suspend(FIRST, LAST))
        .when(withdraw(wrong))
        .then(SuspensionWithdrawn(effective_on=FIRST, suspension=wrong))
    )
    assert (gone.placement.suspensions, gone.placement.withdrawn_suspensions) == ((), (wrong,))
    gone.when(withdraw(wrong)).then()
    gone.when(suspend(FIRST - DAY, None)).then(
        PlacementSuspended(effective_on=FIRST - DAY, suspension=suspension(FIRST - DAY, None))
    )


def test_other_days_stated_as_withdrawn_take_the_held_suspension_with_them() -> None:
    """A row that says no suspension began on a day withdraws the one that did, whatever its last day."""
    stated = suspension(FIRST, LAST - DAY)
    gone = (
        given(started())
        .after(suspend(FIRST, LAST))
        .when(withdraw(stated))
        .then(
            SuspensionWithdrawn(effective_on=FIRST, suspension=suspension(FIRST, LAST)),
            SuspensionWithdrawn(effective_on=FIRST, suspension=stated),
        )
    )
    assert gone.placement.suspensions == ()
    right = gone.after(suspend(FIRST, LAST + DAY))
    assert right.after(withdraw(stated), suspend(FIRST, LAST + DAY)) == right


def test_a_suspension_listed_only_as_withdrawn_is_recorded_once() -> None:
    """A workbook may list a suspension that never was and that nobody recorded, even across one that holds."""
    never = suspension(FIRST + DAY, LAST)
    happened = (
        given(started())
        .after(suspend(FIRST, LAST))
        .when(withdraw(never))
        .then(SuspensionWithdrawn(effective_on=FIRST + DAY, suspension=never))
    )
    assert happened.placement.suspensions == (suspension(FIRST, LAST),)
    happened.when(withdraw(never)).then()


def test_a_withdrawn_suspension_can_be_recorded_again() -> None:
    """A suspension stated after its withdrawal counts, and is no longer withdrawn."""
    happened = given(started()).after(suspend(FIRST, LAST), withdraw(suspension(FIRST, LAST)), suspend(FIRST, LAST))
    assert happened.placement.suspensions == (suspension(FIRST, LAST),)
    assert happened.placement.withdrawn_suspensions == ()


def test_a_suspension_does_not_end_before_it_begins() -> None:
    """The last day may be the first, never an earlier one."""
    given(started()).when(suspend(FIRST, FIRST - DAY)).then_refused("suspension-dates")
    assert given(started()).after(suspend(FIRST, FIRST)).placement.suspensions


@pytest.mark.parametrize("pct", ["-0.01", "100.01"])
def test_what_stays_payable_is_a_percentage(pct: str) -> None:
    """Less than nothing and more than everything are refused; nothing and everything are not."""
    command = commands.SuspendPlacement(placement_ref=REF, first_day=FIRST, payable_pct=Decimal(pct))
    given(started()).when(command).then_refused("suspension-percentage")
    for whole in (0, 100):
        assert given(started()).after(suspend(FIRST, LAST, whole)).placement.suspensions


def test_a_suspension_outside_the_placement_is_accepted() -> None:
    """Days before the start or past the end are recorded; they have no effect there."""
    placement = given(started(end_on=FIRST)).after(suspend(START - DAY, START), suspend(LAST, None)).placement
    assert len(placement.suspensions) == 2


offsets = st.integers(0, 40)
spans = st.tuples(offsets, st.one_of(st.none(), st.integers(0, 10)))
deeds = st.lists(st.tuples(spans, st.booleans()), max_size=12)


@for_all(deeds)
def test_suspensions_never_overlap(asked: list[tuple[tuple[int, int | None], bool]]) -> None:
    """Whatever is suspended, corrected and withdrawn, no day is in two suspensions, and they stand in order."""
    happened = given(started())
    for (offset, length), is_withdrawn in asked:
        first_day = START + timedelta(offset)
        one = suspension(first_day, None if length is None else first_day + timedelta(length))
        command = withdraw(one) if is_withdrawn else suspend(one.first_day, one.last_day)
        try:
            happened = happened.after(command)
        except Refused as refusal:
            assert refusal.faults[0].code == "suspension-overlap"  # noqa: PT017 - the loop goes on after it
            continue
        assert happened.after(command) == happened
    suspensions = happened.placement.suspensions
    assert list(suspensions) == sorted(suspensions, key=lambda one: one.first_day)
    for one, other in combinations(suspensions, 2):
        assert (one.last_day or OPEN_DAY) < other.first_day
