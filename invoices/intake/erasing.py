"""Files of invoices that bill a pupil who was erased are taken away: their lines may name the pupil.

The invoice itself stays in the ledger, with its amounts and without its words. It is asked of the erasure list, so that
a copy that is put back does not bring such a file with it. What a file that nobody has read yet says is not known:
whoever erases is told of each, to look into it.
"""

from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from commissioning.ledger.events import HISTORY, EventTypes
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import read_book
from invoices.events import InvoiceReceived
from invoices.intake.events import EVENTS, InvoiceFileTaken
from invoices.intake.kept_files import KeptFiles
from invoices.intake.school_files import NO_FILES, SCHOOL_FILES

_TYPES = EventTypes((InvoiceReceived, InvoiceFileTaken))
_SQL = (
    f"SELECT {HISTORY} FROM ledger_event WHERE book = ? AND type IN ('InvoiceReceived', 'InvoiceFileTaken') "
    "ORDER BY position"
)
_FILES = EventTypes(EVENTS)


class UnreadFile(NamedTuple):
    """A kept file of which only the school that sent it is known."""

    provider_urn: int
    sha256: str


def unread_files(ledger: Ledger) -> list[UnreadFile]:
    """The files that wait to be scanned, matched or keyed, school by school; any of them may name any pupil."""
    streams = f"{SCHOOL_FILES.name}:", f"{SCHOOL_FILES.name};"
    with ledger.store.reading() as connection:
        number, _ = read_book(connection, ledger.book)
        rows = connection.query(
            f"SELECT {HISTORY} FROM ledger_event WHERE book = ? AND stream > ? AND stream < ? ORDER BY stream, version",
            (number, *streams),
        )
    found = []
    for stream, history in groupby(_FILES.decode_history(rows), key=itemgetter(0)):
        files = SCHOOL_FILES.fold(event for _, event in history) or NO_FILES
        found += [UnreadFile(int(stream.partition(":")[2]), sha256) for sha256 in files.waiting]
    return found


def forget_files_of_the_erased(ledger: Ledger, files: KeptFiles) -> int:
    """Takes away every kept file of an invoice that bills somebody on the erasure list; gives how many went."""
    erasures = ledger.vault.erasures
    erased = {erasure.pupil for erasure in erasures.listed()} if erasures is not None else set()
    if not erased:
        return 0
    with ledger.store.reading() as connection:
        number, _ = read_book(connection, ledger.book)
        happened = [event for _, event in _TYPES.decode_history(connection.query(_SQL, (number,)))]
    billing = {
        event.invoice
        for event in happened
        if isinstance(event, InvoiceReceived) and any(line.pupil in erased for line in event.document.lines)
    }
    hashes = {event.sha256 for event in happened if isinstance(event, InvoiceFileTaken) and event.invoice in billing}
    gone = sorted(sha256 for sha256 in hashes if files.holds(sha256))
    for sha256 in gone:
        files.forget(sha256)
    return len(gone)
