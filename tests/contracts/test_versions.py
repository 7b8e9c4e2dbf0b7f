"""Dated versions: the base follows its owner's start, and exactly one version holds on a day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.terms import Terms
from contracts.versions import as_base, rebased, resolved, version_at, version_on, with_version

START = date(2026, 9, 1)


def terms(weeks: int, effective_from: date | None = None) -> Terms:
    return Terms(effective_from=effective_from, fee_year="academic", accrual="calendar_days", notice_weeks=weeks)


def test_a_version_from_the_start_is_kept_without_a_date() -> None:
    """A version dated at the owner's start becomes the base, which follows a corrected start."""
    assert as_base(terms(1, START), START) == terms(1)
    assert as_base(terms(1, date(2026, 9, 2)), START) == terms(1, date(2026, 9, 2))


def test_a_version_takes_the_place_of_one_on_its_day() -> None:
    """Restating a day replaces what was said of it; the order of days is kept."""
    later, between = terms(2, date(2027, 9, 1)), terms(3, date(2027, 1, 1))
    versions = with_version(with_version((terms(1),), later, START), between, START)
    assert versions == (terms(1), between, later)
    assert with_version(versions, terms(9, START), START) == (terms(9), between, later)


def test_the_latest_version_not_after_a_day_holds() -> None:
    """A version holds from its own day until the day before the next."""
    versions = (terms(1), terms(2, date(2027, 1, 1)))
    assert version_on(versions, date(2026, 12, 31), START) == terms(1)
    assert version_on(versions, date(2027, 1, 1), START) == versions[1]
    assert version_on(versions, date(2026, 8, 31), START) is None
    assert version_at(versions, START, START) == terms(1)
    assert version_at(versions, date(2026, 12, 31), START) is None


def test_a_later_start_lets_the_version_in_force_become_the_base() -> None:
    """Versions that no longer hold on any day are let go when the start is moved past them."""
    versions = (terms(1), terms(2, date(2027, 1, 1)), terms(3, date(2027, 4, 1)))
    assert rebased(versions, START, date(2027, 1, 1)) == (terms(2), terms(3, date(2027, 4, 1)))
    assert rebased(versions, START, date(2027, 6, 1)) == (terms(3),)


def test_an_earlier_start_stretches_the_base() -> None:
    """The base holds from an earlier start on, and no other version moves."""
    versions = (terms(1), terms(2, date(2027, 1, 1)))
    assert rebased(versions, START, date(2026, 4, 1)) == versions


def test_a_set_that_begins_later_stays_later() -> None:
    """Where nothing held from the start, an earlier start invents nothing."""
    versions = (terms(2, date(2027, 1, 1)),)
    assert rebased(versions, START, date(2026, 4, 1)) == versions


offsets = st.integers(0, 20)


@given(st.lists(st.tuples(offsets, offsets), max_size=8), offsets)
def test_a_corrected_start_changes_nothing_from_the_new_start_on(stated: list[tuple[int, int]], moved: int) -> None:
    """After the start moved later, each day from it on has the version it had before."""
    versions: tuple[Terms, ...] = (terms(99),)
    for weeks, days in stated:
        versions = with_version(versions, terms(weeks, START + timedelta(days)), START)
    new_start = START + timedelta(moved)
    after = rebased(versions, START, new_start)
    for days in range(moved, 25):
        day = START + timedelta(days)
        before_it, after_it = version_on(versions, day, START), version_on(after, day, new_start)
        assert before_it is not None
        assert after_it is not None
        assert before_it.notice_weeks == after_it.notice_weeks
    begun = [resolved(version, new_start) for version in after]
    assert begun == sorted(set(begun))
    assert begun[0] == new_start


def test_what_never_held_stays_without_effect_when_the_start_moves_ahead_of_it() -> None:
    """A version dated before the owner's start, and replaced at it, does not come to life by an earlier start."""
    replaced, base = terms(1, date(2026, 8, 1)), terms(2)
    assert rebased((replaced, base), START, date(2026, 7, 1)) == (base,)
    assert rebased((replaced,), START, date(2026, 7, 1)) == (replaced,)
