"""Pupils: a random key and ciphertext, stated whole each time."""

from datetime import date

import pytest
from pydantic import ValidationError

from commissioning.ledger.errors import Refused
from commissioning.placements.commands import ChangePupilDetails, IdentifyPupil
from commissioning.placements.events import PupilDetailsChanged, PupilIdentified
from commissioning.placements.pupil import PUPILS, Pupil, decide

DAY = date(2026, 9, 1)
KNOWN = {"pupil_ref": "c1", "name": "c2"}
IDENTIFIED = PupilIdentified(effective_on=DAY, pupil="k", sealed=KNOWN)
PUPIL = Pupil("k", KNOWN)


def identify(sealed: dict[str, str]) -> IdentifyPupil:
    return IdentifyPupil(pupil="k", sealed=sealed, effective_on=DAY)


def change(sealed: dict[str, str]) -> ChangePupilDetails:
    return ChangePupilDetails(pupil="k", sealed=sealed, effective_on=DAY)


def test_a_pupil_is_identified_once() -> None:
    """The first statement of a pupil is recorded, the same one again is not."""
    assert decide(identify(KNOWN), None) == [IDENTIFIED]
    assert PUPILS.fold([IDENTIFIED]) == PUPIL
    assert decide(identify(KNOWN), PUPIL) == []


def test_changed_details_are_stated_whole() -> None:
    """A field that is left out of a change is blank from then on."""
    changed = PupilDetailsChanged(effective_on=DAY, pupil="k", sealed={"pupil_ref": "c1", "upn": "c3"})
    assert decide(change({"pupil_ref": "c1", "upn": "c3"}), PUPIL) == [changed]
    assert PUPILS.fold([IDENTIFIED, changed]) == Pupil("k", {"pupil_ref": "c1", "upn": "c3"})
    assert decide(change(KNOWN), PUPIL) == []


@pytest.mark.parametrize(
    ("command", "state", "code"),
    [
        (identify({"name": "c2"}), None, "pupil-reference"),
        (change({"name": "c2"}), PUPIL, "pupil-reference"),
        (identify({"pupil_ref": "c1"}), PUPIL, "pupil-known"),
        (change(KNOWN), None, "pupil-unknown"),
    ],
)
def test_what_is_refused_of_a_pupil(
    command: IdentifyPupil | ChangePupilDetails, state: Pupil | None, code: str
) -> None:
    """A pupil without the council's reference, one identified twice and an unknown one are refused by name."""
    with pytest.raises(Refused) as refusal:
        decide(command, state)
    assert refusal.value.faults[0].code == code


def test_a_pupil_has_no_other_fields() -> None:
    """A field that the vault does not seal cannot slip into an event."""
    with pytest.raises(ValidationError):
        identify({"pupil_ref": "c1", "religion": "plain text"})
