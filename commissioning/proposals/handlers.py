"""Carries proposals out: what another agreed to is done in the same transaction, with the roles of whoever asked."""

from pydantic import ValidationError

from commissioning.accounts.account import ACCOUNTS
from commissioning.accounts.acting import person_of
from commissioning.ledger.actor import Actor, forbidden
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.work import Command, Handler, UnitOfWork
from commissioning.proposals import policy
from commissioning.proposals.commands import AgreeProposal, DeclineProposal, MakeProposal, WithdrawProposal
from commissioning.proposals.facts import ProposedCommand
from commissioning.proposals.proposal import PROPOSALS, Moment, Standing, decide_making, decide_settling


def make_proposal(command: MakeProposal, work: UnitOfWork) -> None:
    """Records that a deed waits for a second person."""
    if not policy.may_propose(work.actor):
        raise forbidden("ask for what takes two people")
    known = work.state(PROPOSALS, command.proposal)
    work.record(PROPOSALS, command.proposal, decide_making(command, known, work.account, work.today))


def agree_proposal(command: AgreeProposal, work: UnitOfWork) -> None:
    """Records that a second person agrees, and carries out what was asked, as whoever asked may do it now."""
    standing = _settle(command, work)
    work.two_people = True
    asker = work.state(ACCOUNTS, standing.asked_by)
    with work.acting_for(asker.acting() if asker else Actor(standing.asked_by)):
        for proposed in standing.commands:
            work.execute(command_of(proposed, work))


def answer_proposal(command: DeclineProposal | WithdrawProposal, work: UnitOfWork) -> None:
    """Records that a second person says no, or that nobody asks any more."""
    _settle(command, work)


def _settle(command: AgreeProposal | DeclineProposal | WithdrawProposal, work: UnitOfWork) -> Standing:
    standing = work.state(PROPOSALS, command.proposal)
    if standing is not None:
        own = isinstance(command, WithdrawProposal) and policy.may_propose(work.actor)
        if not (own or policy.may_be_second(work.actor, standing.kind)):
            raise forbidden("be the second person for this")
    person = person_of(work, work.account)
    asker = person_of(work, standing.asked_by) if standing else ""
    found = decide_settling(command, standing, person, asker, Moment(work.today, work.recorded_at))
    work.record(PROPOSALS, command.proposal, found)
    assert standing is not None, "nothing is decided of a proposal that is not there"  # noqa: S101
    return standing


def command_of(proposed: ProposedCommand, work: UnitOfWork) -> Command:
    """The command that was asked; `Refused` where this version of the program does not know it in that form."""
    kinds = {kind.__name__: kind for kind in work.composition.handlers}
    try:
        return kinds[proposed.name].model_validate_json(proposed.body)
    except (KeyError, ValidationError):
        raise Refused(
            Fault(
                "proposal-outdated",
                "What was asked cannot be carried out by this version of the program.",
                where=proposed.name,
                mend="Decline it, and have it asked again.",
                status=409,
            )
        ) from None


HANDLERS: dict[type[Command], Handler] = {
    MakeProposal: make_proposal,
    AgreeProposal: agree_proposal,
    DeclineProposal: answer_proposal,
    WithdrawProposal: answer_proposal,
}
