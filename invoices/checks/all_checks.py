"""Every check in order, and what of each line may be paid after them."""

from collections.abc import Callable, Iterator

from commissioning.web.language import in_english
from invoices.checks import documents, lines, vat
from invoices.checks.case import Case
from invoices.held import Finding, HeldLine, LineMatch

CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    documents.same_number,
    documents.same_file,
    lines.difference,
    documents.same_amount,
    lines.signature,
    lines.period,
    vat.registration,
    vat.too_early,
    vat.arithmetic,
    vat.treatment,
    documents.sums,
    documents.references,
    documents.bank,
    documents.commitment,
)


def findings_of(case: Case) -> tuple[Finding, ...]:
    """What all checks find, in the order of the checks and then of the lines; recorded in English (findings.py)."""
    with in_english():
        return tuple(finding for check in CHECKS for finding in check(case))


def matches_of(case: Case) -> tuple[LineMatch, ...]:
    """What each line should be and how much of it may be paid: never more than its charge."""
    return tuple(
        LineMatch(
            number=line.number,
            expected=due.expected,
            payable=_payable(case, line, due.expected),
            first_day=due.first_day,
            last_day=due.last_day,
        )
        for line in case.document.lines
        if (due := case.due_of(line)) is not None
    )


def _payable(case: Case, line: HeldLine, expected: int) -> int:
    """A credit is taken as the school gives it; of anything else the lesser of what is billed and what is owed."""
    return line.net if case.document.kind == "credit_note" else min(line.net, expected)
