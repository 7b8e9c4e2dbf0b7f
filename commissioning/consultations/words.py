"""What the codes of consultations are called when a person reads them."""

from collections.abc import Mapping

STAGES: Mapping[str, str] = {
    "identified": "Identified",
    "consulted": "Schools consulted",
    "offered": "Place offered",
    "approved": "Approved by the panel",
    "named": "Named in section I",
    "issued": "Agreement issued",
    "signed": "Agreement signed",
    "started": "Placement logged",
    "closed": "Closed without a placement",
}
STAGE_COLOURS: Mapping[str, str] = {
    "identified": "grey",
    "consulted": "blue",
    "offered": "purple",
    "approved": "teal",
    "named": "teal",
    "issued": "orange",
    "signed": "green",
    "started": "green",
    "closed": "grey",
}


def stage_tag(stage: str) -> dict[str, str]:
    """A stage as a tag."""
    return {"tag": STAGES[stage], "colour": STAGE_COLOURS[stage]}


DECLINE_REASONS: Mapping[str, str] = {
    "full": "No place free",
    "cannot_meet_need": "Cannot meet the need",
    "unsuitable_with_peers": "Unsuitable beside those already there",
    "no_staff": "No staff for it",
    "no_answer": "No answer in time",
    "other": "Another reason",
}
NAMED_BY: Mapping[str, str] = {"council": "The council", "tribunal": "The tribunal, by order"}
CLOSING_REASONS: Mapping[str, str] = {
    "withdrawn": "The request was withdrawn",
    "tribunal_ordered_elsewhere": "The tribunal ordered another place",
    "state_place_found": "A state school has a place",
    "home_education": "Education at home",
    "moved_area": "Moved to another area",
    "died": "The pupil died",
    "recorded_by_mistake": "It was recorded by mistake",
    "other": "Another reason",
}
EVENT_TITLES: Mapping[str, str] = {
    "PlaceSought": "Place looked for",
    "SchoolConsulted": "School consulted",
    "PlaceOffered": "Place offered",
    "PlaceDeclined": "Place declined",
    "PanelApproved": "Approved by the panel",
    "SchoolNamed": "School named in section I",
    "PlacementAgreementIssued": "Placement agreement issued",
    "PlacementAgreementSigned": "Placement agreement signed",
    "PlaceFound": "Placement logged from the consultation",
    "ConsultationClosed": "Consultation closed",
    "StepTakenBack": "Step taken back: it was recorded by mistake",
}
"""What each event of a consultation is called in its history."""
