"""What a credit note meets of the bill that it names: what was never to be paid it only cancels; pure.

What was settled on the bill as not owed was not paid, so a credit for it takes nothing back. What is open there, and
cannot be approved, is waited for: settled as not owed it is cancelled too, approved it is taken back. Beyond that a
credit takes back no more of a line, or of its VAT, than was approved. Of a bill that was taken out all is open.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from invoices.expected.lines import LineKey, key_of_line
from invoices.held import HeldDocument, HeldLine
from invoices.invoice import Invoice
from invoices.settled import not_owed_of

_Of = Literal["net", "VAT"]
_State = Literal["settled", "open", "approved"]
_BOTH: tuple[_Of, ...] = ("net", "VAT")


class Met(NamedTuple):
    """What a line of a credit note only cancels, and the most that it takes back in all: pence of its net and VAT."""

    cancels: int
    cancels_vat: int
    takes: int
    takes_vat: int


class _Part(NamedTuple):
    """A line of a bill with what credit notes have left of it, in pence by what it is of and where that stands."""

    key: LineKey
    first_day: date
    last_day: date
    left: dict[tuple[_Of, _State], int]


def met_by(
    credit: HeldDocument, own: Invoice | None, bills: Iterable[Invoice], others: Iterable[Invoice]
) -> dict[int, Met]:
    """What each line of a credit note meets of the bills that it names; lines that bill nothing of theirs are left out.

    `own` is the credit note as it stands, None as it comes in; `others` are the credit notes for the same bills, which
    keep what they cancel already and what was approved of them.
    """
    parts = [part for bill in bills for part in _parts_of(bill)]
    for other in others:
        _leave_to(other, parts)
    found: dict[int, Met] = {}
    for line in credit.lines:
        if met := _meeting(line, parts):
            approved, vat_approved = own.approved_of(line) if own else (0, 0)
            _take(met, "net", "approved", approved)
            _take(met, "VAT", "approved", vat_approved)
            net, vat = (line.net, line.vat or 0) if own is None else own.to_be_met_of(line)
            cancels, takes = _met_of("net", net, met)
            cancels_vat, takes_vat = _met_of("VAT", vat, met)
            found[line.number] = Met(cancels, cancels_vat, approved + takes, vat_approved + takes_vat)
    return found


def _met_of(of: _Of, pence: int, met: Sequence[_Part]) -> tuple[int, int]:
    """What of some pence only cancels, and what is taken back now; the rest waits."""
    cancels = _take(met, of, "settled", pence)
    waits = _take(met, of, "open", pence - cancels)
    return cancels, _take(met, of, "approved", pence - cancels - waits)


def _leave_to(other: Invoice, parts: Sequence[_Part]) -> None:
    """Takes away what another credit note has of the bills."""
    for line in other.document.lines if other.document else ():
        met = _meeting(line, parts)
        for of, cancels, approved in zip(_BOTH, other.cancels_of(line), other.approved_of(line), strict=True):
            _take(met, of, "settled", cancels)
            _take(met, of, "approved", approved)


def _parts_of(bill: Invoice) -> Iterable[_Part]:
    payable, payable_vat = bill.payable, bill.payable_vat
    for line in bill.document.lines if bill.document else ():
        key = key_of_line(line)
        if key is None or line.first_day is None or line.last_day is None or line.net <= 0:
            continue
        not_owed, approved = ((0, 0), (0, 0)) if bill.voided else (not_owed_of(bill, line), bill.approved_of(line))
        whole, ready = (line.net, line.vat or 0), (payable.get(line.number, 0), payable_vat.get(line.number, 0))
        left: dict[tuple[_Of, _State], int] = {}
        for place, of in enumerate(_BOTH):
            left[of, "settled"], left[of, "approved"] = not_owed[place], approved[place]
            left[of, "open"] = max(whole[place] - not_owed[place] - approved[place] - ready[place], 0)
        yield _Part(key, line.first_day, line.last_day, left)


def _meeting(line: HeldLine, parts: Sequence[_Part]) -> list[_Part]:
    """The parts of bills that are for the same as a line and whose days it meets, those of the very same days first."""
    key, first, last = key_of_line(line), line.first_day, line.last_day
    if key is None or first is None or last is None or line.net < 0:
        return []
    met = [one for one in parts if one.key == key and one.first_day <= last and first <= one.last_day]
    return sorted(met, key=lambda one: (one.first_day, one.last_day) != (first, last))


def _take(parts: Iterable[_Part], of: _Of, state: _State, pence: int) -> int:
    """Takes up to so many pence of what is left of some parts; gives how many there were."""
    wanted = max(pence, 0)
    for part in parts:
        taken = min(part.left[of, state], wanted)
        part.left[of, state] -= taken
        wanted -= taken
    return max(pence, 0) - wanted


NOTHING_MET: Mapping[int, Met] = {}
