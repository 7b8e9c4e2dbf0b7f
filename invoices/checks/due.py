"""Which expected line each line of an invoice is, and what it should come to; pure.

A line that is the expected one, day for day, is compared with it. Any other is compared with the charges of its days
that no other invoice and no other line of this one has billed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from contracts.billing_periods import billing_period
from invoices.checks.case import BilledBefore, Due
from invoices.expected.history import AgreementHistory
from invoices.expected.invoice import Billed, adjustments_due, charged, due_on_days, expected_invoice
from invoices.expected.lines import ExpectedLine, LineKey, key_of_line
from invoices.held import HeldDocument, HeldLine


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


def dues_of(
    lines: Sequence[HeldLine],
    pool: Sequence[ExpectedLine],
    histories: Mapping[str, AgreementHistory],
    billed: Sequence[tuple[Billed, BilledBefore]],
    position: int,
) -> dict[int, Due]:
    """What each line should be; lines of which it is not known what they bill are left out."""
    found: dict[int, Due] = {}
    left = list(pool)
    for line in lines:
        if (match := _match(line, left)) is not None:
            left.remove(match)
            found[line.number] = Due(match.net, match, *match.held_against)
    for line in lines:
        key = key_of_line(line)
        if line.number in found or key is None or line.first_day is None or line.last_day is None:
            continue
        if key.agreement_ref not in histories:
            continue
        before = tuple(
            other for one, other in billed if one.key == key and one.adjustment is None and _overlap(line, other)
        )
        expected = 0
        if line.adjustment is None:
            own = [one for one, _ in billed if one.key == key]
            expected = due_on_days(histories[key.agreement_ref], key, (line.first_day, line.last_day), own, position)
            expected -= _taken(key, line, lines, found)
        found[line.number] = Due(expected, None, line.first_day, line.last_day, before)
    return found


def charge_of(histories: Mapping[str, AgreementHistory], position: int, key: LineKey, first: date, last: date) -> int:
    """What a key costs from one day to another."""
    return charged(histories[key.agreement_ref], key, (first, last), position)


def _match(line: HeldLine, pool: Sequence[ExpectedLine]) -> ExpectedLine | None:
    """The expected line that a line is: of its key, days and event, at best of its net too."""
    key = key_of_line(line)
    fitting = [
        one
        for one in pool
        if one.key == key
        and (one.first_day, one.last_day) == (line.first_day, line.last_day)
        and one.adjustment == line.adjustment
    ]
    return min(fitting, key=lambda one: (one.net != line.net, one.unit != line.unit), default=None)


def _taken(key: LineKey, line: HeldLine, lines: Iterable[HeldLine], found: Mapping[int, Due]) -> int:
    """What other lines of the document that bill some of the same days are already expected to be."""
    return sum(
        found[other.number].expected
        for other in lines
        if other.number != line.number
        and other.number in found
        and other.adjustment is None
        and key_of_line(other) == key
        and _overlap(line, other)
    )


def _overlap(line: HeldLine, other: HeldLine | BilledBefore) -> bool:
    if line.first_day is None or line.last_day is None or other.first_day is None or other.last_day is None:
        return False
    return line.first_day <= other.last_day and other.first_day <= line.last_day
