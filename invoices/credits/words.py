"""What credit requests are called where people read of them."""

from collections.abc import Mapping

from commissioning.web.language import N_, Labels, Tags
from invoices.credits.request import CreditStatus

STATUSES: Mapping[CreditStatus, tuple[str, str]] = Tags(
    {
        "drafted": (N_("Drafted"), "orange"),
        "sent": (N_("Asked of the school"), "blue"),
        "agreed": (N_("The school gives it"), "purple"),
        "contested": (N_("The school does not agree"), "red"),
        "credited": (N_("Credited"), "green"),
        "dropped": (N_("No longer owed"), "grey"),
    }
)
"""Each state with the colour of its tag."""
SCHOOL_STATUSES: Mapping[CreditStatus, str] = Labels(
    {
        "drafted": N_("Being prepared"),
        "sent": N_("Waits for your answer"),
        "agreed": N_("You give it"),
        "contested": N_("You do not agree"),
        "credited": N_("Given back"),
        "dropped": N_("No longer asked for"),
    }
)
"""The same as a school reads it."""
EVENT_TITLES: Mapping[str, str] = Labels(
    {
        "CreditRequestDrafted": N_("Credit request drafted"),
        "CreditRequestSent": N_("Credit asked of the school"),
        "CreditRequestAnswered": N_("The school answered the credit request"),
        "CreditRequestReduced": N_("Less is to be credited"),
    }
)
