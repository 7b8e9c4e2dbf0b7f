"""Phase leavers: who is expected to leave, and that the forecast changes by what recording those ends would change."""

from datetime import date, timedelta
from typing import cast

from hypothesis import strategies as st

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from exports.forecast.report import forecast
from exports.forecast.stated import Stated
from exports.result import Result
from tests.brute_force import prices
from tests.brute_force.facts import Package, Placement, World, read_world
from tests.brute_force.worlds import worlds
from tests.examples import on_each_store
from tests.exports.schools import YEAR, agreement, child, council_of, price, tier, world
from tests.exports.test_forecast import QUIET, asked
from tests.worlds.council import new_council

LEAVING_AGES = {"early_years": 5, "primary": 11, "secondary": 16, "post_16": 19}
"""The age on the 31 August on which a phase ends."""
AFTER = {"early_years": "primary", "primary": "secondary", "secondary": "post_16"}


def with_births(world: World, months: list[int]) -> World:
    """The world with a month of birth for every placement: one of those of pupils near the end of a phase."""
    facts = {name: [dict(row) for row in rows] for name, rows in world.items()}
    refs = sorted({str(row["placement_ref"]) for row in facts["Placements"]})
    for row in facts["Placements"]:
        months_ago = months[refs.index(str(row["placement_ref"])) % len(months)]
        row["birth_month"] = date(2026 - months_ago // 12, 12 - months_ago % 12, 1)
    return facts


def walked(world: World, day: date, last: date) -> dict[str, date]:
    """Who leaves with a phase, and when, found by looking at every 31 August."""
    book = read_world(world)
    births = {str(row["placement_ref"]): cast("date", row["birth_month"]) for row in world["Placements"]}
    schools = {str(row["agreement_ref"]): row["provider_urn"] for row in world["Agreements"]}
    taught = {
        (schools[one.versions[-1].agreement], one.versions[-1].phase)
        for one in book.placements
        if one.end_on is None or one.end_on >= day
    }
    found: dict[str, date] = {}
    for one in book.placements:
        if one.end_on is not None:
            continue
        for august in (date(year, 8, 31) for year in range(day.year, last.year + 1)):
            if not day <= august <= last or one.start_on > august:
                continue
            version, born = package_on(one, august), births[one.ref]
            age = august.year - born.year - (born.month > 8)
            stays = (schools[version.agreement], AFTER.get(version.phase)) in taught
            moves = package_on(one, august + timedelta(days=1)) is not version
            if age == LEAVING_AGES[version.phase] and not stays and not moves:
                found.setdefault(one.ref, august)
    return found


def package_on(one: Placement, day: date) -> Package:
    """The version that holds on a day."""
    return [version for version in one.versions if version.effective_from <= day][-1]


@on_each_store(
    60, world=worlds(), months=st.lists(st.integers(60, 240), min_size=3, max_size=8), later=st.integers(0, 700)
)
def test_phase_leavers_change_the_forecast_by_what_recording_their_ends_would(
    world: World, months: list[int], later: int
) -> None:
    """Priced day by day by another program, with those ends and without them, empty places included."""
    facts, day = with_births(world, months), date(2025, 9, 1) + timedelta(days=later)
    start = prices.financial_year_start(day)
    period = Period(start, date(start.year + 1, 3, 31))
    leaving = walked(facts, day, period.last_day)
    ended = {name: [dict(row) for row in rows] for name, rows in facts.items()}
    for row in ended["Placements"]:
        if leaves_on := leaving.get(str(row["placement_ref"])):
            row |= {"end_on": leaves_on, "notice_given_on": leaves_on - timedelta(days=366)}
    before, after = (sum(prices.spend_rows(one, period.first_day, period.last_day).values()) for one in (facts, ended))
    with new_council() as council:
        council.take_in(facts)
        for by in ("month", "provider"):
            result = asked(council, period, day, by=by)
            assert result.total["phase_leavers"] == after - before
            column = [one.name for one in result.columns].index("phase_leavers")
            assert sum(cast("int", row[column]) for row in result.rows) == after - before
    assert any(note.endswith(f"31 August: {len(leaving)}.") for note in result.notes)


def test_a_leaver_s_place_in_a_block_stands_empty_and_saves_nothing() -> None:
    """Of two pupils in Year 11 the one at spot costs £213 a day less from September, the one in the block no less."""
    facts = world(
        [agreement("B", "block", commitment_places=1), agreement("S", "spot")],
        [price(36_500, agreement_ref="B", void="yes"), price(36_500, placement_ref="P2")],
        [child("P1", "B", birth_month=date(2011, 1, 1)), child("P2", "S", birth_month=date(2011, 1, 1))],
        [tier("B", 1, 0)],
    )

    async def question(reader: Reader) -> list[Result]:
        at = await reader.as_at()
        only = [Filters(), Filters(model=("block",)), Filters(model=("spot",)), Filters(need=("SEMH",))]
        return [await forecast(reader, at, YEAR, "model", one, date(2026, 9, 1), QUIET) for one in only] + [
            await forecast(reader, at, YEAR, "model", one, date(2027, 5, 1), QUIET) for one in only[:1]
        ]

    with council_of(facts) as council:
        late = council.ask(question)
        early = [asked(council, YEAR, date(2026, 5, 1), by=by) for by in ("model", "month")]
    assert [result.total["phase_leavers"] for result in late] == [0] * 5, "by September none is expected any more"
    # Both are in Year 10 in 2025-26? Born in January 2011 they end Year 11 on 31 August 2027, after this year.
    assert [result.total["phase_leavers"] for result in early] == [0, 0]
    facts["Placements"] = [{**row, "birth_month": date(2010, 1, 1)} for row in facts["Placements"]]
    with council_of(facts) as council:
        by_model = asked(council, YEAR, date(2026, 5, 1), by="model")
    column = [one.name for one in by_model.columns].index("phase_leavers")
    assert {row[0]: row[column] for row in by_model.rows} == {"block": 0, "spot": -212 * 10_000}


def test_whoever_goes_up_at_the_same_school_stays() -> None:
    """A pupil in Year 6 stays where others are in secondary, and leaves where nobody is."""
    lone = child("P1", "S", phase="primary", birth_month=date(2015, 1, 1))
    rates = [price(36_500, placement_ref="P1"), price(36_500, placement_ref="P2")]
    other = child("P2", "S", phase="secondary", birth_month=date(2014, 1, 1))
    found = []
    for placements in ([lone], [lone, other]):
        facts = world([agreement("S", "spot")], rates[: len(placements)], placements)
        with council_of(facts) as council:
            found.append(asked(council, YEAR, date(2026, 5, 1)).total["phase_leavers"])
    assert found == [-212 * 10_000, 0]


def test_the_reader_says_when_the_phase_after_16_ends() -> None:
    """A student in Year 13 leaves where that is said to be the last year, and stays a year more where Year 14 is."""
    facts = world(
        [agreement("S", "spot")],
        [price(36_500, placement_ref="P1")],
        [child("P1", "S", phase="post_16", birth_month=date(2008, 1, 1))],
    )
    with council_of(facts) as council:
        stated = [Stated(QUIET.arrivals, QUIET.leavers, post_16_year=year) for year in (13, 14)]
        found = [asked(council, YEAR, date(2026, 5, 1), one).total["phase_leavers"] for one in stated]
    assert found == [-212 * 10_000, 0]
