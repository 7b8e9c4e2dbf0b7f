"""What may be asked about deeds that take two people."""

from typing import Annotated

from pydantic import StringConstraints

from commissioning.ledger.work import Command
from commissioning.proposals.facts import Kind, ProposedCommand, WhyDeclined

ProposalKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


class MakeProposal(Command):
    """Puts a deed in the queue of those who may be its second person; asked by the second look alone."""

    proposal: ProposalKey
    kind: Kind
    about: str
    what: str
    until: str
    commands: tuple[ProposedCommand, ...]


class AgreeProposal(Command):
    """Agrees as the second person, and carries out what was asked."""

    proposal: ProposalKey


class DeclineProposal(Command):
    """Says no as the second person."""

    proposal: ProposalKey
    why: WhyDeclined


class WithdrawProposal(Command):
    """Takes back what one asked for oneself."""

    proposal: ProposalKey


WITHOUT_PERSONAL_WORDS: tuple[type[Command], ...] = (AgreeProposal, DeclineProposal, WithdrawProposal)
"""What programs may ask in plain JSON."""
