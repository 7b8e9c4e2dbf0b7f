"""What happened to the account that a school is paid to. The stream is `bank:URN`."""

from commissioning.ledger.events import Event
from providers.bank.facts import BankField


class BankDetailsChanged(Event):
    """The school is paid to this account from now on; the command that recorded it is of two people.

    `holder` is the key under which the fields are sealed, `ending` the last four digits of the account's number.
    """

    urn: int
    holder: str
    sealed: dict[BankField, str]
    ending: str


EVENTS: tuple[type[Event], ...] = (BankDetailsChanged,)
