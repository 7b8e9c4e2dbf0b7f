"""What people type into forms becomes exact values or faults in words, and comes back as it was typed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.web.forms.fields import (
    MOST_ROWS,
    Field,
    Rows,
    Section,
    as_typed,
    pounds_typed,
    read,
    reference_after,
    typed_in,
)
from commissioning.web.forms.kinds import Choice, Day, Kind, Money, Month, Number, Paragraph, Text, UnreadableError
from commissioning.web.words import pounds

KINDS: tuple[Kind, ...] = (Text(), Paragraph(), Day(), Month(), Money(), Number(), Choice({"a": "A", "b": "B"}))
PRICE = Rows(
    "rates",
    "Prices",
    (Field("for", "For", Choice({"care": "Care"})), Field("amount", "Price", Money())),
    "Add another",
    lambda row: f"{row['for']} {row['amount']}",
)
ASKED = (Section("All", (Field("name", "Name", Text()), Field("on", "Day", Day(), required=False), PRICE)),)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_a_day_is_read_in_every_way_in_which_it_is_written(on: date) -> None:
    """Figures, words and ISO 8601 name one day; what a form is filled with reads as the day it stands for."""
    for text in (as_typed(on), on.isoformat(), Day().shown(on), f"{on:%d}-{on:%m}-{on.year}", f"{on:%d.%m}.{on.year}"):
        assert Day().read(text) == on


@given(st.integers(-(10**12), 10**12))
def test_money_is_read_to_the_penny(pence: int) -> None:
    """Pounds as they are shown, and as a form is filled with them, read as the very pence they came from."""
    for text in (pounds_typed(pence), pounds(pence)):
        assert Money(least=None).read(text) == pence


@pytest.mark.parametrize("text", ["1.005", "£", "1e3", "12.3.4", "NaN", "٣", "9" * 20, "--1"])
def test_what_is_no_money_is_refused(text: str) -> None:
    """Nothing is rounded or guessed: an amount has whole pence and ordinary digits, or it is refused."""
    with pytest.raises(UnreadableError):
        Money(least=None).read(text)


@given(st.sampled_from(KINDS), st.text(max_size=60))
def test_no_text_breaks_a_kind(kind: Kind, text: str) -> None:
    """Whatever is typed is read as a value that can be shown, or is a fault that says what was expected."""
    try:
        shown = kind.shown(kind.read(text))
    except UnreadableError as problem:
        shown = problem.expected
    assert isinstance(shown, str)


@given(
    st.dictionaries(
        st.sampled_from(["name", "on", *(f"rates.{row}.{name}" for row in (0, 2, 99) for name in ("for", "amount"))]),
        st.text(max_size=12),
    )
)
def test_reading_never_fails_and_places_every_fault(typed: dict[str, str]) -> None:
    """Each fault names a field that the form has, in the row in which it was typed; rows left blank are no rows."""
    reading = read(ASKED, typed)
    names = {"name", "on", *(f"rates.{number}.{field.name}" for number in range(MOST_ROWS) for field in PRICE.fields)}
    assert {fault.where for fault in reading.faults} <= names
    filled = {name.split(".")[1] for name, text in typed.items() if name.startswith("rates") and text.strip()}
    assert len(reading.values["rates"]) == len(filled - {"99"})
    assert typed_in(ASKED, typed) == {name: text.replace("\r\n", "\n") for name, text in typed.items() if name in names}


def test_a_place_in_the_values_is_the_row_in_which_it_was_typed() -> None:
    """The second price may stand in the fourth row: what is wrong with it is shown there."""
    reading = read(ASKED, {"name": "A", "rates.0.amount": "1", "rates.0.for": "care", "rates.3.amount": "2"})
    assert reading.place_of(("rates", 1, "amount")) == "rates.3.amount"
    assert [fault.where for fault in reading.faults] == ["rates.3.for"]


def test_a_number_keeps_its_bounds_and_places() -> None:
    """Percentages run from nothing to a hundred; four places after the point are exact, a fifth is refused."""
    share = Number(most=100, places=4, suffix="%")
    assert share.read("33.3333%") == Decimal("33.3333")
    for text in ("100.1", "-1", "33.33333", "Infinity"):
        with pytest.raises(UnreadableError):
            share.read(text)


@pytest.mark.parametrize(
    ("ref", "following"), [("PL-0041", "PL-0042"), ("PL-9", "PL-10"), ("A9Z099", "A9Z100"), ("P", "")]
)
def test_the_next_reference_has_the_form_of_the_last(ref: str, following: str) -> None:
    """Digits at the end are counted on and keep their width; what ends in a letter gives no guess."""
    assert reference_after(ref) == following
