"""What was invoiced and paid of a period's days by a day, by model, school or month, for the budget monitor."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Literal, NamedTuple

from commissioning.charges.known import agreements_as_at
from commissioning.charges.periods import Period, month_days, month_name
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from exports.payments.billed_days import BilledDays, billed_by

KNOWN_OF_A_LINE = frozenset({"provider", "model", "agreement", "placement"})
"""The filters that a line of an invoice answers; the rest are facts of a placement that change with its days."""


class Invoiced(NamedTuple):
    """Pence without VAT: what bills say of some days, and what was paid of them."""

    invoiced: int
    paid: int


async def invoiced(
    reader: Reader, as_at: AsAt, period: Period, filters: Filters, by: Literal["model", "provider", "month"], day: date
) -> dict[str | None, Invoiced] | None:
    """What was received and paid by a day, by the values of the key; None where the filters ask more than bills say.

    A line that covers several months falls on them in equal days.
    """
    chosen = filters.chosen()
    if not chosen.keys() <= KNOWN_OF_A_LINE:
        return None
    models = {ref: one.model for ref, one in (await agreements_as_at(reader, as_at.position)).items()}
    found: dict[str | None, Invoiced] = defaultdict(lambda: Invoiced(0, 0))
    for one in await billed_by(reader, as_at, day):
        facts = {
            "provider": str(one.invoice.provider_urn),
            "model": models.get(one.agreement_ref or ""),
            "agreement": one.agreement_ref,
            "placement": one.placement_ref,
        }
        if all(facts[name] in wanted for name, wanted in chosen.items()):
            for month, pence in _by_month(one, period):
                name = month if by == "month" else facts[by]
                before = found[name]
                found[name] = Invoiced(before.invoiced + (0 if one.paid else pence), before.paid + one.paid * pence)
    return dict(found)


def _by_month(one: BilledDays, period: Period) -> list[tuple[str, int]]:
    """What falls on each month of the period."""
    found = []
    for month in period.months():
        first, last = month_days(month)
        if one.first_day <= last and one.last_day >= first:
            pence = one.before(last + timedelta(days=1), None) - one.before(first, None)
            found.append((month_name(month), pence))
    return found
