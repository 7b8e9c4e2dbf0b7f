"""`/reports/NAME`: any report as a page, for those that have none of their own."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import Asked, asked
from commissioning.charges.pages.showing import select
from commissioning.web.language import N_, Labels, _
from commissioning.web.rendering import render
from exports.files import FORMS
from exports.pages.reports import answer
from exports.pages.years import year_options
from exports.places.exits import KEYS as EXIT_KEYS
from exports.publishing.by_report import may_be_published
from exports.renderings import in_words
from exports.result import Column, Result

MOST_ROWS = 50
"""Rows that the page shows; the files hold all."""
_WORDS = ("text", "day", "month", "moment")
_ROWS_BY: Mapping[str, Mapping[str, str]] = {
    "committed": Labels({"provider": N_("School"), "placement": N_("Placement")}),
    "exits": Labels({by: column.label for by, column in EXIT_KEYS.items()}),
}
"""What the rows of these reports can be, the one first that holds where none is asked for."""


async def report_page(request: web.Request) -> web.Response:
    """The report's notes, chart and rows, and its files."""
    result, question = await answer(request), await asked(request)
    context = {
        **question.context(),
        "result": result,
        "columns": [
            {"key": column.name, "text": column.heading, "numeric": column.kind not in _WORDS}
            for column in _shown(result)
        ],
        "rows": [
            {column.name: in_words(column, value) for column, value in zip(result.columns, row, strict=True)}
            for row in result.rows[:MOST_ROWS]
        ],
        "total": _total(result),
        "hidden": max(len(result.rows) - MOST_ROWS, 0),
        "files": _files(question),
        "at": result.options.get("at"),
        "filters": await _filters(question, result),
        "publish": _files(question, variant="publish") if may_be_published(result) else [],
    }
    return render(request, "exports/report.html", context)


def _shown(result: Result) -> list[Column]:
    """The columns that the page has room for: a school that is named needs no number beside its name."""
    named = any(column.name == "school" for column in result.columns)
    first, *others = result.columns
    return [first, *(column for column in others if not (named and column.name == "provider"))]


def _files(question: Asked, **more: str) -> list[tuple[str, str]]:
    """The forms of the report's file, each with its address."""
    query = question.here.with_values(more).removeprefix(question.here.path)
    return [(form, f"{question.here.path}.{form}{query}") for form in FORMS]


async def _filters(question: Asked, result: Result) -> list[dict[str, Any]]:
    """The year, where the report is of one, and what its rows are of, where there is a choice."""
    fields = [] if "at" in result.options else [await year_options(question)]
    rows_by = _ROWS_BY.get(result.report)
    if rows_by:
        default, *others = rows_by
        labels = {name: rows_by[name] for name in others}
        fields.append({**select("by", _("Rows by"), labels), "blank": rows_by[default]})
    return fields


def _total(result: Result) -> dict[str, Any] | None:
    """The totals that stand under columns, in words; None where there are none."""
    told = [column for column in result.columns if column.name in result.total]
    if not told:
        return None
    return {result.columns[0].name: _("Total")} | {
        column.name: in_words(column, result.total[column.name]) for column in told
    }
