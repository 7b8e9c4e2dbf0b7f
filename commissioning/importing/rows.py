"""One typed row for each sheet of the import workbook, named as its columns are.

A field is `UNCHANGED` when its column is absent from the sheet, None when its cell is blank without a default.
Money is integer pence; percentages and quantities are exact decimals; `row` is the sheet's own row number.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from commissioning.placements.facts import Exit, Need, Phase, ReviewKind, ReviewOutcome, Route
from contracts.pricing.calendar import TermName
from contracts.rates import Component, Unit
from contracts.terms import (
    Accrual,
    Billing,
    CommissioningModel,
    FeeYear,
    Instalments,
    LeaverRule,
    Setting,
    Tiering,
)
from providers.facts import ProviderType


class Unchanged(Enum):
    """The type of `UNCHANGED`, so that `is UNCHANGED` narrows."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED
"""Stands in a field whose column the sheet does not have: whatever the ledger holds stays."""


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A school."""

    row: int
    urn: int
    name: str | Unchanged
    type: ProviderType | Unchanged
    local_authority: str | Unchanged | None
    postcode: str | Unchanged | None
    capacity: int | Unchanged | None
    section_41: bool | Unchanged | None
    inspection_grade: str | Unchanged | None
    owner_group: str | Unchanged | None
    calendar: str | Unchanged | None


@dataclass(frozen=True, slots=True)
class TermRow:
    """One term of a calendar."""

    row: int
    calendar: str
    academic_year: str
    term: TermName
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """Days inside a term on which a calendar's schools are closed."""

    row: int
    calendar: str
    first_day: date
    last_day: date
    reason: str | Unchanged | None


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement and the terms that hold from `effective_from` (None: from start_on)."""

    row: int
    agreement_ref: str
    provider_urn: int | Unchanged
    model: CommissioningModel | Unchanged
    title: str | Unchanged | None
    start_on: date | Unchanged
    end_on: date | Unchanged | None
    fee_year: FeeYear | Unchanged
    accrual: Accrual | Unchanged
    leaver_rule: LeaverRule | Unchanged
    notice_weeks: int | Unchanged
    commitment_places: int | Unchanged
    void_pct: Decimal | Unchanged | None
    void_band: str | Unchanged | None
    void_setting: Setting | Unchanged | None
    tiering: Tiering | Unchanged
    billing: Billing | Unchanged
    instalments: Instalments | Unchanged
    signed_on: date | Unchanged | None
    effective_from: date | Unchanged | None


@dataclass(frozen=True, slots=True)
class TierRow:
    """One tier of the set that an agreement has from a day."""

    row: int
    agreement_ref: str
    from_place: int
    discount_pct: Decimal
    effective_from: date | Unchanged | None


@dataclass(frozen=True, slots=True)
class RateRow:
    """One price on an agreement's card or a placement's own; `amount` is pence excluding VAT."""

    row: int
    agreement_ref: str | Unchanged | None
    placement_ref: str | Unchanged | None
    component: Component
    unit: Unit
    amount: int
    quantity: Decimal | Unchanged
    band: str | Unchanged | None
    setting: Setting | Unchanged | None
    effective_from: date | Unchanged | None
    void: bool | Unchanged
    discount: bool | Unchanged
    notice: bool | Unchanged
    withdrawn: bool | Unchanged


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """A placement and where it stands from `effective_from` (None: from start_on)."""

    row: int
    placement_ref: str
    pupil_ref: str | Unchanged
    agreement_ref: str | Unchanged
    need: Need | Unchanged
    phase: Phase | Unchanged
    setting: Setting | Unchanged
    band: str | Unchanged | None
    start_on: date | Unchanged
    end_on: date | Unchanged | None
    exit: Exit | Unchanged | None
    end_reason: str | Unchanged | None
    notice_given_on: date | Unchanged | None
    signed_on: date | Unchanged | None
    birth_month: str | Unchanged | None
    home_area: str | Unchanged | None
    route: Route | Unchanged | None
    effective_from: date | Unchanged | None
    withdrawn: bool | Unchanged


@dataclass(frozen=True, slots=True)
class SuspensionRow:
    """Days of a placement paid in part or not at all; an open last day is None."""

    row: int
    placement_ref: str
    first_day: date
    last_day: date | Unchanged | None
    payable_pct: Decimal
    reason: str | Unchanged | None
    withdrawn: bool | Unchanged


@dataclass(frozen=True, slots=True)
class PupilRow:
    """Who a pupil is; every field is personal data, sealed on reading."""

    row: int
    pupil_ref: str
    name: str | Unchanged | None
    date_of_birth: date | Unchanged | None
    upn: str | Unchanged | None
    postcode: str | Unchanged | None


@dataclass(frozen=True, slots=True)
class FundingRow:
    """Who bears a placement's cost from a day."""

    row: int
    placement_ref: str
    education_pct: Decimal
    health_pct: Decimal
    care_pct: Decimal
    effective_from: date | Unchanged | None


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review of a placement, known by its kind and the day on which it falls due."""

    row: int
    placement_ref: str
    kind: ReviewKind
    due_on: date
    held_on: date | Unchanged | None
    concluded_on: date | Unchanged | None
    outcome: ReviewOutcome | Unchanged | None


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """What may be spent in a financial year on a model, or at a school; `amount` is pence."""

    row: int
    financial_year: str
    model: CommissioningModel | Unchanged | None
    provider_urn: int | Unchanged | None
    amount: int


@dataclass(frozen=True, slots=True)
class WorkbookRows:
    """Every sound row of a workbook, in the order of its sheets; a row with a fault is left out."""

    providers: tuple[ProviderRow, ...] = ()
    calendar: tuple[TermRow, ...] = ()
    closures: tuple[ClosureRow, ...] = ()
    agreements: tuple[AgreementRow, ...] = ()
    tiers: tuple[TierRow, ...] = ()
    rates: tuple[RateRow, ...] = ()
    placements: tuple[PlacementRow, ...] = ()
    suspensions: tuple[SuspensionRow, ...] = ()
    pupils: tuple[PupilRow, ...] = ()
    funding: tuple[FundingRow, ...] = ()
    reviews: tuple[ReviewRow, ...] = ()
    budgets: tuple[BudgetRow, ...] = ()
