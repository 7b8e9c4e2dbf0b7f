"""Why a pupil costs more or less under other terms, in a sentence made of the prices themselves."""

from typing import get_args

from commissioning.web.words import percent, pounds
from contracts.rates import Component
from contracts.words import COMPONENTS
from exports.counterfactual.prices import Parts, Repriced


def reasons_of(bought: Parts, repriced: Repriced) -> str:
    """The differences by component, those of notice apart, and the discount that the place has; the largest first."""
    found = [
        (
            COMPONENTS[component],
            bought.get((component, "attendance"), 0),
            repriced.parts.get((component, "attendance"), 0),
        )
        for component in get_args(Component)
    ]
    found.append(("Notice after leaving", _notice(bought), _notice(repriced.parts)))
    differing = sorted((one for one in found if one[1] != one[2]), key=lambda one: -abs(one[1] - one[2]))
    told = [_difference(*one) for one in differing] or ["the same price"]
    if repriced.discounts:
        listed = " and ".join(percent(discount, 2) for discount in repriced.discounts)
        told.append(f"with {listed} off its place")
    return "; ".join(told)


def _notice(parts: Parts) -> int:
    return sum(pence for (_, kind), pence in parts.items() if kind == "notice")


def _difference(name: str, before: int, after: int) -> str:
    if not after and before > 0:
        return f"{name} {pounds(before)} less: not charged under these terms"
    if not before and after > 0:
        return f"{name} {pounds(after)} more: not bought now"
    return f"{name} {pounds(abs(after - before))} {'more' if after > before else 'less'}"
