"""Who may do what to schools' records; whoever is not named here may not."""

from commissioning.ledger.actor import STAFF, Actor


def may_change_providers(actor: Actor) -> bool:
    """Say whether the actor may register schools and change their facts: commissioners may."""
    return actor.has_any("commissioner")


def may_see_providers(actor: Actor) -> bool:
    """Say whether the actor may see the list and the records of schools: the council's own people may."""
    return actor.has_any(*STAFF - {"administrator"})
