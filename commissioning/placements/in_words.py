"""What can be asked in plain words that name a child: each word is sealed on entry, before anything is decided.

Forms and programs ask these; what they come to are the commands of commands.py, which hold ciphertext alone. None of
them is kept: not in an event, not in a log line, and the digest of the request is made with the vault's secret.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from commissioning.ledger.work import Command
from commissioning.placements.commands import BirthMonth, PlacementCommand, Reference, StatedPlacement, Words
from commissioning.placements.facts import Exit, Need

DayOfBirth = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2999, 12, 31))]
PlainWords = Annotated[str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]


class PupilInWords(BaseModel):
    """Who a pupil is. A pupil whose reference is known keeps every detail that is left out here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pupil_ref: Reference
    name: Words | None = None
    date_of_birth: DayOfBirth | None = None
    upn: Words | None = None
    postcode: Words | None = None


class LogPlacement(StatedPlacement):
    """Logs a placement, of a pupil who is known or becomes known by it."""

    kept_as = "what it comes to"

    pupil: PupilInWords
    end_reason: PlainWords | None = None


class RecordEnd(PlacementCommand):
    """Records the last day on roll and why; what is left out of reason, words and notice stays as it is recorded."""

    kept_as = "what it comes to"

    end_on: date
    exit: Exit | None = None
    end_reason: PlainWords | None = None
    notice_given_on: date | None = None


class RecordSuspension(PlacementCommand):
    """Suspends a placement for some days, or corrects the suspension with the same first day.

    A reason that is left out stays as it is recorded.
    """

    kept_as = "what it comes to"

    first_day: date
    last_day: date | None = None
    payable_pct: Decimal
    reason: PlainWords | None = None


class TakeBackSuspension(PlacementCommand):
    """Says that the suspension from this day never was."""

    kept_as = "what it comes to"

    first_day: date


class CorrectFacts(PlacementCommand):
    """States the facts that have no date of their own anew; a reason for the end that is left out stays."""

    kept_as = "what it comes to"

    need: Need
    birth_month: BirthMonth | None = None
    signed_on: date | None = None
    end_reason: PlainWords | None = None


IN_WORDS: tuple[type[Command], ...] = (LogPlacement, RecordEnd, RecordSuspension, TakeBackSuspension, CorrectFacts)
