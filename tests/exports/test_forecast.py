"""The forecast: days charged to the penny, allowances that are what was assumed, and a range that holds."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from commissioning.charges.periods import Period
from commissioning.charges.places import Place
from commissioning.charges.queries import Filters
from commissioning.finance.commands import SetBudget
from commissioning.ledger.reading import Reader
from exports.forecast.late_entries import Late, late_entries
from exports.forecast.report import forecast, outturn_chart
from exports.forecast.simulation import Assumptions, MonthAhead, poisson, simulate
from exports.forecast.stated import Stated
from exports.result import Result
from tests.brute_force import prices
from tests.brute_force.facts import World
from tests.brute_force.worlds import worlds
from tests.examples import examples, on_each_store
from tests.exports.schools import YEAR, agreement, child, council_of, price, tier, world
from tests.worlds.council import NO_FILTERS, Council, new_council

QUIET = Stated(Decimal(0), Decimal(0))
"""Nobody comes, nobody goes, no price rises."""


def asked(council: Council, period: Period, day: date, stated: Stated = QUIET, by: str = "month") -> Result:
    """The forecast of a council on a day."""

    async def question(reader: Reader) -> Result:
        return await forecast(reader, await reader.as_at(), period, by, NO_FILTERS, day, stated)  # type: ignore[arg-type]

    return council.ask(question)


@on_each_store(40, world=worlds(), later=st.integers(0, 1200))
def test_charged_is_what_the_days_up_to_a_day_cost(world: World, later: int) -> None:
    """Charged and known ahead are the brute force's days up to a day and after it, also inside a month."""
    day = date(2025, 4, 1) + timedelta(days=later)
    start = prices.financial_year_start(day)
    period = Period(start, date(start.year + 1, 3, 31))
    gone = whole = 0
    for days in prices.charges_by_day(world, period.first_day, period.last_day).values():
        for one, (pence, _, _) in prices.day_pence(days, period.first_day, period.last_day).items():
            whole += pence
            gone += pence if one <= day else 0
    with new_council() as council:
        council.take_in(world)
        for by in ("month", "model", "provider"):
            result = asked(council, period, day, by=by)
            assert (result.total["charged"], result.total["committed"]) == (gone, whole - gone)
            assert result.total["forecast"] == whole + pence_of(result, "unpriced")
            for column, name in ((3, "charged"), (6, "committed")):
                assert sum(int(str(row[column])) for row in result.rows) == result.total[name]


def pence_of(result: Result, name: str) -> int:
    """One amount of the total."""
    found = result.total[name]
    assert isinstance(found, int)
    return found


def test_days_without_a_price_count_as_others_of_the_same_placement() -> None:
    """An agreement that ends in the middle of a year leaves its pupil without a price: the half that has one tells."""
    facts = world(
        [agreement("S", "spot", end_on=date(2026, 9, 30))], [price(36_500, placement_ref="P1")], [child("P1", "S")]
    )
    with council_of(facts) as council:
        found = [asked(council, YEAR, date(2026, 5, 1), by=by) for by in ("month", "model", "provider")]
    for result in found:
        assert (result.total["unpriced"], result.total["forecast"]) == (182 * 10_000, 365 * 10_000)
        column = [one.name for one in result.columns].index("unpriced")
        assert sum(int(str(row[column])) for row in result.rows) == 182 * 10_000


def test_whoever_has_no_price_first_fills_places_that_are_paid_for() -> None:
    """An empty place of £60 a day at the same school leaves £40 of the £100 of a pupil without a price."""
    facts = world(
        [agreement("S", "spot", end_on=date(2026, 9, 30)), agreement("B", "block", commitment_places=1, void_pct=60)],
        [price(36_500, placement_ref="P1"), price(36_500, agreement_ref="B", void="yes")],
        [child("P1", "S")],
        [tier("B", 1, 0)],
    )
    with council_of(facts) as council:
        assert asked(council, YEAR, date(2026, 5, 1)).total["unpriced"] == 182 * 4_000


def test_a_year_that_is_over_is_what_it_was() -> None:
    """Nothing is ahead of it, so that nothing is allowed on top."""
    facts = world([agreement("S", "spot")], [price(36_500, placement_ref="P1")], [child("P1", "S")])
    with council_of(facts) as council:
        total = asked(council, YEAR, date(2027, 4, 1), Stated(Decimal(9), Decimal(9))).total
    assert {total[name] for name in ("charged", "forecast", "low", "high")} == {3_650_000}


def place(ref: str, first: date, last: date | None = None) -> Place:
    """A placement at the one school."""
    return Place(ref, "S", 900001, "", "spot", ref, "ASD", "secondary", "day", None, None, first, last)


def test_late_entries_are_those_that_were_missing_a_year_ago() -> None:
    """Begun or ended by that day and not known then; what came in later than three months was no late entry."""
    then = date(2025, 9, 9)
    everyone = [
        place("IN", date(2025, 9, 1)),
        place("LATE", date(2025, 9, 4)),
        place("COMING", date(2025, 9, 10)),
        place("OLD", date(2025, 5, 1)),
        place("GONE", date(2024, 9, 1), date(2025, 9, 7)),
        place("KNOWN", date(2024, 9, 1), date(2025, 9, 7)),
    ]
    known = [everyone[0], replace(everyone[4], last_day=None), everyone[5]]
    assert late_entries(everyone, everyone, known, then) == Late((5,), (2,))


def test_those_not_recorded_yet_cost_their_days_gone_and_all_to_come() -> None:
    """On average as many as a year ago, from none to twice as many: ten days gone and thirty ahead."""
    ahead = [month(202609, 30)]
    outlook = simulate(ahead, [100], assumed("0"), late=Late((10,) * 50, ()))
    assert abs(outlook.whole.arrivals - 50 * 40 * 100) < 50 * 40 * 100 / 10
    assert outlook.whole.low < 30 * 40 * 100 < 70 * 40 * 100 < outlook.whole.high
    gone = simulate(ahead, [100], assumed("0"), late=Late((), (10,) * 50))
    assert abs(gone.whole.leavers + 50 * 40 * 100) < 50 * 40 * 100 / 10


def test_newcomers_come_on_the_days_on_which_others_came_a_year_ago() -> None:
    """Where all came on the first of a month, each counts all of its days."""
    outlook = simulate([month(202609, 30, stays=(30,), gaps=(0,))], [100], assumed("8", "8"))
    assert abs(outlook.whole.arrivals - 8 * 30 * 100) < 8 * 30 * 100 / 10
    assert outlook.whole.leavers == 0


def test_allowances_are_what_was_assumed() -> None:
    """Two arrivals a month at £100 a day come to what that many would cost, and the row says each part."""
    facts = world([agreement("S", "spot")], [price(36_500, placement_ref="P1")], [child("P1", "S")])
    stated = Stated(Decimal(2), Decimal(0), Decimal(0), Decimal(5), Decimal(5), date(2027, 1, 1))
    with council_of(facts) as council:
        result = asked(council, YEAR, date(2026, 9, 30), stated)
    total = {name: int(str(value)) for name, value in result.total.items() if value is not None}
    # 182 days ahead: on average a newcomer of any of them stays for half of them. Nobody ever came in these months,
    # so that each is a little quieter than an average one.
    expected = 2 * 12 / 13 * 182 / 30 * 91.5 * 10_000
    assert abs(total["arrivals"] - expected) < expected / 20
    assert total["uplift"] > 90 * 10_000 * 5 // 100
    assert total["forecast"] == total["charged"] + total["committed"] + total["arrivals"] + total["uplift"]
    assert total["low"] < total["forecast"] < total["high"]
    chart = outturn_chart(result)
    assert chart is not None
    assert "2026/27 is forecast to come to £" in chart.sentence


def test_the_same_question_gives_the_same_range() -> None:
    """The seed is fixed: nothing of the moment of asking is in the answer."""
    facts = world([agreement("S", "spot")], [price(36_500, placement_ref="P1")], [child("P1", "S")])
    with council_of(facts) as council:
        first, second = (asked(council, YEAR, date(2026, 9, 30), Stated(Decimal(3), Decimal(1))) for _ in range(2))
    assert first.to_json() == second.to_json()


def month(number: int, days: int, known: int = 0, **more: object) -> MonthAhead:
    """A month ahead in which nobody is known to come or go."""
    busy = Fraction(days, 30)
    facts = {"arriving": 0, "leaving": 0, "arrivals": busy, "leavers": busy, "uplifted": 0}
    return MonthAhead(number, days, known, **(facts | more))  # type: ignore[arg-type]


def assumed(arrivals: str, leavers: str = "0", uplift: str = "0", give_or_take: str = "0") -> Assumptions:
    """Assumptions without a range of their own."""
    return Assumptions(
        Decimal(arrivals), Decimal(leavers), Decimal(give_or_take), Decimal(uplift), Decimal(uplift), date(2026, 4, 1)
    )


@examples(40)
@given(
    arrivals=st.decimals(0, 8, places=1),
    leavers=st.decimals(0, 8, places=1),
    months=st.lists(st.integers(1, 31), min_size=1, max_size=6),
    rate=st.integers(1, 30_000),
)
def test_on_average_the_draws_are_the_sum_that_can_be_worked_out(
    arrivals: Decimal, leavers: Decimal, months: list[int], rate: int
) -> None:
    """Where all pupils cost the same, arrivals come to their number times the days that they stay, give or take."""
    ahead = [month(number, days) for number, days in enumerate(months)]
    outlook = simulate(ahead, [rate], assumed(str(arrivals), str(leavers)))
    stays = [
        Fraction(days, 30) * (Fraction(days + 1, 2) + sum(months[place + 1 :])) for place, days in enumerate(months)
    ]
    for found, expected in ((outlook.whole.arrivals, arrivals), (-outlook.whole.leavers, leavers)):
        exact = Fraction(expected) * sum(stays) * rate
        # The deviation of a thousand draws' average: a Poisson count of stays no longer than all days.
        slack = 5 * float(Fraction(expected) * sum(months)) ** 0.5 * sum(months) * rate / 1000**0.5
        assert abs(found - exact) <= slack + len(months) * rate
    assert outlook.whole.low <= outlook.whole.high


def test_an_uplift_alone_is_exact() -> None:
    """3% on what is known from its day on, without a range where none is stated."""
    outlook = simulate(
        [month(202604, 30, 300_000, uplifted=10), month(202605, 31, 310_000, uplifted=31)],
        [1],
        assumed("0", uplift="3"),
    )
    assert outlook.whole.uplift == 3_000 + 9_300
    assert outlook.whole.low == outlook.whole.high == 12_300


def test_those_who_are_known_to_come_are_not_allowed_for_again() -> None:
    """A month with more known arrivals than are assumed has no allowance."""
    outlook = simulate([month(202604, 30, arriving=5)], [100], assumed("5"))
    assert outlook.whole.arrivals == 0


def test_eight_of_ten_years_fall_within_the_range() -> None:
    """Years drawn from the very assumptions, by another program, lie within the range as often as it says."""
    random = Random(7)  # noqa: S311 - draws, no secrets
    lengths, rate = [30, 31, 30], 100
    outlook = simulate([month(number, days) for number, days in enumerate(lengths)], [rate], assumed("4"))
    years = 2_000
    inside = 0
    for _ in range(years):
        cost = 0
        for place, days in enumerate(lengths):
            for _ in range(days):
                # Each day brings a newcomer with a small chance, up to three at once.
                cost += (
                    sum(random.random() < 4 / 30 / 3 for _ in range(3)) * rate * (days // 2 + sum(lengths[place + 1 :]))
                )
        inside += outlook.whole.low <= cost <= outlook.whole.high
    assert 0.72 < inside / years < 0.88


def test_filters_choose_the_cohort_of_a_forecast() -> None:
    """A forecast of one model has that model's charges alone."""
    facts = world(
        [agreement("S", "spot"), agreement("B", "block", commitment_places=2)],
        [price(36_500, placement_ref="P1"), price(36_500, agreement_ref="B", void="yes")],
        [child("P1", "S")],
    )

    async def question(reader: Reader) -> list[Result]:
        at = await reader.as_at()
        only = [Filters(model=("block",)), Filters(need=("ASD",))]
        return [await forecast(reader, at, YEAR, "month", one, date(2026, 9, 14), QUIET) for one in only]

    with council_of(facts) as council:
        block, autistic = council.ask(question)
    assert (block.total["charged"], block.total["committed"]) == (2 * 167 * 10_000, 2 * 198 * 10_000)
    assert (autistic.total["charged"], autistic.total["committed"]) == (167 * 10_000, 198 * 10_000)


def test_a_budget_stands_beside_the_forecast_and_the_variance_is_between_the_two() -> None:
    """A model's budget is that of its row and of the whole; what is allowed on top counts in the variance."""
    facts = world([agreement("S", "spot")], [price(36_500, placement_ref="P1")], [child("P1", "S")])
    with council_of(facts) as council:
        council.ledger.execute(
            SetBudget(financial_year="2026/27", model="spot", amount=4_000_000),
            command_id="budget-1",
            account="officer",
        )
        by_model = asked(council, YEAR, date(2026, 9, 30), Stated(Decimal(3), Decimal(1)), by="model")
        by_month = asked(council, YEAR, date(2026, 9, 30), by="month")
    names = [column.name for column in by_model.columns]
    row = dict(zip(names, by_model.rows[0], strict=True))
    assert (row["budget"], by_model.total["budget"], by_month.total["budget"]) == (4_000_000,) * 3
    assert row["variance"] == by_model.total["variance"] == int(str(row["forecast"])) - 4_000_000
    assert by_month.total["variance"] == 3_650_000 - 4_000_000


@given(st.floats(0.5, 5_000), st.integers(0, 10_000))
@examples(40)
def test_as_many_come_as_are_expected(expected: float, seed: int) -> None:
    """On average as many come as are expected, also where there are thousands: within six standard errors."""
    random, draws = Random(seed), 200  # noqa: S311 - chance that repeats
    mean = sum(poisson(expected, random) for _ in range(draws)) / draws
    assert abs(mean - expected) <= 6 * (expected / draws) ** 0.5
