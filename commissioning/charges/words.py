"""What the codes of charges are called when a person reads them, and how any report key's value is said."""

from collections.abc import Mapping

from commissioning.placements.words import NEEDS, PHASES, ROUTES
from commissioning.web.language import N_, Labels, _
from contracts.words import COMPONENTS, MODELS, SETTINGS

KINDS: Mapping[str, str] = Labels(
    {
        "attendance": N_("Attendance"),
        "notice": N_("Notice after leaving"),
        "void": N_("Empty places"),
    }
)
CAUSES: Mapping[str, str] = Labels(
    {
        "new_placement": N_("New placements"),
        "ended": N_("Endings"),
        "date_correction": N_("Dates corrected"),
        "rate_change": N_("Price changes"),
        "package_change": N_("Package changes"),
        "agreement_change": N_("Agreement changes"),
        "suspension": N_("Suspensions"),
        "withdrawal": N_("Withdrawals"),
        "calendar": N_("Term calendars"),
        "other": N_("Other"),
    }
)
UNPRICED: Mapping[str, str] = Labels(
    {
        "outside_agreement": N_("On roll outside the dates of the agreement"),
        "calendar": N_("The term calendar lacks a year"),
        "no_line": N_("No price holds"),
    }
)
CURES: Mapping[str, str] = Labels(
    {
        "outside_agreement": N_(
            "Move it to a current agreement, record its end, or correct the dates of the agreement."
        ),
        "calendar": N_("List the missing academic year in the term calendar."),
        "no_line": N_("Agree a price for the placement, or put one on the card of the agreement."),
    }
)
FUNDERS: Mapping[str, str] = Labels({"education": N_("Education"), "health": N_("Health"), "care": N_("Social care")})

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

ABSENT_VALUES: Mapping[str, str] = Labels(
    {
        "placement": N_("Empty places"),
        "need": N_("Empty places"),
        "phase": N_("Empty places"),
        "setting": N_("Empty places"),
        "band": N_("No band"),
        "area": N_("No home area"),
        "route": N_("No route recorded"),
    }
)
"""What a missing value of a key is: the placement of a void, a band nobody recorded."""


def value_in_words(key: str, value: str | None) -> str:
    """The value of a report key for people; codes nobody knows are shown as they are."""
    if value is None:
        return ABSENT_VALUES.get(key) or _("Not recorded")
    return VALUES.get(key, {}).get(value, value)
