"""What the codes of agreements and prices are called when a person reads them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from commissioning.web.words import number, pounds
from contracts.rates import RateLine
from contracts.terms import (
    Terms,
    Tier,
)
from contracts.versions import resolved

MODELS: Mapping[str, str] = {
    "spot": "Spot",
    "national_contract": "National contract",
    "dynamic_market": "Dynamic market",
    "approved_list": "Approved list",
    "open_framework": "Open framework",
    "framework": "Framework",
    "block": "Block",
    "retained": "Retained places",
    "cost_volume": "Cost and volume",
    "volume_discount": "Volume discount",
    "need_band": "Need bands",
    "price_band": "National price bands",
    "state_place": "State place with top-up",
}
MODEL_MEANINGS: Mapping[str, str] = {
    "spot": "A price quoted for each child. The school bears an empty place.",
    "national_contract": "A price quoted for each child under national terms. The school bears an empty place.",
    "dynamic_market": "A price quoted for each child among approved schools. The school bears an empty place.",
    "approved_list": "A price quoted for each child from a list of schools. The school bears an empty place.",
    "open_framework": "A price quoted for each child under common terms. The school bears an empty place.",
    "framework": "Tendered prices on a card by band and setting. The school bears an empty place.",
    "block": "A fixed number of places, paid for whether filled or empty.",
    "retained": "A part of the price holds an empty place; a filled one is paid in full.",
    "cost_volume": "Fixed up to a number of places, and a lower price for each place above it.",
    "volume_discount": "A discount that grows with the number of pupils on roll.",
    "need_band": "The assessed band of need looked up in the card.",
    "price_band": "The national table of price bands.",
    "state_place": "Place funding and a top-up for a state school: what “local first” is compared with.",
}
SETTINGS: Mapping[str, str] = {
    "day": "Day",
    "residential_weekly": "Residential, weekly",
    "residential_term": "Residential, in term",
    "residential_52": "Residential, 52 weeks",
}
COMPONENTS: Mapping[str, str] = {
    "education": "Education",
    "residential": "Residential",
    "therapy": "Therapy",
    "support": "1:1 or 2:1 support",
    "care": "Care",
    "transport": "Transport",
    "assessment": "Assessment",
    "equipment": "Equipment",
    "other": "Other",
}
UNITS: Mapping[str, str] = {
    "year": "a year",
    "term": "a term",
    "week": "a week",
    "day": "a day",
    "hour": "an hour",
    "once": "once",
}
FEE_YEARS: Mapping[str, str] = {
    "academic": "Academic year, from 1 September",
    "financial": "Financial year, from 1 April",
}
ACCRUALS: Mapping[str, str] = {
    "calendar_days": "Evenly on every day of the fee year",
    "school_days": "Evenly on every school day of the fee year",
    "months": "A twelfth each month, evenly on its days",
    "terms": "A third each term, evenly on its school days",
}
LEAVER_RULES: Mapping[str, str] = {
    "last_day": "Paid to the last day",
    "end_of_month": "Paid to the end of the month",
    "end_of_term": "Paid to the end of the term",
    "term_notice": "Paid for a full term of notice",
}
TIERINGS: Mapping[str, str] = {
    "marginal": "Each place has the discount of its own tier",
    "whole_roll": "Every place has the discount of the tier that the roll reaches",
}
BILLINGS: Mapping[str, str] = {
    "termly_advance": "Each term, in advance",
    "half_termly_advance": "Each half-term, in advance",
    "monthly_advance": "Each month, in advance",
    "monthly_arrears": "Each month, in arrears",
}
INSTALMENTS: Mapping[str, str] = {"by_days": "By the days each covers", "equal": "Equal"}
TERM_NAMES: Mapping[str, str] = {"autumn": "Autumn", "spring": "Spring", "summer": "Summer"}


def price(line: RateLine) -> str:
    """A price as a person says it: `£65,120.00 a year`, `£24.50 an hour, 10 hours a week`."""
    words = f"{pounds(line.amount)} {UNITS[line.unit]}"
    times = number(line.quantity, 2)
    if line.unit == "hour":
        return f"{words}, {times} {'hour' if line.quantity == 1 else 'hours'} a week"
    if line.unit == "day":
        return f"{words}, {times} {'day' if line.quantity == 1 else 'days'} a week"
    return words if line.quantity == 1 else f"{words}, {times} times"


def applies_to(line: RateLine) -> str:
    """For which packages a line of a card holds: `Band C, Day`, or `Any package`."""
    parts = [band(line.band) if line.band else "", SETTINGS[line.setting] if line.setting else ""]
    return ", ".join(part for part in parts if part) or "Any package"


def band(code: str | None) -> str:
    """A band with the word before it, once: `Band C`, `Band 3`; a dash where none is recorded."""
    if code is None:
        return "\N{EN DASH}"
    return code if code.lower().startswith("band") else f"Band {code}"


def flags(line: RateLine, *, tiered: bool) -> str:
    """What else is agreed of a line: whether empty places, discounts and notice days count it."""
    told = []
    if line.void:
        told.append("paid on empty places")
    if line.discount and tiered:
        told.append("discounted by tiers")
    if not line.notice:
        told.append("not paid in notice")
    return ", ".join(told).capitalize()


def commitment(terms: Terms) -> str:
    """What places a version of the terms commits the council to."""
    if not terms.commitment_places:
        return "No places committed"
    places = number(terms.commitment_places)
    return f"{places} places, an empty one paid at {number(terms.void_pct, 2)}%"


def notice(terms: Terms) -> str:
    """How long a leaver is paid for."""
    rule = LEAVER_RULES[terms.leaver_rule]
    if not terms.notice_weeks:
        return rule
    return f"{rule}, or {number(terms.notice_weeks)} weeks from notice if that is later"


def tier(held: Tier) -> str:
    """One tier: `from place 26, 5% off`."""
    if held.discount_pct < 0:
        return f"from place {number(held.from_place)}, {number(-held.discount_pct, 2)}% more"
    off = f"{number(held.discount_pct, 2)}% off" if held.discount_pct else "no discount"
    return f"from place {number(held.from_place)}, {off}"


def tiers(held: tuple[Tier, ...]) -> str:
    """A whole set of tiers in one phrase."""
    return "; ".join(tier(one) for one in held) or "No discount"


def line_day(line: RateLine, start_on: date) -> date:
    """The day from which a line holds."""
    return resolved(line, start_on)


def per_cent(value: Decimal) -> str:
    """A percentage as it was agreed, with no more decimals than it has."""
    return f"{number(value, 4)}%"


EVENT_TITLES: Mapping[str, str] = {
    "AcademicYearListed": "Academic year listed",
    "AgreementMade": "Agreement recorded",
    "TermsVaried": "Terms varied",
    "TiersSet": "Discount tiers set",
    "CardRateAgreed": "Price agreed",
    "CardRateCorrected": "Price corrected",
    "CardRateWithdrawn": "Price withdrawn",
    "AgreementEnded": "Agreement ended",
    "AgreementExtended": "Agreement extended",
    "AgreementDatesCorrected": "Dates corrected",
    "AgreementDetailsChanged": "Details changed",
}
"""What each event of an agreement or calendar is called in its history."""
