"""What the codes of placements are called when a person reads them, and how a pupil is named without a name."""

from collections.abc import Mapping

from commissioning.placements.facts import PupilField
from commissioning.placements.pupil import Pupil
from commissioning.web.words import day

NEEDS: Mapping[str, str] = {
    "SPLD": "Specific learning difficulty (SPLD)",
    "MLD": "Moderate learning difficulty (MLD)",
    "SLD": "Severe learning difficulty (SLD)",
    "PMLD": "Profound and multiple learning difficulty (PMLD)",
    "SEMH": "Social, emotional and mental health (SEMH)",
    "SLCN": "Speech, language and communication needs (SLCN)",
    "HI": "Hearing impairment (HI)",
    "VI": "Vision impairment (VI)",
    "MSI": "Multi-sensory impairment (MSI)",
    "PD": "Physical disability (PD)",
    "ASD": "Autistic spectrum disorder (ASD)",
    "DS": "Down syndrome (DS)",
    "OTH": "Other difficulty or disability (OTH)",
}
PHASES: Mapping[str, str] = {
    "early_years": "Early years",
    "primary": "Primary",
    "secondary": "Secondary",
    "post_16": "Post-16",
}
ROUTES: Mapping[str, str] = {
    "council": "Chosen by the council",
    "parental_preference": "Parental preference",
    "tribunal": "Ordered by the tribunal",
    "looked_after": "Looked-after child",
    "emergency": "Emergency",
}
REVIEW_KINDS: Mapping[str, str] = {
    "ehc_annual": "Annual review of the plan",
    "contract_monitoring": "Contract monitoring",
    "quality_visit": "Quality visit",
    "fee": "Fee review",
    "six_week_check": "Six-week check",
}
REVIEW_OUTCOMES: Mapping[str, str] = {
    "maintain": "Plan maintained",
    "amend": "Plan amended",
    "cease": "Plan ceased",
    "satisfactory": "Satisfactory",
    "action_needed": "Action needed",
}

REVIEW_STAGES: Mapping[str, str] = {
    "arranged": "Meeting arranged for",
    "invited": "Invitations and papers sent",
    "reported": "Report written",
    "final_plan": "Final plan issued",
}
"""What is recorded of a review beside its meeting and its decision."""
COURSE: Mapping[str, str] = {
    "invited": "Invitations and papers",
    "held": "Meeting",
    "reported": "Report",
    "concluded": "Decision",
    "final_plan": "Final plan",
}
"""The stages of a review that have a day by which they should be done."""
ESCALATION_STEPS: Mapping[int, str] = {
    -60: "60 days before it is due",
    -30: "30 days before it is due",
    0: "On the day it is due",
    14: "2 weeks late",
    28: "4 weeks late",
    42: "6 weeks late",
}

_SHORT = 8


def pseudonym(pupil: str | None) -> str:
    """A pupil as pages name one: the beginning of the random key, never anything sealed."""
    return f"pupil {pupil[:_SHORT]}" if pupil else "\N{EN DASH}"


def pupil_in_words(pupil: Pupil) -> str:
    """A pupil as the pages of one placement name its pupil, with the day on which an erased one was erased."""
    name = pseudonym(pupil.key)
    return name if pupil.erased_on is None else f"{name}, whose details were erased on {day(pupil.erased_on)}"


EXITS: Mapping[str, str] = {
    "phase_end": "The phase of education ended",
    "state_place_found": "A state school has a place",
    "another_school": "Moved to another special school",
    "tribunal_ordered": "The tribunal ordered another place",
    "withdrawn": "Withdrawn by the parents",
    "breakdown": "The placement broke down",
    "excluded": "Permanently excluded",
    "school_closed": "The school closed",
    "moved_area": "Moved to another area",
    "plan_ceased": "The plan ceased",
    "died": "The pupil died",
    "other": "Another reason",
}
"""Why a placement ended."""
EVENT_TITLES: Mapping[str, str] = {
    "PlacementStarted": "Placement recorded",
    "PackageChanged": "Package changed",
    "PlacementMoved": "Moved to another agreement",
    "PlacementEnded": "End recorded",
    "ExitStated": "Why it ended stated",
    "NoticeGiven": "Notice recorded",
    "PlacementDatesCorrected": "Dates corrected",
    "PlacementCorrected": "Facts corrected",
    "OwnRateAgreed": "Own price agreed",
    "OwnRateCorrected": "Own price corrected",
    "OwnRateWithdrawn": "Own price withdrawn",
    "PlacementSuspended": "Suspension recorded",
    "SuspensionCorrected": "Suspension corrected",
    "SuspensionWithdrawn": "Suspension withdrawn",
    "FundingAgreed": "Funding split agreed",
    "PlacementWithdrawn": "Placement withdrawn: it never held",
    "PlacementReinstated": "Placement reinstated",
    "CaseOfficerNamed": "Case officer named",
}
"""What each event of a placement is called in its history."""
REVIEW_EVENT_TITLES: Mapping[str, str] = {
    "ReviewScheduled": "Review scheduled",
    "ReviewHeld": "Review held",
    "ReviewConcluded": "Review concluded",
    "ReviewCorrected": "Review corrected",
    "ReviewWithdrawn": "Review withdrawn: it does not fall due",
    "ReviewStageRecorded": "Stage of a review recorded",
    "ReviewEscalated": "Review escalated",
    "ReviewEscalationTakenBack": "Escalation taken back: nobody was told",
    "ReviewReinstated": "Review reinstated",
    "FirstReviewsSet": "First reviews set",
}
"""What each event of a placement's reviews is called there."""
PUPIL_FIELDS: Mapping[PupilField, str] = {
    "name": "Name",
    "pupil_ref": "The council's reference",
    "date_of_birth": "Date of birth",
    "upn": "Unique pupil number (UPN)",
    "postcode": "Home postcode",
}
"""What names a pupil, in the order in which it is shown."""

PUPIL_EVENT_TITLES: Mapping[str, str] = {
    "PupilIdentified": "Pupil recorded",
    "PupilDetailsChanged": "Details changed",
    "PupilErased": "Details erased",
    "SealedFieldsOpened": "Details looked at",
}
"""What each event of a pupil is called."""
