"""The addresses of uplift rounds and requests, how receipts speak of them, and the folder of their templates."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from aiohttp import hdrs, web

from commissioning.uplifts.pages.forms import FORMS
from commissioning.uplifts.pages.requests import request_page
from commissioning.uplifts.pages.rounds import round_page
from commissioning.uplifts.policy import may_decide_uplifts, may_see_uplifts
from commissioning.uplifts.words import EVENT_TITLES, ROUND_EVENT_TITLES
from commissioning.web.forms.form import Form
from commissioning.web.forms.pages import add_form
from commissioning.web.forms.receipts import RECORDS, RecordKind
from commissioning.web.permissions import register

TEMPLATES = Path(__file__).parents[1] / "templates"
"""Asked for under the name `uplifts`."""


def add_routes(app: web.Application) -> None:
    """Adds the pages and forms to an application that has the frame's own addresses."""
    register(app, hdrs.METH_GET, "/uplifts/rounds/{round}", round_page, may_see_uplifts)
    register(app, hdrs.METH_GET, "/uplifts/requests/{key}", request_page, may_see_uplifts)
    for path, draw in FORMS.items():
        add_form(app, Form(path, may_decide_uplifts, draw))
    app[RECORDS] |= {
        "uplift_round": RecordKind(lambda name: f"Uplift round {name}", ROUND_EVENT_TITLES, _address("rounds")),
        "uplift": RecordKind(lambda key: f"Uplift {key.replace('|', ', ')}", EVENT_TITLES, _address("requests")),
    }


def _address(kind: str) -> Callable[[str], str]:
    return lambda key: f"/uplifts/{kind}/{quote(key, safe='')}"
