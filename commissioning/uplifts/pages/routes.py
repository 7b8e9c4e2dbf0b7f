"""The addresses of uplift rounds and requests, how receipts speak of them, and the folder of their templates."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from aiohttp import hdrs, web

from commissioning.charges.pages.agreement_card import ORIGINS
from commissioning.ledger.work import Command
from commissioning.uplifts.commands import UndoUpliftChange, UndoUpliftRoundChange
from commissioning.uplifts.pages.forms import FORMS
from commissioning.uplifts.pages.requests import origins_of_prices, request_page
from commissioning.uplifts.pages.rounds import round_page
from commissioning.uplifts.policy import may_decide_uplifts, may_see_uplifts
from commissioning.uplifts.words import EVENT_TITLES, ROUND_EVENT_TITLES
from commissioning.web.forms.form import Form
from commissioning.web.forms.pages import add_form
from commissioning.web.forms.receipts import RECORDS, RecordKind
from commissioning.web.language import _
from commissioning.web.permissions import register
from contracts.words import COMPONENTS

TEMPLATES = Path(__file__).parents[1] / "templates"
"""Asked for under the name `uplifts`."""


def add_routes(app: web.Application) -> None:
    """Adds the pages and forms to an application that has the frame's own addresses."""
    app[ORIGINS] = origins_of_prices
    register(app, hdrs.METH_GET, "/uplifts/rounds/{round}", round_page, may_see_uplifts)
    register(app, hdrs.METH_GET, "/uplifts/requests/{key}", request_page, may_see_uplifts)
    for path, draw in FORMS.items():
        add_form(app, Form(path, may_decide_uplifts, draw))
    app[RECORDS] |= {
        "uplift_round": RecordKind(_round, ROUND_EVENT_TITLES, _address("rounds"), _undo_round),
        "uplift": RecordKind(_request, EVENT_TITLES, _address("requests"), _undo, whole=True),
    }


def _request(key: str) -> str:
    parts = (COMPONENTS[part].lower() if part in COMPONENTS else part for part in key.split("|"))
    return _("Uplift %(key)s", key=", ".join(parts))


def _round(name: str) -> str:
    return _("Uplift round %(name)s", name=name)


def _undo_round(name: str, command_id: str) -> Command:
    return UndoUpliftRoundChange(round=name, command_id=command_id)


def _undo(key: str, command_id: str) -> Command:
    return UndoUpliftChange(key=key, command_id=command_id)


def _address(kind: str) -> Callable[[str], str]:
    return lambda key: f"/uplifts/{kind}/{quote(key, safe='')}"
