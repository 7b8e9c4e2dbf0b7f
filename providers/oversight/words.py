"""What the codes of oversight are called when a person reads them, and a school's oversight as facts in words."""

from collections.abc import Mapping
from datetime import date

from commissioning.web.language import N_, Labels, Tags, _
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
        **{
            _("Inspection of %(day)s, %(body)s", day=day(one.inspected_on), body=BODIES[one.body]): inspection(one)
            for one in state.inspections
        },
        **{
            _("%(document)s from %(day)s", document=DOCUMENTS[one.kind], day=day(one.valid_from)): document(one)
            for one in state.documents
        },
        **{_("New placements from %(day)s", day=day(one.suspended_from)): suspension(one) for one in state.suspensions},
        **{
            _("Placement %(ref)s", ref=one.placement_ref): _("Permitted: %(reason)s", reason=one.reason)
            for one in state.permissions
        },
        **{
            _("Contact %(contact)s", contact=one.contact[:8]): _("%(post)s, sealed", post=POSTS[one.post])
            for one in state.contacts
        },
        **{_("Visit of %(day)s", day=day(one.visited_on)): one.findings for one in state.visits},
        **{_("Action %(number)s", number=one.number): action(one) for one in state.actions},
    }


def inspection(one: Inspection) -> str:
    """An inspection's outcome in a phrase."""
    parts = [OUTCOMES[one.outcome]]
    if one.safeguarding_effective is not None:
        parts.append(_("safeguarding effective") if one.safeguarding_effective else _("safeguarding not effective"))
    if one.published_on is not None:
        parts.append(_("published %(day)s", day=day(one.published_on)))
    if one.report_ref is not None:
        parts.append(_("report %(reference)s", reference=one.report_ref))
    return ", ".join(parts)


def document(one: Document) -> str:
    """A document's reference and last day in a phrase."""
    until = _("until %(day)s", day=day(one.valid_until)) if one.valid_until else _("with no last day")
    return ", ".join((one.reference, until, _("checked %(day)s", day=day(one.checked_on))))


def suspension(one: Suspension) -> str:
    """The days of a suspension of new placements and its reason in a phrase."""
    until = _("Suspended until %(day)s", day=day(one.suspended_until)) if one.suspended_until else _("Suspended")
    return f"{until}: {one.reason}"


def action(one: Action) -> str:
    """An action with its owner and day in a phrase."""
    done = _("done %(day)s", day=day(one.done_on)) if one.done_on else _("due %(day)s", day=day(one.due_on))
    return f"{one.what} ({one.owner}, {done})"
