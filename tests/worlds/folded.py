"""What a book costs when its log is folded and everything priced afresh: no increments, no tables, no memory.

Rests on the product's fold and its pricing of one agreement, which the brute force judges; it is the measure of
the part between them, that decides after each event what to price again.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from commissioning.app import AGGREGATES
from commissioning.charges.periods import month_name
from commissioning.ledger.events import Recorded
from commissioning.ledger.time import OPEN_DAY
from commissioning.placements.placement import Placement
from contracts.agreement import Agreement
from contracts.calendar import Calendar, school_calendar
from contracts.pricing.accrual import MonthCharge
from contracts.pricing.days import date_or_none
from contracts.pricing.placement import price_placement
from contracts.pricing.roll import call_roll
from contracts.pricing.voids import price_voids

KEYS = (
    "month", "agreement", "placement", "component", "kind", "need", "phase", "setting", "band", "area", "route",
    "model", "provider", "funder",
)  # fmt: skip
"""The keys of the pence, as the spend report names them."""
SPAN_KEYS = ("agreement", "placement", "need", "phase", "setting", "band", "area", "route", "model", "provider")
EVOLVE = {aggregate.name: aggregate.evolve for aggregate in AGGREGATES}


@dataclass
class Fresh:
    """Pence by `KEYS`, and days on roll, without a price and committed, by what they are for and their span."""

    pence: dict[tuple[Any, ...], int] = field(default_factory=lambda: defaultdict(int))
    occupied: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    unpriced: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    committed: Counter[tuple[Any, ...]] = field(default_factory=Counter)

    def add(self, other: "Fresh") -> None:
        """Takes another agreement's figures in."""
        for key, pence in other.pence.items():
            self.pence[key] += pence
        self.occupied += other.occupied
        self.unpriced += other.unpriced
        self.committed += other.committed


class Folded:
    """The states of every stream as events are taken in."""

    def __init__(self) -> None:
        self._states: dict[str, dict[str, Any]] = {name: {} for name in EVOLVE}
        self._priced: dict[str, tuple[list[Any], Fresh]] = {}

    def take(self, recorded: Recorded) -> None:
        """Folds one event in."""
        name, _, key = recorded.stream.partition(":")
        self._states[name][key] = EVOLVE[name](self._states[name].get(key), recorded.event)

    def priced(self) -> Fresh:
        """Everything priced; an agreement whose facts are all the very same objects is not worked out twice."""
        whole = Fresh()
        for agreement in self._states["agreement"].values():
            provider = self._states["provider"].get(str(agreement.provider_urn))
            name = (provider.facts.calendar if provider else None) or "default"
            calendar = self._states["calendar"].get(name, Calendar(name, {}))
            placements = [
                placement
                for placement in self._states["placement"].values()
                if not placement.withdrawn and agreement.ref in {one.agreement_ref for one in placement.versions}
            ]
            facts = [agreement, calendar, *placements]
            known = self._priced.get(agreement.ref)
            if known is None or list(map(id, known[0])) != list(map(id, facts)):
                known = self._priced[agreement.ref] = (facts, price_agreement(agreement, calendar, placements))
            whole.add(known[1])
        whole.pence = {key: pence for key, pence in whole.pence.items() if pence}
        return whole


def price_agreement(agreement: Agreement, calendar: Calendar, placements: list[Placement]) -> Fresh:
    """One agreement with all placements that ever stood on it."""
    fresh, days = Fresh(), school_calendar(calendar)
    whose = (agreement.model, str(agreement.provider_urn))
    roll = call_roll(agreement, placements, days)
    for placement in placements:
        price = price_placement(agreement, placement, days, roll.stays[placement.ref])
        places = [
            (placement.need, one.phase, one.setting, one.band, one.home_area, one.route) for one in placement.versions
        ]
        head = (agreement.ref, placement.ref)
        for charge in price.charges:
            add_charge(fresh, charge, head, (*places[charge.version], *whose))
        for span in price.occupied:
            fresh.occupied[*head, *places[span.version], *whose, *ends(span.first_day, span.last_day)] += 1
        for gap in price.unpriced:
            why = (gap.reason, gap.calendar, gap.academic_year)
            fresh.unpriced[placement.ref, agreement.ref, *ends(gap.first_day, gap.last_day), *why] += 1
    nobody = (None,) * 6
    for charge in price_voids(agreement, days, roll.voids):
        add_charge(fresh, charge, (agreement.ref, None), (*nobody, *whose))
    for held in roll.commitments:
        counts = (held.places, held.on_roll, held.in_notice)
        fresh.committed[
            agreement.ref, None, *nobody, *whose, *ends(date.fromordinal(held.first), date_or_none(held.last)), *counts
        ] += 1
    return fresh


def add_charge(fresh: Fresh, charge: MonthCharge, head: tuple[Any, ...], rest: tuple[Any, ...]) -> None:
    """Takes a month's charge in, by funder."""
    key = (month_name(charge.month), *head, charge.component, charge.kind, *rest)
    shares = (charge.cost - charge.health - charge.care, charge.health, charge.care)
    for funder, share in zip(("education", "health", "care"), shares, strict=True):
        fresh.pence[*key, funder] += share


def ends(first_day: date, last_day: date | None) -> tuple[date, date]:
    """The ends of a span, an open one at the last of all days."""
    return first_day, last_day or OPEN_DAY
