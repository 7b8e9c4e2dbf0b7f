"""What pages and commands ask about schools' files."""

from itertools import groupby
from typing import NamedTuple

from commissioning.ledger.actor import Actor, forbidden
from commissioning.ledger.errors import Refused
from commissioning.ledger.log import COLUMNS
from commissioning.ledger.reading import Reader
from invoices.intake.events import InvoiceFileKept
from invoices.intake.policy import may_send_invoices_of
from invoices.intake.school_files import NO_FILES, SCHOOL_FILES, SchoolFiles
from providers.provider import Provider, unknown_provider
from providers.queries import all_providers, provider_now


class UnscannedFile(NamedTuple):
    """A kept file that nobody has scanned yet: of which school, and which account sent it."""

    provider_urn: int
    sha256: str
    account: str


async def schools_to_send_for(reader: Reader, actor: Actor) -> list[Provider]:
    """The schools whose invoices the actor may send, by name."""
    return [one for one in await all_providers(reader) if may_send_invoices_of(actor, one.urn, one.facts)]


async def school_to_send_for(reader: Reader, actor: Actor, urn: int) -> Provider:
    """One of them; another's is refused as if there were none, and the council's as unknown."""
    school = await provider_now(reader, urn)
    if school is None:
        raise Refused(unknown_provider(urn))
    if not may_send_invoices_of(actor, urn, school.facts):
        raise forbidden("send invoices of this school")
    return school


async def files_of(reader: Reader, urn: int) -> SchoolFiles:
    """What is known of a school's files now."""
    return await reader.state(SCHOOL_FILES, str(urn), await reader.end()) or NO_FILES


async def unscanned_files(reader: Reader) -> list[UnscannedFile]:
    """The files of every school that wait for the scanner, those that came first leading in each school."""
    rows = await reader.query(
        f"SELECT {COLUMNS} FROM ledger_event WHERE book = ? AND stream > ? AND stream < ? ORDER BY stream, version",
        (await reader.number(), f"{SCHOOL_FILES.name}:", f"{SCHOOL_FILES.name};"),
    )
    found = list[UnscannedFile]()
    for stream, recorded in groupby(reader.decode(rows), key=lambda one: one.stream):
        history, urn = list(recorded), int(stream.partition(":")[2])
        files = SCHOOL_FILES.fold(one.event for one in history) or NO_FILES
        senders = {one.event.sha256: one.account for one in history if isinstance(one.event, InvoiceFileKept)}
        waiting = [sha256 for sha256, file in files.waiting.items() if file.awaits == "scanner"]
        found += [UnscannedFile(urn, sha256, senders[sha256]) for sha256 in waiting]
    return found
