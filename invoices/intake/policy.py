"""Who may send invoices; whoever is not named here may not."""

from commissioning.ledger.actor import Actor
from providers.facts import ProviderFacts


def may_send_invoices(actor: Actor) -> bool:
    """Whether the actor may send invoices at all: a school's own people, commissioners and finance may."""
    return actor.has_any("provider", "commissioner", "finance")


def may_send_invoices_of(actor: Actor, urn: int, facts: ProviderFacts) -> bool:
    """Whether the actor may send those of one school: the council of any, others of the schools they speak for."""
    if actor.has_any("commissioner", "finance"):
        return True
    group = actor.schools.owner_group
    speaks_for = urn in actor.schools.urns or (group is not None and facts.owner_group == group)
    return actor.has_any("provider") and speaks_for
