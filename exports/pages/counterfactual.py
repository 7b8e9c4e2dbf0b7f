"""`/compare/what-if`: the same pupils on the same days under other terms, as a page; `/compare/scenarios`: several."""

import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, get_args

from aiohttp import hdrs, web

from commissioning.charges.known import agreements_as_at, providers_as_at
from commissioning.charges.pages.asked import Asked, asked
from commissioning.charges.pages.showing import select
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
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
from exports.counterfactual.targets import target_of
from exports.counterfactual.terms import Target
from exports.pages.reports import cohort_of, file_or_none, yes_no
from exports.pages.spend import filter_fields
from exports.policy import may_see_reports
from exports.result import Result

ScenarioReader = Callable[[Reader, AsAt, Path], Awaitable[list[Target]]]
SCENARIOS: web.AppKey[ScenarioReader] = web.AppKey("scenarios")
"""Reads a scenario workbook; it stands on an upper floor."""

MOST_ROWS = 60


async def what_if_page(request: web.Request) -> web.Response:
    """The page; without an agreement it asks for one. `?format=` gives the same result as a file."""
    question = await asked(request)
    agreements = await agreements_as_at(question.reader, question.as_at.position)
    refs = question.filters.agreement
    context = await _context(question, agreements, "agreement")
    if not refs:
        return render(request, "exports/what_if.html", context)
    target = await target_of(question.reader, refs[0], question.as_at.position)
    shown = await _worked_out(question, target, join_roll=yes_no(question, "join_roll"))
    if file := await file_or_none(request, question, shown["result"]):
        return file
    return render(request, "exports/what_if.html", context | shown)


async def scenario_page(request: web.Request) -> web.Response:
    """The same for a scenario workbook that is sent with the form; nothing of it is kept."""
    question = await asked(request)
    agreements = await agreements_as_at(question.reader, question.as_at.position)
    context = await _context(question, agreements, "agreement")
    with tempfile.TemporaryDirectory() as folder:
        path = await _received(request, Path(folder))
        targets = await request.config_dict[SCENARIOS](question.reader, question.as_at, path)
    reader, as_at, period, cohort = question.reader, question.as_at, question.period, cohort_of(question)
    if len(targets) > 1:
        together = await scenarios(reader, as_at, period, cohort, targets)
        return render(request, "exports/scenarios.html", context | _side_by_side(question, together))
    context |= await _worked_out(question, targets[0], join_roll=False)
    return render(request, "exports/what_if.html", context | {"sent": True})


async def scenarios_page(request: web.Request) -> web.Response:
    """Several agreements side by side for one cohort; `?format=` gives the same result as a file."""
    question = await asked(request)
    reader, as_at = question.reader, question.as_at
    agreements = await agreements_as_at(reader, as_at.position)
    context = await _context(question, agreements, "several")
    refs = question.filters.agreement
    if not refs:
        return render(request, "exports/scenarios.html", context)
    targets = [await target_of(reader, ref, as_at.position) for ref in refs]
    result = await scenarios(reader, as_at, question.period, cohort_of(question), targets)
    if file := await file_or_none(request, question, result):
        return file
    return render(request, "exports/scenarios.html", context | _side_by_side(question, result))


async def _context(question: Asked, agreements: dict[str, Agreement], kind: str) -> dict[str, Any]:
    """What the form shows: the terms to choose from, and the filters that make the cohort."""
    schools = await providers_as_at(question.reader, question.as_at.position)
    names = {str(urn): school.facts.name for urn, school in schools.items()}
    listed = {ref: _name(one, names) for ref, one in sorted(agreements.items())}
    fields = await filter_fields(question, names)
    terms = {**select("agreement", "Under the terms of", listed), "blank": "Choose an agreement"}
    cohort = {
        **select("cohort", "Pupils who are under", {f"agreement={ref}": name for ref, name in listed.items()}),
        "blank": "Any agreement",
    }
    return {**question.context(), "terms": terms, "fields": [cohort, *fields], "several": kind == "several"}


def _name(agreement: Agreement, schools: dict[str, str]) -> str:
    school = schools.get(str(agreement.provider_urn), str(agreement.provider_urn))
    return f"{agreement.ref}: {MODELS[agreement.model].lower()}, {school}"


async def _worked_out(question: Asked, target: Target, *, join_roll: bool) -> dict[str, Any]:
    """The counterfactual and its curves, from one look at the cohort."""
    as_at, period, cohort = question.as_at, question.period, cohort_of(question)
    chosen = await members_of(question.reader, period, as_at.position, cohort)
    answer = await answer_of(question.reader, as_at, period, chosen, target, join_roll=join_roll)
    result = result_of(answer, as_at, period, cohort, join_roll=join_roll)
    rows = rows_by_name(result)
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


def rows_by_name(result: Result) -> list[dict[str, Any]]:
    """The rows of a result by the names of its columns."""
    names = [column.name for column in result.columns]
    return [dict(zip(names, row, strict=True)) for row in result.rows]


def _tiles(result: Result) -> list[dict[str, Any]]:
    total = result.total
    gap, missed = pence(total["whole_difference"]), total["unpriced"]
    tiles = [
        {"label": "As bought", "value": whole_pounds(pence(total["baseline"]) + pence(total["baseline_void"]))},
        {"label": "Under these terms", "value": whole_pounds(pence(total["scenario"]) + pence(total["void"]))},
        {"label": "Difference", "value": whole_pounds(gap), "tone": "alarm" if gap > 0 else "good"},
        {
            "label": "Placements priced",
            "value": number(pence(total["priced"])),
            "note": f"{number(pence(missed))} cannot be priced" if missed else "all of the cohort",
        },
    ]
    if total["void"] or total["baseline_void"]:
        tiles[0]["note"] = f"of it {whole_pounds(pence(total['baseline_void']))} for empty places"
        tiles[1]["note"] = f"of it {whole_pounds(pence(total['void']))} for empty places"
    return tiles


def _side_by_side(question: Asked, result: Result) -> dict[str, Any]:
    rows = rows_by_name(result)
    for row in rows:
        kept = {"agreement": row["terms"]}
        href = question.here.with_values(kept).replace("/compare/scenarios", "/compare/what-if")
        row["link"] = {"text": row["terms"], "href": href, "note": row["model"]}
    return {"result": result, "rows": rows, "chart": scenarios_chart(result)}


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
