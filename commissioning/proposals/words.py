"""The words in which pages and refusals speak of what takes two people."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from commissioning.proposals.facts import Kind, Outcome, WhyDeclined
from commissioning.web.words import day, pounds

KINDS: Mapping[Kind, str] = {
    "award": "Award above the limit",
    "bank_details": "Where a school is paid",
}
WHO: Mapping[Kind, str] = {
    "award": "an approver",
    "bank_details": "somebody else in finance, or an approver,",
}
OUTCOMES: Mapping[Outcome, str] = {
    "waits": "Waits",
    "agreed": "Agreed",
    "declined": "Declined",
    "withdrawn": "Taken back",
}
EVENT_TITLES: Mapping[str, str] = {
    "ProposalMade": "It waits for a second person",
    "ProposalAgreed": "A second person agreed",
    "ProposalDeclined": "A second person declined",
    "ProposalWithdrawn": "Taken back",
}
WHY_DECLINED: Mapping[WhyDeclined, str] = {
    "price": "The price is not right",
    "facts": "Something in it is wrong",
    "need": "It is not needed",
    "later": "Not now; ask again later",
}


def command_in_words(name: str) -> str:
    """A command's name as people read it: `StartPlacement` is “Start placement”."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).capitalize()


def fields_in_words(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a command states, field by field; what is blank is left out, what is sealed is said to be."""
    rows = []
    for name, value in body.items():
        if value in (None, "", [], {}) or name in _OF_THE_PROGRAM:
            continue
        text = "Sealed" if name in _SEALED else _value_in_words(name, value)
        rows.append((name.removesuffix("_on").replace("_", " ").capitalize().replace("Urn", "URN"), text))
    return rows


_OF_THE_PROGRAM = frozenset({"expected_version", "holder", "pupil", "sealed"})
_SEALED = frozenset({"end_reason", "reason"})


def _value_in_words(name: str, value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int() if name == "amount":
            return pounds(value)
        case dict():
            return ", ".join(f"{key.lower()} {text}" for key, text in fields_in_words(value))
        case list():
            return "; ".join(_value_in_words(name, one) for one in value)
        case str() if _DAY.fullmatch(value):
            return day(date.fromisoformat(value))
        case _:
            return str(value).replace("_", " ")


_DAY = re.compile(r"\d{4}-\d\d-\d\d")
