"""Periods of whole months, in which every report runs (pricing.md §6), and the names they print as."""

from dataclasses import dataclass
from datetime import date, timedelta

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.time import financial_year_days, financial_year_name, financial_year_start
from commissioning.web.language import _
from commissioning.web.words import day as day_words

MONTHS_IN_A_YEAR = 12
_APRIL = 4
_DECEMBER = 12
_MONTHS_IN_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months from a first day to a last, both within the period."""

    first_day: date
    last_day: date

    @property
    def days(self) -> int:
        """Calendar days in the period."""
        return (self.last_day - self.first_day).days + 1

    def months(self) -> list[int]:
        """The months as numbers, `202604`."""
        months, day = [], self.first_day
        while day <= self.last_day:
            months.append(day.year * 100 + day.month)
            day = _next_month(day)
        return months

    def by_year(self) -> list["Period"]:
        """The period cut at the ends of its financial years."""
        parts, first = [], self.first_day
        while first <= self.last_day:
            last = min(self.last_day, date(financial_year_start(first).year + 1, _APRIL, 1) - timedelta(days=1))
            parts.append(Period(first, last))
            first = last + timedelta(days=1)
        return parts

    def in_words(self) -> str:
        """The names of its financial years where it is of whole ones, else its days."""
        first, last = financial_year_name(self.first_day), financial_year_name(self.last_day)
        if (self.first_day, self.last_day) == (financial_year_days(first)[0], financial_year_days(last)[1]):
            return first if first == last else _("%(first)s to %(last)s", first=first, last=last)
        return _("%(first)s to %(last)s", first=day_words(self.first_day), last=day_words(self.last_day))


def financial_year(name: str) -> Period:
    """The period of a financial year written `2026/27`."""
    return Period(*financial_year_days(name))


def whole_months(first_day: date, last_day: date) -> Period:
    """The period between two days; `Refused`, naming the nearest whole months, when it cuts a month."""
    if last_day < first_day:
        raise Refused(
            Fault(
                "period",
                said(
                    "The period ends on %(last_day)s before it begins on %(first_day)s.",
                    last_day=last_day,
                    first_day=first_day,
                ),
                "period",
                status=400,
            )
        )
    first, last = first_day.replace(day=1), _last_of_month(last_day)
    if (first, last) != (first_day, last_day):
        raise Refused(
            Fault(
                "period",
                said("The period %(first_day)s to %(last_day)s cuts a month.", first_day=first_day, last_day=last_day),
                "period",
                said("whole months, the nearest being %(first)s to %(last)s", first=first, last=last),
                status=400,
            )
        )
    return Period(first_day, last_day)


def month_days(month: int) -> tuple[date, date]:
    """First and last day of a month given as `202604`."""
    first = date(month // 100, month % 100, 1)
    return first, _last_of_month(first)


def month_in_year(month: int) -> tuple[int, int]:
    """The calendar year in which the month's financial year began, and the month's place there, April's being 0."""
    return divmod(month // 100 * MONTHS_IN_A_YEAR + month % 100 - _APRIL, MONTHS_IN_A_YEAR)


def financial_year_months(year: int) -> list[int]:
    """The months, `202604`, of the financial year that began in a calendar year."""
    return Period(*financial_year_days(financial_year_name(date(year, _APRIL, 1)))).months()


def month_number(day: str) -> int:
    """The month of a day in ISO 8601, numbered through so that a financial year from April holds twelve in a row."""
    return int(day[:4]) * MONTHS_IN_A_YEAR + int(day[5:7]) - _APRIL


def month_name(month: int) -> str:
    """`2026-04`."""
    return f"{month // 100}-{month % 100:02d}"


def quarter_name(month: int) -> str:
    """`2026/27 Q1`: quarters of the financial year, from April."""
    start = financial_year_start(date(month // 100, month % 100, 1))
    since_april = (month // 100 - start.year) * 12 + month % 100 - start.month
    return f"{financial_year_name(start)} Q{since_april // _MONTHS_IN_A_QUARTER + 1}"


def year_name(month: int) -> str:
    """The financial year of a month, `2026/27`."""
    return financial_year_name(date(month // 100, month % 100, 1))


def _next_month(day: date) -> date:
    return date(day.year + 1, 1, 1) if day.month == _DECEMBER else date(day.year, day.month + 1, 1)


def _last_of_month(day: date) -> date:
    return _next_month(day.replace(day=1)) - timedelta(days=1)
