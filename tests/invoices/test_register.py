"""An invoice from the door to the payment run and back, and who may take which step."""

import re
from dataclasses import replace
from datetime import date

import pytest

from commissioning.ledger.errors import Refused
from commissioning.ledger.rebuild import rebuild
from commissioning.ledger.tables import column_names, table_name
from invoices import commands
from invoices.held import LineAmount
from invoices.paid_back import ReadBack, read_payments, record_payments
from invoices.projections import InvoiceTables
from tests.invoices.office import AUTUMN, BLOCK, SPOT, SPRING, Office, new_office
from tests.pages.world import placement


@pytest.fixture
def office(store: str) -> Office:  # noqa: ARG001 - the store on which the office's ledger is kept
    """The office of the small council."""
    with new_office() as made:
        yield made  # type: ignore[misc]  # a fixture that closes afterwards


def test_an_agreed_invoice_is_matched_approved_released_and_paid(office: Office) -> None:
    """What the school agrees is what is expected, so nothing is held, and it is paid once."""
    expected = office.expected(BLOCK, AUTUMN)
    assert expected.net > 0
    key = office.agree(BLOCK, AUTUMN, account="larkfield")
    assert office.invoice(key).status == "matched"
    assert {one.outcome for one in office.invoice(key).findings} <= {"warn"}
    assert office.expected(BLOCK, AUTUMN).lines == ()
    office.approve(key)
    assert office.invoice(key).status == "approved"
    assert sum(office.invoice(key).approved.values()) == expected.net
    run = office.release(key)
    assert office.invoice(key).status == "released"
    office.do("f.clerk", commands.RecordPayment(invoice=key, run=run, paid_on=date(2026, 12, 3)))
    assert office.invoice(key).status == "paid"
    with pytest.raises(Refused, match=r"Invoice .* was paid on"):
        office.do("f.clerk", commands.ReversePaymentRun(run=run))


def test_nobody_approves_what_they_ordered_nor_releases_what_they_approved(office: Office) -> None:
    """Whoever logged the placement may not approve, whatever the roles; whoever approved may not release."""
    key = office.agree(BLOCK, AUTUMN)
    with pytest.raises(Refused, match="may not approve"):
        office.approve(key, "w.officer")
    with pytest.raises(Refused, match="above what finance may approve"):
        office.approve(key, "f.clerk")
    office.approve(key, "b.head")
    with pytest.raises(Refused, match="You approved the invoice"):
        office.release(key, account="b.head")
    office.release(key)


def test_a_school_sends_its_own_invoices_alone(office: Office) -> None:
    """A provider cannot agree another school's invoice nor answer its queries."""
    with pytest.raises(Refused, match="may not send invoices of this school"):
        office.agree(BLOCK, AUTUMN, account="fenside")
    key = office.agree(BLOCK, AUTUMN, account="larkfield")
    office.do(
        "f.clerk",
        commands.QueryLines(invoice=key, code="RTE-1", amounts=(LineAmount(line=1, pence=100),)),
    )
    with pytest.raises(Refused, match="may not answer"):
        office.do("fenside", commands.AnswerQuery(invoice=key, query=1, gives_credit=True))
    office.do("larkfield", commands.AnswerQuery(invoice=key, query=1, gives_credit=False))
    assert office.invoice(key).status == "answered"


def test_the_undisputed_part_is_paid_and_the_rest_when_it_is_settled(office: Office) -> None:
    """A query stops its own amount alone; settled as owed, that amount is approved beside the rest, and no more."""
    key = office.agree(BLOCK, AUTUMN)
    whole = sum(match.payable for match in office.invoice(key).matches)
    office.do("f.clerk", commands.QueryLines(invoice=key, code="RTE-1", amounts=(LineAmount(line=1, pence=5_000),)))
    office.approve(key)
    assert office.invoice(key).status == "approved_in_part"
    assert sum(office.invoice(key).approved.values()) == whole - 5_000
    owed = (LineAmount(line=1, pence=2_000),)
    office.do("f.clerk", commands.SettleQuery(invoice=key, query=1, owed=owed))
    office.approve(key)
    assert sum(office.invoice(key).approved.values()) == whole - 3_000
    assert office.invoice(key).status == "approved"
    with pytest.raises(Refused, match="Nothing of this invoice can be approved"):
        office.approve(key)


def test_a_run_that_is_taken_back_leaves_everything_to_be_released_again(office: Office) -> None:
    """Its invoices are approved as before, in no run; its totals stay told with the day on which it was taken back."""
    key = office.agree(BLOCK, AUTUMN)
    office.approve(key)
    before = office.invoice(key)
    run = office.release(key)
    office.do("f.clerk", commands.ReversePaymentRun(run=run))
    assert office.invoice(key) == before
    ((net, vat, gross, reversed_on),) = office.rows("SELECT net, vat, gross, reversed_on FROM invoices_run")
    assert (net, vat, gross) == (sum(before.approved.values()), 0, net)
    assert reversed_on == "2026-09-01"
    office.release(key)


def test_a_leaver_logged_late_is_a_line_on_the_next_invoice(office: Office) -> None:
    """After the autumn is billed, an end within it comes off the spring's invoice, by the event that recorded it."""
    office.agree(SPOT, AUTUMN)
    office.take_in({"Placements": [placement("PL-2", SPOT, "SEMH", date(2026, 4, 1), end_on=date(2026, 10, 31))]})
    ended = next(one.position for one in office.events() if type(one.event).__name__ == "PlacementEnded")
    spring = office.expected(SPOT, SPRING)
    taken_off = [line for line in spring.lines if line.adjustment is not None]
    assert [line.adjustment for line in taken_off] == [ended]
    assert taken_off[0].net == -2 * 550_000  # November and December at £66,000 a year in twelfths


def test_an_invoice_is_not_approved_beyond_a_charge_that_has_fallen_since(office: Office) -> None:
    """Checked before the leaver was known, it is refused; checked again, what is still owed is approved."""
    key = office.agree(SPOT, AUTUMN)
    office.take_in({"Placements": [placement("PL-2", SPOT, "SEMH", date(2026, 4, 1), end_on=date(2026, 10, 31))]})
    with pytest.raises(Refused, match="would be approved where"):
        office.approve(key)
    office.do("f.clerk", commands.CheckInvoiceAgain(invoice=key))
    found = office.invoice(key)
    (finding,) = (one for one in found.findings if one.outcome != "warn")
    assert (finding.code, finding.money) == ("PLC-1", 1_100_000)
    assert found.status == "held"
    with pytest.raises(Refused, match="Nothing of this invoice can be approved"):
        office.approve(key)
    disputed = (LineAmount(line=1, pence=finding.money),)
    office.do("f.clerk", commands.QueryLines(invoice=key, code="PLC-1", amounts=disputed))
    office.approve(key)
    assert office.invoice(key).approved == {1: 1_100_000}


def test_payments_are_read_back_all_or_none(office: Office) -> None:
    """A file of the finance system names schools, numbers and days; a row that fits nothing keeps all of it out."""
    key = office.agree(BLOCK, AUTUMN, "LF-0881")
    office.approve(key)
    office.release(key)
    heading, right = "urn,invoice_number,paid_on,reference", "900001,lf 881,2026-12-03,BACS 1"

    def read_back(*rows: str) -> None:
        payments = read_payments([heading, *rows])
        office.ledger.run(
            lambda work: record_payments(payments, work), command_id=str(rows), digest="", account="f.clerk"
        )

    with pytest.raises(Refused, match=r"row 3.*no invoice in a payment run"):
        read_back(right, "900001,LF-0882,2026-12-03,")
    assert office.invoice(key).status == "released"
    read_back(right)
    assert office.invoice(key).paid_on == date(2026, 12, 3)
    with pytest.raises(Refused, match="row 2"):
        read_payments([heading, "900001,LF-0881,3 December,"])


def test_a_file_of_payments_says_what_is_new_and_what_has_moved(office: Office) -> None:
    """The file of another run tells nothing new; another day of a payment holds from now on and is told as such."""
    key = office.agree(BLOCK, AUTUMN, "LF-0881")
    office.approve(key)
    office.release(key)

    def read_back(*rows: str) -> ReadBack:
        payments, found = read_payments(["urn,invoice_number,paid_on", *rows]), []
        office.ledger.run(
            lambda work: found.append(record_payments(payments, work)),
            command_id=str(rows),
            digest="",
            account="f.clerk",
        )
        return found[0]

    third, fourth = "900001,LF-0881,2026-12-03", "900001,lf 881,2026-12-04"
    with pytest.raises(Refused, match=r"row 3: “lf 881” was paid on another day by row 2\. Leave one of them out\."):
        read_back(third, fourth)
    assert read_back(third) == (1, 0, ())
    assert read_back(third, third) == (0, 2, ())
    assert read_back(fourth) == (0, 0, (("lf 881", date(2026, 12, 3), date(2026, 12, 4)),))
    assert office.invoice(key).paid_on == date(2026, 12, 4)


def test_a_file_of_payments_that_is_no_such_table_is_refused_with_its_cure() -> None:
    """A column by another name, a field without end and too many rows are told, and no payment is read of them."""
    heading = "urn,invoice_number,paid_on"
    headings_of_another = (
        "row 1: The file has no column invoice_number. Expected urn, invoice_number, paid_on. Give its"
    )
    for lines, words in (
        (["urn,number,paid_on"], headings_of_another),
        ([heading, '900001,"' + "9" * 200_000], "row 2: The file cannot be read as CSV. Save it"),
        ([heading, *["900001,LF-0881,2026-12-03"] * 20_000], "The file has too many rows. Expected fewer than 20,000"),
    ):
        with pytest.raises(Refused, match=re.escape(words)):
            read_payments(lines)


def in_dispute(office: Office, pence: int = 5_000) -> str:
    """An invoice of which some pence are in dispute, with the rest approved and put into a run."""
    key = office.agree(BLOCK, AUTUMN, "LF-0881")
    office.do("f.clerk", commands.QueryLines(invoice=key, code="RTE-1", amounts=(LineAmount(line=1, pence=pence),)))
    office.approve(key)
    return key


def settle(office: Office, key: str, pence: int) -> None:
    """Ends the oldest query with some pence owed, and approves them."""
    owed = (LineAmount(line=1, pence=pence),)
    office.do("f.clerk", commands.SettleQuery(invoice=key, query=1, owed=owed))


def test_the_rest_of_a_part_that_was_paid_is_paid_in_a_run_of_its_own(office: Office) -> None:
    """What was in dispute is approved, released and paid beside what was paid before, under a number of its own."""
    key = in_dispute(office)
    first = office.release(key)
    assert office.invoice(key).status == "released_in_part"
    office.do("f.clerk", commands.RecordPayment(invoice=key, run=first, paid_on=date(2026, 9, 3)))
    assert office.invoice(key).status == "paid_in_part"
    office.clock.advance(days=10)
    settle(office, key, 2_000)
    assert office.invoice(key).status == "rest_to_approve"
    office.approve(key)
    second = office.release(key)
    rows = office.rows(
        "SELECT number, run, net, paid_on FROM invoices_release WHERE to_position > 1000000000 ORDER BY part"
    )
    whole = office.invoice(key).document
    assert whole is not None
    assert rows == [("LF-0881", first, whole.net - 5_000, "2026-09-03"), ("LF-0881 part 2", second, 2_000, None)]
    payments = read_payments(["urn,invoice_number,paid_on", "900001,lf 881 PART 2,2026-12-03"])
    office.ledger.run(lambda work: record_payments(payments, work), command_id="read", digest="", account="f.clerk")
    assert office.invoice(key).status == "paid"
    assert [one.paid_on for one in office.invoice(key).releases] == [date(2026, 9, 3), date(2026, 12, 3)]
    with pytest.raises(Refused, match=r"Invoice .* was paid on"):
        office.do("f.clerk", commands.ReversePaymentRun(run=second))


def test_either_run_of_an_invoice_can_be_taken_back(office: Office) -> None:
    """Its part waits again and may be released with what came since; the part in the other run stays as it is."""
    key = in_dispute(office)
    first = office.release(key)
    settle(office, key, 5_000)
    office.approve(key)
    second = office.release(key)
    office.do("f.clerk", commands.ReversePaymentRun(run=first))
    ((number, net),) = office.rows("SELECT number, net FROM invoices_release WHERE to_position > 1000000000")
    assert (number, net) == ("LF-0881 part 2", 5_000)
    found = office.invoice(key)
    assert found.document is not None
    assert sum(found.waiting.values()) == found.document.net - 5_000
    third = office.release(key)
    office.do("f.clerk", commands.ReversePaymentRun(run=second))
    assert [(one.run, one.part) for one in office.invoice(key).releases] == [(third, 1)]
    assert sum(office.invoice(key).waiting.values()) == 5_000


def test_what_is_not_in_a_run_can_still_be_queried_and_nothing_else(office: Office) -> None:
    """Of a line that was released in part no more can be disputed than its rest; nor what was settled as not owed."""
    key = in_dispute(office)
    office.release(key)
    settle(office, key, 2_000)
    ask = commands.QueryLines(invoice=key, code="RTE-1", amounts=(LineAmount(line=1, pence=2_001),))
    with pytest.raises(Refused, match="So much of this line cannot be disputed"):
        office.do("f.clerk", ask)
    office.do("f.clerk", ask.model_copy(update={"amounts": (LineAmount(line=1, pence=2_000),)}))
    assert office.invoice(key).status == "released_in_part"
    with pytest.raises(Refused, match="Nothing of this invoice can be approved"):
        office.approve(key)
    with pytest.raises(Refused, match="cannot be taken out"):
        office.do("f.clerk", commands.VoidInvoice(invoice=key))


def test_two_invoices_of_one_number_are_known_apart_by_the_finance_system(office: Office) -> None:
    """An invoice that a school split under one number is paid under two."""
    keys = [office.agree(BLOCK, AUTUMN, "LF-0881", account="larkfield")]
    document = office.document_of(keys[0])
    office.do("f.clerk", commands.VoidInvoice(invoice=keys[0]))
    for half in (document.lines[:1], document.lines[1:]):
        key, net = office.key(), sum(line.net for line in half)
        lines = tuple(replace(line, number=number) for number, line in enumerate(half, 1))
        part = replace(document, lines=lines, net=net, gross=net, vat=0, part_of="LF-0881")
        office.do("larkfield", commands.ReceiveInvoice(invoice=key, provider_urn=900001, source="file", document=part))
        office.approve(key)
        keys.append(key)
    office.release(*keys[1:])
    rows = office.rows("SELECT number FROM invoices_release ORDER BY id")
    assert rows == [("LF-0881",), ("LF-0881 part 2",)]


def test_the_read_tables_are_made_anew_from_the_log(office: Office) -> None:
    """A rebuild gives the very same rows."""
    first, second = office.agree(BLOCK, AUTUMN), office.agree(SPOT, AUTUMN, "INV-2")
    office.do("f.clerk", commands.QueryLines(invoice=first, code="RTE-1", amounts=(LineAmount(line=1, pence=9),)))
    office.approve(first)
    paid = office.release(first)
    office.do("f.clerk", commands.RecordPayment(invoice=first, run=paid, paid_on=date(2026, 12, 3)))
    settle(office, first, 9)
    office.approve(first)
    office.do("f.clerk", commands.ReversePaymentRun(run=office.release(first)))
    office.do("f.clerk", commands.VoidInvoice(invoice=second))
    office.approve(office.agree(SPOT, AUTUMN, "INV-3"))
    left = placement("PL-2", SPOT, "SEMH", date(2026, 4, 1), end_on=date(2026, 11, 30))
    office.take_in({"Placements": [left]})  # a credit is asked for at once

    def tables() -> list[list[tuple[object, ...]]]:
        return [
            office.rows(f"SELECT {', '.join(column_names(model))} FROM {table_name(model)} ORDER BY id")
            for model in InvoiceTables.models
        ]

    before = tables()
    rebuild(office.ledger)
    assert tables() == before
    assert all(before)
