"""Pence and their texts: nothing is rounded, and what is no amount is refused."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.ledger.money import pence_from_text, pounds_text

PENCE = st.integers(-(10**15), 10**15)


@given(PENCE)
def test_pence_come_back_from_their_text(pence: int) -> None:
    """Writing an amount down and reading it again loses nothing, below zero and below a pound too."""
    assert pence_from_text(pounds_text(pence)) == pence


@given(PENCE)
def test_the_text_is_the_exact_amount(pence: int) -> None:
    """The text has two decimals and is worth as many pence."""
    assert Decimal(pounds_text(pence)) * 100 == pence
    assert pounds_text(pence)[-3] == "."


@pytest.mark.parametrize(
    ("text", "pence"),
    [("1234.5", 123450), ("-0.05", -5), ("7", 700), ("1.50000", 150), ("1E+3", 100_000), (" 2.00 ", 200)],
)
def test_amounts_as_people_and_programs_write_them(text: str, pence: int) -> None:
    """Fewer or more decimals than two are read when they are worth whole pence."""
    assert pence_from_text(text) == pence


@pytest.mark.parametrize("text", ["1.005", "0.001", "123456789012.345", "0.000000000000001"])
def test_parts_of_a_penny_are_refused(text: str) -> None:
    """A part of a penny is never rounded away in silence."""
    with pytest.raises(ValueError, match="parts of a penny"):
        pence_from_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ten",
        "1,234.50",
        "£5",
        "NaN",
        "sNaN",
        "Infinity",
        "-inf",
        "1e999999",
        "1e-999999",
        "9" * 5000,
        "1" + "0" * 16,
    ],
)
def test_what_is_no_amount_is_refused_at_once(text: str) -> None:
    """Words, endless numbers and numbers that only cost memory are no amounts."""
    with pytest.raises(ValueError, match="is not an amount of money"):
        pence_from_text(text)


@given(st.text())
def test_any_text_is_an_amount_or_is_refused(text: str) -> None:
    """Whatever somebody types gives whole pence or a ValueError."""
    with suppress(ValueError):
        assert isinstance(pence_from_text(text), int)
