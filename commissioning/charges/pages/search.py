"""`/search`: one box that finds a placement, a pupil, a school or an agreement; what is meant exactly opens at once.

The box is sent as a form and not as an address, because a pupil's reference may be typed into it: an address stays in
the browser's history and in a proxy's log. A pupil is found through the vault's keyed hash of the reference, and what
opens names the pupil's random key alone.
"""

from dataclasses import dataclass
from typing import Any

from aiohttp import hdrs, web

from commissioning.charges import places
from commissioning.charges.known import agreements_as_at, providers_as_at
from commissioning.charges.pages.asked import LONGEST_VALUE, Asked, asked
from commissioning.charges.places import Wanted
from commissioning.ledger.errors import Fault, Refused
from commissioning.placements.policy import may_find_pupils, may_see_placements
from commissioning.placements.words import NEEDS
from commissioning.web.language import _
from commissioning.web.ledger_keys import VAULT
from commissioning.web.permissions import ACTOR, register
from commissioning.web.rendering import render
from contracts.words import MODELS
from providers.words import TYPES

SHOWN = 10
"""Rows of a group; the rest stands in its list."""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind: the first few rows, how many there are, and the list that has them all."""

    title: str
    rows: list[dict[str, Any]]
    count: int
    everything: str


async def search_page(request: web.Request) -> web.Response:
    """`GET /search?q=`: what was found, kind by kind."""
    question = await asked(request)
    words = question.here.first("q").strip()
    groups = await find(question, words) if words else []
    context = {**question.context(), "words": words, "groups": groups, "count": sum(group.count for group in groups)}
    return render(request, "charges/search.html", context)


async def search(request: web.Request) -> web.Response:
    """`POST /search`: to the one thing that is meant, or to what was found."""
    words = str((await request.post()).get("q", "")).strip()
    if len(words) > LONGEST_VALUE:
        raise Refused(Fault("too-long", "What you look for is too long.", where="q", status=400))
    question = await asked(request)
    raise web.HTTPSeeOther(
        await _pupil(request, question, words) or await _exactly(question, words) or question.link("search", q=words)
    )


async def _pupil(request: web.Request, question: Asked, words: str) -> str | None:
    """Where the placements of the pupil of a reference stand, for those who may find a pupil by it."""
    if not words or not may_find_pupils(request[ACTOR]):
        return None
    vault = request.app[VAULT]
    key = vault.pupil_of(words) or vault.pupil_of(words.upper())
    if key is None:
        return None
    found = await places.places(question.reader, question.as_at.position, question.day, Wanted((("pupil", (key,)),)))
    if len(found) == 1:
        return question.link("placements", found[0].ref)
    return question.link("placements", pupil=key) if found else None


async def _exactly(question: Asked, words: str) -> str | None:
    """The page of the placement, agreement or school of exactly this reference, URN or name."""
    meant = words.casefold()
    wanted = Wanted(search=words)
    for place in (await places.page(question.reader, question.as_at.position, question.day, wanted, "placement"))[0]:
        if place.ref.casefold() == meant:
            return question.link("placements", place.ref)
    for ref in await agreements_as_at(question.reader, question.as_at.position):
        if ref.casefold() == meant:
            return question.link("agreements", ref)
    schools = await providers_as_at(question.reader, question.as_at.position)
    named = [urn for urn, school in schools.items() if meant in (str(urn), school.facts.name.casefold())]
    return question.link("schools", named[0]) if len(named) == 1 else None


async def find(question: Asked, words: str) -> list[Group]:
    """Everything whose reference or name has the words in it, as known by the as-at; kinds without any are left out."""
    groups = (
        await _placements(question, words),
        await _schools(question, words),
        await _agreements(question, words),
    )
    return [group for group in groups if group.count]


async def _placements(question: Asked, words: str) -> Group:
    ask = (question.reader, question.as_at.position, question.day, Wanted(search=words))
    found, count = await places.page(*ask, "placement", limit=SHOWN)
    rows = [
        {
            "what": {"text": place.ref, "href": question.link("placements", place.ref)},
            "note": f"{place.provider_name}, {NEEDS.get(place.need, place.need)}",
        }
        for place in found
    ]
    return Group(_("Placements"), rows, count, question.link("placements", search=words))


async def _schools(question: Asked, words: str) -> Group:
    schools = await providers_as_at(question.reader, question.as_at.position)
    found = [school for urn, school in schools.items() if _holds(words, str(urn), school.facts.name)]
    rows = [
        {
            "what": {"text": school.facts.name, "href": question.link("schools", school.urn)},
            "note": _("URN %(urn)s, %(type)s", urn=school.urn, type=TYPES[school.facts.type].lower()),
        }
        for school in found[:SHOWN]
    ]
    return Group(_("Schools"), rows, len(found), question.link("schools", search=words))


async def _agreements(question: Asked, words: str) -> Group:
    known = await agreements_as_at(question.reader, question.as_at.position)
    found = [one for _, one in sorted(known.items()) if _holds(words, one.ref, one.title or "")]
    rows = [
        {
            "what": {"text": one.ref, "href": question.link("agreements", one.ref)},
            "note": f"{MODELS[one.model]}{f', {one.title}' if one.title else ''}",
        }
        for one in found[:SHOWN]
    ]
    return Group(_("Agreements"), rows, len(found), question.link("agreements", search=words))


def _holds(words: str, *names: str) -> bool:
    return any(words.casefold() in name.casefold() for name in names)


def add_routes(app: web.Application) -> None:
    """Adds the box's form and the page of what it finds."""
    register(app, hdrs.METH_GET, "/search", search_page, may_see_placements)
    register(app, hdrs.METH_POST, "/search", search, may_see_placements)
