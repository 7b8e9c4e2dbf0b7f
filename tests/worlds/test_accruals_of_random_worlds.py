"""Accruals and prepayments of random councils at any date, against a brute force that prices day by day."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from commissioning.charges.known import agreements_as_at, calendars_as_at, providers_as_at
from commissioning.ledger.reading import Reader
from contracts.billing_periods import billing_period
from contracts.calendar import DEFAULT_CALENDAR, Calendar
from exports.accruals import accruals
from exports.result import Result
from tests.brute_force.facts import World
from tests.brute_force.prices import charges_by_day, day_pence
from tests.brute_force.worlds import worlds
from tests.examples import on_each_store
from tests.worlds.council import ALL_YEARS, NO_FILTERS, new_council

Key = tuple[str | None, str]


@on_each_store(
    30,
    world=worlds(),
    at=st.dates(date(2025, 4, 1), date(2028, 6, 30)),
    billed=st.sampled_from(["termly_advance", "monthly_advance", "monthly_arrears"]),
)
def test_accruals_are_the_days_that_the_bill_leaves_open(world: World, at: date, billed: str) -> None:
    """Charged is every day up to the date; prepaid the bill's days after it; accrued the days no bill covers yet."""
    for row in world["Agreements"]:
        row["billing"] = billed
    charges = charges_by_day(world, ALL_YEARS.first_day, ALL_YEARS.last_day)

    def between(first: Callable[[str], date], last: Callable[[str], date]) -> Counter[Key]:
        found: Counter[Key] = Counter()
        for (agreement, placement, _, _), costs in charges.items():
            for one, pence in day_pence(costs, ALL_YEARS.first_day, ALL_YEARS.last_day).items():
                if first(agreement) <= one <= last(agreement):
                    found[placement, agreement] += pence[0]
        return found

    async def asked(reader: Reader) -> Result:
        return await accruals(reader, await reader.as_at(None), at, NO_FILTERS)

    with new_council() as council:
        council.take_in(world)
        result = council.ask(asked)
        periods = periods_of(council.ask(lists_of), billed, at)
    start = date(at.year if at.month > 3 else at.year - 1, 4, 1)
    wanted = {
        3: between(lambda _: start, lambda _: at),
        5: between(lambda ref: max(periods[ref][0], start), lambda _: at) if billed == "monthly_arrears" else Counter(),
        6: Counter()
        if billed == "monthly_arrears"
        else between(lambda _: at + timedelta(1), lambda ref: periods[ref][1]),
    }
    for place, expected in wanted.items():
        found: Counter[Key] = Counter()
        for row in result.rows:
            found[row[0], str(row[2])] += int(str(row[place]))
        assert found == expected, place
    assert all(row[3] - row[4] == row[5] - row[6] for row in result.rows)


async def lists_of(reader: Reader) -> dict[str, object]:
    """Each agreement's calendar as it is listed."""
    agreements = await agreements_as_at(reader, await reader.end())
    calendars = await calendars_as_at(reader, await reader.end())
    providers = await providers_as_at(reader, await reader.end())
    return {
        ref: calendars.get(providers[one.provider_urn].facts.calendar or DEFAULT_CALENDAR, Calendar("", {}))
        for ref, one in agreements.items()
    }


def periods_of(calendars: dict[str, Any], billed: Any, at: date) -> dict[str, tuple[date, date]]:
    """The billing period of each agreement at a date."""
    return {ref: billing_period(billed, at, calendar)[:2] for ref, calendar in calendars.items()}
