"""Reads a DfE “Get Information About Schools” extract, or another list of schools.

Kept are establishments of the types the council buys from: those that are open, with their facts, and those that are
closed, with the day. The rest is counted. A column that is absent and a cell that is blank say nothing, so that what
the ledger holds stays.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from commissioning.ledger.counted import counted
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from providers.facts import ProviderFacts, ProviderType
from providers.provider import URNS

# PropsName, the proprietor of an independent school, is left to --map: it can be a private person.
GIAS_COLUMNS: Final[Mapping[str, str]] = {
    "urn": "URN",
    "name": "EstablishmentName",
    "type": "TypeOfEstablishment (name)",
    "status": "EstablishmentStatus (name)",
    "closed_on": "CloseDate",
    "local_authority": "LA (name)",
    "postcode": "Postcode",
    "capacity": "SchoolCapacity",
    "section_41": "Section41Approved (name)",
    "inspection_grade": "OfstedRating (name)",
    "owner_group": "Trusts (name)",
    "calendar": "calendar",
}
"""Our fields and the columns of the DfE's extract in which they stand."""

TYPES: Final[Mapping[str, ProviderType]] = {
    "other independent special school": "independent_special",
    "non-maintained special school": "non_maintained_special",
    "special post 16 institution": "special_post_16",
    "community special school": "state_special",
    "foundation special school": "state_special",
    "academy special converter": "state_special",
    "academy special sponsor led": "state_special",
    "free schools special": "state_special",
    "independent_special": "independent_special",
    "non_maintained_special": "non_maintained_special",
    "special_post_16": "special_post_16",
    "state_special": "state_special",
    "resource_base": "resource_base",
}
"""The DfE's types of establishment that the council buys from, and our own words for them, in lower case."""

LARGEST_EXTRACT: Final = 250_000_000
"""Bytes; the DfE's own extract of every establishment has some 65 million."""

_NEEDED: Final = ("urn", "name", "type")
_CLOSED: Final = "closed"
_READ_APART: Final = ("type", "status", "closed_on")
_DAYS: Final = ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d")
"""How the DfE and spreadsheets write a day."""
_LONGEST_TEXT: Final = 200
_APPROVED: Final[Mapping[str, bool | None]] = {
    "approved": True,
    "not approved": False,
    "not applicable": None,
    "yes": True,
    "no": False,
}


@dataclass(frozen=True, slots=True)
class Establishment:
    """A school as an extract describes it; `stated` names the facts that it does state."""

    urn: int
    facts: ProviderFacts
    stated: frozenset[str]

    def onto(self, known: ProviderFacts) -> ProviderFacts:
        """Give what is known with the stated facts in place of the old ones."""
        return known.model_copy(update={fact: getattr(self.facts, fact) for fact in self.stated})


@dataclass(frozen=True, slots=True)
class Closed:
    """A school that an extract says is closed; the day is None where the extract does not give it."""

    urn: int
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Extract:
    """What was read: the open establishments kept, how many others were left out, every fault, and what is closed.

    A closed school counts among those left out: it matters to whoever knows it alone.
    """

    establishments: tuple[Establishment, ...]
    left_out: int
    faults: tuple[Fault, ...]
    closed: tuple[Closed, ...] = ()


def column_map(pairs: Iterable[str]) -> dict[str, str]:
    """Read `our=theirs` pairs such as `type=type_of_establishment`; raises `Refused` for an unknown field."""
    columns = {}
    for pair in pairs:
        ours, equals, theirs = (part.strip() for part in pair.partition("="))
        if ours not in GIAS_COLUMNS or not equals or not theirs:
            raise Refused(
                Fault(
                    "column-map",
                    said("“%(pair)s” does not say which column holds which fact.", pair=pair),
                    expected=said("field=column, the field one of %(facts)s", facts=", ".join(GIAS_COLUMNS)),
                    status=400,
                )
            )
        columns[ours] = theirs
    return columns


def read_extract(content: bytes, columns: Mapping[str, str] | None = None) -> Extract:
    """Read a CSV file in UTF-8 or Windows-1252. `columns` maps our fields to columns that have other names.

    A field that is not mapped is looked for under the DfE's name for it, then under ours. Raises `Refused` where
    the file is no such table; what is wrong with single rows is among the faults.
    """
    if len(content) > LARGEST_EXTRACT:
        raise _not_readable(
            said("The file has %(size)s bytes.", size=counted(len(content))),
            said("at most %(most)s", most=counted(LARGEST_EXTRACT)),
        )
    rows = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    try:
        header = next(rows, [])
        return _read_rows(rows, _places(header, columns or {}), len(header))
    except csv.Error as problem:
        raise _not_readable(
            said("Line %(line)s is not CSV: %(problem)s.", line=rows.line_num, problem=problem),
            "comma-separated text",
        ) from None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a field stands: the column's number from 0, and its name for faults."""

    index: int
    column: str

    def in_row(self, number: int) -> str:
        """Where the field of a row is, in words."""
        return said("row %(row)s, column %(column)s", row=number, column=self.column)


def _read_rows(rows: Iterator[list[str]], places: Mapping[str, _Place], width: int) -> Extract:
    kept: dict[int, Establishment] = {}
    closed: dict[int, Closed] = {}
    left_out, faults = 0, []
    for number, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != width:
            faults.append(
                Fault(
                    "cells",
                    said("The row has %(count)s cells.", count=len(cells)),
                    said("row %(number)s", number=number),
                    said("%(width)s, as in row 1", width=width),
                )
            )
            continue
        texts = {field: cells[place.index].strip() for field, place in places.items()}
        type_ = TYPES.get(texts["type"].lower())
        if type_ is None or texts.get("status", "").lower() == _CLOSED:
            left_out += 1
            if type_ is not None and (gone := _closed(texts)) is not None:
                closed[gone.urn] = gone
            continue
        values: dict[str, Any] = {"type": type_}
        problems = list(_read_values(texts, places, number, values))
        if not problems and values["urn"] in kept:
            where = places["urn"].in_row(number)
            problems.append(
                Fault("urn-twice", said("URN %(urn)s stands on an earlier row too.", urn=values["urn"]), where)
            )
        if problems:
            faults.extend(problems)
            continue
        urn = values.pop("urn")
        kept[urn] = Establishment(urn, ProviderFacts(**values), frozenset(values))
    no_more = tuple(one for urn, one in closed.items() if urn not in kept)
    return Extract(tuple(kept.values()), left_out, tuple(faults), no_more)


def _closed(texts: Mapping[str, str]) -> Closed | None:
    """The closed school of a row; None where its number cannot be read, since nobody can know it then."""
    try:
        urn = _urn(texts["urn"])
    except ValueError:
        return None
    for form in _DAYS:
        try:
            return Closed(urn, datetime.strptime(texts.get("closed_on", ""), form).date())  # noqa: DTZ007 - a bare day
        except ValueError:
            continue
    return Closed(urn, None)


def _read_values(
    texts: Mapping[str, str], places: Mapping[str, _Place], number: int, values: dict[str, Any]
) -> Iterator[Fault]:
    """Put the typed value of every filled cell into `values` and give the faults of the others."""
    for field, text in texts.items():
        if field in _READ_APART:
            continue
        where = places[field].in_row(number)
        if not text:
            if field in _NEEDED:
                yield Fault("blank", "The cell is blank.", where, _EXPECTED[field])
            continue
        try:
            value = _READERS.get(field, _text)(text)
        except ValueError:
            yield Fault(field, said("“%(text)s” cannot be read.", text=text[:_LONGEST_TEXT]), where, _EXPECTED[field])
        else:
            if value is not None:
                values[field] = value


def _text(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise ValueError(text)
    return text


def _urn(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) in URNS):
        raise ValueError(text)
    return int(text)


def _capacity(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < len("1000000")):
        raise ValueError(text)
    return int(text)


def _section_41(text: str) -> bool | None:
    if text.lower() not in _APPROVED:
        raise ValueError(text)
    return _APPROVED[text.lower()]


_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "urn": _urn,
    "capacity": _capacity,
    "section_41": _section_41,
}
_EXPECTED: Final[Mapping[str, str]] = {
    **dict.fromkeys(GIAS_COLUMNS, f"text of at most {_LONGEST_TEXT} characters"),
    "urn": said("a number of six digits"),
    "capacity": said("a whole number of pupils"),
    "section_41": said("Approved, Not approved or Not applicable"),
}


def _places(header: list[str], columns: Mapping[str, str]) -> dict[str, _Place]:
    """Find the column of each field; raises `Refused` for a mapped or needed one that is not there."""
    names = [name.strip().lower() for name in header]
    places, missing = {}, []
    for field, gias in GIAS_COLUMNS.items():
        candidates = (columns[field],) if field in columns else (gias, field)
        found = next((name for name in candidates if name.lower() in names), None)
        if found is not None:
            index = names.index(found.lower())
            places[field] = _Place(index, header[index].strip())
        elif field in columns or field in _NEEDED:
            missing.append(
                Fault(
                    "column-missing",
                    said(
                        "There is no column “%(column)s” for the school's %(field)s.",
                        column=candidates[0],
                        field=field,
                    ),
                    said("row 1"),
                    said(
                        "one of the columns that are there: %(columns)s", columns=", ".join(header)[: _LONGEST_TEXT * 5]
                    ),
                    "Name the column that holds it with --map.",
                )
            )
    if missing:
        raise Refused(*missing)
    return places


def _decoded(content: bytes) -> str:
    """Decode the file: the DfE writes Windows-1252, spreadsheets write UTF-8 with or without a mark."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _not_readable("The file's characters cannot be read.", "UTF-8 or Windows-1252")


def _not_readable(message: str, expected: str) -> Refused:
    return Refused(Fault("extract", message, expected=expected, mend="Download the extract as CSV again."))
