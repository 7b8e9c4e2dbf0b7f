"""A query: amounts of lines, or VAT of theirs, that are disputed with the school, and what became of it; pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from invoices.amounts import total_of
from invoices.held import Code, HeldLine
from invoices.line_vat import share_of_vat


class Written(NamedTuple):
    """What one side wrote to the other about a query on a day: ciphertext under the key of `holder`."""

    on: date
    by_school: bool
    holder: str
    words: str


class Query(NamedTuple):
    """Amounts of lines, without VAT, and VAT of lines that are disputed since a day, in pence by line.

    Settled, `owed` and `owed_vat` are those that are to be paid after all.
    """

    number: int
    code: Code
    asked_on: date
    amounts: Mapping[int, int]
    vat: Mapping[int, int] = {}
    answered_on: date | None = None
    gives_credit: bool | None = None
    settled_on: date | None = None
    owed: Mapping[int, int] = {}
    owed_vat: Mapping[int, int] = {}
    written: tuple[Written, ...] = ()

    @property
    def lines(self) -> list[int]:
        """The lines that it is about, in order."""
        return sorted({*self.amounts, *self.vat})

    @property
    def is_of_vat_alone(self) -> bool:
        """Whether nothing but VAT is disputed."""
        return not self.amounts

    @property
    def asked(self) -> int:
        """The pence that it disputes, VAT and amounts without VAT together."""
        return sum(self.amounts.values()) + sum(self.vat.values())

    @property
    def found_owed(self) -> int:
        """The pence that its settlement found owed, VAT and amounts without VAT together."""
        return sum(self.owed.values()) + sum(self.owed_vat.values())


class Disputes(NamedTuple):
    """What of each line, and of its VAT, queries dispute still, and what settled ones took off for good."""

    disputed: dict[int, int]
    not_owed: dict[int, int]
    disputed_vat: dict[int, int]
    vat_not_owed: dict[int, int]

    @property
    def pence(self) -> int:
        """What queries dispute still, VAT that is disputed by itself among it."""
        return sum(self.disputed.values()) + sum(self.disputed_vat.values())

    def vat_left_of(self, line: HeldLine, net: int) -> int:
        """The VAT that goes with so much of a line's net, less what a query disputes of it or took off it for good."""
        asked = self.disputed_vat.get(line.number, 0) + self.vat_not_owed.get(line.number, 0)
        return max(share_of_vat(line.vat or 0, line.net, net) - asked, 0)


def disputes_of(queries: Sequence[Query]) -> Disputes:
    """What some queries come to, by line."""
    open_ = [one for one in queries if one.settled_on is None]
    settled = [one for one in queries if one.settled_on is not None]
    return Disputes(
        total_of(one.amounts for one in open_),
        total_of(_left(one.amounts, one.owed) for one in settled),
        total_of(one.vat for one in open_),
        total_of(_left(one.vat, one.owed_vat) for one in settled),
    )


def stood_still_for(queries: Sequence[Query], amounts: Mapping[int, int], vat: Mapping[int, int]) -> int:
    """For how many days the clock stood still for some amounts and VAT: not at all unless all of it was disputed.

    VAT that goes with an amount of its line was disputed with it.
    """
    alone = {line: pence for line, pence in vat.items() if line not in amounts}
    settled = [query for query in queries if query.settled_on is not None]
    owed, owed_vat = total_of(query.owed for query in settled), total_of(query.owed_vat for query in settled)
    if any(pence > owed.get(line, 0) for line, pence in amounts.items()):
        return 0
    if any(pence > owed_vat.get(line, 0) for line, pence in alone.items()):
        return 0
    stops = [
        (query.settled_on - query.asked_on).days
        for query in settled
        if query.settled_on is not None
        and (any(query.owed.get(line) for line in amounts) or any(query.owed_vat.get(line) for line in alone))
    ]
    return min(stops, default=0)


def _left(amounts: Mapping[int, int], owed: Mapping[int, int]) -> dict[int, int]:
    return {line: pence - owed.get(line, 0) for line, pence in amounts.items()}
