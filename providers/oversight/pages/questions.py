"""What the forms about a school's oversight ask, in words, and where the ledger's refusals belong."""

from commissioning.web.forms.fields import Field, Section
from commissioning.web.forms.kinds import Choice, Day, Paragraph, Text
from commissioning.web.language import N_, Labels
from providers.oversight import words

NAMES_NOBODY = "Name no child, and nobody at the school: write of posts and of the school."
_YES_OR_NO = Labels({"yes": N_("Effective"), "no": N_("Not effective")})

INSPECTION = (
    Section(
        "",
        (
            Field("inspected_on", "Last day of the inspection", Day(), "For example, 17/5/2026"),
            Field("body", "Who inspected", Choice(words.BODIES)),
            Field("outcome", "Outcome", Choice(words.OUTCOMES), "The overall grade, or whether the standards were met"),
            Field("safeguarding_effective", "Safeguarding", Choice(_YES_OR_NO), "Leave it if not said", required=False),
            Field("published_on", "Report published on", Day(), required=False),
            Field("report_ref", "Report", Text(), "Its number, or its address beginning https://", required=False),
        ),
    ),
)
DOCUMENT = (
    Section(
        "",
        (
            Field("kind", "Document", Choice(words.DOCUMENTS)),
            Field("reference", "Reference", Text(), "The policy's number, or its title and version"),
            Field("valid_from", "Valid from", Day(), "For example, 17/5/2026"),
            Field("valid_until", "Valid until", Day(), "Leave blank if it has no last day", required=False),
            Field("checked_on", "Checked on", Day(), "You are recorded as the one who checked it"),
        ),
    ),
)
SUSPENSION = (
    Section(
        "",
        (
            Field("suspended_from", "From", Day(), "The first day on which no new placement may begin"),
            Field("suspended_until", "Until", Day(), "Leave blank while nobody knows", required=False),
            Field("reason", "Reason", Paragraph(), NAMES_NOBODY),
        ),
    ),
)
RESUMPTION = (Section("", (Field("resumed_on", "From", Day(), "The first day on which a placement may begin again"),)),)
PERMISSION = (
    Section(
        "",
        (
            Field(
                "placement_ref",
                "Reference of the placement",
                Text(64, 20),
                "The one under which it will be logged, or that of the consultation",
            ),
            Field("reason", "Reason", Paragraph(), f"For example, ordered by the tribunal. {NAMES_NOBODY}"),
        ),
    ),
)
CONTACT = (
    Section(
        "",
        (
            Field("post", "Post", Choice(words.POSTS, radios=False)),
            Field("name", "Name", Text(200, 20)),
            Field("email", "E-mail address", Text(200, 20), required=False),
            Field("telephone", "Telephone number", Text(40, 20), required=False),
        ),
        "What names the person is sealed under a key of that person's own, and stands in no list and no file.",
    ),
)
VISIT = (
    Section(
        "",
        (
            Field("visited_on", "Day of the visit", Day(), "For example, 17/5/2026"),
            Field("findings", "Findings", Paragraph(), NAMES_NOBODY),
        ),
    ),
)
ACTION = (
    Section(
        "",
        (
            Field("visited_on", "After the visit of", Day(), "The day of a visit that is recorded"),
            Field("what", "What is to be done", Paragraph(), NAMES_NOBODY),
            Field("owner", "Owner", Text(200, 20), "A post, such as head of care, at the school or the council"),
            Field("due_on", "Due on", Day()),
        ),
    ),
)
ACTION_DONE = (Section("", (Field("done_on", "Seen to be done on", Day(), "For example, 17/5/2026"),)),)
MARK = (
    Section(
        "",
        (
            Field(
                "mark",
                "An outcome falls short below",
                Choice(words.MARKS),
                "Outcomes of every scheme stand on one scale: good, expected standard and standards met are equal",
            ),
        ),
    ),
)

PLACES = {
    f"oversight-{name.replace('_', '-')}": name
    for name in (
        "inspected_on",
        "published_on",
        "valid_from",
        "valid_until",
        "checked_on",
        "suspended_from",
        "suspended_until",
        "resumed_on",
        "visited_on",
        "due_on",
        "done_on",
        "name",
    )
}
"""The field that a refusal is about, by its code."""
