"""Rows of the sheet Pupils, and the references on Placements, into sealed identities.

What names a child is sealed the moment it is read; commands and events carry ciphertext and the pupil's random
key (architecture.md, The ledger 9).
"""

from commissioning.importing.intake.session import Place, Session, chosen, grouped
from commissioning.importing.rows import UNCHANGED, PlacementRow, PupilRow
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.placements.commands import ChangePupilDetails, IdentifyPupil
from commissioning.placements.facts import PupilField
from commissioning.placements.placement import PLACEMENTS
from commissioning.placements.pupil import PUPILS, Pupil
from commissioning.placements.sealing import sealed_again

_FIELDS: tuple[PupilField, ...] = ("name", "date_of_birth", "upn", "postcode")


def take_pupils(session: Session, rows: tuple[PupilRow, ...], placements: tuple[PlacementRow, ...]) -> None:
    """Makes pupils known and restates those whose details differ.

    A reference that finds nobody, given to the placement of a pupil who was erased, is that pupil's: it is refused,
    because the pupil would stand in the ledger by name again.
    """
    named = grouped((row for row in placements if chosen(row.pupil_ref, None)), lambda row: row.pupil_ref)
    for row in rows:
        place = Place("Pupils", row.row, "pupil_ref", None)
        if session.work.vault.pupil_of(row.pupil_ref) is None:
            owners = [erased_pupil_of(session, known.placement_ref) for known in named.get(row.pupil_ref, ())]
            if (erased := next(filter(None, owners), None)) is not None:
                session.refuse(named_again(erased), place)
                continue
        known = session.pupil(row.pupil_ref)
        given = {
            field: None if value is None else str(value)
            for field in _FIELDS
            if (value := getattr(row, field)) is not UNCHANGED
        }
        _identify(session, known, row.pupil_ref, given, place)


def pupil_key(session: Session, pupil_ref: str, place: Place) -> str:
    """The key of the pupil of a reference, made known where nobody has named the pupil yet."""
    key = session.pupil(pupil_ref)
    if session.work.state(PUPILS, key) is None:
        _identify(session, key, pupil_ref, {}, place)
    return key


def erased_pupil_of(session: Session, placement_ref: str) -> Pupil | None:
    """The pupil of a placement that the ledger holds, where that pupil was erased."""
    placement = session.work.state(PLACEMENTS, placement_ref)
    pupil = None if placement is None else session.work.state(PUPILS, placement.pupil)
    return None if pupil is None or pupil.erased_on is None else pupil


def named_again(pupil: Pupil) -> Refused:
    """A row names a pupil who was erased."""
    return Refused(
        Fault(
            "pupil-erased",
            said(
                "The pupil of this row was erased on %(erased_on)s; who it was is not known any more.",
                erased_on=pupil.erased_on,
            ),
            expected="no row that names an erased pupil",
            mend="Take the pupil out of the workbook: the row on Pupils, and those on Placements. What is recorded of "
            "the placements stays. To change one of them, import Placements without the column pupil_ref.",
        )
    )


def _identify(session: Session, key: str, pupil_ref: str, given: dict[PupilField, str | None], place: Place) -> None:
    state = session.work.state(PUPILS, key)
    sealed = sealed_again(session.work.vault, key, {"pupil_ref": pupil_ref, **given}, state)
    kind = ChangePupilDetails if state else IdentifyPupil
    session.execute(kind(pupil=key, sealed=sealed, effective_on=session.work.today), place)
