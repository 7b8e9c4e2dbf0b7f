"""Who may take files out of the product; whoever is not named here may not."""

from commissioning.ledger.actor import Actor
from exports.policy import may_see_reports


def may_export(actor: Actor) -> bool:
    """Say whether the actor may be handed files: whoever may see what stands in them."""
    return may_see_reports(actor)
