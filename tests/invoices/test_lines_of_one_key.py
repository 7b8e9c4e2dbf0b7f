"""Bills with several lines for one thing: over any history they come to what the days cost, neither more nor less.

A rule machine has the school bill days of a place in lines that overlap, at prices that together cover what the days
cost or more. What the places cost changes in between; bills are checked, queried, settled and approved in any order.
The measure is the brute force and its flow onto days (laid_on_days.py), which share no line with the product.
"""

from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from invoices import commands
from invoices.held import LineAmount
from invoices.query import Query
from tests.examples import SHARE, examples
from tests.invoices.billed_school import FIRST_DAY, LAST_DAY
from tests.invoices.test_any_history import CHOICES, DAYS, REFS, STEPS, Places

PARTS = st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29), st.integers(0, 250)), max_size=3)
"""More lines beside those that cover the days: from and to which of them, at how many per cent of what they cost."""


class SeveralLines(Places):
    """The school bills a month of a place in several lines, the council does with them what it may."""

    @rule(ref=REFS, day=DAYS, first=st.integers(0, 130), over=st.sampled_from([0, 0, 20, 70]), parts=PARTS)
    def bill(self, ref: str, day: date, first: int, over: int, parts: list[tuple[int, int, int]]) -> None:
        """A month that nothing has billed yet is billed in two lines that cover what it costs, and more beside."""
        begin = day.replace(day=1)
        end = (begin + timedelta(32)).replace(day=1) - timedelta(1)
        if self.is_billed(ref, begin, end):
            return
        lines = [(begin, end, first), (begin, end, max(101 - first, 0) + over)]
        for begins, ends, share in parts:
            days = sorted((begins, ends))
            lines.insert(begins % (len(lines) + 1), (begin + timedelta(days[0]), begin + timedelta(days[1]), share))
        self.school.send_at([(ref, one, min(other, end), share) for one, other, share in lines])

    @rule(day=DAYS, now=st.booleans())
    def agree(self, day: date, *, now: bool) -> None:
        """The school agrees what is expected of it, and it is approved at once or left."""
        key = self.school.agree(day)
        if key and now:
            self.school.approve(key)

    @precondition(Places.has_invoices)
    @rule(choice=CHOICES, times=st.integers(1, 2))
    def check_again(self, choice: int, times: int) -> None:
        """The checks are made again with what is known now."""
        for _ in range(times):
            self.school.do(commands.CheckInvoiceAgain(invoice=self.one(choice)))

    @precondition(Places.has_invoices)
    @rule(choice=CHOICES)
    def query(self, choice: int) -> None:
        """What is billed above its charge is put to the school."""
        self.school.query_what_is_held(self.one(choice))

    @precondition(Places.has_invoices)
    @rule(choice=CHOICES, share=st.integers(0, 100))
    def settle(self, choice: int, share: int) -> None:
        """A query ends with part of it owed, and at least whatever of it is within the charge as known then."""
        key = self.one(choice)
        self.school.do(commands.CheckInvoiceAgain(invoice=key))
        for query in self.school.invoice(key).queries:
            if query.settled_on is None:
                self.end(key, query, share)
                return

    @precondition(Places.has_invoices)
    @rule(choice=CHOICES)
    def approve(self, choice: int) -> None:
        """Whatever may be paid of a bill is approved."""
        self.school.approve(self.one(choice))

    @precondition(Places.has_invoices)
    @rule(choice=CHOICES)
    def take_out(self, choice: int) -> None:
        """A bill of which nothing was approved is taken out."""
        if not self.school.invoice(self.one(choice)).approved:
            self.school.take_out(self.one(choice))

    def end(self, key: str, query: Query, share: int) -> None:
        """Ends a query; what is within the charge is owed, of the rest a share."""
        invoice = self.school.invoice(key)
        payable = {match.number: match.payable for match in invoice.matches}
        owed = []
        for line, pence in query.amounts.items():
            above = invoice.line(line).net - payable.get(line, 0) - invoice.disputes.not_owed.get(line, 0)
            refused = min(pence, max(above, 0)) * (100 - share) // 100
            owed.append(LineAmount(line=line, pence=pence - refused))
        self.school.do(commands.SettleQuery(invoice=key, query=query.number, owed=tuple(owed)))

    def is_billed(self, ref: str, begin: date, end: date) -> bool:
        """Whether a standing bill has days of a place within some."""
        standing = [one for key in self.school.invoices if not (one := self.school.invoice(key)).voided]
        return any(
            line.placement_ref == ref
            and line.adjustment is None
            and line.first_day is not None
            and line.last_day is not None
            and line.first_day <= end
            and line.last_day >= begin
            for one in standing
            if one.document is not None
            for line in one.document.lines
        )

    def teardown(self) -> None:
        """In the end every query is settled, every period billed, and what is approved is what the days cost."""
        if hasattr(self, "_making"):
            try:
                self.settle_up()
            finally:
                super().teardown()

    def settle_up(self) -> None:
        """Settles, checks, bills and approves until nothing is expected any more."""
        for _ in range(3):
            for key in self.school.invoices:
                self.finish(key)
            day = FIRST_DAY
            while day <= LAST_DAY:
                if key := self.school.agree(day):
                    self.school.approve(key)
                day = (day + timedelta(32)).replace(day=1)
        assert self.school.total() == self.school.charged(LAST_DAY)

    def finish(self, key: str) -> None:
        """Everything open of a bill is decided; what is owed of it is approved."""
        self.school.do(commands.CheckInvoiceAgain(invoice=key))
        self.school.query_what_is_held(key)
        for query in self.school.invoice(key).queries:
            if query.settled_on is None:
                self.end(key, query, 0)
        self.school.do(commands.CheckInvoiceAgain(invoice=key))
        self.school.approve(key)


def test_lines_of_one_key(store: str) -> None:
    """Lines of one placement, component and kind are paid together up to the charge of their days, and all of it."""
    chosen = settings(examples(-(-24 // SHARE[store])), stateful_step_count=STEPS)
    run_state_machine_as_test(SeveralLines, settings=chosen)


def test_days_billed_anew_take_back_what_adjusted_an_invoice_that_is_gone() -> None:
    """A deduction made while an invoice stood that was taken out since is given back once its days are billed anew."""
    history = SeveralLines()
    history.begin(billing="half_termly_advance", accrual="months", leaver_rule=None)
    history.agree(day=date(2026, 9, 16), now=False)
    history.suspended(ref="PL0", day=date(2026, 10, 1), length=45, share=0)
    history.agree(day=date(2027, 1, 9), now=True)
    history.take_out(choice=0)
    history.teardown()
