"""Who may send the invoices of which school; whoever is not named here may not."""

from commissioning.ledger.actor import Actor
from invoices.policy import may_receive_invoices, may_send_invoices
from providers.facts import ProviderFacts


def may_send_invoices_of(actor: Actor, urn: int, facts: ProviderFacts) -> bool:
    """Whether the actor may send those of one school: finance of any, others of the schools they speak for."""
    if may_receive_invoices(actor):
        return True
    group = actor.schools.owner_group
    speaks_for = urn in actor.schools.urns or (group is not None and facts.owner_group == group)
    return may_send_invoices(actor) and speaks_for
