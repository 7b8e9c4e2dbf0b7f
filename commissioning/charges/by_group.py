"""Figures by group, month by month, and how those of a period's parts come together. Pure."""

from collections.abc import Sequence
from operator import add
from typing import Any, NamedTuple

Group = tuple[Any, ...]
"""The values of what is grouped by, in the order asked for."""
ByGroup = dict[Group, list[list[int]]]
"""The figures of each group: each a list with one number a month, or with one number in all."""


class PupilCounts(NamedTuple):
    """How many pupils are on roll on any day of a period: under each model, and whatever the model."""

    by_model: dict[str, int]
    together: int


def add_figures(found: ByGroup, group: Group, figures: list[list[int]]) -> None:
    """Adds figures to those of a group."""
    known = found.get(group)
    found[group] = (
        figures if known is None else [list(map(add, mine, more)) for mine, more in zip(known, figures, strict=True)]
    )


def in_a_row(parts: Sequence[ByGroup], months: Sequence[int]) -> ByGroup:
    """The figures of parts that follow each other and have so many months each."""
    found: ByGroup = {}
    for number, part in enumerate(parts):
        before, after = [0] * sum(months[:number]), [0] * sum(months[number + 1 :])
        for group, figures in part.items():
            add_figures(found, group, [[*before, *figure, *after] for figure in figures])
    return found


def together(parts: Sequence[ByGroup]) -> ByGroup:
    """The figures of parts added up."""
    found: ByGroup = {}
    for part in parts:
        for group, figures in part.items():
            add_figures(found, group, figures)
    return found
