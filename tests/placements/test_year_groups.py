"""Year groups by the month of birth, and the ends of phases."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from commissioning.placements.year_groups import end_of_phase, year_group, year_group_in_words

BIRTHS = st.dates(date(2000, 1, 1), date(2024, 12, 31))


@given(born=BIRTHS, day=st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_a_year_group_is_the_age_before_the_academic_year_less_four(born: date, day: date) -> None:
    """Who is four on 31 August begins Reception the day after, whatever the day of birth in the month."""
    begins = day.year if day.month >= 9 else day.year - 1
    age = begins - born.year - (born.month > 8)
    assert year_group(f"{born:%Y-%m}", day) == age - 4


@given(born=BIRTHS)
def test_a_phase_ends_with_its_last_year_group(born: date) -> None:
    """On its last day the pupil is in the last year group still, and in September in the next."""
    month = f"{born:%Y-%m}"
    for phase, last in (("early_years", 0), ("primary", 6), ("secondary", 11), ("post_16", 14)):
        ends = end_of_phase(month, phase)  # type: ignore[arg-type]
        assert (ends.month, ends.day) == (8, 31)
        assert year_group(month, ends) == last
        assert year_group(month, date(ends.year, 9, 1)) == last + 1
    assert end_of_phase(month, "post_16", 13).year == end_of_phase(month, "post_16").year - 1


def test_the_first_and_the_last_day_of_a_birth_year() -> None:
    """Born in August a child is the youngest of a year group, born in September the oldest of the next."""
    assert (year_group("2013-08", date(2026, 9, 1)), year_group("2013-09", date(2026, 9, 1))) == (9, 8)
    assert [year_group_in_words(group) for group in (-1, 0, 7)] == ["Nursery", "Reception", "Year 7"]
