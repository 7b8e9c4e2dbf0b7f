"""Are we within budget: budget, profile, actual to date, committed, forecast, variance, movement, invoiced and paid."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Literal

from commissioning.charges.figures import figures
from commissioning.charges.known import school_names
from commissioning.charges.periods import Period, month_days, month_name
from commissioning.charges.queries import Filters
from commissioning.charges.words import value_in_words
from commissioning.finance.queries import budgets_of, closed_months
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.said import said
from commissioning.ledger.time import financial_year_days, financial_year_name
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.language import N_, Labels, _
from commissioning.web.words import day as day_words
from commissioning.web.words import month as month_words
from commissioning.web.words import short_month, whole_pounds
from exports.payments.invoiced import Invoiced, invoiced
from exports.result import Column, Result, Value, round_half_away, whole
from exports.schools_named import schools_named

BudgetKey = Literal["model", "provider", "month"]
KEYS: tuple[BudgetKey, ...] = ("model", "provider", "month")
HEADINGS: Mapping[str, str] = Labels({"model": N_("Model"), "provider": N_("School"), "month": N_("Month")})

FIGURES = (
    Column("budget", "money", N_("Budget"), N_("What may be spent in the financial year, without VAT.")),
    Column("profiled", "money", N_("Profiled"), N_("The budget's share of the days that are over, in equal days.")),
    Column("charged", "money", N_("Actual to date"), N_("Charges of the months that are over on the report's day.")),
    Column("committed", "money", N_("Committed"), N_("Charges of the months to come that the ledger already knows.")),
    Column("forecast", "money", N_("Forecast"), N_("Actual to date and committed together, without any allowance.")),
    Column("variance", "money", N_("Variance"), N_("The forecast less the budget: what is above nought is over it.")),
    Column(
        "movement",
        "money",
        N_("Movement"),
        N_("The forecast less the forecast as it was when the last month was closed."),
    ),
    Column(
        "invoiced",
        "money",
        N_("Invoiced"),
        N_("Lines of invoices received by the day, of the year's days, without VAT."),
    ),
    Column("paid", "money", N_("Paid"), N_("What was paid of them by the day, without VAT.")),
)


@schools_named
async def budget(reader: Reader, as_at: AsAt, period: Period, filters: Filters, by: str, day: date) -> Result:
    """The budget monitor of a financial year as it stands on a day, by model, school or month."""
    year = _year_of(period)
    key = _known_key(by)
    gone = [month for month in period.months() if month_days(month)[1] < day]
    now = await _by_key(reader, key, period, as_at.position, filters)
    closes = await closed_months(reader, as_at.position)
    then = await _by_key(reader, key, period, closes[-1].position, filters) if closes else None
    budgets = await _budgets(reader, key, year, as_at.position, filters)
    whole_budget = budgets.pop(None, None)
    share = Fraction(_days(gone), period.days)
    bills = await invoiced(reader, as_at, period, filters, key, day)
    rows: list[Row] = []
    for name in sorted({*now, *budgets, *(bills or ())}, key=str):
        before = None if then is None else then.get(name, {})
        figures_known = _figures(now.get(name, {}), before, gone, budgets.get(name), share)
        rows.append((name, *figures_known, *_billed(bills, name)))
    if key == "month":
        rows = _by_month(period, rows, whole_budget, gone)
    total = _total(rows, whole_budget if key == "month" else None)
    notes = _notes(gone, day, budgets or whole_budget, closes[-1].month if closes else None)
    if bills is None:
        notes = (*notes, _("Invoices cannot be told apart by these filters, so that invoiced and paid are left out."))
    names = await school_names(reader, as_at.position) if key == "provider" else {}
    column = Column(key, "month" if key == "month" else "text", HEADINGS[key], names=names)
    return Result(
        "budget",
        _("Budget monitor"),
        as_at,
        period,
        filters,
        (column, *FIGURES),
        tuple(rows),
        total,
        notes,
        {"by": key, "day": day.isoformat()},
        chart=_chart(column, rows, total, year),
    )


Row = tuple[Value, ...]


def _year_of(period: Period) -> str:
    year = financial_year_name(period.first_day)
    if (period.first_day, period.last_day) != financial_year_days(year):
        raise Refused(
            Fault(
                "budget-year",
                "A budget is of a whole financial year.",
                "period",
                said("a year such as %(year)s", year=year),
                status=400,
            )
        )
    return year


def _known_key(by: str) -> BudgetKey:
    for key in KEYS:
        if key == by:
            return key
    raise Refused(
        Fault(
            "by",
            said("“%(by)s” is no key of budgets.", by=by[:40]),
            "by",
            said("one of %(keys)s", keys=", ".join(KEYS)),
            status=400,
        )
    )


async def _by_key(
    reader: Reader, key: BudgetKey, period: Period, position: int, filters: Filters
) -> dict[str | None, dict[int, int]]:
    """Pence by month of each value of the key; of months themselves, each under its own name."""
    by = () if key == "month" else (key,)
    months = period.months()
    found = await (await figures(reader, by, period, position, filters, monthly=True)).cost(by)
    if key == "month":
        (costs,) = found.get((), [[0] * len(months)])
        return {month_name(month): {month: cost} for month, cost in zip(months, costs, strict=True)}
    return {str(group[0]): dict(zip(months, costs, strict=True)) for group, (costs,) in found.items()}


async def _budgets(reader: Reader, key: BudgetKey, year: str, position: int, filters: Filters) -> dict[str | None, int]:
    """The budgets by the values of the key, that of everything under None; none where filters cut across them."""
    chosen = filters.chosen()
    if not chosen.keys() <= {key} - {"month"}:
        return {}
    amounts = (await budgets_of(reader, year, position)).amounts
    if key == "month":
        models = [amount for holder, amount in amounts.items() if holder.model is not None]
        return {None: sum(models)} if models else {}
    told: dict[str | None, int] = {}
    for holder, amount in amounts.items():
        name = holder.model if key == "model" else holder.provider_urn
        if name is not None and str(name) in chosen.get(key, (str(name),)):
            told[str(name)] = amount
    return told


def _figures(
    now: Mapping[int, int], then: Mapping[int, int] | None, gone: list[int], budget: int | None, share: Fraction
) -> Row:
    forecast = sum(now.values())
    charged = sum(now.get(month, 0) for month in gone)
    return (
        budget,
        None if budget is None else round_half_away(budget * share),
        charged,
        forecast - charged,
        forecast,
        None if budget is None else forecast - budget,
        None if then is None else forecast - sum(then.values()),
    )


def _billed(bills: Mapping[str | None, Invoiced] | None, name: str | None) -> Row:
    return (None, None) if bills is None else bills.get(name, Invoiced(0, 0))


def _by_month(period: Period, rows: list[Row], whole_budget: int | None, gone: list[int]) -> list[Row]:
    """The rows of months with each month's share of the budget, by its days; the shares add up to the budget."""
    if whole_budget is None:
        return rows
    shared, done, days = [], 0, 0
    for month, row in zip(period.months(), rows, strict=True):
        days += _days([month])
        upto = round_half_away(Fraction(whole_budget * days, period.days))
        part, done = upto - done, upto
        forecast = whole(row[5])
        shared.append((row[0], part, part if month in gone else 0, *row[3:6], forecast - part, *row[7:]))
    return shared


def _total(rows: list[Row], whole_budget: int | None) -> dict[str, Value]:
    total: dict[str, Value] = {}
    for place, column in enumerate(FIGURES, start=1):
        values = [row[place] for row in rows]
        known = [whole(value) for value in values if value is not None]
        total[column.name] = sum(known) if known else None
    if whole_budget is not None:
        total["budget"] = whole_budget
    budget = total["budget"]
    total["variance"] = None if budget is None else whole(total["forecast"]) - whole(budget)
    return {name: value for name, value in total.items() if value is not None}


def _days(months: list[int]) -> int:
    return sum((last - first).days + 1 for first, last in map(month_days, months))


def _notes(gone: list[int], day: date, budgets: object, closed: int | None) -> tuple[str, ...]:
    upto = (
        _("Actual to date is up to %(day)s.", day=day_words(month_days(gone[-1])[1]))
        if gone
        else _("No month of the year is over.")
    )
    assumed = _(
        "The report's day is %(day)s; no allowance is made for arrivals or prices not agreed.", day=day_words(day)
    )
    notes = [f"{upto} {assumed}"]
    if not budgets:
        notes.append(_("No budget is recorded for what is shown."))
    if closed is None:
        notes.append(_("No month has been closed, so that there is no movement to show."))
    else:
        notes.append(_("Movement is since %(month)s was closed.", month=month_words(month_name(closed))))
    return tuple(notes)


def _chart(column: Column, rows: list[Row], total: Mapping[str, Value], year: str) -> ChartSpec | None:
    if not rows:
        return None
    forecast = whole(total["forecast"])
    sentence = _("The forecast for %(year)s is %(forecast)s.", year=year, forecast=whole_pounds(forecast))
    if "budget" in total:
        over = whole(total["variance"])
        told = {
            "year": year,
            "forecast": whole_pounds(forecast),
            "gap": whole_pounds(abs(over)),
            "budget": whole_pounds(whole(total["budget"])),
        }
        sentence = (
            _("The forecast for %(year)s is %(forecast)s, %(gap)s over the budget of %(budget)s.", **told)
            if over > 0
            else _("The forecast for %(year)s is %(forecast)s, %(gap)s under the budget of %(budget)s.", **told)
        )
    shown = rows if column.kind == "month" else sorted(rows, key=lambda row: -whole(row[5]))[:12]
    names = [str(row[0]) for row in shown]
    categories = [short_month(name) if column.kind == "month" else value_in_words(column.name, name) for name in names]
    bars = (
        Series(_("Budget"), tuple(whole(row[1]) for row in shown)),
        Series(_("Forecast"), tuple(whole(row[5]) for row in shown)),
    )
    return ChartSpec(
        "grouped_bars",
        _("Budget and forecast for %(year)s by %(key)s", year=year, key=column.heading.lower()),
        sentence,
        tuple(categories),
        bars if "budget" in total else bars[1:],
    )
