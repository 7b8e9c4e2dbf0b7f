"""What will the year come to: charged so far, known ahead, and allowances with a range (interface.md, forecast).

What is known is what the ledger holds: every end, start, price and calendar recorded by the as-at. On top of that come
arrivals, leavers and an uplift, assumed by the reader and drawn many times, because nobody knows them.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from commissioning.charges import places
from commissioning.charges.figures import figures, sums
from commissioning.charges.periods import MONTHS_IN_A_YEAR, Period, month_days, month_name
from commissioning.charges.places import Place, Wanted
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.words import day as day_words
from commissioning.web.words import short_month, whole_pounds
from exports.budget import budget
from exports.forecast.simulation import (
    NOTHING,
    SEED,
    SIMULATIONS,
    Allowance,
    Assumptions,
    MonthAhead,
    Outlook,
    Tell,
    simulate,
)
from exports.forecast.to_date import part_of_month
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
    Column("arrivals", "money", "Arrivals"),
    Column("leavers", "money", "Leavers"),
    Column("uplift", "money", "Uplift"),
    Column("forecast", "money", "Forecast", "Charged, known ahead and the three allowances together."),
    Column("low", "money", "Low"),
    Column("high", "money", "High"),
    Column("variance", "money", "Variance", "The forecast less the budget: what is above nought is over it."),
    Column("movement", "money", "Movement", "What is known now less what was known when the last month was closed."),
)
GIVE_OR_TAKE = Decimal(20)
"""Per cent by which arrivals and leavers may differ from what is assumed, unless the reader states another."""
LOOKED_BACK = timedelta(days=365)


class Budgeted(NamedTuple):
    """What the budget monitor says of a row: its budget, the share of the days gone, what was known at the last close.

    `movement` is of what is known, without allowances, because those were nobody's at a close.
    """

    budget: Value
    profiled: Value
    movement: Value


BUDGETED = Budgeted._fields


@dataclass(frozen=True, slots=True)
class Stated:
    """The assumptions that a reader states; what is left None is taken from the last twelve months."""

    arrivals: Decimal | None = None
    leavers: Decimal | None = None
    give_or_take: Decimal = GIVE_OR_TAKE
    uplift_low: Decimal = Decimal(0)
    uplift_high: Decimal = Decimal(0)
    uplift_on: date | None = None


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
    charged, committed = await _known(reader, as_at, period, filters, day)
    everyone = await places.places(reader, as_at.position, day, Wanted(tuple(filters.chosen().items())))
    assumed = assumptions(stated, everyone, period, day)
    known_months: dict[int, int] = defaultdict(int)
    for (month, _, _), pence in committed.items():
        known_months[month] += pence
    ahead = months_ahead(period, day, known_months, everyone, assumed)
    daily = await _daily(reader, as_at, period, filters, everyone, day)
    outlook = await asyncio.to_thread(simulate, ahead, daily, assumed, tell)
    monitor = await _monitor(reader, as_at, period, by, filters, day)
    rows = [_within_budget(row, monitor.get(str(row[0]))) for row in _rows(by, period, charged, committed, outlook)]
    whole = (None, *_row([sum(charged.values()), sum(committed.values())], outlook.whole))
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
        tuple(_notes(by, period, day)),
        {"by": by, "day": day.isoformat()} | _told(assumed),
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
    over = None if budgeted.budget is None else _pence(row[10]) - _pence(budgeted.budget)
    return (key, budgeted.budget, budgeted.profiled, *amounts, over, budgeted.movement)


def assumptions(stated: Stated, everyone: Sequence[Place], period: Period, day: date) -> Assumptions:
    """What is assumed: as stated, else as many arrivals and leavers a month as in the twelve months before a day."""
    return Assumptions(
        _monthly(_came(everyone, day)) if stated.arrivals is None else stated.arrivals,
        _monthly(_went(everyone, day)) if stated.leavers is None else stated.leavers,
        stated.give_or_take,
        stated.uplift_low,
        max(stated.uplift_low, stated.uplift_high),
        stated.uplift_on or period.first_day,
    )


def _came(everyone: Sequence[Place], day: date) -> list[date]:
    """The first days of those who came in the twelve months before a day."""
    return [place.first_day for place in everyone if day - LOOKED_BACK < place.first_day <= day]


def _went(everyone: Sequence[Place], day: date) -> list[date]:
    """The last days of those who went in the twelve months before a day."""
    lasts = [place.last_day for place in everyone if place.last_day is not None]
    return [last for last in lasts if day - LOOKED_BACK < last <= day]


def _monthly(days: Sequence[date]) -> Decimal:
    return (Decimal(len(days)) / MONTHS_IN_A_YEAR).quantize(Decimal("0.1"))


def _season(days: Sequence[date]) -> dict[int, Fraction]:
    """How busy each month of the year was, an average one being 1; one more a month, so that none is ruled out."""
    counted = Counter(day.month for day in days)
    whole = len(days) + MONTHS_IN_A_YEAR
    return {month: Fraction((counted[month] + 1) * MONTHS_IN_A_YEAR, whole) for month in range(1, MONTHS_IN_A_YEAR + 1)}


def months_ahead(
    period: Period, day: date, known: Mapping[int, int], everyone: Sequence[Place], assumed: Assumptions
) -> list[MonthAhead]:
    """The months of a period that are not over on a day, the present one with the days that are left of it."""
    starts = Counter(_month(place.first_day) for place in everyone if place.first_day > day)
    ends = Counter(_month(place.last_day) for place in everyone if place.last_day is not None and place.last_day >= day)
    coming, going = _season(_came(everyone, day)), _season(_went(everyone, day))
    found = []
    for month in period.months():
        first, last = month_days(month)
        begins = max(first, day + timedelta(days=1))
        if begins > last:
            continue
        raised = max((last - max(begins, assumed.uplift_on)).days + 1, 0)
        found.append(
            MonthAhead(
                month,
                (last - begins).days + 1,
                known.get(month, 0),
                starts[month],
                ends[month],
                coming[first.month],
                going[first.month],
                raised,
            )
        )
    return found


async def _known(
    reader: Reader, as_at: AsAt, period: Period, filters: Filters, day: date
) -> tuple[dict[tuple[int, str, str], int], dict[tuple[int, str, str], int]]:
    """Pence by month, model and school: of the days up to a day, and of those after it."""
    charged: dict[tuple[int, str, str], int] = defaultdict(int)
    committed: dict[tuple[int, str, str], int] = defaultdict(int)
    for item in await sums(reader, ("model", "provider"), period, as_at.position, filters):
        model, provider = item.group
        key = (item.month, str(model), str(provider))
        (charged if month_days(item.month)[1] <= day else committed)[key] += item.cost
    month = _month(day)
    if month in period.months() and month_days(month)[1] > day:
        for part in await part_of_month(reader, as_at.position, day, filters):
            key = (month, part.model, str(part.provider))
            charged[key] += part.pence
            committed[key] -= part.pence
    return dict(charged), dict(committed)


async def _daily(
    reader: Reader, as_at: AsAt, period: Period, filters: Filters, everyone: Sequence[Place], day: date
) -> list[int]:
    """The pence a day of each placement on roll on a day, on average over its days in the period."""
    by = ("placement",)
    asked = await figures(reader, by, period, as_at.position, filters, monthly=False)
    days = {ref: count for (ref,), ((count,),) in (await asked.days(by)).items()}
    live = {place.ref for place in everyone if place.state_on(day) == "live"}
    costs = {ref: pence for (ref,), ((pence,),) in (await asked.cost(by)).items()}
    return sorted(round_half_away(Fraction(costs.get(ref, 0), days[ref])) for ref in live if days.get(ref))


def _rows(
    by: By,
    period: Period,
    charged: Mapping[tuple[int, str, str], int],
    committed: Mapping[tuple[int, str, str], int],
    outlook: Outlook,
) -> list[tuple[Value, ...]]:
    """A row for each month or group; what is allowed for months falls on groups as what is known of them does."""
    place = ("month", "model", "provider").index(by)
    groups: dict[int | str, list[int]] = defaultdict(lambda: [0, 0])
    for number, amounts in enumerate((charged, committed)):
        for key, pence in amounts.items():
            groups[key[place]][number] += pence
    if by == "month":
        return [(month_name(one), *_row(groups[one], outlook.months.get(one, NOTHING))) for one in period.months()]
    ahead = sum(committed.values())
    rows: list[tuple[Value, ...]] = []
    for one in sorted(groups, key=str):
        part = outlook.whole.part(Fraction(groups[one][1], ahead) if ahead else Fraction(0))
        rows.append((str(one), *_row(groups[one], part, ranged=False)))
    return rows


def _row(known_of: Sequence[int], allowed: Allowance, *, ranged: bool = True) -> tuple[Value, ...]:
    charged, committed = known_of
    known = charged + committed
    parts = [round_half_away(amount) for amount in (allowed.arrivals, allowed.leavers, allowed.uplift)]
    low, high = (known + round_half_away(end) if ranged else None for end in (allowed.low, allowed.high))
    return (None, None, charged, None, None, committed, *parts, known + sum(parts), low, high, None, None)


def _told(assumed: Assumptions) -> dict[str, str]:
    return {
        "arrivals_a_month": str(assumed.arrivals),
        "leavers_a_month": str(assumed.leavers),
        "give_or_take": str(assumed.give_or_take),
        "uplift_low": str(assumed.uplift_low),
        "uplift_high": str(assumed.uplift_high),
        "uplift_on": assumed.uplift_on.isoformat(),
        "simulations": str(SIMULATIONS),
        "seed": str(SEED),
    }


def _notes(by: By, period: Period, day: date) -> list[str]:
    gone = min(day, period.last_day)
    notes = [
        f"Charged are the days up to {day_words(gone)}. Known ahead is what the ledger holds of those after it.",
        f"Low and high leave out a tenth of {SIMULATIONS:,} draws on either side (seed {SEED}).",
        "Those who are known to come or go in a month count among its arrivals and leavers.",
        "Variance is the forecast less the budget; invoices and payments are not recorded in this ledger yet.",
    ]
    if by != "month":
        notes.append("Allowances fall on each row as what is known ahead does; the range is of the whole alone.")
    return notes


def _month(day: date) -> int:
    return day.year * 100 + day.month


def outturn_chart(result: Result) -> ChartSpec | None:
    """Month by month what is known, and the forecast with its range; of a result by month."""
    if not any(row[11] for row in result.rows):
        return None
    total = {name: value for name, value in result.total.items() if isinstance(value, int)}
    low, high = total["low"], total["high"]
    sentence = (
        f"{result.period.in_words()} is forecast to come to {whole_pounds(total['forecast'])}, within "
        f"{whole_pounds(low)} and {whole_pounds(high)} in eight draws of ten: {whole_pounds(total['charged'])} is "
        f"charged and {whole_pounds(total['committed'])} known ahead."
    )
    allowed = tuple(sum(_pence(amount) for amount in row[7:10]) for row in result.rows)
    return ChartSpec(
        "stacked_bars",
        f"Outturn of {result.period.in_words()}",
        sentence,
        tuple(short_month(str(row[0])) for row in result.rows),
        (
            Series("Charged", tuple(_pence(row[3]) for row in result.rows)),
            Series("Known ahead", tuple(_pence(row[6]) for row in result.rows)),
            Series("Allowed on top", allowed),
        ),
    )


def _pence(value: Value) -> int:
    return value if isinstance(value, int) else 0
