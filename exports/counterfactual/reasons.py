"""Why a pupil costs more or less under other terms, in a sentence made of the prices themselves."""

from typing import get_args

from commissioning.web.language import _
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
    found.append((_("Notice after leaving"), _notice(bought), _notice(repriced.parts)))
    differing = sorted((one for one in found if one[1] != one[2]), key=lambda one: -abs(one[1] - one[2]))
    told = [_difference(*one) for one in differing] or [_("the same price")]
    if repriced.discounts:
        listed, *others = [percent(discount, 2) for discount in repriced.discounts]
        for other in others:
            listed = _("%(first)s and %(second)s", first=listed, second=other)
        told.append(_("with %(listed)s off its place", listed=listed))
    return "; ".join(told)


def _notice(parts: Parts) -> int:
    return sum(pence for (_component, kind), pence in parts.items() if kind == "notice")


def _difference(name: str, before: int, after: int) -> str:
    if not after and before > 0:
        return _("%(name)s %(before)s less: not charged under these terms", name=name, before=pounds(before))
    if not before and after > 0:
        return _("%(name)s %(after)s more: not bought now", name=name, after=pounds(after))
    told = {"name": name, "gap": pounds(abs(after - before))}
    return _("%(name)s %(gap)s more", **told) if after > before else _("%(name)s %(gap)s less", **told)
