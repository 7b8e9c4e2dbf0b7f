"""Why an event moves money, in the words of the movement bridge (pricing.md §7)."""

from typing import Literal

from commissioning.ledger.events import Event
from commissioning.placements import events as placements
from contracts import events as contracts
from providers import events as providers

MovementCause = Literal[
    "new_placement",
    "ended",
    "date_correction",
    "rate_change",
    "package_change",
    "agreement_change",
    "suspension",
    "withdrawal",
    "calendar",
    "other",
]

_CAUSES: dict[type[Event], MovementCause] = {
    placements.PlacementStarted: "new_placement",
    placements.PlacementEnded: "ended",
    placements.PlacementDatesCorrected: "date_correction",
    placements.PackageChanged: "package_change",
    placements.PlacementMoved: "agreement_change",
    placements.OwnRateCorrected: "rate_change",
    placements.OwnRateWithdrawn: "withdrawal",
    placements.PlacementSuspended: "suspension",
    placements.SuspensionCorrected: "suspension",
    placements.SuspensionWithdrawn: "withdrawal",
    placements.PlacementWithdrawn: "withdrawal",
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
}


def cause_of(event: Event) -> MovementCause:
    """The cause under which an event's movement is grouped; an own price for something new is a package change."""
    if isinstance(event, placements.OwnRateAgreed):
        return "package_change" if event.extra else "rate_change"
    return _CAUSES.get(type(event), "other")
