"""`/consultations/{ref}`: one search for a place with its task list, its quotes side by side and its history."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from aiohttp import web

from commissioning.charges.histories import told
from commissioning.charges.known import providers_as_at
from commissioning.charges.pages.asked import Asked, asked, no_such
from commissioning.charges.pages.showing import history_entries
from commissioning.consultations.consultation import CONSULTATIONS, Consultation
from commissioning.consultations.facts import ConsultedSchool
from commissioning.consultations.in_words import answer, consultation_facts, prices
from commissioning.consultations.policy import may_run_consultations
from commissioning.consultations.queries import history
from commissioning.consultations.quotes import Peers, peers_of, year_after, yearly_price
from commissioning.consultations.tasks import Task, tasks
from commissioning.consultations.words import CLOSING_REASONS, EVENT_TITLES, NAMED_BY, stage_tag
from commissioning.ledger.said import said
from commissioning.placements.words import NEEDS, PHASES, ROUTES, pseudonym
from commissioning.web.language import _
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.words import day, pounds
from contracts import words
from contracts.words import SETTINGS
from providers.provider import Provider


async def consultation_page(request: web.Request) -> web.Response:
    """`/consultations/{ref}`: what is looked for, what is to be done next, the quotes, and everything recorded."""
    question, ref = await asked(request), request.match_info["ref"]
    position = question.as_at.position
    recorded = await history(question.reader, ref, position)
    known = CONSULTATIONS.fold(entry.event for entry in recorded)
    if known is None:
        raise no_such(said("consultation"), ref, said("Consultations"))
    schools = await providers_as_at(question.reader, position)
    peers = await peers_of(question.reader, position, question.day, known.wanted)
    names = {urn: school.facts.name for urn, school in schools.items()}
    entries = told(recorded, CONSULTATIONS, partial(consultation_facts, names=names), EVENT_TITLES)
    year = year_after(question.day)
    may_run = may_run_consultations(request[ACTOR]) and question.as_at.latest
    is_open = known.closed is None and known.placement_ref is None
    quotes = [await _quote(question, known, one, schools, peers, may_run=may_run and is_open) for one in known.schools]
    context = {
        **question.context(),
        "known": known,
        "pupil": pseudonym(known.pupil),
        "stage": stage_tag(known.stage),
        "facts": _facts(known, question),
        "tasks": [_task(question, known, one, may_run=may_run) for one in tasks(known)],
        "quotes": quotes,
        "peers": peers,
        "alike": f"{NEEDS[known.wanted.need]}, {SETTINGS[known.wanted.setting].lower()}",
        "full_year": year.in_words(),
        "may_run": may_run,
        "is_open": is_open,
        "may_place": may_run and is_open and known.named is None and any(one.offered for one in known.schools),
        "entries": history_entries(question, entries, {}),
    }  # fmt: skip
    return render(request, "consultations/consultation.html", context)


def _facts(known: Consultation, question: Asked) -> list[Any]:
    wanted = known.wanted
    band = words.band(wanted.band) if wanted.band else ""
    rows: list[Any] = [
        (_("Need"), NEEDS[wanted.need]),
        (_("Package"), ", ".join(part for part in (PHASES[wanted.phase], SETTINGS[wanted.setting], band) if part)),
        (_("Wanted from"), wanted.wanted_from or _("Not recorded"), "day" if wanted.wanted_from else None),
        (_("Home area"), wanted.home_area or _("Not recorded")),
        (_("Route"), ROUTES[wanted.route] if wanted.route else _("Not recorded")),
    ]
    if known.named:
        rows.append((_("Named in section I"), f"{day(known.named.named_on)}, {NAMED_BY[known.named.by].lower()}"))
    if known.issued:
        link = {"text": known.issued.agreement_ref, "href": question.link("agreements", known.issued.agreement_ref)}
        offer = known.school(known.named.urn) if known.named else None
        rows += [
            (_("Agreement"), link),
            (_("First day"), known.issued.start_on, "day"),
            (_("Price asked"), prices(offer.rates) if offer else _("None recorded")),
            (_("Price contracted"), prices(known.issued.rates)),
        ]
    if known.placement_ref:
        href = question.link("placements", known.placement_ref)
        rows.append((_("Placement"), {"text": known.placement_ref, "href": href}))
    if known.closed:
        rows.append((_("Closed"), f"{day(known.closed.closed_on)}: {CLOSING_REASONS[known.closed.reason].lower()}"))
    return rows


def _task(question: Asked, known: Consultation, task: Task, *, may_run: bool) -> dict[str, Any]:
    states = {"done": (_("Done"), "green"), "to_do": (_("To do"), "blue"), "waits": (_("Cannot start yet"), "grey")}
    text, colour = states[task.state]
    open_to = may_run and task.form and task.state != "waits"
    done = f"{day(task.done_on)}" if task.done_on else ""
    return {
        "title": task.title,
        "href": question.link("consultations", known.ref, "do", task.form) if open_to else None,
        "tag": {"tag": text, "colour": colour},
        "note": ". ".join(part for part in (task.note, done) if part),
    }


async def _quote(
    question: Asked,
    known: Consultation,
    one: ConsultedSchool,
    schools: Mapping[int, Provider],
    peers: Peers,
    *,
    may_run: bool,
) -> dict[str, Any]:
    """A school's row; an offer is priced for a full year and set beside its peers."""
    name = schools[one.urn].facts.name if one.urn in schools else str(one.urn)
    chosen = _("Chosen") if known.chosen == one.urn else ""
    row: dict[str, Any] = {
        "school": {"text": name, "href": question.link("schools", one.urn), "note": chosen},
        "answer": answer(one) if not one.offered else _("Offered on %(day)s", day=day(one.answered_on)),
        "asked": prices(one.rates) if one.offered else None,
        "agreement": one.agreement_ref,
        "yearly": None,
        "beside": None,
        "next": _next(question, known, one, name, may_run=may_run),
    }
    if one.offered:
        yearly = await yearly_price(
            question.reader, question.as_at.position, one.urn, one.agreement_ref, one.rates, known.wanted,
            year_after(question.day),
        )  # fmt: skip
        row["yearly"] = yearly
        if peers.yearly is not None:
            row["beside"] = _beside(yearly - peers.yearly)
    return row


def _beside(over: int) -> str:
    """How an offer's yearly price lies beside what peers cost, in words."""
    if over == 0:
        return _("The same")
    return _("%(amount)s more", amount=pounds(over)) if over > 0 else _("%(amount)s less", amount=pounds(-over))


def _next(question: Asked, known: Consultation, one: ConsultedSchool, name: str, *, may_run: bool) -> Any:
    if not may_run:
        return None
    if one.offered and known.named is None:
        return {
            "text": _("Place at %(school)s", school=name),
            "href": question.link("consultations", known.ref, "do", "place", school=one.urn),
        }
    if one.answered_on is None:
        return {"text": _("Record the answer of %(school)s", school=name),
                "href": question.link("consultations", known.ref, "do", "answers", school=one.urn)}  # fmt: skip
    return None
