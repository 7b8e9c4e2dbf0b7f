"""What can be asked of pupils and placements. A command states whole values; None means blank.

Sealed values come as ciphertext: the caller seals with the vault, and seals again only what differs
(`Vault.seal_again`), so that the same text stays the same ciphertext and nothing is recorded twice.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from commissioning.ledger.work import Command
from commissioning.placements.facts import (
    Exit,
    FundingSplit,
    Need,
    Phase,
    PupilField,
    ReviewKind,
    ReviewOutcome,
    ReviewStage,
    Route,
)
from contracts.rates import RateLine
from contracts.terms import Setting

Reference = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Ciphertext = Annotated[str, StringConstraints(min_length=1, max_length=4_000)]
Months = Annotated[int, Field(ge=1, le=60)]
BirthMonth = Annotated[str, StringConstraints(pattern=r"^[12]\d{3}-(0[1-9]|1[0-2])$")]
"""Year and month of birth, `2013-05`."""


class IdentifyPupil(Command):
    """Makes a pupil known under the key that the vault gave; the council's own reference is among the fields."""

    pupil: Reference
    sealed: dict[PupilField, Ciphertext]
    effective_on: date


class ChangePupilDetails(Command):
    """States every sealed field of a known pupil anew; one that is left out is blank from now on."""

    pupil: Reference
    sealed: dict[PupilField, Ciphertext]
    effective_on: date


class ErasePupil(Command):
    """Destroys the pupil's key, so that what names the pupil opens never again; placements and charges stay."""

    pupil: Reference
    effective_on: date


class OpenSealedFields(Command):
    """Records that somebody looks at what names the pupil, before it is shown; the reason comes sealed."""

    pupil: Reference
    reason: Ciphertext | None = None


class PlacementCommand(Command):
    """Something asked of one placement.

    `expected_version` is the version of its stream that a form was drawn from; None asks for no check. `corrects` is
    the position of the event of this placement that is put right, where one is.
    """

    placement_ref: Reference
    expected_version: int | None = None
    corrects: int | None = None


class StatedPlacement(PlacementCommand):
    """Everything known of a placement that is logged but for whose it is: where it stands, its prices, its funding."""

    need: Need
    start_on: date
    end_on: date | None = None
    notice_given_on: date | None = None
    signed_on: date | None = None
    birth_month: BirthMonth | None = None
    agreement_ref: Reference
    phase: Phase
    setting: Setting
    band: Words | None = None
    home_area: Words | None = None
    route: Route | None = None
    rates: tuple[RateLine, ...] = ()
    funding: tuple[FundingSplit, ...] = ()


class StartPlacement(StatedPlacement):
    """Logs a placement of a known pupil with everything known of it."""

    pupil: Reference
    end_reason: Ciphertext | None = None


class ChangePlacementVersion(PlacementCommand):
    """States where the placement stands from a day (None: from its start): a package change or a move."""

    effective_from: date | None = None
    agreement_ref: Reference
    phase: Phase
    setting: Setting
    band: Words | None = None
    home_area: Words | None = None
    route: Route | None = None


class EndPlacement(PlacementCommand):
    """Records the last day on roll of a placement without a recorded end.

    A reason or notice that is left out stays as it is recorded.
    """

    end_on: date
    end_reason: Ciphertext | None = None
    notice_given_on: date | None = None


class StateExit(PlacementCommand):
    """Says why a placement ended, from the list; None takes back what was said."""

    exit: Exit | None = None


class GiveNotice(PlacementCommand):
    """Records the day on which notice was given, where none is recorded."""

    notice_given_on: date


class CorrectPlacementDates(PlacementCommand):
    """States all three dates anew. One that was blank is recorded for the first time, not corrected."""

    start_on: date
    end_on: date | None = None
    notice_given_on: date | None = None


class CorrectPlacement(PlacementCommand):
    """States the facts that have no date of their own anew."""

    need: Need
    birth_month: BirthMonth | None = None
    signed_on: date | None = None
    end_reason: Ciphertext | None = None


class AgreeOwnRate(PlacementCommand):
    """Agrees a price of the placement's own, or corrects the one of the same series and date."""

    line: RateLine


class WithdrawOwnRate(PlacementCommand):
    """Says that this price never held; whatever price its series has from its date is taken away."""

    line: RateLine


class SuspendPlacement(PlacementCommand):
    """Suspends a placement for some days, or corrects the suspension with the same first day."""

    first_day: date
    last_day: date | None = None
    payable_pct: Decimal
    reason: Ciphertext | None = None


class WithdrawSuspension(PlacementCommand):
    """Says that this suspension never was; whatever suspension begins on its first day is taken away."""

    first_day: date
    last_day: date | None = None
    payable_pct: Decimal
    reason: Ciphertext | None = None


class AgreeFunding(PlacementCommand):
    """Agrees who bears the cost from a day (None: from the start), in place of what was agreed from that day."""

    effective_from: date | None = None
    education_pct: Decimal
    health_pct: Decimal
    care_pct: Decimal


class WithdrawPlacement(PlacementCommand):
    """Says that the placement never held."""


class ReinstatePlacement(PlacementCommand):
    """Says that the placement holds after all."""


class UndoPlacementChange(PlacementCommand):
    """Reverses what a command did last to the placement, within a day and before anything else is recorded of it."""

    command_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class NameCaseOfficer(PlacementCommand):
    """Says which account is responsible for the placement from now on; None is nobody."""

    case_officer: Reference | None = None
    named_on: date


class RecordReview(PlacementCommand):
    """States all that is known of the review of a kind that falls due on a day; a new one is scheduled by it.

    `expected_version` is that of the placement's reviews, which are a stream of their own.
    """

    kind: ReviewKind
    due_on: date
    held_on: date | None = None
    concluded_on: date | None = None
    outcome: ReviewOutcome | None = None


class RecordReviewStage(PlacementCommand):
    """States the day of a stage of a review, which is scheduled by it where it is new; None takes the day back."""

    kind: ReviewKind
    due_on: date
    stage: ReviewStage
    day: date | None = None


class EscalateReview(PlacementCommand):
    """Records that a step of escalation was taken: who was told that a review is soon due, or late."""

    kind: ReviewKind
    due_on: date
    step: int
    told: Words


class WithdrawReview(PlacementCommand):
    """Says that this review should not have been scheduled."""

    kind: ReviewKind
    due_on: date


class UndoReviewChange(PlacementCommand):
    """Reverses what a command did last to a placement's reviews, within a day and before more is recorded of them."""

    command_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class SetFirstReviews(Command):
    """Says after how many months the first review of each kind falls due; one that is left out is not asked for."""

    fee: Months | None = None
    contract_monitoring: Months | None = None
    quality_visit: Months | None = None


WITHOUT_PERSONAL_WORDS: tuple[type[Command], ...] = (
    ChangePlacementVersion,
    StateExit,
    GiveNotice,
    CorrectPlacementDates,
    AgreeOwnRate,
    WithdrawOwnRate,
    AgreeFunding,
    WithdrawPlacement,
    ReinstatePlacement,
    UndoPlacementChange,
    RecordReview,
    RecordReviewStage,
    EscalateReview,
    WithdrawReview,
    UndoReviewChange,
    SetFirstReviews,
    NameCaseOfficer,
)
"""What may be asked in plain JSON, because nothing in it must be sealed first."""
