"""What the codes of oversight are called when a person reads them, and a school's oversight as facts in words."""

from collections.abc import Mapping
from datetime import date

from commissioning.web.words import day
from providers.oversight.facts import Action, Document, Inspection, Suspension
from providers.oversight.oversight import Oversight

BODIES: Mapping[str, str] = {
    "ofsted": "Ofsted",
    "isi": "Independent Schools Inspectorate (ISI)",
    "cqc": "Care Quality Commission (CQC)",
    "council": "The council",
    "other": "Another body",
}
OUTCOMES: Mapping[str, str] = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires_improvement": "Requires improvement",
    "inadequate": "Inadequate",
    "standards_met": "Standards met",
    "standards_not_met": "Standards not met",
    "exceptional": "Exceptional",
    "strong_standard": "Strong standard",
    "expected_standard": "Expected standard",
    "needs_attention": "Needs attention",
    "urgent_improvement": "Urgent improvement",
}
MARKS: Mapping[str, str] = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires_improvement": "Requires improvement",
}
DOCUMENTS: Mapping[str, str] = {
    "safeguarding_policy": "Safeguarding policy",
    "public_liability_insurance": "Public liability insurance",
    "employers_liability_insurance": "Employers' liability insurance",
    "registration": "Registration",
    "single_central_record": "Single central record",
    "health_and_safety": "Health and safety",
    "data_protection": "Data protection",
    "complaints_policy": "Complaints policy",
    "financial_check": "Financial check",
    "other": "Another document",
}
VALIDITIES: Mapping[str, tuple[str, str]] = {
    "valid": ("Valid", "green"),
    "runs_out_soon": ("Runs out soon", "yellow"),
    "run_out": ("Run out", "red"),
    "not_begun": ("Not begun yet", "grey"),
}
"""How a document stands, with the colour of its tag."""
POSTS: Mapping[str, str] = {
    "head": "Head",
    "proprietor": "Proprietor",
    "admissions": "Admissions",
    "send_coordinator": "SEND co-ordinator",
    "safeguarding_lead": "Safeguarding lead",
    "finance": "Finance",
    "contracts": "Contracts",
    "other": "Another post",
}
CONTACT_FIELDS: Mapping[str, str] = {"name": "Name", "email": "E-mail address", "telephone": "Telephone number"}
EVENT_TITLES: Mapping[str, str] = {
    "InspectionRecorded": "Inspection recorded",
    "InspectionCorrected": "Inspection corrected",
    "InspectionWithdrawn": "Inspection withdrawn: it never was",
    "DocumentRecorded": "Document checked",
    "DocumentCorrected": "Document corrected",
    "DocumentWithdrawn": "Document withdrawn",
    "NewPlacementsSuspended": "New placements suspended",
    "NewPlacementsResumed": "New placements may begin again",
    "PlacementPermitted": "Placement permitted during the suspension",
    "PermissionWithdrawn": "Permission withdrawn",
    "ContactNamed": "Contact person recorded",
    "ContactRemoved": "Contact person removed",
    "VisitRecorded": "Quality visit recorded",
    "VisitCorrected": "Quality visit corrected",
    "VisitWithdrawn": "Quality visit withdrawn: it never was",
    "ActionAgreed": "Action agreed",
    "ActionWithdrawn": "Action withdrawn: it was never agreed",
    "ActionDone": "Action done",
    "InspectionMarkSet": "Mark for inspections set",
}
"""What each event of oversight is called in a school's history."""


def oversight_facts(state: Oversight, _on: date) -> Mapping[str, str | None]:
    """Everything known of a school's oversight, each as one short phrase; no contact person is named."""
    return {
        **{f"Inspection of {day(one.inspected_on)}, {BODIES[one.body]}": inspection(one) for one in state.inspections},
        **{f"{DOCUMENTS[one.kind]} from {day(one.valid_from)}": document(one) for one in state.documents},
        **{f"New placements from {day(one.suspended_from)}": suspension(one) for one in state.suspensions},
        **{f"Placement {one.placement_ref}": f"Permitted: {one.reason}" for one in state.permissions},
        **{f"Contact {one.contact[:8]}": f"{POSTS[one.post]}, sealed" for one in state.contacts},
        **{f"Visit of {day(one.visited_on)}": one.findings for one in state.visits},
        **{f"Action {one.number}": action(one) for one in state.actions},
    }


def inspection(one: Inspection) -> str:
    """An inspection's outcome in a phrase."""
    parts = [OUTCOMES[one.outcome]]
    if one.safeguarding_effective is not None:
        parts.append(f"safeguarding {'effective' if one.safeguarding_effective else 'not effective'}")
    if one.published_on is not None:
        parts.append(f"published {day(one.published_on)}")
    if one.report_ref is not None:
        parts.append(f"report {one.report_ref}")
    return ", ".join(parts)


def document(one: Document) -> str:
    """A document's reference and last day in a phrase."""
    until = f"until {day(one.valid_until)}" if one.valid_until else "with no last day"
    return f"{one.reference}, {until}, checked {day(one.checked_on)}"


def suspension(one: Suspension) -> str:
    """The days of a suspension of new placements and its reason in a phrase."""
    until = f"Suspended until {day(one.suspended_until)}" if one.suspended_until else "Suspended"
    return f"{until}: {one.reason}"


def action(one: Action) -> str:
    """An action with its owner and day in a phrase."""
    done = f"done {day(one.done_on)}" if one.done_on else f"due {day(one.due_on)}"
    return f"{one.what} ({one.owner}, {done})"
