"""A school's statement of account: balances that follow from its entries, whatever the period and the payments."""

from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from invoices.queries import Listed, Released, Settlement
from invoices.statement import statement_of

FIRST = date(2026, 4, 1)
DAYS = st.integers(0, 400).map(lambda days: FIRST + timedelta(days))


@st.composite
def listed(draw: st.DrawFn) -> Listed:
    """An invoice or a credit note that may be paid, or stand no more."""
    kind = draw(st.sampled_from(["invoice", "credit_note"]))
    gross = draw(st.integers(1, 10**7)) * (1 if kind == "invoice" else -1)
    status = draw(st.sampled_from(["matched", "approved", "paid", "voided"]))
    received_on = draw(DAYS)
    return Listed(
        key=f"{draw(st.integers(0, 2**64)):032x}",
        provider_urn=900001,
        provider_name="Larkfield School",
        number="1",
        kind=kind,
        issued_on=received_on,
        received_on=received_on,
        first_day=None,
        last_day=None,
        net=gross,
        vat=0,
        gross=gross,
        status=status,
        approved=gross,
        approved_vat=0,
        disputed=0,
        queried_on=None,
        paid_on=None,
        due_on=None,
        waiting=0,
        waiting_vat=0,
        paid=0,
        settled=0,
    )


class Drawn(NamedTuple):
    """An invoice with its parts in payment runs and what was settled of it."""

    invoice: Listed
    parts: list[Released]
    settled: list[Settlement]


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    """An invoice with up to three parts in runs, each paid or not, and up to two settlements; no more than it bills."""
    invoice = draw(listed())
    left, parts, settled = abs(invoice.gross), [], []
    sign = 1 if invoice.kind == "invoice" else -1
    for number in range(draw(st.integers(0, 3)) if invoice.status == "paid" else 0):
        pence = draw(st.integers(0, left))
        left -= pence
        paid_on = invoice.received_on + timedelta(draw(st.integers(0, 60))) if draw(st.booleans()) else None
        parts.append(Released(invoice, f"run {number}", number + 1, "1", sign * pence, 0, FIRST, paid_on))
    for _ in range(draw(st.integers(0, 2))):
        pence = draw(st.integers(0, left))
        left -= pence
        on = invoice.received_on + timedelta(draw(st.integers(0, 60)))
        settled.append(Settlement(invoice, on, sign * pence, cancels=sign < 0))
    return Drawn(invoice, parts, settled)


@given(st.lists(drawn(), max_size=12), st.lists(DAYS, min_size=2, max_size=2).map(sorted))
def test_periods_join_and_the_balance_is_what_was_billed_less_what_was_paid_or_settled(
    drawn: list[Drawn], ends: list[date]
) -> None:
    """Each period opens where the one before closed, and the last closes at what is neither paid nor settled."""
    invoices = [one.invoice for one in drawn]
    parts, settled = ([entry for one in drawn for entry in one[place]] for place in (1, 2))
    cuts = [FIRST - timedelta(1), *ends, FIRST + timedelta(500)]
    balance = 0
    for before, last in pairwise(cuts):
        found = statement_of(invoices, parts, settled, before + timedelta(1), last)
        assert found.opening == balance
        balance = found.closing
    standing = [one for one in drawn if one.invoice.status != "voided"]
    awaited = sum(entry.gross for one in standing for entry in one.settled)
    billed = sum(one.invoice.gross for one in standing)
    assert found.awaited == awaited
    assert balance == billed - sum(one.gross for one in parts if one.paid_on) - awaited
