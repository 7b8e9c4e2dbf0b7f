"""How a school stands on a day: whether its newest inspection falls short, and which of its documents have run out.

Grades of different schemes stand on one scale of four levels, so that one mark judges them all. Pure.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

from commissioning.ledger.errors import Fault
from commissioning.ledger.said import said
from providers.oversight.facts import Document, DocumentKind, Inspection, InspectionOutcome, Mark
from providers.oversight.oversight import Oversight

LEVELS: Mapping[InspectionOutcome, int] = {
    "outstanding": 4,
    "exceptional": 4,
    "good": 3,
    "strong_standard": 3,
    "expected_standard": 3,
    "standards_met": 3,
    "requires_improvement": 2,
    "needs_attention": 2,
    "inadequate": 1,
    "standards_not_met": 1,
    "urgent_improvement": 1,
}
"""The level of each outcome; whether standards were met is a yes or no, so it is good or inadequate."""
MARK_LEVELS: Mapping[Mark, int] = {"outstanding": 4, "good": 3, "requires_improvement": 2}
RUNS_OUT_WITHIN_DAYS = 60

_DIRECTORY_GRADES: Mapping[str, InspectionOutcome] = {
    **{outcome.replace("_", " "): outcome for outcome in LEVELS},
    "serious weaknesses": "inadequate",
    "special measures": "inadequate",
}
"""The grades that directories and workbooks state in words, without a day."""

Validity = Literal["valid", "runs_out_soon", "run_out", "not_begun"]


class Judged(NamedTuple):
    """What the newest known outcome of a school is. `inspection` is None of a grade that only the directory states."""

    outcome: InspectionOutcome
    inspection: Inspection | None
    falls_short: bool


def judged(state: Oversight | None, directory_grade: str | None, mark: Mark, day: date) -> Judged | None:
    """The newest outcome up to a day against the mark; None where none is known, or the directory's is no grade.

    An inspection that found safeguarding not effective falls short whatever its grade.
    """
    known = [one for one in (state.inspections if state else ()) if one.inspected_on <= day]
    if known:
        newest = known[-1]
        short = newest.safeguarding_effective is False or LEVELS[newest.outcome] < MARK_LEVELS[mark]
        return Judged(newest.outcome, newest, short)
    outcome = _DIRECTORY_GRADES.get((directory_grade or "").strip().lower().replace("_", " "))
    return None if outcome is None else Judged(outcome, None, LEVELS[outcome] < MARK_LEVELS[mark])


def newest_documents(documents: Iterable[Document], day: date) -> dict[DocumentKind, Document]:
    """The document of each kind that counts on a day: the one begun by then that is valid longest."""
    found: dict[DocumentKind, Document] = {}
    for one in documents:
        if one.valid_from <= day and (one.kind not in found or _end(one) >= _end(found[one.kind])):
            found[one.kind] = one
    return found


def validity(document: Document, day: date) -> Validity:
    """How a document stands on a day."""
    if document.valid_from > day:
        return "not_begun"
    if _end(document) < day:
        return "run_out"
    return "runs_out_soon" if _end(document) <= day + timedelta(days=RUNS_OUT_WITHIN_DAYS) else "valid"


def suspended_fault(state: Oversight | None, ref: str, start_on: date) -> Fault | None:
    """The fault of a placement, or a search for one, at a school whose new placements are suspended on its first day.

    None where it may begin: on another day, or because its reference was permitted.
    """
    held = None if state is None or state.permits(ref) else state.suspension_on(start_on)
    if state is None or held is None:
        return None
    first = held.suspended_from
    message = (
        said(
            "New placements at this school are suspended from %(first)s until %(until)s: %(reason)s",
            first=first,
            until=held.suspended_until,
            reason=held.reason,
        )
        if held.suspended_until
        else said(
            "New placements at this school are suspended from %(first)s: %(reason)s", first=first, reason=held.reason
        )
    )
    return Fault(
        "new-placements-suspended",
        message,
        ref,
        "a school that takes new placements on the first day",
        said(
            "Choose another school or day, or have “%(ref)s” permitted on the page of the school, "
            "URN %(urn)s, with the reason.",
            ref=ref,
            urn=state.urn,
        ),
        409,
    )


def _end(document: Document) -> date:
    return document.valid_until or date.max
