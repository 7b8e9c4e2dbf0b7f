"""Single cells: what a spreadsheet stores for a value comes back as that value, exactly."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.importing.cells import Wrong, converter, shown
from commissioning.importing.sheets import AGREEMENTS, PLACEMENTS, PROVIDERS, RATES, SHEETS, TIERS, Column

AMOUNT = converter(RATES.column("amount"))
DAY = converter(AGREEMENTS.column("start_on"))
TITLE = converter(AGREEMENTS.column("title"))
REF = converter(AGREEMENTS.column("agreement_ref"))
DISCOUNT = converter(TIERS.column("discount_pct"))
MONTH = converter(PLACEMENTS.column("birth_month"))

COLUMNS = [column for sheet in SHEETS for column in sheet.columns]
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31))


@given(pence=st.integers(min_value=-1_000_000_000, max_value=1_000_000_000))
def test_money_survives_the_binary_fraction(pence: int) -> None:
    """Any amount in pence, written as pounds in a spreadsheet's number, comes back to the penny."""
    assert AMOUNT(pence / 100) == pence
    assert AMOUNT(f"{Decimal(pence) / 100}") == pence


@given(tenths=st.integers(min_value=-9_999_999_999, max_value=9_999_999_999).filter(lambda n: n % 10))
def test_a_third_decimal_is_never_rounded_away(tenths: int) -> None:
    """An amount with three decimals is refused, however small the rest."""
    assert isinstance(AMOUNT(tenths / 1000), Wrong)


def test_the_noise_of_a_sum_is_not_a_third_decimal() -> None:
    """0.1 + 0.2 shows as 0.3 in a spreadsheet, and is taken as thirty pence."""
    assert AMOUNT(0.1 + 0.2) == 30


@given(day=days)
def test_a_date_comes_back_from_each_of_its_forms(day: date) -> None:
    """A date, a date with midnight and its ISO text are one day; its month is read from any of them."""
    assert DAY(day) == day
    assert DAY(datetime.combine(day, time.min)) == day
    assert DAY(f" {day.isoformat()} ") == day
    assert MONTH(day) == f"{day.year:04}-{day.month:02}"
    assert MONTH(f"{day.year:04}-{day.month:02}") == f"{day.year:04}-{day.month:02}"


@given(millionths=st.integers(min_value=-100_000_000, max_value=100_000_000))
def test_a_percentage_comes_back_exactly(millionths: int) -> None:
    """A percentage with up to six decimals is exact and prints without an exponent."""
    exact = Decimal(millionths) / 1_000_000
    taken = DISCOUNT(float(exact))
    assert taken == exact
    assert "E" not in str(taken)


@given(number=st.integers(min_value=0, max_value=999_999_999_999_999))
def test_a_reference_typed_as_a_number_reads_as_typed(number: int) -> None:
    """A spreadsheet stores 1001 as a fraction; the reference is 1001, not 1001.0."""
    assert REF(float(number)) == str(number)


@given(words=st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=200))
def test_plain_text_is_kept_but_for_the_spaces_around_it(words: str) -> None:
    """Letters, digits and punctuation of any script are kept as they are."""
    assert TITLE(words) == (words.strip() or None)


@pytest.mark.parametrize("column", [column for column in COLUMNS if column.choices], ids=lambda column: column.name)
def test_every_word_of_a_choice_is_taken_in_any_case(column: Column) -> None:
    """Each allowed word reads as itself, in capitals and with spaces around it too."""
    take = converter(column)
    for word in column.choices:
        assert take(f" {word.upper()} ") == word
        assert take(word) == word


@pytest.mark.parametrize(
    ("cell", "answer"),
    [("yes", True), ("No", False), (True, True), (False, False), ("TRUE", True), ("false", False), ("", None)],
)
def test_yes_and_no_have_these_forms(cell: str | bool, answer: bool | None) -> None:
    """Words and a spreadsheet's own TRUE and FALSE are taken; a blank stays blank."""
    assert converter(PROVIDERS.column("section_41"))(cell) is answer


cells = (
    st.text() | st.floats() | st.integers() | st.booleans() | st.dates() | st.datetimes() | st.times() | st.timedeltas()
)


@given(cell=cells, column=st.sampled_from(COLUMNS))
def test_no_cell_raises(cell: str | float | bool | date | time, column: Column) -> None:
    """Whatever stands in a cell of whatever column, it is a value or a reason in words."""
    taken = converter(column)(cell)
    if isinstance(taken, Wrong):
        assert taken.expected
        assert taken.message
    assert len(shown(cell)) <= 81
