"""A school's statement of account: what it billed and credited, what it was paid, and what stands between; pure."""

from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

from invoices.invoice import STOPPED
from invoices.queries import Listed, Released, Run, Settlement

EntryKind = Literal["invoice", "credit_note", "settlement", "cancellation", "payment"]
_LAST: tuple[EntryKind, ...] = ("settlement", "cancellation", "payment")
"""What comes after whatever came in on the same day, in this order."""


class Entry(NamedTuple):
    """A line of a statement: gross pence that were billed, settled as not owed or paid, and the balance after.

    Of a credit what is billed is below nought; what it cancels of a settlement is settled below nought.
    """

    on: date
    kind: EntryKind
    key: str
    number: str
    billed: int
    settled: int
    paid: int
    balance: int


class Statement(NamedTuple):
    """The entries of a period, and what was owed to the school before and after them.

    `awaited` is what was settled as not owed by its end and no credit note has cancelled: it is no debt.
    """

    opening: int
    entries: tuple[Entry, ...]
    awaited: int

    @property
    def closing(self) -> int:
        """What is owed to the school at the end."""
        return self.entries[-1].balance if self.entries else self.opening


class Payment(NamedTuple):
    """What a run pays one school, in gross pence; `paid_on` once the finance system has told so of all of it."""

    run: str
    provider_urn: int
    provider_name: str
    pay_on: date
    paid_on: date | None
    invoices: int
    gross: int


def statement_of(
    invoices: Iterable[Listed],
    parts: Iterable[Released],
    settlements: Iterable[Settlement],
    first_day: date,
    last_day: date,
) -> Statement:
    """The statement of one school's invoices for a period, by day; what stands no more is left out.

    Each part of an invoice that was paid is a payment of its own, under its own number. What was settled as not owed is
    taken off as it is settled; the credit note for it changes nothing more.
    """
    moves: list[_Move] = []
    for one in invoices:
        if one.status not in STOPPED:
            kind: EntryKind = "credit_note" if one.kind == "credit_note" else "invoice"
            moves.append(_Move(one.received_on, kind, one.key, one.number, billed=one.gross))
    standing = [one for one in settlements if one.invoice.status not in STOPPED]
    for settled in standing:
        kind, bill = ("cancellation" if settled.cancels else "settlement"), settled.invoice
        moves.append(_Move(settled.on, kind, bill.key, bill.number, settled=settled.gross))
    moves += [
        _Move(part.paid_on, "payment", part.invoice.key, part.number, paid=part.gross)
        for part in parts
        if part.paid_on is not None
    ]
    moves.sort(key=lambda move: (move.on, _LAST.index(move.kind) if move.kind in _LAST else -1, move.number))
    opening = sum(move.owed for move in moves if move.on < first_day)
    balance, entries = opening, []
    for move in moves:
        if first_day <= move.on <= last_day:
            balance += move.owed
            entries.append(Entry(*move, balance))
    awaited = sum(
        one.gross for one in standing if one.on <= last_day and (one.cancels or one.invoice.kind == "invoice")
    )
    return Statement(opening, tuple(entries), awaited)


class _Move(NamedTuple):
    """An entry before it is known what is owed after it."""

    on: date
    kind: EntryKind
    key: str
    number: str
    billed: int = 0
    settled: int = 0
    paid: int = 0

    @property
    def owed(self) -> int:
        return self.billed - self.settled - self.paid


def payments_of(parts: Iterable[Released], runs: Iterable[Run]) -> list[Payment]:
    """What each run that stands pays each school, the newest first."""
    by_run: dict[str, dict[int, list[Released]]] = {}
    for one in parts:
        by_run.setdefault(one.run, {}).setdefault(one.invoice.provider_urn, []).append(one)
    found = []
    for run in runs:
        for urn, own in by_run.get(run.key, {}).items():
            days = [one.paid_on for one in own]
            paid = max((day for day in days if day is not None), default=None) if None not in days else None
            gross = sum(one.gross for one in own)
            found.append(Payment(run.key, urn, own[0].invoice.provider_name, run.pay_on, paid, len(own), gross))
    return found
