"""The read table of consultations: what was known of each, from position to position, for lists of any day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from commissioning.consultations.consultation import CONSULTATIONS, Consultation
from commissioning.ledger.events import Recorded
from commissioning.ledger.tables import BOOK_BITS, OPEN_POSITION
from commissioning.ledger.work import UnitOfWork


class ListedConsultation(Model):
    """A consultation as it was known from one position to another, with days in ISO 8601."""

    id = fields.BigIntField(primary_key=True, generated=False)
    book = fields.IntField()
    ref = fields.TextField()
    pupil = fields.TextField()
    need = fields.TextField()
    phase = fields.TextField()
    setting = fields.TextField()
    home_area = fields.TextField(null=True)
    stage = fields.TextField()
    identified_on = fields.TextField()
    wanted_from = fields.TextField(null=True)
    respond_by = fields.TextField(null=True)
    consulted = fields.IntField()
    offers = fields.IntField()
    provider_urn = fields.IntField(null=True)
    placement_ref = fields.TextField(null=True)
    from_position = fields.BigIntField()
    to_position = fields.BigIntField()

    class Meta:
        """Where the rows lie."""

        table = "consultations_consultation"
        indexes = (
            Index(fields=("book", "ref"), name="consultations_consultation_ref"),
            Index(fields=("book", "pupil"), name="consultations_consultation_pupil"),
            Index(fields=("book", "to_position"), name="consultations_consultation_open"),
        )


LISTED = (
    "ref",
    "pupil",
    "need",
    "phase",
    "setting",
    "home_area",
    "stage",
    "identified_on",
    "wanted_from",
    "respond_by",
    "consulted",
    "offers",
    "provider_urn",
    "placement_ref",
)
"""The facts in the order of the table's columns, after id and book and before the positions."""
_CLOSE = "UPDATE consultations_consultation SET to_position = ? WHERE book = ? AND ref = ? AND to_position = ?"


class ConsultationTable:
    """Keeps `consultations_consultation` in step with the log."""

    models: Sequence[type[Model]] = (ListedConsultation,)

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        """Takes in an event of a consultation; others are let pass."""
        kind, _, ref = recorded.stream.partition(":")
        if kind != CONSULTATIONS.name:
            return
        known = work.state(CONSULTATIONS, ref)
        assert known is not None  # noqa: S101 - an event of it has just been taken in
        tables, position = work.tables, recorded.position
        if recorded.version > 1:
            tables.execute(_CLOSE, (position, tables.book, ref, OPEN_POSITION))
        identity = (tables.book << BOOK_BITS) + position
        tables.insert(ListedConsultation, (identity, tables.book, *_listed(known), position, OPEN_POSITION))

    def finish(self, work: UnitOfWork) -> None:
        """Nothing waits."""

    def forget(self) -> None:
        """Nothing is held."""


def _listed(known: Consultation) -> tuple[Any, ...]:
    """The values of a row, in the order of `LISTED`; `respond_by` is the next day by which a school is to answer."""
    awaited = [one.respond_by for one in known.schools if one.answered_on is None and one.respond_by is not None]
    return (
        known.ref,
        known.pupil,
        known.wanted.need,
        known.wanted.phase,
        known.wanted.setting,
        known.wanted.home_area,
        known.stage,
        known.identified_on.isoformat(),
        _day(known.wanted.wanted_from),
        _day(min(awaited, default=None)),
        len(known.schools),
        sum(one.offered for one in known.schools),
        known.chosen,
        known.placement_ref,
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
