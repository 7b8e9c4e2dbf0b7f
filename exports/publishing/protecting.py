"""A result with no small number in it, and none that could be worked out from what is left; pure.

A row of fewer than five children keeps its figures back. Whoever adds up rows learns totals, over everything and over
each choice of a table's keys; so of the rows that make up a total either none is withheld, or at least two of five
children together, and more where several totals would give one away together (worked_out.py). What counts children is
looked at cell by cell as well.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from commissioning.web.language import _, ngettext
from commissioning.web.words import how_many
from exports.publications.small_numbers import LEAST, PROTECTING, SMALL, WITHHELD, Rule, in_words, log
from exports.publishing.worked_out import worked_out
from exports.result import Column, Result, Value, whole

_DIGITS = re.compile("[0-9]+")
Children = frozenset[str]
"""Whom a row is of, so that one who stands in several rows counts once; empty for what is of no child."""


@dataclass(frozen=True, slots=True)
class Told:
    """How a report is told to the public, by the names of its columns.

    `keys` name a row and `always` are figures of no child, such as a budget. `counts` count children among those of the
    row. `left_out` may be the figure of a single child however large the row is, and `against` sets a row beside
    another, whose figures it would give away. Rows that are not `parts` come to no total. A chart that is
    `drawn_of_rows` shows nothing that is left out, and stays where no row withholds anything.
    """

    keys: tuple[str, ...]
    always: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    parts: bool = True
    notes: bool = True
    drawn_of_rows: bool = False


def protected(
    result: Result, told: Told, children: Sequence[Children], rules: Mapping[int, Rule] | None = None
) -> Result:
    """The result as it may be published, with what was withheld among its options and its notes.

    `rules` say which of its rows are withheld where that rests on other results too (together.py).
    """
    if rules is None:
        rules = withheld_rows(keys_of(result, told), children) if told.parts else _small(children)
    left_out = {*told.left_out, *(told.against if rules else ())}
    kept = [place for place, column in enumerate(result.columns) if column.name not in left_out]
    columns = tuple(result.columns[place] for place in kept)
    open_ = {*told.keys, *told.always}
    rows, thinned = [], 0
    for number, row in enumerate(result.rows):
        hidden = _hidden(result.columns, row, told, open_, withheld=number in rules)
        thinned += bool(hidden) and number not in rules
        rows.append(tuple(WITHHELD if place in hidden and row[place] is not None else row[place] for place in kept))
    if rules or thinned:
        rows = _by_key(rows, keys_of(result, told))
    total = _total(result, told, children, left_out, thinned=bool(thinned))
    unaltered = not rules and not thinned and len(kept) == len(result.columns) and total == result.total
    gone = [column for column in result.columns if column.name in left_out]
    return replace(
        result,
        columns=columns,
        rows=tuple(rows),
        total=total,
        notes=(*(result.notes if told.notes else ()), *_notes(rules, thinned, gone)),
        options=result.options | log(rules) | _logged(thinned, gone),
        chart=result.chart if unaltered or (told.drawn_of_rows and not rules and not thinned) else None,
    )


def keys_of(result: Result, told: Told) -> list[tuple[Value, ...]]:
    """What names each row of a result, in the order of its columns."""
    places = [place for place, column in enumerate(result.columns) if column.name in told.keys]
    return [tuple(row[place] for place in places) for row in result.rows]


def withheld_rows(keys: Sequence[tuple[Value, ...]], children: Sequence[Children]) -> dict[int, Rule]:
    """Which rows are withheld, by their places: the small ones, and those that protect them in any total over keys."""
    found = _small(children)
    protect_lines(keys, children, found)
    return found


def protect_lines(keys: Sequence[tuple[Value, ...]], children: Sequence[Children], found: dict[int, Rule]) -> None:
    """Withholds as many more rows as it takes for totals over keys, alone or together, not to give one away."""
    lines = _lines(keys)
    changed = bool(found)
    while changed:
        changed = False
        for line in lines:
            changed |= any(place in found for place in line) and protect(line, children, found)
        changed = changed or _protect_further(lines, keys, children, found)


def _protect_further(
    lines: Sequence[Sequence[int]],
    keys: Sequence[tuple[Value, ...]],
    children: Sequence[Children],
    found: dict[int, Rule],
) -> bool:
    """Withholds one row more beside each small one that all totals together give away; whether there was any."""
    before = len(found)
    for given_away in [place for place in worked_out(keys, found) if found[place] == SMALL]:
        beside = {place for line in lines if given_away in line for place in line}
        others = [(len(children[place]), place) for place in beside if place not in found and children[place]]
        if others:
            found[min(others)[1]] = PROTECTING
    return len(found) > before


def _small(children: Sequence[Children]) -> dict[int, Rule]:
    return {place: SMALL for place, of in enumerate(children) if 0 < len(of) < LEAST}


def _lines(keys: Sequence[tuple[Value, ...]]) -> list[list[int]]:
    """The rows of every total that can be added up: over everything, and over each choice of keys that is held."""
    width = len(keys[0]) if keys else 0
    lines: list[list[int]] = []
    for size in range(width):
        for held in combinations(range(width), size):
            by: dict[tuple[Value, ...], list[int]] = defaultdict(list)
            for place, key in enumerate(keys):
                by[tuple(key[one] for one in held)].append(place)
            lines += by.values()
    return lines


def is_safe(held: Collection[int], children: Sequence[Children]) -> bool:
    """Whether rows may be withheld of a known total: one alone is the total less the rest, and so are few children."""
    together = frozenset[str]().union(*(children[place] for place in held))
    return len(held) > 1 and len(together) >= LEAST


def protect(line: Sequence[int], children: Sequence[Children], found: dict[int, Rule]) -> bool:
    """Withholds of a total's rows those of the fewest children until nothing can be worked out; whether any was."""
    held = [place for place in line if place in found]
    others = sorted((len(children[place]), place) for place in line if place not in found and children[place])
    before = len(held)
    while others and not is_safe(held, children):
        held.append(others.pop(0)[1])
        found[held[-1]] = PROTECTING
    return len(held) > before


def _hidden(
    columns: Sequence[Column], row: Sequence[Value], told: Told, open_: set[str], *, withheld: bool
) -> set[int]:
    """The places of a row's cells that are withheld: its figures, or all its counts where one of them is small."""
    if withheld:
        return {place for place, column in enumerate(columns) if column.name not in open_}
    counts = {place for place, column in enumerate(columns) if column.name in told.counts}
    return counts if any(0 < whole(row[place]) < LEAST for place in counts) else set()


def _by_key(rows: Sequence[tuple[Value, ...]], keys: Sequence[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    """The rows by what names them, Year 2 before Year 10; in an order by amount neighbours tell what is withheld."""
    order = [[_DIGITS.sub(lambda number: number[0].zfill(9), str(value or "")) for value in key] for key in keys]
    return [rows[place] for place in sorted(range(len(rows)), key=order.__getitem__)]


def _total(
    result: Result, told: Told, children: Sequence[Children], left_out: set[str], *, thinned: bool
) -> dict[str, Value]:
    """The totals, none of them of fewer than five children; of counts only where every row has its own."""
    everyone = frozenset[str]().union(*children)
    if 0 < len(everyone) < LEAST:
        return {name: value for name, value in result.total.items() if name in told.always}
    gone = left_out | {name for name in told.counts if thinned or 0 < whole(result.total.get(name)) < LEAST}
    return {name: value for name, value in result.total.items() if name not in gone}


def _notes(rules: Mapping[int, Rule], thinned: int, gone: Sequence[Column]) -> list[str]:
    notes = [in_words(rules)]
    if thinned:
        notes.append(
            ngettext(
                "The counts of %(num)s more row are withheld, because one of them is of fewer than %(least)s children.",
                "The counts of %(num)s more rows are withheld, because one of them is of fewer than %(least)s "
                "children.",
                thinned,
                least=LEAST,
            )
        )
    if gone:
        headings = ", ".join(column.heading for column in gone)
        notes.append(_("Left out, because they may be the figures of a single child: %(columns)s.", columns=headings))
    return notes


def _logged(thinned: int, gone: Sequence[Column]) -> dict[str, str]:
    """The same as what is recorded of the file, in every language the same."""
    told = {"counts_withheld": how_many(thinned, "row", "rows")} if thinned else {}
    return told | ({"left_out": "; ".join(column.label for column in gone)} if gone else {})
