"""Expected invoices of random councils, against a brute force that prices day by day: equal to the penny."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from commissioning.ledger.reading import Reader
from contracts.billing_periods import billing_period
from invoices.expected.history import AgreementHistory, history_of
from invoices.expected.invoice import Billed, ExpectedInvoice, expected_invoice
from invoices.expected.lines import ExpectedLine
from invoices.questions import answered_by
from tests.brute_force.facts import World
from tests.brute_force.prices import Key, charges_by_day, day_pence
from tests.brute_force.worlds import worlds
from tests.examples import on_each_store
from tests.worlds.changes import History, histories
from tests.worlds.council import ALL_YEARS, Council, new_council

BILLINGS = st.sampled_from(["termly_advance", "half_termly_advance", "monthly_advance", "monthly_arrears"])
DAYS = st.dates(date(2025, 1, 1), date(2028, 6, 30))


def daily_pence(world: World) -> dict[Key, dict[date, int]]:
    """What each key costs on each day, rounded as the rules say, by the brute force."""
    return {
        key: {one: pence[0] for one, pence in day_pence(costs, ALL_YEARS.first_day, ALL_YEARS.last_day).items()}
        for key, costs in charges_by_day(world, ALL_YEARS.first_day, ALL_YEARS.last_day).items()
    }


def between(daily: dict[Key, dict[date, int]], agreement: str, first: date, last: date) -> dict[Key, int]:
    """What the keys of an agreement cost on some days, without those that cost nothing."""
    found = {
        key: sum(pence for one, pence in days.items() if first <= one <= last)
        for key, days in daily.items()
        if key[0] == agreement
    }
    return {key: pence for key, pence in found.items() if pence}


def by_key(lines: tuple[ExpectedLine, ...]) -> dict[Key, int]:
    """The pence of lines by what they are for."""
    found: Counter[Key] = Counter()
    for line in lines:
        found[tuple(line.key)] += line.net  # type: ignore[index]  # a key of the product is the brute force's in other clothes
    return {key: pence for key, pence in found.items() if pence}


def asked(council: Council, agreement: str) -> tuple[AgreementHistory, int]:
    """An agreement's history, and the end of the book."""

    async def question(reader: Reader) -> tuple[AgreementHistory, int]:
        position = await reader.end()
        return await answered_by(reader, history_of(agreement, position)), position

    return council.ask(question)


def expected(council: Council, agreement: str, day: date, billed: tuple[Billed, ...] = ()) -> ExpectedInvoice:
    """The expected invoice as known now."""
    history, position = asked(council, agreement)
    found = expected_invoice(history, day, billed, position)
    assert found is not None
    return found


def as_billed(invoice: ExpectedInvoice) -> tuple[Billed, ...]:
    """The lines of an invoice that a school sends just as it is expected."""
    return tuple(
        Billed(line.key, line.first_day, line.last_day, line.net, line.adjustment, invoice.position)
        for line in invoice.lines
    )


def set_billing(world: World, billing: str) -> None:
    """Has every agreement of a world billed so, by days."""
    for row in world["Agreements"]:
        row["billing"], row["instalments"] = billing, "by_days"


@on_each_store(24, world=worlds(), day=DAYS, billing=BILLINGS)
def test_an_expected_invoice_is_the_charges_of_its_days(world: World, day: date, billing: Any) -> None:
    """Its lines are each key's charges of the period's days; a rate times its units is its line to a penny."""
    set_billing(world, billing)
    daily = daily_pence(world)
    with new_council() as council:
        council.take_in(world)
        for agreement in {str(row["agreement_ref"]) for row in world["Agreements"]}:
            invoice = expected(council, agreement, day)
            history, position = asked(council, agreement)
            assert invoice.period == billing_period(billing, day, history.calendar(position))
            first, last, _ = invoice.period
            assert by_key(invoice.lines) == between(daily, agreement, first, last)
            for line in invoice.lines:
                assert first <= line.first_day <= line.last_day <= last
                assert 0 < line.days <= (line.last_day - line.first_day).days + 1
                several = [other for other in invoice.lines if other.key == line.key]
                assert abs(line.units * line.rate - line.net) <= (len(several) if line is several[-1] else 1) + 1


@on_each_store(24, history=histories(), day=DAYS, billing=BILLINGS)
def test_what_changes_after_the_bill_stands_on_the_next(history: History, day: date, billing: str) -> None:
    """A bill and the adjustments after it add up to the charges of its days as they are known then, whatever came."""
    with new_council() as council:
        first_step, *later = history.steps
        for step in history.steps:
            for world in (step.workbook, step.world):
                set_billing(world, billing)
        council.take_in(first_step.workbook)
        refs = {str(row["agreement_ref"]) for row in first_step.world["Agreements"]}
        bills = {ref: expected(council, ref, day) for ref in refs}
        for step in later:
            council.take_in(step.workbook)
        daily = daily_pence(history.steps[-1].world)
        for ref, bill in bills.items():
            history_now, position = asked(council, ref)
            calendar = history_now.calendar(position)
            if not bill.lines or billing_period(billing, day, calendar) != bill.period:  # type: ignore[arg-type]  # drawn from the words themselves
                continue
            following = bill.period.last_day + timedelta(1)
            after = expected(council, ref, following, as_billed(bill))
            moved = tuple(line for line in after.lines if line.adjustment is not None)
            now = Counter(by_key(bill.lines))
            now.update(by_key(moved))
            wanted = between(daily, ref, bill.period.first_day, bill.period.last_day)
            assert {key: pence for key, pence in now.items() if pence} == wanted
            assert all(line.adjustment > bill.position for line in moved if line.adjustment)
            again = expected(council, ref, following, (*as_billed(bill), *as_billed(after)))
            assert again.lines == ()
            assert expected(council, ref, day, as_billed(bill)).lines == ()
            before = bill.period.first_day - timedelta(1)
            assert expected(council, ref, before, as_billed(bill)).lines == expected(council, ref, before).lines
