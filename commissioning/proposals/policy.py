"""Who may be the second person for what; whoever is not named here may not."""

from collections.abc import Mapping

from commissioning.ledger.actor import Actor, Role
from commissioning.proposals.facts import Kind

SECONDS: Mapping[Kind, tuple[Role, ...]] = {"award": ("approver",), "bank_details": ("finance", "approver")}
"""The roles of a second person. That it is another person than the first is asked beside (`accounts.duties`)."""


def may_propose(actor: Actor) -> bool:
    """Whether the actor may ask for what takes two people: those who may order or pay."""
    return actor.has_any("commissioner", "finance")


def may_be_second(actor: Actor, kind: Kind) -> bool:
    """Whether the actor may be the second person for a kind of deed."""
    return actor.has_any(*SECONDS[kind])


def may_see_waiting(actor: Actor) -> bool:
    """Whether the actor may see what waits for a second person: who may ask or answer, and auditors."""
    return actor.has_any("commissioner", "finance", "approver", "auditor")


def may_answer_waiting(actor: Actor) -> bool:
    """Whether the actor may answer anything that waits, or take back what it asked itself."""
    return actor.has_any("commissioner", "finance", "approver")
