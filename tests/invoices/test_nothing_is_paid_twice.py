"""Whatever happens to placements and invoices: never more approved than charged, and what is owed gets paid.

The measure is the brute force, which prices day by day: for the days of every approval, as known when it was given.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from random import Random
from threading import Thread
from typing import Any

import pytest
from hypothesis import strategies as st

from commissioning.accounts.acting import who_acts
from commissioning.ledger.actor import Actor
from commissioning.ledger.errors import Refused
from commissioning.ledger.work import Command, UnitOfWork
from invoices import commands
from invoices.approvals import Approval, excess_in, stretches_of
from invoices.expected.lines import LineKey
from invoices.held import LineAmount
from invoices.invoice import INVOICES, Invoice
from invoices.questions import answered_by
from invoices.standing import billed_lines
from tests.brute_force.facts import World
from tests.brute_force.prices import Key
from tests.examples import on_each_store
from tests.invoices.office import AUTUMN, SPOT, Office, new_office
from tests.invoices.test_expected import between, daily_pence, expected, set_billing
from tests.worlds.changes import History, histories
from tests.worlds.council import Council, new_council

Row = tuple[Key, date, date, int]
DAYS = [date(2025, 9, 1), date(2026, 1, 10), date(2026, 5, 20), date(2026, 10, 1), date(2027, 2, 1)]


def approving(work: UnitOfWork) -> Actor:
    """The officer, who imports, is who the accounts say; everybody else may approve and release."""
    return who_acts(work) if work.account == "officer" else Actor(work.account, frozenset({"approver", "finance"}))


class Register:
    """A council's invoices, and what a random clerk does with them."""

    def __init__(self, council: Council, chance: Random) -> None:
        self.council, self.chance, self._numbers = council, chance, count(1)
        council.ledger.composition = replace(council.ledger.composition, who_acts=approving)
        self.open: list[str] = []

    def do(self, command: Command) -> bool:
        """Whether something asked was done and not refused."""
        try:
            self.council.ledger.execute(command, command_id=f"deed-{next(self._numbers)}", account="clerk")
        except Refused:
            return False
        return True

    def bill(self, agreement: str, day: date) -> str | None:
        """Has the expected invoice of a period agreed, if there is anything on it."""
        invoice = expected(self.council, agreement, day, self.billed(agreement))
        if not invoice.lines:
            return None
        key = f"{next(self._numbers):032x}"
        agreed = commands.AgreeExpectedInvoice(
            invoice=key, agreement_ref=agreement, day=day, number=f"N{key}", issued_on=day, net=invoice.net
        )
        assert self.do(agreed)
        self.open.append(key)
        return key

    def anything(self, key: str) -> None:
        """Queries, settles, checks again or takes out, as it comes."""
        invoice = self.invoice(key)
        line = self.chance.choice(invoice.document.lines).number if invoice.document else 1
        amounts = (LineAmount(line=line, pence=self.chance.randrange(1, 200_000)),)
        self.do(
            self.chance.choice(
                [
                    commands.QueryLines(invoice=key, code="RTE-1", amounts=amounts),
                    commands.SettleQuery(invoice=key, query=1, owed=amounts),
                    commands.CheckInvoiceAgain(invoice=key),
                    commands.VoidInvoice(invoice=key),
                ]
            )
        )

    def approve(self, key: str, world: World) -> None:
        """Approves, and holds what was approved against the brute force of the world as it is known."""
        before = self.approvals()
        if self.do(commands.ApproveInvoice(invoice=key)):
            daily = daily_pence(world)
            everything = self.approvals()
            for row in everything[len(before) :]:
                assert_within(row, everything, daily)

    def invoice(self, key: str) -> Invoice:
        """An invoice as it stands."""
        found: list[Invoice | None] = []
        self.council.ledger.run(
            lambda work: found.append(work.state(INVOICES, key)),
            command_id="look", digest="", account="clerk", rehearse=True,
        )  # fmt: skip
        assert found[0] is not None
        return found[0]

    def billed(self, agreement: str) -> Any:
        """The lines of an agreement that stand."""

        async def question(reader: Any) -> Any:
            found = await answered_by(reader, billed_lines(agreement, await reader.end()))
            return tuple(line for line, _ in found)

        return self.council.ask(question)

    def paid(self, agreement: str, first: date, last: date) -> dict[Key, int]:
        """What is approved of an agreement's keys for days of a span."""
        found: Counter[Key] = Counter()
        for key, begins, ends, pence in self.approvals():
            if key[0] == agreement and first <= begins and ends <= last:
                found[key] += pence
        return {key: pence for key, pence in found.items() if pence}

    def approvals(self) -> list[Row]:
        """Everything that is approved, in the order in which it was."""
        with self.council.ledger.store.reading() as connection:
            rows = connection.query(
                "SELECT agreement_ref, placement_ref, component, kind, first_day, last_day, pence "
                "FROM invoices_approval WHERE to_position > 1000000000 ORDER BY id"
            )
        return [
            ((row[0], row[1], row[2], row[3]), date.fromisoformat(row[4]), date.fromisoformat(row[5]), row[6])
            for row in rows
        ]


def assert_within(row: Row, everything: list[Row], daily: dict[Key, dict[date, int]]) -> None:
    """What is approved for days within those of a new approval is no more than these days cost."""
    key, first, last, pence = row
    if pence <= 0:
        return
    within = sum(one[3] for one in everything if one[0] == key and first <= one[1] and one[2] <= last)
    charged = between(daily, key[0], first, last).get(key, 0)
    assert within <= charged, (row, within, charged)


@on_each_store(
    8,
    history=histories(),
    seed=st.integers(0, 10**6),
    billing=st.sampled_from(["termly_advance", "monthly_advance", "half_termly_advance"]),
)
def test_nothing_is_approved_beyond_its_charge(history: History, seed: int, billing: str) -> None:
    """Through late changes, adjustments, disputes and invoices taken out, days are never paid above their charge."""
    with new_council() as council:
        register = Register(council, Random(seed))  # noqa: S311 - a test's own dice
        for step in history.steps:
            for world in (step.workbook, step.world):
                set_billing(world, billing)
            council.take_in(step.workbook)
            for agreement in sorted({str(row["agreement_ref"]) for row in step.world["Agreements"]}):
                for day in register.chance.sample(DAYS, 2):
                    register.bill(agreement, day)
            for key in register.open:
                if register.chance.random() < 0.3:
                    register.anything(key)
                if register.chance.random() < 0.4:  # what is left waits while its charges change
                    register.approve(key, step.world)


@on_each_store(12, history=histories(), day=st.sampled_from(DAYS))
def test_what_is_owed_in_the_end_is_what_is_paid(history: History, day: date) -> None:
    """A period that is billed as expected, and what changed of it on the next bill, come to its charge."""
    with new_council() as council:
        register = Register(council, Random(0))  # noqa: S311 - a test's own dice
        for world in [world for step in history.steps for world in (step.workbook, step.world)]:
            set_billing(world, "monthly_advance")
            for row in world["Placements"]:
                row["signed_on"] = None
        first, *later = history.steps
        council.take_in(first.workbook)
        refs = sorted({str(row["agreement_ref"]) for row in first.world["Agreements"]})
        bills = {ref: register.bill(ref, day) for ref in refs}
        for key in filter(None, bills.values()):
            register.approve(key, first.world)
        for step in later:
            council.take_in(step.workbook)
        last = history.steps[-1].world
        daily = daily_pence(last)
        following = (day.replace(day=1) + timedelta(32)).replace(day=1)
        for ref, bill in bills.items():
            if bill is None or (key := register.bill(ref, following)) is None:
                continue
            register.approve(key, last)
            if {register.invoice(one).status for one in (key, bill)} == {"approved"}:
                span = (day.replace(day=1), following - timedelta(1))
                assert register.paid(ref, *span) == between(daily, ref, *span)


@pytest.fixture
def office(store: str) -> Iterator[Office]:  # noqa: ARG001 - the store on which the office's ledger is kept
    """The office of the small council."""
    with new_office() as made:
        yield made


def test_of_two_who_approve_at_once_one_is_refused(office: Office) -> None:
    """Two programs approve the same invoice at the same time: one of them is told that nothing is left."""
    key = office.agree(SPOT, AUTUMN)
    refused: list[str] = []

    def approve(number: int) -> None:
        other = office.another_program()
        try:
            other.execute(commands.ApproveInvoice(invoice=key), command_id=f"approve-{number}", account="a.head")
        except Refused as refusal:
            refused.append(refusal.faults[0].code)
        finally:
            other.close()

    threads = [Thread(target=approve, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["nothing-payable"]
    assert office.rows("SELECT CAST(SUM(pence) AS BIGINT) FROM invoices_approval") == [(2_200_000,)]


KEY = LineKey("AG", "PL", "education", "attendance")


def approval(first: int, last: int, pence: int) -> Approval:
    """Pence for some days of January 2027."""
    return Approval(KEY, date(2027, 1, first), date(2027, 1, last), pence)


@pytest.mark.parametrize(
    ("before", "asked", "fits"),
    [
        ([], [approval(1, 10, 1000)], True),
        ([], [approval(1, 10, 1001)], False),
        ([approval(1, 10, 1000)], [approval(5, 5, 1)], False),
        ([approval(1, 10, 900)], [approval(5, 5, 100)], True),
        ([approval(5, 5, 100)], [approval(1, 10, 901)], False),
        ([approval(1, 10, 1000), approval(5, 5, -100)], [approval(1, 10, 100)], True),
        ([approval(1, 10, 1500)], [approval(11, 20, 1000)], True),
        ([approval(1, 6, 600), approval(5, 10, 300)], [approval(4, 7, 101)], False),
    ],
)
def test_approvals_fit_where_they_can_be_laid_on_their_days(
    before: list[Approval], asked: list[Approval], *, fits: bool
) -> None:
    """At a pound a day: whatever lies within some days is no more than they cost; other days' excess stops nothing."""

    def charge(_key: LineKey, first: date, last: date) -> int:
        return ((last - first).days + 1) * 100

    assert (excess_in(stretches_of(asked, before, charge)) is None) is fits
