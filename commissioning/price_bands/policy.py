"""Who may see and list national price bands; whoever is not named here may not."""

from commissioning.ledger.actor import STAFF, Actor


def may_see_price_bands(actor: Actor) -> bool:
    """Whether the actor may see the tables and who is over or under them: the council's own people may."""
    return actor.has_any(*STAFF - {"administrator"})


def may_list_price_bands(actor: Actor) -> bool:
    """Whether the actor may state a table: commissioners may."""
    return actor.has_any("commissioner")
