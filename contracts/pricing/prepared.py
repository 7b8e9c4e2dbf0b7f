"""An agreement made ready for pricing: its terms and tiers as spans, its card as held lines.

Many placements are priced under one agreement, so the preparation is kept, in a small bounded store.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Final, NamedTuple

from contracts.pricing.days import Day, day_or_open, spans_between
from contracts.pricing.facts import AgreementFacts
from contracts.pricing.lines import AccrualSpan, HeldLine, PricedLine, held_lines, lines_for
from contracts.rates import RateLine
from contracts.terms import Setting, Terms, TierSet

Tiers = tuple[tuple[int, Decimal], ...]
"""(first place, discount in per cent) from place 1 upwards."""


class TermsSpan(NamedTuple):
    """Days on which one version of the terms holds."""

    first: Day
    last: Day
    terms: Terms


class TiersSpan(NamedTuple):
    """Days on which one set of tiers holds."""

    first: Day
    last: Day
    tiers: Tiers


NO_TIERS: Final[Tiers] = ((1, Decimal(0)),)


class PreparedAgreement:
    """What pricing asks of an agreement. Terms and tiers reach from the first day of time to an open end."""

    def __init__(
        self,
        start_on: date,
        end_on: date | None,
        terms: Sequence[Terms],
        tier_sets: Sequence[TierSet],
        card: Sequence[RateLine],
    ) -> None:
        self.first: Day = start_on.toordinal()
        self.last: Day = day_or_open(end_on)
        self.terms = _terms_spans(terms)
        self.tiers = _tiers_spans(tier_sets, self.first)
        self.accruals = _accrual_spans(self.terms)
        self.roll_matters = bool(tier_sets) or any(version.commitment_places > 0 for version in terms)
        self._card: list[HeldLine] = held_lines(card, self.first, self.accruals)
        self._bands = {line.band for line in card}
        self._by_package: dict[tuple[str | None, Setting | None], tuple[PricedLine, ...]] = {}

    def card_lines(self, band: str | None, setting: Setting | None) -> tuple[PricedLine, ...]:
        """Take the card's lines for a package; a blank band or setting matches only blank."""
        known_band = band if band in self._bands else None
        package = (known_band, setting)
        if package not in self._by_package:
            self._by_package[package] = lines_for(self._card, known_band, setting)
        return self._by_package[package]

    def terms_on(self, day: Day) -> Terms:
        """Give the terms that hold on a day."""
        return next(span.terms for span in self.terms if span.first <= day <= span.last)

    def tiers_on(self, day: Day) -> Tiers:
        """Give the tiers that hold on a day."""
        return next(span.tiers for span in self.tiers if span.first <= day <= span.last)


def _terms_spans(versions: Sequence[Terms]) -> tuple[TermsSpan, ...]:
    """Lay the versions out; the first holds from the start, however it is dated."""
    firsts = [0] + [_dated(version.effective_from) for version in versions[1:]]
    return tuple(
        TermsSpan(first, last, version)
        for (first, last), version in zip(spans_between(firsts), versions, strict=True)
        if first <= last
    )


def _tiers_spans(sets: Sequence[TierSet], agreement_start: Day) -> tuple[TiersSpan, ...]:
    """Lay the sets out; before the first dated one there is no discount."""
    firsts = [0]
    tiers: list[Tiers] = [NO_TIERS]
    for tier_set in sets:
        firsts.append(agreement_start if tier_set.effective_from is None else _dated(tier_set.effective_from))
        tiers.append(tuple(sorted((tier.from_place, tier.discount_pct) for tier in tier_set.tiers)))
    return tuple(
        TiersSpan(first, last, held)
        for (first, last), held in zip(spans_between(firsts), tiers, strict=True)
        if first <= last
    )


def _accrual_spans(terms: Sequence[TermsSpan]) -> tuple[AccrualSpan, ...]:
    """Join neighbouring versions of the terms that spread yearly prices alike."""
    joined = []
    for (accrual, fee_year), group in groupby(terms, key=lambda span: (span.terms.accrual, span.terms.fee_year)):
        spans = list(group)
        joined.append(AccrualSpan(spans[0].first, spans[-1].last, accrual, fee_year))
    return tuple(joined)


def _dated(effective_from: date | None) -> Day:
    return 0 if effective_from is None else effective_from.toordinal()


_Source = tuple[date, date | None, tuple[Terms, ...], tuple[TierSet, ...], tuple[RateLine, ...]]
_KEPT: Final = 1024
_kept: dict[str, tuple[_Source, PreparedAgreement]] = {}


def prepare(agreement: AgreementFacts) -> PreparedAgreement:
    """Prepare an agreement, or give the preparation made before from equal facts.

    Facts are compared, not trusted to be the same object: rows are frozen, so comparing the very same rows
    costs a few nanoseconds each, and a changed card can never be priced as the old one.
    """
    source: _Source = (
        agreement.start_on,
        agreement.end_on,
        tuple(agreement.terms),
        tuple(agreement.tier_sets),
        tuple(agreement.card),
    )
    kept = _kept.get(agreement.ref)
    if kept is not None and kept[0] == source:
        return kept[1]
    prepared = PreparedAgreement(*source)
    if len(_kept) >= _KEPT:
        _kept.clear()
    _kept[agreement.ref] = (source, prepared)
    return prepared
