"""What happened to agreements (`agreement:REF`) and term calendars (`calendar:NAME`).

Money is integer pence, percentages and quantities are exact decimals. A fact dated in the world carries its own
date; `effective_on` repeats the day from which it holds.
"""

from collections.abc import Mapping
from datetime import date

from commissioning.ledger.events import Event
from contracts.pricing.calendar import TermName
from contracts.rates import RateLine
from contracts.school_year import Closure, TermDates
from contracts.terms import Billing, CommissioningModel, Instalments, Terms, TierSet


class AcademicYearListed(Event):
    """A calendar now says this of an academic year, instead of whatever it said of that year before."""

    calendar: str
    academic_year: str
    terms: Mapping[TermName, TermDates]
    closures: tuple[Closure, ...]


class AgreementMade(Event):
    """An agreement came to be known, with everything known of it then."""

    agreement_ref: str
    provider_urn: int
    model: CommissioningModel
    title: str | None
    start_on: date
    end_on: date | None
    billing: Billing
    instalments: Instalments
    signed_on: date | None
    terms: tuple[Terms, ...]
    tier_sets: tuple[TierSet, ...]
    rates: tuple[RateLine, ...]


class TermsVaried(Event):
    """From a day the terms are these; on a day that had a version already, they take its place."""

    terms: Terms


class TiersSet(Event):
    """From a day the tiers are these; they replace an earlier set whole."""

    tier_set: TierSet


class CardRateAgreed(Event):
    """A price was put on the card, at a date at which its series had none."""

    line: RateLine


class CardRateCorrected(Event):
    """The price of a series at a date was wrong; it is this."""

    line: RateLine


class CardRateWithdrawn(Event):
    """A price never held. It may be one that was never on the card."""

    line: RateLine


class AgreementEnded(Event):
    """The agreement's last day was recorded for the first time."""

    end_on: date


class AgreementExtended(Event):
    """A later last day was agreed than the one that was recorded; None leaves the end open."""

    end_on: date | None


class AgreementDatesCorrected(Event):
    """A recorded first or last day was wrong; both are stated, and None takes the last day back."""

    start_on: date
    end_on: date | None


class AgreementDetailsChanged(Event):
    """Facts of the agreement that have no date are now these; all are stated."""

    provider_urn: int
    model: CommissioningModel
    title: str | None
    billing: Billing
    instalments: Instalments
    signed_on: date | None


EVENTS: tuple[type[Event], ...] = (
    AcademicYearListed,
    AgreementMade,
    TermsVaried,
    TiersSet,
    CardRateAgreed,
    CardRateCorrected,
    CardRateWithdrawn,
    AgreementEnded,
    AgreementExtended,
    AgreementDatesCorrected,
    AgreementDetailsChanged,
)
