"""Why a pupil costs more or less under other terms, in a sentence made of the prices themselves."""

from typing import get_args

from commissioning.web.words import percent, pounds
from contracts.pricing.accrual import ChargeKind
from contracts.rates import Component
from contracts.words import COMPONENTS
from exports.counterfactual.prices import Parts, Repriced


def reasons_of(bought: Parts, repriced: Repriced) -> str:
    """The differences by component, those of notice apart, and the discount that the place has; the largest first."""
    found: list[tuple[int, str]] = []
    for component in get_args(Component):
        key: tuple[Component, ChargeKind] = (component, "attendance")
        found.append(_difference(COMPONENTS[component], bought.get(key, 0), repriced.parts.get(key, 0)))
    notice = [
        sum(pence for (_, kind), pence in parts.items() if kind == "notice") for parts in (bought, repriced.parts)
    ]
    found.append(_difference("Notice after leaving", notice[0], notice[1]))
    told = [words for size, words in sorted(found, key=lambda one: -one[0]) if size]
    told = told or ["the same price"]
    if repriced.discounts:
        listed = " and ".join(percent(discount, 2) for discount in repriced.discounts)
        told.append(f"with {listed} off its place")
    return "; ".join(told)


def _difference(name: str, before: int, after: int) -> tuple[int, str]:
    """The size of a difference and its words."""
    size = abs(after - before)
    if not after and before > 0:
        return size, f"{name} {pounds(before)} less: not charged under these terms"
    if not before and after > 0:
        return size, f"{name} {pounds(after)} more: not bought now"
    return size, f"{name} {pounds(size)} {'more' if after > before else 'less'}"
