"""The rule that nothing is paid twice: what may be approved beside what was approved before; pure.

An approval is some pence of a key for the days of a span. Whatever is approved must fit: for every run of days from
the start of one approval to the end of another, what was approved within it never exceeds its charge. Where that
holds, the amounts can be laid on the days of their spans so that no day carries more than it costs.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from invoices.expected.lines import LineKey


class Approval(NamedTuple):
    """Pence approved for a key's charges of some days; below nought where a credit takes them back."""

    key: LineKey
    first_day: date
    last_day: date
    pence: int


class Excess(NamedTuple):
    """Days for which more would be approved than they cost."""

    key: LineKey
    first_day: date
    last_day: date
    approved: int
    charged: int


ChargeOf = Callable[[LineKey, date, date], int]
"""What a key costs from one day to another, as known now."""


def excess_of(asked: Sequence[Approval], before: Iterable[Approval], charge_of: ChargeOf) -> Excess | None:
    """The first days for which approving all that is asked would exceed the charge, None where there are none.

    Only days that have to do with what is asked are looked at: those that earlier approvals reach from it, overlap by
    overlap. An earlier term whose charges have fallen since waits for its credit and stops no later term.
    """
    earlier = list(before)
    for key in dict.fromkeys(approval.key for approval in asked):
        new = [approval for approval in asked if approval.key == key]
        others = [approval for approval in earlier if approval.key == key]
        for group in connected([*new, *others]):
            fresh = [approval for approval in group if approval in new and approval.pence > 0]
            if fresh and (found := _excess_in(key, group, fresh, charge_of)) is not None:
                return found
    return None


def _excess_in(
    key: LineKey, group: Sequence[Approval], fresh: Sequence[Approval], charge_of: ChargeOf
) -> Excess | None:
    for first in sorted({approval.first_day for approval in group}):
        for last in sorted({approval.last_day for approval in group}):
            if not any(first <= one.first_day and one.last_day <= last for one in fresh):
                continue
            approved = sum(one.pence for one in group if first <= one.first_day and one.last_day <= last)
            if approved <= 0:
                continue
            charged = charge_of(key, first, last)
            if approved > charged:
                return Excess(key, first, last, approved, charged)
    return None


def connected(approvals: Iterable[Approval]) -> list[list[Approval]]:
    """Approvals whose spans reach each other, overlap by overlap."""
    groups: list[list[Approval]] = []
    ends: date | None = None
    for approval in sorted(approvals, key=lambda one: (one.first_day, one.last_day)):
        if ends is None or approval.first_day > ends:
            groups.append([approval])
            ends = approval.last_day
        else:
            groups[-1].append(approval)
            ends = max(ends, approval.last_day)
    return groups
