"""An invented agreement, its terms and prices, from which the tests of agreements vary."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts.commands import MakeAgreement, TermsAsked
from contracts.events import AgreementMade
from contracts.rates import RateLine
from contracts.terms import Terms, Tier, TierSet

START = date(2026, 9, 1)
OCTOBER = date(2026, 10, 1)
JANUARY = date(2027, 1, 1)


def line(**values: Any) -> RateLine:
    """Give a price of £60,000 a year for education, with other values where they are named."""
    usual = {"component": "education", "unit": "year", "amount": 6_000_000, "quantity": Decimal(1)}
    return RateLine(**{**usual, "void": False, "discount": True, "notice": True, **values})


def asked(**values: Any) -> TermsAsked:
    """Give terms as a command states them."""
    return TermsAsked(**{"fee_year": "academic", "accrual": "calendar_days", **values})


def terms(**values: Any) -> Terms:
    """Give terms as an event states them."""
    return Terms(**{"fee_year": "academic", "accrual": "calendar_days", **values})


def tiers(*pairs: tuple[int, int], effective_from: date | None = None) -> TierSet:
    """Give a set of tiers from pairs of place and discount."""
    return TierSet(
        effective_from=effective_from,
        tiers=tuple(Tier(from_place=place, discount_pct=Decimal(discount)) for place, discount in pairs),
    )


def make(**values: Any) -> MakeAgreement:
    """Give the command that makes the agreement AG01."""
    usual = {
        "agreement_ref": "AG01",
        "provider_urn": 900001,
        "model": "block",
        "title": "Larkfield block (invented)",
        "start_on": START,
        "terms": (asked(),),
        "rates": (line(),),
    }
    return MakeAgreement(**{**usual, **values})


def made(**values: Any) -> AgreementMade:
    """Give the event of AG01 having been made."""
    usual = {
        "effective_on": START,
        "agreement_ref": "AG01",
        "provider_urn": 900001,
        "model": "block",
        "title": "Larkfield block (invented)",
        "start_on": START,
        "end_on": None,
        "billing": "termly_advance",
        "instalments": "by_days",
        "signed_on": None,
        "terms": (terms(),),
        "tier_sets": (),
        "rates": (line(),),
    }
    return AgreementMade(**{**usual, **values})
