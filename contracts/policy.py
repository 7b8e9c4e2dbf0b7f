"""Who may do what to agreements and term calendars; whoever is not named here may not."""

from commissioning.ledger.actor import STAFF, Actor


def may_record_agreements(actor: Actor) -> bool:
    """Say whether the actor may make, vary, correct and end agreements: commissioners may."""
    return actor.has_any("commissioner")


def may_list_calendars(actor: Actor) -> bool:
    """Say whether the actor may state term calendars: commissioners may."""
    return actor.has_any("commissioner")


def may_see_agreements(actor: Actor) -> bool:
    """Say whether the actor may see agreements, prices and calendars: the council's own people may."""
    return actor.has_any(*STAFF - {"administrator"})
