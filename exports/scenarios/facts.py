"""What a saved scenario states: agreements that nobody has made, and academic years as they might be listed."""

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict

from contracts.agreement import Agreement
from contracts.pricing.calendar import TermName
from contracts.rates import RateLine
from contracts.school_year import Closure, TermDates
from contracts.terms import Billing, CommissioningModel, Instalments, Terms, TierSet


class StatedAgreement(BaseModel):
    """An agreement as a scenario states it: whole, with its terms, tiers and card."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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

    @classmethod
    def of(cls, agreement: Agreement) -> "StatedAgreement":
        """The facts of an agreement as its making left it."""
        return cls(
            agreement_ref=agreement.ref,
            provider_urn=agreement.provider_urn,
            model=agreement.model,
            title=agreement.title,
            start_on=agreement.start_on,
            end_on=agreement.end_on,
            billing=agreement.billing,
            instalments=agreement.instalments,
            signed_on=agreement.signed_on,
            terms=agreement.terms,
            tier_sets=agreement.tier_sets,
            rates=agreement.card,
        )

    def agreement(self) -> Agreement:
        """The agreement that pricing reads."""
        return Agreement(
            ref=self.agreement_ref,
            provider_urn=self.provider_urn,
            model=self.model,
            title=self.title,
            start_on=self.start_on,
            end_on=self.end_on,
            billing=self.billing,
            instalments=self.instalments,
            signed_on=self.signed_on,
            terms=self.terms,
            tier_sets=self.tier_sets,
            card=self.rates,
            end_recorded=self.end_on is not None,
        )


class StatedYear(BaseModel):
    """An academic year of a term calendar as a scenario states it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    calendar: str
    academic_year: str
    terms: Mapping[TermName, TermDates]
    closures: tuple[Closure, ...]
