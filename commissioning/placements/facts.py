"""The words and dated values of a placement: where it stands, when it is suspended, who bears its cost.

Commands, events and states share these; pricing reads them by their shape (contracts.pricing.facts).
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from contracts.terms import Setting

Need = Literal["SPLD", "MLD", "SLD", "PMLD", "SEMH", "SLCN", "HI", "VI", "MSI", "PD", "ASD", "DS", "OTH"]
"""The main need by its SEN2 code."""
Phase = Literal["early_years", "primary", "secondary", "post_16"]
Route = Literal["council", "parental_preference", "tribunal", "looked_after", "emergency"]
"""How the placement came about."""
PupilField = Literal["pupil_ref", "name", "date_of_birth", "upn", "postcode"]
"""What names a pupil; each is held as ciphertext under the pupil's own key."""


class PlacementVersion(BaseModel):
    """Where a placement stands from a day: its agreement and its package.

    `effective_from` is None on the first version only: it holds from the placement's start_on, wherever that is
    later corrected to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    effective_from: date | None = None
    agreement_ref: str
    phase: Phase
    setting: Setting
    band: str | None = None
    home_area: str | None = None
    route: Route | None = None


class Suspension(BaseModel):
    """Days on which only `payable_pct` per cent is paid; an open last day lasts until the placement ends.

    `reason` is ciphertext under the pupil's key.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_day: date
    last_day: date | None = None
    payable_pct: Decimal
    reason: str | None = None


class FundingSplit(BaseModel):
    """Who bears the cost from a day (None: from the placement's start_on); three percentages that make 100."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    effective_from: date | None = None
    education_pct: Decimal
    health_pct: Decimal
    care_pct: Decimal
