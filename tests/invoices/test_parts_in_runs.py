"""Parts of an invoice in payment runs: over any history what was released is what was approved, to the penny of VAT.

The measure is a plain account of pence by line that the test keeps itself. What is approved is held against the charges
in the histories of whole ledgers (test_any_history.py); here the charges are the lines.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Event
from invoices import approving, commands, disputing, releasing
from invoices.events import InvoiceChecked, InvoiceReceived, InvoiceReleased
from invoices.held import HeldDocument, LineAmount, LineMatch
from invoices.invoice import INVOICES, Invoice
from invoices.numbers import normalised_number
from tests.examples import examples
from tests.golden_events.examples_of_invoices import DOCUMENT, LINE

FIRST = date(2026, 9, 1)
KEY = "a" * 32
PENCE = st.integers(1, 60)
"""Small amounts, whose VAT is rounded at every step."""
LINES = st.lists(st.tuples(st.integers(100, 300), st.integers(0, 61)), min_size=1, max_size=3)


def invoice_of(lines: list[tuple[int, int]], *, credit: bool) -> Invoice:
    """An invoice that was received and found right: the net of each line and its VAT in pence."""
    held = tuple(
        replace(LINE, number=number, net=net, vat=vat, vat_rate=Decimal(20))
        for number, (net, vat) in enumerate(lines, 1)
    )
    net, vat = sum(net for net, _ in lines), sum(vat for _, vat in lines)
    document: HeldDocument = replace(
        DOCUMENT, kind="credit_note" if credit else "invoice", lines=held, net=net, vat=vat, gross=net + vat
    )
    received = InvoiceReceived(
        effective_on=FIRST, invoice=KEY, provider_urn=900001, source="file", document=document, sha256=None,
        expected_at=1,
    )  # fmt: skip
    matches = tuple(
        LineMatch(number=one.number, expected=one.net, payable=one.net, first_day=FIRST, last_day=FIRST) for one in held
    )
    checked = InvoiceChecked(effective_on=FIRST, expected_at=1, findings=(), matches=matches)
    made = INVOICES.fold([received, checked])
    assert made is not None
    return made


class Parts(RuleBasedStateMachine):
    """What people do with one invoice, in any order, beside a plain account of it."""

    @initialize(
        lines=LINES,
        disputed=st.lists(st.tuples(st.integers(1, 3), PENCE), min_size=2, max_size=6),
        credit=st.booleans(),
    )
    def begin(self, lines: list[tuple[int, int]], disputed: list[tuple[int, int]], *, credit: bool) -> None:
        """The invoice is received and some of it disputed; nothing is approved, and no run has anything."""
        self.invoice = invoice_of(lines, credit=credit)
        self.sign = -1 if credit else 1
        self.billed = dict(enumerate(lines, 1))
        self.standing: dict[str, tuple[int, int]] = {}
        self.paid: set[str] = set()
        self.numbers, self.day = count(1), FIRST
        for line, pence in disputed:
            self.query(line, pence)

    def take(self, events: list[Event]) -> None:
        """The invoice after some events; days go by."""
        self.invoice = INVOICES.fold(events, self.invoice) or self.invoice
        self.day += timedelta(days=1)

    @rule(line=st.integers(1, 3), pence=PENCE)
    def query_a_line(self, line: int, pence: int) -> None:
        """Some pence of a line are disputed."""
        self.query(line, pence)

    def query(self, line: int, pence: int) -> None:
        """Some pence of a line are disputed, if there are so many left."""
        command = commands.QueryLines(invoice=KEY, code="RTE-1", amounts=(LineAmount(line=line, pence=pence),))
        try:
            self.take(disputing.decide_query(command, self.invoice, self.day))
        except Refused:
            return

    @rule(part=st.sampled_from([0, 60, 100, 100]))
    def settle_and_release(self, part: int) -> None:
        """The oldest open query ends, and what is owed is approved and goes into a run at once."""
        self.settle(part)
        self.approve()
        self.release()

    @rule(part=st.integers(0, 100))
    def settle(self, part: int) -> None:
        """The oldest open query ends with a part of it owed, per cent."""
        for query in self.invoice.queries:
            if query.settled_on is None:
                owed = tuple(LineAmount(line=line, pence=most * part // 100) for line, most in query.amounts.items())
                command = commands.SettleQuery(invoice=KEY, query=query.number, owed=owed)
                self.take(disputing.decide_settlement(command, self.invoice, self.day))
                return

    @rule()
    def approve(self) -> None:
        """Whatever can be is approved."""
        if self.invoice.payable:
            self.take(approving.decide_approval(self.invoice, 1, (), self.day))

    @rule()
    def release(self) -> None:
        """What waits goes into a run; its own event says for how much."""
        if not self.invoice.waiting:
            return
        run = f"{next(self.numbers):032x}"
        number = self.invoice.number
        taken = {normalised_number(releasing.number_of_part(number, one.part)) for one in self.invoice.releases}
        part = releasing.free_part(self.invoice, taken)
        events = releasing.decide_release(self.invoice, run, part, self.day)
        (event,) = events
        assert isinstance(event, InvoiceReleased)
        self.standing[run] = (event.net, event.vat)
        self.take(events)

    @rule(choice=st.integers(0, 100))
    def reverse(self, choice: int) -> None:
        """A run is taken back, unless it was paid."""
        if not self.standing:
            return
        run = sorted(self.standing)[choice % len(self.standing)]
        try:
            self.take(releasing.decide_reversal(self.invoice, run, self.day))
        except Refused:
            assert run in self.paid
            return
        assert run not in self.paid
        del self.standing[run]

    @rule(choice=st.integers(0, 100))
    def pay(self, choice: int) -> None:
        """A run is paid."""
        if self.standing:
            run = sorted(self.standing)[choice % len(self.standing)]
            self.take(releasing.decide_payment(self.invoice, run, self.day, ""))
            self.paid.add(run)

    @invariant()
    def what_is_released_and_what_waits_is_what_was_approved(self) -> None:
        """Each line, and its VAT, is in the runs and in what waits exactly once; never more than it bills."""
        released: Counter[int] = Counter()
        for one in self.invoice.releases:
            released.update(one.amounts)
        released.update(self.invoice.waiting)
        assert +released == +Counter(self.invoice.approved)
        assert all(pence <= self.billed[line][0] for line, pence in released.items())
        net = self.sign * sum(self.invoice.approved.values())
        vat = self.sign * self.invoice.approved_vat
        waiting = releasing.amount_waiting(self.invoice)
        assert sum(one for one, _ in self.standing.values()) + waiting[0] == net
        assert sum(one for _, one in self.standing.values()) + waiting[1] == vat

    @invariant()
    def each_part_stands_as_it_was_released(self) -> None:
        """What happens to one run leaves every other as it is, under a number of its own."""
        parts = {
            one.run: (self.sign * sum(one.amounts.values()), self.sign * sum(one.vat.values()))
            for one in self.invoice.releases
        }
        assert parts == self.standing
        numbers = [one.part for one in self.invoice.releases]
        assert len(set(numbers)) == len(numbers)
        assert {one.run for one in self.invoice.releases if one.paid_on} == self.paid

    def teardown(self) -> None:
        """In the end each query is settled as owed and released by itself: the parts come to the whole invoice."""
        if not hasattr(self, "invoice"):
            return
        not_owed = sum(self.invoice.disputes.not_owed.values())
        self.approve()
        self.release()
        while any(query.settled_on is None for query in self.invoice.queries):
            self.settle_and_release(100)
        self.what_is_released_and_what_waits_is_what_was_approved()
        net, vat = (sum(amounts) for amounts in zip(*self.standing.values(), strict=True)) if self.standing else (0, 0)
        assert self.sign * net == sum(net for net, _ in self.billed.values()) - not_owed
        if not not_owed:
            assert self.sign * vat == sum(vat for _, vat in self.billed.values())
        assert not self.invoice.is_open


def test_what_was_released_is_what_was_approved() -> None:
    """Over any history of disputes, approvals, runs, payments and runs taken back."""
    run_state_machine_as_test(Parts, settings=settings(examples(120), stateful_step_count=12))


@given(asked=st.integers(0, 20), settled=st.integers(0, 40), before=st.booleans(), owed=st.integers(1, 100))
def test_the_clock_stands_still_for_what_was_disputed_alone(
    asked: int, settled: int, owed: int, *, before: bool
) -> None:
    """The rest of a line has the days of its query more; released together with the undisputed it has none."""
    invoice = invoice_of([(200, 40)], credit=False)
    query = commands.QueryLines(invoice=KEY, code="RTE-1", amounts=(LineAmount(line=1, pence=100),))
    settlement = commands.SettleQuery(invoice=KEY, query=1, owed=(LineAmount(line=1, pence=owed),))
    on, until = FIRST + timedelta(asked), FIRST + timedelta(asked + settled)

    def after(events: list[Event]) -> Invoice:
        found = INVOICES.fold(events, invoice)
        assert found is not None
        return found

    invoice = after(disputing.decide_query(query, invoice, on))
    if before:
        invoice = after(approving.decide_approval(invoice, 1, (), on))
        invoice = after(releasing.decide_release(invoice, "1" * 32, 1, on))
        assert invoice.due_on is None
    invoice = after(disputing.decide_settlement(settlement, invoice, until))
    assert invoice.due_on == FIRST + timedelta(30 + (settled if before else 0))
    invoice = after(approving.decide_approval(invoice, 1, (), until))
    invoice = after(releasing.decide_release(invoice, "2" * 32, 2, until))
    assert invoice.releases[-1].stood_still == (settled if before else 0)


def test_parts_share_the_vat_of_a_line_to_the_penny() -> None:
    """Three parts of a penny each, of a line with a penny of VAT: one of them has it."""
    machine = Parts()
    machine.begin([(3, 1)], [(1, 1), (1, 1)], credit=False)
    machine.approve()
    machine.release()
    machine.settle_and_release(100)
    machine.settle_and_release(100)
    assert sorted(machine.standing.values()) == [(1, 0), (1, 0), (1, 1)]
