"""What will the year come to: charged so far, known ahead, and allowances with a range (interface.md, forecast).

What is known is what the ledger holds: every end, start, price and calendar recorded by the as-at. On top of that come
arrivals, leavers, an uplift and what is agreed of the requests that wait, assumed by the reader and drawn many times,
because nobody knows them.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import Literal, NamedTuple

from commissioning.charges import places
from commissioning.charges.figures import sums
from commissioning.charges.known import school_names
from commissioning.charges.periods import MONTHS_IN_A_YEAR, Period, month_days, month_name
from commissioning.charges.places import Wanted
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.language import N_, Labels, _
from commissioning.web.words import day as day_words
from commissioning.web.words import number, percent, short_month, whole_pounds
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
from exports.month_end.budget import budget
from exports.payments.invoiced import invoiced
from exports.result import Column, Result, Value, round_half_away
from exports.schools_named import schools_named

By = Literal["month", "model", "provider"]
HEADINGS: Mapping[str, str] = Labels({"month": N_("Month"), "model": N_("Model"), "provider": N_("School")})

COLUMNS = (
    Column("budget", "money", N_("Budget"), N_("What may be spent in the financial year, without VAT.")),
    Column(
        "profiled", "money", N_("Budget so far"), N_("The budget's share of the months that are over, in equal days.")
    ),
    Column("charged", "money", N_("Charged"), N_("Charges of the days up to the report's day.")),
    Column(
        "invoiced",
        "money",
        N_("Invoiced"),
        N_("Lines of invoices received by the day, of the row's days, without VAT."),
    ),
    Column("paid", "money", N_("Paid"), N_("What was paid of them by the day, without VAT.")),
    Column("committed", "money", N_("Known ahead"), N_("Charges of the days after it that the ledger already knows.")),
    Column(
        "unpriced",
        "money",
        N_("Days without a price"),
        N_("Days on roll that no price is known for yet, as others of theirs."),
    ),
    Column("arrivals", "money", N_("Arrivals")),
    Column("leavers", "money", N_("Other leavers")),
    Column(
        "phase_leavers", "money", N_("Phase leavers"), N_("What those who come to the end of their phase cost less.")
    ),
    Column("uplift", "money", N_("Uplift")),
    Column(
        "uplifts_waiting",
        "money",
        N_("Uplifts that wait"),
        N_("What is agreed on average of the requests nobody has decided."),
    ),
    Column("forecast", "money", N_("Forecast"), N_("Charged, known ahead and the six allowances together.")),
    Column("low", "money", N_("Low")),
    Column("high", "money", N_("High")),
    Column("variance", "money", N_("Variance"), N_("The forecast less the budget: what is above nought is over it.")),
    Column(
        "movement", "money", N_("Movement"), N_("What is known now less what was known when the last month was closed.")
    ),
)
_CHARGED, _COMMITTED, _FIRST_ALLOWED, _FORECAST, _LOW = (
    1 + [column.name for column in COLUMNS].index(name)
    for name in ("charged", "committed", "unpriced", "forecast", "low")
)
"""Places in a row, whose first value is its month or group."""

MOST_BARS = 12


class Monitored(NamedTuple):
    """What stands beside a row's charges: its budget, that of the days gone, what was known at the last close, bills.

    `movement` is of what is known, without allowances, because those were nobody's at a close. Invoiced and paid are
    None where the filters ask more than lines of invoices say.
    """

    budget: Value = None
    profiled: Value = None
    movement: Value = None
    invoiced: Value = None
    paid: Value = None


MONITORED = Monitored._fields


@schools_named
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
        for (month, _model, _school), pence in amounts.items():
            known_months[month] += pence
    ahead = months_ahead(period, day, known_months, everyone, others, assumed)
    late = await late_a_year_ago(reader, everyone, others, wanted, day)
    live = daily.of([place.ref for place in everyone if place.state_on(day) == "live"])
    waiting = await waiting_in(reader, as_at.position, period, filters)
    outlook = await asyncio.to_thread(simulate, ahead, live, assumed, tell, late, waiting.by_month())
    monitored, monitor = await _monitor(reader, as_at, period, by, filters, day)
    known = (charged, committed, unpriced, phases.costs)
    rows = [
        _beside(row, monitor.get(row[0], Monitored()))
        for row in _rows(by, period, known, outlook, waiting, monitor.keys())
    ]
    whole = (None, *_row([sum(amounts.values()) for amounts in known], outlook.whole))
    total = _beside(whole, monitored)[1:]
    names = await school_names(reader, as_at.position) if by == "provider" else {}
    result = Result(
        "forecast",
        _("Forecast"),
        as_at,
        period,
        filters,
        (Column(by, "month" if by == "month" else "text", HEADINGS[by], names=names), *COLUMNS),
        tuple(rows),
        dict(zip([column.name for column in COLUMNS], total, strict=True)),
        (
            *_notes(by, period, day, len(phases.leavers), billed=monitored.invoiced is not None),
            _on_waiting(waiting, assumed),
        ),
        {"by": by, "day": day.isoformat()} | told(assumed) | {"post_16_year": str(stated.post_16_year)},
    )
    return replace(result, chart=outturn_chart(result))


async def _monitor(
    reader: Reader, as_at: AsAt, period: Period, by: By, filters: Filters, day: date
) -> tuple[Monitored, dict[Value, Monitored]]:
    """What stands beside the whole and beside each row; of a part of a year bills alone, for it has no budget."""
    if len(period.months()) == MONTHS_IN_A_YEAR and len(period.by_year()) == 1:
        monitor = await budget(reader, as_at, period, filters, by, day)
        whole = Monitored(*(monitor.total.get(name) for name in MONITORED))
        return whole, {row[by]: Monitored(*(row[name] for name in MONITORED)) for row in monitor.by_name()}
    bills = await invoiced(reader, as_at, period, filters, by, day)
    if bills is None:
        return Monitored(), {}
    whole = Monitored(
        invoiced=sum(one.invoiced for one in bills.values()), paid=sum(one.paid for one in bills.values())
    )
    return whole, {name: Monitored(invoiced=one.invoiced, paid=one.paid) for name, one in bills.items()}


def _beside(row: tuple[Value, ...], monitored: Monitored) -> tuple[Value, ...]:
    """A row with what stands beside its charges; the variance is of the forecast with its allowances."""
    key, _rest, _rest, charged, _rest, _rest, *amounts, _rest, _rest = row
    of_budget, profiled, movement, *bills = monitored
    over = None if of_budget is None else _pence(row[_FORECAST]) - _pence(of_budget)
    return (key, of_budget, profiled, charged, *bills, *amounts, over, movement)


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
    by: By,
    period: Period,
    known: Sequence[Mapping[tuple[int, str, str], int]],
    outlook: Outlook,
    waiting: Waiting,
    told_of: Iterable[Value],
) -> list[tuple[Value, ...]]:
    """A row for each month or group; what is allowed for months falls on groups as what is known of them does.

    `known` are the pence charged, known ahead, of days without a price, and of phase leavers. What waits falls on the
    groups whose prices would rise. Whatever is `told_of` has a row, though nothing of it be charged.
    """
    place = ("month", "model", "provider").index(by)
    groups: dict[Value, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for column, amounts in enumerate(known):
        for key, pence in amounts.items():
            groups[key[place]][column] += pence
    if by == "month":
        return [(month_name(one), *_row(groups[one], outlook.months.get(one, NOTHING))) for one in period.months()]
    undecided: dict[Value, Fraction] = defaultdict(Fraction)
    for key, added in waiting.costs.items():
        undecided[key[place]] += added.at(outlook.agreed)
    ahead = sum(map(sum, (amounts.values() for amounts in known[1:])))
    rows: list[tuple[Value, ...]] = []
    for one in sorted({*groups, *undecided, *told_of}, key=str):
        share = Fraction(sum(groups[one][1:]), ahead) if ahead else Fraction(0)
        name = None if one is None else str(one)
        rows.append((name, *_row(groups[one], outlook.whole.part(share, undecided[one]), ranged=False)))
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


def _notes(by: By, period: Period, day: date, phase_leavers: int, *, billed: bool) -> list[str]:
    gone = min(day, period.last_day)
    notes = [
        _(
            "Charged are the days up to %(gone)s. Known ahead is what the ledger holds of those after it.",
            gone=day_words(gone),
        ),
        _(
            "Low and high leave out a tenth of %(draws)s draws on either side (seed %(seed)s).",
            draws=number(SIMULATIONS),
            seed=SEED,
        ),
        _("Those who are known to come or go in a month count among its arrivals and other leavers."),
        _(
            "Phase leavers without a recorded end who are taken to leave on 31 August: %(leavers)s.",
            leavers=number(phase_leavers),
        ),
        _("Variance is the forecast less the budget."),
    ]
    if billed:
        notes.append(
            _("Invoiced and paid are of the days of each row, whenever the invoice came or was paid by the day.")
        )
    else:
        notes.append(_("Invoices cannot be told apart by these filters, so that invoiced and paid are left out."))
    if by != "month":
        notes.append(_("Allowances fall on each row as what is known ahead does; the range is of the whole alone."))
    return notes


def _on_waiting(waiting: Waiting, assumed: Assumptions) -> str:
    """What is assumed of the requests for higher prices that nobody has decided."""
    if not waiting.requests:
        return _("No request for a higher price waits that would tell in this period; agreed ones are prices already.")
    whole = reduce(Undecided.plus, waiting.costs.values(), Undecided())
    return _(
        "Requests for higher prices that nobody has decided: %(requests)s. What is offered would add %(offered)s and "
        "what is asked beyond that %(beyond)s, of which %(low)s to %(high)s is taken to be agreed, on top of any "
        "uplift that is assumed. Agreed ones are prices already.",
        requests=number(waiting.requests),
        offered=whole_pounds(whole.offered),
        beyond=whole_pounds(whole.beyond),
        low=percent(assumed.waiting_agreed_low),
        high=percent(assumed.waiting_agreed_high),
    )


def outturn_chart(result: Result) -> ChartSpec | None:
    """What is known and allowed by month, or of the dearest models or schools, with the range of the whole."""
    key, rows = result.columns[0], [row for row in result.rows if row[_FORECAST]]
    if not rows:
        return None
    total = {name: _pence(value) for name, value in result.total.items()}
    sentence = _(
        "%(period)s is forecast to come to %(forecast)s, within %(low)s and %(high)s in eight draws of ten: "
        "%(charged)s is charged and %(committed)s known ahead.",
        period=result.period.in_words(),
        forecast=whole_pounds(total["forecast"]),
        low=whole_pounds(total["low"]),
        high=whole_pounds(total["high"]),
        charged=whole_pounds(total["charged"]),
        committed=whole_pounds(total["committed"]),
    )
    by_month = key.kind == "month"
    if not by_month:
        rows = sorted(rows, key=lambda row: -_pence(row[_FORECAST]))[:MOST_BARS]
    return ChartSpec(
        "stacked_bars",
        _("Outturn of %(period)s", period=result.period.in_words())
        if by_month
        else _("Outturn of %(period)s by %(key)s", period=result.period.in_words(), key=key.heading.lower()),
        sentence,
        tuple(short_month(str(row[0])) if by_month else key.called(str(row[0])) for row in rows),
        (
            Series(_("Charged"), tuple(_pence(row[_CHARGED]) for row in rows)),
            Series(_("Known ahead"), tuple(_pence(row[_COMMITTED]) for row in rows)),
            Series(_("Allowed on top"), tuple(sum(map(_pence, row[_FIRST_ALLOWED:_FORECAST])) for row in rows)),
        ),
    )


def _pence(value: Value) -> int:
    return value if isinstance(value, int) else 0
