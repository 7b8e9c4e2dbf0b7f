"""A school's statement of account: what it billed and credited, what it was paid, and what stands between; pure."""

from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

from invoices.queries import Listed, Released, Run

EntryKind = Literal["invoice", "credit_note", "payment"]
_STOPPED = ("refused", "voided")


class Entry(NamedTuple):
    """A line of a statement: gross pence that were billed (a credit's below nought) or paid, and the balance after."""

    on: date
    kind: EntryKind
    key: str
    number: str
    billed: int
    paid: int
    balance: int


class Statement(NamedTuple):
    """The entries of a period, and what was owed to the school before and after them."""

    opening: int
    entries: tuple[Entry, ...]

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


def statement_of(invoices: Iterable[Listed], parts: Iterable[Released], first_day: date, last_day: date) -> Statement:
    """The statement of one school's invoices for a period, by day; what stands no more is left out.

    Each part of an invoice that was paid is a payment of its own, under its own number.
    """
    moves: list[tuple[date, EntryKind, str, str, int, int]] = []
    for one in invoices:
        if one.status in _STOPPED:
            continue
        kind: EntryKind = "credit_note" if one.kind == "credit_note" else "invoice"
        moves.append((one.received_on, kind, one.key, one.number, one.gross, 0))
    moves += [
        (part.paid_on, "payment", part.invoice.key, part.number, 0, part.gross)
        for part in parts
        if part.paid_on is not None
    ]
    moves.sort(key=lambda move: (move[0], move[1] == "payment", move[3]))
    opening = sum(billed - paid for on, *_, billed, paid in moves if on < first_day)
    balance, entries = opening, []
    for on, kind, key, number, billed, paid in moves:
        if first_day <= on <= last_day:
            balance += billed - paid
            entries.append(Entry(on, kind, key, number, billed, paid, balance))
    return Statement(opening, tuple(entries))


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
