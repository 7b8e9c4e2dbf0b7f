"""What puts back how an agreement stood before an event: the commands by which that event is undone. Pure.

Undone terms or tiers leave a version from their day that says what held before it: nothing is taken out of the log, and
every day is priced as it was.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from commissioning.ledger.events import Event
from contracts import events
from contracts.agreement import Agreement, Change
from contracts.commands import (
    AgreeCardRate,
    ChangeAgreementDetails,
    CorrectAgreementDates,
    SetTiers,
    TermsAsked,
    VaryTerms,
    WithdrawCardRate,
)
from contracts.series import line_at, same_line
from contracts.terms import Terms, Tier, TierSet
from contracts.versions import resolved, version_on

NO_DISCOUNT = (Tier(from_place=1, discount_pct=Decimal(0)),)
"""The tiers that say what holds before any set is agreed."""


def reversal(event: Event, before: Agreement | None) -> list[Change]:
    """The commands that reverse an event, given the agreement right before it; none where it cannot be reversed."""
    reverse = _REVERSALS.get(type(event))
    return [] if before is None or reverse is None else reverse(event, before)


def _terms_back(event: events.TermsVaried, before: Agreement) -> list[Change]:
    day = resolved(event.terms, before.start_on)
    held = version_on(before.terms, day, before.start_on) or before.terms[0]
    return [VaryTerms(agreement_ref=before.ref, terms=_asked(held, event.terms))]


def _asked(held: Terms, undone: Terms) -> TermsAsked:
    """What held before, stated from the day of the terms that are undone."""
    stated = {name: getattr(held, name) for name in TermsAsked.model_fields}
    return TermsAsked(**stated | {"effective_from": undone.effective_from})


def _tiers_back(event: events.TiersSet, before: Agreement) -> list[Change]:
    day = resolved(event.tier_set, before.start_on)
    held = version_on(before.tier_sets, day, before.start_on)
    tiers = NO_DISCOUNT if held is None else held.tiers
    return [SetTiers(agreement_ref=before.ref, tier_set=TierSet(effective_from=day, tiers=tiers))]


def _rate_gone(event: events.CardRateAgreed, before: Agreement) -> list[Change]:
    return [WithdrawCardRate(agreement_ref=before.ref, line=event.line)]


def _rate_back(event: events.CardRateCorrected | events.CardRateWithdrawn, before: Agreement) -> list[Change]:
    held = line_at(before.card, event.line, before.start_on)
    if held is None or (
        isinstance(event, events.CardRateWithdrawn) and not same_line(held, event.line, before.start_on)
    ):
        return []  # a price was withdrawn that did not hold
    return [AgreeCardRate(agreement_ref=before.ref, line=held)]


def _end_back(_event: Event, before: Agreement) -> list[Change]:
    return [CorrectAgreementDates(agreement_ref=before.ref, start_on=before.start_on, end_on=before.end_on)]


def _dates_back(event: events.AgreementDatesCorrected, before: Agreement) -> list[Change]:
    """A start that moved may have let versions go, or made one the first; all are stated again."""
    dates = _end_back(event, before)
    if event.start_on == before.start_on:
        return dates
    tier_sets = before.tier_sets
    if tier_sets and resolved(tier_sets[0], before.start_on) > before.start_on:
        tier_sets = (TierSet(tiers=NO_DISCOUNT), *tier_sets)
    versions = [VaryTerms(agreement_ref=before.ref, terms=_asked(one, one)) for one in before.terms]
    return [*dates, *versions, *(SetTiers(agreement_ref=before.ref, tier_set=one) for one in tier_sets)]


def _details_back(_event: events.AgreementDetailsChanged, before: Agreement) -> list[Change]:
    return [
        ChangeAgreementDetails(
            agreement_ref=before.ref,
            provider_urn=before.provider_urn,
            model=before.model,
            title=before.title,
            billing=before.billing,
            instalments=before.instalments,
            signed_on=before.signed_on,
        )
    ]


_REVERSALS: dict[type[Event], Callable[[Any, Agreement], list[Change]]] = {
    events.TermsVaried: _terms_back,
    events.TiersSet: _tiers_back,
    events.CardRateAgreed: _rate_gone,
    events.CardRateCorrected: _rate_back,
    events.CardRateWithdrawn: _rate_back,
    events.AgreementEnded: _end_back,
    events.AgreementExtended: _end_back,
    events.AgreementDatesCorrected: _dates_back,
    events.AgreementDetailsChanged: _details_back,
}
