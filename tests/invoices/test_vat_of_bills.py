"""Bills whose VAT is in question, from the file to the last part: asked, answered, put right or withdrawn, paid."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from commissioning.ledger.errors import Refused
from commissioning.ledger.rebuild import rebuild
from commissioning.ledger.tables import column_names, table_name
from commissioning.settings import Settings
from invoices import commands
from invoices.amounts import as_amounts
from invoices.held import LineAmount
from invoices.invoice import Invoice
from invoices.projections import InvoiceTables
from invoices.recoverable_vat import recoverable_vat
from invoices.settled import settled_of
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of
from tests.invoices.office import AUTUMN, BLOCK, LARKFIELD, SPRING, Office, new_office
from tests.invoices.test_pages import page_of, send, words_of

Client = TestClient[Any, Any]
NUMBER, OTHER_NUMBER = "GB123456782", "GB980780684"


@pytest.fixture
def office(store: str) -> Iterator[Office]:  # noqa: ARG001 - the store on which the office's ledger is kept
    """The office of the small council."""
    with new_office() as made:
        yield made


def bill(office: Office, vat_number: str | None = None, *, above: int = 0, number: str = "LF-0881") -> str:
    """Has the school bill its autumn with VAT at 20%, and so much above that on its first line; gives the key."""
    agreed = office.agree(BLOCK, AUTUMN, number)
    stated = office.document_of(agreed)
    office.do("f.clerk", commands.VoidInvoice(invoice=agreed))
    lines = tuple(
        replace(one, vat_category="S", vat_rate=Decimal(20), vat=one.net // 5 + (above if one.number == 1 else 0))
        for one in stated.lines
    )
    vat = sum(one.vat or 0 for one in lines)
    supplier = replace(stated.supplier, vat_number=vat_number)
    document = replace(stated, lines=lines, vat=vat, gross=stated.net + vat, supplier=supplier)
    key = office.key()
    office.do(
        "larkfield",
        commands.ReceiveInvoice(
            invoice=key, provider_urn=LARKFIELD, source="file", document=document, sha256="ab" * 32
        ),
    )
    return key


def registered(office: Office, number: str = NUMBER) -> None:
    """Has an approver record the school's VAT number, from before the bill."""
    office.do(
        "a.head", commands.RecordSupplier(provider_urn=LARKFIELD, effective_on=date(2025, 1, 1), vat_number=number)
    )


def query_vat(office: Office, key: str, code: str = "VAT-1") -> None:
    """Has finance put the VAT that is held to the school."""
    held = office.invoice(key).held_vat
    office.do("f.clerk", commands.QueryLines.model_validate({"invoice": key, "code": code, "vat": as_amounts(held)}))


def settle(office: Office, key: str, *, owed: bool, query: int = 1) -> None:
    """Has finance settle a query of VAT at all of it or at nothing."""
    vat = office.invoice(key).queries[query - 1].vat
    office.do("f.clerk", commands.SettleQuery(invoice=key, query=query, owed_vat=as_amounts(vat) if owed else ()))


def paid(office: Office, key: str) -> Invoice:
    """Has everything that can be approved, released and paid; gives the invoice after it."""
    office.approve(key)
    run = office.release(key)
    office.do("f.clerk", commands.RecordPayment(invoice=key, run=run, paid_on=date(2026, 12, 3)))
    return office.invoice(key)


def test_the_net_is_paid_while_the_vat_is_in_question_and_then_the_vat(office: Office) -> None:
    """Of a school that is not recorded as registered: once its number is recorded the VAT is paid as a second part."""
    key = bill(office)
    found = office.invoice(key)
    assert found.document is not None
    net, vat = found.document.net, found.document.vat
    assert (sum(found.payable.values()), found.payable_vat, sum(found.held_vat.values())) == (net, {}, vat)
    query_vat(office, key)
    found = paid(office, key)
    assert (found.status, found.paid_gross, found.approved_vat) == ("paid_in_part", net, 0)
    assert office.rows("SELECT disputed, waiting, waiting_vat FROM invoices_invoice WHERE status <> 'voided'") == [
        (vat, 0, 0)
    ]
    registered(office)
    settle(office, key, owed=True)
    assert office.invoice(key).status == "rest_to_approve"
    found = paid(office, key)
    assert (found.status, found.paid_gross, found.approved_vat) == ("paid", net + vat, vat)
    assert recoverable_vat(found) == vat
    parts = office.rows("SELECT number, net, vat FROM invoices_release WHERE to_position > 1000000000 ORDER BY part")
    assert parts == [("LF-0881", net, 0), ("LF-0881 part 2", 0, vat)]
    with pytest.raises(Refused, match="Nothing of this invoice can be approved"):
        office.approve(key)


def test_vat_that_the_school_withdraws_closes_the_bill(office: Office) -> None:
    """Settled at nothing, the bill is paid with its net, and nothing of its VAT is ever paid or recovered."""
    key = bill(office)
    query_vat(office, key)
    office.do("larkfield", commands.AnswerQuery(invoice=key, query=1, gives_credit=True))
    settle(office, key, owed=False)
    found = paid(office, key)
    assert (found.status, found.is_open, found.approved_vat, recoverable_vat(found)) == ("paid", False, 0, 0)
    registered(office)
    office.do("f.clerk", commands.CheckInvoiceAgain(invoice=key))
    assert office.invoice(key).payable_vat == {}


def credit(office: Office, key: str, part: int = 1, number: str = "CN-7", school: str = "larkfield") -> str:
    """Has the school give back the whole bill, or a part of each line and its VAT; gives the credit note's key."""
    stated = office.document_of(key)
    lines = tuple(
        replace(one, net=one.net // part, vat=(one.vat or 0) // part, quantity=None, unit=None, rate=None)
        for one in stated.lines
    )
    net, vat = sum(one.net for one in lines), sum(one.vat or 0 for one in lines)
    document = replace(
        stated,
        kind="credit_note",
        number=number,
        corrects=stated.number,
        lines=lines,
        net=net,
        vat=vat,
        gross=net + vat,
    )
    note, urn = office.key(), office.invoice(key).provider_urn
    office.do(
        school,
        commands.ReceiveInvoice(invoice=note, provider_urn=urn, source="file", document=document, sha256=note * 2),
    )
    return note


@pytest.mark.parametrize("when", ["before the query", "before the settlement", "after the settlement", "once paid"])
def test_a_credit_takes_no_vat_back_that_was_never_paid(office: Office, when: str) -> None:
    """The VAT was settled away and the number recorded: a credit for all of the bill takes its net back and no VAT."""
    key = bill(office)
    found = office.invoice(key)
    assert found.document is not None
    net, vat = found.document.net, found.document.vat
    early = credit(office, key) if when == "before the query" else None
    query_vat(office, key)
    early = credit(office, key) if when == "before the settlement" else early
    settle(office, key, owed=False)
    early = credit(office, key) if when == "after the settlement" else early
    registered(office)
    assert paid(office, key).paid_gross == net
    note = early or credit(office, key)
    office.approve(note)
    back = office.invoice(note)
    assert (sum(back.approved.values()), back.approved_vat, settled_of(back)) == (net, 0, -vat)
    assert not back.is_open
    rows = office.rows(
        "SELECT number, gross - settled - paid FROM invoices_invoice WHERE status <> 'voided' ORDER BY id"
    )
    assert rows == [("LF-0881", 0), ("CN-7", -net)]


def test_a_credit_waits_for_vat_that_is_held_and_takes_it_back_once_it_is_approved(office: Office) -> None:
    """Nobody has asked about the VAT of the bill yet; the number is recorded, so it is paid, and then taken back."""
    key = bill(office)
    paid(office, key)
    note = credit(office, key)
    office.approve(note)
    assert (office.invoice(note).approved_vat, office.invoice(note).is_open) == (0, True)
    registered(office)
    office.do("f.clerk", commands.CheckInvoiceAgain(invoice=key))
    vat = paid(office, key).approved_vat
    office.approve(note)
    assert vat > 0
    assert (office.invoice(note).approved_vat, office.invoice(note).is_open) == (vat, False)


def test_a_credit_takes_nothing_back_of_a_bill_that_was_taken_out(office: Office) -> None:
    """A bill stays while a credit of it is approved; one that comes later waits for a bill under the same number."""
    registered(office)
    key = bill(office, NUMBER)
    office.approve(key)
    note = credit(office, key)
    office.approve(note)
    with pytest.raises(Refused, match="A credit note for this invoice is approved"):
        office.do("f.clerk", commands.VoidInvoice(invoice=key))
    for one in (note, key):
        office.do("f.clerk", commands.VoidInvoice(invoice=one))
    late = credit(office, key, number="CN-8")
    assert (office.invoice(late).is_payable, office.invoice(late).status) == (False, "waits_for_bill")
    assert office.rows("SELECT SUM(waiting + waiting_vat) FROM invoices_invoice") == [(0,)]
    again = bill(office, NUMBER)
    assert (office.invoice(late).is_payable, office.invoice(late).status) == (False, "waits_for_bill")
    office.approve(again)
    assert office.invoice(late).payable == office.invoice(again).approved
    assert office.rows(f"SELECT status FROM invoices_invoice WHERE invoice = '{late}'") == [("matched",)]


def test_a_bill_that_is_settled_at_nothing_is_neither_late_nor_ready(office: Office) -> None:
    """Nothing of it is left to pay, so it is due on no day; nor is the credit note that cancels it."""
    key = bill(office)
    whole = tuple(LineAmount(line=one.number, pence=one.net) for one in office.document_of(key).lines)
    office.do("f.clerk", commands.QueryLines(invoice=key, code="RTE-1", amounts=whole))
    office.do("f.clerk", commands.SettleQuery(invoice=key, query=1))
    note = credit(office, key)
    for one in (office.invoice(key), office.invoice(note)):
        assert (one.status, one.due_on, one.is_payable) == ("settled", None, False)
    rows = office.rows("SELECT status, due_on, gross - settled - paid FROM invoices_invoice WHERE status <> 'voided'")
    assert rows == [("settled", None, 0)] * 2


@pytest.mark.parametrize("early", [False, True])
def test_a_credit_for_what_was_settled_moves_no_money(office: Office, *, early: bool) -> None:
    """Half of the bill is settled as not owed; the credit for it cancels that: nothing is paid less, now or next.

    A credit that comes while the half is in dispute waits for its settlement, though the other half was paid.
    """
    registered(office)
    key = bill(office, NUMBER)
    halves = tuple(LineAmount(line=one.number, pence=one.net // 2) for one in office.document_of(key).lines)
    office.do("f.clerk", commands.QueryLines(invoice=key, code="RTE-1", amounts=halves))
    paid(office, key)
    next_bill = office.expected(BLOCK, SPRING)
    waiting = credit(office, key, part=2) if early else None
    if waiting is not None:
        assert not office.invoice(waiting).is_payable
    office.do("f.clerk", commands.SettleQuery(invoice=key, query=1))
    half, note = office.invoice(key), waiting or credit(office, key, part=2)
    found = office.invoice(note)
    assert half.document is not None
    assert (found.is_payable, found.is_open, settled_of(found)) == (False, False, -settled_of(half))
    assert half.paid_gross == half.document.gross - settled_of(half)
    assert office.expected(BLOCK, SPRING).lines == next_bill.lines
    with pytest.raises(Refused, match="Nothing of this invoice can be approved"):
        office.approve(note)
    again = credit(office, key, part=2, number="CN-8")
    assert sum(office.invoice(again).payable.values()) == sum(half.approved.values()), "the first has what was settled"
    office.do("f.clerk", commands.VoidInvoice(invoice=note))
    assert not office.invoice(again).is_payable, "the first was taken out, so the second has it"


@pytest.mark.parametrize("stated", ["GB123456789", OTHER_NUMBER])
def test_a_number_that_the_document_has_wrong_is_put_right_by_the_school(office: Office, stated: str) -> None:
    """With check digits that are wrong, or of somebody else: the query is settled as owed, and the VAT is paid."""
    registered(office)
    key = bill(office, stated)
    found = office.invoice(key)
    assert found.document is not None
    office.do("f.clerk", commands.CheckInvoiceAgain(invoice=key))
    assert office.invoice(key).payable_vat == {}
    query_vat(office, key)
    settle(office, key, owed=True)
    assert paid(office, key).paid_gross == found.document.gross


def test_of_vat_above_its_rate_only_what_is_above_waits(office: Office) -> None:
    """The school bills £10 of VAT too much: all else is paid, and the £10 once they are settled as owed never are."""
    registered(office)
    key = bill(office, NUMBER, above=1_000)
    found = office.invoice(key)
    assert found.document is not None
    assert found.held_vat == {1: 1_000}
    query_vat(office, key, "VAT-3")
    found = paid(office, key)
    assert found.document is not None
    assert found.paid_gross == found.document.gross - 1_000
    settle(office, key, owed=True)
    assert office.invoice(key).held_vat == {1: 1_000}, "the sum is as wrong as before"
    query_vat(office, key, "VAT-3")
    settle(office, key, owed=False, query=2)
    assert (office.invoice(key).status, recoverable_vat(office.invoice(key))) == ("paid", found.document.vat - 1_000)


def test_no_more_vat_is_queried_or_settled_than_there_is(office: Office) -> None:
    """Each refusal says how much there is."""
    key = bill(office)
    most = office.invoice(key).held_vat[1]
    ask = commands.QueryLines(invoice=key, code="VAT-1", vat=(LineAmount(line=1, pence=most + 1),))
    with pytest.raises(Refused, match="So much of this line's VAT cannot be disputed"):
        office.do("f.clerk", ask)
    with pytest.raises(Refused, match="about at least one line"):
        office.do("f.clerk", commands.QueryLines(invoice=key, code="VAT-1"))
    office.do("f.clerk", ask.model_copy(update={"vat": (LineAmount(line=1, pence=most),)}))
    with pytest.raises(Refused, match="More is settled than"):
        office.do(
            "f.clerk",
            commands.SettleQuery(invoice=key, query=1, owed_vat=(LineAmount(line=1, pence=most + 1),)),
        )


def test_the_tables_of_parts_of_vat_are_made_anew_from_the_log(office: Office) -> None:
    """A rebuild gives the very same rows, of VAT that is disputed, waits, and was paid by itself."""
    key = bill(office)
    query_vat(office, key)
    paid(office, key)
    registered(office)
    settle(office, key, owed=True)
    office.approve(key)
    office.do("f.clerk", commands.ReversePaymentRun(run=office.release(key)))
    is_made_anew(office)


def test_the_tables_of_what_is_settled_and_cancelled_are_made_anew_from_the_log(office: Office) -> None:
    """A rebuild gives the very same rows of a bill whose VAT was settled while a credit note for it waited."""
    key = bill(office)
    query_vat(office, key)
    note = credit(office, key)
    settle(office, key, owed=False)
    office.approve(key)
    vat = settled_of(office.invoice(key))
    rows = office.rows("SELECT settled FROM invoices_invoice WHERE status <> 'voided' ORDER BY id")
    assert rows == [(vat,), (-vat,)]
    assert office.invoice(note).is_payable
    is_made_anew(office)


def is_made_anew(office: Office) -> None:
    """A rebuild gives the very same rows of every table of invoices."""

    def tables() -> list[list[tuple[object, ...]]]:
        return [
            office.rows(f"SELECT {', '.join(column_names(model))} FROM {table_name(model)} ORDER BY id")
            for model in InvoiceTables.models
        ]

    before = tables()
    rebuild(office.ledger)
    assert tables() == before


def test_what_stops_a_whole_bill_is_not_lifted_by_checking_again(office: Office) -> None:
    """The same file under another number stays stopped, though nothing is known anew."""
    office.agree(BLOCK, SPRING, "LF-0001")
    first = bill(office)
    stated = office.document_of(first)
    again = office.key()
    office.do(
        "larkfield",
        commands.ReceiveInvoice(
            invoice=again,
            provider_urn=LARKFIELD,
            source="file",
            document=replace(stated, number="LF-0882"),
            sha256="ab" * 32,
        ),
    )
    for _ in range(2):
        assert "DUP-2" in {one.code for one in office.invoice(again).findings}
        assert not office.invoice(again).is_payable
        office.do("f.clerk", commands.CheckInvoiceAgain(invoice=again))
    office.do("f.clerk", commands.VoidInvoice(invoice=first))
    office.do("f.clerk", commands.CheckInvoiceAgain(invoice=again))
    assert "DUP-2" not in {one.code for one in office.invoice(again).findings}


def filled_with_vat(template: str, number: str = "LF-0881") -> bytes:
    """Our own template, filled in by a school that charges VAT at 20% and states no VAT number."""
    rows = list(csv.DictReader(io.StringIO(template.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))))
    vats = [Decimal(row["net"]) / 5 for row in rows]
    net = sum(Decimal(row["net"]) for row in rows)
    for row, vat in zip(rows, vats, strict=True):
        row |= {"vat_category": "S", "vat_rate": "20", "vat": f"{vat:.2f}"}
        row |= {"invoice_number": number, "issued_on": "2026-11-02"}
        row |= {"total_vat": f"{sum(vats):.2f}", "total_gross": f"{net + sum(vats):.2f}"}
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


async def sent_with_vat(finance: Client) -> str:
    """Has a bill with VAT come in by a program; gives its key."""
    template = await page_of(finance, "/invoices/expected/BLOCK-1/2026-09-01/template.csv")
    headers = {"Idempotency-Key": "a-bill-with-vat-0881"}
    async with finance.post(
        "/api/v1/invoices?provider=900001", data=filled_with_vat(template), headers=headers
    ) as answer:
        told = await answer.json()
        assert (answer.status, told["status"]) == (200, "held"), told
    return str(told["invoice"])


async def test_the_pages_lead_a_bill_with_vat_to_its_end(world: Settings, tmp_path: Path) -> None:
    """Each side reads what is so of this bill, and what it can do; the files of both runs come to what was paid."""
    own = copy_of(world, tmp_path / "own")
    async with (
        client_of(own, "finance") as finance,
        client_of(own, "approver") as approver,
        client_of(own, "provider", urns=(900001,)) as school,
    ):
        key = await sent_with_vat(finance)
        page = words_of(await page_of(finance, f"/invoices/{key}"))
        assert "VAT held" in page
        assert "Line held" not in page
        assert "The net can be approved; the VAT waits." in page
        await send(finance, f"/invoices/{key}/query-vat", lines="all", code="VAT-1", words="What is your VAT number?")
        await page_of(finance, f"/invoices/{key}/query-vat", 404)
        notice = words_of(await page_of(school, f"/invoices/{key}/queries/1"))
        assert re.search(r"we dispute £[\d,.]+ of VAT, on lines 1, 2", notice)
        assert re.search(r"Of the rest £[\d,.]+ (is|is to be) paid", notice)
        await send(approver, f"/invoices/{key}/approve")
        first = await a_run(finance)
        assert {row["line_type"] for row in await rows_of(finance, first, "lines")} == {"ITEM"}
        assert "Of the rest £54,000.00 was paid" in words_of(await page_of(school, f"/invoices/{key}/queries/1"))
        await send(school, f"/invoices/{key}/queries/1/answer", gives_credit="no", words="It is GB 123 4567 82")
        await send(approver, "/invoices/suppliers/900001/vat", vat_number="GB 123 4567 82", effective_on="1/1/2025")
        await send(finance, f"/invoices/{key}/queries/1/settle", owed_vat="all")
        assert "Approve VAT of £10,800.00" in words_of(await page_of(approver, f"/invoices/{key}"))
        await send(approver, f"/invoices/{key}/approve")
        second = await a_run(finance)
        assert {row["line_type"] for row in await rows_of(finance, second, "lines")} == {"TAX"}
        for run, total in ((first, "54000.00"), (second, "10800.00")):
            for name, column in (("headers", "invoice_amount"), ("lines", "amount"), ("payments", "gross")):
                rows = await rows_of(finance, run, name)
                assert sum(Decimal(row[column]) for row in rows) == Decimal(total), name
        assert "It was paid on" in words_of(await page_of(school, f"/your-invoices/{key}"))
        assert "Owed now £0.00" in words_of(await page_of(school, "/your-invoices/statement?year=2026/27"))


async def a_run(finance: Client) -> str:
    """Makes a run of what waits and records that it was paid; gives its key."""
    runs = await page_of(finance, "/invoices/runs")
    made = await send(finance, re.findall(r'href="(/invoices/runs/new/\d+)"', runs)[0], pay_on="1/12/2026")
    run: str = re.findall(r"/invoices/runs/([0-9a-f]{32})", made)[0]
    await send(finance, f"/invoices/runs/{run}/paid", paid_on="2/12/2026", reference="BACS 1")
    return run


async def rows_of(finance: Client, run: str, name: str) -> list[dict[str, str]]:
    """The rows of a file of a run."""
    return list(csv.DictReader((await page_of(finance, f"/invoices/runs/{run}/{name}.csv")).splitlines()))
