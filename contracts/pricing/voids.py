"""What an agreement's empty committed places cost: charges of the agreement, not of a pupil (pricing.md §5)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from math import lcm
from typing import Final

from contracts.pricing.accrual import MonthCharge, Piece, Pieces, month_charges
from contracts.pricing.calendar import SchoolCalendar
from contracts.pricing.extent import EVERYTHING, Extent
from contracts.pricing.facts import AgreementFacts
from contracts.pricing.prepared import PreparedAgreement, prepare
from contracts.pricing.register import VoidSpan
from contracts.pricing.rounding import Ratio, kept_after, per_cent
from contracts.rates import Component

NO_VERSION: Final = -1


def price_voids(
    agreement: AgreementFacts, calendar: SchoolCalendar, voids: Iterable[VoidSpan], extent: Extent = EVERYTHING
) -> list[MonthCharge]:
    """Price the empty places of an agreement's roll; education bears them all and `version` is -1.

    Charges are those of the extent, which must be of whole financial years.
    """
    return month_charges(pieces_of_voids(agreement, voids, extent), {}, {}, calendar)


def pieces_of_voids(agreement: AgreementFacts, voids: Iterable[VoidSpan], extent: Extent) -> Pieces:
    """Give the exact prices that the empty places of a roll are charged at, on which days."""
    prepared = prepare(agreement)
    pieces: Pieces = defaultdict(list)
    for void in voids:
        first, last = max(void.first, extent.first), min(void.last, extent.last)
        if first <= last:
            _charge(VoidSpan(first, last, void.empty), prepared, extent.components, pieces)
    return pieces


def _charge(void: VoidSpan, prepared: PreparedAgreement, components: Collection[Component], pieces: Pieces) -> None:
    """Add each line that is charged on an empty place, times the places; one version of the terms holds."""
    terms = prepared.terms_on(void.first)
    payable = per_cent(terms.void_pct)
    if not payable.numerator:
        return
    undiscounted = Ratio(sum(count for _, count in void.empty), 1)
    discounted = _discounted_places(void) if any(discount_pct for discount_pct, _ in void.empty) else undiscounted
    for line in prepared.card_lines(terms.void_band, terms.void_setting):
        first, last = max(line.first, void.first), min(line.last, void.last)
        if not line.void or first > last or line.component not in components:
            continue
        places = discounted if line.discount else undiscounted
        numerator = line.numerator * payable.numerator * places.numerator
        denominator = line.denominator * payable.denominator * places.denominator
        piece = Piece(NO_VERSION, first, last, line.measure, numerator, denominator, line.rate)
        pieces[line.component, "void"].append(piece)


def _discounted_places(void: VoidSpan) -> Ratio:
    """Add up what is left of each empty place after its discount: two places at 10% off are 1.8."""
    kept = [(kept_after(discount_pct), count) for discount_pct, count in void.empty]
    denominator = lcm(*(part.denominator for part, _ in kept))
    return Ratio(sum(count * part.numerator * (denominator // part.denominator) for part, count in kept), denominator)
