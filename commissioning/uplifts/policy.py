"""Who may see and decide uplifts; whoever is not named here may not."""

from commissioning.ledger.actor import STAFF, Actor


def may_see_uplifts(actor: Actor) -> bool:
    """Whether the actor may see what schools asked and what was agreed: the council's own people may."""
    return actor.has_any(*STAFF - {"administrator"})


def may_decide_uplifts(actor: Actor) -> bool:
    """Whether the actor may open rounds, record requests, offer, agree and refuse: commissioners may."""
    return actor.has_any("commissioner")
