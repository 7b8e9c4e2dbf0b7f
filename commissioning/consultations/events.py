"""What happened while a place was looked for. Personal words stand here only as ciphertext under the pupil's key."""

from datetime import date

from commissioning.consultations.facts import ClosingReason, DeclineReason, NamedBy, Step, Wanted
from commissioning.ledger.events import Event
from contracts.rates import RateLine


class PlaceSought(Event):
    """A pupil was identified as needing a place in a special school."""

    consultation_ref: str
    pupil: str
    wanted: Wanted


class SchoolConsulted(Event):
    """A school was asked whether it has a place."""

    provider_urn: int
    respond_by: date | None


class PlaceOffered(Event):
    """The school offers a place at a price; a later offer of the same school takes the place of the earlier."""

    provider_urn: int
    agreement_ref: str | None
    rates: tuple[RateLine, ...]


class PlaceDeclined(Event):
    """The school offers no place."""

    provider_urn: int
    reason: DeclineReason
    words: str | None


class PanelApproved(Event):
    """The council's panel approved the place at a school."""

    provider_urn: int


class SchoolNamed(Event):
    """Section I of the plan names the school, which binds the council to its fees."""

    provider_urn: int
    by: NamedBy


class PlacementAgreementIssued(Event):
    """The individual placement agreement went out, at the prices contracted; those asked stay on the offer."""

    agreement_ref: str
    start_on: date
    rates: tuple[RateLine, ...]


class PlacementAgreementSigned(Event):
    """Both sides have signed the individual placement agreement."""


class PlaceFound(Event):
    """The placement was logged that the consultation was for."""

    placement_ref: str


class ConsultationClosed(Event):
    """The search ended without a placement."""

    reason: ClosingReason
    words: str | None


class StepTakenBack(Event):
    """A step was recorded by mistake and counts as not taken; `provider_urn` is the school that it was about."""

    step: Step
    provider_urn: int | None


EVENTS: tuple[type[Event], ...] = (
    PlaceSought,
    SchoolConsulted,
    PlaceOffered,
    PlaceDeclined,
    PanelApproved,
    SchoolNamed,
    PlacementAgreementIssued,
    PlacementAgreementSigned,
    PlaceFound,
    ConsultationClosed,
    StepTakenBack,
)
