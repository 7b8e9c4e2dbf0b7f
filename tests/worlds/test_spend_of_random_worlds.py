"""Random councils from workbook to report, against a brute force that prices day by day: equal to the penny.

One example checks everything that is known of its world, because writing and importing it is what takes time.
"""

from collections import defaultdict
from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from commissioning.charges import queries
from commissioning.charges.periods import Period, financial_year
from commissioning.ledger.errors import Refused
from commissioning.ledger.reading import Reader
from exports.result import Result, Value, round_half_away
from exports.spending.compare import compare
from tests.brute_force import prices
from tests.brute_force.compare import ModelFigures, compare_rows
from tests.brute_force.facts import World, days_of, read_world
from tests.brute_force.worlds import periods, worlds
from tests.examples import on_each_store
from tests.worlds.council import ALL_YEARS, NO_FILTERS, YEARS, Council, new_council, pence_of

KEYS = "month,agreement,placement,component,kind"
MONEY = ("cost_per_fte_year", "like_for_like")
EFFECTS = ("price_effect", "mix_effect", "void_effect")
EXACT = (
    "pupils",
    "occupied_days",
    "fte",
    "cost",
    "attendance",
    "notice",
    "void",
    "void_share",
    "utilisation",
    "coverage",
    "index",
)


@on_each_store(200, world=worlds(), period=periods(), choice=st.integers(0, 12))
def test_reports_of_a_random_council_are_the_brute_force_s(
    world: World, period: tuple[date, date], choice: int
) -> None:
    """Spend, days on roll, unpriced days and the comparison of any council are those of the brute force."""
    with new_council() as council:
        council.take_in(world)
        expected = prices.spend_rows(world, ALL_YEARS.first_day, ALL_YEARS.last_day)
        check_spend(council, expected)
        check_days(council, world)
        models = sorted({str(row["model"]) for row in world["Agreements"]})
        check_comparison(council, world, Period(*period), models[choice % len(models)])


def check_spend(council: Council, expected: dict[prices.SpendKey, int]) -> None:
    """Each year's spend by every key is the brute force's, and coarser groupings are sums of it."""
    wholes: defaultdict[tuple[object, ...], int] = defaultdict(int)
    for key, pence in expected.items():
        wholes[key[:5]] += pence
    for year in YEARS:
        period = financial_year(year)
        months = {f"{number // 100}-{number % 100:02d}" for number in period.months()}
        of_year = {key: pence for key, pence in expected.items() if key[0] in months}
        assert pence_of(council.spend(f"{KEYS},funder", period)) == of_year
        whole = council.spend(KEYS, period)
        assert pence_of(whole) == {key: pence for key, pence in wholes.items() if key[0] in months and pence}
        assert whole.total["cost"] == sum(of_year.values())
        assert council.spend("model", period).total["cost"] == sum(of_year.values())
        years: defaultdict[tuple[object, ...], int] = defaultdict(int)
        for key, pence in of_year.items():
            years[year, *key[1:5]] += pence
        by_year = pence_of(council.spend(KEYS.replace("month", "year"), period))
        assert by_year == {key: pence for key, pence in years.items() if pence}


def check_days(council: Council, world: World) -> None:
    """Days on roll and days without a price are the brute force's, placement by placement."""
    first, last = ALL_YEARS.first_day, ALL_YEARS.last_day

    async def unpriced(reader: Reader) -> list[queries.UnpricedDays]:
        return await queries.unpriced(reader, ALL_YEARS, (await reader.as_at()).position, NO_FILTERS)

    async def occupied(reader: Reader) -> list[queries.Days]:
        position = (await reader.as_at()).position
        return await queries.occupied(reader, ("placement",), ALL_YEARS, position, NO_FILTERS)

    found = [
        (span.placement_ref, one)
        for span in council.ask(unpriced)
        for one in days_of(max(first, span.first_day), min(last, span.last_day))
    ]
    assert len(found) == len(set(found))
    assert set(found) == prices.unpriced_days(world, first, last)
    days: defaultdict[str, int] = defaultdict(int)
    for span in council.ask(occupied):
        days[span.group[0]] += (min(last, span.last_day) - max(first, span.first_day)).days + 1
    by_placement = prices.occupied_days(world, first, last)
    assert days == by_placement
    report = council.spend("placement")
    assert report.total["occupied_days"] == sum(by_placement.values())
    assert {row[0]: row[2] for row in report.rows if row[0]}.items() <= by_placement.items() | {
        (placement.ref, 0) for placement in read_world(world).placements
    }


def check_comparison(council: Council, world: World, period: Period, reference: str) -> None:
    """The comparison is the brute force's, as printed, and its effects add up to the printed gap."""

    async def question(reader: Reader) -> Result:
        return await compare(reader, await reader.as_at(), period, NO_FILTERS, reference)

    expected = compare_rows(world, period.first_day, period.last_day, reference)
    if reference not in expected:
        try:
            council.ask(question)
        except Refused:
            return
        raise AssertionError(f"{reference} has no day and no charge, and is compared with")
    result = council.ask(question)
    names = [column.name for column in result.columns]
    rows = {str(row[0]): dict(zip(names, row, strict=True)) for row in result.rows}
    assert list(rows) == sorted(expected)
    for model, figures in expected.items():
        check_figures(rows[model], figures)
        check_effects(rows[model], rows[reference], figures)


def check_figures(row: dict[str, Value], figures: ModelFigures) -> None:
    """Counts, sums and ratios are exact, yearly money is rounded once."""
    for name in EXACT:
        expected = getattr(figures, name)
        assert row[name] == expected or (name == "coverage" and not expected and row[name] is None), name
    for name in MONEY:
        assert row[name] == printed(getattr(figures, name)), name


def check_effects(row: dict[str, Value], reference: dict[str, Value], figures: ModelFigures) -> None:
    """Price, mix and void are the exact ones rounded; what is left of the printed gap is unshared."""
    for name in EFFECTS:
        assert row[name] == printed(getattr(figures, name)), name
    if figures.price_effect is None:
        assert row["unshared_effect"] is None
        return
    own, other = row["cost_per_fte_year"], reference["cost_per_fte_year"]
    effects = [row[name] for name in (*EFFECTS, "unshared_effect")]
    assert isinstance(own, int)
    assert isinstance(other, int)
    assert sum(effect for effect in effects if isinstance(effect, int)) == own - other
    assert figures.unshared_effect is not None
    unshared = row["unshared_effect"]
    assert isinstance(unshared, int)
    assert abs(unshared - figures.unshared_effect) < 3


def printed(pence: Fraction | None) -> int | None:
    """Exact pence as they are printed."""
    return None if pence is None else round_half_away(pence)
