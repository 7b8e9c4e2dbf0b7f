"""Who may do what to budgets and months; whoever is not named here may not."""

from commissioning.ledger.actor import STAFF, Actor


def may_set_budgets(actor: Actor) -> bool:
    """Say whether the actor may set budgets: finance may."""
    return actor.has_any("finance")


def may_close_months(actor: Actor) -> bool:
    """Say whether the actor may close months: finance may."""
    return actor.has_any("finance")


def may_see_budgets(actor: Actor) -> bool:
    """Say whether the actor may see budgets and what is closed: the council's own people may."""
    return actor.has_any(*STAFF - {"administrator"})
