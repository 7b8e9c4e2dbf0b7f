"""Charges of any span of days of a random council, against a brute force that prices day by day: equal to the penny."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import strategies as st

from commissioning.charges.spans_priced import PricedPlace, priced_places
from commissioning.ledger.reading import Reader
from tests.brute_force.facts import World
from tests.brute_force.prices import charges_by_day, day_pence
from tests.brute_force.worlds import worlds
from tests.examples import on_each_store
from tests.worlds.council import ALL_YEARS, new_council


@on_each_store(40, world=worlds(), first=st.dates(date(2025, 1, 1), date(2028, 12, 31)), days=st.integers(0, 400))
def test_any_span_of_days_is_the_brute_force_s(world: World, first: date, days: int) -> None:
    """The difference of rounded cumulatives at the ends of a span, for every placement and every agreement's voids."""
    last = first + timedelta(days=days)
    expected: Counter[tuple[str, str | None]] = Counter()
    for (agreement, placement, _, _), costs in charges_by_day(world, ALL_YEARS.first_day, ALL_YEARS.last_day).items():
        by_day = day_pence(costs, ALL_YEARS.first_day, ALL_YEARS.last_day)
        expected[agreement, placement] += sum(pence[0] for one, pence in by_day.items() if first <= one <= last)

    async def priced(reader: Reader) -> list[PricedPlace]:
        return await priced_places(reader, await reader.end(), first, last)

    with new_council() as council:
        council.take_in(world)
        found = {
            (place.basis.agreement.ref, place.placement.ref if place.placement else None): place.between(first, last)
            for place in council.ask(priced)
        }
    assert {key: pence for key, pence in found.items() if pence} == {
        key: pence for key, pence in expected.items() if pence
    }
