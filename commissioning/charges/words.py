"""What the codes of charges are called when a person reads them, and how any report key's value is said."""

from collections.abc import Mapping

from commissioning.placements.words import NEEDS, PHASES, ROUTES
from contracts.words import COMPONENTS, MODELS, SETTINGS

KINDS: Mapping[str, str] = {
    "attendance": "Attendance",
    "notice": "Notice after leaving",
    "void": "Empty places",
}
CAUSES: Mapping[str, str] = {
    "new_placement": "New placements",
    "ended": "Endings",
    "date_correction": "Dates corrected",
    "rate_change": "Price changes",
    "package_change": "Package changes",
    "agreement_change": "Agreement changes",
    "suspension": "Suspensions",
    "withdrawal": "Withdrawals",
    "calendar": "Term calendars",
    "other": "Other",
}
UNPRICED: Mapping[str, str] = {
    "outside_agreement": "On roll outside the dates of the agreement",
    "calendar": "The term calendar lacks a year",
    "no_line": "No price holds",
}
CURES: Mapping[str, str] = {
    "outside_agreement": "Move it to a current agreement, record its end, or correct the dates of the agreement.",
    "calendar": "List the missing academic year in the term calendar.",
    "no_line": "Agree a price for the placement, or put one on the card of the agreement.",
}
FUNDERS: Mapping[str, str] = {"education": "Education", "health": "Health", "care": "Social care"}

VALUES: Mapping[str, Mapping[str, str]] = {
    "model": MODELS,
    "component": COMPONENTS,
    "kind": KINDS,
    "need": NEEDS,
    "phase": PHASES,
    "setting": SETTINGS,
    "route": ROUTES,
    "funder": FUNDERS,
    "cause": CAUSES,
}
"""The labels of every report key whose values are codes."""

ABSENT_VALUES: Mapping[str, str] = {
    "placement": "Empty places",
    "need": "Empty places",
    "phase": "Empty places",
    "setting": "Empty places",
    "band": "No band",
    "area": "No home area",
    "route": "No route recorded",
}
"""What a missing value of a key is: the placement of a void, a band nobody recorded."""


def value_in_words(key: str, value: str | None) -> str:
    """The value of a report key for people; codes nobody knows are shown as they are."""
    if value is None:
        return ABSENT_VALUES.get(key, "Not recorded")
    return VALUES.get(key, {}).get(value, value)
