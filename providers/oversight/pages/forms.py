"""The forms about a school's oversight: each asks one command of the school that its address names."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any

from aiohttp import web

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import Reader
from commissioning.ledger.said import said
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.ledger.time import instant_from_text, london_day
from commissioning.ledger.work import Command
from commissioning.web.forms.fields import Section, as_typed
from commissioning.web.forms.form import Sheet, asking
from commissioning.web.language import _
from commissioning.web.ledger_keys import CLOCK, READER, VAULT
from providers.oversight import commands, words
from providers.oversight.oversight import OVERSIGHT, Oversight, document_of, inspection_of
from providers.oversight.pages import questions
from providers.oversight.queries import history_of_oversight, mark_as_at
from providers.provider import PROVIDERS, Provider, unknown_provider

OpenSheet = Callable[[web.Request], Awaitable[Sheet]]
Known = Callable[[web.Request, Oversight | None], Mapping[str, str]]
"""What stands in a form when it is drawn: what is known already of what its address asks for."""


def school_form(
    kind: type[Command],
    heading: str,
    button: str,
    sections: tuple[Section, ...] = (),
    known: Known = lambda _request, _state: {},
    text: str = "",
) -> OpenSheet:
    """A form that asks one command of a school; what the address names beside the school goes into the command.

    Heading, button and text are marked with `N_`.
    """

    async def open_sheet(request: web.Request) -> Sheet:
        school, state = await _school(request), await _oversight(request)
        _must_be_a_contact_of(state, request.match_info.get("contact"))
        fixed = {name: value for name, value in request.match_info.items() if name != "urn"}
        return Sheet(
            heading=_(heading),
            button=_(button),
            text=_(text),
            sections=sections,
            known=known(request, state),
            deed=asking(kind, urn=school.urn, **fixed),
            stream=OVERSIGHT.stream(str(school.urn)),
            changes=lambda version: _changes(request.app[READER], school.urn, version),
            places=questions.PLACES,
            breadcrumbs=_breadcrumbs(school, _(heading)),
            costs=False,
        )

    return open_sheet


async def mark_sheet(request: web.Request) -> Sheet:
    """The mark below which an inspection outcome falls short."""
    mark = await mark_as_at(request.app[READER], OPEN_POSITION)
    return Sheet(
        heading=_("The mark for inspections"),
        button=_("Set the mark"),
        text=_("Every school with our pupils whose newest inspection falls short is shown among what needs a person."),
        sections=questions.MARK,
        known={"mark": mark},
        deed=asking(commands.SetInspectionMark),
        breadcrumbs=[(_("Home"), "/"), (_("Schools"), "/schools"), (_("The mark for inspections"), None)],
        costs=False,
    )


def known_inspection(request: web.Request, state: Oversight | None) -> Mapping[str, str]:
    """The inspection that the address asks to correct."""
    day = _day(request.query.get("inspected_on", ""))
    one = None if day is None else inspection_of(state, day, request.query.get("body", ""))
    if one is None:
        return {}
    names = ("inspected_on", "body", "outcome", "published_on", "report_ref")
    safe = {True: "yes", False: "no", None: ""}[one.safeguarding_effective]
    return {**{name: as_typed(getattr(one, name)) for name in names}, "safeguarding_effective": safe}


def known_document(request: web.Request, state: Oversight | None) -> Mapping[str, str]:
    """The document that the address asks to correct; today as the day of the check of a new one."""
    today = as_typed(london_day(request.app[CLOCK]()))
    day = _day(request.query.get("valid_from", ""))
    one = None if day is None else document_of(state, request.query.get("kind", ""), day)
    if one is None:
        return {"checked_on": today, "kind": request.query.get("kind", "")}
    names = ("kind", "reference", "valid_from", "valid_until")
    return {**{name: as_typed(getattr(one, name)) for name in names}, "checked_on": today}


def known_suspension(request: web.Request, state: Oversight | None) -> Mapping[str, str]:
    """The suspension that holds today, to be stated anew; else today as its first day."""
    today = london_day(request.app[CLOCK]())
    held = state.suspension_on(today) if state else None
    if held is None:
        return {"suspended_from": as_typed(today)}
    return {name: as_typed(getattr(held, name)) for name in ("suspended_from", "suspended_until", "reason")}


def known_visit(request: web.Request, state: Oversight | None) -> Mapping[str, str]:
    """The visit that the address asks to correct."""
    day = _day(request.query.get("visited_on", ""))
    one = next((visit for visit in (state.visits if state else ()) if visit.visited_on == day), None)
    return {} if one is None else {"visited_on": as_typed(one.visited_on), "findings": one.findings}


def known_action(_request: web.Request, state: Oversight | None) -> Mapping[str, str]:
    """The newest visit, which an action most likely follows."""
    return {"visited_on": as_typed(state.visits[-1].visited_on)} if state and state.visits else {}


def known_contact(request: web.Request, state: Oversight | None) -> Mapping[str, str]:
    """The contact person that the address names, opened for whoever may change it."""
    key, vault = request.match_info.get("contact", ""), request.app[VAULT]
    one = next((contact for contact in (state.contacts if state else ()) if contact.contact == key), None)
    if one is None or not vault.holds(key):
        return {}
    return {"post": one.post, **{field: vault.open(key, field, sealed) for field, sealed in one.sealed.items()}}


async def _school(request: web.Request) -> Provider:
    urn = request.match_info["urn"]
    school = await request.app[READER].state(PROVIDERS, urn, OPEN_POSITION)
    if school is None:
        raise Refused(unknown_provider(int(urn)))
    return school


async def _oversight(request: web.Request) -> Oversight | None:
    return await request.app[READER].state(OVERSIGHT, request.match_info["urn"], OPEN_POSITION)


def _must_be_a_contact_of(state: Oversight | None, key: str | None) -> None:
    """Raises `Refused` for a contact person that an address names and the school has not, be it another school's."""
    if key is not None and all(one.contact != key for one in (state.contacts if state else ())):
        mend = said("Look on the school's page for whom it has.")
        raise Refused(Fault("not-found", "The school has no such contact person.", mend=mend, status=404))


async def _changes(reader: Reader, urn: int, version: int) -> Sequence[Mapping[str, Any]]:
    """What was recorded of the school since a version, the newest first."""
    history = await history_of_oversight(reader, urn, OPEN_POSITION)
    return [
        {
            "title": words.EVENT_TITLES[type(entry.event).__name__],
            "at": instant_from_text(entry.recorded_at),
            "effective_on": entry.event.effective_on,
            "position": entry.position,
        }
        for entry in reversed(history)
        if entry.version > version
    ]


def _breadcrumbs(school: Provider, heading: str) -> list[tuple[str, str | None]]:
    return [
        (_("Home"), "/"),
        (_("Schools"), "/schools"),
        (school.facts.name, f"/schools/{school.urn}"),
        (heading, None),
    ]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
