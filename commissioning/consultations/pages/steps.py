"""The forms of the steps of a consultation, from schools that are asked to the placement that is logged."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from commissioning.charges.forms.pages.logging import next_reference
from commissioning.charges.forms.pages.questions import day_field
from commissioning.charges.pages.asked import TODAY, no_such, one_of
from commissioning.consultations import commands
from commissioning.consultations.pages.answering import answers_sheet
from commissioning.consultations.pages.placing import issue_sheet, place_sheet
from commissioning.consultations.pages.seeking import carrying_out, school_commands, schools_asked
from commissioning.consultations.pages.step import SEALED, Step, school_field
from commissioning.consultations.queries import consultation
from commissioning.consultations.words import CLOSING_REASONS, NAMED_BY
from commissioning.ledger.said import said
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.ledger.work import Command
from commissioning.web.forms.fields import Field, Section, Values
from commissioning.web.forms.form import Deed, MakeDeed, Sheet, asking
from commissioning.web.forms.kinds import Choice, Paragraph, Text
from commissioning.web.language import N_, _
from commissioning.web.ledger_keys import READER
from providers.queries import all_providers


async def step_sheet(request: web.Request) -> Sheet:
    """`/consultations/{ref}/do/{step}`: the form of a step."""
    ref, name = request.match_info["ref"], one_of("step", request.match_info["step"], STEPS)
    known = await consultation(request.app[READER], ref, OPEN_POSITION)
    if known is None:
        raise no_such(said("consultation"), ref, said("Consultations"))
    schools = {one.urn: one.facts.name for one in await all_providers(request.app[READER])}
    return await STEPS[name](Step(request, known, schools))


async def consult_sheet(step: Step) -> Sheet:
    """More schools that are asked."""
    today = step.request.config_dict[TODAY]()

    def make(values: Values, _version: int | None) -> Deed:
        return carrying_out(school_commands(step.known.ref, values["schools"], today))

    heading = _("Consult schools for %(ref)s", ref=step.known.ref)
    return step.sheet(heading, _("Record the schools"), make, Section("", (await schools_asked(step.reader),)))


async def approve_sheet(step: Step) -> Sheet:
    """The approval by the panel."""
    return step.sheet(
        _("Approval by the panel for %(ref)s", ref=step.known.ref),
        _("Record the approval"),
        _choosing(commands.ApprovePlace, step),
        Section("", (school_field(step.offering()), day_field("approved_on", N_("Approved on")))),
        known=_chosen(step) | {"approved_on": step.today},
    )


async def name_sheet(step: Step) -> Sheet:
    """The school that section I of the plan names."""
    every = {str(urn): name for urn, name in step.schools.items()}
    return step.sheet(
        _("Name the school in section I for %(ref)s", ref=step.known.ref),
        _("Record the school"),
        _choosing(commands.NameSchool, step),
        Section(
            "",
            (
                school_field(every),
                day_field("named_on", N_("Named on")),
                Field("by", N_("Named by"), Choice(NAMED_BY)),
            ),
        ),
        known=_chosen(step) | {"named_on": step.today, "by": "council"},
        text=_(
            "A plan that names a school binds the council to its fees. A tribunal may name one that offered nothing."
        ),
    )


async def sign_sheet(step: Step) -> Sheet:
    """The signature of both sides."""
    return step.sheet(
        _("Signature for %(ref)s", ref=step.known.ref),
        _("Record the signature"),
        asking(commands.SignPlacementAgreement, consultation_ref=step.known.ref),
        Section("", (day_field("signed_on", N_("Signed by both sides on")),)),
        known={"signed_on": step.today},
    )


async def start_sheet(step: Step) -> Sheet:
    """The placement, logged as its agreement says."""
    return step.sheet(
        _("Log the placement of %(ref)s", ref=step.known.ref),
        _("Log the placement"),
        asking(commands.StartFromConsultation, consultation_ref=step.known.ref),
        Section("", (Field("placement_ref", N_("Reference of the placement"), Text(64, 20)),)),
        known={"placement_ref": await next_reference(step.reader)},
        text=_("Pupil, package, dates and prices are those of the consultation and of the agreement that was issued."),
        costs=True,
    )


async def close_sheet(step: Step) -> Sheet:
    """The end of a search without a placement."""
    return step.sheet(
        _("Close %(ref)s", ref=step.known.ref),
        _("Close the consultation"),
        asking(commands.CloseConsultation, consultation_ref=step.known.ref),
        Section(
            "",
            (
                Field("reason", N_("Why"), Choice(CLOSING_REASONS, radios=True)),
                day_field("closed_on", N_("Closed on")),
                Field("words", N_("In words"), Paragraph(), SEALED, required=False),
            ),
        ),
        known={"closed_on": step.today},
    )


def _choosing(kind: type[Command], step: Step) -> MakeDeed:
    """The deed of a form in which a school is chosen by its number."""

    def make(values: Values, version: int | None) -> Deed:
        urn = int(values["provider_urn"])
        return asking(kind, consultation_ref=step.known.ref)(values | {"provider_urn": urn}, version)

    return make


def _chosen(step: Step) -> dict[str, str]:
    chosen = step.known.chosen or step.request.query.get("school", "")
    return {"provider_urn": str(chosen)} if chosen else {}


STEPS: dict[str, Callable[[Step], Awaitable[Sheet]]] = {
    "consult": consult_sheet,
    "answers": answers_sheet,
    "approve": approve_sheet,
    "name": name_sheet,
    "issue": issue_sheet,
    "sign": sign_sheet,
    "start": start_sheet,
    "close": close_sheet,
    "place": place_sheet,
}
"""Every step by its name in addresses."""
