"""Accruals against invoices: what days cost, what bills say of them and what was paid, each day by itself."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from commissioning.charges.periods import Period, financial_year
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from commissioning.web.words import pounds
from exports.forecast.report import forecast
from exports.forecast.stated import Stated
from exports.month_end.accruals import accruals
from exports.month_end.budget import budget
from exports.result import Result
from invoices import commands
from invoices.held import LineAmount
from invoices.queries import register_as_at
from tests.examples import on_each_store
from tests.invoices.billed_school import AGREEMENT, FIRST_DAY, PLACES, BilledSchool, first_world, new_school
from tests.worlds.council import NO_FILTERS

LINES = st.tuples(
    st.sampled_from(PLACES),
    st.dates(FIRST_DAY, date(2027, 5, 31)),
    st.integers(0, 120),
)
SPANS = ((date(2026, 9, 16), date(2026, 9, 30)), (date(2026, 10, 1), date(2026, 10, 19)))
"""The days after the middle of September, and those of October before its bill came."""
PARTS = ("charged", "invoiced", "accrued", "overbilled", "prepaid", "paid", "unpaid", "paid_ahead")


def ask(school: BilledSchool, at: date, filters: Filters = NO_FILTERS, as_at: str | None = None) -> Result:
    """The accruals of a school."""

    async def question(reader: Reader) -> Result:
        return await accruals(reader, await reader.as_at(as_at), at, filters)

    return school.council.ask(question)


def pay(school: BilledSchool, key: str, paid_on: date) -> None:
    """Has an invoice approved and paid, where anything of it is payable."""
    school.do(commands.ApproveInvoice(invoice=key))
    school.hold_against_days()
    run = f"{int(key, 16) + 10**6:032x}"
    school.do(commands.MakePaymentRun(run=run, pay_on=paid_on, invoices=(key,)), "other clerk")
    school.do(commands.RecordPayment(invoice=key, run=run, paid_on=paid_on, reference="B1"), "other clerk")


@on_each_store(
    12,
    lines=st.lists(LINES, min_size=1, max_size=4),
    at=st.dates(date(2026, 9, 1), date(2027, 7, 31)),
    accrual=st.sampled_from(["calendar_days", "school_days", "months", "terms"]),
)
def test_every_pound_is_accrued_billed_over_or_prepaid(lines: list[Any], at: date, accrual: str) -> None:
    """What bills leave of days gone is accrued, what they take too much is billed over, days to come are prepaid."""
    with new_school(first_world(accrual, "monthly_advance", None)) as school:
        spans = [(ref, first, first + timedelta(length)) for ref, first, length in lines]
        for span in spans:
            school.send([span], 100)
        school.query_what_is_held(school.invoices[0])
        pay(school, school.invoices[0], FIRST_DAY)
        result = ask(school, at)
        paid = school.total()
    start = date(at.year if at.month > 3 else at.year - 1, 4, 1)
    names = [column.name for column in result.columns]
    rows: dict[Any, dict[str, Any]] = {row[0]: dict(zip(names, row, strict=True)) for row in result.rows}
    for ref in PLACES:
        days = school.daily.get((AGREEMENT, ref, "education", "attendance"), {})
        billed = [(first, last) for one, first, last in spans if one == ref]
        gone = sum(pence for day, pence in days.items() if start <= day <= at)
        of_gone = sum(pence for a, b in billed for day, pence in days.items() if start <= day <= at and a <= day <= b)
        to_come = sum(pence for a, b in billed for day, pence in days.items() if at < day and a <= day <= b)
        row = rows.get(ref, Counter())
        assert [row[name] for name in PARTS[:5]] == [
            gone, of_gone + to_come, max(gone - of_gone, 0), max(of_gone - gone, 0), to_come,
        ]  # fmt: skip
        if start < FIRST_DAY:
            assert row["paid"] == paid.get((AGREEMENT, ref, "education", "attendance"), 0)
        assert row["unpaid"] == row["invoiced"] - row["paid"]
        assert 0 <= row["paid_ahead"] <= row["paid"]
    total = {name: int(str(result.total[name])) for name in PARTS}
    assert total["charged"] - total["invoiced"] == total["accrued"] - total["overbilled"] - total["prepaid"]


def test_a_row_names_the_charges_and_the_invoices_of_its_figures() -> None:
    """An invoice of September, paid: at its middle the rest of it is ahead; a late one counts when it has come."""
    with new_school(first_world("calendar_days", "monthly_advance", None)) as school:
        school.send([("PL2", date(2026, 9, 1), date(2026, 9, 30))], 100)
        pay(school, school.invoices[0], date(2026, 9, 4))
        school.council.clock.set("2026-10-20T10:00:00Z")
        school.send([("PL2", date(2026, 10, 1), date(2026, 10, 31))], 100)
        middle, later = ask(school, date(2026, 9, 15)), ask(school, date(2026, 10, 31))
        before = ask(school, date(2026, 10, 19))
        one = ask(school, date(2026, 10, 31), Filters(placement=("PL1",)))
        september = school.cost("PL2", date(2026, 9, 1), date(2026, 9, 30))
        ahead, late = (school.cost("PL2", *span) for span in SPANS)
        half, october = september - ahead, school.cost("PL2", date(2026, 10, 1), date(2026, 10, 31))
    names = [column.name for column in middle.columns]
    told: list[dict[str, Any]] = [
        dict(zip(names, row, strict=True)) for found in (middle, before, later) for row in found.rows if row[0] == "PL2"
    ]
    assert [(row["accrued"], row["paid"], row["prepaid"], row["paid_ahead"]) for row in told] == [
        (0, september, ahead, ahead),
        (late, september, 0, 0),
        (0, september, 0, 0),
    ]
    assert told[0]["charges"] == f"Education, attendance {pounds(half)}"
    assert told[2]["invoices"].count(";") == 1
    assert f"{pounds(september)}, paid 4 September 2026" in told[2]["invoices"]
    assert f"{pounds(october)}, not paid" in told[2]["invoices"]
    assert [row[0] for row in one.rows] == ["PL1"]


def test_what_was_settled_as_not_owed_is_not_invoiced_and_its_credit_takes_nothing_more_off() -> None:
    """From the day of the settlement on: half of a bill is not to be paid, before and after the credit note for it."""
    first, last = date(2026, 9, 1), date(2026, 9, 30)
    with new_school(first_world("calendar_days", "monthly_advance", None)) as school:
        school.send([("PL2", first, last)], 100)
        (key,) = school.invoices
        half = school.cost("PL2", first, last) // 2
        amounts = (LineAmount(line=1, pence=half),)
        school.do(commands.QueryLines(invoice=key, code="RTE-1", amounts=amounts))
        before = ask(school, last).total["invoiced"]
        school.council.clock.set("2026-09-20T10:00:00Z")
        school.do(commands.SettleQuery(invoice=key, query=1))
        told = [ask(school, day) for day in (date(2026, 9, 19), last)]
        document = school.invoice(key).document
        assert document is not None
        school.send([("PL2", first, last)], 50, credit=True, corrects=document.number)
        told.append(ask(school, last))
    assert before == 2 * half
    assert [one.total["invoiced"] for one in told] == [2 * half, half, half]
    assert [one.total["unpaid"] for one in told] == [2 * half, half, half]


def test_what_names_no_placement_stands_in_a_row_of_its_own() -> None:
    """Nothing that was billed is lost: all lines of the register are invoiced, those that nobody knows too."""
    with new_school(first_world("calendar_days", "monthly_advance", None)) as school:
        school.send([("PL2", date(2026, 9, 1), date(2026, 9, 30))], 100)
        school.send([("PL0", date(2026, 9, 1), date(2026, 9, 30)), ("PL9", date(2026, 9, 1), date(2026, 9, 2))], 100)
        result = ask(school, date(2026, 9, 30))

        async def listed(reader: Reader) -> int:
            return sum(one.net for one in await register_as_at(reader, await reader.as_at(None)))

        assert result.total["invoiced"] == school.council.ask(listed)


@on_each_store(
    12,
    lines=st.lists(LINES, min_size=1, max_size=4),
    by=st.sampled_from(["model", "provider", "month"]),
)
def test_the_budget_monitor_counts_what_the_register_holds(lines: list[Any], by: str) -> None:
    """By month, school or model: of bills within the year every pound is invoiced, and what was paid is paid."""
    year, day = financial_year("2026/27"), date(2026, 9, 2)
    within = [(ref, min(first, date(2026, 10, 30)), length) for ref, first, length in lines]
    with new_school(first_world("calendar_days", "monthly_advance", None)) as school:
        for ref, first, length in within:
            school.send([(ref, first, first + timedelta(length))], 100)
        school.query_what_is_held(school.invoices[0])
        pay(school, school.invoices[0], FIRST_DAY)

        async def monitor(reader: Reader, only: Filters = NO_FILTERS) -> Result:
            return await budget(reader, await reader.as_at(None), year, only, by, day)

        result, paid = school.council.ask(monitor), sum(school.total().values())
        by_need = school.council.ask(lambda reader: monitor(reader, Filters(need=("ASD",))))

        async def listed(reader: Reader) -> list[Any]:
            return list(await register_as_at(reader, await reader.as_at(None)))

        register = school.council.ask(listed)
    assert result.total["invoiced"] == sum(one.net for one in register)
    assert result.total["paid"] == paid == sum(one.approved for one in register if one.paid_on)
    assert {row[-2:] for row in by_need.rows} == {(None, None)}
    assert "invoiced" not in by_need.total


def test_the_forecast_tells_what_was_invoiced_and_paid_of_each_month_s_days() -> None:
    """As the register has it, for the year and for parts of it, which add up; a bill of two months falls on both."""
    year, day = financial_year("2026/27"), date(2026, 10, 20)
    parts = (Period(year.first_day, date(2026, 9, 30)), Period(date(2026, 10, 1), year.last_day))
    with new_school(first_world("calendar_days", "monthly_advance", None)) as school:
        school.send([(PLACES[0], date(2026, 9, 16), date(2026, 10, 15))], 100)
        school.query_what_is_held(school.invoices[0])
        pay(school, school.invoices[0], FIRST_DAY)

        async def asked(reader: Reader) -> list[Result]:
            at = await reader.as_at(None)
            return [await forecast(reader, at, one, "month", NO_FILTERS, day, Stated()) for one in (year, *parts)]

        whole, *halves = school.council.ask(asked)
        paid = sum(school.total().values())
    assert [sum(row[name] for row in whole.by_name()) for name in ("invoiced", "paid")] == [
        whole.total["invoiced"],
        whole.total["paid"],
    ]
    assert whole.total["paid"] == paid
    told = {row["month"]: (row["invoiced"], row["paid"]) for row in whole.by_name() if row["invoiced"]}
    assert sorted(told) == ["2026-09", "2026-10"]
    for month, half in zip(sorted(told), halves, strict=True):
        (row,) = [one for one in half.by_name() if one["invoiced"]]
        assert (row["month"], row["invoiced"], row["paid"]) == (month, *told[month])
