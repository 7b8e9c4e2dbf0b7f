"""Who may do and see what of the oversight of schools; whoever is not named here may not."""

from commissioning.ledger.actor import Actor


def may_oversee_schools(actor: Actor) -> bool:
    """Say whether the actor may record inspections, documents, suspensions, contacts and visits: commissioners may."""
    return actor.has_any("commissioner")


def may_set_inspection_mark(actor: Actor) -> bool:
    """Say whether the actor may set the mark below which an inspection outcome falls short: commissioners may."""
    return actor.has_any("commissioner")


def may_see_contacts(actor: Actor) -> bool:
    """Say whether the actor may see who a school's contact persons are: those who write to schools may."""
    return actor.has_any("commissioner", "finance")
