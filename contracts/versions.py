"""Dated versions of one thing: each holds from its day until the next, the first from its owner's start.

A version dated at its owner's start is kept without a date (the base), so that it follows a corrected start.
Terms, tier sets and the versions of a placement all live by these pure functions.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, Protocol, TypeVar


class Dated(Protocol):
    """Anything that holds from a day; None means its owner's start."""

    @property
    def effective_from(self) -> date | None:
        """The first day on which it holds."""
        ...


class Version(Dated, Protocol):
    """A frozen dataclass that holds from a day and can be copied with another one."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


V = TypeVar("V", bound=Version)


def resolved(dated: Dated, owner_start: date) -> date:
    """Give the day from which it holds."""
    return owner_start if dated.effective_from is None else dated.effective_from


def as_base(version: V, owner_start: date) -> V:
    """Give the version as it is kept: without a date where its date is the owner's start."""
    if version.effective_from == owner_start:
        return replace(version, effective_from=None)
    return version


def version_at(versions: Iterable[V], day: date, owner_start: date) -> V | None:
    """Find the version that begins on this very day."""
    return next((version for version in versions if resolved(version, owner_start) == day), None)


def version_on(versions: Iterable[V], day: date, owner_start: date) -> V | None:
    """Find the version that holds on a day: the latest that begins no later; None before the first."""
    begun = [version for version in versions if resolved(version, owner_start) <= day]
    return max(begun, key=lambda version: resolved(version, owner_start), default=None)


def with_version(versions: Iterable[V], version: V, owner_start: date) -> tuple[V, ...]:
    """Give the versions with this one, in place of one that begins on the same day, sorted by their days."""
    day = resolved(version, owner_start)
    others = [other for other in versions if resolved(other, owner_start) != day]
    return in_order([*others, as_base(version, owner_start)], owner_start)


def in_order(versions: Iterable[V], owner_start: date) -> tuple[V, ...]:
    """Give the versions as they are kept, sorted by the days from which they hold."""
    kept = (as_base(version, owner_start) for version in versions)
    return tuple(sorted(kept, key=lambda version: resolved(version, owner_start)))


def rebased(versions: Iterable[V], old_start: date, new_start: date) -> tuple[V, ...]:
    """Give the versions after their owner's start was corrected: the one in force on it becomes the base.

    Those that held before it hold on no day any more and are let go; a base that is still the first stays it. What
    was dated ahead of a base held on no day either, and must not come to life where the start moves ahead of it.
    """
    base, later = None, []
    held = in_order(versions, old_start)
    firsts = [number for number, version in enumerate(held) if version.effective_from is None]
    for version in held[firsts[-1] if firsts else 0 :]:
        if version.effective_from is None or version.effective_from <= new_start:
            base = version
        else:
            later.append(version)
    if base is None:
        return tuple(later)
    return (replace(base, effective_from=None), *later)
