"""Rows of the sheet Pupils, and the references on Placements, into sealed identities.

What names a child is sealed the moment it is read; commands and events carry ciphertext and the pupil's random
key (architecture.md, The ledger 9).
"""

from commissioning.importing.intake.session import Place, Session
from commissioning.importing.rows import UNCHANGED, PupilRow
from commissioning.placements.commands import ChangePupilDetails, IdentifyPupil
from commissioning.placements.facts import PupilField
from commissioning.placements.pupil import PUPILS

_FIELDS: tuple[PupilField, ...] = ("name", "date_of_birth", "upn", "postcode")


def take_pupils(session: Session, rows: tuple[PupilRow, ...]) -> None:
    """Makes pupils known and restates those whose details differ."""
    for row in rows:
        known = session.work.vault.admit(row.pupil_ref)
        given = {
            field: None if value is None else str(value)
            for field in _FIELDS
            if (value := getattr(row, field)) is not UNCHANGED
        }
        _identify(session, known, row.pupil_ref, given, Place("Pupils", row.row, "pupil_ref", None))


def pupil_key(session: Session, pupil_ref: str, place: Place) -> str:
    """The key of the pupil of a reference, made known where nobody has named the pupil yet."""
    key = session.work.vault.admit(pupil_ref)
    if session.work.state(PUPILS, key) is None:
        _identify(session, key, pupil_ref, {}, place)
    return key


def _identify(session: Session, key: str, pupil_ref: str, given: dict[PupilField, str | None], place: Place) -> None:
    vault, state = session.work.vault, session.work.state(PUPILS, key)
    earlier = dict(state.sealed) if state else {}
    sealed = dict(earlier)
    for field, text in {"pupil_ref": pupil_ref, **given}.items():
        ciphertext = vault.seal_again(key, field, text, earlier.get(field))
        sealed.pop(field, None)
        if ciphertext is not None:
            sealed[field] = ciphertext
    kind = ChangePupilDetails if state else IdentifyPupil
    session.execute(kind(pupil=key, sealed=sealed, effective_on=session.work.today), place)
