"""A card's series of lines: what counts as the same line, and what placing one among others does."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from contracts.rates import RateLine
from contracts.series import (
    Lines,
    clash,
    has_series,
    line_at,
    line_in_words,
    place_line,
    same_line,
    series_of,
    without_line,
)
from tests.contracts.examples import START, line


def test_a_blank_date_and_the_start_are_one_date() -> None:
    """A line that states the owner's start and one that leaves the date blank say the same."""
    assert same_line(line(), line(effective_from=START), START)
    assert place_line((line(),), line(effective_from=START), START) == ("unchanged", (line(),))


def test_another_price_at_a_known_date_corrects() -> None:
    """A line of a known series and date with another price takes the old one's place."""
    dearer = line(amount=6_100_000)
    other = line(component="therapy")
    assert place_line((line(), other), dearer, START) == ("corrected", (dearer, other))


def test_every_value_of_a_line_counts() -> None:
    """A change of the amount, the quantity or a flag alone is a correction."""
    for changed in (
        {"amount": 1},
        {"quantity": Decimal(2)},
        {"void": True},
        {"discount": False},
        {"notice": False},
    ):
        assert place_line((line(),), line(**changed), START)[0] == "corrected", changed


def test_another_date_of_a_series_is_agreed() -> None:
    """A new date of a known series is added, the earlier price stays."""
    uplift = line(amount=6_200_000, effective_from=date(2027, 9, 1))
    assert place_line((line(),), uplift, START) == ("agreed", (line(), uplift))


def test_band_and_setting_make_other_series() -> None:
    """A blank band is a series of its own beside a stated one."""
    banded = line(band="B")
    assert series_of(banded) != series_of(line())
    assert not has_series((line(),), banded)
    assert line_at((line(),), banded, START) is None
    assert line_at((line(),), line(setting="day"), START) is None
    assert clash((line(), banded, line(setting="day"), line(unit="term")), START) is None


def test_two_lines_of_a_series_on_one_date_clash() -> None:
    """The second of two prices for one thing on one date is found, even where one date is left blank."""
    second = line(amount=1, effective_from=START)
    assert clash((line(), second), START) is second
    assert clash((line(), second), date(2026, 9, 2)) is None


def test_a_line_is_named_in_words() -> None:
    """A fault names a line as a person would."""
    assert line_in_words(line(band="B", setting="day"), START) == "education a year, band B, day, from 1 September 2026"
    assert line_in_words(line(component="equipment", unit="once"), START) == "equipment once, from 1 September 2026"


some_lines = st.builds(
    line,
    component=st.sampled_from(["education", "therapy"]),
    band=st.sampled_from([None, "A"]),
    amount=st.integers(0, 3),
    effective_from=st.sampled_from([None, START, date(2027, 9, 1)]),
)


@given(st.lists(some_lines, max_size=12))
def test_lines_placed_one_by_one_never_clash(stated: list[RateLine]) -> None:
    """However lines are placed, no series has two lines on a date, and the last one stated holds there."""
    lines: Lines = ()
    for one in stated:
        lines = place_line(lines, one, START)[1]
        known = line_at(lines, one, START)
        assert known is not None
        assert same_line(known, one, START)
    assert clash(lines, START) is None


@given(st.lists(some_lines, max_size=12), some_lines)
def test_a_withdrawn_line_is_gone_and_the_others_stay(stated: list[RateLine], gone: RateLine) -> None:
    """Taking a line away removes its series' line on that date and nothing else."""
    lines: Lines = ()
    for one in stated:
        lines = place_line(lines, one, START)[1]
    left = without_line(lines, gone, START)
    assert line_at(left, gone, START) is None
    assert len(left) == len(lines) - (line_at(lines, gone, START) is not None)
