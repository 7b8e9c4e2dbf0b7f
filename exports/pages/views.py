"""`/views`: saved views of reports, each asked again as at its position or as known now."""

import hashlib
from collections.abc import Callable

import orjson
from aiohttp import web

from commissioning.charges.pages.asked import asked
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.time import instant_from_text
from commissioning.web.commanding import WRITER
from commissioning.web.rendering import render
from exports.views.commands import DropView, SaveView
from exports.views.queries import saved_views
from exports.views.view import REPORTS

ACCOUNT: web.AppKey[Callable[[web.Request], str]] = web.AppKey("account")
"""Who sends a form."""


async def views_page(request: web.Request) -> web.Response:
    """The list of views."""
    question = await asked(request)
    rows = [
        {
            "name": {"text": saved.view.name, "href": saved.address()},
            "report": REPORTS[saved.view.path],
            "asked": ", ".join(f"{key} {value}" for key, value in saved.view.query) or "everything",
            "position": saved.view.position,
            "saved": instant_from_text(saved.recorded_at),
            "by": saved.account,
            "now": {"text": "As known now", "href": saved.address(now=True)},
        }
        for saved in await saved_views(question.reader, question.as_at.position)
    ]
    return render(request, "exports/views.html", {**question.context(), "rows": rows})


async def save_view(request: web.Request) -> web.Response:
    """Saves a view from the form on a report's page, then shows the list."""
    form = await request.post()
    text = {name: str(value) for name, value in form.items()}
    known = {"name", "path", "position"}
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
    account = request.config_dict[ACCOUNT](request)
    await request.config_dict[WRITER].execute(command, command_id=command_id, account=account)


def add_routes(app: web.Application) -> None:
    """Adds the list of views and its two forms."""
    app.router.add_get("/views", views_page)
    app.router.add_post("/views/save", save_view)
    app.router.add_post("/views/drop", drop_view)
