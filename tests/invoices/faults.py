"""One fault of every kind, at random: what is broken in a right invoice, and the findings that this must give.

Each fault takes the school, its right document and Hypothesis' dice, and works out by itself what is expected, what is
billed and the money between, from what it broke: nothing is copied from what the product answers.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from hypothesis import assume
from hypothesis import strategies as st

from commissioning.ledger.work import UnitOfWork
from invoices.commands import SetInvoiceRules
from invoices.facts import BilledDocument, BilledLine, StatedAccount
from providers.bank.sealing import change_of, checked
from tests.invoices.office import BLOCK, FENSIDE
from tests.invoices.random_school import (
    RandomSchool,
    changed_line,
    in_pounds,
    in_words,
    taxed,
    with_totals,
)

DAY = date(2026, 9, 1)
"""In the period that is billed, unless a fault says another."""
_OWN = "a placement and component of the school's own"


class Wanted(NamedTuple):
    """A finding that a fault must give."""

    line: int | None
    outcome: str
    expected: str
    billed: str
    money: int


class Broken(NamedTuple):
    """A document with one fault, and what must be found of it; no more and no less. `sha256` is its file's."""

    document: BilledDocument
    wanted: tuple[Wanted, ...]
    sha256: str | None = None


Draw = Callable[[st.SearchStrategy[int]], int]
Fault = Callable[[RandomSchool, BilledDocument, Draw], Broken]


def one_of(lines: list[BilledLine], draw: Draw) -> BilledLine:
    """One of some lines."""
    return lines[draw(st.integers(0, len(lines) - 1))]


def of_component(stated: BilledDocument, component: str, draw: Draw) -> BilledLine:
    """A line of a component that says how much of what it bills."""
    fitting = [line for line in stated.lines if line.component == component and line.quantity is not None]
    assume(fitting)
    return one_of(fitting, draw)


def other_amount(_school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """RTE-1: a line is dearer or cheaper than its charge, and says no quantity."""
    line = one_of(list(stated.lines), draw)
    more = draw(st.integers(2, 500_000)) * (1 if draw(st.integers(0, 3)) else -1)
    document = changed_line(stated, line.number, quantity=None, rate=None, **taxed(line, line.net + more))
    outcome = "dispute" if more > 0 else "warn"
    return Broken(document, (Wanted(line.number, outcome, in_pounds(line.net), in_pounds(line.net + more), more),))


def other_rate(_school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """RTE-1: a week is dearer than agreed, and the line says so."""
    line = of_component(stated, "therapy", draw)
    assert line.quantity is not None
    assert line.rate is not None
    rate = line.rate + draw(st.integers(100, 20_000))
    net = int((line.quantity * rate).quantize(Decimal(1), ROUND_HALF_UP))
    said = (f"{in_pounds(round(line.rate))} a week", f"{in_pounds(round(rate))} a week")
    document = changed_line(stated, line.number, rate=rate, **taxed(line, net))
    return Broken(document, (Wanted(line.number, "dispute", *said, net - line.net),))


def other_quantity(stated: BilledDocument, line: BilledLine, more: int, outcome: str) -> Broken:
    """A line bills some units more."""
    assert line.quantity is not None
    assert line.rate is not None
    quantity = line.quantity + more
    net = int((quantity * line.rate).quantize(Decimal(1), ROUND_HALF_UP))
    said = (f"{_quantity(line.quantity)} {line.unit}s", f"{_quantity(quantity)} {line.unit}s")
    document = changed_line(stated, line.number, quantity=quantity, **taxed(line, net))
    return Broken(document, (Wanted(line.number, outcome, *said, net - line.net),))


def more_weeks(_school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """PRD-1: a line bills more weeks than the calendar has."""
    return other_quantity(stated, of_component(stated, "therapy", draw), draw(st.integers(1, 8)), "dispute")


def more_hours(_school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """HRS-1: a line bills more hours than are agreed."""
    return other_quantity(stated, of_component(stated, "support", draw), draw(st.integers(1, 60)), "hold")


def left_before(school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """PLC-1: the pupil had left before the last day that is billed, as is learnt only after the bill."""
    ref = one_of(list(stated.lines), draw).placement_ref
    left_on = DAY + timedelta(draw(st.integers(3, 24)))
    school.change(str(ref), end_on=left_on)
    now = {line.key.component: line.net for line in school.expected(DAY).lines if line.key.placement_ref == ref}
    wanted = [
        Wanted(
            line.number, "hold", "days on which the placement is live", f"left on {in_words(left_on)}",
            line.net - now.get(str(line.component), 0),
        )
        for line in stated.lines
        if line.placement_ref == ref and line.net > now.get(str(line.component), 0) + 1
    ]  # fmt: skip
    return Broken(stated, tuple(wanted))


def signed_late(school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """PLC-2: the signature is recorded as after the first day."""
    ref = one_of(list(stated.lines), draw).placement_ref
    signed_on = school.terms.start_on + timedelta(draw(st.integers(20, 200)))
    school.change(str(ref), signed_on=signed_on)
    wanted = [
        Wanted(
            line.number, "hold", f"signed by {in_words(line.first_day)}", f"signed on {in_words(signed_on)}", line.net
        )
        for line in stated.lines
        if line.placement_ref == ref and line.first_day
    ]
    return Broken(stated, tuple(wanted))


def same_number(school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """DUP-1: the number was used before, written otherwise."""
    first = school.document(date(2027, 5, 4), "INV-0042")
    school.receive(first)
    written = ("inv 42", "INV/00042.", "Inv-042")[draw(st.integers(0, 2))]
    said = ("a number that was not used before", f"{written}, as INV-0042 of 4 May 2027")
    return Broken(replace(stated, number=written), (Wanted(None, "block", *said, stated.gross),))


def same_file(school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """DUP-2: the very same file came before."""
    sha256 = f"{draw(st.integers(0, 10**9)):064x}"
    school.receive(school.document(date(2027, 5, 4), "INV-0042"), sha256)
    said = ("a file that was not sent before", "the file of invoice INV-0042")
    return Broken(stated, (Wanted(None, "block", *said, stated.gross),), sha256)


def billed_again(school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """DUP-3: a line bills days that another invoice bills already."""
    line = one_of(list(stated.lines), draw)
    school.receive(with_totals(replace(stated, number="INV-0042", lines=(replace(line, number=1),))))
    assert line.first_day is not None
    assert line.last_day is not None
    said = ("days that invoice INV-0042 does not bill",
            f"{in_words(line.first_day)} to {in_words(line.last_day)} again")  # fmt: skip
    return Broken(stated, (Wanted(line.number, "hold", *said, line.net),))


def same_amount(school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """DUP-4: another number for the same amount not long ago, and one of the two states no period."""
    other = replace(school.document(date(2027, 5, 4), "INV-0042"), first_day=None, last_day=None)
    line = other.lines[0]
    more = stated.gross - other.gross
    other = changed_line(other, line.number, quantity=None, rate=None, net=line.net + more, vat=line.vat)
    issued_on = stated.issued_on + timedelta(draw(st.integers(-45, 45)))
    school.receive(replace(other, issued_on=issued_on))
    said = ("an amount that was not billed before",
            f"{in_pounds(stated.gross)}, as invoice INV-0042 of {in_words(issued_on)}")  # fmt: skip
    return Broken(stated, (Wanted(None, "warn", *said, stated.gross),))


def outside_the_period(_school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """PRD-2: the document states a period that its lines reach out of."""
    first = min(line.first_day for line in stated.lines if line.first_day) + timedelta(draw(st.integers(1, 12)))
    last = max(line.last_day for line in stated.lines if line.last_day)
    wanted = [
        Wanted(
            line.number, "warn", f"{in_words(first)} to {in_words(last)}",
            f"{in_words(line.first_day)} to {in_words(line.last_day)}", 0,
        )
        for line in stated.lines
        if line.first_day and line.last_day and line.first_day < first
    ]  # fmt: skip
    return Broken(replace(stated, first_day=first, last_day=last), tuple(wanted))


def vat_unregistered(_school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """VAT-1: VAT by a school that is not recorded as registered."""
    line = one_of(list(stated.lines), draw)
    rate = Decimal(draw(st.integers(1, 20)))
    vat = round(line.net * rate / 100)
    document = changed_line(stated, line.number, vat_category="S", vat_rate=rate, vat=vat)
    said = ("the VAT number that is recorded of the school", "VAT by a school that is not recorded as registered")
    return Broken(document, (Wanted(None, "hold", *said, vat),))


def wrong_vat_number(_school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """VAT-1: the VAT number's check digits are wrong by a figure."""
    place = draw(st.integers(2, 10))
    number = "GB123456782"
    figure = (int(number[place]) + draw(st.integers(1, 9))) % 10
    wrong = f"{number[:place]}{figure}{number[place + 1 :]}"
    added = (int(wrong[place]) - int(number[place])) * (8, 7, 6, 5, 4, 3, 2, 10, 1)[place - 2]
    is_one = (added + 55) % 97 == 0  # of the newer series, where the recorded number is of the older
    billed = "another number than is recorded" if is_one else "a number whose check digits are wrong"
    said = ("the VAT number that is recorded of the school", billed)
    document = replace(stated, supplier=replace(stated.supplier, vat_number=wrong))
    return Broken(document, (Wanted(None, "hold", *said, stated.vat),))


def vat_too_early(_school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """VAT-2: VAT on days before school fees carried any."""
    line = one_of(list(stated.lines), draw)
    vat = round(line.net * Decimal(20) / 100)
    document = changed_line(stated, line.number, vat_rate=Decimal(20), vat=vat)
    return Broken(document, (Wanted(line.number, "hold", "no VAT before 1 January 2025", in_pounds(vat), vat),))


def wrong_vat(_school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """VAT-3: a line's VAT is not its rate times its net."""
    line = one_of(list(stated.lines), draw)
    assert line.vat is not None
    more = draw(st.integers(2, 5_000)) * (1 if draw(st.integers(0, 1)) else -1)
    document = changed_line(stated, line.number, vat=line.vat + more)
    said = (f"20% of {in_pounds(line.net)}, {in_pounds(line.vat)}", in_pounds(line.vat + more))
    return Broken(document, (Wanted(line.number, "hold", *said, more),))


def other_treatment(_school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """VAT-4: a line says another category than is recorded."""
    line = one_of(list(stated.lines), draw)
    category = ("Z", "O", "AE")[draw(st.integers(0, 2))]
    document = changed_line(stated, line.number, vat_category=category)
    return Broken(document, (Wanted(line.number, "warn", "category E", f"category {category}", 0),))


def wrong_total(_school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """MTH-1: the total is not what net and VAT come to."""
    more = draw(st.integers(1, 90_000)) * (1 if draw(st.integers(0, 1)) else -1)
    said = (f"net and VAT add up to {in_pounds(stated.gross)}", in_pounds(stated.gross + more))
    return Broken(replace(stated, gross=stated.gross + more), (Wanted(None, "reject", *said, more),))


def unknown_placement(_school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """REF-1: a line names a placement that nobody knows."""
    line = one_of(list(stated.lines), draw)
    document = changed_line(stated, line.number, placement_ref=f"NONE-{draw(st.integers(1, 999))}")
    said = (_OWN, "a reference that is missing or unknown")
    return Broken(document, (Wanted(line.number, "hold", *said, line.net),))


def another_school_s(_school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """REF-1: a line names another school's placement."""
    line = one_of(list(stated.lines), draw)
    document = changed_line(stated, line.number, placement_ref="PL-1", agreement_ref=BLOCK)
    return Broken(document, (Wanted(line.number, "reject", _OWN, "a reference of another school", line.net),))


def other_account(school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """BNK-1: the document asks to be paid elsewhere than two people approved."""

    def approved(work: UnitOfWork) -> None:
        plain = checked({"account_name": "Fenside", "sort_code": "01-02-03", "account_number": "00000001"})
        work.two_people = True
        work.execute(change_of(work.vault, FENSIDE, plain, None))

    school.office.ledger.run(approved, command_id="bank", digest="bank", account="f.clerk")
    asked = StatedAccount(sort_code="010203", account_number=f"{draw(st.integers(2, 99_999_999)):08d}")
    said = ("the bank details that two people approved", "other bank details")
    return Broken(replace(stated, account=asked), (Wanted(None, "block", *said, stated.gross),))


def beyond_the_year(school: RandomSchool, stated: BilledDocument, draw: Draw) -> Broken:
    """BUD-1: a line is within its tolerance, and with it the placement's year is not."""
    line = one_of([one for one in stated.lines if one.net > 20_000], draw)
    above = draw(st.integers(102, 200))
    rules = SetInvoiceRules(line_pct=Decimal(1), line_pence=200, yearly_pence=100, finance_up_to=10**9)
    school.office.do("a.head", rules)
    document = changed_line(stated, line.number, quantity=None, rate=None, **taxed(line, line.net + above))
    said = ("at most £1.00 over the charges of 2026/27", f"{in_pounds(above)} over them")
    return Broken(document, (Wanted(None, "step_up", *said, above),))


def _quantity(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
    return f"{rounded:,f}"


def crosses_the_year(_school: RandomSchool, stated: BilledDocument, _draw: Draw) -> Broken:
    """PRD-1: a term that reaches across 31 March, which finance must split."""
    wanted = [
        Wanted(line.number, "warn", "days of one financial year",
               f"{in_words(line.first_day)} to {in_words(line.last_day)}", 0)
        for line in stated.lines
        if line.first_day and line.last_day and line.first_day <= date(2027, 3, 31) < line.last_day
    ]  # fmt: skip
    return Broken(stated, tuple(wanted))
