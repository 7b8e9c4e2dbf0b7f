"""Findings on VAT strand no bill: over any history the net is paid as ever, and of the VAT what is right, to the penny.

The measure is an account that the test keeps itself: what each line's VAT should be, worked out from the facts that the
test drew (whether the school is registered, the days, the rate), and what was approved and released of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Event
from invoices import approving, commands, disputing, releasing
from invoices.checks import vat
from invoices.checks.case import Case
from invoices.events import InvoiceChecked, InvoiceReceived, InvoiceReleased
from invoices.facts import BilledDocument, StatedSupplier
from invoices.held import Code, Finding, HeldDocument, LineAmount, LineMatch
from invoices.invoice import INVOICES, Invoice
from invoices.looking_up import as_stated
from invoices.pages.xray import vat_to_query
from invoices.recoverable_vat import recoverable_vat
from invoices.rest import held_beside, to_be_paid
from invoices.rules import NO_RULES_SET
from invoices.supplier import Recorded, Supplier
from tests.examples import examples
from tests.golden_events.examples_of_invoices import DOCUMENT, LINE

URN, KEY, FIRST = 900001, "b" * 32, date(2026, 9, 1)
RIGHT_NUMBER, WRONG_NUMBER = "GB123456782", "GB123456789"
BEFORE_VAT = date(2024, 9, 1)


class Drawn(NamedTuple):
    """A line as the test drew it: pence, the pence of VAT above its rate, whether it is too early, and what is owed."""

    net: int
    above: int
    early: bool
    owed: int


@st.composite
def drawn_lines(draw: st.DrawFn) -> list[Drawn]:
    """A few lines, most of them right; small amounts, whose VAT is rounded at every step."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        net = draw(st.integers(20, 300))
        above = draw(st.sampled_from([0, 0, 0, 2, 17]))
        owed = draw(st.sampled_from([net, net, net, net - 7]))
        found.append(Drawn(net, above, draw(st.integers(0, 3)) == 0, owed))
    return found


def at_a_fifth(net: int) -> int:
    """VAT at 20% to the nearest penny, halves to the even one, as `round` has it."""
    return round(Fraction(net, 5))


def held_document(lines: Sequence[Drawn], number: str | None, *, credit: bool) -> HeldDocument:
    """The bill of some lines."""
    held = tuple(
        replace(
            LINE,
            number=place,
            net=one.net,
            vat=at_a_fifth(one.net) + one.above,
            vat_rate=Decimal(20),
            first_day=BEFORE_VAT if one.early else FIRST,
        )
        for place, one in enumerate(lines, 1)
    )
    net, whole = sum(one.net for one in lines), sum(one.vat or 0 for one in held)
    kind = "credit_note" if credit else "invoice"
    return replace(DOCUMENT, kind=kind, vat_number=number, lines=held, net=net, vat=whole, gross=net + whole)


def found_of(document: HeldDocument, *, registered: bool, settled: bool) -> tuple[Finding, ...]:
    """What the checks of VAT find of a bill."""
    recorded = Recorded(None, RIGHT_NUMBER, None, None) if registered else Recorded(None, None, None, None)
    stated: BilledDocument = replace(as_stated(document), supplier=StatedSupplier(name="Larkfield", urn=URN))
    case = Case(
        invoice=KEY, provider_urn=URN, stated=stated, document=document, sha256=None, rules=NO_RULES_SET,
        supplier=Supplier(URN, {BEFORE_VAT: recorded}), approved_account=None, group=frozenset({URN}), earlier=(),
        agreements={}, placements={}, others_refs=frozenset(), due={}, vat_number_settled=settled,
    )  # fmt: skip
    return tuple(one for check in (vat.registration, vat.too_early, vat.arithmetic) for one in check(case))


class Bill(RuleBasedStateMachine):
    """What a school and the council do with one bill whose VAT may be wrong, in any order."""

    @initialize(
        lines=drawn_lines(),
        registered=st.booleans(),
        number=st.sampled_from([None, RIGHT_NUMBER, RIGHT_NUMBER, WRONG_NUMBER]),
        credit=st.sampled_from([False, False, False, True]),
    )
    def begin(self, lines: list[Drawn], number: str | None, *, registered: bool, credit: bool) -> None:
        """The bill comes in and is checked."""
        self.lines = dict(enumerate(lines, 1))
        self.registered, self.number_is_right = registered, number != WRONG_NUMBER
        self.sign = -1 if credit else 1
        self.document = held_document(lines, number, credit=credit)
        self.day, self.numbers = FIRST, count(1)
        self.runs: dict[str, tuple[int, int]] = {}
        self.settled_away = dict.fromkeys(self.lines, 0)
        received = InvoiceReceived(
            effective_on=FIRST, invoice=KEY, provider_urn=URN, source="file", document=self.document, sha256=None,
            expected_at=1,
        )  # fmt: skip
        made = INVOICES.fold([received])
        assert made is not None
        self.invoice: Invoice = made
        self.check_again()

    def take(self, events: Sequence[Event]) -> None:
        """The bill after some events; days go by."""
        self.invoice = INVOICES.fold(events, self.invoice) or self.invoice
        self.day += timedelta(days=1)

    def right_vat(self, line: int) -> int:
        """What a line's VAT should be, by the facts that were drawn."""
        one = self.lines[line]
        if not self.registered or not self.number_is_right or one.early:
            return 0
        return at_a_fifth(one.net)

    @rule()
    def check_again(self) -> None:
        """Every check is made with what is known now; the price is checked too, by what the test says is owed."""
        findings = found_of(self.document, registered=self.registered, settled=self.invoice.vat_number_settled)
        matches = tuple(
            LineMatch(number=line, expected=one.owed, payable=one.owed, first_day=FIRST, last_day=FIRST)
            for line, one in self.lines.items()
        )
        self.take([InvoiceChecked(effective_on=self.day, expected_at=1, findings=findings, matches=matches)])

    @rule()
    def the_school_is_registered(self) -> None:
        """The school sends its VAT number and the council records it; the bill is not checked yet."""
        self.registered = True

    @rule(choice=st.integers(0, 100), code=st.sampled_from(["VAT-1", "VAT-2", "VAT-3", "VAT-4"]), whole=st.booleans())
    def query_vat(self, choice: int, code: Code, *, whole: bool) -> None:
        """VAT is put to the school: that of a line, or all that can be."""
        offered = vat_to_query(self.invoice)
        if not offered:
            return
        line = sorted(offered)[choice % len(offered)]
        chosen = offered if whole else {line: offered[line]}
        self.query((), tuple(LineAmount(line=one, pence=pence) for one, pence in chosen.items()), code)

    @rule(line=st.integers(1, 3), pence=st.integers(1, 40))
    def query_net(self, line: int, pence: int) -> None:
        """Some of a line's net is put to the school."""
        self.query((LineAmount(line=line, pence=pence),), (), "RTE-1")

    def query(self, amounts: tuple[LineAmount, ...], of_vat: tuple[LineAmount, ...], code: Code) -> None:
        """Puts amounts to the school, if there is so much left."""
        command = commands.QueryLines(invoice=KEY, code=code, amounts=amounts, vat=of_vat)
        try:
            self.take(disputing.decide_query(command, self.invoice, self.day))
        except Refused:
            assert not of_vat, "what a page offers can be asked"

    @rule(owed=st.booleans())
    def settle(self, *, owed: bool) -> None:
        """The oldest open query ends with all of it owed or nothing; the school may have put its number right."""
        query = next((one for one in self.invoice.queries if one.settled_on is None), None)
        if query is None:
            return
        if owed and query.vat and query.code == "VAT-1":
            self.number_is_right = True
        for line, pence in query.vat.items():
            self.settled_away[line] += 0 if owed else pence
        command = commands.SettleQuery(
            invoice=KEY,
            query=query.number,
            owed=tuple(LineAmount(line=line, pence=pence) for line, pence in query.amounts.items()) if owed else (),
            owed_vat=tuple(LineAmount(line=line, pence=pence) for line, pence in query.vat.items()) if owed else (),
        )
        self.take(disputing.decide_settlement(command, self.invoice, self.day))
        self.check_again()

    @rule()
    def approve(self) -> None:
        """Whatever can be is approved."""
        if self.invoice.is_payable:
            self.take(approving.decide_approval(self.invoice, 1, (), self.day))

    @rule()
    def release(self) -> None:
        """What waits goes into a run and is paid."""
        if not self.invoice.waits_for_a_run:
            return
        run = f"{next(self.numbers):032x}"
        (event,) = releasing.decide_release(self.invoice, run, len(self.runs) + 1, self.day)
        assert isinstance(event, InvoiceReleased)
        self.runs[run] = (event.net, event.vat)
        self.take([event])
        self.take(releasing.decide_payment(self.invoice, run, self.day, ""))

    @invariant()
    def no_more_is_approved_than_is_owed_with_right_vat(self) -> None:
        """Of each line no more net than it should be, and with that no more VAT than is right."""
        for line, one in self.lines.items():
            net, approved = self.invoice.approved.get(line, 0), self.invoice.vat_approved.get(line, 0)
            assert net <= one.owed
            assert approved <= Fraction(self.right_vat(line) * net, one.net) + Fraction(1, 2)

    @invariant()
    def what_is_undisputed_is_never_stranded(self) -> None:
        """The net is payable whatever is found of the VAT; whatever is open can be approved, asked, or settled."""
        if self.invoice.is_open:
            asked = any(query.settled_on is None for query in self.invoice.queries)
            left = any(self.invoice.undecided_of(line) > 0 for line in self.document.lines)
            assert self.invoice.is_payable or asked or left or vat_to_query(self.invoice)
        else:
            assert not self.invoice.held_vat
            assert self.invoice.status in ("approved", "released", "paid", "rest_to_approve", "settled")
        disputed, not_owed, *_ = self.invoice.disputes
        for line, one in self.lines.items():
            most = min(one.owed, one.net - disputed.get(line, 0) - not_owed.get(line, 0))
            approved = self.invoice.approved.get(line, 0)
            assert self.invoice.payable.get(line, 0) == max(most - approved, 0)

    @invariant()
    def every_penny_is_somewhere(self) -> None:
        """What is billed is paid, to be paid, held, disputed or settled as not owed, and in nothing twice."""
        disputes = self.invoice.disputes
        for line in self.document.lines:
            known = (disputes.disputed, disputes.not_owed, self.invoice.approved, self.invoice.payable)
            assert sum(part.get(line.number, 0) for part in known) <= line.net
        paid = sum(net + of_vat for net, of_vat in self.runs.values())
        assert self.invoice.paid_gross == paid
        waiting = sum(releasing.amount_waiting(self.invoice))
        approved = sum(self.invoice.approved.values()) + self.invoice.approved_vat
        assert paid + waiting == self.sign * approved
        whole = abs(paid) + to_be_paid(self.invoice) + held_beside(self.invoice) + disputes.pence
        assert whole <= self.document.gross

    def teardown(self) -> None:
        """In the end: asked, answered and settled by the facts, the bill closes, and what is right of it was paid."""
        if not hasattr(self, "invoice"):
            return
        for _ in range(20):
            if not self.invoice.is_open:
                break
            self.next_action()
        assert not self.invoice.is_open, "there was always something to do, and it came to an end"
        self.approve()
        self.release()
        net, of_vat = (sum(parts) for parts in zip(*self.runs.values(), strict=True)) if self.runs else (0, 0)
        assert (net, of_vat) == (self.sign * sum(self.invoice.approved.values()), self.sign * self.invoice.approved_vat)
        for line, one in self.lines.items():
            approved = self.invoice.approved.get(line, 0)
            right = Fraction(self.right_vat(line) * approved, one.net)
            paid = self.invoice.vat_approved.get(line, 0)
            assert right - self.settled_away[line] - Fraction(1, 2) <= paid <= right + Fraction(1, 2)
        assert recoverable_vat(self.invoice) == self.invoice.approved_vat

    def next_action(self) -> None:
        """Does whatever is next: approve and pay, settle what is asked as it is, check again, or ask."""
        self.check_again()
        if self.invoice.is_payable:
            self.approve()
            self.release()
            return
        query = next((one for one in self.invoice.queries if one.settled_on is None), None)
        if query is not None:
            unregistered = query.code == "VAT-1" and not self.registered
            too_much = query.code in ("VAT-2", "VAT-3") or bool(query.amounts)
            self.settle(owed=not (unregistered or too_much))
            return
        if offered := vat_to_query(self.invoice):
            line = next(iter(offered))
            found = [one.code for one in self.invoice.findings if one.line in (line, None)]
            amounts = (LineAmount(line=line, pence=offered[line]),)
            wholly = [code for code in found if code == "VAT-2"] or found
            self.query((), amounts, wholly[0] if wholly else "VAT-4")
            return
        for line in self.document.lines:
            if (left := self.invoice.undecided_of(line)) > 0:
                self.query((LineAmount(line=line.number, pence=left),), (), "RTE-1")
                return


def test_findings_on_vat_strand_no_bill() -> None:
    """Over any history of checks, queries, answers, approvals and runs."""
    run_state_machine_as_test(Bill, settings=settings(examples(250), stateful_step_count=14))
