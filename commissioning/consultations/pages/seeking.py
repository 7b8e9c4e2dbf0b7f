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
from commissioning.web.language import N_, _
from commissioning.web.ledger_keys import READER
from commissioning.web.words import day, pounds
from contracts.rates import RateLine, Unit, usual_notice, usual_quantity
from contracts.words import UNITS
from providers.queries import all_providers
from providers.words import told_apart

_WANTED = ("need", "phase", "setting", "band", "home_area", "route", "wanted_from")
_PLACES = {"consultation-known": "consultation_ref", "pupil-erased": "pupil_ref"}


async def seeking_sheet(request: web.Request) -> Sheet:
    """The form, with the next reference already in it."""
    reader, today = request.app[READER], request.config_dict[TODAY]()

    def make(values: Values, _version: int | None) -> Deed:
        return carrying_out(_commands(values, today))

    return Sheet(
        heading=_("Look for a place"),
        button=_("Record the consultation"),
        deed=make,
        sections=(
            PUPIL,
            Section(
                N_("The place wanted"),
                (
                    Field("consultation_ref", N_("Reference of the consultation"), Text(64, 20)),
                    NEED,
                    *package_alone(),
                    day_field("wanted_from", N_("Wanted from"), required=False),
                ),
            ),
            Section(N_("Schools"), (await schools_asked(reader),)),
        ),
        known={"consultation_ref": await next_reference(reader)},
        text=_(
            "Schools are consulted, their quotes stand side by side, and the placement is logged from the one chosen."
        ),
        places=_PLACES,
        also=lambda values: about_pupil(request, values),
        costs=False,
        breadcrumbs=[(_("Home"), "/"), (_("Consultations"), "/consultations"), (_("Look for a place"), None)],
    )


async def schools_asked(reader: Reader) -> Rows:
    """Schools that are consulted, each with its answer where there is one already."""
    schools = told_apart(await all_providers(reader))
    agreements, answers = await agreements_offered(reader), _answers()
    fields = (
        Field("urn", N_("School"), Choice(schools, blank=N_("Choose a school"), radios=False)),
        day_field("consulted_on", N_("Consulted on"), N_("Blank for today"), required=False),
        day_field("respond_by", N_("To answer by"), N_("For example, 17/5/2026"), required=False),
        Field("answer", N_("Answer"), Choice(answers, blank=N_("None yet")), required=False),
        Field("amount", N_("Price asked for education"), Money(), N_("Without VAT"), required=False),
        Field("unit", N_("Paid"), Choice(UNITS, blank=N_("A year")), required=False),
        Field("agreement_ref", N_("Quoted under"), Choice(agreements, N_("No agreement"), radios=False),
              required=False),
    )  # fmt: skip

    def shown(row: Values) -> str:
        on = row.get("consulted_on")
        asked = _("consulted on %(day)s", day=day(on)) if on else _("consulted today")
        said = answers[row["answer"]].lower() if row.get("answer") else _("no answer yet")
        price = [f"{pounds(row['amount'])} {UNITS[row.get('unit') or 'year']}"] if row.get("amount") else []
        return f"{schools[row['urn']]}: {', '.join((asked, said, *price))}"

    return Rows("schools", N_("Schools consulted"), fields, N_("Add another school"), shown, least=3)


def _answers() -> dict[str, str]:
    """What a school may answer, by a code that holds the reason of one that declines."""
    return {"offered": _("Offers a place")} | {
        f"declined {code}": _("Declines: %(reason)s", reason=f"{text[:1].lower()}{text[1:]}")
        for code, text in DECLINE_REASONS.items()
    }


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
