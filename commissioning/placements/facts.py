"""The words and dated values of a placement: where it stands, when it is suspended, who bears its cost, its reviews.

Commands, events and states share these; pricing reads them by their shape (contracts.pricing.facts).
"""

from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from contracts.terms import Setting

Need = Literal["SPLD", "MLD", "SLD", "PMLD", "SEMH", "SLCN", "HI", "VI", "MSI", "PD", "ASD", "DS", "OTH"]
"""The main need by its SEN2 code."""
Phase = Literal["early_years", "primary", "secondary", "post_16"]
Route = Literal["council", "parental_preference", "tribunal", "looked_after", "emergency"]
"""How the placement came about."""
Exit = Literal[
    "phase_end",
    "state_place_found",
    "another_school",
    "tribunal_ordered",
    "withdrawn",
    "breakdown",
    "excluded",
    "school_closed",
    "moved_area",
    "plan_ceased",
    "died",
    "other",
]
"""Why a placement ended (domain.md, A placement's life), so that it can be counted."""
UNPLANNED: frozenset[Exit] = frozenset({"withdrawn", "breakdown", "excluded", "school_closed"})
"""The exits that nobody had agreed to beforehand."""
ReviewKind = Literal["ehc_annual", "contract_monitoring", "quality_visit", "fee", "six_week_check"]
"""What is looked at: the pupil's plan, the agreement, the school, the price, how a new placement has settled."""
FirstReviewKind = Literal["fee", "contract_monitoring", "quality_visit"]
"""The kinds of which a council says itself when the first falls due."""
ReviewOutcome = Literal["maintain", "amend", "cease", "satisfactory", "action_needed"]
"""What a review came to; the first three are those of a plan."""
ReviewStage = Literal["arranged", "invited", "reported", "final_plan"]
"""What happens beside the meeting and the decision: a day is arranged, people are invited, the report is written, and
after an amendment the final plan is issued."""
PupilField = Literal["pupil_ref", "name", "date_of_birth", "upn", "postcode"]
"""What names a pupil; each is held as ciphertext under the pupil's own key."""


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class PlacementVersion:
    """Where a placement stands from a day: its agreement and its package.

    `effective_from` is None on the first version only: it holds from the placement's start_on, wherever that is
    later corrected to.
    """

    effective_from: date | None = None
    agreement_ref: str
    phase: Phase
    setting: Setting
    band: str | None = None
    home_area: str | None = None
    route: Route | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Suspension:
    """Days on which only `payable_pct` per cent is paid; an open last day lasts until the placement ends.

    `reason` is ciphertext under the pupil's key.
    """

    first_day: date
    last_day: date | None = None
    payable_pct: Decimal
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class FundingSplit:
    """Who bears the cost from a day (None: from the placement's start_on); three percentages that make 100."""

    effective_from: date | None = None
    education_pct: Decimal
    health_pct: Decimal
    care_pct: Decimal


class Review(NamedTuple):
    """One review of a placement, known by its kind and the day on which it falls due; None is not recorded yet.

    `escalated` are the steps of escalation that were recorded, in days from the day on which it falls due.
    """

    kind: ReviewKind
    due_on: date
    held_on: date | None = None
    concluded_on: date | None = None
    outcome: ReviewOutcome | None = None
    arranged: date | None = None
    invited: date | None = None
    reported: date | None = None
    final_plan: date | None = None
    escalated: tuple[int, ...] = ()
