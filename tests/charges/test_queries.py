"""Sums, days and movements by every filter, from both sources of a sum: the checkpoints and the rows."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pytest

from commissioning.charges import checkpoints, figures, queries
from commissioning.charges.movements import movements, movements_by_cause
from commissioning.charges.periods import Period, financial_year, whole_months
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from tests.brute_force.facts import World
from tests.brute_force.school_years import year_of_terms
from tests.brute_force.worlds import provider
from tests.worlds.council import Council, new_council
from tests.worlds.test_three_changes import agreement, child, price

pytestmark = pytest.mark.usefixtures("store")

YEAR = financial_year("2026/27")
COUNCIL: World = {
    "Providers": [provider(0, None), provider(1, None)],
    "Calendar": [row for year in (2025, 2026) for row in year_of_terms("default", year, timedelta())],
    "Agreements": [
        agreement("B", "block", commitment_places=2, void_pct=100),
        agreement("S", "spot") | {"provider_urn": 900002},
    ],
    "Rates": [
        price(36_500, agreement_ref="B", void="yes"),
        price(73_000, placement_ref="P2"),
        price(109_500, placement_ref="P3"),
    ],
    "Placements": [
        child("P1", "B", home_area="Norwich", route="tribunal", band="A"),
        child("P2", "S", home_area="Breckland") | {"need": "SEMH", "phase": "secondary"},
        child("P3", "S", home_area="Norwich") | {"setting": "residential_52", "end_on": date(2026, 9, 30)},
    ],
}
DAY_RATES = {"P1": 100, "P2": 200, "P3": 300, None: 100}
"""Pounds a day; the block's empty place is nobody's."""
DAYS = {"P1": 365, "P2": 365, "P3": 183, None: 365}
YEARLY = {ref: DAY_RATES[ref] * DAYS[ref] * 100 for ref in DAYS}


@pytest.fixture(scope="module", params=[1, 20_000], ids=["with checkpoints", "without checkpoints"])
def council(request: pytest.FixtureRequest, store: str) -> Iterator[Council]:
    assert store
    with pytest.MonkeyPatch.context() as patch, new_council() as made:
        patch.setattr(checkpoints, "LEAST_CHANGES", request.param)
        made.take_in(COUNCIL)
        assert bool(made.tables()["charges_checkpoint"]) == (request.param == 1)
        yield made


FILTERS: list[tuple[Filters, set[str | None]]] = [
    (Filters(), {"P1", "P2", "P3", None}),
    (Filters(provider=("900001",)), {"P1", None}),
    (Filters(provider=("900002",)), {"P2", "P3"}),
    (Filters(provider=("900001", "900002")), {"P1", "P2", "P3", None}),
    (Filters(provider=("900003",)), set()),
    (Filters(provider=("Larkfield",)), set()),
    (Filters(model=("spot",)), {"P2", "P3"}),
    (Filters(agreement=("B",)), {"P1", None}),
    (Filters(need=("ASD",)), {"P1", "P3"}),
    (Filters(phase=("secondary",)), {"P2"}),
    (Filters(setting=("residential_52",)), {"P3"}),
    (Filters(area=("Norwich",)), {"P1", "P3"}),
    (Filters(placement=("P2",)), {"P2"}),
    (Filters(placement=("P1", "P3")), {"P1", "P3"}),
    (Filters(area=("Norwich",), model=("spot",)), {"P3"}),
    (Filters(need=("SEMH",), model=("block",)), set()),
    (Filters(agreement=("B",), need=("ASD",)), {"P1"}),
]


def words(filters: Filters) -> str:
    """A filter as the name of a test."""
    return ", ".join(f"{name}={'+'.join(values)}" for name, values in filters.chosen().items()) or "none"


@pytest.mark.parametrize(("filters", "refs"), FILTERS, ids=[words(filters) for filters, _ in FILTERS])
@pytest.mark.parametrize("by", [(), ("model", "kind"), ("placement", "component")], ids=["whole", "cohorts", "rows"])
def test_a_filter_leaves_only_what_matches(
    council: Council, filters: Filters, refs: set[str | None], by: Sequence[str]
) -> None:
    """Sums, days on roll, places and movements are those of the placements that match every filter."""

    async def question(reader: Reader) -> None:
        position = (await reader.as_at()).position
        sums = await figures.sums(reader, by, YEAR, position, filters)
        cost = sum(YEARLY[ref] for ref in refs)
        assert sum(found.cost for found in sums) == cost
        assert sum(moved.delta for moved in await movements(reader, YEAR, 0, position, filters)) == cost
        days = await queries.occupied(reader, ("placement", "pupil"), YEAR, position, filters)
        assert {span.group[0] for span in days} == refs - {None}
        places = await queries.committed(reader, ("agreement",), YEAR, position, filters)
        assert [span.group for span in places] == ([("B",)] if None in refs else [])
        assert await figures.sums(reader, by, YEAR, 0, filters) == []

    council.ask(question)


def test_a_period_takes_its_months_alone(council: Council) -> None:
    """A sum over two months has two rows a group and nothing of the others; spans are those that touch it."""
    autumn = whole_months(date(2026, 10, 1), date(2026, 11, 30))

    async def question(reader: Reader) -> None:
        position = (await reader.as_at()).position
        sums = await figures.sums(reader, ("model",), autumn, position, Filters(model=("spot",)))
        assert {(found.month, found.cost) for found in sums if found.cost} == {
            (202610, 31 * 200 * 100),
            (202611, 30 * 200 * 100),
        }
        days = await queries.occupied(reader, ("placement",), autumn, position, Filters(model=("spot",)))
        assert [span.group for span in days] == [("P2",)]

    council.ask(question)


def test_a_movement_is_the_same_from_the_totals_and_from_the_rows(council: Council) -> None:
    """Between any two positions an event moved whole years by what its rows say, and causes add up to their events."""
    every = Filters(model=("block", "spot"))
    years = Period(date(2025, 4, 1), date(2027, 3, 31))

    async def question(reader: Reader) -> None:
        end = (await reader.as_at()).position
        for period in (YEAR, years):
            for after in range(0, end, max(end // 7, 1)):
                moved = await movements(reader, period, after, end, Filters())
                assert moved == await movements(reader, period, after, end, every)
                assert moved[::-1][1:3] == await movements(reader, period, after, end, Filters(), newest=(2, 1))
                by_cause = {one.cause: one[1:] for one in await movements_by_cause(reader, period, after, end, every)}
                assert by_cause == {
                    cause: (len(deltas), sum(deltas))
                    for cause in {one.cause for one in moved}
                    if (deltas := [one.delta for one in moved if one.cause == cause])
                }
                assert moved or after

    council.ask(question)


def test_a_book_that_holds_nothing_has_no_sums() -> None:
    """An empty ledger answers every question with nothing."""

    async def question(reader: Reader) -> None:
        assert await figures.sums(reader, ("model",), YEAR, 0, Filters()) == []
        assert await figures.sums(reader, ("placement",), YEAR, 0, Filters()) == []
        assert await movements(reader, YEAR, 0, 0, Filters()) == []
        assert await queries.unpriced(reader, YEAR, 0, Filters()) == []

    with new_council() as empty:
        empty.ask(question)
