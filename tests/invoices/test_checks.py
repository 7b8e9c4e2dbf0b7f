"""Every check on an invoice that is right but for one thing: its code is found, and no other that stops anything."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from invoices import commands
from invoices.checks.vat_number import is_vat_number
from invoices.expected.document import document_of
from invoices.facts import BilledDocument, BilledLine, StatedAccount
from invoices.invoice import Invoice
from invoices.numbers import normalised_number
from invoices.supplier import Supplier
from providers.bank.sealing import change_of, checked
from tests.invoices.office import AUTUMN, BLOCK, FENSIDE, SPOT, SPRING, Office, new_office
from tests.pages.world import own_price, placement

VAT_NUMBER = "GB 123 4567 82"
Fault = Callable[[Office, BilledDocument], BilledDocument]


@pytest.fixture
def office(store: str) -> Iterator[Office]:  # noqa: ARG001 - the store on which the office's ledger is kept
    """The office, with a placement that has a price a week and one an hour."""
    with new_office() as made:
        made.take_in(
            {
                "Placements": [placement("PL-8", SPOT, "ASD", date(2026, 9, 1))],
                "Rates": [
                    own_price("PL-8", 48000),
                    {"placement_ref": "PL-8", "component": "therapy", "unit": "week", "amount": 120},
                    {"placement_ref": "PL-8", "component": "support", "unit": "hour", "amount": 20, "quantity": 5},
                ],
            }
        )
        yield made


def document(office: Office, day: date = AUTUMN, number: str = "FS-100") -> BilledDocument:
    """What the school should send for the spot agreement."""
    known = Supplier(FENSIDE, {})
    return document_of(office.expected(SPOT, day), number, day, "Fenside School", known)


def receive(office: Office, stated: BilledDocument, sha256: str | None = None) -> Invoice:
    """Has the school send a document; gives the invoice that it became."""
    key = office.key()
    office.do(
        "fenside",
        commands.ReceiveInvoice(invoice=key, provider_urn=FENSIDE, source="file", document=stated, sha256=sha256),
    )
    return office.invoice(key)


def stopping(invoice: Invoice) -> set[str]:
    """The codes of what was found, remarks apart."""
    return {one.code for one in invoice.findings if one.outcome != "warn"}


def with_line(stated: BilledDocument, component: str, **changed: Any) -> BilledDocument:
    """The document with one line changed, and totals that follow."""
    lines = tuple(
        replace(line, **changed) if (line.component, line.placement_ref) == (component, "PL-8") else line
        for line in stated.lines
    )
    net, vat = sum(line.net for line in lines), sum(line.vat or 0 for line in lines)
    return replace(stated, lines=lines, net=net, vat=vat, gross=net + vat)


def line_of(stated: BilledDocument, component: str) -> BilledLine:
    """The line of the placement with several prices."""
    return next(line for line in stated.lines if (line.component, line.placement_ref) == (component, "PL-8"))


def dearer(_office: Office, stated: BilledDocument) -> BilledDocument:
    """Ten pounds more than agreed for a year's education."""
    return with_line(stated, "education", net=line_of(stated, "education").net + 1_000, quantity=None, rate=None)


def dearer_rate(_office: Office, stated: BilledDocument) -> BilledDocument:
    """A pound a week more than agreed."""
    line = line_of(stated, "therapy")
    assert line.quantity is not None
    assert line.rate is not None
    return with_line(stated, "therapy", rate=line.rate + 100, net=int(line.quantity * (line.rate + 100)))


def more_weeks(_office: Office, stated: BilledDocument) -> BilledDocument:
    """A week more than the calendar has."""
    line = line_of(stated, "therapy")
    assert line.quantity is not None
    assert line.rate is not None
    return with_line(stated, "therapy", quantity=line.quantity + 1, net=int((line.quantity + 1) * line.rate))


def more_hours(_office: Office, stated: BilledDocument) -> BilledDocument:
    """Two hours more than agreed."""
    line = line_of(stated, "support")
    assert line.quantity is not None
    assert line.rate is not None
    return with_line(stated, "support", quantity=line.quantity + 2, net=int((line.quantity + 2) * line.rate))


def left_before(office: Office, stated: BilledDocument) -> BilledDocument:
    """The pupil left a month before the end."""
    row = placement("PL-2", SPOT, "SEMH", date(2026, 4, 1), end_on=date(2026, 11, 30))
    office.take_in({"Placements": [row]})
    return stated


def signed_late(office: Office, stated: BilledDocument) -> BilledDocument:
    """Signed a month after the first day that is billed."""
    office.take_in({"Placements": [placement("PL-8", SPOT, "ASD", date(2026, 9, 1), signed_on=date(2026, 10, 1))]})
    return stated


def billed_again(office: Office, stated: BilledDocument) -> BilledDocument:
    """October of one line, which another invoice bills as part of the term."""
    office.agree(SPOT, AUTUMN, "FS-99")
    line = replace(stated.lines[0], number=1, first_day=date(2026, 10, 1), last_day=date(2026, 10, 31), net=550_000)
    return replace(stated, lines=(line,), net=550_000, vat=0, gross=550_000)


def same_number(office: Office, _stated: BilledDocument) -> BilledDocument:
    """The next term under the number of the last, written otherwise."""
    office.agree(SPOT, AUTUMN, "FS 0100")
    return document(office, SPRING, "fs-100")


def with_vat(_office: Office, stated: BilledDocument) -> BilledDocument:
    """VAT by a school that is not registered."""
    return with_line(stated, "therapy", vat_category="S", vat_rate=Decimal(20), vat=line_of(stated, "therapy").net // 5)


def wrong_vat(office: Office, stated: BilledDocument) -> BilledDocument:
    """VAT of a registered school, a pound too much."""
    office.do(
        "a.head",
        commands.RecordSupplier(
            provider_urn=FENSIDE, effective_on=date(2025, 1, 1), vat_number=VAT_NUMBER, vat_category="S", vat_rate=20
        ),
    )
    vat = line_of(stated, "therapy").net // 5 + 100
    return with_line(stated, "therapy", vat_category="S", vat_rate=Decimal(20), vat=vat)


def unknown_placement(_office: Office, stated: BilledDocument) -> BilledDocument:
    """A placement that nobody has recorded."""
    return with_line(stated, "education", placement_ref="PL-NONE", quantity=None, rate=None)


def other_account(office: Office, stated: BilledDocument) -> BilledDocument:
    """Another account than two people approved."""

    def approved(work: Any) -> None:
        plain = checked({"account_name": "Fenside", "sort_code": "01-02-03", "account_number": "00000001"})
        work.two_people = True
        work.execute(change_of(work.vault, FENSIDE, plain, None))

    office.ledger.run(approved, command_id="bank", digest="bank", account="f.clerk")
    return replace(stated, account=StatedAccount(sort_code="01 02 03", account_number="00000002"))


FAULTS: tuple[tuple[str, Fault], ...] = (
    ("RTE-1", dearer),
    ("RTE-1", dearer_rate),
    ("PRD-1", more_weeks),
    ("HRS-1", more_hours),
    ("PLC-1", left_before),
    ("PLC-2", signed_late),
    ("DUP-3", billed_again),
    ("DUP-1", same_number),
    ("VAT-1", with_vat),
    ("VAT-3", wrong_vat),
    ("REF-1", unknown_placement),
    ("BNK-1", other_account),
)


def test_what_is_expected_is_found_right(office: Office) -> None:
    """The invoice made from the charges has nothing that stops it, whichever door it comes by."""
    found = receive(office, document(office))
    assert stopping(found) == set()
    assert found.status == "matched"


@pytest.mark.parametrize(("code", "fault"), FAULTS, ids=lambda value: value if isinstance(value, str) else "")
def test_one_fault_is_found_by_its_check_alone(office: Office, code: str, fault: Fault) -> None:
    """One thing wrong gives its code and no other that stops anything, and never more is payable than is owed."""
    found = receive(office, fault(office, document(office)))
    assert stopping(found) == {code}
    assert found.status == "held"
    assert all(pence <= match.expected for match in found.matches for pence in [found.payable.get(match.number, 0)])


def test_sums_that_do_not_add_up_are_sent_back(office: Office) -> None:
    """One event stays, with the code and the hash, and nothing else."""
    stated = document(office)
    found = receive(office, replace(stated, gross=stated.gross + 1), sha256="ab" * 32)
    assert (found.status, found.document) == ("refused", None)
    assert office.rows("SELECT COUNT(*) FROM invoices_line") == [(0,)]


def test_a_file_that_was_sent_before_is_stopped(office: Office) -> None:
    """Whatever its number says."""
    receive(office, document(office), sha256="ab" * 32)
    again = receive(office, document(office, SPRING, "FS-200"), sha256="ab" * 32)
    assert stopping(again) == {"DUP-2"}


def test_other_bank_details_stop_an_invoice_however_often_it_is_checked(office: Office) -> None:
    """What the document said of them is not kept, so that nothing found of it later can lift that."""
    found = receive(office, other_account(office, document(office)))
    office.do("f.clerk", commands.CheckInvoiceAgain(invoice=found.key))
    assert stopping(office.invoice(found.key)) == {"BNK-1"}
    assert not office.invoice(found.key).is_payable


def test_parts_of_one_invoice_are_no_duplicates(office: Office) -> None:
    """One invoice that is split over codes, each part under the same number and day, is none of them twice."""
    whole = document(office)
    for line in whole.lines:
        part = replace(whole, lines=(replace(line, number=1),), net=line.net, gross=line.net)
        assert stopping(receive(office, part)) == set()
    assert office.expected(SPOT, AUTUMN).lines == ()


def test_the_same_amount_not_long_ago_is_told(office: Office) -> None:
    """Another number for the same gross within 45 days, without a period, draws a remark."""
    first = document(office)
    receive(office, first)
    again = replace(first, number="FS-777", first_day=None, last_day=None)
    assert "DUP-4" in {one.code for one in receive(office, again).findings}


def test_small_differences_add_up_to_a_step_up(office: Office) -> None:
    """Each line within the council's tolerance passes; together they take the placement over its year."""
    rules = commands.SetInvoiceRules(line_pct=Decimal(1), line_pence=1_000, yearly_pence=500, finance_up_to=10**9)
    office.do("a.head", rules)
    found = receive(office, dearer(office, document(office)))
    assert stopping(found) == {"BUD-1"}
    with pytest.raises(Exception, match="takes a placement over what was committed"):
        office.approve(found.key, "f.clerk")
    office.approve(found.key)
    assert sum(office.invoice(found.key).approved.values()) == sum(match.expected for match in found.matches)


def test_another_school_s_placement_is_sent_back(office: Office) -> None:
    """A line for a placement of another school is no matter for a query."""
    stated = with_line(document(office), "education", placement_ref="PL-1", agreement_ref=None, quantity=None)
    found = receive(office, replace(stated, agreement_ref=None))
    assert found.status == "refused"
    assert office.expected(BLOCK, AUTUMN).lines


@pytest.mark.parametrize("number", ["GB 123 4567 82", "GB123456782", "123456782", "gb 980 7806 84"])
def test_vat_numbers_are_known_by_their_check_digits(number: str) -> None:
    """Both series of numbers, however they are written."""
    assert is_vat_number(number)
    assert not is_vat_number(number.replace("8", "7", 1))


@pytest.mark.parametrize("number", ["INV-0881", "inv 881", "INV/0881.", "Inv 00881"])
def test_variants_of_a_number_are_one(number: str) -> None:
    """Case, blanks, punctuation and leading zeros do not make another number; other figures do."""
    assert normalised_number(number) == "INV881"
    assert normalised_number("INV-8810") != normalised_number("INV-881")


@pytest.mark.parametrize("share", [50, 100, 130])
@pytest.mark.parametrize("first", [True, False])
def test_of_two_lines_for_the_same_days_only_their_charge_is_paid(office: Office, share: int, *, first: bool) -> None:
    """A line that is as expected is paid whole; its twin, at whatever price and place, is disputed and told why."""
    stated = document(office)
    right = stated.lines[0]
    twin = replace(right, net=right.net * share // 100, quantity=None, rate=None)
    lines = [twin, *stated.lines] if first else [*stated.lines, twin]
    numbered = tuple(replace(line, number=number) for number, line in enumerate(lines, 1))
    net = sum(line.net for line in numbered)
    invoice = receive(office, replace(stated, lines=numbered, net=net, gross=net))
    (finding,) = (one for one in invoice.findings if one.outcome != "warn")
    numbers = (1, 2) if first else (len(lines), 1)
    if share == 100 and first:  # two lines in nothing different: the first of them is the one that is owed
        numbers = numbers[::-1]
    assert (finding.line, finding.code, finding.outcome) == (numbers[0], "RTE-1", "dispute")
    assert (finding.expected, finding.money) == (f"£0.00 beside line {numbers[1]}", twin.net)
    assert sum(invoice.payable.values()) == stated.net
