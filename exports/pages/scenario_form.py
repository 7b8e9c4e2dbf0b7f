"""`/scenarios/new`: a scenario written from an agreement of the ledger, with some of its terms changed."""

from decimal import Decimal
from urllib.parse import quote

from aiohttp import web

from commissioning.charges.known import agreements_as_at, school_names
from commissioning.charges.pages.asked import asked
from commissioning.web.forms.fields import Field, Section, Values
from commissioning.web.forms.form import Deed, Form, Sheet
from commissioning.web.forms.kinds import Choice, Number, Text
from commissioning.web.forms.pages import add_form
from commissioning.web.forms.receipts import RECORDS, RecordKind
from commissioning.web.language import N_, _
from contracts.agreement import Agreement
from contracts.words import MODELS
from exports.scenarios.commands import SaveScenario
from exports.scenarios.policy import may_save_scenarios
from exports.scenarios.scenario import LONGEST_NAME
from exports.scenarios.variation import Variation, varied
from exports.scenarios.words import EVENT_TITLES

_PLACES = {"scenario-name": "name", "scenario-owner": "name", "void-pct": "void_pct", "commitment": "commitment_places"}
"""Where a refusal is shown, by its code."""

_CHANGES = Section(
    N_("What would be other"),
    (
        Field(
            "price_pct",
            N_("Change of its prices, %"),
            Number(least=-90, most=200, suffix="%"),
            N_("5 for dearer by 5%, -5 for cheaper by 5%"),
            required=False,
        ),
        Field(
            "discount_pct",
            N_("Discount on every place, %"),
            Number(least=-100, most=100, suffix="%"),
            N_("In place of the tiers that are agreed"),
            required=False,
        ),
        Field(
            "commitment_places",
            N_("Committed places"),
            Number(most=1_000, places=0),
            N_("Places that are paid for whether they are filled or not; 0 for none"),
            required=False,
        ),
        Field(
            "void_pct",
            N_("Paid for an empty place, %"),
            Number(most=100, suffix="%"),
            N_("Of the price; 100 where places are newly committed and this is blank"),
            required=False,
        ),
    ),
)


async def scenario_sheet(request: web.Request) -> Sheet:
    """The form; `?agreement=` chooses the terms to start from."""
    question = await asked(request)
    known = await agreements_as_at(question.reader, question.as_at.position)
    names = await school_names(question.reader, question.as_at.position)
    listed = {ref: _name(one, names) for ref, one in sorted(known.items())}
    return Sheet(
        heading=_("Write a scenario from an agreement"),
        button=_("Save the scenario"),
        deed=lambda values, _version: _deed(values, known),
        sections=(_beginning(listed), _CHANGES),
        known={"agreement": question.here.first("agreement")} if question.here.first("agreement") in listed else {},
        text=_("Start from terms that are agreed and say what would be other. What stays blank stays as agreed."),
        breadcrumbs=[(_("Home"), "/"), (_("Saved scenarios"), "/scenarios"), (_("Write one"), None)],
        places=_PLACES,
        costs=False,
    )


def _beginning(listed: dict[str, str]) -> Section:
    return Section(
        _("What it is called, and where it starts"),
        (
            Field(
                "name",
                _("Name"),
                Text(longest=LONGEST_NAME, width=20),
                _("Say what it offers; name no pupil. Under the name of a scenario of yours it is the next version."),
                missing=_("Give the scenario a name."),
            ),
            Field("agreement", _("Start from the terms of"), Choice(listed, radios=False)),
        ),
    )


def _deed(values: Values, known: dict[str, Agreement]) -> Deed:
    """The saving of a scenario that states one agreement as it is varied."""
    places: Decimal | None = values["commitment_places"]
    variation = Variation(
        values["price_pct"], None if places is None else int(places), values["void_pct"], values["discount_pct"]
    )
    command = SaveScenario(name=values["name"], agreements=(varied(known[values["agreement"]], variation),))
    return lambda work: work.execute(command)


def _name(agreement: Agreement, schools: dict[str, str]) -> str:
    school = schools.get(str(agreement.provider_urn), str(agreement.provider_urn))
    return f"{agreement.ref}: {MODELS[agreement.model].lower()}, {school}"


def add_scenario_form(app: web.Application) -> None:
    """Adds the form, and how its receipt speaks of scenarios."""
    app[RECORDS] |= {
        "scenario": RecordKind(
            lambda name: _("Scenario “%(name)s”", name=name),
            EVENT_TITLES,
            lambda name: f"/scenarios/{quote(name, safe='')}",
        )
    }
    add_form(app, Form("/scenarios/new", may_save_scenarios, scenario_sheet))
