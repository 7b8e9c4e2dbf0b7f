"""Models by stratum: what each costs children of one need, phase and setting, and on how many days (pricing.md §8)."""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from commissioning.charges.figures import figures
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.time import financial_year_days, financial_year_name

Stratum = tuple[str, str, str]
"""Need, phase and setting."""

DAYS_OF_SEVERAL_YEARS = Fraction(1461, 4)


@dataclass(slots=True)
class Group:
    """The days and pence of one model, or of the whole cohort."""

    days: dict[Stratum, int] = field(default_factory=lambda: defaultdict(int))
    pence: dict[Stratum, int] = field(default_factory=lambda: defaultdict(int))
    kinds: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    pupils: int = 0
    committed: int = 0
    filled: int = 0

    @property
    def occupied_days(self) -> int:
        """Calendar days on roll."""
        return sum(self.days.values())

    @property
    def cost(self) -> int:
        """Attendance, notice and void charges in pence."""
        return sum(self.kinds.values())

    def strata(self) -> set[Stratum]:
        """The strata this group serves."""
        return {stratum for stratum, days in self.days.items() if days}

    def rate(self, stratum: Stratum) -> Fraction:
        """Attendance and notice pence per day on roll in a stratum it serves."""
        return Fraction(self.pence[stratum], self.days[stratum])

    def per_day(self, pence: int) -> Fraction | None:
        """Pence per day on roll, None where nobody was on roll."""
        return Fraction(pence, self.occupied_days) if self.occupied_days else None


async def model_groups(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> tuple[dict[str, Group], Group]:
    """The models of a cohort, and the cohort itself."""
    groups: dict[str, Group] = defaultdict(Group)
    by = ("model", "need", "phase", "setting")
    asked = await figures(reader, (*by, "kind"), period, as_at.position, filters, monthly=False)
    for (model, need, phase, setting, kind), ((cost,),) in (await asked.cost((*by, "kind"))).items():
        groups[model].kinds[kind] += cost
        if kind != "void":
            groups[model].pence[need, phase, setting] += cost
    for (model, need, phase, setting), ((days,),) in (await asked.days(by)).items():
        groups[model].days[need, phase, setting] += days
    for (model,), ((committed,), (filled,)) in (await asked.places(("model",))).items():
        groups[model].committed, groups[model].filled = committed, filled
    pupils = await asked.pupils()
    for model, count in pupils.by_model.items():
        groups[model].pupils = count
    # What was replaced comes to nothing, and leaves a model that is not there at all.
    found = {model: group for model, group in groups.items() if group.cost or group.occupied_days or group.committed}
    return found, _together(found, pupils.together)


def _together(groups: dict[str, Group], pupils: int) -> Group:
    cohort = Group(pupils=pupils)
    for group in groups.values():
        for stratum, days in group.days.items():
            cohort.days[stratum] += days
        for stratum, pence in group.pence.items():
            cohort.pence[stratum] += pence
        for kind, pence in group.kinds.items():
            cohort.kinds[kind] += pence
        cohort.committed += group.committed
        cohort.filled += group.filled
    return cohort


def days_in_year(period: Period) -> Fraction:
    """Days of the financial year that holds the period; 365.25 for a period of several."""
    first, last = financial_year_name(period.first_day), financial_year_name(period.last_day)
    if first != last:
        return DAYS_OF_SEVERAL_YEARS
    start, end = financial_year_days(first)
    return Fraction((end - start).days + 1)
