"""The rule that nothing is paid twice: what may be approved beside what was approved before; pure.

An approval is some pence of a key for the days of a span. Whatever is approved must fit: for every run of days from
the start of one approval to the end of another, what was approved within it never exceeds its charge. Where that
holds, the amounts can be laid on the days of their spans so that no day carries more than it costs.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from invoices.expected.lines import LineKey, key_of_line
from invoices.invoice import Invoice
from invoices.spans import connected


class Approval(NamedTuple):
    """Pence approved for a key's charges of some days; below nought where a credit takes them back."""

    key: LineKey
    first_day: date
    last_day: date
    pence: int


def approvals_of(invoice: Invoice, amounts: dict[int, int]) -> list[Approval]:
    """What some amounts of lines are approvals of: lines of one key together, adjustments each by itself.

    Lines of a key are rounded together (pricing.md §6), so only together they are within the charge to the penny.
    """
    found: dict[tuple[LineKey, int | None], Approval] = {}
    asked: set[tuple[LineKey, int | None]] = set()
    for match in invoice.matches:
        line = invoice.line(match.number)
        if (key := key_of_line(line)) is None:
            continue
        group = (key, None if line.adjustment is None else line.number)
        before = found.get(group, Approval(key, match.first_day, match.last_day, 0))
        span = (min(match.first_day, before.first_day), max(match.last_day, before.last_day))
        found[group] = Approval(key, *span, before.pence + invoice.sign * amounts.get(line.number, 0))
        if line.number in amounts:
            asked.add(group)
    return [found[group] for group in found if group in asked]


class Stretch(NamedTuple):
    """Days that something asked lies within: what would be approved for them, and what they cost as known now."""

    key: LineKey
    first_day: date
    last_day: date
    approved: int
    charged: int


ChargeOf = Callable[[LineKey, date, date], int]
"""What a key costs from one day to another, as known now."""


def stretches_of(asked: Sequence[Approval], before: Iterable[Approval], charge_of: ChargeOf) -> Iterator[Stretch]:
    """The stretches of days that must bear what is asked: for none of them may more be approved than it costs.

    Only days that have to do with what is asked are looked at: those that earlier approvals reach from it, overlap by
    overlap. An earlier term whose charges have fallen since waits for its credit and stops no later term.
    """
    earlier = list(before)
    for key in dict.fromkeys(approval.key for approval in asked):
        new = [approval for approval in asked if approval.key == key]
        others = [approval for approval in earlier if approval.key == key]
        for group in connected([*new, *others]):
            fresh = [approval for approval in group if approval in new and approval.pence > 0]
            yield from _stretches_in(key, group, fresh, charge_of)


def excess_in(stretches: Iterable[Stretch]) -> Stretch | None:
    """The first stretch for which more would be approved than it costs, None where there is none."""
    return next((one for one in stretches if one.approved > max(one.charged, 0)), None)


def _stretches_in(
    key: LineKey, group: Sequence[Approval], fresh: Sequence[Approval], charge_of: ChargeOf
) -> Iterator[Stretch]:
    for first in sorted({approval.first_day for approval in group}):
        for last in sorted({approval.last_day for approval in group}):
            if any(first <= one.first_day and one.last_day <= last for one in fresh):
                approved = sum(one.pence for one in group if first <= one.first_day and one.last_day <= last)
                yield Stretch(key, first, last, approved, charge_of(key, first, last))
