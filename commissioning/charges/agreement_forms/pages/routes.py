"""The addresses of forms about agreements, and how receipts speak of agreements."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from aiohttp import hdrs, web

from commissioning.charges.agreement_forms.pages import prices, terms
from commissioning.charges.agreement_forms.pages.changing import Changing, changing
from commissioning.charges.agreement_forms.pages.making import choose_model, make_sheet
from commissioning.charges.pages.asked import one_of
from commissioning.charges.pages.calendars import calendar_title
from commissioning.ledger.work import Command
from commissioning.web.forms.form import Form, Sheet
from commissioning.web.forms.pages import add_form
from commissioning.web.forms.receipts import RECORDS, RecordKind
from commissioning.web.language import _
from commissioning.web.permissions import register
from contracts.commands import UndoAgreementChange
from contracts.policy import may_record_agreements
from contracts.words import EVENT_TITLES

CHANGES: dict[str, Callable[[Changing], Awaitable[Sheet]]] = {
    "prices": prices.prices_sheet,
    "price": prices.price_sheet,
    "price-withdrawal": prices.price_withdrawal_sheet,
    "terms": terms.terms_sheet,
    "discounts": terms.tiers_sheet,
    "signature": terms.signature_sheet,
    "extension": terms.extension_sheet,
    "end": terms.end_sheet,
    "dates": terms.dates_sheet,
    "facts": terms.details_sheet,
}
"""Every change of an agreement by its name in addresses."""


def add_routes(app: web.Application) -> None:
    """Adds the forms to an application that has the frame's own addresses."""
    app[RECORDS] |= {
        "agreement": RecordKind(_agreement, EVENT_TITLES, _address, _undo, lasting=frozenset({"AgreementMade"})),
        "calendar": RecordKind(calendar_title, EVENT_TITLES, lambda name: f"/calendars#{quote(name, safe='')}"),
    }
    register(app, hdrs.METH_GET, "/new/agreement", choose_model, may_record_agreements)
    add_form(app, Form("/new/agreement/{model}", may_record_agreements, make_sheet))
    add_form(app, Form("/agreements/{ref}/change/{change}", may_record_agreements, _change_sheet))


async def _change_sheet(request: web.Request) -> Sheet:
    name = one_of("change", request.match_info["change"], CHANGES)
    return await CHANGES[name](await changing(request))


def _undo(ref: str, command_id: str) -> Command:
    return UndoAgreementChange(agreement_ref=ref, command_id=command_id)


def _agreement(ref: str) -> str:
    return _("Agreement %(ref)s", ref=ref)


def _address(ref: str) -> str:
    return f"/agreements/{quote(ref, safe='')}"
