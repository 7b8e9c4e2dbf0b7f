"""A pupil as the ledger knows one: a random key and sealed fields, until they are erased; folded from its events."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from commissioning.placements.commands import ChangePupilDetails, ErasePupil, IdentifyPupil, OpenSealedFields
from commissioning.placements.events import PupilDetailsChanged, PupilErased, PupilIdentified, SealedFieldsOpened
from commissioning.placements.facts import PupilField

PupilCommand = IdentifyPupil | ChangePupilDetails


class Pupil(NamedTuple):
    """A pupil's random key and the ciphertext of every field that is known; of an erased one, none and the day."""

    key: str
    sealed: Mapping[PupilField, str]
    erased_on: date | None = None


def evolve(state: Pupil | None, event: Event) -> Pupil:
    """The pupil after an event, which states the whole pupil or none of it; raises `LedgerDamaged` where it cannot."""
    if isinstance(event, SealedFieldsOpened) and state is not None:
        return state
    evolution = _EVOLUTIONS.get(type(event))
    if evolution is None:
        raise misplaced(event, state)
    return evolution(event)


def _stated(event: PupilIdentified | PupilDetailsChanged) -> Pupil:
    return Pupil(event.pupil, event.sealed)


def _erased(event: PupilErased) -> Pupil:
    return Pupil(event.pupil, {}, event.effective_on)


_EVOLUTIONS: dict[type[Event], Callable[[Any], Pupil]] = {
    PupilIdentified: _stated,
    PupilDetailsChanged: _stated,
    PupilErased: _erased,
}
PUPILS = Aggregate("pupil", evolve)


def decide(command: PupilCommand, state: Pupil | None) -> list[Event]:
    """What identifying or restating a pupil comes to; nothing where every field stays.

    Raises `Refused` when the council's own reference is missing (nobody could find the pupil again), when a known
    pupil is identified with other fields, an unknown one is changed, or an erased one is named again.
    """
    if state is not None and state.erased_on is not None:
        raise erased(state.key, state.erased_on)
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


def decide_erasure(command: ErasePupil, state: Pupil | None) -> list[Event]:
    """What erasing a pupil comes to; nothing where it was done. `Refused` where there is no such pupil."""
    if state is None:
        raise Refused(Fault("pupil-unknown", "There is no such pupil.", where=_place(command), status=404))
    if state.erased_on is not None:
        return []
    return [PupilErased(effective_on=command.effective_on, pupil=command.pupil)]


def decide_opening(command: OpenSealedFields, state: Pupil | None, today: date) -> list[Event]:
    """What looking at a pupil's sealed fields comes to. `Refused` where there is no such pupil, or not any more."""
    if state is None:
        raise Refused(Fault("pupil-unknown", "There is no such pupil.", where=_place(command), status=404))
    if state.erased_on is not None:
        raise erased(state.key, state.erased_on)
    return [
        SealedFieldsOpened(
            effective_on=today, pupil=state.key, fields=tuple(sorted(state.sealed)), reason=command.reason
        )
    ]


def erased(pupil: str, erased_on: date) -> Refused:
    """Something that needs the pupil's key is refused, because the key was destroyed."""
    return Refused(
        Fault(
            "pupil-erased",
            said(
                "This pupil was erased on %(erased_on)s: the key is destroyed, and nothing about the "
                "pupil can be sealed.",
                erased_on=erased_on,
            ),
            where=said("pupil %(pupil)s", pupil=pupil[:8]),
            mend="A pupil who comes back is identified anew; what was recorded before stays without a name.",
            status=410,
        )
    )


def _place(command: PupilCommand | ErasePupil | OpenSealedFields) -> str:
    return said("pupil %(pupil)s", pupil=command.pupil[:8])
