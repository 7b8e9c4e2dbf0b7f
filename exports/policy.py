"""Who may see reports and take them away as files; whoever is not named here may not."""

from commissioning.ledger.actor import STAFF, Actor


def may_see_reports(actor: Actor) -> bool:
    """Whether the actor may see what everything costs: the council's own people may, administrators apart."""
    return actor.has_any(*STAFF - {"administrator"})


def may_see_what_needs_a_person(actor: Actor) -> bool:
    """Whether the actor may see the queue of what needs somebody: as with reports."""
    return may_see_reports(actor)
