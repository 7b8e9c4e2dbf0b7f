"""Who may take files out of the product; whoever is not named here may not."""

from commissioning.ledger.actor import STAFF, Actor


def may_export(actor: Actor) -> bool:
    """Whether the actor may be handed files: whoever may see what they hold, the council's own people."""
    return actor.has_any(*STAFF - {"administrator"})
