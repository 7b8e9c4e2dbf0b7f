"""What the codes of placements are called when a person reads them, and how a pupil is named without a name."""

from collections.abc import Mapping

from commissioning.placements.facts import PupilField
from commissioning.placements.pupil import Pupil
from commissioning.web.language import N_, Labels, _
from commissioning.web.words import day

NEEDS: Mapping[str, str] = Labels(
    {
        "SPLD": N_("Specific learning difficulty (SPLD)"),
        "MLD": N_("Moderate learning difficulty (MLD)"),
        "SLD": N_("Severe learning difficulty (SLD)"),
        "PMLD": N_("Profound and multiple learning difficulty (PMLD)"),
        "SEMH": N_("Social, emotional and mental health (SEMH)"),
        "SLCN": N_("Speech, language and communication needs (SLCN)"),
        "HI": N_("Hearing impairment (HI)"),
        "VI": N_("Vision impairment (VI)"),
        "MSI": N_("Multi-sensory impairment (MSI)"),
        "PD": N_("Physical disability (PD)"),
        "ASD": N_("Autistic spectrum disorder (ASD)"),
        "DS": N_("Down syndrome (DS)"),
        "OTH": N_("Other difficulty or disability (OTH)"),
    }
)
PHASES: Mapping[str, str] = Labels(
    {
        "early_years": N_("Early years"),
        "primary": N_("Primary"),
        "secondary": N_("Secondary"),
        "post_16": N_("Post-16"),
    }
)
ROUTES: Mapping[str, str] = Labels(
    {
        "council": N_("Chosen by the council"),
        "parental_preference": N_("Parental preference"),
        "tribunal": N_("Ordered by the tribunal"),
        "looked_after": N_("Looked-after child"),
        "emergency": N_("Emergency"),
    }
)
REVIEW_KINDS: Mapping[str, str] = Labels(
    {
        "ehc_annual": N_("Annual review of the plan"),
        "contract_monitoring": N_("Contract monitoring"),
        "quality_visit": N_("Quality visit"),
        "fee": N_("Fee review"),
        "six_week_check": N_("Six-week check"),
    }
)
REVIEW_OUTCOMES: Mapping[str, str] = Labels(
    {
        "maintain": N_("Plan maintained"),
        "amend": N_("Plan amended"),
        "cease": N_("Plan ceased"),
        "satisfactory": N_("Satisfactory"),
        "action_needed": N_("Action needed"),
    }
)

REVIEW_STAGES: Mapping[str, str] = Labels(
    {
        "arranged": N_("Meeting arranged for"),
        "invited": N_("Invitations and papers sent"),
        "reported": N_("Report written"),
        "final_plan": N_("Final plan issued"),
    }
)
"""What is recorded of a review beside its meeting and its decision."""
COURSE: Mapping[str, str] = Labels(
    {
        "invited": N_("Invitations and papers"),
        "held": N_("Meeting"),
        "reported": N_("Report"),
        "concluded": N_("Decision"),
        "final_plan": N_("Final plan"),
    }
)
"""The stages of a review that have a day by which they should be done."""
ESCALATION_STEPS: Mapping[int, str] = Labels(
    {
        -60: N_("60 days before it is due"),
        -30: N_("30 days before it is due"),
        0: N_("On the day it is due"),
        14: N_("2 weeks late"),
        28: N_("4 weeks late"),
        42: N_("6 weeks late"),
    }
)

_SHORT = 8


def pseudonym(pupil: str | None) -> str:
    """A pupil as pages name one: the beginning of the random key, never anything sealed."""
    return _("pupil %(key)s", key=pupil[:_SHORT]) if pupil else "\N{EN DASH}"


def pupil_in_words(pupil: Pupil) -> str:
    """A pupil as the pages of one placement name its pupil, with the day on which an erased one was erased."""
    name = pseudonym(pupil.key)
    if pupil.erased_on is None:
        return name
    return _("%(pupil)s, whose details were erased on %(day)s", pupil=name, day=day(pupil.erased_on))


EXITS: Mapping[str, str] = Labels(
    {
        "phase_end": N_("The phase of education ended"),
        "state_place_found": N_("A state school has a place"),
        "another_school": N_("Moved to another special school"),
        "tribunal_ordered": N_("The tribunal ordered another place"),
        "withdrawn": N_("Withdrawn by the parents"),
        "breakdown": N_("The placement broke down"),
        "excluded": N_("Permanently excluded"),
        "school_closed": N_("The school closed"),
        "moved_area": N_("Moved to another area"),
        "plan_ceased": N_("The plan ceased"),
        "died": N_("The pupil died"),
        "other": N_("Another reason"),
    }
)
"""Why a placement ended."""
EVENT_TITLES: Mapping[str, str] = Labels(
    {
        "PlacementStarted": N_("Placement recorded"),
        "PackageChanged": N_("Package changed"),
        "PlacementMoved": N_("Moved to another agreement"),
        "PlacementEnded": N_("End recorded"),
        "ExitStated": N_("Why it ended stated"),
        "NoticeGiven": N_("Notice recorded"),
        "PlacementDatesCorrected": N_("Dates corrected"),
        "PlacementCorrected": N_("Facts corrected"),
        "OwnRateAgreed": N_("Own price agreed"),
        "OwnRateCorrected": N_("Own price corrected"),
        "OwnRateWithdrawn": N_("Own price withdrawn"),
        "PlacementSuspended": N_("Suspension recorded"),
        "SuspensionCorrected": N_("Suspension corrected"),
        "SuspensionWithdrawn": N_("Suspension withdrawn"),
        "FundingAgreed": N_("Funding split agreed"),
        "PlacementWithdrawn": N_("Placement withdrawn: it never held"),
        "PlacementReinstated": N_("Placement reinstated"),
        "CaseOfficerNamed": N_("Case officer named"),
    }
)
"""What each event of a placement is called in its history."""
REVIEW_EVENT_TITLES: Mapping[str, str] = Labels(
    {
        "ReviewScheduled": N_("Review scheduled"),
        "ReviewHeld": N_("Review held"),
        "ReviewConcluded": N_("Review concluded"),
        "ReviewCorrected": N_("Review corrected"),
        "ReviewWithdrawn": N_("Review withdrawn: it does not fall due"),
        "ReviewStageRecorded": N_("Stage of a review recorded"),
        "ReviewEscalated": N_("Review escalated"),
        "ReviewEscalationTakenBack": N_("Escalation taken back: nobody was told"),
        "ReviewReinstated": N_("Review reinstated"),
        "FirstReviewsSet": N_("First reviews set"),
    }
)
"""What each event of a placement's reviews is called there."""
PUPIL_FIELDS: Mapping[PupilField, str] = Labels(
    {
        "name": N_("Name"),
        "pupil_ref": N_("The council's reference"),
        "date_of_birth": N_("Date of birth"),
        "upn": N_("Unique pupil number (UPN)"),
        "postcode": N_("Home postcode"),
    }
)
"""What names a pupil, in the order in which it is shown."""

PUPIL_EVENT_TITLES: Mapping[str, str] = Labels(
    {
        "PupilIdentified": N_("Pupil recorded"),
        "PupilDetailsChanged": N_("Details changed"),
        "PupilErased": N_("Details erased"),
        "SealedFieldsOpened": N_("Details looked at"),
    }
)
"""What each event of a pupil is called."""
