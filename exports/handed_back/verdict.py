"""What became of a file that left: unaltered, saved again, or altered in these cells; and what the ledger says now.

The file itself is never trusted: its hash, or the digest on its cover, only finds what the ledger recorded when it
left. That is made again from the ledger, and the two are compared cell by cell.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, NamedTuple

from commissioning.ledger.counted import LOCALE
from commissioning.ledger.reading import Reader
from commissioning.web.language import N_, Labels, _, in_english, language
from commissioning.web.words import number, pounds, share
from exports.files import write_file
from exports.handed_back.again import made_again
from exports.handed_back.again_of_lists import is_list, list_again
from exports.handed_back.reading import Cells, cell_name, formulas, hashes_on_cover, read_cells
from exports.leaving.queries import Left, exports_of, exports_until
from exports.monthly_pack import REPORT as PACK
from exports.monthly_pack import TITLE as PACK_TITLE
from exports.renderings import in_words as text_in_words
from exports.result import Column, Result, Value, json_value, whole
from exports.workbook import Variant

Became = Literal["unaltered", "saved_again", "altered", "not_comparable", "unknown"]
MOST_CELLS = 1_000
NO_NAMES: Mapping[str, str] = {}

IN_WORDS: Mapping[Became, str] = Labels(
    {
        "unaltered": N_("Unaltered: these are the very bytes that left."),
        "saved_again": N_("Saved again by another program, and no cell differs from what left."),
        "altered": N_("Altered: cells differ from what left."),
        "not_comparable": N_(
            "Altered, or saved again: the bytes differ, and a file of this kind cannot be made again."
        ),
        "unknown": N_("Not known: no file of these bytes or figures is recorded as having left."),
    }
)


class CellDifference(NamedTuple):
    """One cell that is not as it left; None where there was, or is, nothing."""

    sheet: str
    cell: str
    left_as: str | None
    came_as: str | None


class Since(NamedTuple):
    """A row of figures that the ledger knows otherwise now: its key, and the first of its measures that is another.

    The key has the codes of programs; `called` says them in words.
    """

    key: str
    called: str
    measure: Column
    then: Value
    now: Value

    def to_json(self) -> dict[str, Any]:
        """The row for programs, its figures as reports write them."""
        kind = self.measure.kind
        return {
            "key": self.key,
            "measure": self.measure.name,
            "then": json_value(kind, self.then),
            "now": json_value(kind, self.now),
        }

    def in_words(self) -> tuple[str, str, str, str]:
        """The row for people: what it is called, what is measured, and both figures."""
        return self.called, self.measure.heading, _in_words(self.measure, self.then), _in_words(self.measure, self.now)


@dataclass(frozen=True, slots=True)
class HandedBack:
    """The verdict on a file. `cells` are at most `MOST_CELLS`; `since` compares the figures as of then with now."""

    became: Became
    left: Left | None
    cells: tuple[CellDifference, ...] = ()
    since: tuple[Since, ...] = ()
    position_now: int = 0

    def to_json(self) -> dict[str, Any]:
        """The verdict for programs."""
        left = self.left
        return {
            "became": self.became,
            "words": IN_WORDS[self.became],
            "left": left
            and {
                "position": left.position,
                "recorded_at": left.recorded_at,
                "account": left.account,
                **left.file.model_dump(mode="json"),
            },
            "cells": [cell._asdict() for cell in self.cells],
            "position_now": self.position_now,
            "since": [row.to_json() for row in self.since],
        }


async def judge(reader: Reader, path: Path, council: str, names: Mapping[str, str] = NO_NAMES) -> HandedBack:
    """Judges a file against the ledger; `Refused` where it is unknown and no workbook that can be read.

    `names` are those of accounts, which lists hold.
    """
    now, end = await reader.as_at(None), await reader.end()
    sha256 = await asyncio.to_thread(_hash, path)
    if known := await exports_of(reader, sha256, end):
        return await _with_since(reader, HandedBack("unaltered", known[-1], position_now=now.position), names)
    cells = await asyncio.to_thread(read_cells, path)
    hashes = hashes_on_cover(cells)
    left = next((one for one in await exports_until(reader, end) if _is_of(one, hashes)), None)
    if left is None:
        return HandedBack("unknown", None, position_now=now.position)
    differing = await _differing(reader, left, path, cells, council, names)
    if differing is None:
        return HandedBack("not_comparable", left, position_now=now.position)
    became: Became = "altered" if differing else "saved_again"
    return await _with_since(reader, HandedBack(became, left, tuple(differing), position_now=now.position), names)


def _is_of(left: Left, hashes: AbstractSet[str]) -> bool:
    return left.file.form == "xlsx" and left.file.figures in hashes


async def _differing(
    reader: Reader, left: Left, path: Path, came: Cells, council: str, names: Mapping[str, str]
) -> list[CellDifference] | None:
    """The cells that are not as they left; None where the file cannot be made again.

    The language in which it left is not recorded: it is made again in that which is spoken, and where it differs then
    in English, and the fewer differences are told.
    """
    found = await _compared_again(reader, left, path, came, council, names)
    if found == [] or language() == LOCALE:
        return found
    with in_english():
        english = await _compared_again(reader, left, path, came, council, names)
    return min((one for one in (found, english) if one is not None), key=len, default=None)


async def _compared_again(
    reader: Reader, left: Left, path: Path, came: Cells, council: str, names: Mapping[str, str]
) -> list[CellDifference] | None:
    results = await _again(reader, left, left.file.position, names)
    if results is None:
        return None
    return await asyncio.to_thread(_compare, results, left, path, came, council)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _compare(results: Sequence[Result], left: Left, path: Path, came: Cells, council: str) -> list[CellDifference]:
    """Makes the file again as it left and sets every cell of the one that came beside it."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "again.xlsx"
        title = _(PACK_TITLE) if left.file.report == PACK else ""
        variant: Variant = "publish" if left.file.variant == "publish" else "working"
        write_file(results, made, "xlsx", council, _silent, title=title, variant=variant)
        sheets = read_cells(made)
        differing = [one for name, rows in sheets.items() for one in _in_sheet(name, rows, came.get(name))]
        for name in sheets:
            if name in came and name.split(" - ")[-1].lower() in ("control", "summary"):
                gone = formulas(made, name) - formulas(path, name)
                known = {(one.sheet, one.cell) for one in differing}
                differing += [
                    CellDifference(name, cell, _("a formula"), _("a value typed over it"))
                    for cell in sorted(gone)
                    if (name, cell) not in known
                ]
    return differing[:MOST_CELLS]


def _in_sheet(name: str, left_as: list[list[Any]], came_as: list[list[Any]] | None) -> list[CellDifference]:
    if came_as is None:
        return [CellDifference(name, "", _("the whole sheet"), None)]
    found = []
    for row in range(max(len(left_as), len(came_as))):
        one = left_as[row] if row < len(left_as) else []
        other = came_as[row] if row < len(came_as) else []
        if one == other:
            continue
        for place in range(max(len(one), len(other))):
            before = one[place] if place < len(one) else None
            after = other[place] if place < len(other) else None
            if before != after:
                found.append(CellDifference(name, cell_name(row, place), _said(before), _said(after)))
    return found


def _said(value: Any) -> str | None:
    return None if value is None else f"{value:.12g}" if isinstance(value, float) else str(value)


async def _again(reader: Reader, left: Left, position: int, names: Mapping[str, str]) -> list[Result] | None:
    if is_list(left.file.report):
        return await list_again(reader, left.file, position, left.account, names)
    return await made_again(reader, left.file, position)


async def _with_since(reader: Reader, verdict: HandedBack, names: Mapping[str, str]) -> HandedBack:
    """Adds the rows whose figures the ledger knows otherwise now than when the file left."""
    left = verdict.left
    assert left is not None  # noqa: S101 - only what is known has left
    then = await _again(reader, left, left.file.position, names)
    now = await _again(reader, left, verdict.position_now, names)
    if then is None and language() != LOCALE:  # it may have left in English, and say so in its rows
        with in_english():
            return await _with_since(reader, verdict, names)
    if then is None or now is None:
        return verdict
    pairs = [_alike(before, after) for before, after in zip(then, now, strict=True)]
    since = [row for before, after in pairs for row in _moved(before, after)]
    return HandedBack(verdict.became, left, verdict.cells, tuple(since), verdict.position_now)


def _alike(before: Result, after: Result) -> tuple[Result, Result]:
    """Both with the columns that both have: what is published has fewer where more is withheld."""
    common = {column.name for column in before.columns} & {column.name for column in after.columns}
    return _only(before, common), _only(after, common)


def _only(result: Result, names: set[str]) -> Result:
    kept = [place for place, column in enumerate(result.columns) if column.name in names]
    rows = tuple(tuple(row[place] for place in kept) for row in result.rows)
    return replace(result, columns=tuple(result.columns[place] for place in kept), rows=rows)


def _moved(before: Result, after: Result) -> list[Since]:
    named = _named_by(before, after)
    then, now = _by_key(before, named), _by_key(after, named)
    called = _in_words_by_key(before, named) | _in_words_by_key(after, named)
    measures = [column for place, column in enumerate(before.columns) if place not in named]
    nothing: list[Value] = [None] * len(measures)
    found = []
    for key in dict.fromkeys([*then, *now]):
        figures = zip(measures, then.get(key, nothing), now.get(key, nothing), strict=True)
        differing = next((one for one in figures if one[1] != one[2]), None)
        if differing:
            found.append(Since(key, called[key], *differing))
    return found


def _named_by(*results: Result) -> list[int]:
    """The places of the columns that name a row: of its texts and days the first few that are each row's own.

    What else a list tells of a placement in words may have changed since; where no row is named so, all of them do.
    """
    keys = [place for place, column in enumerate(results[0].columns) if _is_key(column)]
    for count in range(1, len(keys)):
        if all(_are_unlike([row[place] for place in keys[:count]] for row in one.rows) for one in results):
            return keys[:count]
    return keys


def _are_unlike(named: Iterable[list[Value]]) -> bool:
    names = [tuple(name) for name in named]
    return len(set(names)) == len(names)


def _by_key(result: Result, named: Sequence[int]) -> dict[str, list[Value]]:
    """The measures of each row under what names it; those of rows that read alike are added up."""
    found: dict[str, list[Value]] = {}
    for row in result.rows:
        key = _key_of(result, row, named)
        measures = [value for place, value in enumerate(row) if place not in named]
        known = found.get(key)
        found[key] = measures if known is None else list(map(_together, known, measures))
    return found


def _in_words_by_key(result: Result, named: Sequence[int]) -> dict[str, str]:
    """What each row is called by people, under the same key."""
    return {
        _key_of(result, row, named): ", ".join(
            _key(
                result.columns[place], None if row[place] is None else text_in_words(result.columns[place], row[place])
            )
            for place in named
        )
        for row in result.rows
    }


def _key_of(result: Result, row: Sequence[Value], named: Sequence[int]) -> str:
    return ", ".join(_key(result.columns[place], row[place]) for place in named)


def _together(one: Value, other: Value) -> Value:
    if isinstance(one, int | Fraction) and isinstance(other, int | Fraction):
        return one + other
    return other if one is None else one


def _in_words(measure: Column, value: Value) -> str:
    if value is None or isinstance(value, str):
        return text_in_words(measure, value) if value else ""
    match measure.kind:
        case "money":
            return pounds(whole(value))
        case "share":
            return share(value)
        case _:
            return number(value)


def _is_key(column: Column) -> bool:
    return column.kind in ("text", "day", "month", "moment")


def _key(column: Column, value: Value) -> str:
    return _("no %(column)s", column=column.heading.lower()) if value is None else str(value)


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Tells nobody."""
