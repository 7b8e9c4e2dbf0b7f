"""What happened to pupils and placements. Personal data stands here only as ciphertext under the pupil's key."""

from datetime import date

from commissioning.ledger.events import Event
from commissioning.placements.facts import (
    Exit,
    FundingSplit,
    Need,
    PlacementVersion,
    PupilField,
    ReviewKind,
    ReviewOutcome,
    ReviewStage,
    Suspension,
)
from contracts.rates import RateLine


class PupilIdentified(Event):
    """A pupil became known to the ledger under a random key, with the sealed fields known then."""

    pupil: str
    sealed: dict[PupilField, str]


class PupilDetailsChanged(Event):
    """What names the pupil changed; `sealed` holds every field that is known from now on."""

    pupil: str
    sealed: dict[PupilField, str]


class PupilErased(Event):
    """The pupil's key was destroyed: nothing that was sealed under it opens any more. It names nobody."""

    pupil: str


class SealedFieldsOpened(Event):
    """Somebody looked at what names the pupil; the reason, where one was given, is ciphertext too."""

    pupil: str
    fields: tuple[PupilField, ...]
    reason: str | None


class PlacementStarted(Event):
    """A placement was logged, with everything known of it then; its version holds from start_on."""

    placement_ref: str
    pupil: str
    need: Need
    start_on: date
    end_on: date | None
    notice_given_on: date | None
    end_reason: str | None
    signed_on: date | None
    birth_month: str | None
    version: PlacementVersion
    rates: tuple[RateLine, ...]
    funding: tuple[FundingSplit, ...]


class PackageChanged(Event):
    """From a day the placement stands otherwise, under the agreement that held on that day before."""

    version: PlacementVersion


class PlacementMoved(Event):
    """From a day the placement stands under another agreement than held on that day before."""

    version: PlacementVersion


class PlacementEnded(Event):
    """An end was recorded for the first time; `notice_given_on` is what is known of the notice now."""

    end_on: date
    end_reason: str | None
    notice_given_on: date | None


class ExitStated(Event):
    """Why the placement ended, from the list; None takes back what was stated."""

    exit: Exit | None


class NoticeGiven(Event):
    """Notice was recorded where none was."""

    notice_given_on: date


class PlacementDatesCorrected(Event):
    """A recorded date was wrong, or should not have been recorded; all three stand as they are now known."""

    start_on: date
    end_on: date | None
    notice_given_on: date | None


class PlacementCorrected(Event):
    """A fact without a date of its own was wrong or missing; all four stand as they are now known."""

    need: Need
    birth_month: str | None
    signed_on: date | None
    end_reason: str | None


class OwnRateAgreed(Event):
    """A price of the placement's own from a day; `extra` where it had no price of that series yet."""

    line: RateLine
    extra: bool


class OwnRateCorrected(Event):
    """The price of a known series and date was wrong; this is the right one."""

    line: RateLine


class OwnRateWithdrawn(Event):
    """The price never held. It may be one that nobody had recorded."""

    line: RateLine


class PlacementSuspended(Event):
    """Days on which less than the whole price is paid, while the place stays occupied."""

    suspension: Suspension


class SuspensionCorrected(Event):
    """The suspension with this first day was otherwise than recorded."""

    suspension: Suspension


class SuspensionWithdrawn(Event):
    """The suspension never was. It may be one that nobody had recorded."""

    suspension: Suspension


class FundingAgreed(Event):
    """From a day the cost is shared so; it takes the place of a split agreed from the same day."""

    split: FundingSplit


class PlacementWithdrawn(Event):
    """The placement never held: no days, no charge."""


class PlacementReinstated(Event):
    """The withdrawal was wrong: the placement holds as recorded."""


class ReviewScheduled(Event):
    """A review of the placement falls due on a day."""

    placement_ref: str
    kind: ReviewKind
    due_on: date


class ReviewHeld(Event):
    """The meeting or visit took place."""

    kind: ReviewKind
    due_on: date
    held_on: date


class ReviewConcluded(Event):
    """The council decided what the review came to; the next year runs from this day."""

    kind: ReviewKind
    due_on: date
    concluded_on: date
    outcome: ReviewOutcome | None


class ReviewCorrected(Event):
    """What was recorded of a review was wrong; all three stand as they are now known."""

    kind: ReviewKind
    due_on: date
    held_on: date | None
    concluded_on: date | None
    outcome: ReviewOutcome | None


class ReviewWithdrawn(Event):
    """The review should not have been scheduled: it never falls due."""

    kind: ReviewKind
    due_on: date


class ReviewStageRecorded(Event):
    """A stage of a review has its day: that for which the meeting is arranged, or on which something was done.

    None takes a day back that was recorded by mistake.
    """

    kind: ReviewKind
    due_on: date
    stage: ReviewStage
    day: date | None


class ReviewEscalated(Event):
    """Somebody was told that a review is soon due, or late; `step` is the days from the day on which it falls due."""

    kind: ReviewKind
    due_on: date
    step: int
    told: str


class ReviewEscalationTakenBack(Event):
    """A step of escalation was recorded by mistake: nobody was told."""

    kind: ReviewKind
    due_on: date
    step: int


class ReviewReinstated(Event):
    """The withdrawal was wrong: the review falls due as it did, with all that was recorded of it."""

    kind: ReviewKind
    due_on: date
    held_on: date | None
    concluded_on: date | None
    outcome: ReviewOutcome | None
    stages: dict[ReviewStage, date]
    escalated: tuple[int, ...]


class FirstReviewsSet(Event):
    """Months after which the first review of each kind falls due from now on; None asks for none."""

    fee: int | None
    contract_monitoring: int | None
    quality_visit: int | None


class CaseOfficerNamed(Event):
    """The account that is responsible for the placement from now on; None is nobody."""

    case_officer: str | None


EVENTS: tuple[type[Event], ...] = (
    PupilIdentified,
    PupilDetailsChanged,
    PupilErased,
    SealedFieldsOpened,
    PlacementStarted,
    PackageChanged,
    PlacementMoved,
    PlacementEnded,
    ExitStated,
    NoticeGiven,
    PlacementDatesCorrected,
    PlacementCorrected,
    OwnRateAgreed,
    OwnRateCorrected,
    OwnRateWithdrawn,
    PlacementSuspended,
    SuspensionCorrected,
    SuspensionWithdrawn,
    FundingAgreed,
    PlacementWithdrawn,
    PlacementReinstated,
    ReviewScheduled,
    ReviewHeld,
    ReviewConcluded,
    ReviewCorrected,
    ReviewWithdrawn,
    ReviewStageRecorded,
    ReviewEscalated,
    ReviewEscalationTakenBack,
    ReviewReinstated,
    FirstReviewsSet,
    CaseOfficerNamed,
)
