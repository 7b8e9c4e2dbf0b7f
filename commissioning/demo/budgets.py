"""The invented council's budgets: one for each model and financial year, set in the February before."""

from datetime import date
from decimal import Decimal

from commissioning.demo.agreements import Agreement
from commissioning.demo.notebook import Notebook
from commissioning.demo.timeline import Timeline, financial_year_of

_PLACE = {"state_place": 26_000, "block": 56_000, "framework": 60_000, "spot": 60_500}
_USUAL_PLACE = 58_500
# Set before the year's growth is known: each budget is a little behind what the places turn out to cost.
_PERCENT_BY_YEARS_BACK = (97, 88, 79, 71, 64)


def record_budgets(agreements: tuple[Agreement, ...], timeline: Timeline, notebook: Notebook) -> None:
    """Write a budget for every model and year, from the year of the opening to the year of today."""
    rolls: dict[str, int] = {}
    for agreement in agreements:
        rolls[agreement.model] = rolls.get(agreement.model, 0) + agreement.roll
    this_year = financial_year_of(timeline.today)
    for year in range(timeline.opened_on.year, this_year + 1):
        percent = _PERCENT_BY_YEARS_BACK[this_year - year]
        for model, roll in rolls.items():
            amount = Decimal(roll * _PLACE.get(model, _USUAL_PLACE) * percent // 100_000 * 1_000)
            notebook.note(
                max(date(year, 2, 20), timeline.opened_on),
                "Budgets",
                {
                    "financial_year": f"{year}/{(year + 1) % 100:02d}",
                    "model": model,
                    "provider_urn": None,
                    "amount": amount.quantize(Decimal("0.01")),
                },
            )
