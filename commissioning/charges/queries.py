"""What pages, API and reports ask of charges row by row: spans of days and exceptions, as at a position.

What a period comes to is added up in figures.py, and what moved it in movements.py.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, NamedTuple

from commissioning.charges.periods import Period
from commissioning.ledger.reading import Reader

LONGEST_NOTICE = timedelta(days=3 * 366)
"""How long before a period a leaver can have gone who is still payable in it: 104 weeks, and a year's terms."""
_URN = re.compile("[0-9]{1,9}")
_COHORT_COLUMNS = {
    "provider": "h.provider_urn",
    "model": "h.model",
    "need": "h.need",
    "phase": "h.phase",
    "setting": "h.setting",
    "kind": "h.kind",
}
_SERIES_COLUMNS = {
    "agreement": "s.agreement_ref",
    "placement": "s.placement_ref",
    "component": "s.component",
    "band": "s.band",
    "area": "s.home_area",
    "route": "s.route",
}
DIMENSIONS = {**_COHORT_COLUMNS, **_SERIES_COLUMNS}
"""What charges can be grouped by, beside time and funder, and the columns that hold it."""

COHORTS = "JOIN charges_cohort h ON h.id = s.cohort_id AND h.book = s.book"
"""Brings to series, called `s`, what they have in common."""
JOINED = f"JOIN charges_series s ON s.id = c.series_id AND s.book = c.book {COHORTS}"
"""Brings to rows, called `c`, what they are for."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which charges count: those that match one of the values of every filter that is set."""

    provider: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    agreement: tuple[str, ...] = ()
    need: tuple[str, ...] = ()
    phase: tuple[str, ...] = ()
    setting: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    placement: tuple[str, ...] = ()

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The filters that are set, by name."""
        return {item.name: values for item in fields(self) if (values := getattr(self, item.name))}

    def wanted(self) -> dict[str, tuple[str | int, ...]]:
        """The filters that are set as the tables hold their values: a URN is a number there and text elsewhere."""
        wanted: dict[str, tuple[str | int, ...]] = dict(self.chosen())
        if self.provider:
            wanted["provider"] = tuple(int(urn) if _URN.fullmatch(urn) else -1 for urn in self.provider)
        return wanted


class Days(NamedTuple):
    """A span of days of one group; `count` is how many places it stands for on each day."""

    group: tuple[Any, ...]
    first_day: date
    last_day: date


class CommittedDays(NamedTuple):
    """Days on which an agreement commits the council to `places`."""

    group: tuple[Any, ...]
    first_day: date
    last_day: date
    places: int
    on_roll: int
    in_notice: int


async def occupied(reader: Reader, by: Sequence[str], period: Period, position: int, filters: Filters) -> list[Days]:
    """Days on roll that touch the period, by the dimensions asked for and by `pupil`."""
    where, values = conditions(filters)
    rows = await reader.query(
        f"SELECT {', '.join(['c.first_day', 'c.last_day', *columns(by)])} "
        f"FROM charges_occupancy c {JOINED} WHERE {_OVERLAPS}{where}",
        [*await _overlapping(reader, period, position), *values],
    )
    return [Days(tuple(row[2:]), date.fromisoformat(row[0]), date.fromisoformat(row[1])) for row in rows]


async def committed(
    reader: Reader, by: Sequence[str], period: Period, position: int, filters: Filters
) -> list[CommittedDays]:
    """Days with committed places that touch the period, by the dimensions asked for."""
    where, values = conditions(filters)
    rows = await reader.query(
        f"SELECT {', '.join(['c.first_day', 'c.last_day', 'c.places', 'c.on_roll', 'c.in_notice', *columns(by)])} "
        f"FROM charges_commitment c {JOINED} WHERE {_OVERLAPS}{where}",
        [*await _overlapping(reader, period, position), *values],
    )
    return [
        CommittedDays(tuple(row[5:]), date.fromisoformat(row[0]), date.fromisoformat(row[1]), *row[2:5]) for row in rows
    ]


class UnpricedDays(NamedTuple):
    """Days on roll of a placement that could not be priced, with the reason."""

    placement_ref: str
    agreement_ref: str
    first_day: date
    last_day: date
    reason: str
    calendar: str | None
    academic_year: str | None


async def unpriced(reader: Reader, period: Period, position: int, filters: Filters) -> list[UnpricedDays]:
    """The exceptions of a period: placements on roll that have no price."""
    where, values = conditions(filters)
    rows = await reader.query(
        "SELECT s.placement_ref, s.agreement_ref, c.first_day, c.last_day, c.reason, c.calendar, c.academic_year "
        f"FROM charges_unpriced c {JOINED} WHERE {_OVERLAPS}{where} ORDER BY s.placement_ref, c.first_day",
        [*await _overlapping(reader, period, position), *values],
    )
    return [
        UnpricedDays(row[0], row[1], date.fromisoformat(row[2]), date.fromisoformat(row[3]), *row[4:]) for row in rows
    ]


_OVERLAPS = "c.book = ? AND c.last_day >= ? AND c.first_day <= ? AND c.from_position <= ? AND c.to_position > ?"


async def _overlapping(reader: Reader, period: Period, position: int) -> list[Any]:
    return [
        await reader.number(),
        period.first_day.isoformat(),
        period.last_day.isoformat(),
        position,
        position,
    ]


def columns(by: Iterable[str], of: str | None = None) -> list[str]:
    """The columns of what is grouped by, as columns of another table where one is named; `pupil` is known too."""
    known = [(DIMENSIONS | {"pupil": "s.pupil"})[name] for name in by]
    return known if of is None else [of + column[1:] for column in known]


def conditions(filters: Filters) -> tuple[str, list[str | int]]:
    """SQL conditions, each after an AND, and their values."""
    where, values = "", list[str | int]()
    for name, wanted in filters.wanted().items():
        where += f" AND {DIMENSIONS[name]} IN ({marks(wanted)})"
        values += wanted
    return where, values


def marks(values: Sequence[Any]) -> str:
    """As many parameters as there are values."""
    return ", ".join("?" * len(values))
