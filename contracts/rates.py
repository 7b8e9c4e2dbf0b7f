"""A rate line: one price for one component in one unit, from a day (pricing.md §2).

A line stands on an agreement's card or is a placement's own. Lines with the same component, unit, band and
setting form one series; the latest of a series not after a day holds on that day.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from contracts.terms import Setting

Component = Literal[
    "education",
    "residential",
    "therapy",
    "support",
    "care",
    "transport",
    "assessment",
    "equipment",
    "other",
]
Unit = Literal["year", "term", "week", "day", "hour", "once"]


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class RateLine:
    """One price. `amount` is pence excluding VAT and may be negative; `quantity` is the days or hours a week.

    `effective_from` None means the owner's start_on. The three flags are stored resolved: a blank cell has
    become its default before a line is made. States hold lines, terms and versions by the ten thousand: they are
    dataclasses with slots, which are checked as models are and take a quarter of the memory.
    """

    component: Component
    unit: Unit
    amount: int
    quantity: Decimal
    band: str | None = None
    setting: Setting | None = None
    effective_from: date | None = None
    void: bool
    discount: bool
    notice: bool


def usual_quantity(unit: Unit) -> Decimal:
    """Give the quantity of a line that states none: five days a week, else one."""
    return Decimal(5) if unit == "day" else Decimal(1)


def usual_notice(component: Component, unit: Unit) -> bool:
    """Say whether a line that does not say is charged on notice days."""
    return component != "transport" and unit != "hour"
