"""The three changes that a spreadsheet loses: a back-dated price, a late leaver, a place more.

A block of three places at £100 a day (two children, one place empty, paid in full) and one child bought spot at
£200 a day, all from 1 April 2026. School, children and prices are invented.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from commissioning.charges.periods import financial_year
from commissioning.ledger.reading import Reader
from exports.renderings import json_text
from exports.result import Result
from exports.spending.bridge import bridge
from exports.spending.spend import spend
from tests.brute_force.facts import Row, Value, World
from tests.brute_force.school_years import year_of_terms
from tests.brute_force.workbook import full_row
from tests.brute_force.worlds import provider
from tests.worlds.council import NO_FILTERS, Council, new_council

pytestmark = pytest.mark.usefixtures("store")

YEAR = financial_year("2026/27")
BY = ["month", "agreement", "placement", "component", "kind", "funder"]
FIRST_YEAR_COST = (3 * 100 + 200) * 365 * 100
"""Pence: three places of the block, one of them empty, and the spot child."""


def agreement(ref: str, model: str, **terms: Value) -> Row:
    return full_row(
        "Agreements",
        agreement_ref=ref,
        model=model,
        provider_urn=900001,
        start_on=date(2025, 4, 1),
        fee_year="financial",
        accrual="calendar_days",
        **terms,
    )


def child(ref: str, agreement_ref: str, **facts: Value) -> Row:
    return full_row(
        "Placements",
        placement_ref=ref,
        pupil_ref=f"PU{ref}",
        agreement_ref=agreement_ref,
        need="ASD",
        phase="primary",
        setting="day",
        start_on=date(2026, 4, 1),
        **facts,
    )


def price(amount: int, **facts: Value) -> Row:
    return full_row("Rates", component="education", unit="year", amount=amount, **facts)


COUNCIL: World = {
    "Providers": [provider(0, None)],
    "Calendar": [row for year in (2025, 2026) for row in year_of_terms("default", year, timedelta())],
    "Agreements": [agreement("B", "block", commitment_places=3, void_pct=100), agreement("S", "spot")],
    "Rates": [price(36_500, agreement_ref="B", void="yes"), price(73_000, placement_ref="P3")],
    "Placements": [child("P1", "B"), child("P2", "B"), child("P3", "S")],
}
DEARER: World = {"Rates": [price(40_150, agreement_ref="B", void="yes", effective_from=date(2026, 4, 1))]}
LEFT: World = {"Placements": [child("P3", "S", end_on=date(2026, 6, 30))]}
MORE: World = {
    "Agreements": [agreement("B", "block", commitment_places=4, void_pct=100, effective_from=date(2026, 9, 1))]
}
CHANGES = {
    "a price back-dated to April": (DEARER, "rate_change", 3 * 10 * 365 * 100),
    "a leaver told three months late": (LEFT, "ended", -200 * 274 * 100),
    "a place more from September": (MORE, "agreement_change", 100 * 212 * 100),
}


@pytest.fixture
def council() -> Iterator[Council]:
    with new_council() as made:
        made.take_in(COUNCIL)
        made.clock.set("2026-10-01T09:00:00Z")
        yield made


def told(council: Council, as_at: str | None = None) -> str:
    """The year's spend by every key, as JSON."""

    async def question(reader: Reader) -> str:
        return json_text(await spend(reader, await reader.as_at(as_at), YEAR, BY, NO_FILTERS))

    return council.ask(question)


def bridged(council: Council, first: int, last: int, *, detail: bool = False) -> Result:
    """The movement of the year between two positions."""

    async def question(reader: Reader) -> Result:
        at = [await reader.as_at(str(position)) for position in (first, last)]
        return await bridge(reader, at[0], at[1], YEAR, NO_FILTERS, detail=detail)

    return council.ask(question)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_explained_and_the_earlier_report_stays(council: Council, name: str) -> None:
    """The change is one event of its cause to the penny, and the report as it was known stays byte for byte."""
    change, cause, delta = CHANGES[name]
    earlier, position = told(council), council.ask(lambda reader: reader.as_at()).position
    imported = council.take_in(change)
    assert imported.events == 1
    assert told(council, str(position)) == earlier
    assert told(council, "2026-09-30T00:00:00Z") == earlier
    assert told(council) != earlier
    assert council.spend("year", YEAR).total["cost"] == FIRST_YEAR_COST + delta
    movement = bridged(council, position, imported.position)
    assert movement.rows == ((cause, 1, delta),)
    assert movement.total == {
        "events": 1,
        "delta": delta,
        "cost_from": FIRST_YEAR_COST,
        "cost_to": FIRST_YEAR_COST + delta,
    }


def test_all_three_one_after_the_other_add_up(council: Council) -> None:
    """Each cause has its own pounds, in the order of the causes, and the detail names each event.

    Every import is two events: its change, and who brought it.
    """
    position = council.ask(lambda reader: reader.as_at()).position
    reports = {}
    for change, _, _ in CHANGES.values():
        imported = council.take_in(change)
        reports[imported.position] = told(council)
    movement = bridged(council, position, position + 6)
    # The place that came last stands empty at the dearer price.
    deltas = {"ended": -54_800_00, "rate_change": 10_950_00, "agreement_change": 23_320_00}
    assert movement.rows == tuple((cause, 1, delta) for cause, delta in deltas.items())
    assert movement.total["delta"] == sum(deltas.values())
    detail = bridged(council, position, position + 6, detail=True)
    assert [(row[0], row[1], row[2], row[4]) for row in detail.rows] == [
        (position + 1, "rate_change", "2026-04-01", "agreement:B"),
        (position + 3, "ended", "2026-06-30", "placement:P3"),
        (position + 5, "agreement_change", "2026-09-01", "agreement:B"),
    ]
    for at, report in reports.items():
        assert told(council, str(at)) == report


def test_the_first_workbook_is_bridged_from_nothing(council: Council) -> None:
    """From position 0 every pound has a cause, and the new placements bring their own prices with them."""
    position = council.ask(lambda reader: reader.as_at()).position
    movement = bridged(council, 0, position)
    # Three empty places come with the agreement; two children fill two of them at the same price.
    assert movement.rows == (("new_placement", 1, 73_000_00), ("agreement_change", 1, 3 * 36_500_00))
    assert movement.total["delta"] == FIRST_YEAR_COST
