"""What the consulted schools answer: all that are awaited on one form."""

from commissioning.charges.forms.pages.questions import day_field, price_fields, price_line
from commissioning.consultations import commands
from commissioning.consultations.facts import ConsultedSchool
from commissioning.consultations.in_words import prices as prices_in_words
from commissioning.consultations.pages.seeking import carrying_out
from commissioning.consultations.pages.step import SEALED, Step
from commissioning.consultations.words import DECLINE_REASONS
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.work import Command
from commissioning.web.forms.fields import Field, Rows, Section, Values
from commissioning.web.forms.form import Deed, Sheet
from commissioning.web.forms.kinds import Choice, Paragraph
from commissioning.web.language import N_, _


async def answers_sheet(step: Step) -> Sheet:
    """What the schools answered: all that are awaited at once, or the one that the address names."""
    named = step.request.query.get("school", "")
    awaited = [one for one in step.known.schools if (str(one.urn) == named if named else one.answered_on is None)]
    if not awaited:
        raise Refused(
            Fault("nothing-awaited", "No school's answer is awaited.",
                  said("consultation %(consultation)s", consultation=step.known.ref),
                  mend="Consult another school, or go back to the consultation.", status=404)
        )  # fmt: skip

    def make(values: Values, _version: int | None) -> Deed:
        found = [_answer(step.known.ref, one, values) for one in awaited]
        return carrying_out([command for command in found if command is not None])

    sections = [await _answer_section(step, one) for one in awaited]
    known = {f"answered_on_{one.urn}": step.today for one in awaited}
    heading = _("Answers for %(ref)s", ref=step.known.ref)
    return step.sheet(
        heading, _("Record the answers"), make, *sections, known=known, text=_("Leave out who has not answered.")
    )


async def _answer_section(step: Step, one: ConsultedSchool) -> Section:
    urn = one.urn
    offered = {"offered": _("Offers a place")} | {f"declined {code}": text for code, text in DECLINE_REASONS.items()}
    return Section(
        step.schools.get(urn, str(urn)),
        (
            Field(f"answer_{urn}", N_("Answer"), Choice(offered, N_("No answer yet"), radios=False), required=False),
            day_field(f"answered_on_{urn}", N_("Answered on"), required=False),
            Field(f"agreement_{urn}", N_("Quoted under"),
                  Choice(await step.agreements(urn), N_("No agreement"), radios=False), required=False),
            Rows(f"rates_{urn}", N_("Prices asked"), price_fields(), N_("Add another price"), _shown),
            Field(f"words_{urn}", N_("In the school's words"), Paragraph(), SEALED, required=False),
        ),
    )  # fmt: skip


def _shown(row: Values) -> str:
    return prices_in_words((price_line(row),))


def _answer(ref: str, one: ConsultedSchool, values: Values) -> Command | None:
    urn = one.urn
    answer, answered_on = values[f"answer_{urn}"], values[f"answered_on_{urn}"]
    if answer is None:
        return None
    if answered_on is None:
        raise Refused(Fault("missing", "The answer has no day.", f"answered_on_{urn}", "a day such as 17/5/2026"))
    if answer != "offered":
        return commands.RecordDecline(
            consultation_ref=ref, provider_urn=urn, answered_on=answered_on, reason=answer.removeprefix("declined "),
            words=values[f"words_{urn}"],
        )  # fmt: skip
    rates = tuple(price_line(row) for row in values[f"rates_{urn}"])
    if not rates:
        raise Refused(Fault("offer-price", "The offer has no price.", f"rates_{urn}", "at least one price"))
    return commands.RecordOffer(
        consultation_ref=ref, provider_urn=urn, answered_on=answered_on, agreement_ref=values[f"agreement_{urn}"],
        rates=rates,
    )  # fmt: skip
