"""Year groups, and when a pupil comes to the end of a phase of education. Pure.

A month of birth gives the year group: whoever is born from September to August goes through school together. Reception
is year group 0 and the year before it, in nursery, -1.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from commissioning.placements.facts import Phase
from commissioning.web.language import _

LAST_YEAR_GROUP: Final[Mapping[Phase, int]] = {"early_years": 0, "primary": 6, "secondary": 11, "post_16": 14}
"""The year group with which each phase ends: Reception, Years 6 and 11, and of a special school Year 14."""
NEXT_PHASE: Final[Mapping[Phase, Phase]] = {"early_years": "primary", "primary": "secondary", "secondary": "post_16"}
"""The phase that follows on each but the last."""

_SEPTEMBER: Final = 9
_RECEPTION_AFTER: Final = 5
"""Academic years from that of birth to the one in Reception."""


def year_group(birth_month: str, day: date) -> int:
    """The year group on a day of somebody born in a month such as `2013-05`."""
    return academic_year(day) - _born_in(birth_month) - _RECEPTION_AFTER


def end_of_phase(birth_month: str, phase: Phase, last_year_group: int | None = None) -> date:
    """The last day of the academic year in which somebody is in the last year group of a phase."""
    last = LAST_YEAR_GROUP[phase] if last_year_group is None else last_year_group
    return date(_born_in(birth_month) + _RECEPTION_AFTER + last + 1, _SEPTEMBER - 1, 31)


def year_group_in_words(group: int) -> str:
    """A year group as schools call it."""
    if group < 0:
        return _("Nursery")
    return _("Reception") if group == 0 else _("Year %(number)s", number=group)


def academic_year(day: date) -> int:
    """The calendar year in which the academic year of a day begins, on 1 September."""
    return day.year if day.month >= _SEPTEMBER else day.year - 1


def _born_in(birth_month: str) -> int:
    """The academic year of birth."""
    return academic_year(date.fromisoformat(f"{birth_month}-01"))
