"""Which expected line each line of an invoice is, and what it should come to; pure.

A line that is the expected one, day for day, is compared with it. Any other is compared with the charges of its days
that no other invoice has billed. Where several lines bill the same days, they share what is charged (sharing.py).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from contracts.billing_periods import billing_period
from invoices.checks.case import BilledBefore, Due, whole_days
from invoices.checks.sharing import Asking, Span, shares_of
from invoices.expected.history import AgreementHistory
from invoices.expected.invoice import Billed, adjustments_due, charged, due_on_days, expected_invoice
from invoices.expected.lines import ExpectedLine, LineKey, key_of_line
from invoices.held import HeldDocument, HeldLine
from invoices.spans import connected


def expected_lines(
    document: HeldDocument, histories: Mapping[str, AgreementHistory], billed: Sequence[Billed], position: int
) -> list[ExpectedLine]:
    """The expected lines of every agreement and billing period that a document's lines bill.

    What changed of days that were billed is expected too where a line cites an event or the document gives back: it
    may stand on an invoice that bills nothing else.
    """
    found: list[ExpectedLine] = []
    asked: set[tuple[str, date]] = set()
    settling = {
        line.agreement_ref
        for line in document.lines
        if line.agreement_ref in histories and (line.adjustment is not None or document.kind == "credit_note")
    }
    for changed, history in histories.items():
        if changed in settling:
            own = [one for one in billed if one.key.agreement_ref == changed]
            found += adjustments_due(history, own, position)
    for line in document.lines:
        ref = line.agreement_ref
        if ref is None or ref not in histories or line.first_day is None:
            continue
        agreement = histories[ref].agreement(position)
        if agreement is None:
            continue
        period = billing_period(agreement.billing, line.first_day, histories[ref].calendar(position))
        if (ref, period.first_day) not in asked:
            asked.add((ref, period.first_day))
            own = [one for one in billed if one.key.agreement_ref == ref]
            invoice = expected_invoice(histories[ref], line.first_day, own, position)
            found += [one for one in invoice.lines if one.adjustment is None or ref not in settling] if invoice else []
    return found


class Known(NamedTuple):
    """What is known of the agreements that an invoice names, at one position; `billed` are other invoices' lines."""

    position: int
    histories: Mapping[str, AgreementHistory]
    billed: Sequence[tuple[Billed, BilledBefore]]
    pool: Sequence[ExpectedLine]


class Decided(NamedTuple):
    """What was decided of a document already: pence by line, approved and settled as not owed, and of its VAT number.

    `vat_number_settled` is whether a query about its VAT number ended with VAT owed: it is the recorded one then.
    """

    approved: Mapping[int, int] = {}
    not_owed: Mapping[int, int] = {}
    vat_number_settled: bool = False


NOTHING_DECIDED = Decided()


def dues_of(lines: Sequence[HeldLine], known: Known, decided: Decided) -> dict[int, Due]:
    """What each line should be; lines of which it is not known what they bill are left out.

    Lines of one key whose days reach each other, or an adjustment that another invoice bills, share what is charged.
    """
    matched = _matches(lines, known.pool)
    found = {number: Due(one.net, one, *one.held_against) for number, one in matched.items()}
    of_key: defaultdict[LineKey, list[Asking]] = defaultdict(list)
    for line in lines:
        key, days = key_of_line(line), whole_days(line)
        if key is None or days is None or key.agreement_ref not in known.histories:
            continue
        if line.adjustment is None:
            of_key[key].append(_asking(line, days, matched.get(line.number), decided))
        elif line.number not in found:
            found[line.number] = Due(0, None, *days)
    billed: defaultdict[LineKey, list[tuple[Billed, BilledBefore]]] = defaultdict(list)
    for one, bill in known.billed:
        billed[one.key].append((one, bill))
    for key, asking in of_key.items():
        others = billed[key]
        shares = _shares_of_key(key, asking, [one for one, _ in others], known)
        for ask in asking:
            due = _due(ask, shares[ask.number], others)
            found[ask.number] = due._replace(beside=_beside(ask, asking) if due.expected < ask.billed else None)
    return found


def charge_of(histories: Mapping[str, AgreementHistory], position: int, key: LineKey, first: date, last: date) -> int:
    """What a key costs from one day to another."""
    return charged(histories[key.agreement_ref], key, (first, last), position)


def _matches(lines: Sequence[HeldLine], pool: Sequence[ExpectedLine]) -> dict[int, ExpectedLine]:
    """The expected line that each line is: of its key, days and event; those of the very same net are found first."""
    left: defaultdict[object, list[ExpectedLine]] = defaultdict(list)
    for one in pool:
        left[one.key, one.first_day, one.last_day, one.adjustment].append(one)
    found: dict[int, ExpectedLine] = {}
    for same_net in (True, False):
        for line in lines:
            fitting = left[key_of_line(line), line.first_day, line.last_day, line.adjustment]
            best = min(fitting, key=lambda one: (one.net != line.net, one.unit != line.unit), default=None)
            if best is not None and line.number not in found and (best.net == line.net or not same_net):
                found[line.number] = best
                fitting.remove(best)
    return found


def _asking(line: HeldLine, days: Span, one: ExpectedLine | None, decided: Decided) -> Asking:
    approved, not_owed = decided.approved.get(line.number, 0), decided.not_owed.get(line.number, 0)
    return Asking(line.number, *days, line.net, line.net - not_owed, approved, one)


def _shares_of_key(key: LineKey, asking: Sequence[Asking], others: Sequence[Billed], known: Known) -> dict[int, int]:
    """What lines of a key should be, in pence: together where their days are not theirs alone."""
    history, found = known.histories[key.agreement_ref], dict[int, int]()

    def cost_of(span: Span) -> int:
        return due_on_days(history, key, span, others, known.position)

    everything: list[Asking | Billed] = [*asking, *(one for one in others if one.adjustment is not None)]
    for group in connected(everything):
        lines = sorted((one for one in group if isinstance(one, Asking)), key=lambda one: one.number)
        if len(group) == 1 and lines:
            (line,) = lines
            found[line.number] = line.foreseen.net if line.foreseen else cost_of((line.first_day, line.last_day))
        elif lines:
            found |= shares_of(lines, [one for one in group if isinstance(one, Billed)], cost_of)
    return found


def _due(line: Asking, expected: int, others: Sequence[tuple[Billed, BilledBefore]]) -> Due:
    """What a line of days should be, with the invoices that bill some of them already where it is no expected line."""
    if line.foreseen is not None:
        return Due(expected, line.foreseen, *line.foreseen.held_against)
    before = tuple(bill for one, bill in others if one.adjustment is None and _overlap(line, bill))
    return Due(expected, None, line.first_day, line.last_day, before)


def _beside(line: Asking, asking: Sequence[Asking]) -> int | None:
    return next((one.number for one in asking if one.number != line.number and _overlap(line, one)), None)


def _overlap(line: Asking, other: Asking | BilledBefore) -> bool:
    return line.first_day <= other.last_day and other.first_day <= line.last_day
