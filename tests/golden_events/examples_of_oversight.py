"""One example of every event about the oversight of schools as today's code writes it; everything is invented."""

from datetime import date

from commissioning.ledger.events import Event
from providers.oversight import events
from providers.oversight.facts import Action, Contact, Document, Inspection, Permission, Suspension, Visit

DAY, LATER = date(2026, 9, 15), date(2027, 9, 14)
SCHOOL_STREAM = "oversight:900001"
CONTACT = "fedcba9876543210fedcba9876543210"
INSPECTION = Inspection(
    inspected_on=DAY,
    body="ofsted",
    outcome="requires_improvement",
    safeguarding_effective=True,
    published_on=date(2026, 10, 20),
    report_ref="Report 10-900001 (invented)",
)
DOCUMENT = Document(
    kind="public_liability_insurance",
    valid_from=DAY,
    valid_until=LATER,
    reference="Policy INV-7 (invented)",
    checked_on=DAY,
    checked_by="0123456789abcdef0123456789abcdef",
)

OVERSIGHT_EXAMPLES: tuple[tuple[str, Event], ...] = (
    (SCHOOL_STREAM, events.InspectionRecorded(effective_on=DAY, urn=900001, inspection=INSPECTION)),
    (SCHOOL_STREAM, events.InspectionCorrected(effective_on=DAY, inspection=INSPECTION)),
    (SCHOOL_STREAM, events.InspectionWithdrawn(effective_on=DAY, inspected_on=DAY, body="ofsted")),
    (SCHOOL_STREAM, events.DocumentRecorded(effective_on=DAY, urn=900001, document=DOCUMENT)),
    (SCHOOL_STREAM, events.DocumentCorrected(effective_on=DAY, document=DOCUMENT)),
    (
        SCHOOL_STREAM,
        events.DocumentWithdrawn(effective_on=DAY, kind="public_liability_insurance", valid_from=DAY),
    ),
    (
        SCHOOL_STREAM,
        events.NewPlacementsSuspended(
            effective_on=DAY,
            urn=900001,
            suspension=Suspension(suspended_from=DAY, suspended_until=LATER, reason="Inspection outcome (invented)"),
        ),
    ),
    (SCHOOL_STREAM, events.NewPlacementsResumed(effective_on=LATER, resumed_on=LATER)),
    (
        SCHOOL_STREAM,
        events.PlacementPermitted(
            effective_on=DAY,
            urn=900001,
            permission=Permission(placement_ref="PL-INV-1", reason="Ordered by the tribunal (invented)"),
        ),
    ),
    (SCHOOL_STREAM, events.PermissionWithdrawn(effective_on=DAY, placement_ref="PL-INV-1")),
    (
        SCHOOL_STREAM,
        events.ContactNamed(
            effective_on=DAY,
            urn=900001,
            contact=Contact(
                contact=CONTACT,
                post="admissions",
                sealed={"name": "aW52ZW50ZWQ=", "email": "c2VhbGVk", "telephone": "dGVu"},
            ),
        ),
    ),
    (SCHOOL_STREAM, events.ContactRemoved(effective_on=LATER, contact=CONTACT)),
    (
        SCHOOL_STREAM,
        events.VisitRecorded(effective_on=DAY, urn=900001, visit=Visit(visited_on=DAY, findings="Calm (invented)")),
    ),
    (
        SCHOOL_STREAM,
        events.VisitCorrected(effective_on=DAY, visit=Visit(visited_on=DAY, findings="Calm and full (invented)")),
    ),
    (
        SCHOOL_STREAM,
        events.ActionAgreed(
            effective_on=DAY,
            action=Action(
                number=1,
                visited_on=DAY,
                what="Renew the fire check (invented)",
                owner="Head of site",
                due_on=LATER,
            ),
        ),
    ),
    (SCHOOL_STREAM, events.ActionDone(effective_on=LATER, number=1, done_on=LATER)),
    (SCHOOL_STREAM, events.ActionWithdrawn(effective_on=DAY, number=1)),
    (SCHOOL_STREAM, events.VisitWithdrawn(effective_on=DAY, visited_on=DAY)),
    ("inspection_mark:council", events.InspectionMarkSet(effective_on=DAY, mark="good")),
)
