"""An academic year as a calendar lists it: up to three terms and the closures that begin in it.

An academic year runs from 1 September to 31 August and is written `2026-27` (pricing.md §1).
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict

from contracts.pricing.calendar import TermName

TERM_ORDER: Final[tuple[TermName, ...]] = ("autumn", "spring", "summer")
_SEPTEMBER: Final = 9


class TermDates(BaseModel):
    """First and last school day of a term, both inclusive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_day: date
    last_day: date


class Closure(BaseModel):
    """Days on which the schools of a calendar are closed, both ends inclusive: half-term, INSET, bank holidays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_day: date
    last_day: date
    reason: str | None = None


class AcademicYear(BaseModel):
    """What a calendar says of one academic year; it is covered once all three terms are listed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    terms: Mapping[TermName, TermDates]
    closures: tuple[Closure, ...] = ()


def academic_year_name(day: date) -> str:
    """Name the academic year of a day, `2026-27`."""
    begins = day.year if day.month >= _SEPTEMBER else day.year - 1
    return f"{begins}-{(begins + 1) % 100:02d}"


def academic_year_span(name: str) -> tuple[date, date] | None:
    """Give the first and last day of an academic year written `2026-27`; None when it is not so written."""
    found = re.fullmatch(r"([1-9]\d{3})-(\d{2})", name)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        return None
    begins = int(found[1])
    return date(begins, _SEPTEMBER, 1), date(begins + 1, _SEPTEMBER - 1, 31)
