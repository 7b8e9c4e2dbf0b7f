"""Of a table that is published, all totals together give no small number away, though each alone would not."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.publications.small_numbers import LEAST
from exports.publishing.protecting import Children, withheld_rows
from exports.publishing.worked_out import worked_out

Key = tuple[str, ...]
OF = st.frozensets(st.integers(1, 12).map(str), min_size=1, max_size=8)
TABLES = st.sampled_from(((5, 5), (4, 6), (3, 3, 3), (2, 3, 4))).flatmap(
    lambda sizes: st.dictionaries(
        st.tuples(*(st.sampled_from("abcdef"[:size]) for size in sizes)), OF, min_size=4, max_size=24
    )
)


def rank(lines: Sequence[Sequence[int]]) -> int:
    """How many of some lines of numbers are independent of each other, by elimination over fractions."""
    left, found = [[Fraction(value) for value in line] for line in lines], 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((number for number in range(found, len(left)) if left[number][column]), None)
        if pivot is None:
            continue
        left[found], left[pivot] = left[pivot], left[found]
        for number in range(found + 1, len(left)):
            times = left[number][column] / left[found][column]
            left[number] = [one - times * other for one, other in zip(left[number], left[found], strict=True)]
        found += 1
    return found


def follow(keys: Sequence[Key], held: Sequence[int]) -> list[int]:
    """The rows that follow: asking for one of them is no more than all totals, over any choice of keys, say already."""
    choices = list(product((True, False), repeat=len(keys[0])))
    names = {
        (choice, tuple(part for part, kept in zip(key, choice, strict=True) if kept))
        for choice in choices
        if not all(choice)
        for key in keys
    }
    lines = [
        [int(tuple(part for part, kept in zip(keys[place], choice, strict=True) if kept) == name) for place in held]
        for choice, name in sorted(names)
    ]
    known = rank(lines)
    return [
        place
        for number, place in enumerate(held)
        if rank([*lines, [int(other == number) for other in range(len(held))]]) == known
    ]


@settings(max_examples=120)
@given(TABLES)
def test_no_small_number_follows_from_all_totals_together(table: dict[Key, Children]) -> None:
    """A small row that follows has nothing left beside it that could be withheld as well."""
    keys, children = list(table), list(table.values())
    held = withheld_rows(keys, children)
    for place in follow(keys, sorted(held)):
        beside = [one for one in range(len(keys)) if one not in held]
        assert len(children[place]) >= LEAST or not beside


@settings(max_examples=80)
@given(TABLES, st.randoms(use_true_random=False))
def test_what_follows_is_what_totals_say(table: dict[Key, Children], random: object) -> None:
    """Whatever rows are withheld, those that are found to follow are those that the plain reckoning finds."""
    keys = list(table)
    held = [place for place in range(len(keys)) if random.random() < 0.6]  # type: ignore[attr-defined]  # a Random
    assert worked_out(keys, held) == follow(keys, held)


@pytest.mark.parametrize("wide", [4, 6])
def test_two_squares_that_meet_in_one_more_cell_give_that_away(wide: int) -> None:
    """Each total hides two or three cells, and the bridge between the squares follows all the same: more is hidden."""
    squares = {(a, b) for start in (0, 2) for a in (start, start + 1) for b in (start, start + 1)} | {(1, 2)}
    keys: list[Key] = [(str(a), str(b)) for a in range(wide) for b in range(wide)]
    few, many = frozenset("abc"), [frozenset(f"{number}-{child}" for child in range(9)) for number in range(len(keys))]
    hidden = [place for place, key in enumerate(keys) if (int(key[0]), int(key[1])) in squares]
    bridge = keys.index(("1", "2"))
    assert worked_out(keys, hidden) == [bridge]
    children = [
        frozenset(f"{place}{child}" for child in few) if place in hidden else many[place] for place in range(len(keys))
    ]
    assert set(hidden) < set(held := withheld_rows(keys, children))
    assert bridge not in follow(keys, sorted(held))
