"""`/bridge`: why the figure is not what it was, by cause and event by event."""

from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import Asked, ShownAsAt, asked
from commissioning.charges.words import value_in_words
from commissioning.ledger.reading import AsAt
from commissioning.ledger.time import instant_from_text, london_day
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.rendering import render
from commissioning.web.words import day, number, whole_pounds
from exports.bridge import bridge
from exports.pages.reports import bridge_answer, ends_of, file_or_none
from exports.pages.streams import stream_link
from exports.pages.years import year_options
from exports.result import Result

MOST_EVENTS = 200


async def bridge_page(request: web.Request) -> web.Response:
    """The page; `?format=` gives the same movement as a file, by event with `detail=yes`."""
    question = await asked(request)
    if question.here.first("format") and (file := file_or_none(request, question, await bridge_answer(question))):
        return file
    before, after = await ends_of(question)
    ask = (question.reader, before, after, question.period, question.filters)
    causes, events = await bridge(*ask), await bridge(*ask, detail=True)
    detail = detail_rows(question, events)
    context = {
        **question.context(),
        "result": causes,
        "before": shown(before),
        "after": shown(after),
        "before_day": _day(before),
        "after_day": _day(after),
        "rows": cause_rows(causes),
        "detail": detail[:MOST_EVENTS],
        "hidden": max(len(detail) - MOST_EVENTS, 0),
        "chart": waterfall(causes, before, after),
        "years": await year_options(question),
    }
    return render(request, "exports/bridge.html", context)


def shown(as_at: AsAt) -> ShownAsAt:
    """An as-at with its instant, for people."""
    recorded = instant_from_text(as_at.recorded_at) if as_at.recorded_at else None
    return ShownAsAt(as_at.position, recorded, as_at.head, as_at.latest)


def _day(as_at: AsAt) -> str:
    return day(london_day(instant_from_text(as_at.recorded_at))) if as_at.recorded_at else "the empty ledger"


def cause_rows(result: Result) -> list[dict[str, Any]]:
    """The causes from the one that moved most."""
    rows = [
        {"cause": value_in_words("cause", str(cause)), "events": events, "delta": _pence(delta)}
        for cause, events, delta in result.rows
    ]
    return sorted(rows, key=lambda row: -abs(_pence(row["delta"])))


def detail_rows(question: Asked, result: Result) -> list[dict[str, Any]]:
    """The events from the newest, each with a link to what it is about."""
    rows = []
    for position, cause, effective_on, recorded_at, stream, delta in reversed(result.rows):
        rows.append(
            {
                "position": position,
                "what": stream_link(question, str(stream)),
                "cause": value_in_words("cause", str(cause)),
                "effective_on": day(instant_from_text(str(effective_on)).date()),
                "recorded_at": instant_from_text(str(recorded_at)),
                "delta": _pence(delta),
            }
        )
    return rows


def waterfall(result: Result, before: AsAt, after: AsAt) -> ChartSpec | None:
    """From the earlier figure to the later, cause by cause; None where nothing moved."""
    rows = cause_rows(result)
    if not rows:
        return None
    first, last = _pence(result.total["cost_from"]), _pence(result.total["cost_to"])
    change = last - first
    top = rows[0]
    way = "rose" if change > 0 else "fell"
    moved = f"{way} by {whole_pounds(abs(change))}" if change else "did not change"
    sentence = (
        f"The cost of {result.period.in_words()} {moved}, from {whole_pounds(first)} to {whole_pounds(last)}, "
        f"over {number(_pence(result.total['events']))} events. Most of it is {str(top['cause']).lower()}: "
        f"{whole_pounds(_pence(top['delta']))}."
    )
    return ChartSpec(
        "waterfall",
        f"{result.period.in_words()} as known then and later",
        sentence,
        (f"Known {_day(before)}", *(str(row["cause"]) for row in rows), f"Known {_day(after)}"),
        (Series("Cost", (first, *(_pence(row["delta"]) for row in rows), last)),),
    )


def _pence(value: object) -> int:
    return value if isinstance(value, int) else 0
