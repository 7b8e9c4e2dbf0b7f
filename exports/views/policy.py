"""Who may do what to saved views; whoever is not named here may not."""

from commissioning.ledger.actor import STAFF, Actor


def may_save_views(actor: Actor) -> bool:
    """Whether the actor may save views and drop them: whoever may see reports, the council's own people."""
    return actor.has_any(*STAFF - {"administrator"})
