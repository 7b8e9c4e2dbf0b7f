"""`/consultations`: every search for a place, narrowed, sorted and paged by the frame of all lists."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from commissioning.charges.known import providers_as_at
from commissioning.charges.pages.asked import Asked, one_of
from commissioning.charges.pages.lists import Column, Found, ListOf, Window, list_page
from commissioning.charges.pages.showing import select
from commissioning.consultations.facts import STAGES as EVERY_STAGE
from commissioning.consultations.policy import may_run_consultations
from commissioning.consultations.queries import ConsultationFilter, ConsultationSummary, consultations
from commissioning.consultations.words import STAGES, stage_tag
from commissioning.placements.words import NEEDS, PHASES, pseudonym
from commissioning.web.language import N_, Labels, _
from commissioning.web.permissions import ACTOR
from contracts.words import SETTINGS
from providers.provider import Provider

STATES = Labels({"open": N_("Under way"), "over": N_("Ended")})
_ALL = 1_000_000


async def consultation_list(request: web.Request) -> web.Response:
    """Every consultation, with what is done next."""
    return await list_page(request, CONSULTATION_LIST, may_run=may_run_consultations(request[ACTOR]))


async def _find(question: Asked, window: Window) -> Found:
    here = question.here
    wanted = ConsultationFilter(
        search=here.first("search").strip(),
        state=one_of("state", here.first("state"), ("", *STATES)),
        stage=one_of("stage", here.first("stage"), ("", *EVERY_STAGE)),
        need=one_of("need", here.first("need"), ("", *NEEDS)),
        setting=one_of("setting", here.first("setting"), ("", *SETTINGS)),
        home_area=here.first("area"),
    )
    found, count = await consultations(
        question.reader,
        question.as_at.position,
        wanted,
        window.order,
        descending=window.descending,
        limit=window.size or _ALL,
        offset=window.after,
    )
    schools = await providers_as_at(question.reader, question.as_at.position)
    return Found([_row(question, one, schools) for one in found], count)


def _row(question: Asked, one: ConsultationSummary, schools: Mapping[int, Provider]) -> dict[str, Any]:
    school = schools.get(one.provider_urn) if one.provider_urn is not None else None
    return {
        "consultation": one.ref,
        "link": {"text": one.ref, "href": question.link("consultations", one.ref)},
        "pupil": pseudonym(one.pupil),
        "need": one.need,
        "need_words": NEEDS[one.need],
        "package": {"text": PHASES[one.phase], "note": SETTINGS[one.setting]},
        "phase": one.phase,
        "setting": one.setting,
        "area": one.home_area,
        "stage": one.stage,
        "stage_tag": stage_tag(one.stage),
        "identified_on": one.identified_on,
        "wanted_from": one.wanted_from,
        "respond_by": one.respond_by,
        "consulted": one.consulted,
        "offers": one.offers,
        "provider": one.provider_urn,
        "school": school.facts.name if school else None,
        "placement": one.placement_ref,
    }


async def _fields(question: Asked, _found: Found) -> list[dict[str, Any]]:
    fields = [
        {"name": "search", "label": _("Reference"), "kind": "search"},
        select("state", _("State"), STATES),
        select("stage", _("Stage"), STAGES),
        select("need", _("Need"), NEEDS),
        select("setting", _("Setting"), SETTINGS),
    ]
    if area := question.here.first("area"):
        fields.append(select("area", _("Home area"), {area: area}))
    return fields


CONSULTATION_LIST = ListOf(
    name="consultations",
    columns=(
        Column("consultation", heading=N_("Consultation"), shown="link", sort="consultation"),
        Column("pupil"),
        Column("need", heading=N_("Need"), shown="need_words"),
        Column("package", heading=N_("Package"), filed=False),
        Column("phase"),
        Column("setting"),
        Column("area"),
        Column("stage", heading=N_("Stage"), shown="stage_tag", sort="stage"),
        Column("identified_on", "day", N_("Identified"), sort="identified"),
        Column("wanted_from", "day", N_("Wanted from"), sort="wanted"),
        Column("respond_by", "day", N_("Next answer due"), sort="respond"),
        Column("consulted", "count", N_("Schools")),
        Column("offers", "count", N_("Offers"), sort="offers"),
        Column("provider", heading=N_("Chosen"), shown="school"),
        Column("placement"),
    ),
    filters=("search", "state", "stage", "need", "setting", "area"),
    order="stage",
    nothing=N_("No place was looked for that matches these filters, in the ledger as it was known then."),
    template="consultations/consultations.html",
    find=_find,
    fields=_fields,
    codes={"state": STATES, "stage": STAGES},
)
