"""Pupils: a random key and ciphertext, stated whole each time."""

from datetime import date

import pytest
from pydantic import ValidationError

from commissioning.ledger.errors import Refused
from commissioning.placements.commands import ChangePupilDetails, ErasePupil, IdentifyPupil
from commissioning.placements.events import PupilDetailsChanged, PupilErased, PupilIdentified
from commissioning.placements.pupil import PUPILS, Pupil, decide, decide_erasure
from commissioning.placements.words import pupil_in_words

DAY = date(2026, 9, 1)
KNOWN = {"pupil_ref": "c1", "name": "c2"}
IDENTIFIED = PupilIdentified(effective_on=DAY, pupil="k", sealed=KNOWN)
PUPIL = Pupil("k", KNOWN)
ERASED = Pupil("k", {}, date(2047, 5, 13))
ERASE = ErasePupil(pupil="k", effective_on=date(2047, 5, 13))


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
        (identify(KNOWN), ERASED, "pupil-erased"),
        (change(KNOWN), ERASED, "pupil-erased"),
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


def test_a_pupil_is_erased_once() -> None:
    """Erasing leaves the key and the day and no sealed field; erasing again changes nothing."""
    erased = PupilErased(effective_on=date(2047, 5, 13), pupil="k")
    assert decide_erasure(ERASE, PUPIL) == [erased]
    assert PUPILS.fold([IDENTIFIED, erased]) == ERASED
    assert decide_erasure(ERASE, ERASED) == []


def test_nobody_is_erased_who_is_not_known() -> None:
    """Who was never identified cannot be erased."""
    with pytest.raises(Refused, match="no such pupil"):
        decide_erasure(ERASE, None)


def test_a_pupil_is_named_without_a_name_and_with_the_day_of_erasure() -> None:
    """Pages say the beginning of the random key, and of an erased pupil since when nothing opens."""
    assert pupil_in_words(PUPIL) == "pupil k"
    assert pupil_in_words(ERASED) == "pupil k, whose details were erased on 13 May 2047"
