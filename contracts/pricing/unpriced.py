"""Days on roll without a full price, and why: exceptions to report, never a silent zero (pricing.md §4)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal, NamedTuple

from contracts.pricing.calendar import SchoolCalendar
from contracts.pricing.days import Day, academic_year_name, date_or_none, gaps
from contracts.pricing.lines import PricedLine
from contracts.pricing.prepared import PreparedAgreement
from contracts.pricing.stays import VersionDays

UnpricedReason = Literal["outside_agreement", "calendar", "no_line"]


class UnpricedSpan(NamedTuple):
    """Days on roll without a full price. `last_day` is None where no end is recorded.

    For the reason `calendar` the calendar and its missing academic year, like "2027-28", are named. A day
    has one reason: outside the agreement before the calendar, the calendar before the lines.
    """

    version: int
    first_day: date
    last_day: date | None
    reason: UnpricedReason
    calendar: str | None
    academic_year: str | None


class _Found(NamedTuple):
    """An unpriced span in ordinals; `year` is the missing academic year, 0 for the other reasons."""

    first: Day
    last: Day
    reason: UnpricedReason
    year: int


def unpriced_spans(
    days: VersionDays, lines: Sequence[PricedLine], prepared: PreparedAgreement, calendar: SchoolCalendar
) -> Iterator[UnpricedSpan]:
    """Find the unpriced days under one version, as maximal spans in order."""
    for first, last, reason, year in _joined(_find(days.first, days.last, lines, prepared, calendar)):
        named = reason == "calendar"
        yield UnpricedSpan(
            days.number,
            date.fromordinal(first),
            date_or_none(last),
            reason,
            calendar.name if named else None,
            academic_year_name(year) if named else None,
        )


def _find(
    first: Day, last: Day, lines: Sequence[PricedLine], prepared: PreparedAgreement, calendar: SchoolCalendar
) -> Iterator[_Found]:
    for outside in gaps(first, last, [(prepared.first, prepared.last)]):
        yield _Found(*outside, "outside_agreement", 0)
    first, last = max(first, prepared.first), min(last, prepared.last)
    if first > last:
        return
    uncovered = list(calendar.uncovered(first, last))
    for missing_first, missing_last, year in uncovered:
        yield _Found(missing_first, missing_last, "calendar", year)
    held = [(line.first, line.last) for line in lines if line.measure != "once"]
    if not any(line_first <= first and last <= line_last for line_first, line_last in held):
        held.extend((missing_first, missing_last) for missing_first, missing_last, _ in uncovered)
        for gap in gaps(first, last, held):
            yield _Found(*gap, "no_line", 0)
    for line in lines:
        if line.measure == "financial_school_days":
            for part in calendar.half_covered(max(first, line.first), min(last, line.last)):
                yield _Found(part[0], part[1], "calendar", part[2])


def _joined(found: Iterable[_Found]) -> list[_Found]:
    """Join spans of one reason and year that touch or overlap; spans of different reasons never overlap."""
    joined: list[_Found] = []
    for span in sorted(found):
        if joined:
            before = joined[-1]
            if before[2:] == span[2:] and span.first <= before.last + 1:
                joined[-1] = before._replace(last=max(before.last, span.last))
                continue
        joined.append(span)
    return joined
