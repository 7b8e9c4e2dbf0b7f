"""Who may do what to saved scenarios; whoever is not named here may not."""

from commissioning.ledger.actor import STAFF, Actor


def may_save_scenarios(actor: Actor) -> bool:
    """Whether the actor may save scenarios, and change and drop their own: whoever may see reports."""
    return actor.has_any(*STAFF - {"administrator"})
