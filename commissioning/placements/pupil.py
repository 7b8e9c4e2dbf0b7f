"""A pupil as the ledger knows one: a random key and sealed fields, folded from the pupil's events."""

from collections.abc import Mapping
from typing import NamedTuple

from commissioning.ledger.aggregates import Aggregate
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.placements.commands import ChangePupilDetails, IdentifyPupil
from commissioning.placements.events import PupilDetailsChanged, PupilIdentified
from commissioning.placements.facts import PupilField

PupilCommand = IdentifyPupil | ChangePupilDetails


class Pupil(NamedTuple):
    """A pupil's random key and the ciphertext of every field that is known."""

    key: str
    sealed: Mapping[PupilField, str]


def evolve(state: Pupil | None, event: PupilIdentified | PupilDetailsChanged) -> Pupil:
    """The pupil after an event."""
    del state  # each event states the whole pupil
    return Pupil(event.pupil, event.sealed)


PUPILS = Aggregate("pupil", evolve)


def decide(command: PupilCommand, state: Pupil | None) -> list[Event]:
    """What identifying or restating a pupil comes to; nothing where every field stays.

    Raises `Refused` when the council's own reference is missing (nobody could find the pupil again), when a known
    pupil is identified with other fields, or an unknown one is changed.
    """
    if "pupil_ref" not in command.sealed:
        raise Refused(
            Fault(
                "pupil-reference",
                "The pupil's details come without the council's own reference.",
                where=_place(command),
                expected="a sealed pupil_ref",
                mend="Give the reference with the other fields.",
            )
        )
    if state is not None and state.sealed == command.sealed:
        return []
    if isinstance(command, IdentifyPupil):
        if state is not None:
            raise Refused(
                Fault(
                    "pupil-known",
                    "This pupil is already known, with other details.",
                    where=_place(command),
                    mend="Change the pupil's details instead.",
                    status=409,
                )
            )
        return [PupilIdentified(effective_on=command.effective_on, pupil=command.pupil, sealed=command.sealed)]
    if state is None:
        raise Refused(Fault("pupil-unknown", "There is no such pupil.", where=_place(command), status=404))
    return [PupilDetailsChanged(effective_on=command.effective_on, pupil=command.pupil, sealed=command.sealed)]


def _place(command: PupilCommand) -> str:
    return f"pupil {command.pupil[:8]}"
