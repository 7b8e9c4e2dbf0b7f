"""The words in which pages and commands speak of accounts."""

from collections.abc import Mapping

from commissioning.accounts.facts import SignsInBy
from commissioning.ledger.actor import Role

ROLES: Mapping[Role, str] = {
    "commissioner": "Commissioner",
    "finance": "Finance",
    "approver": "Approver",
    "provider": "School",
    "reader": "Reader",
    "auditor": "Auditor",
    "administrator": "Administrator",
}
WHAT_ROLES_DO: Mapping[Role, str] = {
    "commissioner": "Logs placements, agrees prices, and sees what names a child.",
    "finance": "Checks invoices and prepares payments.",
    "approver": "Approves what others have prepared.",
    "provider": "Sees its own school's placements and nobody else's.",
    "reader": "Sees everything but what names a child, and changes nothing.",
    "auditor": "Sees everything, changes nothing, and opens what names a child for a recorded reason.",
    "administrator": "Looks after accounts. Sees no money.",
}
WAYS_IN: Mapping[SignsInBy, str] = {
    "system_user": "Command line",
    "password": "Password and code",
    "entra": "The council's own sign-in",
    "demonstration": "By choosing a role",
}
