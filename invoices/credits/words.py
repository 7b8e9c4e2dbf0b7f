"""What credit requests are called where people read of them."""

from collections.abc import Mapping

from invoices.credits.request import CreditStatus

STATUSES: Mapping[CreditStatus, tuple[str, str]] = {
    "drafted": ("Drafted", "orange"),
    "sent": ("Asked of the school", "blue"),
    "agreed": ("The school gives it", "purple"),
    "contested": ("The school does not agree", "red"),
    "credited": ("Credited", "green"),
    "dropped": ("No longer owed", "grey"),
}
"""Each state with the colour of its tag."""
SCHOOL_STATUSES: Mapping[CreditStatus, str] = {
    "drafted": "Being prepared",
    "sent": "Waits for your answer",
    "agreed": "You give it",
    "contested": "You do not agree",
    "credited": "Given back",
    "dropped": "No longer asked for",
}
"""The same as a school reads it."""
EVENT_TITLES: Mapping[str, str] = {
    "CreditRequestDrafted": "Credit request drafted",
    "CreditRequestSent": "Credit asked of the school",
    "CreditRequestAnswered": "The school answered the credit request",
    "CreditRequestReduced": "Less is to be credited",
}
