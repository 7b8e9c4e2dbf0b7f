"""The addresses of forms about placements, and how receipts speak of placements, their reviews and pupils."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from aiohttp import web

from commissioning.charges.effects import effects_since
from commissioning.charges.forms.pages import dating, moving, paying
from commissioning.charges.forms.pages.changing import Changing, changing
from commissioning.charges.forms.pages.logging import log_sheet
from commissioning.charges.pages.asked import one_of
from commissioning.ledger.work import Command
from commissioning.placements.commands import UndoPlacementChange, UndoReviewChange
from commissioning.placements.policy import may_record_placements
from commissioning.placements.words import EVENT_TITLES, PUPIL_EVENT_TITLES, REVIEW_EVENT_TITLES, pseudonym
from commissioning.web.forms.form import EFFECTS, Form, Sheet
from commissioning.web.forms.pages import add_form
from commissioning.web.forms.receipts import RECORDS, RecordKind
from commissioning.web.language import _


def add_routes(app: web.Application) -> None:
    """Adds the forms to an application that has the frame's own addresses."""
    app[EFFECTS] = effects_since
    app[RECORDS] |= {
        "placement": RecordKind(_placement, EVENT_TITLES, _address, _undo),
        "review": RecordKind(
            _reviews, REVIEW_EVENT_TITLES, _address, _undo_review, lasting=frozenset({"ReviewEscalationTakenBack"})
        ),
        "pupil": RecordKind(lambda key: pseudonym(key).capitalize(), PUPIL_EVENT_TITLES, lambda key: f"/pupils/{key}"),
    }
    add_form(app, Form("/new/placement", may_record_placements, log_sheet))
    add_form(app, Form("/placements/{ref}/change/{change}", may_record_placements, _change_sheet))


CHANGES: dict[str, Callable[[Changing], Awaitable[Sheet]]] = {
    "package": moving.package_sheet,
    "move": moving.move_sheet,
    "price": paying.price_sheet,
    "price-withdrawal": paying.price_withdrawal_sheet,
    "funding": paying.funding_sheet,
    "suspension": paying.suspension_sheet,
    "suspension-withdrawal": paying.suspension_withdrawal_sheet,
    "notice": dating.notice_sheet,
    "end": dating.end_sheet,
    "exit": dating.exit_sheet,
    "dates": dating.dates_sheet,
    "signature": dating.signature_sheet,
    "facts": dating.facts_sheet,
    "withdrawal": dating.withdrawal_sheet,
    "reinstatement": dating.reinstatement_sheet,
}
"""Every change of a placement by its name in addresses."""


async def _change_sheet(request: web.Request) -> Sheet:
    name = one_of("change", request.match_info["change"], CHANGES)
    return await CHANGES[name](await changing(request))


def _undo(ref: str, command_id: str) -> Command:
    return UndoPlacementChange(placement_ref=ref, command_id=command_id)


def _undo_review(ref: str, command_id: str) -> Command:
    return UndoReviewChange(placement_ref=ref, command_id=command_id)


def _placement(ref: str) -> str:
    return _("Placement %(ref)s", ref=ref)


def _reviews(ref: str) -> str:
    return _("Reviews of placement %(ref)s", ref=ref)


def _address(ref: str) -> str:
    return f"/placements/{quote(ref, safe='')}"
