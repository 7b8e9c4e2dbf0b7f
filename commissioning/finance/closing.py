"""The closing of months (pricing.md §9): in order, each once, and never one that is not over."""

import re
from datetime import date
from typing import NamedTuple

from commissioning.charges.periods import month_days, month_name
from commissioning.finance.commands import CloseMonth
from commissioning.finance.events import MonthClosed
from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said

MONTHS = "months"
"""The key of the one stream of all closings, so that two of them cannot pass each other."""
_MONTHS_IN_A_YEAR = 12


class Closings(NamedTuple):
    """The months that are closed, as numbers (`202604`), in order."""

    months: tuple[int, ...]


def decide(command: CloseMonth, closings: Closings | None, today: date) -> list[Event]:
    """Give the event of a closing. Raises `Refused` for a month that is closed, out of turn or not over."""
    month = month_number(command.month)
    closed = closings.months if closings else ()
    if month in closed:
        raise Refused(
            Fault(
                "month-closed",
                said("%(month)s is closed already.", month=command.month),
                "close",
                mend="A closed month is not reopened: record what was wrong, and it is posted in the next close.",
                status=409,
            )
        )
    if closed and month != _after(closed[-1]):
        raise Refused(
            Fault(
                "month-order",
                "Months are closed one after another.",
                "close",
                said("%(month)s next", month=month_name(_after(closed[-1]))),
            )
        )
    last_day = month_days(month)[1]
    if today <= last_day:
        raise Refused(
            Fault(
                "month-not-over",
                said("%(month)s is not over.", month=command.month),
                "close",
                said("a month that ended before %(today)s", today=today),
            )
        )
    return [MonthClosed(effective_on=last_day, month=command.month)]


def evolve(closings: Closings | None, event: Event) -> Closings:
    """Give the closings after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case MonthClosed(month=month):
            return Closings((*(closings.months if closings else ()), month_number(month)))
        case _:
            raise misplaced(event, closings)


def month_number(text: str) -> int:
    """A month written `2026-04` as `202604`; `Refused` where it is not so written."""
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text)
    if found is None or int(found[1]) == 0:
        raise Refused(
            Fault(
                "month",
                said("“%(text)s” is not a month.", text=text[:40]),
                "month",
                "a month such as 2026-04",
                status=400,
            )
        )
    return int(found[1]) * 100 + int(found[2])


def _after(month: int) -> int:
    return month + 1 if month % 100 < _MONTHS_IN_A_YEAR else month + 100 - _MONTHS_IN_A_YEAR + 1


CLOSINGS = Aggregate("closing", evolve)
