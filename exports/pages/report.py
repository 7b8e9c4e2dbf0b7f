"""`/reports/NAME`: any report as a page, for those that have none of their own."""

from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import asked
from commissioning.web.rendering import render
from exports.files import FORMS
from exports.pages.reports import answer
from exports.renderings import in_words
from exports.result import Result

MOST_ROWS = 50
"""Rows that the page shows; the files hold all."""
_WORDS = ("text", "day", "month", "moment")


async def report_page(request: web.Request) -> web.Response:
    """The report's notes, chart and rows, and its files."""
    result, question = await answer(request), await asked(request)
    query = question.here.with_values({}).removeprefix(question.here.path)
    context = {
        **question.context(),
        "result": result,
        "columns": [
            {"key": column.name, "text": column.heading, "numeric": column.kind not in _WORDS}
            for column in result.columns
        ],
        "rows": [
            {column.name: in_words(column, value) for column, value in zip(result.columns, row, strict=True)}
            for row in result.rows[:MOST_ROWS]
        ],
        "total": _total(result),
        "hidden": max(len(result.rows) - MOST_ROWS, 0),
        "files": [(form, f"{question.here.path}.{form}{query}") for form in FORMS],
        "at": result.options.get("at"),
    }
    return render(request, "exports/report.html", context)


def _total(result: Result) -> dict[str, Any] | None:
    """The totals that stand under columns, in words; None where there are none."""
    told = [column for column in result.columns if column.name in result.total]
    if not told:
        return None
    return {result.columns[0].name: "Total"} | {
        column.name: in_words(column, result.total[column.name]) for column in told
    }
