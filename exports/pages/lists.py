"""Lists of placements, agreements, schools and reviews as files, made of the same frames as reports."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

from aiohttp import web

from commissioning.charges.known import school_names
from commissioning.charges.pages.agreements import AGREEMENT_LIST
from commissioning.charges.pages.asked import Asked
from commissioning.charges.pages.listing import Listed
from commissioning.charges.pages.lists import ListOf
from commissioning.charges.pages.placements import PLACEMENT_LIST
from commissioning.charges.pages.schools import SCHOOLS
from commissioning.consultations.pages.listing import CONSULTATION_LIST
from commissioning.web.language import _
from exports.leaving.facts import ExportedFile, of_file
from exports.pages.exceptions import EXCEPTION_LIST
from exports.pages.files import hand_out, hand_out_as
from exports.pages.reviews import REVIEW_LIST
from exports.publications.small_numbers import WITHHELD_OPTIONS
from exports.publishing.by_report import in_variant, published, variant_asked
from exports.result import Column, ColumnKind, Result, Value, whole
from exports.words import COLUMNS_OF_LISTS, TITLES_OF_LISTS
from invoices.pages.register import INVOICE_LIST

LISTS: Mapping[str, ListOf] = {
    f"/{one.name}": one
    for one in (PLACEMENT_LIST, CONSULTATION_LIST, AGREEMENT_LIST, SCHOOLS, REVIEW_LIST, EXCEPTION_LIST, INVOICE_LIST)
}
"""The lists that can be saved as views (exports/views), by their pages."""


async def hand_out_list(request: web.Request, listed: Listed, form: str) -> web.Response:
    """A list as an attachment of a form; CSV and JSON of a working copy keep the names that lists have in them."""
    result = await result_of(listed)
    variant = variant_asked(listed.asked.here.first("variant"), result.report)
    if variant == "publish" or form not in ("csv", "json"):
        told = await in_variant(listed.asked.reader, result, variant)
        return await hand_out(request, [told], form, variant=variant)
    content = listed.csv_bytes() if form == "csv" else listed.json_bytes()

    def write(path: Path) -> ExportedFile:
        path.write_bytes(content)
        return of_file(path, [result], form, "working")

    return await hand_out_as(request, f"{listed.name}.{form}", form, write)


async def publish_list(listed: Listed, variant: str) -> dict[str, Any] | None:
    """What of a list the public may know, for programs; rows that withhold something stand in the order of their names.

    None for the working variant.
    """
    result = await result_of(listed)
    if variant_asked(variant, result.report) == "working":
        return None
    told = await published(listed.asked.reader, result)
    moved = [row[0] for row in told.rows] != [row[0] for row in result.rows]
    order = {"sort": result.columns[0].name} if moved else {}
    withheld = {name: told.options[name] for name in WITHHELD_OPTIONS if name in told.options}
    document = told.to_json()
    return {"variant": variant, "rows": document["rows"], "total": document["total"], **order, **withheld}


async def list_answer(question: Asked, listed: ListOf) -> Result:
    """All pages of the list of an address, for a saved view that is asked again."""
    return await result_of(await listed.everything(question))


async def result_of(listed: Listed) -> Result:
    """A list as a result for people, with the totals of its money and counts."""
    names = _names_of(listed)
    columns = tuple(
        Column(
            one.name,
            cast("ColumnKind", one.kind),
            COLUMNS_OF_LISTS[one.name],
            names=names.get(one.name, {}),
            fixed=True,
            keys=one.keys,
        )
        for one in LISTS[f"/{listed.name}"].columns
        if one.filed and (one.heading or not one.keys)
    )
    rows = tuple(tuple(_value(column, row[column.name]) for column in columns) for row in listed.rows)
    total: dict[str, Value] = {
        column.name: sum(whole(row[place]) for row in rows)
        for place, column in enumerate(columns)
        if column.kind in ("money", "count") and column.name not in listed.unsummed
    }
    asked, chosen = listed.asked, listed.asked.filters.chosen()
    options = {name: value for name, value in listed.narrowed().items() if name not in (*chosen, "year", "from", "to")}
    options["day"] = asked.day.isoformat()
    title, answers = TITLES_OF_LISTS[listed.name], await answers_of(listed.name, asked)
    return Result(
        listed.name,
        title,
        asked.as_at,
        asked.period,
        asked.filters,
        columns,
        rows,
        total,
        options=options,
        answers=answers,
    )


async def answers_of(name: str, asked: Asked) -> Mapping[str, Mapping[str, str]]:
    """What the values of a list's own filters are called, and its orders, which are those of its columns.

    Of a report the names of schools alone: its options are called the same in all reports.
    """
    schools = {"provider": await school_names(asked.reader, asked.as_at.position)}
    if (listed := LISTS.get(f"/{name}")) is None:
        return schools
    orders: dict[str, str] = {}
    for column in listed.columns:
        if column.sort:
            heading = (_(column.heading) or COLUMNS_OF_LISTS[column.name]).format(year=asked.year)
            orders |= {column.sort: heading, f"-{column.sort}": _("%(column)s, falling", column=heading)}
    people = {**asked.names, **listed.codes.get("officer", {})}
    return {**schools, **listed.codes, "officer": people, "sort": orders}


def _names_of(listed: Listed) -> Mapping[str, Mapping[str, str]]:
    """What the values of each column of text are called: by the list's codes, else as its page shows them."""
    declared = LISTS[f"/{listed.name}"]
    names: dict[str, Mapping[str, str]] = {}
    for column in declared.columns:
        if column.name in declared.codes:
            names[column.name] = declared.codes[column.name]
        elif column.kind == "text" and column.shown and column.filed:
            names[column.name] = {
                str(row[column.name]): words for row in listed.rows if (words := _words_of(row[column.shown]))
            }
    return names


def _words_of(shown: Any) -> str:
    """The words of what a page shows in a cell: a text, a link or a tag."""
    if isinstance(shown, Mapping):
        return str(shown.get("text") or shown.get("tag") or "")
    return shown if isinstance(shown, str) else ""


def _value(column: Column, value: Any) -> Value:
    if value is None or column.kind in ("money", "count"):
        return cast("Value", value)
    return value.isoformat() if isinstance(value, date) else str(value)
