"""Any history of a school's places and invoices: no day is paid above its charge, and in the end what is owed is paid.

Two rule machines draw the history: what happens to the places, and what people do with invoices, in any order. The
measure is the brute force, which prices day by day, and a flow of what was approved onto the days (laid_on_days.py).
"""

from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from invoices import commands
from invoices.held import LineAmount
from tests.brute_force.facts import World
from tests.brute_force.validity import faults
from tests.brute_force.workbook import full_row
from tests.examples import SHARE, examples
from tests.invoices.billed_school import FIRST_DAY, LAST_DAY, PLACES, PRICES, BilledSchool, first_world, new_school
from tests.invoices.laid_on_days import Span, most_laid
from tests.worlds.changes import prices_clash

REFS = st.sampled_from(PLACES)
DAYS = st.sampled_from([date(2026, 9, 1), date(2026, 9, 16), date(2026, 10, 1), date(2026, 10, 20), date(2027, 1, 9)])
LENGTHS = st.sampled_from([0, 14, 29, 30, 45])
"""Few days and few lengths, so that what happens meets what was billed."""
CHOICES = st.integers(0, 10**6)
STEPS = 25


class Places(RuleBasedStateMachine):
    """What happens to the places of a school, each thing learnt when days before and after it may have been billed."""

    school: BilledSchool

    @initialize(
        accrual=st.sampled_from(["calendar_days", "school_days", "months", "terms"]),
        billing=st.sampled_from(["monthly_advance", "termly_advance", "half_termly_advance"]),
        leaver_rule=st.sampled_from([None, "last_day", "end_of_month"]),
    )
    def begin(self, accrual: str, billing: str, leaver_rule: str | None) -> None:
        """The school and its places are known; nothing is billed."""
        self.billing = billing
        self._making = new_school(first_world(accrual, billing, leaver_rule))
        self.school = self._making.__enter__()

    def teardown(self) -> None:
        """The school's ledger goes."""
        if hasattr(self, "_making"):
            self._making.__exit__(None, None, None)

    def learn(self, world: World) -> None:
        """The council learns that something is otherwise, unless it cannot be so."""
        if not faults(world) and not prices_clash(world):
            self.school.change(world)

    @rule(ref=REFS, day=DAYS | st.just(None))
    def left(self, ref: str, day: date | None) -> None:
        """A pupil left, perhaps long before anybody says so; without a day, a leaving was a mistake."""
        self.learn(self.with_placement(ref, end_on=day))

    @rule(ref=REFS)
    def never_held(self, ref: str) -> None:
        """A placement is withdrawn, or holds after all."""
        withdrawn = {row["placement_ref"]: row["withdrawn"] for row in self.school.world["Placements"]}
        self.learn(self.with_placement(ref, withdrawn="no" if withdrawn[ref] == "yes" else "yes"))

    @rule(ref=REFS, day=DAYS, length=LENGTHS, share=st.sampled_from([0, 50]))
    def suspended(self, ref: str, day: date, length: int, share: int) -> None:
        """A suspension is learnt of, at a part of the price or none."""
        world = deepcopy(self.school.world)
        world["Suspensions"].append(
            full_row(
                "Suspensions", placement_ref=ref, first_day=day, last_day=day + timedelta(length), payable_pct=share,
                reason="other",
            )
        )  # fmt: skip
        self.learn(world)

    @rule(ref=REFS, day=DAYS, amount=st.integers(-40, 60))
    def priced_otherwise_since(self, ref: str, day: date, amount: int) -> None:
        """Another price from a day on, dearer or cheaper by some per cent; the day may lie far back."""
        unit, agreed = PRICES[ref]
        world = deepcopy(self.school.world)
        world["Rates"] = [row for row in world["Rates"] if (row["placement_ref"], row["effective_from"]) != (ref, day)]
        world["Rates"].append(
            full_row(
                "Rates", placement_ref=ref, component="education", unit=unit, amount=agreed * (100 + amount) // 100,
                effective_from=day,
            )
        )  # fmt: skip
        if len(world["Rates"]) > len(self.school.world["Rates"]):
            self.learn(world)

    def with_placement(self, ref: str, **changed: Any) -> World:
        """The world with a placement changed."""
        world = deepcopy(self.school.world)
        for row in world["Placements"]:
            if row["placement_ref"] == ref:
                row.update(changed)
        return world

    def one(self, choice: int) -> str:
        """One of the invoices that there are."""
        return self.school.invoices[choice % len(self.school.invoices)]

    def has_invoices(self) -> bool:
        """Whether there are any."""
        return bool(self.school.invoices)


class Anything(Places):
    """Beside what happens to the places, people do with invoices whatever they can."""

    @rule(day=DAYS, now=st.booleans())
    def agree(self, day: date, *, now: bool) -> None:
        """The school agrees what is expected of it, and it is approved at once or left."""
        key = self.school.agree(day)
        if key and now:
            self.school.approve(key)

    @rule(
        ref=REFS,
        day=DAYS,
        length=LENGTHS,
        more=st.lists(st.tuples(REFS, DAYS, LENGTHS), max_size=2),
        share=st.sampled_from([50, 100, 100, 130]),
    )
    def send(self, ref: str, day: date, length: int, more: list[tuple[str, date, int]], share: int) -> None:
        """The school sends an invoice for any days, at what they cost or another amount."""
        spans = [(one, first, first + timedelta(days)) for one, first, days in [(ref, day, length), *more]]
        self.school.send(spans, share)

    @rule(ref=REFS, day=DAYS, length=LENGTHS, share=st.sampled_from([30, 100]), named=CHOICES | st.none())
    def give_back(self, ref: str, day: date, length: int, share: int, named: int | None) -> None:
        """The school sends a credit note for any days, which may name one of its bills."""
        bill = self.school.invoice(self.one(named)) if named is not None and self.school.invoices else None
        number = bill.document.number if bill and bill.document else None
        self.school.send([(ref, day, day + timedelta(length))], share, credit=True, corrects=number)

    @rule(
        day=DAYS,
        length=st.sampled_from([29, 45]),
        after=st.sampled_from([14, 29]),
        share=st.sampled_from([10, 30]),
        back=st.sampled_from([1, 14]),
    )
    def left_while_it_waits(self, day: date, length: int, after: int, share: int, back: int) -> None:
        """Days are billed in part; more, from before their end, wait until it is learnt that the pupil had left."""
        last = day + timedelta(length)
        self.school.send([("PL0", day, last)], share)
        self.school.query_what_is_held(self.school.invoices[-1])
        self.school.approve(self.school.invoices[-1])
        self.school.send([("PL0", last - timedelta(back), last + timedelta(after))], 100)
        self.school.query_what_is_held(self.school.invoices[-1])
        self.learn(self.with_placement("PL0", end_on=last - timedelta(back + 1)))
        self.school.approve(self.school.invoices[-1])

    @rule(ref=REFS, day=DAYS, amount=st.integers(1, 60), days=LENGTHS)
    def left_while_back_pay_waits(self, ref: str, day: date, amount: int, days: int) -> None:
        """A dearer price waits to be paid for days gone by when it is learnt that the pupil had left."""
        self.agree(day, now=True)
        self.priced_otherwise_since(ref, day, amount)
        waiting = self.school.agree((day + timedelta(32)).replace(day=1))
        self.left(ref, day + timedelta(days))
        if waiting:
            self.school.approve(waiting)

    @precondition(Places.has_invoices)
    @rule(choice=CHOICES)
    def approve(self, choice: int) -> None:
        """One invoice is approved."""
        self.school.approve(self.one(choice))

    @precondition(Places.has_invoices)
    @rule(choice=CHOICES)
    def dispute_and_approve(self, choice: int) -> None:
        """What is held is put to the school, and the rest approved."""
        self.school.query_what_is_held(self.one(choice))
        self.school.approve(self.one(choice))

    @precondition(Places.has_invoices)
    @rule(choices=st.lists(CHOICES, min_size=2, max_size=3))
    def approve_at_once(self, choices: list[int]) -> None:
        """Several programs approve at the same time, the same invoice or several."""
        self.school.approve(*(self.one(choice) for choice in choices))

    @precondition(Places.has_invoices)
    @rule(choice=CHOICES, pence=st.integers(1, 300_000))
    def settle(self, choice: int, pence: int) -> None:
        """The oldest query that is open ends, with something owed."""
        key = self.one(choice)
        for query in self.school.invoice(key).queries:
            if query.settled_on is None:
                owed = tuple(LineAmount(line=line, pence=min(pence, most)) for line, most in query.amounts.items())
                self.school.do(commands.SettleQuery(invoice=key, query=query.number, owed=owed))
                return

    @precondition(Places.has_invoices)
    @rule(choice=CHOICES)
    def check_again(self, choice: int) -> None:
        """The checks are made again with what is known now."""
        self.school.do(commands.CheckInvoiceAgain(invoice=self.one(choice)))

    @precondition(Places.has_invoices)
    @rule(choice=CHOICES)
    def take_out(self, choice: int) -> None:
        """An invoice is taken out."""
        self.school.take_out(self.one(choice))

    @precondition(Places.has_invoices)
    @rule(choice=CHOICES, back=st.booleans())
    def run(self, choice: int, *, back: bool) -> None:
        """An invoice goes into a run, which may be taken back."""
        run = f"{choice:031x}a"
        made = commands.MakePaymentRun(run=run, pay_on=LAST_DAY, invoices=(self.one(choice),))
        if self.school.do(made, "payer") and back:
            self.school.do(commands.ReversePaymentRun(run=run), "payer")


class Honest(Places):
    """The school bills what is expected, the council approves it sooner or later; what is owed comes to be paid."""

    @rule(day=DAYS, now=st.booleans(), ref=REFS, later=DAYS, amount=st.integers(-40, 60))
    def bill_and_learn(self, day: date, *, now: bool, ref: str, later: date, amount: int) -> None:
        """The expected invoice is agreed, and approved at once or left; then another price turns out to have held."""
        key = self.school.agree(day)
        if key and now:
            self.school.approve(key)
        self.priced_otherwise_since(ref, later, amount)

    @precondition(Places.has_invoices)
    @rule(choice=CHOICES, checked=st.booleans())
    def approve(self, choice: int, *, checked: bool) -> None:
        """An invoice that was left is approved; one that was approved may be checked again."""
        key = self.one(choice)
        if checked and self.school.invoice(key).status == "approved":
            self.school.do(commands.CheckInvoiceAgain(invoice=key))
        self.school.approve(key)

    def teardown(self) -> None:
        """In the end, unapproved invoices are taken out, every period is billed, and all that is owed is paid."""
        if hasattr(self, "_making"):
            try:
                self.settle_up()
            finally:
                super().teardown()

    def settle_up(self) -> None:
        """Bills and approves until nothing is expected; what is approved is then what the days cost."""
        for key in self.school.invoices:
            if not self.school.invoice(key).approved:
                self.school.take_out(key)
        day = FIRST_DAY
        while day <= LAST_DAY:
            if key := self.school.agree(day):
                self.school.approve(key)
                assert self.school.invoice(key).status == "approved"
            day = (day + timedelta(32)).replace(day=1)
        assert self.school.total() == self.school.charged(LAST_DAY)


@pytest.mark.parametrize(("machine", "number"), [(Anything, 24), (Honest, 16)])
def test_any_history(store: str, machine: type[Places], number: int) -> None:
    """Whatever happens in whatever order, no day is approved above its charge; honestly billed, all of it is paid."""
    chosen = settings(examples(-(-number // SHARE[store])), stateful_step_count=STEPS)
    run_state_machine_as_test(machine, settings=chosen)


DAILY = {date(2027, 1, 1) + timedelta(number): 100 for number in range(20)}


def span(first: int, last: int, pence: int) -> Span:
    """Pence for some days of January 2027."""
    return Span(date(2027, 1, first), date(2027, 1, last), pence)


@pytest.mark.parametrize(
    ("spans", "laid"),
    [
        ([span(1, 10, 1000)], 1000),
        ([span(1, 10, 1001)], 1000),
        ([span(1, 10, 1000), span(5, 5, 1)], 1000),
        ([span(1, 10, 900), span(5, 5, 100)], 1000),
        ([span(1, 10, 1000), span(5, 5, -100), span(3, 6, 100)], 1100),
        ([span(1, 6, 600), span(5, 10, 300), span(4, 7, 101)], 1000),
        ([span(1, 3, 400), span(15, 20, 100)], 400),
    ],
)
def test_the_flow_lays_as_much_as_days_bear(spans: list[Span], laid: int) -> None:
    """At a pound a day, worked out by hand."""
    assert most_laid(spans, DAILY) == laid


def test_what_gave_back_stays_once_its_days_were_paid_again(store: str) -> None:  # noqa: ARG001 - the store it is on
    """An invoice that took days of a leaver back cannot be taken out after the leaver's return has been paid."""
    with new_school(first_world("months", "monthly_advance", None)) as school:
        keys = []
        for day, end_on in (
            (date(2026, 9, 1), date(2026, 9, 10)),
            (date(2026, 10, 1), None),
            (date(2026, 11, 1), None),
        ):
            key = school.agree(day)
            assert key is not None
            school.approve(key)
            keys.append(key)
            world = deepcopy(school.world)
            world["Placements"][0]["end_on"] = end_on
            school.change(world)
        assert not school.do(commands.VoidInvoice(invoice=keys[1]))
        assert school.do(commands.VoidInvoice(invoice=keys[2]))
        assert school.do(commands.VoidInvoice(invoice=keys[1]))


@pytest.mark.parametrize("comes_back", [False, True])
def test_what_a_line_was_cut_by_is_not_taken_off_again(store: str, *, comes_back: bool) -> None:  # noqa: ARG001 - as above
    """A leaver is learnt of before approval: the rest is paid, the next bill takes nothing more; nor if he returns."""
    with new_school(first_world("months", "monthly_advance", None)) as school:
        key = school.agree(date(2026, 9, 1))
        assert key is not None
        for end_on in (date(2026, 9, 10), None) if comes_back else (date(2026, 9, 10),):
            world = deepcopy(school.world)
            world["Placements"][0]["end_on"] = end_on
            school.change(world)
            school.do(commands.CheckInvoiceAgain(invoice=key))
        school.query_what_is_held(key)
        school.approve(key)
        following = school.agree(date(2026, 10, 1))
        assert following is not None
        school.approve(following)
        assert school.total() == school.charged(date(2026, 10, 31))
