"""Who may take files out of the product; whoever is not named here may not."""

from commissioning.ledger.actor import STAFF, Actor


def may_export(actor: Actor) -> bool:
    """Whether the actor may be handed files: the council's own people, and a school what is its own."""
    return actor.has_any(*STAFF - {"administrator"}, "provider")
