"""Who may see and change budgets, close months and map codes; whoever is not named here may not."""

from commissioning.ledger.actor import STAFF, Actor


def may_see_budgets(actor: Actor) -> bool:
    """Whether the actor may see budgets and what months posted: the council's own people may, administrators apart."""
    return actor.has_any(*STAFF - {"administrator"})


def may_set_budgets(actor: Actor) -> bool:
    """Whether the actor may set budgets, also by a workbook: finance and commissioners may."""
    return actor.has_any("finance", "commissioner")


def may_close_months(actor: Actor) -> bool:
    """Whether the actor may close months: finance may."""
    return actor.has_any("finance")


def may_map_codes(actor: Actor) -> bool:
    """Whether the actor may map the finance system's codes: finance may."""
    return actor.has_any("finance")
