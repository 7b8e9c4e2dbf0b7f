"""What is somebody's among the things that wait: that of placements whose case officer they are.

With a placement go the agreement under which it stands on the day, its school, and the invoices that name it.
"""

from dataclasses import dataclass
from datetime import date

from commissioning.charges import places
from commissioning.charges.places import Wanted
from commissioning.ledger.reading import AsAt, Reader
from commissioning.placements.queries import case_officers
from exports.oversight.exceptions import ABOUT, Found
from invoices.queries import invoices_of_placements


@dataclass(frozen=True, slots=True)
class Mine:
    """The references of what is somebody's, by what it is about."""

    placements: frozenset[str]
    agreements: frozenset[str]
    schools: frozenset[str]
    invoices: frozenset[str]

    def holds(self, one: Found) -> bool:
        """Whether a thing that waits is about any of it."""
        match ABOUT[one.kind]:
            case "placements":
                return one.reference in self.placements
            case "agreements":
                return one.reference in self.agreements
            case "invoices":
                return one.reference in self.invoices
            case "invoices/credits":
                return one.called in self.placements or one.called in self.agreements
            case "schools":
                return one.reference in self.schools
            case "uplifts/requests":
                return str(one.provider_urn) in self.schools


async def mine(reader: Reader, as_at: AsAt, day: date, account: str) -> Mine:
    """What is an account's on a day, by the placements whose case officer it is now."""
    officers = await case_officers(reader)
    refs = tuple(sorted(ref for ref, officer in officers.items() if officer == account))
    if not refs:
        return Mine(frozenset(), frozenset(), frozenset(), frozenset())
    live = await places.places(reader, as_at.position, day, Wanted(on=day, refs=refs))
    return Mine(
        frozenset(refs),
        frozenset(place.agreement_ref for place in live),
        frozenset(str(place.provider_urn) for place in live),
        frozenset(await invoices_of_placements(reader, refs)),
    )
