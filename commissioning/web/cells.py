"""The cells of tables, drawn in Python: two hundred rows of template macros would take most of a page's time."""

from collections.abc import Iterable, Mapping
from functools import partial
from html import escape as escape_text
from typing import Any

from jinja2 import Undefined
from markupsafe import Markup, escape

from commissioning.web.words import ABSENT, FILTERS

NUMERIC_FORMATS = frozenset({"pounds", "whole_pounds", "short_pounds", "percent", "share", "number"})
"""The formats whose figures stand under each other at the right."""

_FIRST = '<th scope="row" role="rowheader" class="govuk-table__header shell-table__first{}" data-label="{}">'
_OTHERS = '<td role="cell" class="govuk-table__cell{}" data-label="{}">'


def shown(value: Any, form: str | None = None) -> Markup:
    """One value of a table or list: plain, or `{text, href, note}`, or `{tag, colour}`, in the format of a filter."""
    return Markup(_drawn(value, form))  # noqa: S704 - it is drawn of escaped parts alone


def table_rows(columns: Iterable[Mapping[str, Any]], rows: Iterable[Any]) -> Markup:
    """The rows of a table, mappings or objects with the columns' keys; the first cell heads its row."""
    made = [(column["key"], column.get("format"), _opening(number, column)) for number, column in enumerate(columns)]
    parts: list[str] = []
    for row in rows:
        parts.append('<tr class="govuk-table__row" role="row">')
        get = row.get if isinstance(row, Mapping) else partial(getattr, row)
        for number, (key, form, opening) in enumerate(made):
            parts += (opening, _drawn(get(key, ""), form), "</td>\n" if number else "</th>\n")
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
    """The tag that opens a column's cells; on a phone a cell is labelled by its column, the first where it asks so."""
    label = escape(column["text"])
    if not number:
        return _FIRST.format(" shell-table__first--labelled" if column.get("labelled") else "", label)
    form = column.get("format")
    classes = " govuk-table__cell--numeric" if column.get("numeric") or form in NUMERIC_FORMATS else ""
    return _OTHERS.format(f"{classes} shell-table__day" if form == "day" else classes, label)


def _drawn(value: Any, form: str | None) -> str:
    """A value as a part of a page. Text stays text: made markup once a page, not once a cell."""
    if not isinstance(value, dict):
        return _escaped(formatted(value, form))
    text = _escaped(formatted(value.get("text", ""), form))
    if value.get("tag"):
        colour = _escaped(value.get("colour") or "grey")
        text = f'<strong class="govuk-tag govuk-tag--{colour} shell-tag">{_escaped(value["tag"])}</strong>'
    elif value.get("href"):
        text = f'<a class="govuk-link" href="{_escaped(value["href"])}">{text}</a>'
    if value.get("note"):
        text = f'{text}<span class="shell-note">{_escaped(value["note"])}</span>'
    return text


def _escaped(value: Any) -> str:
    """What markup would be made of, where it is none; what is markup stays as it is."""
    return escape_text(value) if type(value) is str else str(escape(value))
