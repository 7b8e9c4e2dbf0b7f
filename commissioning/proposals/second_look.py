"""The second look at a deed that is done and not yet committed: where it takes two people, it waits instead.

Rules are asked of what the deed changed, not of the command that asked it, so that no way to come to the same end goes
past them: a form of several commands, a program's single one, and a workbook are looked at alike.
"""

import hashlib
from collections.abc import Callable

from commissioning.accounts.commands import RecordWorkbook
from commissioning.ledger.errors import Fault, Refused, Waits
from commissioning.ledger.said import said
from commissioning.ledger.time import instant_from_text, instant_to_text, london_day
from commissioning.ledger.work import COMMANDS_KEPT, SecondLook, TakesTwo, UnitOfWork
from commissioning.proposals.commands import MakeProposal
from commissioning.proposals.facts import GOOD_FOR, ProposedCommand, TakesASecond
from commissioning.proposals.words import WHO

Rule = Callable[[UnitOfWork], TakesASecond | None]
"""Says of a deed whether, and why, it takes two people."""


def second_look(*rules: Rule) -> SecondLook:
    """The look of some rules; the first that finds something says why the deed waits."""

    def look(work: UnitOfWork) -> None:
        """Raises `TakesTwo`, or `Refused` for a workbook, which another has to confirm instead."""
        if work.two_people:
            return
        for rule in rules:
            found = rule(work)
            if found is None:
                continue
            if len(work.commands) >= COMMANDS_KEPT or any(isinstance(one, RecordWorkbook) for one in work.commands):
                raise _another_must_confirm(found)
            raise _waits(found, work)

    return look


def proposal_key(command_id: str) -> str:
    """The key under which a command waits, so that whoever sent it can be shown what became of it."""
    return hashlib.sha256(command_id.encode()).hexdigest()[:16]


def _waits(found: TakesASecond, work: UnitOfWork) -> TakesTwo:
    if any(command.kept_as == "nothing" for command in work.commands):
        raise _holds_words(found)
    until = instant_from_text(work.recorded_at) + GOOD_FOR
    proposal = MakeProposal(
        proposal=proposal_key(work.command_id),
        kind=found.kind,
        about=found.about,
        what=found.what,
        until=instant_to_text(until),
        commands=tuple(
            ProposedCommand(name=type(command).__name__, body=command.model_dump_json()) for command in work.commands
        ),
    )
    told = Fault(
        "second-person",
        said("%(what)s, so it takes a second person. Nothing is changed yet.", what=found.what),
        where=found.about,
        mend=said(
            "It waits for %(who)s on the page “Waiting” until %(until)s.",
            who=said(WHO[found.kind]),
            until=london_day(until),
        ),
        status=202,
    )
    return TakesTwo(found.what, proposal, Waits(told))


def _holds_words(found: TakesASecond) -> Refused:
    return Refused(
        Fault(
            "second-person",
            said(
                "%(what)s, so it takes a second person, and what is asked with it may not be kept until then.",
                what=found.what,
            ),
            where=found.about,
            expected="what takes a second person, by itself",
            mend="Record first whatever is written about a person, and then ask for this.",
        )
    )


def _another_must_confirm(found: TakesASecond) -> Refused:
    return Refused(
        Fault(
            "second-person",
            said("%(what)s, so it takes a second person.", what=found.what),
            where=found.about,
            expected="a workbook that another person confirms than uploaded it",
            mend="Upload it on the page of imports and have somebody else confirm it.",
        )
    )
