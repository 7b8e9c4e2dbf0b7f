"""Each kind of event moves money under the cause that the movement bridge promises."""

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from commissioning.accounts import events as accounts
from commissioning.app import TYPES
from commissioning.charges.causes import MovementCause, cause_of
from commissioning.consultations import events as consultations
from commissioning.finance import events as finance
from commissioning.ledger.copies.giving_up import PositionsGivenUp
from commissioning.ledger.events import Event
from commissioning.placements import events as placements
from commissioning.price_bands import events as price_bands
from commissioning.proposals import events as proposals
from commissioning.uplifts import events as uplifts
from contracts import events as contracts
from contracts.rates import RateLine
from exports.leaving import events as leaving
from exports.redactions import events as redactions
from exports.scenarios import events as scenarios
from exports.views import events as views
from invoices import events as invoices
from invoices.intake import events as invoice_files
from providers import events as providers
from providers.bank import events as bank
from providers.oversight import events as oversight

CAUSES: dict[type[Event], str] = {
    placements.PlacementStarted: "new_placement",
    placements.PlacementEnded: "ended",
    placements.PlacementDatesCorrected: "date_correction",
    placements.ExitStated: "other",
    placements.NoticeGiven: "other",
    placements.PackageChanged: "package_change",
    placements.PlacementMoved: "agreement_change",
    placements.OwnRateCorrected: "rate_change",
    placements.OwnRateWithdrawn: "withdrawal",
    placements.PlacementSuspended: "suspension",
    placements.SuspensionCorrected: "suspension",
    placements.SuspensionWithdrawn: "withdrawal",
    placements.PlacementWithdrawn: "withdrawal",
    placements.PlacementReinstated: "other",
    placements.PlacementCorrected: "other",
    placements.FundingAgreed: "other",
    placements.PupilIdentified: "other",
    placements.PupilDetailsChanged: "other",
    placements.PupilErased: "other",
    placements.SealedFieldsOpened: "other",
    contracts.AgreementMade: "agreement_change",
    contracts.TermsVaried: "agreement_change",
    contracts.TiersSet: "agreement_change",
    contracts.AgreementDetailsChanged: "agreement_change",
    contracts.AgreementEnded: "ended",
    contracts.AgreementExtended: "agreement_change",
    contracts.AgreementDatesCorrected: "date_correction",
    contracts.CardRateAgreed: "rate_change",
    contracts.CardRateCorrected: "rate_change",
    contracts.CardRateWithdrawn: "withdrawal",
    contracts.AcademicYearListed: "calendar",
    providers.ProviderRegistered: "calendar",
    providers.ProviderChanged: "calendar",
    providers.ProviderClosed: "other",
    providers.ProviderReopened: "other",
    placements.ReviewScheduled: "other",
    placements.ReviewHeld: "other",
    placements.ReviewConcluded: "other",
    placements.ReviewCorrected: "other",
    placements.ReviewWithdrawn: "other",
    placements.ReviewStageRecorded: "other",
    placements.ReviewEscalated: "other",
    placements.ReviewEscalationTakenBack: "other",
    placements.ReviewReinstated: "other",
    placements.FirstReviewsSet: "other",
    placements.CaseOfficerNamed: "other",
    PositionsGivenUp: "other",
    **dict.fromkeys(
        (
            *accounts.EVENTS,
            *proposals.EVENTS,
            *bank.EVENTS,
            *oversight.EVENTS,
            *uplifts.EVENTS,
            *consultations.EVENTS,
            *price_bands.EVENTS,
            *price_bands.EVENTS,
            *finance.EVENTS,
            *invoices.EVENTS,
            *leaving.EVENTS,
            *views.EVENTS,
            *scenarios.EVENTS,
            *redactions.EVENTS,
            *invoice_files.EVENTS,
            placements.SealedFieldsOpened,
        ),
        "other",
    ),
}


@pytest.mark.parametrize("kind", CAUSES, ids=lambda kind: kind.__name__)
def test_cause_of_a_kind_of_event(kind: type[Event]) -> None:
    """An event is explained by its kind alone."""
    assert cause_of(kind.model_construct(effective_on=date(2026, 4, 1))) == CAUSES[kind]


def test_an_extra_is_a_package_change_and_a_new_price_of_an_old_thing_a_rate_change() -> None:
    """An own price for something the placement had no price for changes the package; another date is a rate."""
    line = RateLine(
        component="therapy", unit="week", amount=10_000, quantity=Decimal(1), void=False, discount=False, notice=True
    )
    day = date(2026, 4, 1)
    assert cause_of(placements.OwnRateAgreed(effective_on=day, line=line, extra=True)) == "package_change"
    assert cause_of(placements.OwnRateAgreed(effective_on=day, line=line, extra=False)) == "rate_change"


def test_every_kind_of_event_is_looked_at_here() -> None:
    """A kind of event that is added must be given its cause above, and every cause is one the bridge prints."""
    known = {
        *accounts.EVENTS,
        *proposals.EVENTS,
        *bank.EVENTS,
        *providers.EVENTS,
        *oversight.EVENTS,
        *contracts.EVENTS,
        *placements.EVENTS,
        *finance.EVENTS,
        *invoices.EVENTS,
        *leaving.EVENTS,
        *views.EVENTS,
        *scenarios.EVENTS,
        *redactions.EVENTS,
        *uplifts.EVENTS,
        *consultations.EVENTS,
        *price_bands.EVENTS,
        *invoice_files.EVENTS,
        PositionsGivenUp,
    }
    assert sorted(kind.__name__ for kind in known) == TYPES.names()
    assert known == {*CAUSES, placements.OwnRateAgreed}
    assert set(CAUSES.values()) <= set(get_args(MovementCause))
