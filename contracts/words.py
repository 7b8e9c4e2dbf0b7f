"""What the codes of agreements and prices are called when a person reads them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from commissioning.web.language import N_, Labels, _
from commissioning.web.words import number, pounds
from contracts.rates import RateLine
from contracts.terms import (
    Terms,
    Tier,
)
from contracts.versions import resolved

MODELS: Mapping[str, str] = Labels(
    {
        "spot": N_("Spot"),
        "national_contract": N_("National contract"),
        "dynamic_market": N_("Dynamic market"),
        "approved_list": N_("Approved list"),
        "open_framework": N_("Open framework"),
        "framework": N_("Framework"),
        "block": N_("Block"),
        "retained": N_("Retained places"),
        "cost_volume": N_("Cost and volume"),
        "volume_discount": N_("Volume discount"),
        "need_band": N_("Need bands"),
        "price_band": N_("National price bands"),
        "state_place": N_("State place with top-up"),
    }
)
MODEL_MEANINGS: Mapping[str, str] = Labels(
    {
        "spot": N_("A price quoted for each child. The school bears an empty place."),
        "national_contract": N_("A price quoted for each child under national terms. The school bears an empty place."),
        "dynamic_market": N_("A price quoted for each child among approved schools. The school bears an empty place."),
        "approved_list": N_("A price quoted for each child from a list of schools. The school bears an empty place."),
        "open_framework": N_("A price quoted for each child under common terms. The school bears an empty place."),
        "framework": N_("Tendered prices on a card by band and setting. The school bears an empty place."),
        "block": N_("A fixed number of places, paid for whether filled or empty."),
        "retained": N_("A part of the price holds an empty place; a filled one is paid in full."),
        "cost_volume": N_("Fixed up to a number of places, and a lower price for each place above it."),
        "volume_discount": N_("A discount that grows with the number of pupils on roll."),
        "need_band": N_("The assessed band of need looked up in the card."),
        "price_band": N_("The national table of price bands."),
        "state_place": N_("Place funding and a top-up for a state school: what “local first” is compared with."),
    }
)
SETTINGS: Mapping[str, str] = Labels(
    {
        "day": N_("Day"),
        "residential_weekly": N_("Residential, weekly"),
        "residential_term": N_("Residential, in term"),
        "residential_52": N_("Residential, 52 weeks"),
    }
)
COMPONENTS: Mapping[str, str] = Labels(
    {
        "education": N_("Education"),
        "residential": N_("Residential"),
        "therapy": N_("Therapy"),
        "support": N_("1:1 or 2:1 support"),
        "care": N_("Care"),
        "transport": N_("Transport"),
        "assessment": N_("Assessment"),
        "equipment": N_("Equipment"),
        "other": N_("Other"),
    }
)
UNITS: Mapping[str, str] = Labels(
    {
        "year": N_("a year"),
        "term": N_("a term"),
        "week": N_("a week"),
        "day": N_("a day"),
        "hour": N_("an hour"),
        "once": N_("once"),
    }
)
FEE_YEARS: Mapping[str, str] = Labels(
    {
        "academic": N_("Academic year, from 1 September"),
        "financial": N_("Financial year, from 1 April"),
    }
)
ACCRUALS: Mapping[str, str] = Labels(
    {
        "calendar_days": N_("Evenly on every day of the fee year"),
        "school_days": N_("Evenly on every school day of the fee year"),
        "months": N_("A twelfth each month, evenly on its days"),
        "terms": N_("A third each term, evenly on its school days"),
    }
)
LEAVER_RULES: Mapping[str, str] = Labels(
    {
        "last_day": N_("Paid to the last day"),
        "end_of_month": N_("Paid to the end of the month"),
        "end_of_term": N_("Paid to the end of the term"),
        "term_notice": N_("Paid for a full term of notice"),
    }
)
TIERINGS: Mapping[str, str] = Labels(
    {
        "marginal": N_("Each place has the discount of its own tier"),
        "whole_roll": N_("Every place has the discount of the tier that the roll reaches"),
    }
)
BILLINGS: Mapping[str, str] = Labels(
    {
        "termly_advance": N_("Each term, in advance"),
        "half_termly_advance": N_("Each half-term, in advance"),
        "monthly_advance": N_("Each month, in advance"),
        "monthly_arrears": N_("Each month, in arrears"),
    }
)
INSTALMENTS: Mapping[str, str] = Labels({"by_days": N_("By the days each covers"), "equal": N_("Equal")})
TERM_NAMES: Mapping[str, str] = Labels({"autumn": N_("Autumn"), "spring": N_("Spring"), "summer": N_("Summer")})


def price(line: RateLine) -> str:
    """A price as a person says it: `£65,120.00 a year`, `£24.50 an hour, 10 hours a week`."""
    figures = {"amount": pounds(line.amount), "unit": UNITS[line.unit], "times": number(line.quantity, 2)}
    match line.unit, line.quantity == 1:
        case "hour", True:
            return _("%(amount)s %(unit)s, %(times)s hour a week", **figures)
        case "hour", False:
            return _("%(amount)s %(unit)s, %(times)s hours a week", **figures)
        case "day", True:
            return _("%(amount)s %(unit)s, %(times)s day a week", **figures)
        case "day", False:
            return _("%(amount)s %(unit)s, %(times)s days a week", **figures)
        case _unit, True:
            return _("%(amount)s %(unit)s", **figures)
        case _:
            return _("%(amount)s %(unit)s, %(times)s times", **figures)


def applies_to(line: RateLine) -> str:
    """For which packages a line of a card holds: `Band C, Day`, or `Any package`."""
    parts = [band(line.band) if line.band else "", SETTINGS[line.setting] if line.setting else ""]
    return ", ".join(part for part in parts if part) or _("Any package")


def band(code: str | None) -> str:
    """A band with the word before it, once: `Band C`, `Band 3`; a dash where none is recorded."""
    if code is None:
        return "\N{EN DASH}"
    return code if code.lower().startswith("band") else _("Band %(band)s", band=code)


def flags(line: RateLine, *, tiered: bool) -> str:
    """What else is agreed of a line: whether empty places, discounts and notice days count it."""
    told = []
    if line.void:
        told.append(_("paid on empty places"))
    if line.discount and tiered:
        told.append(_("discounted by tiers"))
    if not line.notice:
        told.append(_("not paid in notice"))
    return ", ".join(told).capitalize()


def commitment(terms: Terms) -> str:
    """What places a version of the terms commits the council to."""
    if not terms.commitment_places:
        return _("No places committed")
    places, share = number(terms.commitment_places), number(terms.void_pct, 2)
    return _("%(places)s places, an empty one paid at %(share)s%%", places=places, share=share)


def notice(terms: Terms) -> str:
    """How long a leaver is paid for."""
    rule = LEAVER_RULES[terms.leaver_rule]
    if not terms.notice_weeks:
        return rule
    weeks = number(terms.notice_weeks)
    return _("%(rule)s, or %(weeks)s weeks from notice if that is later", rule=rule, weeks=weeks)


def tier(held: Tier) -> str:
    """One tier: `from place 26, 5% off`."""
    place, share = number(held.from_place), number(abs(held.discount_pct), 2)
    if held.discount_pct < 0:
        return _("from place %(place)s, %(share)s%% more", place=place, share=share)
    if held.discount_pct:
        return _("from place %(place)s, %(share)s%% off", place=place, share=share)
    return _("from place %(place)s, no discount", place=place)


def tiers(held: tuple[Tier, ...]) -> str:
    """A whole set of tiers in one phrase."""
    return "; ".join(tier(one) for one in held) or _("No discount")


def line_day(line: RateLine, start_on: date) -> date:
    """The day from which a line holds."""
    return resolved(line, start_on)


def per_cent(value: Decimal) -> str:
    """A percentage as it was agreed, with no more decimals than it has."""
    return f"{number(value, 4)}%"


EVENT_TITLES: Mapping[str, str] = Labels(
    {
        "AcademicYearListed": N_("Academic year listed"),
        "AgreementMade": N_("Agreement recorded"),
        "TermsVaried": N_("Terms varied"),
        "TiersSet": N_("Discount tiers set"),
        "CardRateAgreed": N_("Price agreed"),
        "CardRateCorrected": N_("Price corrected"),
        "CardRateWithdrawn": N_("Price withdrawn"),
        "AgreementEnded": N_("Agreement ended"),
        "AgreementExtended": N_("Agreement extended"),
        "AgreementDatesCorrected": N_("Dates corrected"),
        "AgreementDetailsChanged": N_("Details changed"),
    }
)
"""What each event of an agreement or calendar is called in its history."""
