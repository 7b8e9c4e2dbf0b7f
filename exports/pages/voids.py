"""`/voids`: every commitment as it stands, what its empty places cost, when it goes under water, who would fit."""

from datetime import date
from fractions import Fraction
from typing import Any

from aiohttp import web

from commissioning.charges.known import agreements_as_at, school_names
from commissioning.charges.pages.asked import Asked, asked
from commissioning.charges.pages.showing import select
from commissioning.placements.words import NEEDS, PHASES
from commissioning.web.language import _
from commissioning.web.rendering import render
from commissioning.web.words import number, share, whole_pounds
from contracts.words import MODELS, SETTINGS
from exports.pages.asked_of_places import voids_found
from exports.pages.reports import file_or_none
from exports.pages.years import year_options
from exports.places.fitting import Suggestion
from exports.places.voids import held_chart
from exports.result import Result

MOST_FITTING = 40


async def voids_page(request: web.Request) -> web.Response:
    """The page; `?format=` gives the same result as a file."""
    question = await asked(request)
    found = await voids_found(question)
    result, fits = found.result, found.suggested
    if file := await file_or_none(request, question, result):
        return file
    position = question.as_at.position
    agreements = await agreements_as_at(question.reader, position)
    schools = await school_names(question.reader, position)
    rows = result.by_name()
    for row in rows:
        agreement = agreements[row["agreement"]]
        urn = str(agreement.provider_urn)
        row["link"] = {
            "text": row["agreement"],
            "href": question.link("agreements", row["agreement"]),
            "note": f"{MODELS[agreement.model]}, {schools.get(urn, urn)}",
        }
        row["under_water"] = _under_water(question, row["under_water_on"])
        row["under_water_later"] = _under_water(question, row["under_water_with_phase"])
        row["breaks_even"] = _breaks_even(row)
    context = {
        **question.context(),
        "result": result,
        "rows": rows,
        "tiles": _tiles(result),
        "chart": held_chart(result),
        "fits": [_suggested(question, one) for one in fits[:MOST_FITTING]],
        "more_fits": max(len(fits) - MOST_FITTING, 0),
        "filters": [
            await year_options(question),
            select("provider", _("School"), schools),
            select("model", _("Model"), MODELS),
            {**select("reference", _("Break-even against"), MODELS), "blank": _("The card without its discount")},
        ],
        "against": MODELS.get(question.here.first("reference"), ""),
    }
    return render(request, "exports/voids.html", context)


def _under_water(question: Asked, text: str | None) -> Any:
    """When too few places are filled, as a tag where that is already so."""
    if text is None:
        return None
    first = date.fromisoformat(text)
    return {"tag": _("Now"), "colour": "red"} if first <= question.day else first


def _breaks_even(row: dict[str, Any]) -> str | None:
    """The break-even in words: a commitment that is under water even when full never pays."""
    if row["break_even_places"] is not None:
        return number(row["break_even_places"])
    return None if row["under_water_on"] is None else _("never")


def _tiles(result: Result) -> list[dict[str, Any]]:
    total = result.total
    return [
        {"label": _("Committed places"), "value": number(_whole(total["places"]))},
        {
            "label": _("Empty now"),
            "value": number(_whole(total["empty"])),
            "tone": "alarm" if total["empty"] else "good",
        },
        {
            "label": _("Lost so far"),
            "value": whole_pounds(_whole(total["void_so_far"])),
            "note": _("in the months gone"),
        },
        {
            "label": _("Still to come"),
            "value": whole_pounds(_whole(total["void_to_come"])),
            "note": _("if nothing changes"),
        },
        {
            "label": _("Utilisation"),
            "value": share(total["utilisation"]) if isinstance(total["utilisation"], Fraction) else _("none"),
            "note": _("of place-days in %(period)s", period=result.period.in_words()),
        },
    ]


def _suggested(question: Asked, one: Suggestion) -> dict[str, Any]:
    """A placement elsewhere, with the one commitment that it is suggested for and those it would fit besides."""
    place = one.place
    needs = f"{NEEDS[place.need]}, {PHASES[place.phase].lower()}, {SETTINGS[place.setting].lower()}"
    ref = one.agreement_ref
    return {
        "placement": {"text": place.ref, "href": question.link("placements", place.ref), "note": needs},
        "school": place.provider_name,
        "begins": place.first_day,
        "cost": one.cost,
        "suggested": {"text": ref, "href": question.link("agreements", ref)} if ref else _("No place left"),
        "likeness": one.likeness,
        "others": ", ".join(one.others) or None,
    }


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
