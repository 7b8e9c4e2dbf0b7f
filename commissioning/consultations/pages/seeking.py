"""`/new/consultation`: looking for a place, with the schools that are asked and whatever they have answered already."""

from datetime import date
from typing import Any

from aiohttp import web

from commissioning.charges.forms.pages.questions import (
    NEED,
    PUPIL,
    PUPIL_DETAILS,
    about_pupil,
    agreements_offered,
    day_field,
    package_alone,
)
from commissioning.charges.pages.asked import TODAY
from commissioning.consultations.commands import ConsultSchool, RecordDecline, RecordOffer, SeekPlace
from commissioning.consultations.facts import Wanted
from commissioning.consultations.queries import next_reference
from commissioning.consultations.words import DECLINE_REASONS
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import Reader
from commissioning.ledger.work import Command, UnitOfWork
from commissioning.placements.in_words import PupilInWords
from commissioning.web.forms.fields import ROW, Field, Rows, Section, Values
from commissioning.web.forms.form import Deed, Sheet
from commissioning.web.forms.kinds import Choice, Money, Text
from commissioning.web.language import N_, Labels
from commissioning.web.ledger_keys import READER
from commissioning.web.words import day, pounds
from contracts.rates import RateLine, Unit, usual_notice, usual_quantity
from contracts.words import UNITS
from providers.queries import all_providers

_WANTED = ("need", "phase", "setting", "band", "home_area", "route", "wanted_from")
_ANSWERS = Labels({"offered": N_("Offers a place"), **{f"declined {code}": f"Declines: {text[:1].lower()}{text[1:]}"
                                            for code, text in DECLINE_REASONS.items()}})  # fmt: skip
_PLACES = {"consultation-known": "consultation_ref", "pupil-erased": "pupil_ref"}


async def seeking_sheet(request: web.Request) -> Sheet:
    """The form, with the next reference already in it."""
    reader, today = request.app[READER], request.config_dict[TODAY]()

    def make(values: Values, _version: int | None) -> Deed:
        return carrying_out(_commands(values, today))

    return Sheet(
        heading="Look for a place",
        button="Record the consultation",
        deed=make,
        sections=(
            PUPIL,
            Section(
                "The place wanted",
                (
                    Field("consultation_ref", "Reference of the consultation", Text(64, 20)),
                    NEED,
                    *package_alone(),
                    day_field("wanted_from", "Wanted from", required=False),
                ),
            ),
            Section("Schools", (await schools_asked(reader),)),
        ),
        known={"consultation_ref": await next_reference(reader)},
        text="Schools are consulted, their quotes stand side by side, and the placement is logged from the one chosen.",
        places=_PLACES,
        also=lambda values: about_pupil(request, values),
        costs=False,
        breadcrumbs=[("Home", "/"), ("Consultations", "/consultations"), ("Look for a place", None)],
    )


async def schools_asked(reader: Reader) -> Rows:
    """Schools that are consulted, each with its answer where there is one already."""
    schools = {str(one.urn): one.facts.name for one in await all_providers(reader)}
    agreements = await agreements_offered(reader)
    fields = (
        Field("urn", "School", Choice(schools, blank="Choose a school", radios=False)),
        day_field("consulted_on", "Consulted on", "Blank for today", required=False),
        day_field("respond_by", "To answer by", "For example, 17/5/2026", required=False),
        Field("answer", "Answer", Choice(_ANSWERS, blank="None yet"), required=False),
        Field("amount", "Price asked for education", Money(), "Without VAT", required=False),
        Field("unit", "Paid", Choice(UNITS, blank="A year"), required=False),
        Field("agreement_ref", "Quoted under", Choice(agreements, "No agreement", radios=False), required=False),
    )  # fmt: skip

    def shown(row: Values) -> str:
        asked = f"consulted on {day(row['consulted_on'])}" if row.get("consulted_on") else "consulted today"
        said = _ANSWERS[row["answer"]].lower() if row.get("answer") else "no answer yet"
        price = f", {pounds(row['amount'])} {UNITS[row.get('unit') or 'year']}" if row.get("amount") else ""
        return f"{schools[row['urn']]}: {asked}, {said}{price}"

    return Rows("schools", "Schools consulted", fields, "Add another school", shown, least=3)


def school_commands(ref: str, rows: list[Values], today: date) -> list[Command]:
    """What rows of schools come to; `Refused` at the row in which an offer has no price."""
    found: list[Command] = []
    for row in rows:
        urn, asked_on = int(row["urn"]), row["consulted_on"] or today
        found.append(
            ConsultSchool(consultation_ref=ref, provider_urn=urn, consulted_on=asked_on, respond_by=row["respond_by"])
        )
        said = row["answer"]
        if said == "offered":
            found.append(_offer(ref, urn, row, max(asked_on, today)))
        elif said:
            reason = said.removeprefix("declined ")
            found.append(
                RecordDecline(consultation_ref=ref, provider_urn=urn, answered_on=max(asked_on, today), reason=reason)
            )
    return found


def _offer(ref: str, urn: int, row: Values, answered_on: date) -> RecordOffer:
    if row["amount"] is None:
        where = f"schools.{row[ROW]}.amount"
        raise Refused(Fault("offer-price", "The offer has no price.", where, "the price that the school asks"))
    unit: Unit = row["unit"] or "year"
    line = RateLine(
        component="education", unit=unit, amount=row["amount"], quantity=usual_quantity(unit), void=False,
        discount=False, notice=usual_notice("education", unit),
    )  # fmt: skip
    return RecordOffer(
        consultation_ref=ref,
        provider_urn=urn,
        answered_on=answered_on,
        agreement_ref=row["agreement_ref"],
        rates=(line,),
    )


def _commands(values: Values, today: date) -> list[Command]:
    ref = values["consultation_ref"]
    wanted: dict[str, Any] = {name: values[name] for name in _WANTED}
    begin = SeekPlace(
        consultation_ref=ref,
        pupil=PupilInWords(**{name: values[name] for name in PUPIL_DETAILS}),
        wanted=Wanted(**wanted),
        identified_on=today,
    )
    return [begin, *school_commands(ref, values["schools"], today)]


def carrying_out(commands: list[Command]) -> Deed:
    """The deed of several commands, one after another: all of them or none."""

    def deed(work: UnitOfWork) -> None:
        for command in commands:
            work.execute(command)

    return deed
