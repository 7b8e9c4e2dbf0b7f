"""Agreements and placements in as few words as the field needs, for tests that are read like contracts.

All schools, pupils and prices here are invented. The calendar is made so that every year has 195 school days.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.pricing.accrual import MonthCharge
from contracts.pricing.calendar import AcademicYearTerms, SchoolCalendar
from contracts.pricing.placement import PlacementPrice, price_placement
from contracts.pricing.roll import Roll, call_roll
from contracts.pricing.voids import price_voids
from contracts.rates import RateLine
from contracts.terms import Setting, Terms, Tier, TierSet


def day(text: str) -> date:
    """Read an ISO date."""
    return date.fromisoformat(text)


def days(first: str, last: str) -> tuple[date, date]:
    """Read a span."""
    return day(first), day(last)


YEARS = {
    "2024-25": AcademicYearTerms(
        "2024-25",
        {
            "autumn": days("2024-09-02", "2024-12-20"),  # 75 school days without half-term
            "spring": days("2025-01-06", "2025-03-28"),  # 55
            "summer": days("2025-04-14", "2025-07-18"),  # 65
        },
    ),
    "2025-26": AcademicYearTerms(
        "2025-26",
        {
            "autumn": days("2025-09-01", "2025-12-19"),  # 75
            "spring": days("2026-01-05", "2026-03-27"),  # 55
            "summer": days("2026-04-13", "2026-07-17"),  # 65
        },
    ),
    "2026-27": AcademicYearTerms(
        "2026-27",
        {
            "autumn": days("2026-09-07", "2026-12-18"),  # 75, no half-term
            "spring": days("2027-01-04", "2027-03-19"),  # 55, no half-term
            "summer": days("2027-04-12", "2027-07-16"),  # 65
        },
    ),
}
CLOSURES = [
    days("2024-10-28", "2024-11-01"),
    days("2025-02-17", "2025-02-21"),
    days("2025-05-26", "2025-05-30"),
    days("2025-10-27", "2025-10-31"),
    days("2026-02-16", "2026-02-20"),
    days("2026-05-25", "2026-05-29"),
    days("2027-05-31", "2027-06-04"),
]
CALENDAR = SchoolCalendar("default", YEARS.values(), CLOSURES)


def calendar_of(*years: str) -> SchoolCalendar:
    """Make a calendar that lists only these academic years."""
    return SchoolCalendar("default", [YEARS[year] for year in years], CLOSURES)


@dataclass(frozen=True)
class Agreement:
    """An agreement; by default a plain one from April 2025 that spreads years over calendar days."""

    card: Sequence[RateLine] = ()
    terms: Sequence[Terms] = (Terms(fee_year="financial", accrual="calendar_days"),)
    tier_sets: Sequence[TierSet] = ()
    ref: str = "AG1"
    start_on: date = date(2024, 9, 1)
    end_on: date | None = None


@dataclass(frozen=True)
class Version:
    """Where a placement stands from a day."""

    effective_from: date | None = None
    agreement_ref: str = "AG1"
    setting: Setting = "day"
    band: str | None = None


@dataclass(frozen=True)
class Suspension:
    """Days paid in part."""

    first_day: date
    last_day: date | None
    payable_pct: Decimal


@dataclass(frozen=True)
class Funding:
    """Who bears the cost from a day."""

    effective_from: date | None
    education_pct: Decimal
    health_pct: Decimal
    care_pct: Decimal


@dataclass(frozen=True)
class Placement:
    """One pupil's place."""

    ref: str = "PL1"
    start_on: date = date(2025, 9, 1)
    end_on: date | None = None
    notice_given_on: date | None = None
    versions: Sequence[Version] = (Version(),)
    lines: Sequence[RateLine] = ()
    suspensions: Sequence[Suspension] = ()
    funding: Sequence[Funding] = ()


def terms(effective_from: str | None = None, **changed: Any) -> Terms:
    """Write a version of the terms; calendar days of the financial year unless changed."""
    stated = {"fee_year": "financial", "accrual": "calendar_days", **changed}
    if "void_pct" in stated:
        stated["void_pct"] = Decimal(stated["void_pct"])
    return Terms(effective_from=None if effective_from is None else day(effective_from), **stated)


def price(
    pounds: str, unit: str = "year", component: str = "education", from_: str | None = None, **changed: Any
) -> RateLine:
    """Write a card line: discounted, charged on notice days, not on empty places, unless changed."""
    stated = {"void": False, "discount": True, "notice": True, **changed}
    quantity = Decimal(stated.pop("quantity", "5" if unit == "day" else "1"))
    values: dict[str, Any] = {"component": component, "unit": unit, "quantity": quantity, **stated}
    return RateLine(amount=int(Decimal(pounds) * 100), effective_from=None if from_ is None else day(from_), **values)


def tiers(effective_from: str | None = None, **places: str) -> TierSet:
    """Write a set of tiers, each as p and its first place: p1="11", p26="0"."""
    return TierSet(
        effective_from=None if effective_from is None else day(effective_from),
        tiers=tuple(
            Tier(from_place=int(place[1:]), discount_pct=Decimal(discount)) for place, discount in places.items()
        ),
    )


def version(effective_from: str | None = None, **changed: Any) -> Version:
    """Write a version of a placement."""
    return Version(effective_from=None if effective_from is None else day(effective_from), **changed)


def placement(start_on: str = "2025-09-01", end_on: str | None = None, **changed: Any) -> Placement:
    """Write a placement."""
    return Placement(start_on=day(start_on), end_on=None if end_on is None else day(end_on), **changed)


def suspension(first: str, last: str | None, payable_pct: str) -> Suspension:
    """Write a suspension."""
    return Suspension(day(first), None if last is None else day(last), Decimal(payable_pct))


def funding(effective_from: str | None, education: str, health: str, care: str) -> Funding:
    """Write a funding split."""
    return Funding(
        None if effective_from is None else day(effective_from),
        Decimal(education),
        Decimal(health),
        Decimal(care),
    )


def roll_of(agreement: Agreement, *placements: Placement, calendar: SchoolCalendar = CALENDAR) -> Roll:
    """Call the roll."""
    return call_roll(agreement, placements, calendar)


def priced(
    agreement: Agreement,
    one: Placement,
    *others: Placement,
    calendar: SchoolCalendar = CALENDAR,
) -> PlacementPrice:
    """Price one placement on the roll that it shares with others."""
    roll = call_roll(agreement, (one, *others), calendar)
    return price_placement(agreement, one, calendar, roll.stays[one.ref])


def pounds(charges: Sequence[MonthCharge], kind: str = "attendance", component: str = "education") -> dict[int, str]:
    """Add up the rows of one kind and component to pounds by month, like {202604: "3000.00"}."""
    months: defaultdict[int, int] = defaultdict(int)
    for row in charges:
        if row.kind == kind and row.component == component:
            months[row.month] += row.cost
    return {month: f"{Decimal(pence) / 100:.2f}" for month, pence in months.items()}


def attendance(
    agreement: Agreement, one: Placement, *others: Placement, calendar: SchoolCalendar = CALENDAR
) -> dict[int, str]:
    """Give education's attendance charges in pounds by month."""
    return pounds(priced(agreement, one, *others, calendar=calendar).charges)


def notice(
    agreement: Agreement, one: Placement, *others: Placement, calendar: SchoolCalendar = CALENDAR
) -> dict[int, str]:
    """Give education's notice charges in pounds by month."""
    return pounds(priced(agreement, one, *others, calendar=calendar).charges, "notice")


def voids(agreement: Agreement, *placements: Placement, calendar: SchoolCalendar = CALENDAR) -> dict[int, str]:
    """Give education's void charges in pounds by month."""
    roll = call_roll(agreement, placements, calendar)
    return pounds(price_voids(agreement, calendar, roll.voids), "void")
