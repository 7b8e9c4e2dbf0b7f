"""`/events/{position}`: the receipt of an event: where it stands, by whose hand, its hash and the signature over it."""

from typing import Any

from aiohttp import web

from commissioning.accounts.audit import KINDS as AUDITED
from commissioning.accounts.names import called
from commissioning.charges.pages.asked import Asked, asked, no_such
from commissioning.ledger.events import Recorded
from commissioning.ledger.log import COLUMNS
from commissioning.ledger.said import said
from commissioning.ledger.time import instant_from_text
from commissioning.web.forms.receipts import RECORDS, RecordKind
from commissioning.web.language import N_, Labels, _
from commissioning.web.rendering import render
from commissioning.web.words import number

_MOST_DIGITS = 18
_RECORDS_WITHOUT_A_PAGE = Labels(
    {
        "account": N_("Account"),
        "session": N_("Session"),
        "token": N_("Token"),
        "note": N_("Coming in"),
        "workbook": N_("Workbooks"),
        "budget": N_("Budget"),
        "coding": N_("Coding"),
        "closing": N_("Closing of months"),
        "bank": N_("Bank details"),
        "view": N_("Saved view"),
        "export": N_("Files that left"),
        "redaction": N_("Published payment"),
        "invoice_files": N_("Files of invoices"),
    }
)
"""What a stream is of whose records no page has been registered for receipts."""


async def event_page(request: web.Request) -> web.Response:
    """The receipt. What the event says is told by the history of its record, where it is told in words."""
    question, text = await asked(request), request.match_info["position"]
    recorded = await _recorded(question, int(text)) if len(text) <= _MOST_DIGITS else None
    if recorded is None:
        raise no_such(said("event"), text, said("the history of its record"))
    then = await question.reader.as_at(str(recorded.position))
    kind = request.app[RECORDS].get(recorded.stream.partition(":")[0])
    record = _record(kind, recorded)
    context = {
        **question.context(),
        "title": _title(kind, type(recorded.event).__name__),
        "record": record,
        "address": record.get("href"),
        "position": recorded.position,
        "rows": _rows(question, recorded, record),
        "copied": [(_("Hash of the event"), then.head), (_("Its command"), recorded.command_id)],
        "witness": then.witness,
    }
    return render(request, "charges/event.html", context)


def _title(kind: RecordKind | None, code: str) -> str:
    """What a kind of event is called: by its record, else by an audit; one that neither names has its own name."""
    return (kind.titles.get(code) if kind else None) or AUDITED.get(code) or code


async def _recorded(question: Asked, position: int) -> Recorded | None:
    rows = await question.reader.query(
        f"SELECT {COLUMNS} FROM ledger_event WHERE book = ? AND position = ? AND position <= ?",
        (await question.reader.number(), position, await question.reader.upto(question.as_at)),
    )
    found = question.reader.decode(rows)
    return found[0] if found else None


def _record(kind: RecordKind | None, recorded: Recorded) -> dict[str, Any]:
    """What the event is about, with the way there."""
    name, _, key = recorded.stream.partition(":")
    if kind is None:
        return {"text": _RECORDS_WITHOUT_A_PAGE.get(name, name)}
    address = kind.address(key)
    return {"text": kind.name(key), "href": address} if address else {"text": kind.name(key)}


def _rows(question: Asked, recorded: Recorded, record: dict[str, Any]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [
        (_("About"), record),
        (_("Position in the ledger"), number(recorded.position)),
        (_("Recorded"), instant_from_text(recorded.recorded_at), "moment"),
        (_("By"), called(recorded.account, question.names)),
        (_("True from"), recorded.event.effective_on, "day"),
        (_("Event of its record"), _("number %(version)s", version=number(recorded.version))),
    ]
    if recorded.corrects is not None:
        href = question.link("events", recorded.corrects)
        rows.append(
            (_("It corrects"), {"text": _("position %(position)s", position=number(recorded.corrects)), "href": href})
        )
    return rows
