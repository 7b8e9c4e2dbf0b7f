"""From the offer that is chosen to the placement: the agreement alone, or every step at once."""

from commissioning.charges.forms.pages.logging import next_reference
from commissioning.charges.forms.pages.questions import day_field, price_line, prices
from commissioning.consultations import commands
from commissioning.consultations.facts import ConsultedSchool
from commissioning.consultations.pages.seeking import carrying_out
from commissioning.consultations.pages.step import Step, school_field
from commissioning.consultations.words import NAMED_BY
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.work import Command
from commissioning.web.forms.fields import Field, Section, Values, as_typed
from commissioning.web.forms.form import Deed, MakeDeed, Sheet
from commissioning.web.forms.kinds import Choice, Text
from commissioning.web.language import N_, _
from contracts.rates import RateLine


async def issue_sheet(step: Step) -> Sheet:
    """The individual placement agreement, at the prices contracted."""
    urn = step.known.chosen
    offer = step.known.school(urn) if urn is not None else None

    def make(values: Values, version: int | None) -> Deed:
        command = commands.IssuePlacementAgreement(
            consultation_ref=step.known.ref,
            expected_version=version,
            agreement_ref=values["agreement_ref"],
            issued_on=values["issued_on"],
            start_on=values["start_on"],
            rates=_contracted(values, offer),
        )
        return lambda work: work.execute(command)

    return step.sheet(
        _("Issue the placement agreement for %(ref)s", ref=step.known.ref),
        _("Record the agreement"),
        make,
        await _agreement_section(step, urn),
        _price_section(),
        known={"issued_on": step.today, "start_on": as_typed(step.known.wanted.wanted_from)}
        | ({"agreement_ref": offer.agreement_ref} if offer and offer.agreement_ref else {}),
    )


async def place_sheet(step: Step) -> Sheet:
    """Every step from the panel to the placement at once, for whoever has all of it before them."""
    offering = step.offering()
    if not offering:
        raise Refused(
            Fault("no-offer", "No school has offered a place yet.",
                  said("consultation %(consultation)s", consultation=step.known.ref),
                  mend="Record what the schools answer first.", status=404)
        )  # fmt: skip
    chosen = step.request.query.get("school", "") or (next(iter(offering)) if len(offering) == 1 else "")
    offer = step.known.school(int(chosen)) if chosen.isdigit() else None
    return step.sheet(
        _("Place the pupil of %(ref)s", ref=step.known.ref),
        _("Record the steps and log the placement"),
        _placing(step),
        Section(
            N_("The school"),
            (
                school_field(offering),
                day_field("approved_on", N_("Approved by the panel on")),
                day_field("named_on", N_("Named in section I on")),
                Field("by", N_("Named by"), Choice(NAMED_BY)),
            ),
        ),
        await _agreement_section(step, None),
        _price_section(),
        Section(
            N_("The placement"),
            (
                day_field(
                    "signed_on", N_("Signed by both sides on"), N_("Leave blank until it is signed"), required=False
                ),
                Field("placement_ref", N_("Reference of the placement"), Text(64, 20)),
            ),
        ),
        known={
            "provider_urn": chosen,
            "by": "council",
            "agreement_ref": (offer.agreement_ref if offer else None) or "",
            "start_on": as_typed(step.known.wanted.wanted_from),
            "placement_ref": await next_reference(step.reader),
            **dict.fromkeys(("approved_on", "named_on", "issued_on"), step.today),
        },
        costs=True,
    )


def _placing(step: Step) -> MakeDeed:
    def make(values: Values, version: int | None) -> Deed:
        ref, urn = step.known.ref, int(values["provider_urn"])
        found: list[Command] = [
            commands.ApprovePlace(
                consultation_ref=ref, expected_version=version, provider_urn=urn, approved_on=values["approved_on"]
            ),
            commands.NameSchool(consultation_ref=ref, provider_urn=urn, named_on=values["named_on"], by=values["by"]),
            commands.IssuePlacementAgreement(
                consultation_ref=ref,
                agreement_ref=values["agreement_ref"],
                issued_on=values["issued_on"],
                start_on=values["start_on"],
                rates=_contracted(values, step.known.school(urn)),
            ),
        ]
        if values["signed_on"] is not None:
            found.append(commands.SignPlacementAgreement(consultation_ref=ref, signed_on=values["signed_on"]))
        found.append(commands.StartFromConsultation(consultation_ref=ref, placement_ref=values["placement_ref"]))
        return carrying_out(found)

    return make


def _contracted(values: Values, offer: ConsultedSchool | None) -> tuple[RateLine, ...]:
    """The prices contracted: those typed, or where none are, those that were asked."""
    return tuple(price_line(row) for row in values["rates"]) or (offer.rates if offer else ())


async def _agreement_section(step: Step, urn: int | None) -> Section:
    offered = await step.agreements(urn)
    return Section(
        N_("The placement agreement"),
        (
            Field("agreement_ref", N_("Under the agreement"), Choice(offered, N_("Choose an agreement"), radios=False)),
            day_field("issued_on", N_("Issued on")),
            day_field("start_on", N_("First day")),
        ),
    )


def _price_section() -> Section:
    return Section(
        N_("Price contracted"),
        (prices(N_("Prices contracted"), N_("Leave blank where the price asked is the price contracted.")),),
    )
