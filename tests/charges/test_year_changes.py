"""What an event changes in a year, against counting day by day and pupil by pupil."""

from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from commissioning.charges.periods import month_in_year
from commissioning.charges.pupils_on_roll import MonthsMoved, Stay, months_by_model
from commissioning.charges.totals import ALL_MODELS
from commissioning.charges.year_changes import YearChanges
from commissioning.ledger.time import OPEN_DAY

YEARS = (2024, 2026)
"""Two years that have totals, with one between them that has none."""
FIRST, LAST = date(2023, 11, 1), date(2027, 12, 31)


class Span(NamedTuple):
    sign: int
    cohort: int
    first_day: date
    last_day: date
    places: int


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """Days opened or closed, some of them without an end."""
    first = draw(st.dates(FIRST, LAST))
    last = draw(st.one_of(st.just(OPEN_DAY), st.dates(first, LAST)))
    return Span(draw(st.sampled_from([-1, 1])), draw(st.integers(1, 2)), first, last, draw(st.integers(1, 3)))


def day_by_day(told: list[Span]) -> dict[tuple[int, int, int], int]:
    """Days times places of each cohort by year and place of the month, what is nought left out."""
    found: Counter[tuple[int, int, int]] = Counter()
    for span in told:
        day = span.first_day
        while day <= min(span.last_day, date(2027, 3, 31)):
            found[*month_in_year(day.year * 100 + day.month), span.cohort] += span.sign * span.places
            day += timedelta(days=1)
    return {key: number for key, number in found.items() if number and key[0] in YEARS}


@given(told=st.lists(spans(), max_size=5))
def test_days_come_to_what_counting_them_gives(told: list[Span]) -> None:
    """Spans opened and closed, whole or open at the end, change each month of the years by their days and no other."""
    changes = YearChanges(YEARS)
    for span in told:
        figures = (span.sign * span.places, span.sign)
        changes.add_days(span.cohort, span.first_day.isoformat(), span.last_day.isoformat(), figures)
    found: dict[tuple[int, int, int], int] = {}
    second: dict[tuple[int, int, int], int] = {}
    for change in changes.by_year():
        for cohort, figures_of in change.cohorts:
            assert 0 not in figures_of.values()
            for place, number in figures_of.items():
                (found if place < 12 else second)[change.year, place % 12, cohort] = number
    assert found == day_by_day(told)
    assert second == day_by_day([span._replace(places=1) for span in told])


def test_a_span_in_place_of_another_changes_only_the_days_that_differ() -> None:
    """When an end is recorded for an open span, the months before it do not change."""
    changes = YearChanges([2026])
    changes.add_days(1, "2024-09-01", "9999-12-31", (-1,))
    changes.add_days(1, "2024-09-01", "2027-01-30", (1,))
    (change,) = changes.by_year()
    assert change.cohorts == [(1, {9: -1, 10: -28, 11: -31})]


def test_pence_stand_by_share_and_month() -> None:
    """Cost, health's share and care's each have twelve places from April; what comes to nothing is left out."""
    changes = YearChanges([2026])
    changes.add_pence(1, 202604, (100, 0, 7))
    changes.add_pence(1, 202703, (50, 20, 0))
    changes.add_pence(2, 202604, (10, 0, 0))
    changes.add_pence(2, 202604, (-10, 0, 0))
    changes.add_pence(1, 202704, (1, 1, 1))
    (change,) = changes.by_year()
    assert change.cohorts == [(1, {0: 100, 11: 50, 23: 20, 24: 7})]


stays = st.builds(
    lambda model, first, length: Stay(model, first, first + length),
    st.sampled_from(["block", "spot"]),
    st.integers(12 * 2023 + 6, 12 * 2027),
    st.integers(0, 30),
)


@given(before=st.lists(st.lists(stays, max_size=3), max_size=4), first=st.integers(0, 11), length=st.integers(0, 11))
def test_pupils_are_counted_once_in_any_months(before: list[list[Stay]], first: int, length: int) -> None:
    """From the counts by months, any months of a year give the pupils on roll in them, each of them once."""
    year, last = 2025, min(11, first + length)
    changes = YearChanges([year])
    for of_pupil in before:
        for model, months in months_by_model(of_pupil, range(year, year + 1)).items():
            changes.add_pupil(MonthsMoved(year, model, 0, months))
    counts: Counter[str] = Counter()
    for change in changes.by_year():
        for (model, months), count in change.pupils.items():
            if months & sum(1 << place for place in range(first, last + 1)):
                counts[model] += count
    expected: Counter[str] = Counter()
    asked = range(12 * year + first, 12 * year + last + 1)
    for of_pupil in before:
        models = {stay.model for stay in of_pupil if any(stay.first <= month <= stay.last for month in asked)}
        expected.update([*models, *([ALL_MODELS] if models else [])])
    assert counts == expected
