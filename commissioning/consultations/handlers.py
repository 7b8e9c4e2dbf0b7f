"""Carries commands about consultations out: loads the stream, seals what is in words, decides, appends."""

from dataclasses import replace

from commissioning.consultations import commands, refusals
from commissioning.consultations.consultation import CONSULTATIONS, Consultation
from commissioning.consultations.decisions import decide, decide_beginning
from commissioning.consultations.events import PlaceFound, StepTakenBack
from commissioning.consultations.policy import may_run_consultations
from commissioning.consultations.reversing import reversal
from commissioning.ledger.actor import forbidden
from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Event
from commissioning.ledger.undoing import last_done
from commissioning.ledger.work import Command, Handler, UnitOfWork
from commissioning.placements.commands import StartPlacement, UndoPlacementChange
from commissioning.placements.sealing import identify
from contracts.agreement import AGREEMENTS
from providers.oversight.commands import PermitPlacement
from providers.oversight.judging import suspended_fault
from providers.oversight.oversight import OVERSIGHT
from providers.provider import PROVIDERS


def seek_place(command: commands.SeekPlace, work: UnitOfWork) -> None:
    """Begins a search; the pupil becomes known by it. A birth month left out is that of the date of birth."""
    _ask(work)
    pupil, ref = identify(command.pupil, work), command.consultation_ref
    born = command.pupil.date_of_birth
    if command.wanted.birth_month is None and born is not None:
        wanted = replace(command.wanted, birth_month=f"{born:%Y-%m}")
        command = command.model_copy(update={"wanted": wanted})
    found = decide_beginning(command, pupil, work.state(CONSULTATIONS, ref))
    work.record(CONSULTATIONS, ref, found, expected_version=command.expected_version)


def consult_school(command: commands.ConsultSchool, work: UnitOfWork) -> None:
    """Asks a school that is in the ledger."""
    if work.state(PROVIDERS, str(command.provider_urn)) is None:
        raise refusals.unknown_school(command.consultation_ref, command.provider_urn)
    known = work.state(CONSULTATIONS, command.consultation_ref)
    if known is not None and known.school(command.provider_urn) is None:
        oversight = work.state(OVERSIGHT, str(command.provider_urn))
        first_day = known.wanted.wanted_from or command.consulted_on
        if (fault := suspended_fault(oversight, known.ref, first_day)) is not None:
            raise Refused(fault)
    change_consultation(command, work)


def record_offer(command: commands.RecordOffer, work: UnitOfWork) -> None:
    """Records an offer, under an agreement with that very school where it names one."""
    if command.agreement_ref is not None:
        _must_be_with(command.consultation_ref, command.agreement_ref, command.provider_urn, work)
    change_consultation(command, work)


def name_school(command: commands.NameSchool, work: UnitOfWork) -> None:
    """Records which school is named; it must be in the ledger."""
    if work.state(PROVIDERS, str(command.provider_urn)) is None:
        raise refusals.unknown_school(command.consultation_ref, command.provider_urn)
    change_consultation(command, work)


def issue_agreement(command: commands.IssuePlacementAgreement, work: UnitOfWork) -> None:
    """Records the agreement, which must be with the school that is named."""
    known = work.state(CONSULTATIONS, command.consultation_ref)
    if known is not None and known.named is not None:
        _must_be_with(known.ref, command.agreement_ref, known.named.urn, work)
    change_consultation(command, work)


def record_words(command: commands.RecordDecline | commands.CloseConsultation, work: UnitOfWork) -> None:
    """Records what comes with words, sealed under the pupil's key; the same words stay the same ciphertext."""
    _ask(work)
    ref = command.consultation_ref
    known = work.state(CONSULTATIONS, ref)
    sealed = None if known is None else _sealed_again(command, known, work)
    found = decide(command, known, sealed)
    work.record(CONSULTATIONS, ref, found, expected_version=command.expected_version)


def start_placement(command: commands.StartFromConsultation, work: UnitOfWork) -> None:
    """Logs the placement as the agreement says, and that the place was found."""
    known = work.state(CONSULTATIONS, command.consultation_ref)
    change_consultation(command, work)
    if known is None or known.issued is None or known.placement_ref is not None:
        return
    wanted, issued = known.wanted, known.issued
    _permit_as_the_search_was(known, issued.agreement_ref, command.placement_ref, work)
    work.execute(
        StartPlacement(
            placement_ref=command.placement_ref,
            pupil=known.pupil,
            need=wanted.need,
            start_on=issued.start_on,
            signed_on=known.signed_on,
            birth_month=wanted.birth_month,
            agreement_ref=issued.agreement_ref,
            phase=wanted.phase,
            setting=wanted.setting,
            band=wanted.band,
            home_area=wanted.home_area,
            route=wanted.route,
            rates=issued.rates,
        )
    )


def undo_step(command: commands.UndoConsultationStep, work: UnitOfWork) -> None:
    """Reverses the events of a command, the newest first, and the placement that it logged."""
    _ask(work)
    ref = command.consultation_ref
    for recorded, earlier in last_done(work, CONSULTATIONS, ref, command.command_id):
        placement = _placement_of(recorded.event, earlier)
        if placement is not None:
            work.execute(UndoPlacementChange(placement_ref=placement, command_id=command.command_id))
        work.record(CONSULTATIONS, ref, reversal(recorded.event, earlier, work.today), corrects=recorded.position)


def _placement_of(event: Event, before: Consultation | None) -> str | None:
    """The placement that an event says was logged, or no longer is."""
    if isinstance(event, PlaceFound):
        return event.placement_ref
    taken_back = isinstance(event, StepTakenBack) and event.step == "started"
    return before.placement_ref if taken_back and before is not None else None


def change_consultation(command: commands.ConsultationCommand, work: UnitOfWork) -> None:
    """Records what a command without words comes to."""
    _ask(work)
    ref = command.consultation_ref
    found = decide(command, work.state(CONSULTATIONS, ref))
    work.record(CONSULTATIONS, ref, found, expected_version=command.expected_version)


def _sealed_again(
    command: commands.RecordDecline | commands.CloseConsultation, known: Consultation, work: UnitOfWork
) -> str | None:
    if isinstance(command, commands.CloseConsultation):
        earlier, field = (known.closed.words if known.closed else None), "closing"
    else:
        school, field = known.school(command.provider_urn), f"decline {command.provider_urn}"
        earlier = school.words if school else None
    return work.vault.seal_again(known.pupil, field, command.words, earlier)


def _permit_as_the_search_was(known: Consultation, agreement_ref: str, placement_ref: str, work: UnitOfWork) -> None:
    """Permits the placement where its search was permitted at a school whose new placements are suspended."""
    agreement = work.state(AGREEMENTS, agreement_ref)
    oversight = None if agreement is None else work.state(OVERSIGHT, str(agreement.provider_urn))
    if oversight is not None and oversight.permits(known.ref) and not oversight.permits(placement_ref):
        reason = f"Permitted as consultation {known.ref}"
        work.execute(PermitPlacement(urn=oversight.urn, placement_ref=placement_ref, reason=reason))


def _must_be_with(ref: str, agreement_ref: str, urn: int, work: UnitOfWork) -> None:
    agreement = work.state(AGREEMENTS, agreement_ref)
    if agreement is None:
        raise refusals.unknown_agreement(ref, agreement_ref)
    if agreement.provider_urn != urn:
        raise refusals.other_school(ref, agreement_ref)


def _ask(work: UnitOfWork) -> None:
    if not may_run_consultations(work.actor):
        raise forbidden("look for places")


HANDLERS: dict[type[Command], Handler] = {
    commands.SeekPlace: seek_place,
    commands.ConsultSchool: consult_school,
    commands.RecordOffer: record_offer,
    commands.RecordDecline: record_words,
    commands.ApprovePlace: change_consultation,
    commands.NameSchool: name_school,
    commands.IssuePlacementAgreement: issue_agreement,
    commands.SignPlacementAgreement: change_consultation,
    commands.StartFromConsultation: start_placement,
    commands.CloseConsultation: record_words,
    commands.UndoConsultationStep: undo_step,
}
