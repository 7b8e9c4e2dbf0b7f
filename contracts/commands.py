"""What may be asked about agreements and term calendars. Dates left None mean the agreement's start_on."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from commissioning.ledger.work import Command
from contracts.pricing.calendar import TermName
from contracts.rates import RateLine
from contracts.school_year import Closure, TermDates
from contracts.terms import (
    Accrual,
    Billing,
    CommissioningModel,
    FeeYear,
    Instalments,
    LeaverRule,
    Setting,
    Tiering,
    TierSet,
)


class ListAcademicYear(Command):
    """State a whole academic year of a calendar: its terms and the closures that begin in it."""

    calendar: str
    academic_year: str
    terms: Mapping[TermName, TermDates]
    closures: tuple[Closure, ...] = ()


class TermsAsked(BaseModel):
    """One version of the terms as it is asked for: `void_pct` may be left out where no places are committed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    effective_from: date | None = None
    fee_year: FeeYear
    accrual: Accrual
    leaver_rule: LeaverRule = "last_day"
    notice_weeks: int = 0
    tiering: Tiering = "marginal"
    commitment_places: int = 0
    void_pct: Decimal | None = None
    void_band: str | None = None
    void_setting: Setting | None = None


class MakeAgreement(Command):
    """Record an agreement with everything known of it. `withdrawn_rates` are prices that never held."""

    agreement_ref: str
    provider_urn: int
    model: CommissioningModel
    title: str | None = None
    start_on: date
    end_on: date | None = None
    billing: Billing = "termly_advance"
    instalments: Instalments = "by_days"
    signed_on: date | None = None
    terms: tuple[TermsAsked, ...]
    tier_sets: tuple[TierSet, ...] = ()
    rates: tuple[RateLine, ...] = ()
    withdrawn_rates: tuple[RateLine, ...] = ()


class VaryTerms(Command):
    """State the terms that hold from a day."""

    agreement_ref: str
    terms: TermsAsked


class SetTiers(Command):
    """State the tiers that hold from a day."""

    agreement_ref: str
    tier_set: TierSet


class AgreeCardRate(Command):
    """Put a price on the card, or correct the one that its series has on that date."""

    agreement_ref: str
    line: RateLine


class WithdrawCardRate(Command):
    """Say that a price never held."""

    agreement_ref: str
    line: RateLine


class EndAgreement(Command):
    """Record the agreement's last day."""

    agreement_ref: str
    end_on: date


class CorrectAgreementDates(Command):
    """State the agreement's first and last day."""

    agreement_ref: str
    start_on: date
    end_on: date | None


class ChangeAgreementDetails(Command):
    """State the facts of the agreement that have no date."""

    agreement_ref: str
    provider_urn: int
    model: CommissioningModel
    title: str | None
    billing: Billing
    instalments: Instalments
    signed_on: date | None
