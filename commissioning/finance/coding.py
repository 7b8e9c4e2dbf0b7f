"""The finance system's codes: which code a charge is posted to, by model and component, from a day on."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from commissioning.finance.commands import MapCode
from commissioning.finance.events import CodeMapped
from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event

CODES = "codes"
"""The key of the one stream of all codes."""
_LONGEST = 200


class Posted(NamedTuple):
    """What a code is for: charges of a model and a component, None being any; or the balance of a journal."""

    model: str | None
    component: str | None
    balance: bool


class Coding(NamedTuple):
    """Every code that was ever mapped, by what it is for and the day from which it holds."""

    codes: Mapping[Posted, Mapping[date, str]]

    def balance_on(self, day: date) -> str | None:
        """The code of journals' balances on a day."""
        return _on(self.codes.get(Posted(None, None, balance=True), {}), day)


NO_CODES = Coding({})


def code_for(coding: Coding, model: str, component: str, day: date) -> str | None:
    """The code of a charge on a day: that of model and component, else of the model, the component, or of any."""
    for one, other in ((model, component), (model, None), (None, component), (None, None)):
        code = _on(coding.codes.get(Posted(one, other, balance=False), {}), day)
        if code is not None:
            return code
    return None


def decide(command: MapCode, coding: Coding | None) -> list[Event]:
    """Give the events of a command; none where the code is mapped so from that day. Raises `Refused`."""
    code = command.code.strip()
    if not code or len(code) > _LONGEST:
        raise Refused(Fault("code", "A code has 1 to 200 characters.", "code", "such as 5210-410-00", status=422))
    if command.balance and (command.model or command.component):
        raise Refused(Fault("code", "The balance is of no model and no component.", "balance", "both blank"))
    mapped = Posted(command.model, command.component, command.balance)
    known = coding.codes.get(mapped, {}) if coding else {}
    if known.get(command.effective_on) == code:
        return []
    return [CodeMapped(**command.model_dump() | {"code": code})]


def evolve(coding: Coding | None, event: Event) -> Coding:
    """Give the coding after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case CodeMapped():
            codes = dict(coding.codes) if coding else {}
            mapped = Posted(event.model, event.component, event.balance)
            codes[mapped] = {**codes.get(mapped, {}), event.effective_on: event.code}
            return Coding(codes)
        case _:
            raise misplaced(event, coding)


def _on(dated: Mapping[date, str], day: date) -> str | None:
    held = [first for first in dated if first <= day]
    return dated[max(held)] if held else None


CODING = Aggregate("coding", evolve)
