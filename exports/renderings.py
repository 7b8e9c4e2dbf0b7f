"""A result as text: JSON, CSV, and a table for the terminal. None of them computes anything."""

import csv
import io
from datetime import date
from fractions import Fraction

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from commissioning.ledger.time import instant_from_text
from commissioning.web.language import _
from commissioning.web.plain import plain
from commissioning.web.words import day, moment, month, number, pounds, with_decimals
from exports.result import Column, ColumnKind, Result, Value, json_value, round_half_away

_PADDING = 3
_DOES_NOT_APPLY = "\N{EN DASH}"


def json_text(result: Result) -> str:
    """One JSON document, indented so that two of them can be compared by eye and by `diff`."""
    return orjson.dumps(result.to_json(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def csv_text(result: Result) -> str:
    """One header row of the columns' names, then the rows; a value that does not apply is empty."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([column.name for column in result.columns])
    kinds = [column.kind for column in result.columns]
    for row in result.rows:
        writer.writerow([_as_csv(kind, value) for kind, value in zip(kinds, row, strict=True)])
    return file.getvalue()


def _as_csv(kind: ColumnKind, value: Value) -> str | int | float | None:
    """A value as CSV has it: empty where it does not apply, and a person's text so that it stays text."""
    if value is None:
        return ""
    return plain(value) if isinstance(value, str) else json_value(kind, value)


def print_table(result: Result, console: Console) -> None:
    """The result as a person reads it in a terminal: title, table with totals, and what it rests on."""
    title = f"{result.title}, {result.period.in_words()}"
    for part in _parts_that_fit(result, console.width):
        console.print(_table(result, part, title))
    for name, value in result.total.items():
        if name not in {column.name for column in result.columns}:
            measure = result.measure(name)
            heading = measure.heading or name.replace("_", " ").capitalize()
            console.print(f"{heading}: {words(measure, value)}")
    for note in result.notes:
        console.print(note, markup=False)
    for name, value in result.evidence():
        console.print(f"[dim]{name}: {escape(value)}[/dim]", highlight=False)


def _table(result: Result, part: list[int], title: str) -> Table:
    table = Table(title=title, title_justify="left", show_footer=True)
    for index in part:
        column = result.columns[index]
        footer = _("Total") if index == 0 else ""
        if column.name in result.total:
            footer = words(column, result.total[column.name])
        table.add_column(column.heading, footer, justify="left" if column.kind == "text" else "right")
    for row in result.rows:
        table.add_row(*[escape(_in_terminal(result.columns[index], row[index])) for index in part])
    return table


def _parts_that_fit(result: Result, width: int) -> list[list[int]]:
    """The columns in as many tables as the terminal is too narrow for; each begins with the first column."""
    widths = [
        _PADDING + max([len(column.heading), *(len(_in_terminal(column, row[index])) for row in result.rows)])
        for index, column in enumerate(result.columns)
    ]
    parts: list[list[int]] = [[0]]
    room = width - widths[0]
    for index in range(1, len(widths)):
        if widths[index] > room and len(parts[-1]) > 1:
            parts.append([0])
            room = width - widths[0]
        parts[-1].append(index)
        room -= widths[index]
    return parts


def _in_terminal(column: Column, value: Value) -> str:
    """A value in words; a school keeps its number, by which the commands ask for it."""
    told = in_words(column, value)
    return f"{told} ({value})" if column.name == "provider" and value and str(value) not in told else told


def words(column: Column, value: Value) -> str:
    """A value as people write it: pounds with commas, shares in per cent, a dash for what does not apply."""
    if value is None:
        return _DOES_NOT_APPLY
    if isinstance(value, str):
        return _said(column.kind, value)
    match column.kind:
        case "money":
            return pounds(round_half_away(value))
        case "share":
            return f"{with_decimals(Fraction(value) * 100, 1)}%"
        case "ratio":
            return with_decimals(value, 2)
        case _:
            return number(int(value))


def in_words(column: Column, value: Value) -> str:
    """A value for people who do not know the codes: those of a column of text by their names."""
    if column.kind == "text" and isinstance(value, str):
        return column.called(value)
    return words(column, value)


def _said(kind: ColumnKind, text: str) -> str:
    """A text for people: days, months and moments in words."""
    match kind:
        case "day":
            return day(date.fromisoformat(text))
        case "month":
            return month(text)
        case "moment":
            return moment(instant_from_text(text))
        case _:
            return text
