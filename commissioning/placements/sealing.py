"""Seals what comes in words, and carries out the commands that it comes to."""

from collections.abc import Mapping

from commissioning.ledger.vault.vault import Vault
from commissioning.ledger.work import Command, Handler, UnitOfWork
from commissioning.placements import commands, refusals
from commissioning.placements.facts import PupilField
from commissioning.placements.in_words import (
    CorrectFacts,
    LogPlacement,
    PupilInWords,
    RecordEnd,
    RecordSuspension,
    TakeBackSuspension,
)
from commissioning.placements.placement import PLACEMENTS, Placement
from commissioning.placements.pupil import PUPILS, Pupil
from commissioning.placements.suspensions import suspension_from


def sealed_again(
    vault: Vault, key: str, given: Mapping[PupilField, str | None], known: Pupil | None
) -> dict[PupilField, str]:
    """A pupil's sealed fields with those that are given in place of earlier ones; None makes a field blank."""
    sealed = dict(known.sealed) if known else {}
    for field, text in given.items():
        ciphertext = vault.seal_again(key, field, text, sealed.get(field))
        sealed.pop(field, None)
        if ciphertext is not None:
            sealed[field] = ciphertext
    return sealed


def identify(pupil: PupilInWords, work: UnitOfWork) -> str:
    """The key of a pupil, made known where the reference is new; details that are given are recorded."""
    key = work.vault.admit(pupil.pupil_ref)
    known = work.state(PUPILS, key)
    details: dict[PupilField, str | None] = {
        "pupil_ref": pupil.pupil_ref,
        "name": pupil.name,
        "date_of_birth": None if pupil.date_of_birth is None else pupil.date_of_birth.isoformat(),
        "upn": pupil.upn,
        "postcode": pupil.postcode,
    }
    given = {field: text for field, text in details.items() if text is not None}
    kind = commands.ChangePupilDetails if known else commands.IdentifyPupil
    work.execute(kind(pupil=key, sealed=sealed_again(work.vault, key, given, known), effective_on=work.today))
    return key


def log_placement(command: LogPlacement, work: UnitOfWork) -> None:
    """Makes the pupil known and starts the placement; a birth month that is left out is that of the date of birth."""
    key, born = identify(command.pupil, work), command.pupil.date_of_birth
    stated = {name: getattr(command, name) for name in commands.StatedPlacement.model_fields}
    if command.birth_month is None and born is not None:
        stated["birth_month"] = f"{born:%Y-%m}"
    reason = work.vault.seal_again(key, "end_reason", command.end_reason, None)
    work.execute(commands.StartPlacement(**stated, pupil=key, end_reason=reason))


def record_end(command: RecordEnd, work: UnitOfWork) -> None:
    """Records an end, why it came, and what is said of it in words."""
    known = _known(command.placement_ref, work)
    work.execute(
        commands.EndPlacement(
            **_base(command),
            end_on=command.end_on,
            end_reason=_again(work, known, "end_reason", command.end_reason, known.end_reason),
            notice_given_on=command.notice_given_on,
        )
    )
    if command.exit is not None:
        work.execute(commands.StateExit(placement_ref=command.placement_ref, exit=command.exit))


def record_suspension(command: RecordSuspension, work: UnitOfWork) -> None:
    """Records a suspension with its reason."""
    known = _known(command.placement_ref, work)
    before = suspension_from(known.suspensions, command.first_day)
    work.execute(
        commands.SuspendPlacement(
            **_base(command),
            first_day=command.first_day,
            last_day=command.last_day,
            payable_pct=command.payable_pct,
            reason=_again(work, known, "suspension", command.reason, before.reason if before else None),
        )
    )


def take_back_suspension(command: TakeBackSuspension, work: UnitOfWork) -> None:
    """Withdraws the suspension that begins on the day."""
    known = _known(command.placement_ref, work)
    held = suspension_from(known.suspensions, command.first_day)
    if held is None:
        raise refusals.no_suspension(known.ref, command.first_day)
    work.execute(
        commands.WithdrawSuspension(
            **_base(command),
            first_day=held.first_day,
            last_day=held.last_day,
            payable_pct=held.payable_pct,
            reason=held.reason,
        )
    )


def correct_facts(command: CorrectFacts, work: UnitOfWork) -> None:
    """Restates the undated facts."""
    known = _known(command.placement_ref, work)
    work.execute(
        commands.CorrectPlacement(
            **_base(command),
            need=command.need,
            birth_month=command.birth_month,
            signed_on=command.signed_on,
            end_reason=_again(work, known, "end_reason", command.end_reason, known.end_reason),
        )
    )


def _base(command: commands.PlacementCommand) -> dict[str, str | int | None]:
    """What every command about a placement says: which one, as known when, and what it corrects."""
    return {name: getattr(command, name) for name in commands.PlacementCommand.model_fields}


def _known(ref: str, work: UnitOfWork) -> Placement:
    known = work.state(PLACEMENTS, ref)
    if known is None:
        raise refusals.unknown_placement(ref)
    return known


def _again(work: UnitOfWork, placement: Placement, field: str, text: str | None, earlier: str | None) -> str | None:
    """The words sealed; what was sealed earlier where none are given."""
    return earlier if text is None else work.vault.seal_again(placement.pupil, field, text, earlier)


HANDLERS: dict[type[Command], Handler] = {
    LogPlacement: log_placement,
    RecordEnd: record_end,
    RecordSuspension: record_suspension,
    TakeBackSuspension: take_back_suspension,
    CorrectFacts: correct_facts,
}
