"""Which lines hold on a day, and for whom (pricing.md §2)."""

from tests.pricing.notation import Agreement, attendance, placement, pounds, price, priced, version

SEPTEMBER = placement("2025-09-01", "2025-09-30")
"""30 days, of which 22 are school days."""


def test_the_latest_line_of_a_series_holds() -> None:
    """A new price takes over from its day; a later one does not reach back."""
    card = [price("36500"), price("73000", from_="2025-09-11"), price("109500", from_="2025-09-21")]
    assert attendance(Agreement(card), SEPTEMBER) == {202509: "6000.00"}


def test_the_order_of_the_rows_does_not_matter() -> None:
    """A series is ordered by its dates, not by the sheet's rows."""
    card = [price("109500", from_="2025-09-21"), price("36500"), price("73000", from_="2025-09-11")]
    assert attendance(Agreement(card), SEPTEMBER) == {202509: "6000.00"}


def test_a_price_of_nothing_ends_its_series() -> None:
    """An amount of 0 ends the series until a later line begins it again; other series go on."""
    card = [price("36500"), price("0", from_="2025-09-11"), price("36500", from_="2025-09-26")]
    assert attendance(Agreement(card), SEPTEMBER) == {202509: "1500.00"}
    assert attendance(Agreement([*card, price("10", "day")]), SEPTEMBER) == {202509: "1720.00"}


def test_an_exact_line_does_not_replace_a_blank_one() -> None:
    """A line for the band and a line for any band are two series, and both are charged."""
    card = [price("36500"), price("3650", band="A"), price("365", band="A", setting="day")]
    in_band = placement("2025-09-01", "2025-09-30", versions=[version(band="A")])
    assert attendance(Agreement(card), in_band) == {202509: "3330.00"}
    assert attendance(Agreement(card), SEPTEMBER) == {202509: "3000.00"}


def test_a_line_for_another_band_or_setting_is_not_taken() -> None:
    """Band and setting must both be blank or equal."""
    card = [price("36500", band="B"), price("36500", setting="residential_52"), price("3650", band="A")]
    in_band = placement("2025-09-01", "2025-09-30", versions=[version(band="A")])
    assert attendance(Agreement(card), in_band) == {202509: "300.00"}


def test_own_lines_are_added_to_the_card() -> None:
    """An extra is charged beside the card's price for the same component."""
    one = placement("2025-09-01", "2025-09-30", lines=[price("3650")])
    assert attendance(Agreement([price("36500")]), one) == {202509: "3300.00"}


def test_a_blank_date_is_the_owners_start() -> None:
    """An undated own line holds from the placement's start, so a later dated line of its series follows it."""
    one = placement("2025-09-01", "2025-09-30", lines=[price("73000", from_="2025-09-21"), price("36500")])
    assert attendance(Agreement(), one) == {202509: "4000.00"}


def test_a_once_line_is_charged_on_its_day_alone() -> None:
    """A once line costs its amount times quantity on its day, weekend or not, and each of a series counts."""
    lines = [
        price("500", "once", from_="2025-09-06", quantity="2"),
        price("7", "once", from_="2025-09-20"),
        price("9", "once", from_="2025-10-01"),
    ]
    assert attendance(Agreement(), placement("2025-09-01", "2025-09-30", lines=lines)) == {202509: "1007.00"}


def test_a_once_line_on_the_card_needs_the_placement_on_roll_that_day() -> None:
    """Only those on roll on the day of a card's once line pay it."""
    agreement = Agreement([price("500", "once", from_="2025-09-10")])
    assert attendance(agreement, placement("2025-09-10", "2025-09-30")) == {202509: "500.00"}
    assert attendance(agreement, placement("2025-09-11", "2025-09-30")) == {}


def test_a_once_line_is_its_own_series() -> None:
    """A once line does not end the yearly price of its component, nor is it ended by it."""
    card = [price("36500"), price("500", "once", from_="2025-09-10")]
    assert attendance(Agreement(card), SEPTEMBER) == {202509: "3500.00"}


def test_once_lines_of_every_component_are_kept_apart() -> None:
    """Each component has rows of its own."""
    one = placement("2025-09-01", "2025-09-30", lines=[price("60", "once", "equipment", "2025-09-03")])
    charges = priced(Agreement([price("36500")]), one).charges
    assert pounds(charges, component="equipment") == {202509: "60.00"}
    assert pounds(charges) == {202509: "3000.00"}
