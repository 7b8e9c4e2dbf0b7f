"""The invented county is valid, repeatable, of the promised size and mix, and teaches what it says it teaches."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import get_args

import pytest

from commissioning.demo.council import council_history
from commissioning.demo.notebook import Recording
from commissioning.demo.stories import AGREEMENT_STORIES, STORIES
from contracts import rates, terms
from tests.demo.estimate import Estimate
from tests.demo.held import Held, Row, held_after
from tests.demo.validity import Checker

TODAY = date(2026, 11, 23)
DAYS = (
    TODAY,
    date(2026, 4, 1),
    date(2027, 3, 31),
    date(2028, 2, 29),
    date(2026, 8, 15),
    date(2026, 8, 31),
    date(2026, 9, 1),
    date(2026, 9, 6),
    date(2029, 1, 1),
)
every_day = pytest.mark.parametrize("today", DAYS, ids=str)


@lru_cache
def history(today: date, seed: int = 20260401) -> tuple[Recording, ...]:
    return tuple(council_history(today, seed))


@lru_cache
def held(today: date) -> Held:
    return held_after(history(today))


@every_day
def test_every_workbook_is_valid(today: date) -> None:
    """Keys, references, words and dates of every workbook hold, whatever day it is."""
    checker = Checker()
    faults = [fault for recording in history(today) for fault in checker.faults(recording)]
    assert faults == []


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5, 6])
def test_other_seeds_are_valid_too(seed: int) -> None:
    """The rules hold by construction and not by the luck of one seed."""
    checker = Checker()
    faults = [fault for recording in history(TODAY, seed) for fault in checker.faults(recording)]
    assert faults == []


def _break_reference(row: Row) -> None:
    row["agreement_ref"] = "NOT-THERE"


def _break_phase(row: Row) -> None:
    row["phase"] = "nursery"


def _break_dates(row: Row) -> None:
    row["end_on"] = date(1999, 1, 1)


def _break_columns(row: Row) -> None:
    del row["band"]


@pytest.mark.parametrize("plant", [_break_reference, _break_phase, _break_dates, _break_columns])
def test_the_checker_finds_a_planted_fault(plant: Callable[[Row], None]) -> None:
    """The checker that the other tests lean on can fail."""
    recordings = list(council_history(TODAY))
    plant(recordings[3].sheets["Placements"][0])
    checker = Checker()
    assert [fault for recording in recordings for fault in checker.faults(recording)]


def test_the_same_day_and_seed_give_the_same_history() -> None:
    """Nothing but the day and the seed decides what is invented."""
    assert list(council_history(TODAY, 7)) == list(council_history(TODAY, 7))
    assert list(council_history(TODAY, 7)) != list(council_history(TODAY, 8))


@every_day
def test_recordings_come_in_order_and_end_before_today(today: date) -> None:
    """Thirty to sixty workbooks from 1 April three financial years ago, none in the future."""
    times = [recording.recorded_at for recording in history(today)]
    assert times == sorted(set(times))
    assert all(time.tzinfo is UTC for time in times)
    assert (times[0].month, times[0].day <= 3) == (4, True)
    assert timedelta(days=3 * 365 - 4) < today - times[0].date() < timedelta(days=4 * 366)
    assert today - timedelta(days=4) < times[-1].date() < today
    assert 30 <= len(times) <= 60


@every_day
def test_the_county_has_the_promised_size(today: date) -> None:
    """About 950 live independent places, 60 state ones, some 1,600 in all and at most 12,000 rows."""
    assert 930 <= len(held(today).live(today)) <= 965
    assert 55 <= len(held(today).live(today, state=True)) <= 65
    assert 1450 <= len(held(today).placements) <= 1750
    rows = sum(len(sheet) for recording in history(today) for sheet in recording.sheets.values())
    assert 7_000 <= rows <= 12_000
    assert len(held(today).rows["Providers"]) == 60


@every_day
def test_needs_and_settings_follow_the_published_mix(today: date) -> None:
    """SEMH, ASD, SLCN and MLD lead in the published proportions; a few places are residential."""
    live = held(today).live(today)
    needs = Counter(row["need"] for row in live)
    for need, published in {"SEMH": 378, "ASD": 308, "SLCN": 117, "MLD": 90}.items():
        assert needs[need] == pytest.approx(published * len(live) / 928, rel=0.06)
    boarders = [row for row in live if row["setting"] != "day"]
    assert 30 <= len(boarders) <= 60
    assert {row["setting"] for row in live} == set(get_args(terms.Setting))


@every_day
def test_most_pupils_are_between_ten_and_fifteen(today: date) -> None:
    """More than three in four are 10 to 15, and each phase recorded is that of the child's year group."""
    born = {key[0]: row["date_of_birth"] for key, row in held(today).rows["Pupils"].items()}
    academic_year = today.year if today.month >= 9 else today.year - 1
    ages: Counter[bool] = Counter()
    for row in held(today).live(today):
        birth = born[row["pupil_ref"]]
        assert isinstance(birth, date)
        assert row["birth_month"] == f"{birth:%Y-%m}"
        age = academic_year - birth.year - (birth.month >= 9)
        ages[10 <= age <= 15] += 1
        if today.month != 9:  # a September's new phases are still being entered
            phases = {3: "early_years", 10: "primary", 15: "secondary", 25: "post_16"}
            assert row["phase"] == next(phase for oldest, phase in phases.items() if age <= oldest)
    assert ages[True] > 0.75 * ages.total()


@every_day
def test_every_model_is_in_use(today: date) -> None:
    """All thirteen models have live placements, and the common needs are served by most of them."""
    live = held(today).live(today) + held(today).live(today, state=True)
    assert {held(today).model(row) for row in live} == set(get_args(terms.CommissioningModel))
    for need in ("SEMH", "ASD", "SLCN", "MLD"):
        assert len({held(today).model(row) for row in live if row["need"] == need}) >= 10


def test_every_kind_of_line_and_term_occurs() -> None:
    """Each unit, accrual, fee year, leaver rule and billing is met somewhere, and most components."""
    lines, agreements = held(TODAY).rows["Rates"].values(), held(TODAY).agreements.values()
    assert {row["unit"] for row in lines} == set(get_args(rates.Unit))
    assert len({row["component"] for row in lines}) >= 8
    assert {row["accrual"] for row in agreements} == set(get_args(terms.Accrual))
    assert {row["leaver_rule"] for row in agreements} == set(get_args(terms.LeaverRule))
    assert {row["fee_year"] for row in agreements} == set(get_args(terms.FeeYear))
    assert {row["tiering"] for row in agreements} == set(get_args(terms.Tiering))
    assert any(row["amount"] < 0 for row in lines)


@every_day
def test_calendars_cover_every_day_that_can_be_charged(today: date) -> None:
    """All three terms are listed from before the earliest start to the year after the running one."""
    years: dict[object, set[object]] = defaultdict(set)
    for calendar, year, _ in held(today).rows["Calendar"]:
        years[calendar].add(year)
    earliest = min(row["start_on"] for row in held(today).placements.values())
    assert isinstance(earliest, date)
    academic_year = today.year if today.month >= 9 else today.year - 1
    wanted = {f"{year}-{(year + 1) % 100:02d}" for year in range(earliest.year - 1, academic_year + 2)}
    assert len(years) == 3
    assert all(wanted <= listed for listed in years.values())


@every_day
def test_the_yearly_cost_is_that_of_a_large_county(today: date) -> None:
    """Today's prices add up to £50m to £62m: £57,000 to £67,000 a place, £22,000 to £27,000 in state schools."""
    estimate = Estimate(held(today), today)
    live, state = held(today).live(today), held(today).live(today, state=True)
    bought = sum(estimate.placement(row) for row in live)
    comparator = sum(estimate.placement(row) for row in state)
    void = sum(estimate.void(ref) for ref in held(today).agreements)
    assert 50_000_000 < bought + comparator + void < 62_000_000
    assert 57_000 < bought / len(live) < 67_000
    assert 22_000 < comparator / len(state) < 27_000


@every_day
def test_a_plain_average_misleads(today: date) -> None:
    """Blocks cost less a place than the county and more like for like; the framework is the other way about."""
    estimate = Estimate(held(today), today)
    by_stratum: dict[str, dict[tuple[object, ...], list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    for row in held(today).live(today):
        stratum = (row["need"], row["phase"], row["setting"])
        for name in (held(today).model(row), "county"):
            by_stratum[name][stratum].append(estimate.placement(row))

    def average(name: str) -> Decimal:
        costs = [cost for costs in by_stratum[name].values() for cost in costs]
        return sum(costs, Decimal(0)) / len(costs)

    def index(name: str) -> Decimal:
        county, model = by_stratum["county"], by_stratum[name]
        like = sum((len(county[s]) * sum(costs, Decimal(0)) / len(costs) for s, costs in model.items()), Decimal(0))
        return 100 * like / sum((sum(county[s]) for s in model), Decimal(0))

    assert average("block") < average("county") < average("framework")
    assert index("block") > 101
    assert index("framework") < 98


@every_day
def test_every_story_is_told(today: date) -> None:
    """Each showcase placement and agreement is there under its fixed reference."""
    assert {story.ref for story in STORIES.values()} <= set(held(today).placements)
    assert {story.ref for story in AGREEMENT_STORIES} <= set(held(today).agreements)


def _told(ref: str) -> list[tuple[date, Row]]:
    return [
        (recording.recorded_at.date(), row)
        for recording in history(TODAY)
        for row in recording.sheets.get("Placements", [])
        if row["placement_ref"] == ref
    ]


def test_the_late_leaver_was_recorded_months_late() -> None:
    """The end of PL-90001 became known more than four months after it happened."""
    known_on, row = next((day, row) for day, row in _told(STORIES["late_leaver"].ref) if row["end_on"])
    assert isinstance(row["end_on"], date)
    assert known_on - row["end_on"] > timedelta(days=120)
    assert row["end_on"] < TODAY


def test_the_child_left_behind_stands_on_an_agreement_that_ended() -> None:
    """PL-90006 is live today under an agreement whose end_on has passed."""
    row = held(TODAY).placements[STORIES["left_behind"].ref]
    agreement = held(TODAY).agreements[str(row["agreement_ref"])]
    assert agreement["end_on"] is not None
    assert agreement["end_on"] < TODAY
    assert row["end_on"] is None


def test_corrections_change_what_was_told() -> None:
    """First days, last days and needs that were recorded wrongly are stated again with other values."""
    for story, column in {"wrong_start": "start_on", "wrong_end": "end_on", "wrong_need": "need"}.items():
        values = {row[column] for _, row in _told(STORIES[story].ref)} - {None}
        assert len(values) == 2, story


def test_the_withdrawn_and_the_unpriced_are_there() -> None:
    """PL-90003 is withdrawn and PL-90005 has no line of its own under an agreement without a card."""
    assert held(TODAY).placements[STORIES["withdrawn"].ref]["withdrawn"] == "yes"
    unpriced = held(TODAY).placements[STORIES["no_price"].ref]
    owners = {unpriced["placement_ref"], unpriced["agreement_ref"]}
    priced = {row["agreement_ref"] or row["placement_ref"] for row in held(TODAY).rows["Rates"].values()}
    assert not owners & priced


@every_day
def test_a_deduction_stands_beside_its_price(today: date) -> None:
    """Every placement with a negative line keeps the education price that was quoted for it."""
    own: dict[object, list[Row]] = defaultdict(list)
    for row in held(today).rows["Rates"].values():
        own[row["placement_ref"]].append(row)
    deducted = [rows for ref, rows in own.items() if ref and any(row["amount"] < 0 for row in rows)]
    quoted = [rows for rows in deducted if any(row["component"] == "education" for row in rows)]
    assert STORIES["deduction"].ref in own
    assert len(quoted) >= 9
    firsts = [row for rows in quoted for row in rows if row["component"] == "education" and not row["effective_from"]]
    assert all(row["amount"] > 0 for row in firsts)


@every_day
def test_a_price_typed_wrongly_is_put_right_later(today: date) -> None:
    """PL-90007's first price is stated twice, months apart, with two amounts of the same digits."""
    amounts = [
        row["amount"]
        for recording in history(today)
        for row in recording.sheets.get("Rates", [])
        if row["placement_ref"] == STORIES["wrong_price"].ref
        and row["component"] == "education"
        and row["effective_from"] is None
    ]
    assert len(amounts) == 2
    assert amounts[0] != amounts[1]
    assert sorted(str(amounts[0])) == sorted(str(amounts[1]))


def test_one_block_is_under_water_and_one_is_full() -> None:
    """BLK-01 is filled below 89% of its places, BLK-02 beyond them; CV-01 is over its n and VD-02 at its tier."""
    roll = Counter(row["agreement_ref"] for row in held(TODAY).live(TODAY))
    places = {ref: Decimal(row["commitment_places"] or 0) for ref, row in held(TODAY).agreements.items()}
    assert roll["BLK-01"] < places["BLK-01"] * 89 / 100
    assert roll["BLK-02"] > places["BLK-02"]
    assert roll["CV-01"] > places["CV-01"]
    assert roll["CV-02"] < places["CV-02"]
    assert roll["VD-02"] >= 40


def test_a_place_that_moves_under_a_card_keeps_no_price_of_its_own() -> None:
    """Whoever moved from a spot agreement to a block has the quoted education price ended with 0."""
    block = held(TODAY).agreements["BLK-01"]
    moved = {
        row["placement_ref"]
        for row in held(TODAY).rows["Placements"].values()
        if row["agreement_ref"] == "BLK-01" and row["effective_from"] == block["start_on"]
    }
    ended = {
        row["placement_ref"]
        for row in held(TODAY).rows["Rates"].values()
        if row["placement_ref"] in moved and row["component"] == "education" and row["amount"] == 0
    }
    assert moved
    assert ended == moved
