"""The words in which pages and commands speak of accounts."""

from collections.abc import Mapping

from commissioning.accounts.facts import SignsInBy
from commissioning.ledger.actor import Role
from commissioning.web.language import N_, Labels

ROLES: Mapping[Role, str] = Labels(
    {
        "commissioner": N_("Commissioner"),
        "finance": N_("Finance"),
        "approver": N_("Approver"),
        "provider": N_("School"),
        "reader": N_("Reader"),
        "auditor": N_("Auditor"),
        "administrator": N_("Administrator"),
    }
)
WHAT_ROLES_DO: Mapping[Role, str] = Labels(
    {
        "commissioner": N_("Logs placements, agrees prices, and sees what names a child."),
        "finance": N_("Checks invoices and prepares payments."),
        "approver": N_("Approves what others have prepared."),
        "provider": N_("Sees its own school's placements and nobody else's."),
        "reader": N_("Sees everything but what names a child, and changes nothing."),
        "auditor": N_("Sees everything, changes nothing, and opens what names a child for a recorded reason."),
        "administrator": N_("Looks after accounts. Sees no money."),
    }
)
WAYS_IN: Mapping[SignsInBy, str] = Labels(
    {
        "system_user": N_("Command line"),
        "password": N_("Password and code"),
        "entra": N_("The council's own sign-in"),
        "demonstration": N_("By choosing a role"),
    }
)
