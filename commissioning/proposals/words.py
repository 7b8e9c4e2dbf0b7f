"""The words in which pages and refusals speak of what takes two people."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from commissioning.proposals.command_words import COMMANDS, FIELDS
from commissioning.proposals.facts import Kind, Outcome, WhyDeclined
from commissioning.web.language import N_, Labels, _
from commissioning.web.words import day, pounds

KINDS: Mapping[Kind, str] = Labels(
    {
        "award": N_("Award above the limit"),
        "bank_details": N_("Where a school is paid"),
    }
)
WHO: Mapping[Kind, str] = Labels(
    {
        "award": N_("an approver"),
        "bank_details": N_("somebody else in finance, or an approver,"),
    }
)
OUTCOMES: Mapping[Outcome, str] = Labels(
    {
        "waits": N_("Waits"),
        "agreed": N_("Agreed"),
        "declined": N_("Declined"),
        "withdrawn": N_("Taken back"),
    }
)
EVENT_TITLES: Mapping[str, str] = Labels(
    {
        "ProposalMade": N_("It waits for a second person"),
        "ProposalAgreed": N_("A second person agreed"),
        "ProposalDeclined": N_("A second person declined"),
        "ProposalWithdrawn": N_("Taken back"),
    }
)
WHY_DECLINED: Mapping[WhyDeclined, str] = Labels(
    {
        "price": N_("The price is not right"),
        "facts": N_("Something in it is wrong"),
        "need": N_("It is not needed"),
        "later": N_("Not now; ask again later"),
    }
)


def command_in_words(name: str) -> str:
    """A command's name as people read it: `StartPlacement` is “Start placement”."""
    return COMMANDS.get(name) or re.sub(r"(?<!^)(?=[A-Z])", " ", name).capitalize()


def fields_in_words(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a command states, field by field; what is blank is left out, what is sealed is said to be."""
    rows = []
    for name, value in body.items():
        if value in (None, "", [], {}) or name in _OF_THE_PROGRAM:
            continue
        text = _("Sealed") if name in _SEALED else _value_in_words(name, value)
        rows.append((FIELDS.get(name) or name.replace("_", " ").capitalize(), text))
    return rows


_OF_THE_PROGRAM = frozenset({"expected_version", "holder", "pupil", "sealed"})
_SEALED = frozenset({"end_reason", "reason"})


def _value_in_words(name: str, value: Any) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
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
