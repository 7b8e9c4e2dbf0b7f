"""The words and dated terms of an agreement: who bears an empty place, how a yearly price falls on days.

Every value here is contract data that pricing reads (pricing.md §§3-5); nothing here computes.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

CommissioningModel = Literal[
    "spot",
    "national_contract",
    "dynamic_market",
    "approved_list",
    "open_framework",
    "framework",
    "block",
    "retained",
    "cost_volume",
    "volume_discount",
    "need_band",
    "price_band",
    "state_place",
]
FeeYear = Literal["academic", "financial"]
Accrual = Literal["calendar_days", "school_days", "months", "terms"]
LeaverRule = Literal["last_day", "end_of_month", "end_of_term", "term_notice"]
Tiering = Literal["marginal", "whole_roll"]
Setting = Literal["day", "residential_weekly", "residential_term", "residential_52"]
Billing = Literal["termly_advance", "half_termly_advance", "monthly_advance", "monthly_arrears"]
Instalments = Literal["by_days", "equal"]


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Terms:
    """One dated version of an agreement's terms; it holds from `effective_from` until the next version.

    `effective_from` is None on the first version only: it holds from the agreement's start_on, wherever that
    is later corrected to.
    """

    effective_from: date | None = None
    fee_year: FeeYear
    accrual: Accrual
    leaver_rule: LeaverRule = "last_day"
    notice_weeks: int = 0
    tiering: Tiering = "marginal"
    commitment_places: int = 0
    void_pct: Decimal = Decimal(0)
    void_band: str | None = None
    void_setting: Setting | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Tier:
    """From this place of the roll on, this discount in per cent (a negative one is a surcharge)."""

    from_place: int
    discount_pct: Decimal


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class TierSet:
    """A whole set of tiers, in force from its day until the next set; None is the agreement's start_on."""

    effective_from: date | None = None
    tiers: tuple[Tier, ...]
