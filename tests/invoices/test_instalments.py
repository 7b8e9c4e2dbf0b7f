"""Equal instalments of a fee year, the last of which takes the remainder; a part of a year goes by its days."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest

from invoices.clock import days_taken, due_by, late_interest
from tests.invoices.office import FENSIDE, Office, new_office
from tests.pages.world import placement

EQUAL = "EQUAL-1"
TERMS = {
    "agreement_ref": EQUAL, "provider_urn": FENSIDE, "model": "spot", "start_on": date(2026, 9, 1),
    "fee_year": "academic", "accrual": "calendar_days", "instalments": "equal", "signed_on": date(2026, 6, 1),
}  # fmt: skip
PERIODS = (date(2026, 9, 1), date(2027, 1, 4), date(2027, 5, 4))


@pytest.fixture
def office(store: str) -> Iterator[Office]:  # noqa: ARG001 - the store on which the office's ledger is kept
    """The office, with an agreement in equal instalments and two pupils, one of whom comes in November."""
    with new_office() as made:
        made.take_in(
            {
                "Agreements": [TERMS],
                "Placements": [
                    placement("PL-20", EQUAL, "ASD", date(2026, 9, 1)),
                    placement("PL-21", EQUAL, "ASD", date(2026, 11, 2)),
                ],
                "Rates": [
                    {"placement_ref": ref, "component": "education", "unit": "year", "amount": 50_000.01}
                    for ref in ("PL-20", "PL-21")
                ],
            }
        )
        yield made


def nets(office: Office, ref: str) -> list[int]:
    """What a placement is billed in each of the three terms."""
    return [
        sum(line.net for line in office.expected(EQUAL, day).lines if line.key.placement_ref == ref) for day in PERIODS
    ]


def test_a_whole_year_is_billed_in_equal_parts(office: Office) -> None:
    """Three thirds of the year's price, to the penny; a term's days are neither more nor less."""
    assert nets(office, "PL-20") == [1_666_667, 1_666_667, 1_666_667]
    office.take_in(
        {"Rates": [{"placement_ref": "PL-20", "component": "education", "unit": "year", "amount": 50_000.02}]}
    )
    assert nets(office, "PL-20") == [1_666_667, 1_666_667, 1_666_668]


def test_part_of_a_year_goes_by_days(office: Office) -> None:
    """Who comes in November is billed for the days: 60 to the year's end of 365, and so on."""
    assert nets(office, "PL-21")[0] == round(Fraction(5_000_001 * 60, 365))


def test_a_leaver_s_instalments_are_put_right_on_the_next(office: Office) -> None:
    """Two thirds were billed when a pupil leaves in February: what the days come to less that is taken off."""
    for number, day in enumerate(PERIODS[:2], 1):
        office.agree(EQUAL, day, f"EQ-{number}")
    office.take_in({"Placements": [placement("PL-20", EQUAL, "ASD", date(2026, 9, 1), end_on=date(2027, 2, 12))]})
    moved = [line for line in office.expected(EQUAL, PERIODS[2]).lines if line.adjustment is not None]
    days = (date(2027, 2, 12) - date(2026, 9, 1)).days + 1
    owed = round(Fraction(5_000_001 * days, 365))
    assert abs(sum(line.net for line in moved) - (owed - 2 * 1_666_667)) <= 1


def test_instalments_are_approved_up_to_the_year_s_charge(office: Office) -> None:
    """The spring's third is more than the spring's days cost, and is paid: the year's charge holds it."""
    for number, day in enumerate(PERIODS, 1):
        key = office.agree(EQUAL, day, f"EQ-{number}")
        office.approve(key)
        assert office.invoice(key).status == "approved"


def test_the_thirty_days_begin_on_the_day_after_receipt() -> None:
    """Paid on the thirtieth day is in time; a day later a day's interest at base rate and 8% is due."""
    received = date(2026, 9, 1)
    assert due_by(received) == date(2026, 10, 1)
    assert days_taken(received, due_by(received)) == 30
    assert late_interest(3_650_000, received, date(2026, 10, 1), Fraction(4, 100)) == 0
    assert late_interest(3_650_000, received, date(2026, 10, 2), Fraction(4, 100)) == 1_200
