"""Reports run over whole months, and say so where they are asked for less."""

from datetime import date

import pytest

from commissioning.charges.periods import (
    Period,
    financial_year,
    month_days,
    month_name,
    quarter_name,
    whole_months,
    year_name,
)
from commissioning.ledger.errors import Refused


@pytest.mark.parametrize(
    ("first_day", "last_day", "nearest"),
    [
        (date(2026, 4, 2), date(2026, 6, 30), "1 April 2026 to 30 June 2026"),
        (date(2026, 4, 1), date(2026, 6, 29), "1 April 2026 to 30 June 2026"),
        (date(2026, 12, 15), date(2026, 12, 16), "1 December 2026 to 31 December 2026"),
        (date(2028, 1, 31), date(2028, 2, 28), "1 January 2028 to 29 February 2028"),
    ],
)
def test_a_cut_month_is_refused_with_the_nearest_whole_months(first_day: date, last_day: date, nearest: str) -> None:
    """A period that starts or ends inside a month is refused, and the months to ask for instead are named."""
    with pytest.raises(Refused) as refused:
        whole_months(first_day, last_day)
    (fault,) = refused.value.faults
    assert nearest in fault.expected
    assert fault.status == 400


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    """A period backwards is refused, not taken as empty."""
    with pytest.raises(Refused, match="before it begins"):
        whole_months(date(2026, 5, 1), date(2026, 4, 30))


def test_whole_months_are_taken_as_they_are() -> None:
    """A period of whole months keeps its days; its months are numbers in order, across a year's end and a leap day."""
    period = whole_months(date(2027, 11, 1), date(2028, 2, 29))
    assert period == Period(date(2027, 11, 1), date(2028, 2, 29))
    assert period.months() == [202711, 202712, 202801, 202802]
    assert period.days == 30 + 31 + 31 + 29


def test_a_financial_year_has_twelve_months_from_april() -> None:
    """2026/27 is 1 April 2026 to 31 March 2027 and goes by its name, years by theirs; other periods by their days."""
    year = financial_year("2026/27")
    assert (year.first_day, year.last_day, year.days) == (date(2026, 4, 1), date(2027, 3, 31), 365)
    assert year.months() == [*range(202604, 202613), 202701, 202702, 202703]
    assert year.in_words() == "2026/27"
    assert Period(date(2024, 4, 1), year.last_day).in_words() == "2024/25 to 2026/27"
    assert whole_months(date(2026, 4, 1), date(2026, 4, 30)).in_words() == "1 April 2026 to 30 April 2026"


@pytest.mark.parametrize(
    ("month", "name", "quarter", "year"),
    [
        (202604, "2026-04", "2026/27 Q1", "2026/27"),
        (202606, "2026-06", "2026/27 Q1", "2026/27"),
        (202607, "2026-07", "2026/27 Q2", "2026/27"),
        (202612, "2026-12", "2026/27 Q3", "2026/27"),
        (202701, "2027-01", "2026/27 Q4", "2026/27"),
        (202703, "2027-03", "2026/27 Q4", "2026/27"),
    ],
)
def test_names_of_a_month_and_its_quarter_and_year(month: int, name: str, quarter: str, year: str) -> None:
    """Months, quarters and years print as the interface promises."""
    assert (month_name(month), quarter_name(month), year_name(month)) == (name, quarter, year)


def test_days_of_a_month() -> None:
    """A month's days reach to its last, in a leap February too."""
    assert month_days(202802) == (date(2028, 2, 1), date(2028, 2, 29))
    assert month_days(202612) == (date(2026, 12, 1), date(2026, 12, 31))
