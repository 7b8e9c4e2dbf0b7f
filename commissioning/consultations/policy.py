"""Who may do and see what of consultations; whoever is not named here may not."""

from commissioning.ledger.actor import STAFF, Actor


def may_run_consultations(actor: Actor) -> bool:
    """Whether the actor may look for places and record what schools answer: commissioners may."""
    return actor.has_any("commissioner")


def may_see_consultations(actor: Actor) -> bool:
    """Whether the actor may see consultations, without what names a child: the council's own people may."""
    return actor.has_any(*STAFF - {"administrator"})
