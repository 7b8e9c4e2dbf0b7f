"""Accruals and prepayments of random councils at any date, against a brute force that prices day by day."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, cast

from hypothesis import strategies as st

from commissioning.charges.known import agreements_as_at, calendars_as_at, providers_as_at
from commissioning.ledger.reading import Reader
from contracts.billing_periods import billing_period
from contracts.calendar import DEFAULT_CALENDAR, Calendar
from exports.month_end.accruals import accruals
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
def test_without_an_invoice_everything_is_accrued_and_billing_says_what_was_due(
    world: World, at: date, billed: str
) -> None:
    """Charged and accrued are every day up to the date; due are the days that the billing's bills cover by then."""
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
    gone = between(lambda _: start, lambda _: at)
    due = Counter(gone)
    if billed == "monthly_arrears":
        due.subtract(between(lambda ref: max(periods[ref][0], start), lambda _: at))
    else:
        due.update(between(lambda _: at + timedelta(1), lambda ref: periods[ref][1]))
    names = [column.name for column in result.columns]
    for name, expected in {"charged": gone, "accrued": gone, "due": due}.items():
        found: Counter[Key] = Counter()
        for values in result.rows:
            found[cast("str | None", values[0]), str(values[2])] += int(str(values[names.index(name)]))
        assert found == expected, name
    assert not any(result.total[name] for name in ("invoiced", "overbilled", "prepaid", "paid", "unpaid", "paid_ahead"))


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
