"""What a form asks: fields in sections, rows that repeat, and all of it read from what somebody typed.

What was typed is a mapping of names to text and stays as it was typed. Rows that repeat stand in it as
`rates.0.amount`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from commissioning.ledger.errors import Fault
from commissioning.ledger.said import said
from commissioning.web.forms.kinds import Kind, UnreadableError

Typed = Mapping[str, str]
"""What somebody typed, by the names of fields; what is not there was left blank."""
Values = dict[str, Any]
"""What it means: exact values by the names of fields, None where blank; rows as a list of such values."""

ROW = "_row"
"""Under this name a row's values hold its number in the form, for faults that the form itself finds."""
MOST_ROWS = 30
LONGEST = 100_000
"""Characters of the longest answer there can be; one more is kept, so that a longer one is refused and not cut."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question, named as the command's own field, so that a fault about the one is shown at the other.

    What it asks is marked with `N_` and said when a form is opened (saying.py), as are sections and rows.
    """

    name: str
    label: str
    kind: Kind
    hint: str = ""
    required: bool = True
    missing: str = ""
    """What is said where a required answer is blank; by default that there is none."""

    def read(self, text: str, where: str) -> Any:
        """The value of the answer; raises `MisreadError`, whose fault names `where`."""
        text = text.strip()
        if not text:
            if self.required:
                raise MisreadError(
                    Fault("missing", self.missing or said("“%(label)s” has no answer.", label=said(self.label)), where)
                )
            return None
        try:
            return self.kind.read(text)
        except UnreadableError as problem:
            raise MisreadError(
                Fault(
                    "unreadable",
                    said("%(label)s: %(problem)s", label=said(self.label), problem=said(problem.message)),
                    where,
                    problem.expected,
                )
            ) from None


@dataclass(frozen=True, slots=True)
class Rows:
    """Fields that repeat, such as several prices. A row in which nothing was typed is no row."""

    name: str
    title: str
    fields: tuple[Field, ...]
    another: str
    """The words on the button that adds a row."""
    shown: Callable[[Values], str]
    """A row as a person reads it."""
    hint: str = ""
    least: int = 1
    """How many rows are drawn at first."""
    titles: Sequence[str] = ()
    """What each of the first rows is about, where they stand for things that are known; such rows are always drawn."""
    most: int = MOST_ROWS

    def numbers(self, typed: Typed) -> list[int]:
        """The numbers of the rows in which something was typed, in order."""
        pattern = re.compile(rf"{re.escape(self.name)}\.(\d{{1,3}})\.")
        found = {int(match[1]) for name, text in typed.items() if (match := pattern.match(name)) and text.strip()}
        return sorted(number for number in found if number < self.most)

    def drawn(self, typed: Typed, *, more: bool = False) -> range:
        """The numbers of the rows to draw: those that have something, and `more` than that where asked for."""
        filled = max(self.numbers(typed), default=-1) + 1
        return range(min(max(self.least, len(self.titles), filled + more), self.most))


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that belong together, under a heading."""

    title: str
    items: tuple[Field | Rows, ...]
    text: str = ""


class MisreadError(ValueError):
    """An answer that could not be read, with the fault that says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class Reading(NamedTuple):
    """What was typed, read: the values, and what is wrong with them. `rows` are the numbers of the rows in `values`."""

    values: Values
    faults: list[Fault]
    rows: Mapping[str, list[int]]

    def place_of(self, parts: tuple[int | str, ...]) -> str:
        """The name of the field that a place in the values is: `("rates", 0, "amount")` may be `rates.2.amount`."""
        name, *rest = map(str, parts or ("",))
        numbers = self.rows.get(name, [])
        if rest and rest[0].isdigit() and int(rest[0]) < len(numbers):
            rest[0] = str(numbers[int(rest[0])])
            return ".".join((name, *rest))
        return name


def read(sections: Iterable[Section], typed: Typed) -> Reading:
    """Reads every answer; what cannot be read is a fault and has no value."""
    values: Values = {}
    faults: list[Fault] = []
    rows: dict[str, list[int]] = {}
    for item in items_of(sections):
        if isinstance(item, Field):
            _read_one(item, typed, item.name, values, faults)
            continue
        rows[item.name] = item.numbers(typed)
        values[item.name] = []
        for number in rows[item.name]:
            row: Values = {ROW: number}
            for field in item.fields:
                _read_one(field, typed, f"{item.name}.{number}.{field.name}", row, faults)
            values[item.name].append(row)
    return Reading(values, faults, rows)


def _read_one(field: Field, typed: Typed, where: str, values: Values, faults: list[Fault]) -> None:
    try:
        values[field.name] = field.read(typed.get(where, ""), where)
    except MisreadError as problem:
        faults.append(problem.fault)


def items_of(sections: Iterable[Section]) -> Iterator[Field | Rows]:
    """The fields and rows of all sections."""
    for section in sections:
        yield from section.items


def typed_in(sections: Iterable[Section], sent: Mapping[str, Any]) -> dict[str, str]:
    """What was sent of what the form asks; everything else is left."""
    found: dict[str, str] = {}
    for item in items_of(sections):
        names = [item.name] if isinstance(item, Field) else _names_of_rows(item)
        found |= {name: str(sent[name])[: LONGEST + 1].replace("\r\n", "\n") for name in names if name in sent}
    return found


def _names_of_rows(rows: Rows) -> list[str]:
    return [f"{rows.name}.{number}.{field.name}" for number in range(rows.most) for field in rows.fields]


def reference_after(ref: str) -> str:
    """The next reference of the same form, `PL-0042` after `PL-0041`; blank where one does not end in a number."""
    found = re.fullmatch(r"(.*?)(\d{1,9})", ref)
    return f"{found[1]}{int(found[2]) + 1:0{len(found[2])}d}" if found else ""


def as_typed(value: Any) -> str:
    """A value as somebody would type it: days as `17/5/2026`."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.day}/{value.month}/{value.year}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def pounds_typed(pence: int) -> str:
    """Pence as somebody would type them in pounds: `65120` or `24.50`."""
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}{whole}{f'.{rest:02d}' if rest else ''}"
