"""What the forms about a school's oversight ask, in words, and where the ledger's refusals belong."""

from commissioning.web.forms.fields import Field, Section
from commissioning.web.forms.kinds import Choice, Day, Paragraph, Text
from commissioning.web.language import N_, Labels
from providers.oversight import words

NAMES_NOBODY = N_("Name no child, and nobody at the school: write of posts and of the school.")
_YES_OR_NO = Labels({"yes": N_("Effective"), "no": N_("Not effective")})

INSPECTION = (
    Section(
        "",
        (
            Field("inspected_on", N_("Last day of the inspection"), Day(), N_("For example, 17/5/2026")),
            Field("body", N_("Who inspected"), Choice(words.BODIES)),
            Field(
                "outcome",
                N_("Outcome"),
                Choice(words.OUTCOMES),
                N_("The overall grade, or whether the standards were met"),
            ),
            Field(
                "safeguarding_effective",
                N_("Safeguarding"),
                Choice(_YES_OR_NO),
                N_("Leave it if not said"),
                required=False,
            ),
            Field("published_on", N_("Report published on"), Day(), required=False),
            Field(
                "report_ref", N_("Report"), Text(), N_("Its number, or its address beginning https://"), required=False
            ),
        ),
    ),
)
DOCUMENT = (
    Section(
        "",
        (
            Field("kind", N_("Document"), Choice(words.DOCUMENTS)),
            Field("reference", N_("Reference"), Text(), N_("The policy's number, or its title and version")),
            Field("valid_from", N_("Valid from"), Day(), N_("For example, 17/5/2026")),
            Field("valid_until", N_("Valid until"), Day(), N_("Leave blank if it has no last day"), required=False),
            Field("checked_on", N_("Checked on"), Day(), N_("You are recorded as the one who checked it")),
        ),
    ),
)
SUSPENSION = (
    Section(
        "",
        (
            Field("suspended_from", N_("From"), Day(), N_("The first day on which no new placement may begin")),
            Field("suspended_until", N_("Until"), Day(), N_("Leave blank while nobody knows"), required=False),
            Field("reason", N_("Reason"), Paragraph(), NAMES_NOBODY),
        ),
    ),
)
RESUMPTION = (
    Section("", (Field("resumed_on", N_("From"), Day(), N_("The first day on which a placement may begin again")),)),
)
PERMISSION = (
    Section(
        "",
        (
            Field(
                "placement_ref",
                N_("Reference of the placement"),
                Text(64, 20),
                N_("The one under which it will be logged, or that of the consultation"),
            ),
            Field(
                "reason",
                N_("Reason"),
                Paragraph(),
                N_(
                    "For example, ordered by the tribunal. Name no child, and nobody at the school: write of posts and "
                    "of the school."
                ),
            ),
        ),
    ),
)
CONTACT = (
    Section(
        "",
        (
            Field("post", N_("Post"), Choice(words.POSTS, radios=False)),
            Field("name", N_("Name"), Text(200, 20)),
            Field("email", N_("E-mail address"), Text(200, 20), required=False),
            Field("telephone", N_("Telephone number"), Text(40, 20), required=False),
        ),
        N_("What names the person is sealed under a key of that person's own, and stands in no list and no file."),
    ),
)
VISIT = (
    Section(
        "",
        (
            Field("visited_on", N_("Day of the visit"), Day(), N_("For example, 17/5/2026")),
            Field("findings", N_("Findings"), Paragraph(), NAMES_NOBODY),
        ),
    ),
)
ACTION = (
    Section(
        "",
        (
            Field("visited_on", N_("After the visit of"), Day(), N_("The day of a visit that is recorded")),
            Field("what", N_("What is to be done"), Paragraph(), NAMES_NOBODY),
            Field(
                "owner", N_("Owner"), Text(200, 20), N_("A post, such as head of care, at the school or the council")
            ),
            Field("due_on", N_("Due on"), Day()),
        ),
    ),
)
ACTION_DONE = (Section("", (Field("done_on", N_("Seen to be done on"), Day(), N_("For example, 17/5/2026")),)),)
MARK = (
    Section(
        "",
        (
            Field(
                "mark",
                N_("An outcome falls short below"),
                Choice(words.MARKS),
                N_("Outcomes of every scheme stand on one scale: good, expected standard and standards met are equal"),
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
