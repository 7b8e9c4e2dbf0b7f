"""What the council bought at one school over the financial years: cost, empty places and full-time places."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from commissioning.charges.figures import figures
from commissioning.charges.periods import Period, financial_year
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from commissioning.ledger.time import financial_year_days, financial_year_name

YEARS_BACK = 4


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """One financial year at a school: pence, of them for empty places, and places as full-time for the whole year."""

    name: str
    cost: int
    void: int
    places: Fraction


async def years_of_school(reader: Reader, urn: int, name: str, position: int) -> list[SchoolYear]:
    """The financial year of a name and the few before it, from the first in which anything was bought."""
    newest = financial_year(name)
    first = newest.first_day.replace(year=newest.first_day.year - YEARS_BACK)
    period = Period(first, newest.last_day)
    asked = await figures(reader, ("kind",), period, position, Filters(provider=(str(urn),)), monthly=True)
    months = [financial_year_name(_day(month)) for month in period.months()]
    names = list(dict.fromkeys(months))
    cost, void, days = dict.fromkeys(names, 0), dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    for (kind,), (costs,) in (await asked.cost(("kind",))).items():
        for year, pence in zip(months, costs, strict=True):
            cost[year] += pence
            void[year] += pence if kind == "void" else 0
    for (counts,) in (await asked.days(())).values():
        for year, count in zip(months, counts, strict=True):
            days[year] += count
    found = [SchoolYear(year, cost[year], void[year], Fraction(days[year], _length(year))) for year in names]
    begun = next((place for place, one in enumerate(found) if one.cost or one.places), len(found))
    return found[begun:]


def _length(name: str) -> int:
    first, last = financial_year_days(name)
    return (last - first).days + 1


def _day(month: int) -> date:
    return date(month // 100, month % 100, 1)
