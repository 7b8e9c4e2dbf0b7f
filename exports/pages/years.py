"""The choices of a filter form that come from the ledger itself: financial years with charges, home areas."""

from datetime import date
from typing import Any

from commissioning.charges.pages.asked import Asked
from commissioning.charges.pages.showing import select
from commissioning.ledger.time import financial_year_name, financial_year_start
from commissioning.web.language import _

YEARS_AHEAD = 2


async def year_options(question: Asked) -> dict[str, Any]:
    """The financial years with charges up to two ahead, the newest first."""
    rows = await question.reader.query(
        "SELECT (SELECT month FROM charges_charge WHERE book = ? ORDER BY month LIMIT 1), "
        "(SELECT month FROM charges_charge WHERE book = ? ORDER BY month DESC LIMIT 1)",
        [await question.reader.number()] * 2,
    )
    this_year = financial_year_start(question.day).year
    first, last = (financial_year_start(_month_day(month)).year if month else this_year for month in rows[0])
    last = min(last, this_year + YEARS_AHEAD)
    years = range(max(last, this_year), min(first, this_year) - 1, -1)
    names = [financial_year_name(date(year, 4, 1)) for year in years]
    blank = _("This year, %(year)s", year=financial_year_name(question.day))
    return {**select("year", _("Financial year"), {name: name for name in names}), "blank": blank}


async def area_options(question: Asked) -> dict[str, Any]:
    """The home areas that any charge was ever for."""
    rows = await question.reader.query(
        "SELECT DISTINCT home_area FROM charges_series WHERE book = ? AND home_area IS NOT NULL ORDER BY home_area",
        (await question.reader.number(),),
    )
    return select("area", _("Home area"), {row[0]: row[0] for row in rows})


def _month_day(month: int) -> date:
    return date(month // 100, month % 100, 1)
