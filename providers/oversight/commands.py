"""What may be asked about the oversight of a school. A command states whole values; None means blank.

What names a contact person comes as ciphertext: the caller seals it with the vault.
"""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from commissioning.ledger.work import Command
from providers.oversight.facts import (
    ContactField,
    ContactPost,
    DocumentKind,
    InspectionBody,
    InspectionOutcome,
    Mark,
)
from providers.provider import URNS

Urn = Annotated[int, Field(ge=URNS.start, lt=URNS.stop)]
Reference = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
ShortWords = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Key = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
Ciphertext = Annotated[str, StringConstraints(min_length=1, max_length=4_000)]


class OversightCommand(Command):
    """Something asked of the oversight of one school.

    `expected_version` is the version of its stream that a form was drawn from; None asks for no check.
    """

    urn: Urn
    expected_version: int | None = None


class RecordInspection(OversightCommand):
    """States all that is known of the inspection of a day by a body; a new one is recorded by it."""

    inspected_on: date
    body: InspectionBody
    outcome: InspectionOutcome
    safeguarding_effective: bool | None = None
    published_on: date | None = None
    report_ref: Reference | None = None


class WithdrawInspection(OversightCommand):
    """Says that this inspection never was."""

    inspected_on: date
    body: InspectionBody


class RecordDocument(OversightCommand):
    """States a compliance document that was checked; whoever asks has checked it."""

    kind: DocumentKind
    reference: Reference
    valid_from: date
    valid_until: date | None = None
    checked_on: date


class WithdrawDocument(OversightCommand):
    """Says that the document of this kind and first day should not have been recorded."""

    kind: DocumentKind
    valid_from: date


class SuspendNewPlacements(OversightCommand):
    """Lets no new placement begin at the school from a day, or states the suspension from that day anew."""

    suspended_from: date
    suspended_until: date | None = None
    reason: Words


class ResumeNewPlacements(OversightCommand):
    """Lets new placements begin again from a day."""

    resumed_on: date


class PermitPlacement(OversightCommand):
    """Lets one placement begin although new placements are suspended, for a reason that is recorded."""

    placement_ref: ShortWords
    reason: Words


class NameContact(OversightCommand):
    """States a contact person under the key that the vault gave."""

    contact: Key
    post: ContactPost
    sealed: dict[ContactField, Ciphertext]


class RecordContact(OversightCommand):
    """States a contact person in plain words, which are sealed on entry; `contact` is the key of one that is known.

    The words are kept nowhere, and the digest of the request is made with the vault's secret.
    """

    kept_as = "nothing"

    contact: Key | None = None
    post: ContactPost
    name: ShortWords
    email: ShortWords | None = None
    telephone: ShortWords | None = None


class RemoveContact(OversightCommand):
    """Destroys the contact person's key, so that what names the person opens never again."""

    contact: Key


class RecordVisit(OversightCommand):
    """States a quality visit of a day and what it found; no child is named in it."""

    visited_on: date
    findings: Words


class AgreeAction(OversightCommand):
    """Agrees what is to be done after a visit, by a post at the school or the council, by a day."""

    visited_on: date
    what: Words
    owner: ShortWords
    due_on: date


class RecordActionDone(OversightCommand):
    """States the day on which an action was seen to be done; None takes it back."""

    number: Annotated[int, Field(ge=1)]
    done_on: date | None = None


class UndoOversightChange(OversightCommand):
    """Reverses what a command did last to the oversight of a school, within a day and before anything else is recorded.

    A contact person that was removed stays removed: the key is destroyed.
    """

    command_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class UndoInspectionMark(Command):
    """Sets the mark back to what it was before a command set it, within a day and before it is set again."""

    command_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class SetInspectionMark(Command):
    """Says below which mark an inspection outcome falls short."""

    mark: Mark


WITHOUT_PERSONAL_WORDS: tuple[type[Command], ...] = (
    RecordInspection,
    WithdrawInspection,
    RecordDocument,
    WithdrawDocument,
    SuspendNewPlacements,
    ResumeNewPlacements,
    PermitPlacement,
    RecordVisit,
    AgreeAction,
    RecordActionDone,
    SetInspectionMark,
    UndoOversightChange,
    UndoInspectionMark,
)
"""What may be asked in plain JSON, because nothing in it must be sealed first."""
