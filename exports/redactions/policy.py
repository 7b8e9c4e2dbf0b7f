"""Who may decide what published payments keep back; whoever is not named here may not."""

from commissioning.ledger.actor import Actor


def may_decide_redactions(actor: Actor) -> bool:
    """Whether the actor may decide redactions: finance publishes the payments, an approver answers for them."""
    return actor.has_any("finance", "approver")
