"""Erasing a pupil from end to end: the list, the key, the event; and finishing what a crash or an older copy undid.

The order survives a crash at any point: the intent is listed beside the witness before the key goes, and the key
goes before the event is committed (`Vault.keep`). Where the event is missing the list is the proof that somebody
who was allowed to asked for the erasure, so the event follows when the ledger is next opened.
"""

import secrets

from commissioning.ledger.actor import ERASURE_LIST
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import Receipt, read_book, read_events
from commissioning.ledger.store import Connection
from commissioning.ledger.time import instant_from_text, london_day
from commissioning.ledger.vault.erasure import Erasure
from commissioning.placements.commands import ErasePupil
from commissioning.placements.events import PupilErased
from commissioning.placements.pupil import PUPILS


def erase(ledger: Ledger, reference: str, account: str) -> Receipt:
    """Destroys the key of the pupil of a reference and records that it was done.

    `Refused` where the reference finds nobody. A pupil who was erased is found by no reference any more, so the
    refusal cannot and does not tell the two apart.
    """
    pupil = ledger.vault.pupil_of(reference)
    if pupil is None:
        raise nobody_found()
    command = ErasePupil(pupil=pupil, effective_on=london_day(ledger.clock()))
    return ledger.execute(command, command_id=secrets.token_hex(16), account=account)


def finish_erasures(ledger: Ledger) -> int:
    """Records the erasures that are listed but stand in no event, for pupils whom the ledger knows; their number."""
    listed = _listed(ledger)
    if not listed:
        return 0
    with ledger.store.reading() as connection:
        number, _ = read_book(connection, ledger.book)
        unrecorded = [erasure for erasure in listed if _is_unrecorded(connection, number, erasure.pupil)]
    for erasure in unrecorded:
        day = london_day(instant_from_text(erasure.erased_at))
        command = ErasePupil(pupil=erasure.pupil, effective_on=day)
        ledger.execute(command, command_id=secrets.token_hex(16), account=ERASURE_LIST)
    return len(unrecorded)


def pupils_without_keys(ledger: Ledger) -> int:
    """How many pupils were never erased and yet have no key in the vault: the wrong vault, or none."""
    erased = {erasure.pupil for erasure in _listed(ledger)}
    with ledger.store.reading() as connection:
        number, _ = read_book(connection, ledger.book)
        rows = connection.query(
            "SELECT stream FROM ledger_event WHERE book = ? AND stream >= ? AND stream < ? AND version = 1",
            (number, PUPILS.stream(""), f"{PUPILS.name};"),
        )
        missing = [key for (stream,) in rows if not ledger.vault.holds(key := stream.partition(":")[2])]
        return sum(key not in erased and _is_unrecorded(connection, number, key) for key in missing)


def nobody_found() -> Refused:
    """No pupil has the reference now; whether one ever had is not told, because the ledger no longer knows."""
    return Refused(
        Fault(
            "pupil-unknown",
            "No pupil is found under this reference: either nobody was recorded under it, or the pupil was erased.",
            mend="Check the reference. Of a pupil who was erased nothing more can be opened or destroyed.",
            status=404,
        )
    )


def _listed(ledger: Ledger) -> list[Erasure]:
    return ledger.vault.erasures.listed() if ledger.vault.erasures is not None else []


def _is_unrecorded(connection: Connection, number: int, pupil: str) -> bool:
    """Whether the ledger knows the pupil and does not know of the erasure."""
    types = [stored.type for stored in read_events(connection, number, stream=PUPILS.stream(pupil))]
    return bool(types) and PupilErased.__name__ not in types
