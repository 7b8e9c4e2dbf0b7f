"""Lines of one key whose days reach each other share what these days cost, in an order that stays; pure.

What was approved of a line comes first; then each line up to the expected line that it is; then what it bills beyond
that, as the lines stand on the document. However they are shared, lines come to no more than is charged for the days
of any of them or for all their days, and to as much of that as they bill.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from invoices.expected.invoice import Billed
from invoices.expected.lines import ExpectedLine

Span = tuple[date, date]
CostOf = Callable[[Span], int]
"""What may be billed for some days as known now, in pence."""


class Asking(NamedTuple):
    """A line that asks for its days: what it bills, what of that can still be owed, what was approved of it already.

    `foreseen` is the expected line that it is, if it is one.
    """

    number: int
    first_day: date
    last_day: date
    billed: int
    arguable: int
    approved: int
    foreseen: ExpectedLine | None


def shares_of(lines: Sequence[Asking], claims: Sequence[Billed], cost_of: CostOf) -> dict[int, int]:
    """What each of some lines should come to, in pence; `claims` are adjustments of their days on other invoices.

    What a line gives back is taken as it is given. What nobody bills is the first line's that could bill it.
    """
    spans = {(one.first_day, one.last_day) for one in lines}
    whole = min(first for first, _ in spans), max(last for _, last in spans)
    left = {span: cost_of(span) - _claimed(span, claims) for span in {*spans, whole}}
    shares = {line.number: 0 for line in lines}

    def give(line: Asking, most: int) -> None:
        runs = [run for run in left if run[0] <= line.first_day and line.last_day <= run[1]]
        pence = most if most < 0 else min(most, max(min(left[run] for run in runs), 0))
        shares[line.number] += pence
        for run in runs:
            left[run] -= pence

    for line in lines:
        give(line, min(line.billed, 0))
    asking = [line for line in lines if line.billed >= 0]
    for wanted in (_approved, _foreseen, _arguable, _billed):
        for line in asking:
            give(line, max(wanted(line) - shares[line.number], 0))
    for line in asking:
        give(line, max(left[whole], 0))
    return shares


def _claimed(span: Span, claims: Sequence[Billed]) -> int:
    """What adjustments have of some days: those within them, and whatever gives back some of them."""
    first, last = span
    within = sum(one.comes_to for one in claims if one.net > 0 and first <= one.first_day and one.last_day <= last)
    return within + sum(
        one.comes_to for one in claims if one.net < 0 and one.first_day <= last and first <= one.last_day
    )


def _approved(line: Asking) -> int:
    return line.approved


def _foreseen(line: Asking) -> int:
    return min(line.foreseen.net, line.arguable) if line.foreseen else 0


def _arguable(line: Asking) -> int:
    return line.arguable


def _billed(line: Asking) -> int:
    return line.billed
