"""`/events/{position}`: the receipt of an event: where it stands, by whose hand, its hash and the signature over it."""

from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import Asked, asked, no_such
from commissioning.ledger.events import Recorded
from commissioning.ledger.log import COLUMNS
from commissioning.ledger.said import said
from commissioning.ledger.time import instant_from_text
from commissioning.web.forms.receipts import RECORDS, RecordKind
from commissioning.web.rendering import render
from commissioning.web.words import number

_MOST_DIGITS = 18


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
        "title": kind.titles.get(type(recorded.event).__name__, "") if kind else "",
        "name": type(recorded.event).__name__,
        "record": record,
        "address": record.get("href"),
        "position": recorded.position,
        "rows": _rows(question, recorded, record),
        "copied": [("Hash of the event", then.head), ("Its command", recorded.command_id)],
        "witness": then.witness,
    }
    return render(request, "charges/event.html", context)


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
        return {"text": name.replace("_", " ").capitalize()}
    address = kind.address(key)
    return {"text": kind.name(key), "href": address} if address else {"text": kind.name(key)}


def _rows(question: Asked, recorded: Recorded, record: dict[str, Any]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [
        ("About", record),
        ("Position in the ledger", number(recorded.position)),
        ("Recorded", instant_from_text(recorded.recorded_at), "moment"),
        ("By", question.names.get(recorded.account, recorded.account)),
        ("True from", recorded.event.effective_on, "day"),
        ("Event of its record", f"number {number(recorded.version)}"),
    ]
    if recorded.corrects is not None:
        href = question.link("events", recorded.corrects)
        rows.append(("It corrects", {"text": f"position {number(recorded.corrects)}", "href": href}))
    return rows
