"""What happens to a deed that takes two people. The stream is `proposal:KEY`."""

from commissioning.ledger.events import Event
from commissioning.proposals.facts import Kind, ProposedCommand, WhyDeclined


class ProposalMade(Event):
    """Somebody asked for what takes two people; nothing of it stands until another agrees, at the latest `until`."""

    kind: Kind
    about: str
    what: str
    asked_by: str
    until: str
    commands: tuple[ProposedCommand, ...]


class ProposalAgreed(Event):
    """A second person agreed, and the same command recorded all that was asked."""

    asked_by: str


class ProposalDeclined(Event):
    """A second person said no."""

    why: WhyDeclined


class ProposalWithdrawn(Event):
    """Whoever asked does not ask any more."""


EVENTS: tuple[type[Event], ...] = (ProposalMade, ProposalAgreed, ProposalDeclined, ProposalWithdrawn)
