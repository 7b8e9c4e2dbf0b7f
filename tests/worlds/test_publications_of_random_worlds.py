"""Publications of random councils: no figure of a few pupils is shown or worked out; the rest is to the penny."""

from collections import Counter, defaultdict
from datetime import datetime
from fractions import Fraction
from typing import Any

from commissioning.charges.periods import financial_year
from commissioning.ledger.reading import Reader
from exports.publications.contracts_register import LEAST_PENCE, contracts_register
from exports.publications.fees_by_need import fees_by_need
from exports.publications.open_contracting import release_package
from exports.publications.returns import section_251, sen2_placements
from exports.publications.small_numbers import LEAST, WITHHELD
from exports.result import Result, round_half_away
from tests.brute_force.facts import World, days_of, read_world, text
from tests.brute_force.prices import occupied_days, on_roll, package_on, spend_rows
from tests.brute_force.worlds import worlds
from tests.examples import on_each_store
from tests.worlds.council import NO_FILTERS, Council, new_council

YEAR = financial_year("2026/27")


@on_each_store(40, world=worlds())
def test_publications_of_a_random_council(world: World) -> None:
    """Pupils, fees and values are the brute force's; what is of fewer than five pupils is nowhere."""
    book = read_world(world)
    pupil_of = {str(row["placement_ref"]): str(row["pupil_ref"]) for row in world["Placements"]}
    by_need: defaultdict[str, set[str]] = defaultdict(set)
    by_agreement: defaultdict[str, set[str]] = defaultdict(set)
    for placement in book.placements:
        for one in days_of(YEAR.first_day, YEAR.last_day):
            if on_roll(placement, one):
                by_agreement[package_on(placement, one).agreement].add(pupil_of[placement.ref])
                by_need[need_of(world, placement.ref)].add(pupil_of[placement.ref])
    with new_council() as council:
        council.take_in(world)
        check_fees(asked(council, fees_by_need), world, by_need)
        register = asked(council, contracts_register)
        check_register(register, world, by_agreement)
        package = release_package(register, "Norrowshire")
        assert package["x_layout"].startswith("Draft layout")
        check_references(package["releases"])
        released = {release["ocid"] for release in package["releases"]}
        assert len(released) == sum(row[5] != WITHHELD for row in register.rows)
        statement = asked(council, section_251)
        assert statement.total["total"] == sum(int(str(row[-1])) for row in statement.rows)
        on_some_day = [days for days in occupied_days(world, YEAR.first_day, YEAR.last_day).values() if days]
        assert len(asked(council, sen2_placements).rows) == len(on_some_day)


def check_references(releases: list[dict[str, Any]]) -> None:
    """Ids are unique, and each one that a release refers to is one that it states, as the standard has it."""
    assert len({release["id"] for release in releases}) == len(releases)
    for release in releases:
        parties = {party["id"]: party["name"] for party in release["parties"]}
        suppliers = [one for award in release["awards"] for one in award["suppliers"]]
        assert all(parties[one["id"]] == one["name"] for one in [release["buyer"], *suppliers])
        assert {contract["awardID"] for contract in release["contracts"]} <= {
            award["id"] for award in release["awards"]
        }
        assert "#" not in release["id"]
        assert datetime.fromisoformat(release["date"]).tzinfo is not None


def asked(council: Council, publication: object) -> Result:
    """A publication of the year as known now."""

    async def ask(reader: Reader) -> Result:
        return await publication(reader, await reader.as_at(None), YEAR, NO_FILTERS)  # type: ignore[operator]

    return council.ask(ask)


def need_of(world: World, ref: str) -> str:
    """The need of a placement, which all its rows agree on."""
    return next(str(text(row, "need")) for row in world["Placements"] if row["placement_ref"] == ref)


def check_fees(result: Result, world: World, by_need: dict[str, set[str]]) -> None:
    """Each need that is shown has its pupils and its average; of those withheld neither."""
    costs: Counter[str] = Counter()
    for (_, _, placement, _, kind, _), pence in spend_rows(world, YEAR.first_day, YEAR.last_day).items():
        if kind != "void" and placement is not None:
            costs[need_of(world, placement)] += pence
    days: Counter[str] = Counter()
    for ref, count in occupied_days(world, YEAR.first_day, YEAR.last_day).items():
        days[need_of(world, ref)] += count
    assert [row[0] for row in result.rows] == sorted(need for need, pupils in by_need.items() if pupils)
    hidden = [str(row[0]) for row in result.rows if row[2] == WITHHELD]
    for need, _, pupils, fee in result.rows:
        if pupils == WITHHELD:
            assert fee == WITHHELD
            continue
        assert pupils == len(by_need[str(need)]) >= LEAST
        assert fee == round_half_away(Fraction(costs[str(need)] * YEAR.days, days[str(need)]))
    if hidden and len(hidden) < len(result.rows):
        assert len(hidden) > 1
        assert sum(len(by_need[need]) for need in hidden) >= LEAST
    if sum(map(len, by_need.values())) < LEAST:
        assert result.total == {}


def check_register(result: Result, world: World, by_agreement: dict[str, set[str]]) -> None:
    """Every agreement of £5,000 is listed; of few pupils without value and without the title that somebody wrote."""
    costs: Counter[str] = Counter()
    for (_, agreement, *_), pence in spend_rows(world, YEAR.first_day, YEAR.last_day).items():
        costs[str(agreement)] += pence
    assert [row[0] for row in result.rows] == sorted(ref for ref, pence in costs.items() if pence >= LEAST_PENCE)
    for row in result.rows:
        if 0 < len(by_agreement[str(row[0])]) < LEAST:
            assert row[5] == WITHHELD
            assert str(row[1]).endswith(" agreement")
        else:
            assert row[5] == costs[str(row[0])]
