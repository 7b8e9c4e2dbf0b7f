"""Why the figure is not what it was: every pound between two positions, event by event (pricing.md §7)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from commissioning.charges.causes import MovementCause
from commissioning.charges.figures import figures
from commissioning.charges.movements import MovedByCause, movements, movements_by_cause
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.charges.words import value_in_words
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.said import said
from commissioning.ledger.time import instant_from_text
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.language import N_, _, ngettext
from commissioning.web.words import day, whole_pounds
from exports.result import Column, Result, Value, whole
from exports.schools_named import schools_named
from exports.words import stream_in_words

_COLUMNS = (
    Column("cause", "text", N_("Cause")),
    Column("events", "count", N_("Events")),
    Column("delta", "money", N_("Change")),
)
_DETAIL = (
    Column("position", "count", N_("Position")),
    Column("cause", "text", N_("Cause")),
    Column("effective_on", "day", N_("True from")),
    Column("recorded_at", "moment", N_("Recorded at")),
    Column("stream", "text", N_("What")),
    Column("delta", "money", N_("Change")),
)
_MEASURES = (
    Column("events", "count", N_("Events")),
    Column("cost_from", "money", N_("Cost as known then")),
    Column("cost_to", "money", N_("Cost as known later")),
)


@schools_named
async def bridge(
    reader: Reader, before: AsAt, after: AsAt, period: Period, filters: Filters, *, detail: bool = False
) -> Result:
    """The change in a period's cost between two positions, by cause or event by event; it adds up exactly."""
    if before.position > after.position:
        raise Refused(
            Fault(
                "bridge",
                said(
                    "Position %(before)s is later than position %(after)s.",
                    before=before.position,
                    after=after.position,
                ),
                "from-position",
                "the earlier position first",
                status=400,
            )
        )
    between = (reader, period, before.position, after.position, filters)
    by_cause = {moved.cause: moved for moved in await movements_by_cause(*between)}
    rows: list[tuple[Value, ...]]
    columns: tuple[Column, ...] = _COLUMNS
    if detail:
        moves = await movements(*between)
        streams = {moved.stream: stream_in_words(moved.stream) for moved in moves}
        columns = tuple(replace(one, names=streams) if one.name == "stream" else one for one in _DETAIL)
        rows = [
            (moved.position, moved.cause, moved.effective_on, moved.recorded_at, moved.stream, moved.delta)
            for moved in moves
        ]
    else:
        rows = [by_cause[cause] for cause in get_args(MovementCause) if cause in by_cause]
    result = Result(
        "bridge",
        _("Movement bridge"),
        after,
        period,
        filters,
        columns,
        tuple(rows),
        {
            "events": sum(moved.events for moved in by_cause.values()),
            "delta": sum(moved.delta for moved in by_cause.values()),
            "cost_from": await _cost(reader, before, period, filters),
            "cost_to": await _cost(reader, after, period, filters),
        },
        options={"from_position": str(before.position), "to_position": str(after.position)}
        | ({"detail": "yes"} if detail else {}),
        measures=_MEASURES,
    )
    return replace(result, chart=waterfall(result, list(by_cause.values()), day_known(before), day_known(after)))


def day_known(as_at: AsAt) -> str:
    """What a person calls an as-at: the day on which the last of it was recorded."""
    return (
        _("Known %(day)s", day=day(instant_from_text(as_at.recorded_at)))
        if as_at.recorded_at
        else _("Nothing recorded")
    )


def waterfall(result: Result, causes: Sequence[MovedByCause], then: str, later: str) -> ChartSpec | None:
    """From the earlier figure to the later, the cause that moved most first; None where nothing moved."""
    if not causes:
        return None
    steps = sorted(causes, key=lambda moved: -abs(moved.delta))
    first, last = whole(result.total["cost_from"]), whole(result.total["cost_to"])
    change, most = last - first, steps[0]
    told = {
        "period": result.period.in_words(),
        "amount": whole_pounds(abs(change)),
        "first": whole_pounds(first),
        "last": whole_pounds(last),
    }
    events = whole(result.total["events"])
    moved = (
        ngettext(
            "The cost of %(period)s rose by %(amount)s, from %(first)s to %(last)s, over %(num)s event.",
            "The cost of %(period)s rose by %(amount)s, from %(first)s to %(last)s, over %(num)s events.",
            events,
            **told,
        )
        if change > 0
        else ngettext(
            "The cost of %(period)s fell by %(amount)s, from %(first)s to %(last)s, over %(num)s event.",
            "The cost of %(period)s fell by %(amount)s, from %(first)s to %(last)s, over %(num)s events.",
            events,
            **told,
        )
        if change
        else ngettext(
            "The cost of %(period)s did not change, from %(first)s to %(last)s, over %(num)s event.",
            "The cost of %(period)s did not change, from %(first)s to %(last)s, over %(num)s events.",
            events,
            **told,
        )
    )
    why = _(
        "Most of it is %(cause)s: %(amount)s.",
        cause=value_in_words("cause", most.cause).lower(),
        amount=whole_pounds(most.delta),
    )
    return ChartSpec(
        "waterfall",
        _("%(period)s as known then and later", period=result.period.in_words()),
        f"{moved} {why}",
        (then, *(value_in_words("cause", one.cause) for one in steps), later),
        (Series(_("Cost"), (first, *(one.delta for one in steps), last)),),
    )


async def _cost(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> int:
    asked = await figures(reader, (), period, as_at.position, filters, monthly=False)
    return sum(cost for ((cost,),) in (await asked.cost(())).values())
