"""Whose invoices a reader may see: all of the council's, or those of the schools that the account speaks for."""

from collections.abc import Mapping

from commissioning.charges.known import providers_as_at
from commissioning.ledger.actor import Actor
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import Reader
from invoices.invoice import Invoice
from invoices.policy import may_see_invoices
from providers.provider import Provider


async def schools_of(reader: Reader, actor: Actor, position: int) -> Mapping[int, Provider]:
    """The schools that an account speaks for: those named, and all of its owner group as it stands; for staff, all."""
    known = await providers_as_at(reader, position)
    if may_see_invoices(actor):
        return known
    scope = actor.schools
    return {
        urn: school
        for urn, school in known.items()
        if urn in scope.urns or (scope.owner_group is not None and school.facts.owner_group == scope.owner_group)
    }


async def must_be_seen(
    reader: Reader, actor: Actor, invoice: Invoice | None, position: int
) -> tuple[Invoice, Provider]:
    """An invoice and its school; another school's is told as if there were none."""
    if invoice is not None:
        school = (await schools_of(reader, actor, position)).get(invoice.provider_urn)
        if school is not None:
            return invoice, school
    raise Refused(
        Fault("not-found", "There is no such invoice.", mend="Look for it in the list of invoices.", status=404)
    )
