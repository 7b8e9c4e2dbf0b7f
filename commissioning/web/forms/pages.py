"""The frame of every form that changes something: draw, keep, check, try, send (what a form says of itself: form.py).

A form's id is made when it is drawn and is the id of its command, so that a form sent twice lands once. What was typed
is kept as a sealed draft from the first sending on, whatever becomes of it. Before anything is written the answers are
shown together with what the change costs, found out by trying the very deed and undoing it.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import orjson
from aiohttp import hdrs, web
from pydantic import ValidationError

from commissioning.ledger.actor import Actor
from commissioning.ledger.errors import Conflict, Fault, Refused, Waits
from commissioning.ledger.ledger import WAITS, Request
from commissioning.ledger.said import said
from commissioning.ledger.work import TakesTwo, UnitOfWork
from commissioning.web.address import Address
from commissioning.web.forms import drafts
from commissioning.web.forms.fields import Field, Reading, Rows, items_of, read, typed_in
from commissioning.web.forms.form import EFFECTS, Answer, Deed, Effect, Form, Sheet
from commissioning.web.forms.receipts import RECORDS, receipt_of, receipt_page, undo_sheet
from commissioning.web.forms.saying import say
from commissioning.web.language import _, spoken, spoken_fault
from commissioning.web.ledger_keys import READER, VAULT, WRITER
from commissioning.web.permissions import ACTOR, register
from commissioning.web.rendering import render
from commissioning.web.wrong_values import fault_of

_VERSION = "_version"
"""Under this name a draft holds the version of the record from which its form was drawn."""
_ID = re.compile("[0-9a-f]{32}")
_CONFLICT, _UNSOUND = 409, 422


def may_use_forms(actor: Actor) -> bool:
    """Whether the actor may see its own drafts and receipts: everyone with a role may, schools' people too."""
    return bool(actor.roles)


def add_routes(app: web.Application) -> None:
    """Adds drafts, receipts and undoing; packages then add their forms and kinds of records."""
    app[RECORDS] = {}
    register(app, hdrs.METH_GET, "/drafts", draft_list, may_use_forms)
    register(app, hdrs.METH_POST, "/drafts", drop_draft, may_use_forms)
    register(app, hdrs.METH_GET, "/receipts/{command_id}", receipt_page, may_use_forms)
    add_form(app, Form("/receipts/{command_id}/undo", may_use_forms, undo_sheet))


def add_form(app: web.Application, form: Form) -> None:
    """Adds a form: its address draws it, and takes what was typed."""

    async def draw(request: web.Request) -> web.StreamResponse:
        """Draws the form afresh, or with what `?draft=` holds."""
        visit = await _visit_drawing(form, request)
        return await _check(visit) if not visit.sheet.sections else _form_page(visit)

    async def take(request: web.Request) -> web.StreamResponse:
        """Takes what was typed: keeps it, shows it to be checked, or sends it."""
        step = str((await request.post()).get("step", "check"))
        visit = await _visit_taking(form, request, sent=step == "send")
        if await receipt_of(request.app[READER], visit.draft) is not None:
            raise web.HTTPSeeOther(f"/receipts/{visit.draft}")
        if step == "send":
            return await _send(visit)
        await _keep(visit)
        if step == "save":
            raise web.HTTPSeeOther("/drafts")
        if step.startswith("add:"):
            visit.more = step.removeprefix("add:")
            return _form_page(visit)
        return await _check(visit)

    register(app, hdrs.METH_GET, form.path, draw, form.policy)
    register(app, hdrs.METH_POST, form.path, take, form.policy)


@dataclass(slots=True)
class _Visit:
    """One request about a form. `version` is what it was drawn from, `now` where the record stands."""

    request: web.Request
    sheet: Sheet
    draft: str
    typed: dict[str, str]
    version: int | None
    now: int | None
    faults: list[Fault] = field(default_factory=list)
    changes: Sequence[Any] = ()
    more: str = ""

    @property
    def account(self) -> str:
        return self.request[ACTOR].account


async def _visit_drawing(form: Form, request: web.Request) -> _Visit:
    sheet = await _opened(form, request)
    now = await _version(request, sheet)
    draft = request.query.get("draft", "")
    if not draft:
        return _Visit(request, sheet, secrets.token_hex(16), dict(sheet.known), now, now)
    return await _with_draft(request, sheet, draft, now)


async def _visit_taking(form: Form, request: web.Request, *, sent: bool) -> _Visit:
    post, sheet = await request.post(), await _opened(form, request)
    draft, now = str(post.get("command_id", "")), await _version(request, sheet)
    if _ID.fullmatch(draft) is None:
        raise Refused(Fault("command-id", "The form has lost its id.", mend="Open it anew.", status=400))
    if sent and sheet.sections:
        return await _with_draft(request, sheet, draft, now)
    return _Visit(request, sheet, draft, typed_in(sheet.sections, post), _number(str(post.get(_VERSION, ""))), now)


async def _opened(form: Form, request: web.Request) -> Sheet:
    """The sheet as it is asked for now, its questions in the language of whoever asks."""
    sheet = await form.open(request)
    return replace(sheet, sections=say(sheet.sections))


async def _with_draft(request: web.Request, sheet: Sheet, draft: str, now: int | None) -> _Visit:
    """A visit with what its draft holds; of one that was sent, nothing: its receipt is shown instead."""
    typed = await drafts.typed_of(request.app[READER], request.app[VAULT], draft, request[ACTOR].account)
    if typed is None:
        if await receipt_of(request.app[READER], draft) is not None:
            raise web.HTTPSeeOther(f"/receipts/{draft}")
        raise drafts.not_there()
    version = _number(typed.pop(_VERSION, ""))
    return _Visit(request, sheet, draft, typed, version, now)


async def _version(request: web.Request, sheet: Sheet) -> int | None:
    """How many events the record has that the form changes, None where it changes none."""
    if sheet.stream is None:
        return None
    reader = request.app[READER]
    rows = await reader.query(
        "SELECT COALESCE(MAX(version), 0) FROM ledger_event WHERE book = ? AND stream = ?",
        (await reader.number(), sheet.stream),
    )
    version: int = rows[0][0]
    return version


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004 - no stream is so long


async def filled_in(request: web.Request, address: str, sheet: Sheet, typed: Mapping[str, str]) -> str:
    """The address of a form that is filled in already, as a draft of whoever asks: for what a file holds."""
    draft, now = secrets.token_hex(16), await _version(request, sheet)
    kept = {**sheet.known, **typed, _VERSION: "" if now is None else str(now)}
    await request.app[WRITER].submit(drafts.saving(draft, request[ACTOR].account, address, sheet.heading, kept))
    return _opening(address, draft)


async def _keep(visit: _Visit) -> None:
    if not visit.sheet.sections:
        return  # nothing was typed
    typed = {**visit.typed, _VERSION: "" if visit.version is None else str(visit.version)}
    address = Address.of(visit.request).without("draft")
    await visit.request.app[WRITER].submit(
        drafts.saving(visit.draft, visit.account, address, visit.sheet.heading, typed)
    )


async def _check(visit: _Visit) -> web.StreamResponse:
    """The page on which answers are checked; the form again where something is wrong with them."""
    deed = await _deed(visit)
    if deed is None:
        return _form_page(visit, status=_CONFLICT if visit.changes else _UNSOUND)
    try:
        tried = await _tried(visit, deed)
    except Refused as refusal:
        return await _refused(visit, refusal)
    reading = read(visit.sheet.sections, visit.typed)
    also = await visit.sheet.also(reading.values) if visit.sheet.also else ()
    context = {
        "sheet": visit.sheet,
        "draft": visit.draft,
        "version": visit.version,
        "answers": _answers(visit, reading, also),
        "effects": tried.effects,
        "waits": tried.waits,
        "breadcrumbs": visit.sheet.breadcrumbs,
    }
    return render(visit.request, "forms/check.html", context)


async def _send(visit: _Visit) -> web.StreamResponse:
    deed = await _deed(visit)
    if deed is None:
        return _form_page(visit, status=_CONFLICT if visit.changes else _UNSOUND)
    app = visit.request.app
    digest = app[VAULT].fingerprint(orjson.dumps([visit.request.path, visit.typed, visit.version]))
    try:
        receipt = await app[WRITER].submit(Request(deed, visit.draft, digest, visit.account))
    except Waits:
        await app[WRITER].submit(drafts.dropping(visit.draft, visit.account))
        raise web.HTTPSeeOther(f"/receipts/{visit.draft}{WAITS}") from None
    except Refused as refusal:
        return await _refused(visit, refusal)
    if visit.sheet.sections:
        await app[WRITER].submit(drafts.dropping(visit.draft, visit.account))
    if receipt.first_position is None:
        return render(
            visit.request, "forms/nothing.html", {"sheet": visit.sheet, "breadcrumbs": visit.sheet.breadcrumbs}
        )
    raise web.HTTPSeeOther(f"/receipts/{visit.draft}")


async def _deed(visit: _Visit) -> Deed | None:
    """The deed of what was typed; None where something is wrong, which the visit then tells."""
    if visit.version != visit.now:
        await _tell_changes(visit)
        return None
    reading = read(visit.sheet.sections, visit.typed)
    visit.faults = reading.faults
    if visit.faults:
        return None
    try:
        return visit.sheet.deed(reading.values, visit.version)
    except ValidationError as problem:
        visit.faults = _faults_of(problem, reading)
    except Refused as refusal:
        visit.faults = list(refusal.faults)
    return None


async def _tell_changes(visit: _Visit) -> None:
    """Somebody else was here first: what they changed is shown, and the form is drawn from there."""
    tell = visit.sheet.changes
    visit.changes = await tell(visit.version or 0) if tell and visit.version is not None else ()
    visit.faults = [
        Fault(
            "changed-since",
            "Somebody else has changed this since you opened the form.",
            mend="See below what changed. Nothing that you typed is lost: look it over and continue.",
            status=_CONFLICT,
        )
    ]
    visit.changes = visit.changes or ({"title": _("Something was recorded"), "at": None},)
    visit.version = visit.now
    await _keep(visit)


async def _refused(visit: _Visit, refusal: Refused) -> web.StreamResponse:
    """The form with what the ledger said; whoever lost a race sees what the other changed."""
    if any(fault.status == HTTPStatus.SERVICE_UNAVAILABLE for fault in refusal.faults):
        raise refusal
    if isinstance(refusal, Conflict) and (now := await _version(visit.request, visit.sheet)) != visit.version:
        visit.now = now
        await _tell_changes(visit)
    else:
        visit.faults = list(refusal.faults)
    return _form_page(visit, status=refusal.faults[0].status)


@dataclass(slots=True)
class _Tried:
    """What came of doing a deed and undoing it.

    `effects` is what it would cost, None where the application cannot tell. `waits` says what would wait for a second
    person and until when, blank where nothing would.
    """

    effects: Sequence[Effect] | None = None
    waits: tuple[str, ...] = ()


async def _tried(visit: _Visit, deed: Deed) -> _Tried:
    """Does the deed and undoes it: what it would cost is told, and whether one person alone may do it."""
    effects_since, tried = visit.request.config_dict.get(EFFECTS), _Tried()

    def rehearsed(work: UnitOfWork) -> None:
        before = work.log.head.position
        deed(work)
        if effects_since is not None and visit.sheet.costs:
            work.finish_projections()
            tried.effects = effects_since(work, before)
        try:
            work.composition.second_look(work)
        except TakesTwo as asked:
            tried.waits = (said("%(why)s.", why=asked.why), *(fault.mend for fault in asked.told.faults))

    attempt = secrets.token_hex(16)
    await visit.request.app[WRITER].submit(Request(rehearsed, attempt, attempt, visit.account), rehearse=True)
    tried.waits = tuple(map(spoken, tried.waits))  # here, because the writer's thread knows no reader
    return tried


def _faults_of(problem: ValidationError, reading: Reading) -> list[Fault]:
    """What the command itself finds wrong with its values, at their fields."""
    return [
        fault_of(error, "value", reading.place_of(error["loc"]))
        for error in problem.errors(include_input=False, include_url=False)
    ]


def _answers(visit: _Visit, reading: Reading, also: Sequence[Answer]) -> list[dict[str, Any]]:
    """The answers by section, each with the way back to its field, and what was left blank in one line."""
    back = Address.of(visit.request).with_values({"draft": visit.draft})
    found: list[dict[str, Any]] = []
    for section in visit.sheet.sections:
        rows: list[dict[str, Any]] = []
        blank: list[tuple[str, str]] = []
        for item in section.items:
            value, change = reading.values.get(item.name), f"{back}#{id_of(item.name)}"
            label = item.label if isinstance(item, Field) else item.title
            if value is None or value == []:
                blank.append((label, change))
            elif isinstance(item, Field):
                rows.append({"label": label, "value": item.kind.shown(value), "change": change})
            else:
                rows.append({"label": label, "lines": [item.shown(row) for row in value], "change": change})
        found.append({"title": section.title, "rows": rows, "blank": blank})
    if also:
        found.append({"title": "", "rows": [{"label": one.label, "value": one.value} for one in also]})
    return found


def _form_page(visit: _Visit, *, status: int = 200) -> web.Response:
    """The form with everything that was typed, faults at their fields and all of them on top."""
    sheet = visit.sheet
    names = _names(visit)
    placed = [(fault, _place(fault, sheet, names)) for fault in map(spoken_fault, visit.faults)]
    by_field: dict[str, str] = {}
    for fault, place in placed:
        if place:
            expected = _("Expected %(expected)s.", expected=fault.expected) if fault.expected else ""
            by_field.setdefault(place, f"{fault.message} {expected}".rstrip())
    context = {
        "sheet": sheet,
        "draft": visit.draft,
        "typed": visit.typed,
        "version": visit.version,
        "faults": [{"fault": fault, "href": f"#{id_of(place)}" if place else None} for fault, place in placed],
        "by_field": by_field,
        "changes": visit.changes,
        "drawn": {
            item.name: item.drawn(visit.typed, more=visit.more == item.name)
            for item in items_of(sheet.sections)
            if isinstance(item, Rows)
        },
        "id_of": id_of,
        "breadcrumbs": sheet.breadcrumbs,
    }
    return render(visit.request, "forms/form.html", context, status=status)


def _names(visit: _Visit) -> set[str]:
    found: set[str] = set()
    for item in items_of(visit.sheet.sections):
        if isinstance(item, Field):
            found.add(item.name)
        else:
            found |= {f"{item.name}.{number}.{one.name}" for number in item.drawn(visit.typed) for one in item.fields}
            found.add(item.name)
    return found


def _place(fault: Fault, sheet: Sheet, names: set[str]) -> str | None:
    """The field that a fault is about: its own `where`, or what the form says of its code."""
    place = fault.where if fault.where in names else sheet.places.get(fault.code, "")
    return place if place in names else None


def id_of(name: str) -> str:
    """The id of a field in the page."""
    return f"field-{name.replace('.', '-').replace('_', '-')}"


async def draft_list(request: web.Request) -> web.Response:
    """`/drafts`: forms that were begun and not sent, to go on with or to drop."""
    found = await drafts.drafts_of(request.app[READER], request[ACTOR].account)
    rows = [
        {
            "title": one.title,
            "href": _opening(one.address, one.draft),
            "at": one.saved_at,
            "draft": one.draft,
        }
        for one in found
    ]
    return render(request, "forms/drafts.html", {"rows": rows, "days": drafts.KEPT_FOR.days})


def _opening(address: str, draft: str) -> str:
    """The link that opens a draft; the address of its form may have a query of its own, such as the school it is of."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'draft': draft})}"


async def drop_draft(request: web.Request) -> web.StreamResponse:
    """`POST /drafts`: destroys a draft of one's own."""
    draft = str((await request.post()).get("draft", ""))
    await request.app[WRITER].submit(drafts.dropping(draft, request[ACTOR].account))
    raise web.HTTPSeeOther("/drafts")
