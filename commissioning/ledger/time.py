"""London days, council years and the injected clock: the only module that knows what time it is.

Two words for time and no others: `effective_on`, the London day on which a fact is true in the world, and
`recorded_at`, the UTC instant at which the ledger learnt it (pricing.md §§1 and 7).
"""

import re
from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said

LONDON = ZoneInfo("Europe/London")
OPEN_DAY = date(9999, 12, 31)

Clock = Callable[[], datetime]
"""Gives the present instant, aware and in UTC. Handlers never read the machine's clock themselves."""

_APRIL = 4


def system_clock() -> datetime:
    """The machine's own clock, in UTC."""
    return datetime.now(UTC)


def london_day(instant: datetime) -> date:
    """The calendar day in London at an aware instant."""
    return instant.astimezone(LONDON).date()


def instant_to_text(instant: datetime) -> str:
    """An aware instant as ISO 8601 in UTC with microseconds and `Z`, so that text order is time order."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def instant_from_text(text: str) -> datetime:
    """The instant that a person or the store wrote, in UTC.

    A bare day means the end of that London day; a time without a zone is London's. Raises `Refused` when the
    text is no ISO 8601 date or date-time, or lies at the very edge of the calendar.
    """
    try:
        return (_end_of_day(text) or _as_written(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(
            Fault(
                "instant",
                said("“%(text)s” is not an instant.", text=text[:100]),
                expected="a day such as 2026-09-30 or an instant such as 2026-09-30T17:00:00Z",
                status=400,
            )
        ) from None


def _end_of_day(text: str) -> datetime | None:
    """The last moment of a London day, None where the text says more or other than a day."""
    try:
        next_day = date.fromisoformat(text) + timedelta(days=1)
    except ValueError:
        return None
    midnight = datetime(next_day.year, next_day.month, next_day.day, tzinfo=LONDON)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def _as_written(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=LONDON)


def financial_year_start(day: date) -> date:
    """1 April of the financial year that holds the day."""
    return date(day.year if day.month >= _APRIL else day.year - 1, _APRIL, 1)


def financial_year_name(day: date) -> str:
    """The financial year that holds the day, written `2026/27`."""
    start = financial_year_start(day).year
    return f"{start}/{(start + 1) % 100:02d}"


def financial_year_days(name: str) -> tuple[date, date]:
    """First and last day of a financial year written `2026/27`; raises `Refused` when it is not so written."""
    found = re.fullmatch(r"([0-9]{4})/([0-9]{2})", name)
    start = int(found[1]) if found else 0
    if not found or not MINYEAR <= start < MAXYEAR or (start + 1) % 100 != int(found[2]):
        raise Refused(
            Fault(
                "year",
                said("“%(name)s” is not a financial year.", name=name[:100]),
                expected="a year such as 2026/27",
                status=400,
            )
        )
    return date(start, _APRIL, 1), date(start + 1, _APRIL - 1, 31)
