"""`/bridge`: why the figure is not what it was, by cause and event by event."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from aiohttp import web

from commissioning.charges.movements import Moved, movements
from commissioning.charges.pages.asked import Asked, ShownAsAt, asked, page_of
from commissioning.charges.words import value_in_words
from commissioning.ledger.reading import AsAt
from commissioning.ledger.time import financial_year_name, instant_from_text, london_day
from commissioning.web.charts.spec import ChartSpec
from commissioning.web.language import _
from commissioning.web.rendering import render
from commissioning.web.words import day
from exports.pages.asked_of_value import LOOK_BACK, bridge_answer, ends_of
from exports.pages.reports import file_or_none
from exports.pages.streams import stream_link
from exports.pages.years import year_options
from exports.result import Result
from exports.spending.bridge import bridge
from exports.spending.period_bridge import CAUSES

PAGE = 50


async def bridge_page(request: web.Request) -> web.Response:
    """The page; `?format=` gives the same movement as a file, by event with `detail=yes`."""
    question = await asked(request)
    if question.here.first("format") and (file := await file_or_none(request, question, await bridge_answer(question))):
        return file
    if question.here.first("from_year"):
        return await years_page(request, question)
    before, after = await ends_of(question)
    first, last = days_of(question, before, after)
    causes = await bridge(question.reader, before, after, question.period, question.filters)
    number_of_page = page_of(question.here)
    moved = await movements(
        question.reader,
        question.period,
        before.position,
        after.position,
        question.filters,
        newest=(PAGE, (number_of_page - 1) * PAGE),
    )
    context = {
        **question.context(),
        "result": causes,
        "before": shown(before),
        "after": shown(after),
        "before_day": day(first),
        "after_day": day(last),
        "first": first,
        "since": since(question),
        "before_year": financial_year_name(question.period.first_day - timedelta(days=1)),
        "rows": cause_rows(causes),
        "detail": detail_rows(question, moved),
        "page": number_of_page,
        "pages": max(-(-_pence(causes.total["events"]) // PAGE), 1),
        "size": PAGE,
        "chart": between(causes.chart, first, last),
        "years": await year_options(question),
    }
    return render(request, "exports/bridge.html", context)


async def years_page(request: web.Request, question: Asked) -> web.Response:
    """The same page between two years, as both are known at one position."""
    result = await bridge_answer(question)
    rows = sorted(result.by_name(), key=lambda row: -abs(row["delta"]))
    for row in rows:
        row["cause"] = CAUSES[row["cause"]]
    context = {
        **question.context(),
        "result": result,
        "rows": rows,
        "chart": result.chart,
        "years": await year_options(question),
    }
    return render(request, "exports/bridge_of_years.html", context)


def shown(as_at: AsAt) -> ShownAsAt:
    """An as-at with its instant, for people."""
    recorded = instant_from_text(as_at.recorded_at) if as_at.recorded_at else None
    return ShownAsAt(as_at.position, recorded, as_at.head, as_at.latest)


def since(question: Asked) -> list[tuple[str, str]]:
    """Beginnings that people ask for, with their addresses."""
    month = question.day.replace(day=1) - timedelta(days=1)
    begins = {_("the end of last month"): month, _("a week ago"): question.day - timedelta(days=7)}
    here = question.here
    return [(words, here.with_values({"from_position": day.isoformat()}, "page")) for words, day in begins.items()]


def days_of(question: Asked, before: AsAt, after: AsAt) -> tuple[date, date]:
    """The days of the two ends: as asked for where a day was asked for, else the day of what was recorded last."""
    asked_for = (question.here.first("from_position"), question.here.first("to_position"))
    defaults = (question.day - LOOK_BACK, question.day)
    first, last = (
        _day_asked(text) or (_recorded(as_at) if text else default)
        for text, as_at, default in zip(asked_for, (before, after), defaults, strict=True)
    )
    return first, last


def _day_asked(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _recorded(as_at: AsAt) -> date:
    return london_day(instant_from_text(as_at.recorded_at)) if as_at.recorded_at else date.min


def cause_rows(result: Result) -> list[dict[str, Any]]:
    """The causes from the one that moved most."""
    rows = [
        {"cause": value_in_words("cause", str(cause)), "events": events, "delta": _pence(delta)}
        for cause, events, delta in result.rows
    ]
    return sorted(rows, key=lambda row: -abs(_pence(row["delta"])))


def detail_rows(question: Asked, moved: Sequence[Moved]) -> list[dict[str, Any]]:
    """Some events, each with a link to what it is about."""
    return [
        {
            "position": event.position,
            "what": stream_link(question, event.stream),
            "cause": value_in_words("cause", event.cause),
            "effective_on": date.fromisoformat(event.effective_on),
            "recorded_at": instant_from_text(event.recorded_at),
            "delta": event.delta,
        }
        for event in moved
    ]


def between(chart: ChartSpec | None, first: date, last: date) -> ChartSpec | None:
    """The waterfall with the days that were asked for at its ends."""
    if chart is None:
        return None

    def known(on: date) -> str:
        return _("Known %(day)s", day=day(on))

    return replace(chart, categories=(known(first), *chart.categories[1:-1], known(last)))


def _pence(value: object) -> int:
    return value if isinstance(value, int) else 0
