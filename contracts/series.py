"""Rate lines among their like: which series a line belongs to, what is agreed or corrected at a date.

Lines with the same component, unit, band and setting of one owner form one series; a series has one line a
date (pricing.md §2). An owner is an agreement (its card) or a placement (its own lines); both use these.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from commissioning.ledger.said import listed, said
from contracts.rates import Component, RateLine, Unit
from contracts.terms import Setting
from contracts.versions import resolved

Series = tuple[Component, Unit, str | None, Setting | None]
Lines = tuple[RateLine, ...]
Placing = Literal["agreed", "corrected", "unchanged"]
"""What placing a line came to: a new date of its series, other values at a known date, or nothing."""


def series_of(line: RateLine) -> Series:
    """Give the series of a line: its component, unit, band and setting."""
    return (line.component, line.unit, line.band, line.setting)


def has_series(lines: Iterable[RateLine], line: RateLine) -> bool:
    """Say whether any of the lines is of the line's series."""
    return any(series_of(other) == series_of(line) for other in lines)


def line_at(lines: Iterable[RateLine], line: RateLine, owner_start: date) -> RateLine | None:
    """Find the line of the same series and date, whatever its price; a blank date is the owner's start."""
    day, band, setting = resolved(line, owner_start), line.band, line.setting
    component, unit = line.component, line.unit
    # Written out, because a price table of thousands of lines is restated line by line.
    for other in lines:
        if (
            other.band == band
            and other.setting == setting
            and other.component == component
            and other.unit == unit
            and resolved(other, owner_start) == day
        ):
            return other
    return None


def same_line(one: RateLine, other: RateLine, owner_start: date) -> bool:
    """Say whether two lines say the same; a blank date and the owner's start are one date."""
    return _place(one, owner_start) == _place(other, owner_start) and _price(one) == _price(other)


def place_line(lines: Lines, line: RateLine, owner_start: date) -> tuple[Placing, Lines]:
    """Give the lines with this one among them; it takes the place of one of the same series and date."""
    known = line_at(lines, line, owner_start)
    if known is None:
        return "agreed", (*lines, line)
    if _price(known) == _price(line):
        return "unchanged", lines
    return "corrected", tuple(line if other is known else other for other in lines)


def without_line(lines: Lines, line: RateLine, owner_start: date) -> Lines:
    """Give the lines less the one of this series and date, whatever its price; the same lines where none is."""
    place = _place(line, owner_start)
    return tuple(other for other in lines if _place(other, owner_start) != place)


def without_same_line(lines: Lines, line: RateLine, owner_start: date) -> Lines:
    """Give the lines without those that say exactly this; the same lines where none does."""
    if not lines:  # as nearly always: few prices are ever withdrawn
        return lines
    return tuple([other for other in lines if not same_line(other, line, owner_start)])


def clash(lines: Iterable[RateLine], owner_start: date) -> RateLine | None:
    """Find the first line whose series already has a line on its date, None where all is well."""
    places = set()
    for line in lines:
        place = _place(line, owner_start)
        if place in places:
            return line
        places.add(place)
    return None


def line_in_words(line: RateLine, owner_start: date) -> str:
    """Name a line as a person would: `education a year, band B, day, from 2026-09-01`."""
    words = [
        said("%(component)s once", component=line.component)
        if line.unit == "once"
        else said("%(component)s a %(unit)s", component=line.component, unit=line.unit)
    ]
    if line.band is not None:
        words.append(said("band %(band)s", band=line.band))
    if line.setting is not None:
        words.append(said(line.setting))
    words.append(said("from %(day)s", day=resolved(line, owner_start)))
    return listed(words)


def _place(line: RateLine, owner_start: date) -> tuple[Series, date]:
    return series_of(line), resolved(line, owner_start)


def _price(line: RateLine) -> tuple[object, ...]:
    return (line.amount, line.quantity, line.void, line.discount, line.notice)
