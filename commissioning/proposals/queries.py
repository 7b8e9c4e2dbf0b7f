"""What pages and upper floors ask about proposals: what waits, for whom, and what became of the rest."""

from dataclasses import dataclass
from typing import get_args

from commissioning.accounts import queries as accounts
from commissioning.ledger.actor import Actor
from commissioning.ledger.reading import Reader
from commissioning.proposals.facts import Kind, Outcome, WhyDeclined
from commissioning.proposals.policy import may_be_second

_COLUMNS = "proposal, kind, about, what, asked_by, asked_at, until, outcome, settled_by, settled_at, why"
_MOST_SETTLED = 50


@dataclass(frozen=True, slots=True)
class KnownProposal:
    """A proposal as it stands; instants as the log writes them."""

    proposal: str
    kind: Kind
    about: str
    what: str
    asked_by: str
    asked_at: str
    until: str
    outcome: Outcome
    settled_by: str | None
    settled_at: str | None
    why: WhyDeclined | None

    def waits_at(self, now: str) -> bool:
        """Whether it still waits at an instant."""
        return self.outcome == "waits" and now <= self.until


async def waiting_for(reader: Reader, actor: Actor, now: str) -> list[KnownProposal]:
    """What waits for the actor as the second person, oldest first: never what the same person has asked."""
    if not any(may_be_second(actor, kind) for kind in get_args(Kind)):
        return []
    people = await persons(reader)
    own = people.get(actor.account, actor.account)
    return [
        one
        for one in await unsettled(reader, now)
        if may_be_second(actor, one.kind) and people.get(one.asked_by, one.asked_by) != own
    ]


async def unsettled(reader: Reader, now: str) -> list[KnownProposal]:
    """Everything that waits at an instant, oldest first."""
    rows = await reader.query(
        f"SELECT {_COLUMNS} FROM proposals_proposal WHERE book = ? AND outcome = ? ORDER BY id",
        (await reader.number(), "waits"),
    )
    return [one for one in (KnownProposal(*row) for row in rows) if one.waits_at(now)]


async def settled(reader: Reader, now: str) -> list[KnownProposal]:
    """What was answered, taken back or left until it ended, the newest first."""
    rows = await reader.query(
        f"SELECT {_COLUMNS} FROM proposals_proposal WHERE book = ? AND (outcome <> ? OR until < ?) "
        "ORDER BY id DESC LIMIT ?",
        (await reader.number(), "waits", now, _MOST_SETTLED),
    )
    return [KnownProposal(*row) for row in rows]


async def proposal(reader: Reader, key: str) -> KnownProposal | None:
    """One proposal, None where there is none of this key."""
    rows = await reader.query(
        f"SELECT {_COLUMNS} FROM proposals_proposal WHERE book = ? AND proposal = ?", (await reader.number(), key)
    )
    return KnownProposal(*rows[0]) if rows else None


async def persons(reader: Reader) -> dict[str, str]:
    """The account that stands for the person of each account."""
    return {one.actor.account: one.person for one in await accounts.accounts(reader)}
