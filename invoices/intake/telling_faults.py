"""Faults as a worker process tells them: in JSON, every text with the message and the figures that it was made of.

So a page says in its reader's language what a process refused that knows of no reader. The parent does not trust what a
worker sends: a text is put together again only where its message has the plain places that ours have.
"""

import re
from datetime import date
from typing import Any, Final

from commissioning.ledger.errors import Fault
from commissioning.ledger.said import Said

_PLACES: Final = re.compile(r"%\((\w+)\)s|%%")


def fault_to_json(fault: Fault) -> dict[str, Any]:
    """A fault as JSON can hold it."""
    return {
        "code": fault.code,
        "message": _text_to_json(fault.message),
        "where": _text_to_json(fault.where),
        "expected": _text_to_json(fault.expected),
        "mend": _text_to_json(fault.mend),
        "status": fault.status,
    }


def fault_from_json(told: dict[str, Any]) -> Fault:
    """The fault again; raises `ValueError` where it is told in no way that ours are."""
    try:
        return Fault(
            code=str(told["code"]),
            message=_text_from_json(told["message"]),
            where=_text_from_json(told["where"]),
            expected=_text_from_json(told["expected"]),
            mend=_text_from_json(told["mend"]),
            status=int(told["status"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise ValueError("no fault of ours") from problem


def _text_to_json(text: object) -> Any:
    if isinstance(text, Said):
        return {"message": text.message, "figures": {name: _text_to_json(one) for name, one in text.figures.items()}}
    return {"day": text.isoformat()} if isinstance(text, date) else str(text)


def _text_from_json(told: Any) -> str:
    if isinstance(told, str):
        return told
    message, figures = str(told["message"]), {name: _figure_from_json(one) for name, one in told["figures"].items()}
    if figures and ("%" in _PLACES.sub("", message) or not set(_PLACES.findall(message)) - {""} <= figures.keys()):
        raise ValueError("no message of ours")
    return Said(message, figures)


def _figure_from_json(told: Any) -> str | date:
    if isinstance(told, dict) and told.keys() == {"day"}:
        return date.fromisoformat(told["day"])
    return _text_from_json(told)
