"""Checks of VAT, line by line: VAT-1 to VAT-4. VAT is no cost to the council, but what is wrong cannot be recovered.

What they hold is VAT alone: the net of the same lines is paid as it is matched (line_vat.py).
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from commissioning.web.words import day, number, pounds
from invoices.checks.case import Case
from invoices.checks.vat_number import is_vat_number, normalised_vat_number
from invoices.held import Code, Finding, HeldLine

VAT_ON_FEES_FROM = date(2025, 1, 1)
"""Since this day the fees of private schools carry VAT, those of funded places too."""


def registration(case: Case) -> Iterator[Finding]:
    """VAT-1: VAT is charged by a school without a VAT number, or under one whose check digits are wrong.

    Once a query about it has ended with VAT owed, the number that the document states was put right by the school.
    """
    if not any(line.vat for line in case.document.lines):
        return
    recorded = case.supplier.on(case.document.issued_on).vat_number
    stated = None if case.vat_number_settled else case.document.vat_number
    wrong = stated is not None and not is_vat_number(stated)
    differs = stated is not None and recorded is not None and _other(stated, recorded)
    if recorded is not None and not wrong and not differs:
        return
    said = "a number whose check digits are wrong" if wrong else "another number than is recorded" if differs else ""
    yield Finding(
        code="VAT-1",
        outcome="hold",
        expected="the VAT number that is recorded of the school",
        billed=said or "VAT by a school that is not recorded as registered",
        money=case.document.vat,
        rests_on="the school's VAT registration",
    )


def too_early(case: Case) -> Iterator[Finding]:
    """VAT-2: VAT on days before school fees carried any."""
    for line in case.document.lines:
        if line.vat and line.first_day is not None and line.first_day < VAT_ON_FEES_FROM:
            yield _about(line, "VAT-2", f"no VAT before {day(VAT_ON_FEES_FROM)}", pounds(line.vat), line.vat)


def arithmetic(case: Case) -> Iterator[Finding]:
    """VAT-3: a line's VAT is not its rate times its net, to a penny."""
    for line in case.document.lines:
        if line.vat is None or line.vat_rate is None:
            continue
        made = Fraction(line.vat_rate) / 100 * line.net
        if abs(made - line.vat) > 1:
            said = f"{number(line.vat_rate, 2)}% of {pounds(line.net)}, {pounds(round(made))}"
            yield _about(line, "VAT-3", said, pounds(line.vat), line.vat - round(made))


def treatment(case: Case) -> Iterator[Finding]:
    """VAT-4: a line's VAT falls in another way than is recorded of the school on its days."""
    for line in case.document.lines:
        recorded = case.supplier.on(line.first_day or case.document.issued_on)
        if line.vat_category is None or recorded.vat_category is None:
            continue
        if line.vat_category != recorded.vat_category:
            yield Finding(
                code="VAT-4",
                line=line.number,
                outcome="warn",
                expected=f"category {recorded.vat_category}",
                billed=f"category {line.vat_category}",
                money=line.vat or 0,
                rests_on="the school's VAT treatment",
            )


def _about(line: HeldLine, code: Code, expected: str, billed: str, money: int) -> Finding:
    return Finding(
        code=code,
        line=line.number,
        outcome="hold",
        expected=expected,
        billed=billed,
        money=money,
        rests_on="the law on VAT of school fees" if code == "VAT-2" else "the line's own rate",
    )


def _other(one: str, other: str) -> bool:
    return normalised_vat_number(one).removeprefix("GB") != normalised_vat_number(other).removeprefix("GB")
