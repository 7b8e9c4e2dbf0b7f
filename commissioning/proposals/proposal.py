"""A proposal: a deed that waits for a second person, and what may become of it; pure."""

from datetime import date
from typing import NamedTuple

from commissioning.accounts.duties import Proposal, may_confirm
from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from commissioning.proposals import events
from commissioning.proposals.commands import AgreeProposal, DeclineProposal, MakeProposal, WithdrawProposal
from commissioning.proposals.facts import Kind, Outcome, ProposedCommand
from commissioning.proposals.reasons import said_again


class Standing(NamedTuple):
    """A proposal as it stands."""

    kind: Kind
    about: str
    what: str
    asked_by: str
    until: str
    commands: tuple[ProposedCommand, ...]
    outcome: Outcome = "waits"


class Moment(NamedTuple):
    """When something is decided: the London day, and the instant as the log writes it."""

    today: date
    now: str


def decide_making(command: MakeProposal, standing: Standing | None, asked_by: str, today: date) -> list[Event]:
    """What a new proposal comes to; nothing where it is the one that waits already."""
    if standing is not None:
        return []
    return [
        events.ProposalMade(
            effective_on=today,
            kind=command.kind,
            about=command.about,
            what=command.what,
            asked_by=asked_by,
            until=command.until,
            commands=command.commands,
        )
    ]


def decide_settling(
    command: AgreeProposal | DeclineProposal | WithdrawProposal,
    standing: Standing | None,
    person: str,
    asker: str,
    at: Moment,
) -> list[Event]:
    """What an answer comes to. `person` answers and `asker` asked; people are compared, not accounts.

    `Refused` where nothing waits, where the second person would be the first again, and where somebody would take
    back what another asked.
    """
    if standing is None:
        raise _refused("unknown", "There is no such proposal.", status=404)
    if standing.outcome != "waits":
        raise _refused(standing.outcome, _ANSWERED[standing.outcome], status=409)
    if isinstance(command, WithdrawProposal):
        if person != asker:
            raise _refused("not-yours", "Somebody else asked for this.", mend="Decline it instead.", status=403)
        return [events.ProposalWithdrawn(effective_on=at.today)]
    if at.now > standing.until:
        raise _refused("too-late", "This has waited too long and has ended.", mend="Have it asked again.", status=410)
    may_confirm(person, Proposal(said_again(standing.what), asker))
    if isinstance(command, DeclineProposal):
        return [events.ProposalDeclined(effective_on=at.today, why=command.why)]
    return [events.ProposalAgreed(effective_on=at.today, asked_by=standing.asked_by)]


def evolve(standing: Standing | None, event: Event) -> Standing:
    """The proposal after an event; raises `LedgerDamaged` where the event cannot follow."""
    if standing is None and isinstance(event, events.ProposalMade):
        return Standing(event.kind, event.about, event.what, event.asked_by, event.until, event.commands)
    if standing is None or standing.outcome != "waits":
        raise misplaced(event, standing)
    match event:
        case events.ProposalAgreed():
            return standing._replace(outcome="agreed")
        case events.ProposalDeclined():
            return standing._replace(outcome="declined")
        case events.ProposalWithdrawn():
            return standing._replace(outcome="withdrawn")
        case _:
            raise misplaced(event, standing)


def _refused(code: str, message: str, *, mend: str = "", status: int = 422) -> Refused:
    return Refused(Fault(f"proposal-{code}", message, mend=mend, status=status))


PROPOSALS = Aggregate("proposal", evolve)


_ANSWERED = {
    "agreed": said("This was agreed already."),
    "declined": said("This was declined already."),
    "withdrawn": said("This was withdrawn already."),
}
