"""What can be asked of a consultation. Words about a child come plain and are sealed on entry (handlers.py)."""

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from commissioning.consultations.facts import ClosingReason, DeclineReason, NamedBy, Wanted
from commissioning.ledger.work import Command
from commissioning.placements.commands import Reference
from commissioning.placements.in_words import PlainWords, PupilInWords
from contracts.rates import RateLine


class ConsultationCommand(Command):
    """Something asked of one consultation; `expected_version` as for placements."""

    consultation_ref: Reference
    expected_version: int | None = None


class SeekPlace(ConsultationCommand):
    """Begins the search for a place for a pupil, who is known or becomes known by it."""

    kept_as = "nothing"

    pupil: PupilInWords
    wanted: Wanted
    identified_on: date


class ConsultSchool(ConsultationCommand):
    """Asks a school for a place."""

    provider_urn: int
    consulted_on: date
    respond_by: date | None = None


class RecordOffer(ConsultationCommand):
    """Records that a consulted school offers a place, and the price it asks."""

    provider_urn: int
    answered_on: date
    agreement_ref: Reference | None = None
    rates: tuple[RateLine, ...]


class RecordDecline(ConsultationCommand):
    """Records that a consulted school offers no place, and why."""

    kept_as = "nothing"

    provider_urn: int
    answered_on: date
    reason: DeclineReason
    words: PlainWords | None = None


class ApprovePlace(ConsultationCommand):
    """Records that the panel approved the place that a school offered."""

    provider_urn: int
    approved_on: date


class NameSchool(ConsultationCommand):
    """Records that section I of the plan names a school; a tribunal may name one that offered nothing."""

    provider_urn: int
    named_on: date
    by: NamedBy


class IssuePlacementAgreement(ConsultationCommand):
    """Records the individual placement agreement with the school that is named, at the prices contracted."""

    agreement_ref: Reference
    issued_on: date
    start_on: date
    rates: tuple[RateLine, ...]


class SignPlacementAgreement(ConsultationCommand):
    """Records the day on which both sides had signed."""

    signed_on: date


class StartFromConsultation(ConsultationCommand):
    """Logs the placement that the consultation came to, as its agreement says."""

    placement_ref: Reference


class CloseConsultation(ConsultationCommand):
    """Ends the search without a placement."""

    kept_as = "nothing"

    closed_on: date
    reason: ClosingReason
    words: PlainWords | None = None


class UndoConsultationStep(ConsultationCommand):
    """Reverses what a command did last to the consultation, within a day and before anything else is recorded of it.

    A placement that was logged by that command is undone with it.
    """

    command_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]


WITHOUT_PERSONAL_WORDS: tuple[type[Command], ...] = (
    ConsultSchool,
    RecordOffer,
    ApprovePlace,
    NameSchool,
    IssuePlacementAgreement,
    SignPlacementAgreement,
    StartFromConsultation,
    UndoConsultationStep,
)
IN_WORDS: tuple[type[Command], ...] = (SeekPlace, RecordDecline, CloseConsultation)
