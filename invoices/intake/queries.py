"""What pages and commands ask about schools' files."""

from commissioning.ledger.actor import Actor, forbidden
from commissioning.ledger.errors import Refused
from commissioning.ledger.reading import Reader
from invoices.intake.policy import may_send_invoices_of
from invoices.intake.school_files import NO_FILES, SCHOOL_FILES, SchoolFiles
from providers.provider import Provider, unknown_provider
from providers.queries import all_providers, provider_now


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
