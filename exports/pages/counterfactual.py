"""`/compare/what-if`: the same pupils on the same days under other terms, as a page; `/compare/scenarios`: several."""

import secrets
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from aiohttp import hdrs, web

from commissioning.charges.known import agreements_as_at, school_names
from commissioning.charges.pages.asked import Asked, asked
from commissioning.charges.pages.showing import select
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.language import _
from commissioning.web.permissions import register
from commissioning.web.rendering import render
from commissioning.web.words import number, whole_pounds
from contracts.agreement import Agreement
from contracts.words import MODELS
from exports.counterfactual.charts import (
    counterfactual_chart,
    occupancy_chart,
    pence,
    price_chart,
    scenarios_chart,
)
from exports.counterfactual.cohort import cohort_of as members_of
from exports.counterfactual.report import answer_of, result_of
from exports.counterfactual.scenarios import scenarios
from exports.counterfactual.sensitivity import Vary, curve_of
from exports.counterfactual.terms import Target
from exports.pages.asked_of_value import cohort_of
from exports.pages.numbers_asked import yes_no
from exports.pages.reports import file_or_none
from exports.pages.spend import filter_fields
from exports.pages.terms import needs_terms, terms_asked
from exports.policy import may_see_reports
from exports.result import Result
from exports.scenarios.commands import SaveScenario
from exports.scenarios.queries import saved_scenarios, targets_of
from exports.scenarios.scenario import tried, version_name
from exports.schools_named import naming_schools

ScenarioReader = Callable[[Reader, AsAt, Path, str], Awaitable[SaveScenario]]
SCENARIO_READER: web.AppKey[ScenarioReader] = web.AppKey("scenario_reader")
"""Reads a scenario workbook as what would save it under a name; it stands on an upper floor."""
MOST_FAULTS = 30
"""Faults of a workbook that the page of its form lists."""

MOST_ROWS = 60


async def what_if_page(request: web.Request) -> web.Response:
    """The page; without terms it asks for some. `?format=` gives the same result as a file."""
    question = await asked(request)
    context = await _context(question)
    targets = await terms_asked(question)
    if not targets:
        if question.here.first("scenario"):  # another one was chosen, which states no agreement of that name
            raise web.HTTPSeeOther(question.here.without("under"))
        return render(request, "exports/what_if.html", context)
    if len(targets) > 1:
        if question.filters.agreement:
            raise needs_terms("either an agreement or a saved scenario; several stand side by side on the next page")
        raise web.HTTPSeeOther(question.here.with_values({"under": targets[0].ref}))
    shown = await _worked_out(question, targets[0], join_roll=yes_no(question, "join_roll"))
    if file := await file_or_none(request, question, shown["result"]):
        return file
    return render(request, "exports/what_if.html", context | shown)


async def scenario_page(request: web.Request) -> web.Response:
    """The same for a scenario workbook that is sent with the form; nothing of it is kept."""
    question = await asked(request)
    context = await _context(question)
    try:
        command = await workbook_sent(request, question)
    except Refused as refusal:
        name = str((await request.post()).get("name", ""))
        refused = at_the_form(refusal.faults, name)
        return render(request, "exports/scenarios.html", context | refused, status=refusal.faults[0].status)
    targets = await targets_of(question.reader, tried(command), question.as_at.position)
    reader, as_at, period, cohort = question.reader, question.as_at, question.period, cohort_of(question)
    if len(targets) > 1:
        together = await scenarios(reader, as_at, period, cohort, targets)
        shown = _side_by_side(question, together, targets)
        return render(request, "exports/scenarios.html", context | shown | {"sent": True})
    context |= await _worked_out(question, targets[0], join_roll=False)
    return render(request, "exports/what_if.html", context | {"sent": True})


async def scenarios_page(request: web.Request) -> web.Response:
    """Several agreements and saved scenarios side by side; `?format=` gives the same result as a file."""
    question = await asked(request)
    reader, as_at = question.reader, question.as_at
    context = await _context(question)
    targets = await terms_asked(question)
    if not targets:
        return render(request, "exports/scenarios.html", context)
    join = yes_no(question, "join_roll")
    result = await scenarios(reader, as_at, question.period, cohort_of(question), targets, join_roll=join)
    if file := await file_or_none(request, question, result):
        return file
    return render(request, "exports/scenarios.html", context | _side_by_side(question, result, targets))


def at_the_form(faults: Sequence[Fault], name: str) -> dict[str, Any]:
    """What is wrong with a workbook that was sent, for the form that sent it, with the name typed beside it."""
    placed = [
        fault if fault.where == "name" else replace(fault, message=fault.in_words(), mend="", where="workbook")
        for fault in faults[:MOST_FAULTS]
    ]
    return {"faults": placed, "typed_name": name}


async def workbook_sent(request: web.Request, question: Asked, name: str = "") -> SaveScenario:
    """The scenario workbook of a form, as what would save it under a name; `Refused` where it cannot be meant."""
    with tempfile.TemporaryDirectory() as folder:
        path = await _received(request, Path(folder))
        return await request.config_dict[SCENARIO_READER](question.reader, question.as_at, path, name)


async def _context(question: Asked) -> dict[str, Any]:
    """What the form shows: the terms to choose from, and the filters that make the cohort."""
    reader, position = question.reader, question.as_at.position
    agreements = await agreements_as_at(reader, position)
    names = await school_names(reader, position)
    listed = {ref: _name(one, names) for ref, one in sorted(agreements.items())}
    saved = {one.scenario.name: one.scenario for one in await saved_scenarios(reader, await reader.end())}
    fields = await filter_fields(question, names)
    terms = {**select("agreement", _("Under the terms of"), listed), "blank": _("Choose an agreement")}
    kept = {name: _("%(name)s (version %(version)s)", name=name, version=one.version) for name, one in saved.items()}
    kept |= {name: name for name in question.here.all("scenario") if name not in kept}
    scenario = {**select("scenario", _("Or under a saved scenario"), kept), "blank": _("Choose a scenario")}
    chosen = saved.get(question.here.first("scenario"))
    under = {one.ref: _name(one, names) for one in chosen.agreements()} if chosen else {}
    cohort = {
        **select("cohort", _("Pupils who are under"), {f"agreement={ref}": name for ref, name in listed.items()}),
        "blank": _("Any agreement"),
    }
    return {
        **question.context(),
        "terms": terms,
        "scenario": scenario,
        "under": {**select("under", _("Which of its agreements"), under), "blank": _("The first")}
        if len(under) > 1
        else None,
        "fields": [cohort, *fields],
        "form_id": secrets.token_hex(16),
        **at_the_form((), ""),
    }


def _name(agreement: Agreement, schools: dict[str, str]) -> str:
    school = schools.get(str(agreement.provider_urn), str(agreement.provider_urn))
    return f"{agreement.ref}: {MODELS[agreement.model].lower()}, {school}"


async def _worked_out(question: Asked, target: Target, *, join_roll: bool) -> dict[str, Any]:
    """The counterfactual and its curves, from one look at the cohort."""
    as_at, period, cohort = question.as_at, question.period, cohort_of(question)
    chosen = await members_of(question.reader, period, as_at.position, cohort)
    answer = await answer_of(question.reader, as_at, period, chosen, target, join_roll=join_roll)
    result = await naming_schools(question.reader, result_of(answer, as_at, period, cohort, join_roll=join_roll))
    rows = result.by_name()
    for row in rows:
        row["link"] = {"text": row["placement"], "href": question.link("placements", row["placement"])}
    priced = sorted((row for row in rows if row["baseline"] is not None), key=lambda row: -abs(row["difference"]))
    charts = [counterfactual_chart(result, target.ref)]
    if answer.priced:
        by_places, by_price = (curve_of(answer, chosen.void, as_at, period, cohort, vary) for vary in get_args(Vary))
        charts += [occupancy_chart(by_places, target.ref), price_chart(by_price, target.ref)]
    return {
        "result": result,
        "target": target,
        "tiles": _tiles(result),
        "charts": [chart for chart in charts if chart],
        "rows": priced[:MOST_ROWS],
        "hidden": max(len(priced) - MOST_ROWS, 0),
        "unpriced": [row for row in rows if row["baseline"] is None][:MOST_ROWS],
    }


def _tiles(result: Result) -> list[dict[str, Any]]:
    total = result.total
    gap, missed = pence(total["whole_difference"]), total["unpriced"]
    tiles = [
        {"label": _("As bought"), "value": whole_pounds(pence(total["baseline"]) + pence(total["baseline_void"]))},
        {"label": _("Under these terms"), "value": whole_pounds(pence(total["scenario"]) + pence(total["void"]))},
        {"label": _("Difference"), "value": whole_pounds(gap), "tone": "alarm" if gap > 0 else "good"},
        {
            "label": _("Placements priced"),
            "value": number(pence(total["priced"])),
            "note": _("%(count)s cannot be priced", count=number(pence(missed))) if missed else _("all of the cohort"),
        },
    ]
    if total["void"] or total["baseline_void"]:
        tiles[0]["note"] = _("of it %(cost)s for empty places", cost=whole_pounds(pence(total["baseline_void"])))
        tiles[1]["note"] = _("of it %(cost)s for empty places", cost=whole_pounds(pence(total["void"])))
    return tiles


def _side_by_side(question: Asked, result: Result, targets: Sequence[Target]) -> dict[str, Any]:
    rows = result.by_name()
    for row, target in zip(rows, targets, strict=True):
        row["link"] = {"text": row["terms"], "href": _what_if(question, target), "note": row["model"]}
    return {"result": result, "rows": rows, "chart": scenarios_chart(result)}


def _what_if(question: Asked, target: Target) -> str:
    """The same cohort under one of several terms alone; nowhere for terms that were sent and forgotten."""
    if target.scenario and not target.saved:
        return ""
    left_out = ("agreement", "scenario", "under", "format")
    named = {"agreement": target.ref}
    if target.saved:
        named = {"scenario": version_name(*target.saved), "under": target.ref}
    return question.here.with_values(named, *left_out).replace(question.here.path, WHAT_IF, 1)


async def _received(request: web.Request, folder: Path) -> Path:
    """The workbook of the form in a file; `Refused` where there is none."""
    sent = (await request.post()).get("workbook")
    if not isinstance(sent, web.FileField) or not sent.filename:
        raise _no_workbook(400)
    path = folder / "scenario.xlsx"
    with path.open("wb") as file:
        shutil.copyfileobj(sent.file, file)
    return path


def _no_workbook(status: int) -> Refused:
    return Refused(
        Fault(
            "workbook",
            "No workbook came with the form.",
            "workbook",
            "a scenario workbook (.xlsx) chosen in the form",
            status=status,
        )
    )


WHAT_IF, SCENARIO, SEVERAL = "/compare/what-if", "/compare/scenario", "/compare/scenarios"


def add_routes(app: web.Application) -> None:
    """Adds the pages of counterfactuals."""
    register(app, hdrs.METH_GET, WHAT_IF, what_if_page, may_see_reports)
    register(app, hdrs.METH_POST, SCENARIO, scenario_page, may_see_reports)
    register(app, hdrs.METH_GET, SEVERAL, scenarios_page, may_see_reports)
