"""What will the year come to: charged so far, known ahead, and allowances with a range (interface.md, forecast).

What is known is what the ledger holds: every end, start, price and calendar recorded by the as-at. On top of that come
arrivals, leavers, an uplift and what is agreed of the requests that wait, assumed by the reader and drawn many times,
because nobody knows them.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import Literal, NamedTuple

from commissioning.charges import places
from commissioning.charges.figures import sums
from commissioning.charges.periods import MONTHS_IN_A_YEAR, Period, month_days, month_name
from commissioning.charges.places import Wanted
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.words import day as day_words
from commissioning.web.words import number, percent, short_month, whole_pounds
from exports.budget import budget
from exports.forecast.late_entries import late_a_year_ago
from exports.forecast.phase_effects import phase_effect
from exports.forecast.placements_once import PlacementsOnce
from exports.forecast.simulation import (
    NOTHING,
    SEED,
    SIMULATIONS,
    Allowance,
    Assumptions,
    Outlook,
    Tell,
    Undecided,
    simulate,
)
from exports.forecast.stated import Stated, assumptions, month_of, months_ahead, told
from exports.forecast.to_date import part_of_month
from exports.forecast.uplifts_waiting import Waiting, waiting_in
from exports.forecast.without_price import daily_cost, without_price
from exports.result import Column, Result, Value, round_half_away

By = Literal["month", "model", "provider"]
HEADINGS: Mapping[str, str] = {"month": "Month", "model": "Model", "provider": "School"}

COLUMNS = (
    Column("budget", "money", "Budget", "What may be spent in the financial year, without VAT."),
    Column("profiled", "money", "Budget so far", "The budget's share of the months that are over, in equal days."),
    Column("charged", "money", "Charged", "Charges of the days up to the report's day."),
    Column("invoiced", "money", "Invoiced"),
    Column("paid", "money", "Paid"),
    Column("committed", "money", "Known ahead", "Charges of the days after it that the ledger already knows."),
    Column(
        "unpriced", "money", "Days without a price", "Days on roll that no price is known for yet, as others of theirs."
    ),
    Column("arrivals", "money", "Arrivals"),
    Column("leavers", "money", "Other leavers"),
    Column("phase_leavers", "money", "Phase leavers", "What those who come to the end of their phase cost less."),
    Column("uplift", "money", "Uplift"),
    Column(
        "uplifts_waiting", "money", "Uplifts that wait", "What is agreed on average of the requests nobody has decided."
    ),
    Column("forecast", "money", "Forecast", "Charged, known ahead and the six allowances together."),
    Column("low", "money", "Low"),
    Column("high", "money", "High"),
    Column("variance", "money", "Variance", "The forecast less the budget: what is above nought is over it."),
    Column("movement", "money", "Movement", "What is known now less what was known when the last month was closed."),
)
_CHARGED, _COMMITTED, _FIRST_ALLOWED, _FORECAST, _LOW = (
    1 + [column.name for column in COLUMNS].index(name)
    for name in ("charged", "committed", "unpriced", "forecast", "low")
)
"""Places in a row, whose first value is its month or group."""


class Budgeted(NamedTuple):
    """What the budget monitor says of a row: its budget, the share of the days gone, what was known at the last close.

    `movement` is of what is known, without allowances, because those were nobody's at a close.
    """

    budget: Value
    profiled: Value
    movement: Value


BUDGETED = Budgeted._fields


async def forecast(
    reader: Reader,
    as_at: AsAt,
    period: Period,
    by: By,
    filters: Filters,
    day: date,
    stated: Stated,
    tell: Tell | None = None,
) -> Result:
    """The outturn of a period by month, model or school, as it was known at a position on a day."""
    once = PlacementsOnce(reader, as_at.position)
    charged, committed = await _known(once, period, filters, day)
    wanted = Wanted(tuple(filters.chosen().items()))
    everyone = await places.places(reader, as_at.position, day, wanted)
    phases = await phase_effect(once, period, filters, everyone, day, stated.post_16_year)
    others = [place for place in everyone if place.ref not in phases.left]
    assumed = assumptions(stated, everyone, others, period, day)
    known_months: dict[int, int] = defaultdict(int)
    daily = await daily_cost(reader, as_at.position, period, filters)
    leaving = {one.placement.ref: one.leaves_on for one in phases.leavers}
    unpriced = await without_price(reader, as_at.position, period, filters, daily, leaving)
    for amounts in (committed, phases.costs, unpriced):
        for (month, _, _), pence in amounts.items():
            known_months[month] += pence
    ahead = months_ahead(period, day, known_months, everyone, others, assumed)
    late = await late_a_year_ago(reader, everyone, others, wanted, day)
    live = daily.of([place.ref for place in everyone if place.state_on(day) == "live"])
    waiting = await waiting_in(reader, as_at.position, period, filters)
    outlook = await asyncio.to_thread(simulate, ahead, live, assumed, tell, late, waiting.by_month())
    monitor = await _monitor(reader, as_at, period, by, filters, day)
    known = (charged, committed, unpriced, phases.costs)
    rows = [_within_budget(row, monitor.get(str(row[0]))) for row in _rows(by, period, known, outlook, waiting)]
    whole = (None, *_row([sum(amounts.values()) for amounts in known], outlook.whole))
    total = _within_budget(whole, monitor.get(None))[1:]
    result = Result(
        "forecast",
        "Forecast",
        as_at,
        period,
        filters,
        (Column(by, "text", HEADINGS[by]), *COLUMNS),
        tuple(rows),
        dict(zip([column.name for column in COLUMNS], total, strict=True)),
        (*_notes(by, period, day, len(phases.leavers)), _on_waiting(waiting, assumed)),
        {"by": by, "day": day.isoformat()} | told(assumed) | {"post_16_year": str(stated.post_16_year)},
    )
    return replace(result, chart=outturn_chart(result))


async def _monitor(
    reader: Reader, as_at: AsAt, period: Period, by: By, filters: Filters, day: date
) -> dict[str | None, Budgeted]:
    """What the budget monitor says of each row and, under None, of the whole; nothing of a part of a year."""
    if len(period.months()) != MONTHS_IN_A_YEAR or len(period.by_year()) != 1:
        return {}
    monitor = await budget(reader, as_at, period, filters, by, day)
    places = [[column.name for column in monitor.columns].index(name) for name in BUDGETED]
    found: dict[str | None, Budgeted] = {
        str(row[0]): Budgeted(*(row[place] for place in places)) for row in monitor.rows
    }
    return found | {None: Budgeted(*(monitor.total.get(name) for name in BUDGETED))}


def _within_budget(row: tuple[Value, ...], budgeted: Budgeted | None) -> tuple[Value, ...]:
    """A row with its budget; the variance is of the forecast with its allowances."""
    if budgeted is None:
        return row
    key, _, _, *amounts, _, _ = row
    over = None if budgeted.budget is None else _pence(row[_FORECAST]) - _pence(budgeted.budget)
    return (key, budgeted.budget, budgeted.profiled, *amounts, over, budgeted.movement)


async def _known(
    once: PlacementsOnce, period: Period, filters: Filters, day: date
) -> tuple[dict[tuple[int, str, str], int], dict[tuple[int, str, str], int]]:
    """Pence by month, model and school: of the days up to a day, and of those after it."""
    charged: dict[tuple[int, str, str], int] = defaultdict(int)
    committed: dict[tuple[int, str, str], int] = defaultdict(int)
    for item in await sums(once.reader, ("model", "provider"), period, once.position, filters):
        model, provider = item.group
        key = (item.month, str(model), str(provider))
        (charged if month_days(item.month)[1] <= day else committed)[key] += item.cost
    month = month_of(day)
    if month in period.months() and month_days(month)[1] > day:
        for part in await part_of_month(once, day, filters):
            key = (month, part.model, str(part.provider))
            charged[key] += part.pence
            committed[key] -= part.pence
    return dict(charged), dict(committed)


def _rows(
    by: By, period: Period, known: Sequence[Mapping[tuple[int, str, str], int]], outlook: Outlook, waiting: Waiting
) -> list[tuple[Value, ...]]:
    """A row for each month or group; what is allowed for months falls on groups as what is known of them does.

    `known` are the pence charged, known ahead, of days without a price, and of phase leavers. What waits falls on the
    groups whose prices would rise.
    """
    place = ("month", "model", "provider").index(by)
    groups: dict[int | str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for column, amounts in enumerate(known):
        for key, pence in amounts.items():
            groups[key[place]][column] += pence
    if by == "month":
        return [(month_name(one), *_row(groups[one], outlook.months.get(one, NOTHING))) for one in period.months()]
    undecided: dict[int | str, Fraction] = defaultdict(Fraction)
    for key, added in waiting.costs.items():
        undecided[key[place]] += added.at(outlook.agreed)
    ahead = sum(map(sum, (amounts.values() for amounts in known[1:])))
    rows: list[tuple[Value, ...]] = []
    for one in sorted(groups.keys() | undecided.keys(), key=str):
        share = Fraction(sum(groups[one][1:]), ahead) if ahead else Fraction(0)
        rows.append((str(one), *_row(groups[one], outlook.whole.part(share, undecided[one]), ranged=False)))
    return rows


def _row(known_of: Sequence[int], allowed: Allowance, *, ranged: bool = True) -> tuple[Value, ...]:
    charged, committed, unpriced, phases = known_of
    known = charged + committed + unpriced + phases
    amounts = (allowed.arrivals, allowed.leavers, allowed.uplift, allowed.waiting)
    arrivals, leavers, uplift, waiting = map(round_half_away, amounts)
    whole = known + arrivals + leavers + uplift + waiting
    low, high = (known + round_half_away(end) if ranged else None for end in (allowed.low, allowed.high))
    parts = (unpriced, arrivals, leavers, phases, uplift, waiting)
    return (None, None, charged, None, None, committed, *parts, whole, low, high, None, None)


def _notes(by: By, period: Period, day: date, phase_leavers: int) -> list[str]:
    gone = min(day, period.last_day)
    notes = [
        f"Charged are the days up to {day_words(gone)}. Known ahead is what the ledger holds of those after it.",
        f"Low and high leave out a tenth of {number(SIMULATIONS)} draws on either side (seed {SEED}).",
        "Those who are known to come or go in a month count among its arrivals and other leavers.",
        f"Phase leavers without a recorded end who are taken to leave on 31 August: {number(phase_leavers)}.",
        "Variance is the forecast less the budget; what was invoiced and paid stands in the register of invoices.",
    ]
    if by != "month":
        notes.append("Allowances fall on each row as what is known ahead does; the range is of the whole alone.")
    return notes


def _on_waiting(waiting: Waiting, assumed: Assumptions) -> str:
    """What is assumed of the requests for higher prices that nobody has decided."""
    if not waiting.requests:
        return "No request for a higher price waits that would tell in this period; agreed ones are prices already."
    whole = reduce(Undecided.plus, waiting.costs.values(), Undecided())
    ends = f"{percent(assumed.waiting_agreed_low)} to {percent(assumed.waiting_agreed_high)}"
    return (
        f"Requests for higher prices that nobody has decided: {number(waiting.requests)}. What is offered would add "
        f"{whole_pounds(whole.offered)} and what is asked beyond that {whole_pounds(whole.beyond)}, of which {ends} "
        "is taken to be agreed, on top of any uplift that is assumed. Agreed ones are prices already."
    )


def outturn_chart(result: Result) -> ChartSpec | None:
    """Month by month what is known, and the forecast with its range; of a result by month."""
    if not any(row[_LOW] for row in result.rows):
        return None
    total = {name: value for name, value in result.total.items() if isinstance(value, int)}
    low, high = total["low"], total["high"]
    sentence = (
        f"{result.period.in_words()} is forecast to come to {whole_pounds(total['forecast'])}, within "
        f"{whole_pounds(low)} and {whole_pounds(high)} in eight draws of ten: {whole_pounds(total['charged'])} is "
        f"charged and {whole_pounds(total['committed'])} known ahead."
    )
    allowed = tuple(sum(_pence(amount) for amount in row[_FIRST_ALLOWED:_FORECAST]) for row in result.rows)
    return ChartSpec(
        "stacked_bars",
        f"Outturn of {result.period.in_words()}",
        sentence,
        tuple(short_month(str(row[0])) for row in result.rows),
        (
            Series("Charged", tuple(_pence(row[_CHARGED]) for row in result.rows)),
            Series("Known ahead", tuple(_pence(row[_COMMITTED]) for row in result.rows)),
            Series("Allowed on top", allowed),
        ),
    )


def _pence(value: Value) -> int:
    return value if isinstance(value, int) else 0
