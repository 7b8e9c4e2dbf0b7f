"""`/uplifts`: the rounds and what waits in them; and what rises cost, asked, offered and agreed side by side."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from commissioning.charges.known import school_names
from commissioning.charges.pages.asked import Asked, asked
from commissioning.charges.pages.showing import select
from commissioning.uplifts.policy import may_decide_uplifts
from commissioning.uplifts.queries import requests_as_at, rounds_as_at, uplifts_waiting
from commissioning.uplifts.words import STATES, meant, rise, window
from commissioning.web.language import _
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.words import share, whole_pounds
from exports.pages.asked_of_value import uplifts_answer
from exports.pages.reports import file_or_none
from exports.pages.spend import filter_fields
from exports.prices.uplifts import HEADINGS
from exports.result import Result

MOST_WAITING = 12
STATED = tuple(f"{figure}_{part}" for figure in ("asked", "offered") for part in ("pct", "this_year", "full_year"))
"""Columns that stand only where somebody asked, and was offered, anything."""


async def uplifts_page(request: web.Request) -> web.Response:
    """The page; `?format=` gives the same result as a file."""
    question = await asked(request)
    result = await uplifts_answer(question)
    if file := await file_or_none(request, question, result):
        return file
    names = await school_names(question.reader, question.as_at.position)
    by = result.columns[0]
    others = {key: words for key, words in HEADINGS.items() if key != "owner_group"}
    rows = result.by_name()
    for row in rows:
        row["key"] = by.called(row[by.name])
    context = {
        **question.context(),
        "result": result,
        "rows": rows,
        "heading": by.heading,
        "left_out": [name for name in STATED if result.total[name] is None],
        "tiles": _tiles(result),
        "rounds": await _rounds(question),
        "most_waiting": MOST_WAITING,
        "waiting": await _waiting(question, names),
        "may_decide": may_decide_uplifts(request[ACTOR]),
        "chart": result.chart,
        "filters": [
            {**select("by", _("Row by row"), others), "blank": HEADINGS["owner_group"]},
            *await filter_fields(question, names),
        ],
    }
    return render(request, "exports/uplifts.html", context)


async def _rounds(question: Asked) -> list[dict[str, Any]]:
    """The rounds, the one that applies last first, with how many requests each has and how many wait."""
    reader, position = question.reader, question.as_at.position
    requests = (await requests_as_at(reader, position)).values()
    return [
        {
            "link": {"text": name, "href": question.link("uplifts", "rounds", name)},
            "window": window(one),
            "applies_from": one.applies_from,
            "requests": sum(request.round == name for request in requests),
            "waiting": sum(request.round == name and request.waits for request in requests),
        }
        for name, one in (await rounds_as_at(reader, position)).items()
    ]


async def _waiting(question: Asked, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The requests that nobody has decided, the most urgent first."""
    rows = []
    for one in await uplifts_waiting(question.reader, question.as_at.position):
        asked_for, late = one.request, one.is_overdue(question.day)
        text, colour = (_("Overdue"), "red") if late else STATES[asked_for.state]
        rows.append(
            {
                "link": {
                    "text": names.get(str(asked_for.subject.provider_urn), str(asked_for.subject.provider_urn)),
                    "href": question.link("uplifts", "requests", asked_for.key),
                    "note": meant(asked_for.subject),
                },
                "round": asked_for.round,
                "asked": rise(asked_for.asked),
                "offered": rise(asked_for.offered),
                "received_on": asked_for.received_on,
                "applies_from": one.round.applies_from,
                "state": {"tag": text, "colour": colour},
            }
        )
    return rows


def _tiles(result: Result) -> list[dict[str, Any]]:
    total = result.total
    agreed = total["agreed_pct"]
    tiles = [
        {
            "label": _("Agreed on average"),
            "value": _("none") if agreed is None or isinstance(agreed, str) else share(agreed),
        },
        {"label": _("Effect in the period"), "value": _pounds(total["effect_this_year"])},
        {"label": _("Effect in a full year"), "value": _pounds(total["effect_full_year"])},
    ]
    for figure in ("asked", "offered"):
        if total[f"{figure}_full_year"] is not None:
            words = _("%(cost)s in the period", cost=_pounds(total[f"{figure}_this_year"]))
            tiles.append(
                {
                    "label": _("Asked, in a full year") if figure == "asked" else _("Offered, in a full year"),
                    "value": _pounds(total[f"{figure}_full_year"]),
                    "note": words,
                }
            )
    return tiles


def _pounds(value: object) -> str:
    return whole_pounds(value if isinstance(value, int) else None)
