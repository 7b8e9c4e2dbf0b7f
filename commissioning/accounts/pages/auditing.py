"""`/audit`: the ledger's own events about who came in, who was turned away, and what was taken or looked at."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from commissioning.accounts import audit
from commissioning.accounts.names import called, names_of_accounts
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Recorded
from commissioning.ledger.said import said
from commissioning.ledger.time import instant_from_text
from commissioning.web.address import Address
from commissioning.web.language import _
from commissioning.web.ledger_keys import READER, VAULT
from commissioning.web.rendering import render

AUDIT_WORDS: web.AppKey[audit.Words] = web.AppKey("audit_words")
"""What events of upper floors that belong to an audit say."""

PAGE = 50
_MOST_PAGES = 100_000


async def audit_page(request: web.Request) -> web.Response:
    """Newest first, of one kind or all, by one account or all."""
    here, reader = Address.of(request), request.app[READER]
    kind, account, number = here.first("kind"), here.first("account"), here.first("page") or "1"
    if kind not in ("", *audit.KINDS):
        raise _unclear("kind", said("one of %(kinds)s", kinds=", ".join(audit.KINDS)))
    if not (number.isascii() and number.isdigit() and 0 < int(number[:9]) <= _MOST_PAGES):
        raise _unclear("page", "a number from 1")
    upto = await reader.end()  # what an audit asks for stands aside from what tells of the world
    found = await audit.audited(reader, upto, kind=kind, account=account[:64], size=PAGE, page=int(number))
    names = await names_of_accounts(reader, request.app[VAULT])
    rows = [_row(entry, names, request.app[AUDIT_WORDS]) for entry in found.entries]
    context = {
        "rows": rows,
        "total": found.total,
        "page": int(number),
        "pages": max(-(-found.total // PAGE), 1),
        "size": PAGE,
        "filters": [
            {"name": "kind", "label": _("What"), "kind": "select", "options": list(audit.KINDS.items())},
            {
                "name": "account",
                "label": _("By whom"),
                "kind": "select",
                "options": sorted(names.items(), key=_by_name),
            },
        ],
    }
    return render(request, "accounts/audit.html", context)


def _row(entry: Recorded, names: Mapping[str, str], words: audit.Words) -> dict[str, Any]:
    about = entry.stream.partition(":")[2]
    return {
        "position": entry.position,
        "when": instant_from_text(entry.recorded_at),
        "what": audit.KINDS[type(entry.event).__name__],
        "who": called(entry.account, names),
        "about": names.get(about, "") if about != entry.account else "",
        "more": audit.in_words(entry.event, words),
    }


def _by_name(item: tuple[str, str]) -> str:
    return item[1].casefold()


def _unclear(name: str, expected: str) -> Refused:
    return Refused(Fault(name, "The address asks for what there is not.", where=name, expected=expected, status=400))
