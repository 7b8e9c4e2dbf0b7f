"""Every check in order, and what of each line may be paid after them."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from commissioning.web.language import in_english
from invoices.checks import documents, lines, vat
from invoices.checks.case import Case, Due
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
    return tuple(_match(case, line, due) for line in case.document.lines if (due := case.due_of(line)) is not None)


def _match(case: Case, line: HeldLine, due: Due) -> LineMatch:
    """A credit is taken as the school gives it and its bill lets it; of anything else the lesser of billed and owed."""
    matched = LineMatch(
        number=line.number,
        expected=due.expected,
        payable=min(line.net, due.expected),
        first_day=due.first_day,
        last_day=due.last_day,
    )
    if case.document.kind != "credit_note":
        return matched
    if (met := case.met.get(line.number)) is None:
        return replace(matched, payable=line.net)
    return replace(
        matched, payable=met.takes, cancels=met.cancels, cancels_vat=met.cancels_vat, takes_vat=met.takes_vat
    )
