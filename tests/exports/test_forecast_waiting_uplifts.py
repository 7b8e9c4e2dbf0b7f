"""Uplifts that nobody has decided, in a forecast: they cost what agreeing to them would, and widen the range by it."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from commissioning.charges.periods import Period, financial_year_name
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from commissioning.uplifts.commands import OfferUplift, RefuseUplift
from commissioning.uplifts.facts import Rise, Subject
from exports.forecast.report import forecast
from exports.forecast.stated import Stated
from exports.result import Result, whole
from tests.brute_force.facts import World, read_world
from tests.brute_force.prices import financial_year_start
from tests.brute_force.worlds import worlds
from tests.examples import on_each_store
from tests.exports.schools import YEAR, council_of
from tests.exports.test_uplifts import cost_of
from tests.uplifts.rounds import EDUCATION, OCTOBER, ROUND, a_school, agrees, asks, do, modelled, opened
from tests.uplifts.test_random_worlds import COMPONENTS, PERCENTS, raise_by_hand
from tests.worlds.council import NO_FILTERS, Council, new_council

MAY = date(2026, 5, 1)


def quiet(low: int = 0, high: int = 100) -> Stated:
    """Nobody comes or goes; between two per cents of what is asked beyond the offers is agreed."""
    return Stated(Decimal(0), Decimal(0), waiting_agreed_low=Decimal(low), waiting_agreed_high=Decimal(high))


def asked(
    council: Council,
    stated: Stated,
    by: str = "month",
    period: Period = YEAR,
    day: date = MAY,
    filters: Filters = NO_FILTERS,
) -> Result:
    """The forecast of a council on a day."""

    async def question(reader: Reader) -> Result:
        return await forecast(reader, await reader.as_at(), period, by, filters, day, stated)  # type: ignore[arg-type]

    return council.ask(question)


def waits(result: Result) -> int:
    """What waits adds to the whole, the sum of its rows give or take a penny for each that is rounded."""
    place = [column.name for column in result.columns].index("uplifts_waiting")
    total = whole(result.total["uplifts_waiting"])
    assert abs(sum(whole(row[place]) for row in result.rows) - total) <= len(result.rows)
    return total


@on_each_store(16, world=worlds(), percent=PERCENTS, data=st.data())
def test_what_waits_costs_what_pricing_everything_anew_costs(
    world: World, percent: Decimal, data: st.DataObject
) -> None:
    """All that is asked, of any day and component, is the difference of two prices worked out day by day."""
    urn = data.draw(st.sampled_from(sorted({row["provider_urn"] for row in world["Agreements"]})))
    component = data.draw(st.sampled_from(COMPONENTS))
    day = date(2025, 4, 1) + timedelta(days=data.draw(st.integers(0, 900)))
    start = financial_year_start(day)
    period = Period(start, date(start.year + 1, 3, 31))
    plain, dearer = read_world(world), read_world(world)
    refs = {str(row["agreement_ref"]) for row in world["Agreements"] if row["provider_urn"] == urn}
    raise_by_hand(dearer, refs, component, day, percent)
    expected = cost_of(dearer, start, period.last_day) - cost_of(plain, start, period.last_day)
    with new_council() as council:
        council.take_in(world)
        do(council, opened(applies_from=day), asks(Subject(provider_urn=urn, component=component), percent=percent))
        results = [asked(council, quiet(100), by, period, start) for by in ("month", "model", "provider")]
    assert [waits(result) for result in results] == [expected] * 3, financial_year_name(start)


def test_an_agreed_uplift_is_known_ahead_and_no_longer_waits() -> None:
    """Agreed in full, what was allowed for before is in the charges, and the forecast is the same to the penny."""
    with council_of(a_school()) as council:
        do(council, opened(), asks())
        before = asked(council, quiet(100))
        do(council, agrees(percent="8"))
        after = asked(council, quiet(100))
    assert waits(before) > 0
    assert waits(after) == 0
    assert after.total["forecast"] == before.total["forecast"]
    assert whole(after.total["committed"]) == whole(before.total["committed"]) + waits(before)
    assert any(note.startswith("No request for a higher price waits") for note in after.notes)


def test_the_range_reaches_from_what_is_offered_to_what_is_asked() -> None:
    """Nothing else may happen, so that its ends are a tenth of the way from either end of what is assumed."""
    with council_of(a_school()) as council:
        do(council, opened(), asks())
        offered = OfferUplift(
            round=ROUND, subject=EDUCATION, offered=Rise(percent=Decimal(2)), offered_on=date(2026, 7, 1)
        )
        do(council, offered)
        effects = [modelled(council).effect(figure, YEAR) for figure in ("offered", "asked")]  # type: ignore[arg-type]
        ends = [asked(council, quiet(part, part)) for part in (0, 50, 100)]
        between = asked(council, quiet())
    least, most = (whole(effect) for effect in effects)
    assert 0 < least < most
    assert [waits(result) for result in (ends[0], ends[2])] == [least, most]
    assert abs(2 * waits(ends[1]) - least - most) <= 1
    for result in ends:
        assert result.total["low"] == result.total["forecast"] == result.total["high"]
    for end, place in (("low", 1), ("high", 9)):
        near = whole(ends[0].total["forecast"]) + (most - least) * place / 10
        assert abs(whole(between.total[end]) - near) < (most - least) / 25
    assert (between.options["waiting_agreed_low"], between.options["waiting_agreed_high"]) == ("0", "100")
    (note,) = [note for note in between.notes if "nobody has decided" in note]
    assert "of which 0% to 100% is taken to be agreed" in note


def test_only_what_waits_and_would_tell_in_the_period_is_allowed_for() -> None:
    """A refused request adds nothing, nor does one that would hold from a later year; a model has its own part."""
    with council_of(a_school()) as council:
        do(council, opened(), asks())
        spot, block = (asked(council, quiet(100), filters=Filters(model=(model,))) for model in ("spot", "block"))
        earlier = asked(council, quiet(100), period=Period(date(2025, 4, 1), date(2026, 3, 31)))
        every = asked(council, quiet(100), by="model")
        do(
            council,
            RefuseUplift(round=ROUND, subject=EDUCATION, decided_on=date(2026, 8, 1), reason="No accounts (invented)"),
        )
        refused = asked(council, quiet(100))
    # Of the spot agreement the one child who is there in October: 8% of £40,000 for 182 of 365 days.
    assert waits(spot) == 159_562
    assert waits(spot) + waits(block) == waits(every)
    assert (waits(earlier), waits(refused)) == (0, 0)


def test_a_rise_that_would_hold_from_a_day_gone_by_is_owed_for_it() -> None:
    """Asked from October and decided in no year: in the months that are over it is owed as well."""
    with council_of(a_school()) as council:
        do(council, opened(), asks())
        ahead, over = (asked(council, quiet(100), day=day) for day in (MAY, YEAR.last_day + timedelta(days=1)))
        later = asked(council, quiet(100), period=Period(date(2027, 4, 1), date(2028, 3, 31)), day=date(2027, 4, 1))
    assert date(2027, 4, 1) > OCTOBER
    assert waits(over) == waits(ahead)
    assert waits(later) > 0
    assert over.total["forecast"] == whole(over.total["charged"]) + waits(over)
