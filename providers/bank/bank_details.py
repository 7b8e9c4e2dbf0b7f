"""Where a school is paid: what may be recorded of it, and what it is after its events; pure."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple, get_args

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from providers.bank.commands import ChangeBankDetails
from providers.bank.events import BankDetailsChanged
from providers.bank.facts import BankField


class BankDetails(NamedTuple):
    """The account that a school is paid to; what is sealed opens under the key of `holder`."""

    urn: int
    holder: str
    sealed: Mapping[BankField, str]
    ending: str


def decide(command: ChangeBankDetails, known: BankDetails | None, today: date) -> list[Event]:
    """What a change comes to; nothing where it says what is known. `Refused` where a field is missing."""
    if missing := sorted(set(get_args(BankField)) - command.sealed.keys()):
        raise Refused(
            Fault(
                "bank-details",
                "The account is not stated whole.",
                where=said("school %(urn)s", urn=command.urn),
                expected=", ".join(field.replace("_", " ") for field in missing),
            )
        )
    if known is not None and known.sealed == command.sealed:
        return []
    return [
        BankDetailsChanged(
            effective_on=today,
            urn=command.urn,
            holder=command.holder,
            sealed=command.sealed,
            ending=command.ending,
        )
    ]


def evolve(known: BankDetails | None, event: Event) -> BankDetails:
    """The account after an event; raises `LedgerDamaged` where the event cannot follow."""
    if not isinstance(event, BankDetailsChanged):
        raise misplaced(event, known)
    return BankDetails(event.urn, event.holder, event.sealed, event.ending)


BANK_DETAILS = Aggregate("bank", evolve)
