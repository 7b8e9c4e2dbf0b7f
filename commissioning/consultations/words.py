"""What the codes of consultations are called when a person reads them."""

from collections.abc import Mapping

from commissioning.web.language import N_, Labels

STAGES: Mapping[str, str] = Labels(
    {
        "identified": N_("Identified"),
        "consulted": N_("Schools consulted"),
        "offered": N_("Place offered"),
        "approved": N_("Approved by the panel"),
        "named": N_("Named in section I"),
        "issued": N_("Agreement issued"),
        "signed": N_("Agreement signed"),
        "started": N_("Placement logged"),
        "closed": N_("Closed without a placement"),
    }
)
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


DECLINE_REASONS: Mapping[str, str] = Labels(
    {
        "full": N_("No place free"),
        "cannot_meet_need": N_("Cannot meet the need"),
        "unsuitable_with_peers": N_("Unsuitable beside those already there"),
        "no_staff": N_("No staff for it"),
        "no_answer": N_("No answer in time"),
        "other": N_("Another reason"),
    }
)
NAMED_BY: Mapping[str, str] = Labels({"council": N_("The council"), "tribunal": N_("The tribunal, by order")})
CLOSING_REASONS: Mapping[str, str] = Labels(
    {
        "withdrawn": N_("The request was withdrawn"),
        "tribunal_ordered_elsewhere": N_("The tribunal ordered another place"),
        "state_place_found": N_("A state school has a place"),
        "home_education": N_("Education at home"),
        "moved_area": N_("Moved to another area"),
        "died": N_("The pupil died"),
        "recorded_by_mistake": N_("It was recorded by mistake"),
        "other": N_("Another reason"),
    }
)
EVENT_TITLES: Mapping[str, str] = Labels(
    {
        "PlaceSought": N_("Place looked for"),
        "SchoolConsulted": N_("School consulted"),
        "PlaceOffered": N_("Place offered"),
        "PlaceDeclined": N_("Place declined"),
        "PanelApproved": N_("Approved by the panel"),
        "SchoolNamed": N_("School named in section I"),
        "PlacementAgreementIssued": N_("Placement agreement issued"),
        "PlacementAgreementSigned": N_("Placement agreement signed"),
        "PlaceFound": N_("Placement logged from the consultation"),
        "ConsultationClosed": N_("Consultation closed"),
        "StepTakenBack": N_("Step taken back: it was recorded by mistake"),
    }
)
"""What each event of a consultation is called in its history."""
