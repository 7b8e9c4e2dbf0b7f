"""`/views`: saved views of reports and lists, each asked again as at its position or as known now."""

import hashlib

import orjson
from aiohttp import hdrs, web

from commissioning.charges.pages.asked import Asked, asked
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.time import instant_from_text
from commissioning.web.language import _
from commissioning.web.ledger_keys import WRITER
from commissioning.web.permissions import ACTOR, FORM_TOKEN, register
from commissioning.web.rendering import render
from exports.pages.lists import answers_of
from exports.policy import may_see_reports
from exports.views.commands import DropView, SaveView
from exports.views.policy import may_save_views
from exports.views.queries import saved_views
from exports.views.view import LISTS, REPORTS, View
from exports.words import answer_in_words, option_in_words, report_in_words


async def views_page(request: web.Request) -> web.Response:
    """The list of views."""
    question = await asked(request)
    rows = [
        {
            "name": {"text": saved.view.name, "href": saved.address()},
            "report": in_words(saved.view.path),
            "asked": await asked_in_words(saved.view, question),
            "position": saved.view.position,
            "saved": instant_from_text(saved.recorded_at),
            "by": question.names.get(saved.account, saved.account),
            "now": {"text": _("As known now"), "href": saved.address(now=True)},
        }
        for saved in await saved_views(question.reader, await question.reader.upto(question.as_at))
    ]
    return render(request, "exports/views.html", {**question.context(), "rows": rows})


def in_words(path: str) -> str:
    """The report or list of a page, as the list of views names it."""
    return report_in_words({**REPORTS, **LISTS}[path])


async def asked_in_words(view: View, question: Asked) -> str:
    """What a view narrows its report to, as the list of views tells it."""
    own = await answers_of({**REPORTS, **LISTS}[view.path], question)
    told = [f"{option_in_words(key)}: {answer_in_words(key, value, own.get(key))}" for key, value in view.query]
    return ", ".join(told) or _("everything")


async def save_view(request: web.Request) -> web.Response:
    """Saves a view from the form on a report's page, then shows the list."""
    form = await request.post()
    text = {name: str(value) for name, value in form.items()}
    known = {"name", "path", "position", FORM_TOKEN}
    query = tuple((name, str(value)) for name, value in form.items() if name not in known)
    position = text.get("position", "")
    if not position.isascii() or not position.isdigit():
        raise Refused(Fault("position", "The form names no position.", "position", "a whole number", status=400))
    command = SaveView(name=text.get("name", ""), path=text.get("path", ""), query=query, position=int(position[:18]))
    await _carry_out(request, command)
    raise web.HTTPSeeOther("/views")


async def drop_view(request: web.Request) -> web.Response:
    """Frees the name of a view, then shows the list."""
    form = await request.post()
    position = str(form.get("position", ""))
    await _carry_out(request, DropView(name=str(form.get("name", ""))), position)
    raise web.HTTPSeeOther("/views")


async def _carry_out(request: web.Request, command: SaveView | DropView, at: str = "") -> None:
    """A form that is sent twice says the same and so is one command: its id is made of what it says."""
    said = orjson.dumps([type(command).__name__, command.model_dump(mode="json"), at])
    command_id = f"view-{hashlib.sha256(said).hexdigest()[:40]}"
    await request.config_dict[WRITER].execute(command, command_id=command_id, account=request[ACTOR].account)


def add_routes(app: web.Application) -> None:
    """Adds the list of views and its two forms."""
    register(app, hdrs.METH_GET, "/views", views_page, may_see_reports)
    register(app, hdrs.METH_POST, "/views/save", save_view, may_save_views)
    register(app, hdrs.METH_POST, "/views/drop", drop_view, may_save_views)
