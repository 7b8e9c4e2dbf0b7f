"""What may be asked about agreements and term calendars. Dates left None mean the agreement's start_on."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

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


class AgreementCommand(Command):
    """Something asked of one agreement.

    `expected_version` is the version of its stream that a form was drawn from; None asks for no check. `corrects` is
    the position of the event of this agreement that is put right, where one is.
    """

    agreement_ref: str
    expected_version: int | None = None
    corrects: int | None = None


class MakeAgreement(AgreementCommand):
    """Record an agreement with everything known of it. `withdrawn_rates` are prices that never held."""

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


class VaryTerms(AgreementCommand):
    """State the terms that hold from a day."""

    terms: TermsAsked


class SetTiers(AgreementCommand):
    """State the tiers that hold from a day."""

    tier_set: TierSet


class AgreeCardRate(AgreementCommand):
    """Put a price on the card, or correct the one that its series has on that date."""

    line: RateLine


class WithdrawCardRate(AgreementCommand):
    """Say that a price never held."""

    line: RateLine


class EndAgreement(AgreementCommand):
    """Record the agreement's last day."""

    end_on: date


class ExtendAgreement(AgreementCommand):
    """Agree a later last day, or none, for an agreement that has one."""

    end_on: date | None


class CorrectAgreementDates(AgreementCommand):
    """State the agreement's first and last day."""

    start_on: date
    end_on: date | None


class ChangeAgreementDetails(AgreementCommand):
    """State the facts of the agreement that have no date."""

    provider_urn: int
    model: CommissioningModel
    title: str | None
    billing: Billing
    instalments: Instalments
    signed_on: date | None


class UndoAgreementChange(AgreementCommand):
    """Reverse what a command did last to the agreement, within a day and before anything else is recorded of it."""

    command_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
