"""The read tables of placements: one row a placement for lists, which placements an agreement has, and reviews.

Rows have the position of the event that made them for their identity, so that a rebuild gives the same ones. A
placement's row is written once, at the end of the transaction, however many events the placement had in it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from commissioning.ledger.events import Event, Recorded
from commissioning.ledger.tables import BOOK_BITS, OPEN_POSITION, Tables
from commissioning.ledger.work import UnitOfWork
from commissioning.placements import events
from commissioning.placements.facts import Review, ReviewKind
from commissioning.placements.placement import PLACEMENTS, Placement
from commissioning.placements.review import REVIEWS, review_due


class ListedPlacement(Model):
    """A placement as it is known now, standing where its last version puts it, with days in ISO 8601."""

    id = fields.BigIntField(primary_key=True, generated=False)
    book = fields.IntField()
    ref = fields.TextField()
    pupil = fields.TextField()
    need = fields.TextField()
    agreement_ref = fields.TextField()
    phase = fields.TextField()
    setting = fields.TextField()
    band = fields.TextField(null=True)
    home_area = fields.TextField(null=True)
    start_on = fields.TextField()
    end_on = fields.TextField(null=True)
    signed_on = fields.TextField(null=True)
    withdrawn = fields.BooleanField()
    case_officer = fields.TextField(null=True)

    class Meta:
        """Where the rows lie."""

        table = "placements_placement"
        unique_together = (("book", "ref"),)
        indexes = (Index(fields=("book", "pupil"), name="placements_placement_pupil"),)


class Membership(Model):
    """A placement that has a version on an agreement, whether or not it has a day under it."""

    id = fields.BigIntField(primary_key=True, generated=False)
    book = fields.IntField()
    placement_ref = fields.TextField()
    agreement_ref = fields.TextField()

    class Meta:
        """Where the rows lie."""

        table = "placements_membership"
        unique_together = (("book", "agreement_ref", "placement_ref"),)
        indexes = (Index(fields=("book", "placement_ref"), name="placements_membership_placement"),)


class ListedReview(Model):
    """A review as it was known from one position to another, with days in ISO 8601."""

    id = fields.BigIntField(primary_key=True, generated=False)
    book = fields.IntField()
    placement_ref = fields.TextField()
    kind = fields.TextField()
    due_on = fields.TextField()
    held_on = fields.TextField(null=True)
    concluded_on = fields.TextField(null=True)
    outcome = fields.TextField(null=True)
    arranged = fields.TextField(null=True)
    invited = fields.TextField(null=True)
    reported = fields.TextField(null=True)
    final_plan = fields.TextField(null=True)
    escalated = fields.TextField(null=True)  # the steps, separated by commas
    from_position = fields.BigIntField()
    to_position = fields.BigIntField()

    class Meta:
        """Where the rows lie."""

        table = "placements_review"
        indexes = (
            Index(fields=("book", "placement_ref"), name="placements_review_placement"),
            Index(fields=("book", "due_on"), name="placements_review_due"),
        )


LISTED = (
    "ref",
    "pupil",
    "need",
    "agreement_ref",
    "phase",
    "setting",
    "band",
    "home_area",
    "start_on",
    "end_on",
    "signed_on",
    "withdrawn",
    "case_officer",
)
"""The facts in the order of the list's columns, after id and book."""

_CHANGE_LISTED = (
    f"UPDATE placements_placement SET {', '.join(f'{column} = ?' for column in LISTED)} WHERE book = ? AND ref = ?"
)
_ADD_MEMBERSHIP = (
    "INSERT INTO placements_membership (id, book, placement_ref, agreement_ref) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (book, agreement_ref, placement_ref) DO NOTHING"
)
_MEMBERS = "SELECT placement_ref FROM placements_membership WHERE book = ? AND agreement_ref = ? ORDER BY placement_ref"

_CLOSE_REVIEW = (
    "UPDATE placements_review SET to_position = ? "
    "WHERE book = ? AND placement_ref = ? AND kind = ? AND due_on = ? AND to_position = ?"
)
_ReviewKey = tuple[str, ReviewKind, date]
"""A review: its placement, its kind and the day on which it falls due."""
_REVIEW_EVENTS = (
    events.ReviewScheduled,
    events.ReviewHeld,
    events.ReviewConcluded,
    events.ReviewCorrected,
    events.ReviewWithdrawn,
    events.ReviewStageRecorded,
    events.ReviewEscalated,
    events.ReviewEscalationTakenBack,
    events.ReviewReinstated,
)

_LISTED_BY: frozenset[type[Event]] = frozenset(
    {
        events.PackageChanged,
        events.PlacementMoved,
        events.PlacementEnded,
        events.PlacementDatesCorrected,
        events.PlacementCorrected,
        events.PlacementWithdrawn,
        events.PlacementReinstated,
        events.CaseOfficerNamed,
    }
)
"""The events after its start that change a placement's row."""


class PlacementTables:
    """Keeps `placements_placement` and `placements_membership` in step with the log."""

    models: Sequence[type[Model]] = (ListedPlacement, Membership)

    def __init__(self) -> None:
        self._started: dict[str, int] = {}
        self._changed: dict[str, None] = {}

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        """Takes in an event of a placement; others are let pass."""
        event = recorded.event
        if isinstance(event, events.PlacementStarted):
            identity = _identity(recorded, work.tables)
            ref = event.placement_ref
            self._started[ref] = identity
            work.tables.insert(Membership, (identity, work.tables.book, ref, event.version.agreement_ref))
        elif type(event) in _LISTED_BY:
            ref = recorded.stream.partition(":")[2]
            self._changed[ref] = None
            if isinstance(event, events.PlacementMoved):
                work.tables.execute(
                    _ADD_MEMBERSHIP,
                    (_identity(recorded, work.tables), work.tables.book, ref, event.version.agreement_ref),
                )
            if isinstance(event, events.PlacementMoved | events.PlacementDatesCorrected):
                _end_memberships(_known(ref, work), work.tables)

    def finish(self, work: UnitOfWork) -> None:
        """Writes one row for each placement that was started or changed."""
        tables, book = work.tables, work.tables.book
        for ref, identity in self._started.items():
            tables.insert(ListedPlacement, (identity, book, *_listed(_known(ref, work))))
        tables.execute_many(
            _CHANGE_LISTED,
            [(*_listed(_known(ref, work)), book, ref) for ref in self._changed if ref not in self._started],
        )
        self.forget()

    def forget(self) -> None:
        """Drops the rows that wait."""
        self._started.clear()
        self._changed.clear()


class ReviewTable:
    """Keeps `placements_review` in step with the log: what was known of each review, from position to position.

    Rows wait until the end of the transaction, so that an import writes its reviews in two statements.
    """

    models: Sequence[type[Model]] = (ListedReview,)

    def __init__(self) -> None:
        self._opened: dict[_ReviewKey, list[list[Any]]] = {}
        self._closed: list[tuple[Any, ...]] = []

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        """Takes in an event of a review; others are let pass."""
        event = recorded.event
        if not isinstance(event, _REVIEW_EVENTS):
            return
        ref = recorded.stream.partition(":")[2]
        key = (ref, event.kind, event.due_on)
        waiting = self._opened.setdefault(key, [])
        if isinstance(event, events.ReviewScheduled | events.ReviewReinstated):
            pass  # nothing stood there before
        elif waiting:
            waiting[-1][-1] = recorded.position
        else:
            values = (recorded.position, work.tables.book, ref, event.kind, event.due_on.isoformat(), OPEN_POSITION)
            self._closed.append(values)
        state = work.state(REVIEWS, ref)
        known = review_due(state.reviews if state else (), event.kind, event.due_on)
        if known is not None:
            identity, book = _identity(recorded, work.tables), work.tables.book
            waiting.append([identity, book, ref, *_review(known), recorded.position, OPEN_POSITION])

    def finish(self, work: UnitOfWork) -> None:
        """Writes the rows that wait; one that was opened and closed in between stands as it ended up."""
        work.tables.execute_many(_CLOSE_REVIEW, self._closed)
        work.tables.insert_all(ListedReview, [row for rows in self._opened.values() for row in rows])
        self.forget()

    def forget(self) -> None:
        """Drops the rows that wait."""
        self._opened = {}
        self._closed = []


def placements_of(tables: Tables, agreement_ref: str) -> list[str]:
    """The references of all placements with a version on the agreement, withdrawn ones too, in order."""
    return [row[0] for row in tables.query(_MEMBERS, (tables.book, agreement_ref))]


def _identity(recorded: Recorded, tables: Tables) -> int:
    return (tables.book << BOOK_BITS) + recorded.position


def _known(ref: str, work: UnitOfWork) -> Placement:
    state = work.state(PLACEMENTS, ref)
    assert state is not None  # noqa: S101 - an event of it has just been taken in
    return state


def _end_memberships(placement: Placement, tables: Tables) -> None:
    """Takes away the agreements on which no version is left."""
    agreements = sorted({version.agreement_ref for version in placement.versions})
    marks = ", ".join("?" * len(agreements))
    tables.execute(
        f"DELETE FROM placements_membership WHERE book = ? AND placement_ref = ? AND agreement_ref NOT IN ({marks})",
        (tables.book, placement.ref, *agreements),
    )


def _listed(placement: Placement) -> tuple[Any, ...]:
    """The values of a placement's row, in the order of `LISTED`."""
    version = placement.versions[-1]
    return (
        placement.ref,
        placement.pupil,
        placement.need,
        version.agreement_ref,
        version.phase,
        version.setting,
        version.band,
        version.home_area,
        placement.start_on.isoformat(),
        _day(placement.end_on),
        _day(placement.signed_on),
        placement.withdrawn,
        placement.case_officer,
    )


def _review(review: Review) -> tuple[str | None, ...]:
    """The values of a review's row after its placement's, in the order of the columns."""
    days = (review.arranged, review.invited, review.reported, review.final_plan)
    return (
        review.kind,
        *map(_day, (review.due_on, review.held_on, review.concluded_on)),
        review.outcome,
        *map(_day, days),
        ",".join(map(str, review.escalated)) or None,
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
