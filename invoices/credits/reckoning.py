"""What is to be credited: how far approvals are above their charge, set against what is asked for already; pure.

Approvals of a key whose days reach each other stand together, because they are paid from the same charges. What is
asked for always adds up to what was approved above the charge: as the one moves, the other is brought after it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from invoices.approvals import Approval, ChargeOf
from invoices.credits.request import CreditRequest
from invoices.expected.lines import LineKey
from invoices.spans import connected


class Above(NamedTuple):
    """Pence approved above the charge of a key's days; nought where approvals are within it."""

    key: LineKey
    first_day: date
    last_day: date
    pence: int


class Asked(NamedTuple):
    """What is still asked for by one line of a request."""

    request: str
    line: int
    key: LineKey
    first_day: date
    last_day: date
    pence: int


class Change(NamedTuple):
    """What has to be asked for beside, and by how much earlier requests are too high."""

    more: Sequence[Above]
    less: Sequence[Asked]


def above_charge(approvals: Iterable[Approval], charge_of: ChargeOf) -> list[Above]:
    """How far the approvals of each key and run of days are above their charge."""
    standing = list(approvals)
    found = []
    for key in dict.fromkeys(approval.key for approval in standing):
        for group in connected(approval for approval in standing if approval.key == key):
            first, last = min(one.first_day for one in group), max(one.last_day for one in group)
            pence = max(0, sum(one.pence for one in group) - charge_of(key, first, last))
            found.append(Above(key, first, last, pence))
    return found


def asked_by(requests: Iterable[CreditRequest]) -> list[Asked]:
    """The lines of which something is still asked for, those drafted first before others."""
    return [
        Asked(one.key, line.number, one.key_of(line), line.first_day, line.last_day, one.left[line.number])
        for one in requests
        for line in one.lines
        if one.left[line.number]
    ]


def change_of(above: Iterable[Above], asked: Iterable[Asked], *, oldest_first: bool) -> Change:
    """What brings the requests after the charges; a credit settles the oldest, a change of mind the newest first."""
    waiting, more, less = list(asked), [], []
    for one in above:
        own = [line for line in waiting if line.key == one.key and _meet(one, line)]
        waiting = [line for line in waiting if line not in own]
        short = one.pence - sum(line.pence for line in own)
        if short > 0:
            more.append(one._replace(pence=short))
        else:
            less += _taken(own if oldest_first else own[::-1], -short)
    return Change(more, [*less, *waiting])


def _taken(lines: Sequence[Asked], pence: int) -> list[Asked]:
    """So much off some lines, in their order."""
    found = []
    for line in lines:
        part = min(pence, line.pence)
        pence -= part
        if part:
            found.append(line._replace(pence=part))
    return found


def _meet(one: Above, line: Asked) -> bool:
    return one.first_day <= line.last_day and line.first_day <= one.last_day
