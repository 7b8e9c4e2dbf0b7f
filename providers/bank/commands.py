"""What may be asked about the account that a school is paid to."""

from typing import Annotated

from pydantic import StringConstraints

from commissioning.ledger.work import Command
from providers.bank.facts import BankField

Ciphertext = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]


class ChangeBankDetails(Command):
    """States where the school is paid; the caller seals under the key that the vault gave (`sealing.change_of`)."""

    urn: int
    holder: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    sealed: dict[BankField, Ciphertext]
    ending: Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
