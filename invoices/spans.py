"""Runs of days, and which of them reach each other."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Spanning(Protocol):
    """Whatever is of days from one to another."""

    @property
    def first_day(self) -> date:
        """Its first day."""

    @property
    def last_day(self) -> date:
        """Its last day."""


Some = TypeVar("Some", bound=Spanning)


def connected(ones: Iterable[Some]) -> list[list[Some]]:
    """Those whose days reach each other, overlap by overlap, the earliest first."""
    groups: list[list[Some]] = []
    end: date | None = None
    for one in sorted(ones, key=lambda one: (one.first_day, one.last_day)):
        if end is None or one.first_day > end:
            groups.append([one])
            end = one.last_day
        else:
            groups[-1].append(one)
            end = max(end, one.last_day)
    return groups
