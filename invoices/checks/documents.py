"""Checks of a document as a whole: DUP-1, DUP-2, DUP-4, MTH-1, REF-1, BNK-1 and BUD-1."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from commissioning.ledger.time import financial_year_name
from commissioning.web.words import day, pounds, with_decimals
from invoices.checks.case import Case, Earlier
from invoices.facts import StatedAccount
from invoices.held import Finding, HeldLine
from invoices.numbers import normalised_number

_NEAR = timedelta(days=45)


def same_number(case: Case) -> Iterator[Finding]:
    """DUP-1: the supplier sent this number before, and neither document is a part of the other, nor of one more."""
    document = case.document
    own = normalised_number(document.number)
    for other in case.earlier:
        if other.normalised != own or _is_split(case, other):
            continue
        same_school = other.provider_urn == case.provider_urn
        yield Finding(
            code="DUP-1",
            outcome="block" if same_school else "warn",
            expected="a number that was not used before",
            billed=f"{document.number}, as {other.number} of {day(other.issued_on)}",
            money=document.gross,
            rests_on=f"invoice {other.number}",
        )


def same_file(case: Case) -> Iterator[Finding]:
    """DUP-2: the very same file came in before."""
    for other in case.earlier:
        if case.sha256 is not None and other.sha256 == case.sha256:
            yield Finding(
                code="DUP-2",
                outcome="block",
                expected="a file that was not sent before",
                billed=f"the file of invoice {other.number}",
                money=case.document.gross,
                rests_on=f"invoice {other.number}",
            )


def same_amount(case: Case) -> Iterator[Finding]:
    """DUP-4: the same amount within 45 days in the owner group, for periods that overlap or are not stated."""
    document = case.document
    own = normalised_number(document.number)
    for other in case.earlier:
        near = abs(other.issued_on - document.issued_on) <= _NEAR
        if other.gross != document.gross or not near or other.normalised == own or not document.gross:
            continue
        if _apart(case, other):
            continue
        yield Finding(
            code="DUP-4",
            outcome="warn",
            expected="an amount that was not billed before",
            billed=f"{pounds(document.gross)}, as invoice {other.number} of {day(other.issued_on)}",
            money=document.gross,
            rests_on=f"invoice {other.number}",
        )


def sums(case: Case) -> Iterator[Finding]:
    """MTH-1: lines that do not add up to the totals, or whose quantity times rate is not their net."""
    document, stated = case.document, case.stated
    net = sum(line.net for line in document.lines)
    vat = sum(line.vat or 0 for line in document.lines)
    told_vat = any(line.vat is not None for line in document.lines)
    if net != document.net:
        yield _total("the lines' net", net, document.net)
    if told_vat and vat != document.vat:
        yield _total("the lines' VAT", vat, document.vat)
    if document.net + document.vat != document.gross:
        yield _total("net and VAT", document.net + document.vat, document.gross)
    for line in stated.lines:
        if line.quantity is None or line.rate is None:
            continue
        made = line.quantity * line.rate
        if abs(made - line.net) > 1:
            yield Finding(
                code="MTH-1",
                line=line.number,
                outcome="reject",
                expected=f"{line.quantity} times {with_decimals(Fraction(line.rate) / 100, 2)}",
                billed=pounds(line.net),
                money=line.net - int(made),
                rests_on="the document's own sums",
            )


def references(case: Case) -> Iterator[Finding]:
    """REF-1: a line that names no placement of the school, or another school's."""
    for line, stated in zip(case.document.lines, case.stated.lines, strict=True):
        named = stated.placement_ref or stated.agreement_ref or case.stated.agreement_ref
        if _is_known(case, line):
            continue
        other = named is not None and named in case.others_refs
        yield Finding(
            code="REF-1",
            line=line.number,
            outcome="reject" if other else "hold",
            expected="a placement and component of the school's own",
            billed="a reference of another school" if other else "a reference that is missing or unknown",
            money=line.net,
            rests_on="the school's placements",
        )


def bank(case: Case) -> Iterator[Finding]:
    """BNK-1: the document asks to be paid elsewhere than the approved record says; the accounts are never repeated."""
    stated, approved = case.stated.account, case.approved_account
    if stated is None or approved is None or _same_account(stated, approved):
        return
    yield Finding(
        code="BNK-1",
        outcome="block",
        expected="the bank details that two people approved",
        billed="other bank details",
        money=case.document.gross,
        rests_on="the school's approved bank details",
    )


def commitment(case: Case) -> Iterator[Finding]:
    """BUD-1: small differences, each allowed by itself, take a placement over what its year was committed at."""
    if case.document.kind == "credit_note":
        return
    over: Counter[tuple[str, str]] = Counter()
    for line in case.document.lines:
        due = case.due_of(line)
        if due is None or line.placement_ref is None or line.first_day is None:
            continue
        if case.rules.allows(line.net, due.expected):
            over[line.placement_ref, financial_year_name(line.first_day)] += line.net - due.expected
    for (ref, year), pence in sorted(over.items()):
        above = pence + case.tolerated.get((ref, year), 0)
        if pence > 0 and above > case.rules.yearly_pence + case.rules.rounding:
            yield Finding(
                code="BUD-1",
                outcome="step_up",
                expected=f"at most {pounds(case.rules.yearly_pence)} over the charges of {year}",
                billed=f"{pounds(above)} over them",
                money=above,
                rests_on=f"placement {ref}",
            )


def _same_account(stated: StatedAccount, approved: StatedAccount) -> bool:
    """Whether a document's account is the approved one; a British IBAN ends in sort code and account number."""
    wanted = f"{approved.sort_code}{approved.account_number}"
    iban, code, number = (_figures(text) for text in (stated.iban, stated.sort_code, stated.account_number))
    told = [text for text in (iban[-len(wanted) :], code + number) if text]
    return all(text == wanted for text in told)


def _figures(text: str | None) -> str:
    return re.sub(r"[^0-9]", "", text or "")


def _is_split(case: Case, other: Earlier) -> bool:
    """Whether two documents are parts of one invoice that was split over codes.

    They say so themselves, or bear the very same number and day and bill no day of a key twice.
    """
    document = case.document
    whole = {normalised_number(text) for text in (document.number, document.part_of) if text}
    if document.part_of and (other.normalised in whole or normalised_number(other.part_of or "") in whole):
        return True
    if other.part_of and normalised_number(other.part_of) in whole:
        return True
    again = any(before.invoice == other.invoice for due in case.due.values() for before in due.before)
    placed = len(case.due) == len(document.lines)
    return other.number == document.number and other.issued_on == document.issued_on and placed and not again


def _apart(case: Case, other: Earlier) -> bool:
    """Whether both documents state their periods, and these have no day in common."""
    first, last = case.document.first_day, case.document.last_day
    if first is None or last is None or other.first_day is None or other.last_day is None:
        return False
    return last < other.first_day or other.last_day < first


def _is_known(case: Case, line: HeldLine) -> bool:
    if line.agreement_ref not in case.agreements or line.component is None or line.kind is None:
        return False
    if line.kind != "void" and line.placement_ref not in case.placements:
        return False
    return line.first_day is not None and line.last_day is not None


def _total(what: str, made: int, stated: int) -> Finding:
    return Finding(
        code="MTH-1",
        outcome="reject",
        expected=f"{what} add up to {pounds(made)}",
        billed=pounds(stated),
        money=stated - made,
        rests_on="the document's own sums",
    )
