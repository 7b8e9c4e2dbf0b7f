"""A school's price beside its peers, added up placement by placement from the report of spend. All are invented."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from commissioning.charges.peers import FEW_PUPILS, Average, Comparison, peers_of_school
from commissioning.charges.queries import Filters
from commissioning.charges.school_years import SchoolYear, years_of_school
from exports.spending.spend import spend
from tests.brute_force.worlds import provider
from tests.exports.schools import YEAR, agreement, child, council_of, price, world
from tests.worlds.council import Council

SCHOOLS = {"AG-1": 900001, "AG-2": 900002, "AG-3": 900003, "AG-STATE": 900003}
PLACES: tuple[dict[str, Any], ...] = (
    {"ref": "PL-1", "agreement_ref": "AG-1", "pounds": 61_000},
    {"ref": "PL-2", "agreement_ref": "AG-1", "pounds": 59_000, "end_on": date(2026, 8, 31)},
    {"ref": "PL-3", "agreement_ref": "AG-1", "pounds": 48_000, "need": "SEMH"},
    {"ref": "PL-4", "agreement_ref": "AG-2", "pounds": 70_000, "start_on": date(2026, 9, 1), "pupil_ref": "PL-2"},
    {"ref": "PL-5", "agreement_ref": "AG-2", "pounds": 55_000},
    {"ref": "PL-6", "agreement_ref": "AG-3", "pounds": 90_000, "setting": "residential_52"},
    {"ref": "PL-7", "agreement_ref": "AG-3", "pounds": 64_000, "start_on": date(2026, 6, 1)},
    {"ref": "PL-8", "agreement_ref": "AG-STATE", "pounds": 24_000},
)


@pytest.fixture(scope="module")
def council() -> Iterator[Council]:
    """Three schools, one of them with a state place beside its others, and a pupil who moved between two."""
    facts = world(
        [
            agreement(ref, "state_place" if ref == "AG-STATE" else "spot", provider_urn=urn)
            for ref, urn in SCHOOLS.items()
        ],
        [price(place["pounds"], placement_ref=place["ref"]) for place in PLACES],
        [child(**{name: value for name, value in place.items() if name != "pounds"}) for place in PLACES],
    )
    with council_of({**facts, "Providers": [provider(number, None) for number in range(3)]}) as council:
        yield council


def asked(council: Council, urn: int, *, state: bool = False) -> list[Comparison]:
    """The comparison of a school as known now."""

    async def question(reader: Any) -> list[Comparison]:
        return await peers_of_school(reader, urn, YEAR, (await reader.as_at()).position, state=state)

    return council.ask(question)


def by_hand(council: Council, urn: int, *, state: bool = False) -> dict[tuple[str, str], tuple[Average, Average]]:
    """The same from each placement's cost and days, one at a time."""

    async def question(reader: Any) -> Any:
        return await spend(reader, await reader.as_at(), YEAR, ("placement",), Filters())

    rows = {row[0]: (row[1], row[2]) for row in council.ask(question).rows}
    groups: dict[tuple[str, str, bool], list[dict[str, Any]]] = defaultdict(list)
    for place in PLACES:
        if (place["agreement_ref"] == "AG-STATE") == state:
            own = SCHOOLS[place["agreement_ref"]] == urn
            groups[place.get("need", "ASD"), place.get("setting", "day"), own].append(place)

    def average(places: list[dict[str, Any]]) -> Average:
        cost, days = (sum(rows[place["ref"]][number] for place in places) for number in (0, 1))
        pupils = {place.get("pupil_ref", place["ref"]) for place in places}
        schools = {SCHOOLS[place["agreement_ref"]] for place in places}
        return Average(len(pupils), len(schools), Fraction(cost * 365, days) if days else None)

    return {
        (need, setting): (average(groups[need, setting, True]), average(groups[need, setting, False]))
        for need, setting, own in list(groups)
        if own
    }


@pytest.mark.parametrize("urn", [900001, 900002, 900003])
@pytest.mark.parametrize("state", [False, True])
def test_averages_are_those_of_the_placements_added_up(council: Council, urn: int, *, state: bool) -> None:
    """Own and peers' averages, pupils and schools are those of each placement's cost and days, state places apart."""
    found = {(one.need, one.setting): (one.own, one.peers) for one in asked(council, urn, state=state)}
    assert found == by_hand(council, urn, state=state)


def test_a_small_cohort_is_marked_and_one_without_peers_has_no_difference(council: Council) -> None:
    """Fewer than five pupils are marked; where nobody else has the like there is nothing to compare with."""
    alone = next(one for one in asked(council, 900001) if one.need == "SEMH")
    assert alone.difference is None
    assert (alone.peers.pupils, alone.peers.schools, alone.peers.yearly) == (0, 0, None)
    assert Average(FEW_PUPILS - 1, 1, None).is_small
    assert not Average(FEW_PUPILS, 1, None).is_small


def test_the_years_of_a_school_are_the_report_of_spend_year_by_year(council: Council) -> None:
    """Cost is the report's, places are days by the length of the year; years before the first are left out."""

    async def question(reader: Any) -> Any:
        as_at = await reader.as_at()
        return await years_of_school(reader, 900001, "2026/27", as_at.position)

    async def report(reader: Any) -> Any:
        return await spend(reader, await reader.as_at(), YEAR, ("provider",), Filters(provider=("900001",)))

    (row,) = council.ask(report).rows
    assert council.ask(question) == [SchoolYear("2026/27", row[1], 0, Fraction(row[2], 365))]
