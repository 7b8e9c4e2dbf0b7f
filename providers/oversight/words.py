"""What the codes of oversight are called when a person reads them, and a school's oversight as facts in words."""

from collections.abc import Mapping
from datetime import date

from commissioning.web.language import N_, Labels, Tags
from commissioning.web.words import day
from providers.oversight.facts import Action, Document, Inspection, Suspension
from providers.oversight.oversight import Oversight

BODIES: Mapping[str, str] = Labels(
    {
        "ofsted": N_("Ofsted"),
        "isi": N_("Independent Schools Inspectorate (ISI)"),
        "cqc": N_("Care Quality Commission (CQC)"),
        "council": N_("The council"),
        "other": N_("Another body"),
    }
)
OUTCOMES: Mapping[str, str] = Labels(
    {
        "outstanding": N_("Outstanding"),
        "good": N_("Good"),
        "requires_improvement": N_("Requires improvement"),
        "inadequate": N_("Inadequate"),
        "standards_met": N_("Standards met"),
        "standards_not_met": N_("Standards not met"),
        "exceptional": N_("Exceptional"),
        "strong_standard": N_("Strong standard"),
        "expected_standard": N_("Expected standard"),
        "needs_attention": N_("Needs attention"),
        "urgent_improvement": N_("Urgent improvement"),
    }
)
MARKS: Mapping[str, str] = Labels(
    {
        "outstanding": N_("Outstanding"),
        "good": N_("Good"),
        "requires_improvement": N_("Requires improvement"),
    }
)
DOCUMENTS: Mapping[str, str] = Labels(
    {
        "safeguarding_policy": N_("Safeguarding policy"),
        "public_liability_insurance": N_("Public liability insurance"),
        "employers_liability_insurance": N_("Employers' liability insurance"),
        "registration": N_("Registration"),
        "single_central_record": N_("Single central record"),
        "health_and_safety": N_("Health and safety"),
        "data_protection": N_("Data protection"),
        "complaints_policy": N_("Complaints policy"),
        "financial_check": N_("Financial check"),
        "other": N_("Another document"),
    }
)
VALIDITIES: Mapping[str, tuple[str, str]] = Tags(
    {
        "valid": (N_("Valid"), "green"),
        "runs_out_soon": (N_("Runs out soon"), "yellow"),
        "run_out": (N_("Run out"), "red"),
        "not_begun": (N_("Not begun yet"), "grey"),
    }
)
"""How a document stands, with the colour of its tag."""
POSTS: Mapping[str, str] = Labels(
    {
        "head": N_("Head"),
        "proprietor": N_("Proprietor"),
        "admissions": N_("Admissions"),
        "send_coordinator": N_("SEND co-ordinator"),
        "safeguarding_lead": N_("Safeguarding lead"),
        "finance": N_("Finance"),
        "contracts": N_("Contracts"),
        "other": N_("Another post"),
    }
)
CONTACT_FIELDS: Mapping[str, str] = Labels(
    {"name": N_("Name"), "email": N_("E-mail address"), "telephone": N_("Telephone number")}
)
EVENT_TITLES: Mapping[str, str] = Labels(
    {
        "InspectionRecorded": N_("Inspection recorded"),
        "InspectionCorrected": N_("Inspection corrected"),
        "InspectionWithdrawn": N_("Inspection withdrawn: it never was"),
        "DocumentRecorded": N_("Document checked"),
        "DocumentCorrected": N_("Document corrected"),
        "DocumentWithdrawn": N_("Document withdrawn"),
        "NewPlacementsSuspended": N_("New placements suspended"),
        "NewPlacementsResumed": N_("New placements may begin again"),
        "PlacementPermitted": N_("Placement permitted during the suspension"),
        "PermissionWithdrawn": N_("Permission withdrawn"),
        "ContactNamed": N_("Contact person recorded"),
        "ContactRemoved": N_("Contact person removed"),
        "VisitRecorded": N_("Quality visit recorded"),
        "VisitCorrected": N_("Quality visit corrected"),
        "VisitWithdrawn": N_("Quality visit withdrawn: it never was"),
        "ActionAgreed": N_("Action agreed"),
        "ActionWithdrawn": N_("Action withdrawn: it was never agreed"),
        "ActionDone": N_("Action done"),
        "InspectionMarkSet": N_("Mark for inspections set"),
    }
)
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
