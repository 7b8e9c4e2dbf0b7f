"""What was posted at each close of a month, beside what is known of it now (pricing.md §9)."""

from typing import NamedTuple

from commissioning.charges.figures import figures
from commissioning.charges.periods import Period, month_days, month_name
from commissioning.charges.queries import Filters
from commissioning.finance.queries import ClosedMonth, closed_months
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.time import instant_from_text, london_day
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.language import N_, _
from commissioning.web.words import month as month_words
from commissioning.web.words import short_month, whole_pounds
from exports.result import Column, Result, Value
from exports.schools_named import schools_named

COLUMNS = (
    Column("month", "month", N_("Month")),
    Column("closed_on", "day", N_("Closed on"), N_("The day on which the month was closed.")),
    Column("closed_at", "text", N_("At position"), N_("The ledger's position that the close pins.")),
    Column("of_month", "money", N_("Of the month"), N_("The month's charges as they were known at its close.")),
    Column(
        "late", "money", N_("Late facts"), N_("What moved, since the close before, on months that were closed before.")
    ),
    Column(
        "posted", "money", N_("Posted"), N_("Of the month and late facts together: what goes to the finance system.")
    ),
    Column("current", "money", N_("Current"), N_("The month's charges as they are known now.")),
    Column(
        "since_posted", "money", N_("Since its close"), N_("The current charges less those of the month at its close.")
    ),
)


class Posting(NamedTuple):
    """What one close posts, in pence: the month's own charges and the movement on months closed before."""

    closed: ClosedMonth
    of_month: int
    late: int
    current: int


@schools_named
async def posted(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> Result:
    """The posted figures of the closed months of a period, in order; they never change."""
    closes = await closed_months(reader, as_at.position)
    postings = await find_postings(reader, as_at.position, closes, filters)
    shown = [one for one in postings if one.closed.month in set(period.months())]
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            month_name(one.closed.month),
            london_day(instant_from_text(one.closed.recorded_at)).isoformat(),
            str(one.closed.position),
            one.of_month,
            one.late,
            one.of_month + one.late,
            one.current,
            one.current - one.of_month,
        )
        for one in shown
    )
    total: dict[str, Value] = {
        column.name: sum(int(row[place] or 0) for row in rows)
        for place, column in enumerate(COLUMNS)
        if column.kind == "money"
    }
    since = sum(one.current for one in postings) - sum(one.of_month + one.late for one in postings)
    total["since_last_close"] = since
    return Result(
        "posted", _("Posted and current"), as_at, period, filters, COLUMNS, rows, total, _notes(closes, since),
        chart=_chart(shown, period), measures=(Column("since_last_close", "money", N_("Since the last close")),),
    )  # fmt: skip


async def find_postings(reader: Reader, position: int, closes: list[ClosedMonth], filters: Filters) -> list[Posting]:
    """What each close posted, the first first."""
    if not closes:
        return []
    months = [close.month for close in closes]
    period = Period(month_days(months[0])[0], month_days(months[-1])[1])
    current = await _costs(reader, period, position, filters)
    found: list[Posting] = []
    before: dict[int, int] = {}
    for number, close in enumerate(closes):
        known = await _costs(reader, period, close.position, filters)
        late = sum(known[month] - before[month] for month in months[:number])
        found.append(Posting(close, known[close.month], late, current[close.month]))
        before = known
    return found


async def _costs(reader: Reader, period: Period, position: int, filters: Filters) -> dict[int, int]:
    months = period.months()
    asked = await figures(reader, (), period, position, filters, monthly=True)
    (costs,) = (await asked.cost(())).get((), [[0] * len(months)])
    return dict(zip(months, costs, strict=True))


def _notes(closes: list[ClosedMonth], since: int) -> tuple[str, ...]:
    if not closes:
        return (_("No month has been closed yet."),)
    last = month_words(month_name(closes[-1].month))
    return (
        _(
            "Since %(month)s was closed, the months closed so far have moved by %(amount)s; that is posted with the "
            "next close.",
            month=last,
            amount=whole_pounds(since),
        ),
    )


def _chart(shown: list[Posting], period: Period) -> ChartSpec | None:
    if not shown:
        return None
    whole = sum(one.of_month + one.late for one in shown)
    late = sum(one.late for one in shown)
    return ChartSpec(
        "grouped_bars",
        _("Posted and current in %(period)s", period=period.in_words()),
        _(
            "%(posted)s is posted, %(late)s of it for facts of earlier months that came late.",
            posted=whole_pounds(whole),
            late=whole_pounds(late),
        ),
        tuple(short_month(month_name(one.closed.month)) for one in shown),
        (
            Series(_("Posted"), tuple(one.of_month + one.late for one in shown)),
            Series(_("Current"), tuple(one.current for one in shown)),
        ),
    )
