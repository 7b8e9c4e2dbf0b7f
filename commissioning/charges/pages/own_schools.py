"""`/your-schools`: what a school's own people see: their schools' placements, and nobody else's.

Which schools are meant comes from the account and never from the address, so that no address leads to another school's.
"""

from typing import Any

from aiohttp import web

from commissioning.charges import places
from commissioning.charges.known import providers_as_at
from commissioning.charges.pages.asked import Asked, asked, no_such
from commissioning.charges.pages.showing import tag_of
from commissioning.charges.places import Place, Wanted
from commissioning.ledger.actor import Actor
from commissioning.ledger.said import said
from commissioning.placements.words import NEEDS, PHASES
from commissioning.web.language import _
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from contracts.words import SETTINGS
from providers.provider import Provider


async def own_schools_page(request: web.Request) -> web.Response:
    """`/your-schools`: the schools that the account speaks for, with their placements."""
    question = await asked(request)
    schools = await _schools_of(question, request[ACTOR])
    found = await _places_of(question, schools)
    groups = [
        {"name": school.facts.name, "urn": urn, "rows": [_row(place) for place in found if place.provider_urn == urn]}
        for urn, school in schools.items()
    ]
    return render(request, "charges/own_schools.html", {**question.context(), "groups": groups, "kept": ""})


async def own_placement_page(request: web.Request) -> web.Response:
    """`/your-schools/{ref}`: one placement of one's own school; another's is told as if there were none."""
    question, ref = await asked(request), request.match_info["ref"]
    found = await _places_of(question, await _schools_of(question, request[ACTOR]))
    place = next((place for place in found if place.ref == ref), None)
    if place is None:
        raise no_such(said("placement"), ref, said("Your schools"))
    rows = [
        (_("School"), place.provider_name),
        (_("Agreement"), place.agreement_ref),
        (_("Need"), NEEDS.get(place.need, place.need)),
        (_("Package"), f"{PHASES.get(place.phase, place.phase)}, {SETTINGS.get(place.setting, place.setting)}"),
        (_("First day"), place.first_day, "day"),
        (_("Last day"), place.last_day or _("No end recorded"), "day" if place.last_day else None),
    ]
    context = {
        **question.context(),
        "ref": ref,
        "rows": rows,
        "state": tag_of(place.state_on(question.day)),
        "kept": "",
    }
    return render(request, "charges/own_placement.html", context)


async def _schools_of(question: Asked, actor: Actor) -> dict[int, Provider]:
    """The schools that the account speaks for: those named, and all of its owner group as it stands."""
    known = await providers_as_at(question.reader, question.as_at.position)
    scope = actor.schools
    return {
        urn: school
        for urn, school in known.items()
        if urn in scope.urns or (scope.owner_group is not None and school.facts.owner_group == scope.owner_group)
    }


async def _places_of(question: Asked, schools: dict[int, Provider]) -> list[Place]:
    if not schools:
        return []
    wanted = Wanted(chosen=(("provider", tuple(map(str, schools))),))
    return await places.places(question.reader, question.as_at.position, question.day, wanted)


def _row(place: Place) -> dict[str, Any]:
    return {
        "placement": {"text": place.ref, "href": f"/your-schools/{place.ref}"},
        "need": NEEDS.get(place.need, place.need),
        "package": f"{PHASES.get(place.phase, place.phase)}, {SETTINGS.get(place.setting, place.setting)}",
        "start_on": place.first_day,
        "end_on": place.last_day,
    }
