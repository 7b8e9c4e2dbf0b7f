"""What people ask under the Freedom of Information Act: the average fee by main need."""

from collections import Counter
from fractions import Fraction

from commissioning.charges.figures import figures
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.placements.words import NEEDS
from commissioning.web.language import N_, _
from exports.publications.counting import pupils_by
from exports.publications.small_numbers import WITHHELD, in_words, log, may_be_told, withheld
from exports.result import Column, Result, Value, round_half_away

COLUMNS = (
    Column("need", "text", N_("Need"), names={need: need for need in NEEDS}),  # its words stand beside it
    Column("description", "text", N_("In words"), N_("The need's name.")),
    Column("pupils", "count", N_("Pupils")),
    Column(
        "average_fee",
        "money",
        N_("Average fee"),
        N_("Attendance and notice charges divided by days on roll, for a year."),
    ),
)


async def fees_by_need(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> Result:
    """A row for each need, small ones withheld, and the average over all."""
    asked = await figures(reader, ("need", "kind"), period, as_at.position, filters, monthly=False)
    cost: Counter[str] = Counter()
    for (need, kind), ((pence,),) in (await asked.cost(("need", "kind"))).items():
        if kind != "void" and need is not None:
            cost[need] += pence
    days = {need: count for (need,), ((count,),) in (await asked.days(("need",))).items() if need is not None}
    pupils = await pupils_by(reader, "need", period, as_at.position, filters)
    needs = sorted(need for need, count in days.items() if count)
    rules = withheld([pupils[need] for need in needs], total_is_shown=True)
    rows: list[tuple[Value, ...]] = []
    for place, need in enumerate(needs):
        shown: tuple[Value, Value] = (pupils[need], _average(cost[need], days[need], period))
        rows.append((need, NEEDS[need], *((WITHHELD, WITHHELD) if place in rules else shown)))
    total: dict[str, Value] = {}
    if may_be_told(pupils.values()) and needs:
        together = (await asked.pupils()).together
        everyone = sum(days[need] for need in needs)
        total = {"pupils": together, "average_fee": _average(sum(cost.values()), everyone, period)}
    return Result(
        "publication_foi", _("Average fee by need"), as_at, period, filters, COLUMNS, tuple(rows), total,
        (in_words(rules), _("Empty places that are paid for are of no need, and are left out.")), log(rules),
    )  # fmt: skip


def _average(pence: int, days: int, period: Period) -> int:
    return round_half_away(Fraction(pence * period.days, days))
