"""The words and values of a consultation: what place is looked for, what each school answered, how it ended."""

from datetime import date
from typing import Literal, NamedTuple

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from commissioning.placements.facts import Need, Phase, Route
from contracts.rates import RateLine
from contracts.terms import Setting

DeclineReason = Literal["full", "cannot_meet_need", "unsuitable_with_peers", "no_staff", "no_answer", "other"]
"""Why a school offers no place; `no_answer` where it let the day go by."""
NamedBy = Literal["council", "tribunal"]
"""Who had the school named in section I of the plan."""
ClosingReason = Literal[
    "withdrawn",
    "tribunal_ordered_elsewhere",
    "state_place_found",
    "home_education",
    "moved_area",
    "died",
    "recorded_by_mistake",
    "other",
]
"""How a consultation ends without a placement."""
Step = Literal["consulted", "answered", "approved", "named", "issued", "signed", "started", "closed"]
"""What is recorded of a consultation once it has begun, and can be taken back."""
Stage = Literal["identified", "consulted", "offered", "approved", "named", "issued", "signed", "started", "closed"]
"""How far a consultation has come (domain.md, A placement's life)."""
STAGES: tuple[Stage, ...] = (
    "identified",
    "consulted",
    "offered",
    "approved",
    "named",
    "issued",
    "signed",
    "started",
    "closed",
)


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Wanted:
    """The place that is looked for: the pupil's need and package, and from when."""

    need: Need
    phase: Phase
    setting: Setting
    band: str | None = None
    home_area: str | None = None
    route: Route | None = None
    birth_month: str | None = None
    wanted_from: date | None = None


class ConsultedSchool(NamedTuple):
    """A school that was asked, and its answer; `answered_on` is None while it is awaited.

    `rates` is the price asked, `agreement_ref` what it was quoted under. `words` is ciphertext under the pupil's key.
    """

    urn: int
    consulted_on: date
    respond_by: date | None = None
    answered_on: date | None = None
    agreement_ref: str | None = None
    rates: tuple[RateLine, ...] = ()
    declined: DeclineReason | None = None
    words: str | None = None

    @property
    def offered(self) -> bool:
        """Whether a place was offered."""
        return self.answered_on is not None and self.declined is None


class Named(NamedTuple):
    """The school that section I of the plan names."""

    urn: int
    named_on: date
    by: NamedBy


class Issued(NamedTuple):
    """The individual placement agreement: under which contract, from when, at which prices."""

    issued_on: date
    agreement_ref: str
    start_on: date
    rates: tuple[RateLine, ...]


class Closed(NamedTuple):
    """How it ended without a placement; `words` is ciphertext."""

    closed_on: date
    reason: ClosingReason
    words: str | None
