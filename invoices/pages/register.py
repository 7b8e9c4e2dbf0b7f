"""`/invoices`: the register: what came in, where it stands, and by when it is to be paid."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import Asked, one_of
from commissioning.charges.pages.lists import Column, Found, ListOf, Window, list_page, window_on
from commissioning.charges.pages.showing import school_names, select
from commissioning.web.language import N_, _
from commissioning.web.permissions import ACTOR
from commissioning.web.words import number, short_pounds, whole_pounds
from invoices.pages.lines import invoice_row
from invoices.policy import may_receive_invoices
from invoices.queries import Listed, register_as_at
from invoices.words import DOCUMENTS, STATUSES


async def register_page(request: web.Request) -> web.Response:
    """The page of the list."""
    return await list_page(request, INVOICE_LIST, may_send=may_receive_invoices(request[ACTOR]))


async def _find(question: Asked, window: Window) -> Found:
    here = question.here
    wanted = one_of("status", here.first("status"), ("", *STATUSES))
    schools = set(here.all("provider"))
    known = await register_as_at(question.reader, question.as_at)
    found = [one for one in known if wanted in ("", one.status) and (not schools or str(one.provider_urn) in schools)]
    rows = [invoice_row(one, question.link("invoices", one.key)) for one in found]
    return replace(window_on(rows, window, _sortable, ("net", "gross")), beside={"tiles": _tiles(question, known)})


def _sortable(row: dict[str, Any], order: str) -> Any:
    if order == "school":
        return row["school"]["text"].casefold()
    return row[{"received": "received_on"}.get(order, order)]


def _tiles(question: Asked, found: Sequence[Listed]) -> list[dict[str, Any]]:
    ready = [one for one in found if one.status == "matched"]
    stopped = [one for one in found if one.status in ("held", "queried", "answered")]
    rest = [one for one in found if one.status == "rest_to_approve"]
    late = [one for one in found if one.due_on is not None and one.due_on < question.day]
    tiles = [
        {
            "label": _("Ready to approve"),
            "value": number(len(ready)),
            "note": whole_pounds(sum(one.net for one in ready)),
            "href": question.link("invoices", status="matched"),
        },
        {
            "label": _("Held or queried"),
            "value": number(len(stopped)),
            "note": _("%(amount)s disputed", amount=whole_pounds(sum(one.disputed for one in stopped))),
            "href": question.link("invoices", status="held"),
        },
        {
            "label": _("Over 30 days"),
            "value": number(len(late)),
            "note": _("received and in no payment run"),
            "tone": "alarm" if late else "good",
        },
        {
            "label": _("Waiting for a run"),
            "value": short_pounds(sum(one.waiting + one.waiting_vat for one in found)),
            "href": question.link("invoices", "runs"),
        },
    ]
    if rest:
        tiles.append(
            {
                "label": _("Rest to approve"),
                "value": number(len(rest)),
                "note": _("their queries are settled"),
                "href": question.link("invoices", status="rest_to_approve"),
            }
        )
    return tiles


async def _fields(question: Asked, _found: Found) -> list[dict[str, Any]]:
    return [
        select("status", _("State"), {str(code): words for code, words in STATUSES.labels.items()}),
        select("provider", _("School"), await school_names(question)),
    ]


INVOICE_LIST = ListOf(
    name="invoices",
    columns=(
        Column("invoice", keys=True),
        Column("number", heading=N_("Number"), shown="number_link", sort="number"),
        Column("provider", heading=N_("School"), shown="school", sort="school"),
        Column("kind"),
        Column("received_on", "day", N_("Received"), sort="received"),
        Column("due", "day", N_("Pay by"), sort="due"),
        Column("net", "money", N_("Net"), sort="net"),
        Column("gross", "money", N_("Gross")),
        Column("disputed", "money", N_("Disputed")),
        Column("approved", "money", N_("Approved")),
        Column("status", heading=N_("State"), shown="status_tag", sort="status"),
    ),
    filters=("status", "provider"),
    order="-received",
    nothing=N_("No invoice came in that matches these filters."),
    template="invoices/register.html",
    find=_find,
    fields=_fields,
    codes={"kind": DOCUMENTS, "status": STATUSES.labels},
)
