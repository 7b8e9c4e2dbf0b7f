"""London days, instants and financial years hold for every day there is, not only for those that come to mind."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.ledger.errors import Refused
from commissioning.ledger.time import (
    LONDON,
    financial_year_days,
    financial_year_name,
    financial_year_start,
    instant_from_text,
    instant_to_text,
    london_day,
    system_clock,
)

INSTANTS = st.datetimes(
    min_value=datetime(1850, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(9990, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.just(UTC),
)
DAYS = st.dates(min_value=date(1850, 1, 1), max_value=date(9990, 1, 1))


@given(INSTANTS)
def test_an_instant_comes_back_from_its_text(instant: datetime) -> None:
    """Writing an instant down and reading it again loses nothing."""
    assert instant_from_text(instant_to_text(instant)) == instant


@given(INSTANTS, INSTANTS)
def test_the_order_of_texts_is_the_order_of_time(one: datetime, other: datetime) -> None:
    """The log compares instants as text."""
    assert (instant_to_text(one) < instant_to_text(other)) == (one < other)


def test_early_years_keep_four_digits() -> None:
    """Text order holds from the first year on."""
    assert instant_to_text(datetime(7, 1, 2, 3, 4, 5, tzinfo=UTC)) == "0007-01-02T03:04:05.000000Z"


@given(INSTANTS, st.integers(-14 * 60, 14 * 60))
def test_the_zone_an_instant_is_written_in_does_not_matter(instant: datetime, minutes: int) -> None:
    """The same instant in any zone has the same text and the same London day."""
    moved = instant.astimezone(timezone(timedelta(minutes=minutes)))
    assert instant_to_text(moved) == instant_to_text(instant)
    assert london_day(moved) == london_day(instant)
    assert instant_from_text(moved.isoformat()) == instant


@given(DAYS)
def test_a_bare_day_means_its_last_moment(day: date) -> None:
    """The instant of a day still belongs to it, and a microsecond later does not, also where clocks change."""
    for text in (day.isoformat(), day.strftime("%Y%m%d").zfill(8)):
        instant = instant_from_text(text)
        assert london_day(instant) == day
        assert london_day(instant + timedelta(microseconds=1)) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        ("2026-03-28", "2026-03-28T23:59:59.999999Z"),  # the day before clocks go forward
        ("2026-03-29", "2026-03-29T22:59:59.999999Z"),  # 23 hours long
        ("2026-10-24", "2026-10-24T22:59:59.999999Z"),  # the day before clocks go back
        ("2026-10-25", "2026-10-25T23:59:59.999999Z"),  # 25 hours long
    ],
)
def test_days_around_the_change_of_clocks(day: str, last: str) -> None:
    """Days of 23 and 25 hours end where London's clocks say."""
    assert instant_to_text(instant_from_text(day)) == last


@given(INSTANTS)
def test_a_time_without_a_zone_is_londons(instant: datetime) -> None:
    """What a person writes without a zone is read by the clock on the wall in London."""
    local = instant.astimezone(LONDON).replace(tzinfo=None)
    read = instant_from_text(local.isoformat())
    assert read.astimezone(LONDON).replace(tzinfo=None) == local


@pytest.mark.parametrize(
    "text",
    [
        *("", "now", "2026", "2026-13-01", "2026-02-29", "2026-09-30T25:00", "0000-01-01", "9999-12-31"),
        *(
            "9999-12-31T23:59:59-10:00",
            "0001-01-01T00:00:00+10:00",
            "\x00",
            "\uff12\uff10\uff12\uff16-09-30",
            "9" * 5000,
        ),
    ],
)
def test_what_is_no_instant_is_refused_in_words(text: str) -> None:
    """Text that is no day and no instant, or one that no calendar holds, is refused, never an error."""
    with pytest.raises(Refused, match="is not an instant"):
        instant_from_text(text)


@given(st.text())
def test_any_text_is_an_instant_or_is_refused(text: str) -> None:
    """Whatever somebody types gives an instant in UTC or a refusal."""
    with suppress(Refused):
        assert instant_from_text(text).tzinfo is UTC


@given(DAYS)
def test_every_day_lies_in_the_financial_year_of_its_name(day: date) -> None:
    """A year's name gives back the 365 or 366 days from 1 April that hold the day."""
    first, last = financial_year_days(financial_year_name(day))
    assert first == financial_year_start(day)
    assert first <= day <= last
    assert (first.month, first.day, last.month, last.day) == (4, 1, 3, 31)
    assert financial_year_start(last + timedelta(days=1)) == last + timedelta(days=1)


def test_the_turn_of_the_financial_year() -> None:
    """31 March ends a year and 1 April begins the next; the turn of a century is written 00."""
    assert financial_year_name(date(2027, 3, 31)) == "2026/27"
    assert financial_year_name(date(2027, 4, 1)) == "2027/28"
    assert financial_year_name(date(2099, 4, 1)) == "2099/00"


@pytest.mark.parametrize(
    "name", ["", "2026", "2026/2027", "2026/28", "2026-27", "0000/01", "9999/00", "\uff12\uff10\uff12\uff16/27"]
)
def test_what_is_no_financial_year_is_refused_in_words(name: str) -> None:
    """Only years written 2026/27, whose halves belong together, are accepted."""
    with pytest.raises(Refused, match="is not a financial year"):
        financial_year_days(name)


def test_the_systems_clock_is_in_utc() -> None:
    """The clock that the application injects gives aware instants."""
    assert system_clock().tzinfo is UTC
