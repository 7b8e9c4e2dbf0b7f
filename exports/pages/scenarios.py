"""`/scenarios`: saved scenarios with their versions; what each states, and the ways to save one and to drop it."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

import orjson
from aiohttp import hdrs, web

from commissioning.charges.facts_in_words import agreement_facts
from commissioning.charges.known import school_names
from commissioning.charges.pages.asked import Asked, asked
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.time import instant_from_text
from commissioning.web.language import _
from commissioning.web.ledger_keys import WRITER
from commissioning.web.permissions import ACTOR, register
from commissioning.web.rendering import render
from contracts.agreement import Agreement
from contracts.words import MODELS
from exports.pages.counterfactual import SEVERAL, WHAT_IF, at_the_form, workbook_sent
from exports.pages.scenario_form import add_scenario_form
from exports.policy import may_see_reports
from exports.scenarios.commands import DropScenario, SaveScenario
from exports.scenarios.policy import may_save_scenarios
from exports.scenarios.queries import SavedVersion, saved_scenario, saved_scenarios, versions_of
from exports.scenarios.scenario import Scenario, name_of, version_name


async def scenarios_list(request: web.Request) -> web.Response:
    """The scenarios that stand, each at its latest version."""
    return await _list(request, await asked(request))


async def _list(
    request: web.Request, question: Asked, faults: Sequence[Fault] = (), typed_name: str = ""
) -> web.Response:
    saved = await saved_scenarios(question.reader, await question.reader.upto(question.as_at))
    rows = [_row(question, one) for one in saved]
    own = [one.scenario.name for one in saved if one.scenario.owner == request[ACTOR].account]
    context = {
        **question.context(),
        **at_the_form(faults, typed_name),
        "rows": rows,
        "own": own,
        "form_id": secrets.token_hex(16),
    }
    return render(request, "exports/saved_scenarios.html", context, status=faults[0].status if faults else 200)


async def scenario_detail(request: web.Request) -> web.Response:
    """One scenario: every agreement that it states, its versions, and where a cohort is priced under it."""
    question = await asked(request)
    position = question.as_at.position
    upto = await question.reader.upto(question.as_at)
    scenario = await saved_scenario(question.reader, request.match_info["name"], upto)
    names = await school_names(question.reader, position)
    versions = await versions_of(question.reader, scenario.name, upto)
    key = version_name(scenario.name, scenario.version)
    context = {
        **question.context(),
        "scenario": scenario,
        "owner": question.names.get(scenario.owner, scenario.owner),
        "latest": versions[-1].scenario.version,
        "agreements": [
            {
                "ref": one.ref,
                "facts": _facts(one, names, question),
                "href": question.link(*WHAT_IF.strip("/").split("/"), scenario=key, under=one.ref),
            }
            for one in scenario.agreements()
        ],
        "together": question.link(*SEVERAL.strip("/").split("/"), scenario=key),
        "years": [f"{year.calendar}, {year.academic_year}" for year in scenario.years],
        "versions": _versions(question, versions),
        "form_id": secrets.token_hex(16),
    }
    return render(request, "exports/saved_scenario.html", context)


def _row(question: Asked, one: SavedVersion) -> dict[str, Any]:
    scenario = one.scenario
    models = dict.fromkeys(MODELS[stated.model] for stated in scenario.stated)
    return {
        "name": {"text": scenario.name, "href": question.link("scenarios", scenario.name)},
        "version": scenario.version,
        "states": ", ".join(stated.agreement_ref for stated in scenario.stated),
        "models": ", ".join(models),
        "owner": question.names.get(scenario.owner, scenario.owner),
        "saved": instant_from_text(one.recorded_at),
        "priced": {"text": _("Price a cohort"), "href": _where_priced(question, scenario)},
    }


def _where_priced(question: Asked, scenario: Scenario) -> str:
    """The page that prices a cohort under it: of several agreements side by side."""
    page = WHAT_IF if len(scenario.stated) == 1 else SEVERAL
    return question.link(*page.strip("/").split("/"), scenario=scenario.name)


def _facts(agreement: Agreement, schools: dict[str, str], question: Asked) -> list[tuple[str, str]]:
    """What is stated of an agreement, as on the day asked for or its own nearest to that."""
    on = max(min(question.day, agreement.end_on or question.day), agreement.start_on)
    return [(name, text) for name, text in agreement_facts(agreement, on, schools).items() if text]


def _versions(question: Asked, versions: Sequence[SavedVersion]) -> list[dict[str, Any]]:
    return [
        {
            "version": {
                "text": _("Version %(version)s", version=one.scenario.version),
                "href": question.link("scenarios", version_name(one.scenario.name, one.scenario.version)),
            },
            "saved": instant_from_text(one.recorded_at),
            "by": question.names.get(one.account, one.account),
            "position": one.position,
        }
        for one in reversed(versions)
    ]


async def save_scenario(request: web.Request) -> web.Response:
    """Saves the scenario workbook of a form under the name given with it, then shows it."""
    question = await asked(request)
    form = await request.post()
    typed = str(form.get("name", ""))
    name = name_of(typed)
    try:
        await _carry_out(request, await workbook_sent(request, question, name), str(form.get("form_id", "")))
    except Refused as refusal:
        return await _list(request, question, refusal.faults, typed)
    raise web.HTTPSeeOther(question.link("scenarios", name))


async def drop_scenario(request: web.Request) -> web.Response:
    """Takes a scenario from the list, then shows the list."""
    form = await request.post()
    await _carry_out(request, DropScenario(name=str(form.get("name", ""))), str(form.get("form_id", "")))
    raise web.HTTPSeeOther("/scenarios")


async def _carry_out(request: web.Request, command: SaveScenario | DropScenario, form_id: str) -> None:
    """A form that is sent twice says the same and so is one command: its id is made of the form and what it says."""
    said = orjson.dumps([type(command).__name__, command.model_dump(mode="json"), form_id])
    command_id = f"scenario-{hashlib.sha256(said).hexdigest()[:40]}"
    await request.config_dict[WRITER].execute(command, command_id=command_id, account=request[ACTOR].account)


def add_routes(app: web.Application) -> None:
    """Adds the list of scenarios, the page of each, and the ways to save one and to drop it."""
    register(app, hdrs.METH_GET, "/scenarios", scenarios_list, may_see_reports)
    register(app, hdrs.METH_POST, "/scenarios/save", save_scenario, may_save_scenarios)
    register(app, hdrs.METH_POST, "/scenarios/drop", drop_scenario, may_save_scenarios)
    add_scenario_form(app)
    register(app, hdrs.METH_GET, "/scenarios/{name}", scenario_detail, may_see_reports)
