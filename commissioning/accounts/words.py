"""The words in which pages and commands speak of accounts."""

from collections.abc import Mapping

from commissioning.accounts.facts import LinkPurpose, SignsInBy
from commissioning.ledger.actor import ENTRA, ERASURE_LIST, FRONT_DOOR, Role
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
PROGRAM_ACCOUNTS: Mapping[str, str] = Labels(
    {
        FRONT_DOOR: N_("The front door"),
        ENTRA: N_("The council's own sign-in"),
        ERASURE_LIST: N_("The list of erasures"),
    }
)
"""The accounts of the program itself, which are nobody's."""
LINKS: Mapping[LinkPurpose, str] = Labels({"invitation": N_("Invitation"), "reset": N_("New password")})
WAYS_IN: Mapping[SignsInBy, str] = Labels(
    {
        "system_user": N_("Command line"),
        "password": N_("Password and code"),
        "entra": N_("The council's own sign-in"),
        "demonstration": N_("By choosing a role"),
    }
)
