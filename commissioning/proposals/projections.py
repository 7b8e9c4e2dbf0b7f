"""The read table of proposals: what waits for a second person, and what became of what waited."""

from collections.abc import Sequence

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from commissioning.ledger.events import Recorded
from commissioning.ledger.tables import IdentityField
from commissioning.ledger.work import UnitOfWork
from commissioning.proposals import events
from commissioning.proposals.facts import Outcome


class ListedProposal(Model):
    """A proposal as it stands. Instants are written as the log writes them."""

    id = IdentityField(primary_key=True, generated=False)
    book = fields.IntField()
    proposal = fields.TextField()
    kind = fields.TextField()
    about = fields.TextField()
    what = fields.TextField()
    asked_by = fields.TextField()
    asked_at = fields.TextField()
    until = fields.TextField()
    outcome = fields.TextField()
    settled_by = fields.TextField(null=True)
    settled_at = fields.TextField(null=True)
    why = fields.TextField(null=True)

    class Meta:
        """Where the rows lie."""

        table = "proposals_proposal"
        indexes = [
            Index(fields=("book", "proposal"), name="proposals_proposal_key"),
            Index(fields=("book", "outcome"), name="proposals_proposal_outcome"),
        ]


class ProposalList:
    """Keeps `proposals_proposal` in step with the log."""

    models: Sequence[type[Model]] = (ListedProposal,)

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        """Takes in an event about a proposal; others are let pass."""
        event, key = recorded.event, recorded.stream.partition(":")[2]
        if isinstance(event, events.ProposalMade):
            values: dict[str, object] = {
                "proposal": key,
                "kind": event.kind,
                "about": event.about,
                "what": event.what,
                "asked_by": event.asked_by,
                "asked_at": recorded.recorded_at,
                "until": event.until,
                "outcome": "waits",
            }
            work.tables.put(ListedProposal, "proposal", values)
        elif isinstance(event, events.EVENTS):
            settled: dict[str, object] = {
                "proposal": key,
                "outcome": _OUTCOMES[type(event)],
                "settled_by": recorded.account,
                "settled_at": recorded.recorded_at,
                "why": event.why if isinstance(event, events.ProposalDeclined) else None,
            }
            work.tables.put(ListedProposal, "proposal", settled)

    def finish(self, work: UnitOfWork) -> None:
        """Nothing: every row is handed to the tables at once."""

    def forget(self) -> None:
        """Nothing: no row waits here."""


_OUTCOMES: dict[type[object], Outcome] = {
    events.ProposalAgreed: "agreed",
    events.ProposalDeclined: "declined",
    events.ProposalWithdrawn: "withdrawn",
}
