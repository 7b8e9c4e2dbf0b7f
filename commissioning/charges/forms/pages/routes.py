"""The addresses of forms about placements, and how receipts speak of placements, their reviews and pupils."""

from urllib.parse import quote

from aiohttp import web

from commissioning.charges.effects import effects_since
from commissioning.charges.forms.pages.logging import log_sheet
from commissioning.placements.policy import may_record_placements
from commissioning.placements.words import EVENT_TITLES, PUPIL_EVENT_TITLES, REVIEW_EVENT_TITLES, pseudonym
from commissioning.web.forms.form import EFFECTS, Form
from commissioning.web.forms.pages import add_form
from commissioning.web.forms.receipts import RECORDS, RecordKind


def add_routes(app: web.Application) -> None:
    """Adds the forms to an application that has the frame's own addresses."""
    app[EFFECTS] = effects_since
    app[RECORDS] |= {
        "placement": RecordKind(_placement, EVENT_TITLES, _address),
        "review": RecordKind(lambda ref: f"Reviews of placement {ref}", REVIEW_EVENT_TITLES, _address),
        "pupil": RecordKind(lambda key: pseudonym(key).capitalize(), PUPIL_EVENT_TITLES, lambda _key: None),
    }
    add_form(app, Form("/new/placement", may_record_placements, log_sheet))


def _placement(ref: str) -> str:
    return f"Placement {ref}"


def _address(ref: str) -> str:
    return f"/placements/{quote(ref, safe='')}"
