"""An agreement of the ledger with some of its terms changed: what a scenario says of it. Pure."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from contracts.agreement import Agreement
from contracts.commands import MakeAgreement, TermsAsked
from contracts.rates import RateLine
from contracts.terms import Terms, Tier, TierSet

ALL_PAID = Decimal(100)
"""Per cent paid for an empty place where places are committed and nobody says what is paid."""


class Variation(NamedTuple):
    """What is other than agreed; what is None stays. Per cents of prices and of a discount on every place."""

    price_pct: Decimal | None = None
    commitment_places: int | None = None
    void_pct: Decimal | None = None
    discount_pct: Decimal | None = None


def varied(agreement: Agreement, variation: Variation) -> MakeAgreement:
    """What would make the agreement as it is varied, under its own reference and on its own days.

    Where places come to be committed and no price counts for an empty one, prices of education do.
    """
    card = tuple(_priced(line, variation.price_pct) for line in agreement.card)
    if variation.commitment_places and not any(line.void for line in card):
        card = tuple(replace(line, void=line.component == "education") for line in card)
    tiers = agreement.tier_sets
    if variation.discount_pct is not None:
        tiers = (TierSet(tiers=(Tier(from_place=1, discount_pct=variation.discount_pct),)),)
    return MakeAgreement(
        agreement_ref=agreement.ref,
        provider_urn=agreement.provider_urn,
        model=agreement.model,
        title=agreement.title,
        start_on=agreement.start_on,
        end_on=agreement.end_on,
        billing=agreement.billing,
        instalments=agreement.instalments,
        signed_on=agreement.signed_on,
        terms=tuple(_terms(one, variation) for one in agreement.terms),
        tier_sets=tiers,
        rates=card,
    )


def _terms(terms: Terms, variation: Variation) -> TermsAsked:
    places = terms.commitment_places if variation.commitment_places is None else variation.commitment_places
    paid = terms.void_pct if variation.void_pct is None else variation.void_pct
    if places and not terms.commitment_places and variation.void_pct is None:
        paid = ALL_PAID
    return TermsAsked(
        effective_from=terms.effective_from,
        fee_year=terms.fee_year,
        accrual=terms.accrual,
        leaver_rule=terms.leaver_rule,
        notice_weeks=terms.notice_weeks,
        tiering=terms.tiering,
        commitment_places=places,
        void_pct=paid if places else None,
        void_band=terms.void_band if places else None,
        void_setting=terms.void_setting if places else None,
    )


def _priced(line: RateLine, per_cent: Decimal | None) -> RateLine:
    """The line at another price, to the nearest penny."""
    if per_cent is None:
        return line
    amount = line.amount * (1 + per_cent / 100)
    return replace(line, amount=int(amount.quantize(Decimal(1), ROUND_HALF_UP)))
