"""The words and dated values of how a school is watched: inspections, documents, suspensions, contacts, visits.

Commands, events and states share these. None of them is about a child: free text asks for none, and says so.
"""

from datetime import date
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

InspectionBody = Literal["ofsted", "isi", "cqc", "council", "other"]
InspectionOutcome = Literal[
    "outstanding",
    "good",
    "requires_improvement",
    "inadequate",
    "standards_met",
    "standards_not_met",
    "exceptional",
    "strong_standard",
    "expected_standard",
    "needs_attention",
    "urgent_improvement",
]
"""Overall grades as given until 2024, whether the independent school standards were met, and today's grades."""
Mark = Literal["outstanding", "good", "requires_improvement"]
"""An outcome below the mark falls short."""
DocumentKind = Literal[
    "safeguarding_policy",
    "public_liability_insurance",
    "employers_liability_insurance",
    "registration",
    "single_central_record",
    "health_and_safety",
    "data_protection",
    "complaints_policy",
    "financial_check",
    "other",
]
ContactPost = Literal[
    "head", "proprietor", "admissions", "send_coordinator", "safeguarding_lead", "finance", "contracts", "other"
]
ContactField = Literal["name", "email", "telephone"]
"""What names a school's contact person; each is held as ciphertext under a key of that person's own."""


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Inspection:
    """One inspection, known by its day and the body that made it.

    `safeguarding_effective` is None where the report does not say; `report_ref` is the report's number or address.
    """

    inspected_on: date
    body: InspectionBody
    outcome: InspectionOutcome
    safeguarding_effective: bool | None = None
    published_on: date | None = None
    report_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Document:
    """A compliance document that somebody of the council checked, known by its kind and its first day.

    An open last day is valid until another takes its place. `checked_by` is the key of the account that checked it.
    """

    kind: DocumentKind
    valid_from: date
    valid_until: date | None = None
    reference: str
    checked_on: date
    checked_by: str


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Suspension:
    """Days on which no new placement may begin at the school, known by their first; an open last day has no end yet."""

    suspended_from: date
    suspended_until: date | None = None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Permission:
    """A placement that may begin at the school although new placements are suspended there, with the reason."""

    placement_ref: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Contact:
    """A school's contact person under a random key; what names the person is ciphertext."""

    contact: str
    post: ContactPost
    sealed: dict[ContactField, str]


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Visit:
    """A quality visit by the council, known by its day."""

    visited_on: date
    findings: str


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Action:
    """What a visit found must be done, by whom and by when; numbered within the school. `owner` is a post, no name."""

    number: int
    visited_on: date
    what: str
    owner: str
    due_on: date
    done_on: date | None = None
