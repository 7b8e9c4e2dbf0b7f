"""What happened in watching over a school. The stream is `oversight:URN`; the mark has one of its own."""

from datetime import date

from commissioning.ledger.events import Event
from providers.oversight.facts import (
    Action,
    Contact,
    Document,
    DocumentKind,
    Inspection,
    InspectionBody,
    Mark,
    Permission,
    Suspension,
    Visit,
)


class InspectionRecorded(Event):
    """An inspection of the school became known; it is true from the day of the inspection."""

    urn: int
    inspection: Inspection


class InspectionCorrected(Event):
    """What was recorded of the inspection of that day and body was wrong; this is right."""

    inspection: Inspection


class InspectionWithdrawn(Event):
    """The inspection never was."""

    inspected_on: date
    body: InspectionBody


class DocumentRecorded(Event):
    """A document was checked; it is true from its first day."""

    urn: int
    document: Document


class DocumentCorrected(Event):
    """What was recorded of the document of that kind and first day was wrong; this is right."""

    document: Document


class DocumentWithdrawn(Event):
    """The document should not have been recorded."""

    kind: DocumentKind
    valid_from: date


class NewPlacementsSuspended(Event):
    """No new placement may begin at the school on these days, or those from the same day are now these."""

    urn: int
    suspension: Suspension


class NewPlacementsResumed(Event):
    """From this day new placements may begin again; a suspension that began on it or later never holds."""

    resumed_on: date


class PlacementPermitted(Event):
    """One placement may begin at the school although new placements are suspended."""

    urn: int
    permission: Permission


class PermissionWithdrawn(Event):
    """The placement is permitted no more."""

    placement_ref: str


class ContactNamed(Event):
    """The school has this contact person, or the one under the same key is now this."""

    urn: int
    contact: Contact


class ContactRemoved(Event):
    """The contact person's key was destroyed: what named the person opens never again."""

    contact: str


class VisitRecorded(Event):
    """The council visited the school."""

    urn: int
    visit: Visit


class VisitCorrected(Event):
    """What was recorded of the visit of that day was wrong; this is right."""

    visit: Visit


class VisitWithdrawn(Event):
    """The visit never was."""

    visited_on: date


class ActionAgreed(Event):
    """The school is to do something by a day."""

    action: Action


class ActionWithdrawn(Event):
    """The action was never agreed; its number is free again."""

    number: int


class ActionDone(Event):
    """The action was seen to be done; None takes a day back that was recorded by mistake."""

    number: int
    done_on: date | None


class InspectionMarkSet(Event):
    """Inspection outcomes below this mark fall short from now on."""

    mark: Mark


EVENTS: tuple[type[Event], ...] = (
    InspectionRecorded,
    InspectionCorrected,
    InspectionWithdrawn,
    DocumentRecorded,
    DocumentCorrected,
    DocumentWithdrawn,
    NewPlacementsSuspended,
    NewPlacementsResumed,
    PlacementPermitted,
    PermissionWithdrawn,
    ContactNamed,
    ContactRemoved,
    VisitRecorded,
    VisitCorrected,
    VisitWithdrawn,
    ActionAgreed,
    ActionWithdrawn,
    ActionDone,
    InspectionMarkSet,
)
