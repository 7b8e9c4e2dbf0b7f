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
from commissioning.charges.figures import sums
from commissioning.charges.periods import MONTHS_IN_A_YEAR, Period, month_days, month_name
from commissioning.charges.places import Place, Wanted
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.placements.year_groups import LAST_YEAR_GROUP
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.words import day as day_words
from commissioning.web.words import number, short_month, whole_pounds
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
    MonthAhead,
    Outlook,
    Tell,
    simulate,
)
from exports.forecast.to_date import part_of_month
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
    Column("forecast", "money", "Forecast", "Charged, known ahead and the five allowances together."),
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
GIVE_OR_TAKE = Decimal(20)
"""Per cent by which arrivals and leavers may differ from what is assumed, unless the reader states another."""
DAYS_OF_A_YEAR = 365
LOOKED_BACK = timedelta(days=DAYS_OF_A_YEAR)


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
    post_16_year: int = LAST_YEAR_GROUP["post_16"]


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
    outlook = await asyncio.to_thread(simulate, ahead, live, assumed, tell, late)
    monitor = await _monitor(reader, as_at, period, by, filters, day)
    known = (charged, committed, unpriced, phases.costs)
    rows = [_within_budget(row, monitor.get(str(row[0]))) for row in _rows(by, period, known, outlook)]
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
        tuple(_notes(by, period, day, len(phases.leavers))),
        {"by": by, "day": day.isoformat()} | _told(assumed) | {"post_16_year": str(stated.post_16_year)},
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


def assumptions(
    stated: Stated, everyone: Sequence[Place], others: Sequence[Place], period: Period, day: date
) -> Assumptions:
    """What is assumed: as stated, else as many arrivals and leavers a month as in the twelve months before a day.

    `others` are all but those who left with their phase, who are no leavers of this kind.
    """
    return Assumptions(
        _monthly(_came(everyone, day)) if stated.arrivals is None else stated.arrivals,
        _monthly(_went(others, day)) if stated.leavers is None else stated.leavers,
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


def _busy(days: Sequence[date], first: date, last: date) -> Fraction:
    """How busy the days of a month are, an average whole month being 1: by the same days a year ago.

    One more a month is counted, so that none is ruled out.
    """
    counted = sum(_in_month(day, first, last) for day in days)
    smoothed = counted + Fraction(((last - first).days + 1) * MONTHS_IN_A_YEAR, DAYS_OF_A_YEAR)
    return smoothed * MONTHS_IN_A_YEAR / (len(days) + MONTHS_IN_A_YEAR)


def _in_month(day: date, first: date, last: date) -> bool:
    """Whether a day of some year lies between two days of one month."""
    return day.month == first.month and first.day <= day.day <= last.day


def months_ahead(
    period: Period,
    day: date,
    known: Mapping[int, int],
    everyone: Sequence[Place],
    others: Sequence[Place],
    assumed: Assumptions,
) -> list[MonthAhead]:
    """The months of a period that are not over on a day, the present one with the days that are left of it.

    `others` are all but those who left with their phase.
    """
    starts = Counter(_month(place.first_day) for place in everyone if place.first_day > day)
    ends = Counter(_month(place.last_day) for place in others if place.last_day is not None and place.last_day >= day)
    came, went = _came(everyone, day), _went(others, day)
    found = []
    for month in period.months():
        first, last = month_days(month)
        begins = max(first, day + timedelta(days=1))
        if begins > last:
            continue
        found.append(
            MonthAhead(
                month,
                (last - begins).days + 1,
                known.get(month, 0),
                starts[month],
                ends[month],
                _busy(came, begins, last),
                _busy(went, begins, last),
                max((last - max(begins, assumed.uplift_on)).days + 1, 0),
                tuple(last.day - one.day + 1 for one in came if _in_month(one, begins, last)),
                tuple(last.day - one.day for one in went if _in_month(one, begins, last)),
            )
        )
    return found


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
    month = _month(day)
    if month in period.months() and month_days(month)[1] > day:
        for part in await part_of_month(once, day, filters):
            key = (month, part.model, str(part.provider))
            charged[key] += part.pence
            committed[key] -= part.pence
    return dict(charged), dict(committed)


def _rows(
    by: By, period: Period, known: Sequence[Mapping[tuple[int, str, str], int]], outlook: Outlook
) -> list[tuple[Value, ...]]:
    """A row for each month or group; what is allowed for months falls on groups as what is known of them does.

    `known` are the pence charged, known ahead, of days without a price, and of phase leavers.
    """
    place = ("month", "model", "provider").index(by)
    groups: dict[int | str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for column, amounts in enumerate(known):
        for key, pence in amounts.items():
            groups[key[place]][column] += pence
    if by == "month":
        return [(month_name(one), *_row(groups[one], outlook.months.get(one, NOTHING))) for one in period.months()]
    ahead = sum(map(sum, (amounts.values() for amounts in known[1:])))
    rows: list[tuple[Value, ...]] = []
    for one in sorted(groups, key=str):
        part = outlook.whole.part(Fraction(sum(groups[one][1:]), ahead) if ahead else Fraction(0))
        rows.append((str(one), *_row(groups[one], part, ranged=False)))
    return rows


def _row(known_of: Sequence[int], allowed: Allowance, *, ranged: bool = True) -> tuple[Value, ...]:
    charged, committed, unpriced, phases = known_of
    known = charged + committed + unpriced + phases
    arrivals, leavers, uplift = map(round_half_away, (allowed.arrivals, allowed.leavers, allowed.uplift))
    whole = known + arrivals + leavers + uplift
    low, high = (known + round_half_away(end) if ranged else None for end in (allowed.low, allowed.high))
    parts = (unpriced, arrivals, leavers, phases, uplift)
    return (None, None, charged, None, None, committed, *parts, whole, low, high, None, None)


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


def _notes(by: By, period: Period, day: date, phase_leavers: int) -> list[str]:
    gone = min(day, period.last_day)
    notes = [
        f"Charged are the days up to {day_words(gone)}. Known ahead is what the ledger holds of those after it.",
        f"Low and high leave out a tenth of {SIMULATIONS:,} draws on either side (seed {SEED}).",
        "Those who are known to come or go in a month count among its arrivals and other leavers.",
        f"Phase leavers without a recorded end who are taken to leave on 31 August: {number(phase_leavers)}.",
        "Variance is the forecast less the budget; what was invoiced and paid stands in the register of invoices.",
    ]
    if by != "month":
        notes.append("Allowances fall on each row as what is known ahead does; the range is of the whole alone.")
    return notes


def _month(day: date) -> int:
    return day.year * 100 + day.month


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
