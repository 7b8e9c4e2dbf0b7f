"""Who may do and see what of pupils and placements; whoever is not named here may not."""

from commissioning.ledger.actor import ERASURE_LIST, STAFF, Actor


def may_record_placements(actor: Actor) -> bool:
    """Whether the actor may log and change placements and pupils: commissioners may."""
    return actor.has_any("commissioner")


def may_see_placements(actor: Actor) -> bool:
    """Whether the actor may see all placements, without what names a child: the council's own people may."""
    return actor.has_any(*STAFF - {"administrator"})


def may_see_own_placements(actor: Actor) -> bool:
    """Whether the actor may see the placements at the schools that it speaks for: a provider may."""
    return actor.has_any("provider")


def may_erase_pupils(actor: Actor) -> bool:
    """Whether the actor may destroy a pupil's key: commissioners may, and the program what they had begun."""
    return actor.has_any("commissioner") or actor.account == ERASURE_LIST


def may_disclose_pupils(actor: Actor) -> bool:
    """Whether the actor may see everything that is held about a pupil, for the pupil's own request."""
    return actor.has_any("commissioner")


def may_open_sealed_fields(actor: Actor) -> bool:
    """Whether the actor may see what names a child, in the course of the work."""
    return actor.has_any("commissioner")


def may_open_sealed_fields_for_a_reason(actor: Actor) -> bool:
    """Whether the actor may see what names a child once the reason for it is recorded."""
    return actor.has_any("commissioner", "auditor")


def may_find_pupils(actor: Actor) -> bool:
    """Whether the actor may find a pupil's placements by the council's own reference, in the course of the work."""
    return actor.has_any("commissioner")
