"""What stands in a financial year at a position, added up from the rows in force there: the start of its totals."""

from collections import defaultdict

from commissioning.charges.periods import financial_year_months, month_days
from commissioning.charges.pupils_on_roll import MonthsMoved, Stay, months_by_model
from commissioning.charges.year_changes import YearChange, YearChanges
from commissioning.ledger.tables import Tables

_IN_FORCE = "c.from_position <= ? AND c.to_position > ?"
_WHOSE = "JOIN charges_series s ON s.id = c.series_id AND s.book = c.book"
_TOUCH = f"c.book = ? AND c.last_day >= ? AND c.first_day <= ? AND {_IN_FORCE}"


def standing_in(tables: Tables, year: int, position: int) -> YearChange:
    """Everything that stands in a year, as one change from nothing; no closing of a row may still wait."""
    found, months = YearChanges([year]), financial_year_months(year)
    marks = ", ".join("?" * len(months))
    for cohort, month, *pence in tables.query(
        "SELECT s.cohort_id, c.month, CAST(SUM(c.cost) AS BIGINT), CAST(SUM(c.health) AS BIGINT), "
        f"CAST(SUM(c.care) AS BIGINT) FROM charges_charge c {_WHOSE} "
        f"WHERE c.book = ? AND c.month IN ({marks}) AND {_IN_FORCE} GROUP BY s.cohort_id, c.month",
        (tables.book, *months, position, position),
    ):
        found.add_pence(cohort, month, (pence[0], pence[1], pence[2]))
    ends = (month_days(months[0])[0].isoformat(), month_days(months[-1])[1].isoformat())
    asked = (tables.book, *ends, position, position)
    for cohort, first_day, last_day, places, on_roll in tables.query(
        "SELECT s.cohort_id, c.first_day, c.last_day, c.places, c.on_roll "
        f"FROM charges_commitment c {_WHOSE} WHERE {_TOUCH}",
        asked,
    ):
        found.add_days(cohort, first_day, last_day, (places, min(places, on_roll)))
    stays: dict[str, list[Stay]] = defaultdict(list)
    for cohort, model, pupil, first_day, last_day in tables.query(
        f"SELECT s.cohort_id, h.model, s.pupil, c.first_day, c.last_day FROM charges_occupancy c {_WHOSE} "
        f"JOIN charges_cohort h ON h.id = s.cohort_id AND h.book = s.book WHERE {_TOUCH}",
        asked,
    ):
        found.add_days(cohort, first_day, last_day, (1,))
        stays[pupil].append(Stay.of_days(model, first_day, last_day))
    for of_pupil in stays.values():
        for model, on_roll in months_by_model(of_pupil, range(year, year + 1)).items():
            found.add_pupil(MonthsMoved(year, model, 0, on_roll))
    return next(found.by_year(), YearChange(year, [], {}))
