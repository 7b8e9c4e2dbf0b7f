"""Programs in processes of their own that approve one charge at the same time: never more of it than is charged."""

from datetime import date

import pytest

from tests.invoices.approvers import approve_at_once
from tests.invoices.office import AUTUMN, SPOT, SPRING, Office, new_office

APPROVED = "SELECT CAST(SUM(pence) AS BIGINT) FROM invoices_approval WHERE last_day <= '2026-12-31'"


@pytest.fixture
def office(store: str) -> Office:  # noqa: ARG001 - the store on which the office's ledger is kept
    """The office of the small council."""
    with new_office() as made:
        yield made  # type: ignore[misc]  # a fixture that closes afterwards


def price(office: Office, pounds: int) -> None:
    """Has the council learn what the place costs a year from September on."""
    rate = {"placement_ref": "PL-2", "component": "education", "unit": "year", "amount": pounds}
    office.take_in({"Rates": [{**rate, "effective_from": date(2026, 9, 1)}]})


def test_of_processes_that_approve_one_invoice_one_does(office: Office) -> None:
    """The others are told that nothing is left."""
    key = office.agree(SPOT, AUTUMN)
    assert approve_at_once(office.folder / "ledger", [key] * 3) == ["", "nothing-payable", "nothing-payable"]
    assert office.rows(APPROVED) == [(2_200_000,)]


def test_of_two_invoices_that_together_are_above_the_charge_one_is_approved(office: Office) -> None:
    """Either fits alone, a term and the back-pay of it; since the price was corrected they do not fit together."""
    first = office.agree(SPOT, AUTUMN)
    price(office, 72_000)
    second = office.agree(SPOT, SPRING, "INV-2")
    price(office, 69_000)
    assert approve_at_once(office.folder / "ledger", [first, second]) == ["", "above-charge"]
    ((approved,),) = office.rows(APPROVED)
    assert approved in (2_200_000, 200_000)
