"""Carries commands about pupils and placements out: loads the stream, decides, appends."""

from commissioning.accounts.account import ACCOUNTS
from commissioning.ledger.actor import STAFF, forbidden
from commissioning.ledger.errors import Refused
from commissioning.ledger.undoing import last_done
from commissioning.ledger.work import Command, Handler, UnitOfWork
from commissioning.placements import commands, refusals
from commissioning.placements.decisions import decide
from commissioning.placements.facts import PupilField
from commissioning.placements.first_reviews import FIRST_REVIEWS, THE_RULES
from commissioning.placements.first_reviews import decide as decide_first_reviews
from commissioning.placements.placement import PLACEMENTS
from commissioning.placements.policy import (
    may_erase_pupils,
    may_open_sealed_fields,
    may_open_sealed_fields_for_a_reason,
    may_record_placements,
)
from commissioning.placements.pupil import PUPILS, PupilCommand, decide_erasure, decide_opening, erased
from commissioning.placements.pupil import decide as decide_pupil
from commissioning.placements.reversing import reversal
from commissioning.placements.review import REVIEWS
from commissioning.placements.review import decide as decide_review
from commissioning.placements.review_course import decide_course
from commissioning.placements.review_reversing import reversal as reversal_of_reviews
from commissioning.web.forms.drafts import drop_those_naming
from contracts.agreement import AGREEMENTS
from providers.oversight.judging import suspended_fault
from providers.oversight.oversight import OVERSIGHT

ReviewCommand = commands.RecordReview | commands.RecordReviewStage | commands.EscalateReview | commands.WithdrawReview
_NAMING: tuple[PupilField, ...] = ("pupil_ref", "name", "upn")
"""What a form that was begun and not sent is known by to be about a pupil."""


def identify_or_change_pupil(command: PupilCommand, work: UnitOfWork) -> None:
    """Records what a command about a pupil comes to."""
    _ask(work)
    work.record(PUPILS, command.pupil, decide_pupil(command, work.state(PUPILS, command.pupil)))


def erase_pupil(command: commands.ErasePupil, work: UnitOfWork) -> None:
    """Records that a pupil was erased, and has the vault destroy the key before the ledger commits.

    Forms that somebody began about the pupil and did not send go with it.

    The key is destroyed also where the event stands already: a copy of the vault may have brought it back.
    """
    if not may_erase_pupils(work.actor):
        raise forbidden("erase pupils")
    known = work.state(PUPILS, command.pupil)
    work.record(PUPILS, command.pupil, decide_erasure(command, known))
    if known is not None and work.vault.holds(command.pupil):
        named = [
            work.vault.open(command.pupil, field, known.sealed[field]) for field in _NAMING if field in known.sealed
        ]
        drop_those_naming(work, named)
    work.vault.destroy(command.pupil, work.recorded_at)


def open_sealed_fields(command: commands.OpenSealedFields, work: UnitOfWork) -> None:
    """Records that the actor looks at what names a pupil; whoever may look for a reason alone has to give one."""
    for_a_reason = command.reason is not None and may_open_sealed_fields_for_a_reason(work.actor)
    if not (for_a_reason or may_open_sealed_fields(work.actor)):
        raise forbidden("see what names a pupil without a recorded reason")
    work.record(PUPILS, command.pupil, decide_opening(command, work.state(PUPILS, command.pupil), work.today))


def start_placement(command: commands.StartPlacement, work: UnitOfWork) -> None:
    """Logs a placement of a known pupil under a known agreement."""
    pupil = work.state(PUPILS, command.pupil)
    if pupil is None:
        raise refusals.unknown_pupil(command.placement_ref)
    if pupil.erased_on is not None:
        raise erased(pupil.key, pupil.erased_on)
    change_version(command, work)


def change_version(command: commands.StartPlacement | commands.ChangePlacementVersion, work: UnitOfWork) -> None:
    """Records where a placement stands, under a known agreement with a school that may take it."""
    agreement = work.state(AGREEMENTS, command.agreement_ref)
    if agreement is None:
        raise refusals.unknown_agreement(command.placement_ref, command.agreement_ref)
    _school_must_take(command, agreement.provider_urn, work)
    change_placement(command, work)


def change_placement(command: commands.PlacementCommand, work: UnitOfWork) -> None:
    """Records what a command about one placement comes to."""
    _ask(work)
    ref = command.placement_ref
    found = decide(command, work.state(PLACEMENTS, ref))
    if command.corrects is not None:
        _must_be_its_own(command.corrects, ref, work)
    work.record(PLACEMENTS, ref, found, expected_version=command.expected_version, corrects=command.corrects)


def undo_change(command: commands.UndoPlacementChange, work: UnitOfWork) -> None:
    """Reverses the events of a command, the newest first, each by events that say which one they correct."""
    _ask(work)
    ref, before = command.placement_ref, work.log.head.position
    for recorded, earlier in last_done(work, PLACEMENTS, ref, command.command_id):
        for each in reversal(recorded.event, earlier, ref):
            found = decide(each, work.state(PLACEMENTS, ref))
            work.record(PLACEMENTS, ref, found, corrects=recorded.position)
    if work.log.head.position == before:
        raise refusals.nothing_to_undo(ref)


def change_review(command: ReviewCommand, work: UnitOfWork) -> None:
    """Records what a command about one review of a known placement comes to."""
    _ask(work)
    ref = command.placement_ref
    if work.state(PLACEMENTS, ref) is None:
        raise refusals.unknown_placement(ref)
    if isinstance(command, commands.RecordReviewStage | commands.EscalateReview):
        found = decide_course(command, work.state(REVIEWS, ref), work.today)
    else:
        found = decide_review(command, work.state(REVIEWS, ref))
    work.record(REVIEWS, ref, found, expected_version=command.expected_version)


def undo_review_change(command: commands.UndoReviewChange, work: UnitOfWork) -> None:
    """Reverses the events of a command about reviews, the newest first, each by events that say which they correct."""
    _ask(work)
    ref, before = command.placement_ref, work.log.head.position
    for recorded, earlier in last_done(work, REVIEWS, ref, command.command_id):
        work.record(REVIEWS, ref, reversal_of_reviews(recorded.event, earlier), corrects=recorded.position)
    if work.log.head.position == before:
        raise refusals.nothing_to_undo(ref)


def set_first_reviews(command: commands.SetFirstReviews, work: UnitOfWork) -> None:
    """Records when the first reviews of each kind fall due."""
    _ask(work)
    found = decide_first_reviews(command, work.state(FIRST_REVIEWS, THE_RULES), work.today)
    work.record(FIRST_REVIEWS, THE_RULES, found)


def name_case_officer(command: commands.NameCaseOfficer, work: UnitOfWork) -> None:
    """Records who is responsible for a placement; it must be somebody of the council with an account that is open."""
    named = command.case_officer
    account = None if named is None else work.state(ACCOUNTS, named)
    if named is not None and (account is None or not account.acting().has_any(*STAFF)):
        raise refusals.no_case_officer(command.placement_ref)
    change_placement(command, work)


def _school_must_take(
    command: commands.StartPlacement | commands.ChangePlacementVersion, urn: int, work: UnitOfWork
) -> None:
    """Refuses to begin a placement at a school while it may take no new ones; one that is there already may stay."""
    oversight = work.state(OVERSIGHT, str(urn))
    if oversight is None:
        return
    known = work.state(PLACEMENTS, command.placement_ref)
    if known is not None:
        stood_on = [work.state(AGREEMENTS, version.agreement_ref) for version in known.versions]
        if any(agreement is not None and agreement.provider_urn == urn for agreement in stood_on):
            return
    day = command.start_on if isinstance(command, commands.StartPlacement) else command.effective_from
    if day is None:
        day = known.start_on if known is not None else work.today
    if (fault := suspended_fault(oversight, command.placement_ref, day)) is not None:
        raise Refused(fault)


def _must_be_its_own(position: int, ref: str, work: UnitOfWork) -> None:
    """Refuses to correct what was recorded of something else."""
    if all(stored.position != position for stored in work.log.events_of(PLACEMENTS.stream(ref))):
        raise refusals.corrects_another(ref, position)


def _ask(work: UnitOfWork) -> None:
    if not may_record_placements(work.actor):
        raise forbidden("record pupils and placements")


HANDLERS: dict[type[Command], Handler] = {
    commands.IdentifyPupil: identify_or_change_pupil,
    commands.ChangePupilDetails: identify_or_change_pupil,
    commands.ErasePupil: erase_pupil,
    commands.OpenSealedFields: open_sealed_fields,
    commands.StartPlacement: start_placement,
    commands.ChangePlacementVersion: change_version,
    commands.EndPlacement: change_placement,
    commands.StateExit: change_placement,
    commands.GiveNotice: change_placement,
    commands.CorrectPlacementDates: change_placement,
    commands.CorrectPlacement: change_placement,
    commands.AgreeOwnRate: change_placement,
    commands.WithdrawOwnRate: change_placement,
    commands.SuspendPlacement: change_placement,
    commands.WithdrawSuspension: change_placement,
    commands.AgreeFunding: change_placement,
    commands.WithdrawPlacement: change_placement,
    commands.ReinstatePlacement: change_placement,
    commands.UndoPlacementChange: undo_change,
    commands.NameCaseOfficer: name_case_officer,
    commands.RecordReview: change_review,
    commands.RecordReviewStage: change_review,
    commands.EscalateReview: change_review,
    commands.WithdrawReview: change_review,
    commands.UndoReviewChange: undo_review_change,
    commands.SetFirstReviews: set_first_reviews,
}
