"""Who may say where a school is paid; whoever is not named here may not."""

from commissioning.ledger.actor import Actor


def may_change_bank_details(actor: Actor) -> bool:
    """Whether the actor may ask for a change of where a school is paid: finance may, and a second person agrees."""
    return actor.has_any("finance")


def may_see_how_bank_details_end(actor: Actor) -> bool:
    """Whether the actor may see that a school's account is known and how it ends: who pays, approves or audits."""
    return actor.has_any("finance", "approver", "auditor")
