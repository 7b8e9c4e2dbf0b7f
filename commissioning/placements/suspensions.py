"""Suspensions of one placement side by side: which overlap, and the rows with one placed or taken away."""

from collections.abc import Iterable
from datetime import date

from commissioning.ledger.said import said
from commissioning.ledger.time import OPEN_DAY
from commissioning.placements.facts import Suspension

Suspensions = tuple[Suspension, ...]


def suspension_from(suspensions: Iterable[Suspension], first_day: date) -> Suspension | None:
    """The suspension that begins on this very day."""
    return next((one for one in suspensions if one.first_day == first_day), None)


def overlapping(suspensions: Iterable[Suspension], suspension: Suspension) -> Suspension | None:
    """The first suspension that shares a day with this one and begins on another; an open one has no end."""
    last_day = suspension.last_day or OPEN_DAY
    return next(
        (
            one
            for one in suspensions
            if one.first_day != suspension.first_day
            and one.first_day <= last_day
            and suspension.first_day <= (one.last_day or OPEN_DAY)
        ),
        None,
    )


def with_suspension(suspensions: Suspensions, suspension: Suspension) -> Suspensions:
    """The suspensions with this one, in place of the one with its first day, in order of their days."""
    others = [one for one in suspensions if one.first_day != suspension.first_day]
    return tuple(sorted((*others, suspension), key=lambda one: one.first_day))


def without_suspension(suspensions: Suspensions, suspension: Suspension) -> Suspensions:
    """The suspensions without those of exactly these days and this per cent."""
    return tuple(one for one in suspensions if not same_suspension(one, suspension))


def same_suspension(one: Suspension, other: Suspension) -> bool:
    """Whether two suspensions are of the same days and per cent, whatever their reasons."""
    return (one.first_day, one.last_day, one.payable_pct) == (
        other.first_day,
        other.last_day,
        other.payable_pct,
    )


def suspension_in_words(suspension: Suspension) -> str:
    """A suspension as a person names it: `2 November 2026 to 13 November 2026`."""
    if suspension.last_day is None:
        return said("%(first_day)s to an open end", first_day=suspension.first_day)
    return said("%(first_day)s to %(last_day)s", first_day=suspension.first_day, last_day=suspension.last_day)
