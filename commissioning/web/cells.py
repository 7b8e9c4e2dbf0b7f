"""The cells of tables, drawn in Python: two hundred rows of template macros would take most of a page's time."""

from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Undefined
from markupsafe import Markup, escape

from commissioning.web.words import ABSENT, FILTERS

NUMERIC_FORMATS = frozenset({"pounds", "whole_pounds", "short_pounds", "percent", "share", "number"})
"""The formats whose figures stand under each other at the right."""

_FIRST = '<th scope="row" role="rowheader" class="govuk-table__header shell-table__first" data-label="{}">'
_OTHERS = '<td role="cell" class="govuk-table__cell{}" data-label="{}">'


def shown(value: Any, form: str | None = None) -> Markup:
    """One value of a table or list: plain, or `{text, href, note}`, or `{tag, colour}`, in the format of a filter."""
    if not isinstance(value, Mapping):
        return escape(formatted(value, form))
    text: str = escape(formatted(value.get("text", ""), form))
    if value.get("tag"):
        colour = escape(value.get("colour") or "grey")
        text = f'<strong class="govuk-tag govuk-tag--{colour} shell-tag">{escape(value["tag"])}</strong>'
    elif value.get("href"):
        text = f'<a class="govuk-link" href="{escape(value["href"])}">{text}</a>'
    if value.get("note"):
        text = f'{text}<span class="shell-note">{escape(value["note"])}</span>'
    return Markup(text)  # noqa: S704 - every part of it was escaped above


def table_rows(columns: Iterable[Mapping[str, Any]], rows: Iterable[Any]) -> Markup:
    """The rows of a table, mappings or objects with the columns' keys; the first cell heads its row."""
    made = [(column["key"], column.get("format"), _opening(number, column)) for number, column in enumerate(columns)]
    parts: list[str] = []
    for row in rows:
        parts.append('<tr class="govuk-table__row" role="row">')
        for number, (key, form, opening) in enumerate(made):
            parts += (opening, shown(_value(row, key), form), "</td>\n" if number else "</th>\n")
        parts.append("</tr>\n")
    return Markup("".join(parts))  # noqa: S704 - made of escaped parts alone


def formatted(value: Any, form: str | None = None) -> Any:
    """A cell's value by the name of a filter (`whole_pounds`, `day` …); a dash for None.

    What is blank or not given stays blank: a total has no start day.
    """
    if value is None:
        return ABSENT
    if value == "" or isinstance(value, Undefined):
        return ""
    return FILTERS[form](value) if form else value


def _opening(number: int, column: Mapping[str, Any]) -> str:
    """The tag that opens a column's cells; on a phone a cell is labelled by its column."""
    label = escape(column["text"])
    if not number:
        return _FIRST.format(label)
    form = column.get("format")
    classes = " govuk-table__cell--numeric" if column.get("numeric") or form in NUMERIC_FORMATS else ""
    return _OTHERS.format(f"{classes} shell-table__day" if form == "day" else classes, label)


def _value(row: Any, key: str) -> Any:
    return row.get(key, "") if isinstance(row, Mapping) else getattr(row, key, "")
