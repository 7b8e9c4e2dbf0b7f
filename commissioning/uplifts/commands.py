"""What may be asked about uplift rounds and the requests made in them. Amounts are pence, percentages exact.

`expected_version` is the version of the request's stream that a form was drawn from; None asks for no check.
"""

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from commissioning.ledger.work import Command
from commissioning.placements.commands import Words
from commissioning.uplifts.facts import Rise, Subject

RoundName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^|]+$")]
"""What people call a round, `Fees 2027/28`; the bar parts it from what a request is about."""


class RoundCommand(Command):
    """Something asked of one round, which its name identifies."""

    round: RoundName
    expected_version: int | None = None


class OpenUpliftRound(RoundCommand):
    """Open a window in which schools may ask for higher prices; what is agreed applies from a day."""

    opens_on: date
    closes_on: date
    applies_from: date


class ChangeUpliftRound(RoundCommand):
    """State the days of a known round anew."""

    opens_on: date
    closes_on: date
    applies_from: date


class RequestCommand(Command):
    """Something asked of the request that a school made in a round for some of its prices."""

    round: RoundName
    subject: Subject
    expected_version: int | None = None


class AskUplift(RequestCommand):
    """Record what a school asks and on what evidence; a later word of the school takes the place of an earlier."""

    asked: Rise
    received_on: date
    evidence: Words


class OfferUplift(RequestCommand):
    """Record what the council offers."""

    offered: Rise
    offered_on: date
    reason: Words | None = None


class AgreeUplift(RequestCommand):
    """Agree a rise, in whole or in part, from a day that may lie in the past; the rates touched become dated rates."""

    agreed: Rise
    applies_from: date
    decided_on: date
    reason: Words | None = None


class RefuseUplift(RequestCommand):
    """Refuse a request: its prices stay as they are."""

    decided_on: date
    reason: Words


class TakeBackUpliftDecision(RequestCommand):
    """Take an agreement or refusal back: rates that came of it never held, and the request waits again."""

    taken_back_on: date
    reason: Words


class UndoUpliftChange(Command):
    """Reverse what a command did last to a request, within a day and before anything else is recorded of it."""

    key: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    command_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class UndoUpliftRoundChange(Command):
    """Reverse what a command did last to a round, within a day and before anything else is recorded of it."""

    round: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    command_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class WithdrawUplift(RequestCommand):
    """Record that the school no longer asks, or that it never did."""

    withdrawn_on: date
    reason: Words | None = None
