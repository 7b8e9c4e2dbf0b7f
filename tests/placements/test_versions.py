"""Where a placement stands from when: packages, moves, and what a corrected start does to them."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given as for_all
from hypothesis import strategies as st

from commissioning.placements import commands
from commissioning.placements.events import PackageChanged, PlacementDatesCorrected, PlacementMoved
from contracts.versions import resolved, version_on
from tests.placements.notation import REF, START, given, stand, started, version

NOVEMBER = date(2026, 11, 1)
JANUARY = date(2027, 1, 1)


def moved_start(day: date) -> commands.CorrectPlacementDates:
    return commands.CorrectPlacementDates(placement_ref=REF, start_on=day)


def test_another_package_under_the_same_agreement() -> None:
    """A change of band from a day is a package change; the days before keep the old band."""
    banded = version(NOVEMBER, band="C")
    happened = (
        given(started()).when(stand(NOVEMBER, band="C")).then(PackageChanged(effective_on=NOVEMBER, version=banded))
    )
    assert happened.placement.versions == (version(), banded)


def test_another_agreement_is_a_move() -> None:
    """Standing under another agreement than held on that day is a move."""
    given(started()).when(stand(NOVEMBER, agreement_ref="AG2")).then(
        PlacementMoved(effective_on=NOVEMBER, version=version(NOVEMBER, agreement_ref="AG2"))
    )


def test_a_restated_day_is_judged_by_what_held_on_it() -> None:
    """Restating a moved day under the first agreement is a move back, not a package change."""
    there = given(started()).after(stand(NOVEMBER, agreement_ref="AG2"))
    back = there.when(stand(NOVEMBER)).then(PlacementMoved(effective_on=NOVEMBER, version=version(NOVEMBER)))
    assert back.placement.versions == (version(), version(NOVEMBER))


def test_a_version_dated_at_the_start_is_the_base() -> None:
    """A version from the start restates the first version and is kept without a date."""
    restated = given(started()).when(stand(START, band="A"))
    restated.then(PackageChanged(effective_on=START, version=version(band="A")))
    given(started()).when(stand(START)).then()
    given(started()).when(stand()).then()


def test_the_same_values_from_another_day_are_kept() -> None:
    """A version equal to the one in force still counts, so that a later change of the earlier one stops there."""
    given(started()).when(stand(NOVEMBER)).then(PackageChanged(effective_on=NOVEMBER, version=version(NOVEMBER)))


def test_a_placement_stands_nowhere_before_it_starts() -> None:
    """A version dated before the start is refused."""
    given(started()).when(stand(START - timedelta(1))).then_refused("version-before-start")


def test_an_earlier_start_takes_the_base_with_it() -> None:
    """The first version holds from an earlier start; later versions stay where they are."""
    early = date(2026, 4, 20)
    happened = given(started()).after(stand(NOVEMBER, band="B"))
    corrected = happened.when(moved_start(early)).then(
        PlacementDatesCorrected(effective_on=early, start_on=early, end_on=None, notice_given_on=None)
    )
    assert corrected.placement.start_on == early
    assert corrected.placement.versions == (version(), version(NOVEMBER, band="B"))


def test_a_later_start_lets_earlier_versions_go() -> None:
    """The version in force on the new start becomes the base."""
    happened = given(started()).after(stand(NOVEMBER, band="B"), stand(JANUARY, band="C"), moved_start(NOVEMBER))
    assert happened.placement.versions == (version(band="B"), version(JANUARY, band="C"))


def test_a_version_after_the_end_is_accepted() -> None:
    """A fact outside the placement's days is recorded; it has no effect there and is no fault."""
    given(started(end_on=NOVEMBER)).when(stand(JANUARY, band="B")).then(
        PackageChanged(effective_on=JANUARY, version=version(JANUARY, band="B"))
    )


stands = st.lists(
    st.builds(
        stand,
        st.one_of(st.none(), st.integers(0, 400).map(lambda days: START + timedelta(days))),
        agreement_ref=st.sampled_from(["AG1", "AG2", "AG3"]),
        band=st.sampled_from([None, "A", "B"]),
    ),
    unique_by=lambda command: command.effective_from or START,
    max_size=8,
)


@for_all(stands, st.randoms(use_true_random=False))
def test_the_order_of_changes_does_not_matter(asked: list[commands.ChangePlacementVersion], random: object) -> None:
    """Changes from different days give the same versions in whatever order they are recorded."""
    shuffled = list(asked)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = given(started()).after(*asked), given(started()).after(*shuffled)
    assert one.placement == other.placement


@for_all(stands)
def test_restating_every_change_does_nothing(asked: list[commands.ChangePlacementVersion]) -> None:
    """A workbook imported twice records nothing the second time."""
    once = given(started()).after(*asked)
    assert once.after(*asked) == once


@for_all(stands, st.integers(-100, 500))
def test_versions_stay_in_order_from_the_start(asked: list[commands.ChangePlacementVersion], days: int) -> None:
    """After any changes and a corrected start, one base comes first and the others follow in order after it."""
    new_start = START + timedelta(days)
    before = given(started()).after(*asked).placement
    after = given(started()).after(*asked, moved_start(new_start)).placement
    assert after.versions[0].effective_from is None
    begun = [resolved(one, new_start) for one in after.versions]
    assert all(one < other for one, other in pairwise(begun))
    for offset in range(max(days, 0), 520, 13):
        day = START + timedelta(offset)
        was, now = version_on(before.versions, day, START), version_on(after.versions, day, new_start)
        assert was is not None
        assert now is not None
        assert (was.agreement_ref, was.band) == (now.agreement_ref, now.band)
