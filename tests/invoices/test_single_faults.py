"""Random charges make an invoice that matches in whatever file it comes; any one fault is found by its check alone.

The faults are drawn (faults.py): which line, by how much, in which way. What must be found is worked out beside them.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import NamedTuple, get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from invoices.commands import VoidInvoice
from invoices.facts import BilledDocument
from invoices.findings import can_be_said
from invoices.formats.limits import LIMITS
from invoices.formats.reading import Asked, read_file
from invoices.formats.template import template_csv, template_workbook
from invoices.formats.ubl_writing import write_ubl
from invoices.held import Code
from tests.examples import examples
from tests.invoices import faults
from tests.invoices.cii_documents import write_cii
from tests.invoices.documents import COUNCIL
from tests.invoices.faults import DAY, Fault, Wanted
from tests.invoices.office import new_office
from tests.invoices.pdfs import pdf_with
from tests.invoices.random_school import RandomSchool, Terms, all_terms

SPRING = date(2027, 1, 4)


class Kind(NamedTuple):
    """A kind of fault: the code that finds it, how it is made, for which terms, and in the period of which day."""

    code: Code
    fault: Fault
    terms: st.SearchStrategy[Terms] = all_terms()
    day: date = DAY

    @property
    def name(self) -> str:
        """What it is called in a list of tests."""
        return f"{self.code} {self.fault.__name__}"


TERMLY = all_terms().map(lambda terms: terms._replace(billing="termly_advance"))
KINDS = (
    Kind("RTE-1", faults.other_amount),
    Kind("RTE-1", faults.other_rate),
    Kind("PRD-1", faults.more_weeks),
    Kind("PRD-1", faults.crosses_the_year, TERMLY, SPRING),
    Kind("PRD-2", faults.outside_the_period),
    Kind("HRS-1", faults.more_hours),
    Kind("PLC-1", faults.left_before),
    Kind("PLC-2", faults.signed_late),
    Kind("DUP-1", faults.same_number),
    Kind("DUP-2", faults.same_file),
    Kind("DUP-3", faults.billed_again),
    Kind("DUP-4", faults.same_amount),
    Kind("VAT-1", faults.vat_unregistered, all_terms(vat=(None,))),
    Kind("VAT-1", faults.wrong_vat_number, all_terms(vat=("S",))),
    Kind("VAT-2", faults.vat_too_early, all_terms(date(2024, 9, 1), vat=("E",)), date(2024, 9, 1)),
    Kind("VAT-3", faults.wrong_vat, all_terms(vat=("S",))),
    Kind("VAT-4", faults.other_treatment, all_terms(vat=("E",))),
    Kind("MTH-1", faults.wrong_total),
    Kind("REF-1", faults.unknown_placement),
    Kind("REF-1", faults.another_school_s),
    Kind("BNK-1", faults.other_account),
    Kind("BUD-1", faults.beyond_the_year),
)


FILES: dict[str, Callable[[BilledDocument], bytes]] = {
    "our workbook": template_workbook,
    "our CSV": template_csv,
    "UBL": lambda document: write_ubl(document, COUNCIL),
    "CII": write_cii,
    "Factur-X": lambda document: pdf_with(("factur-x.xml", write_cii(document))),
}
"""An invoice as a file of every kind that a program can read."""
NOT_STATED: frozenset[tuple[Code, str]] = frozenset({("VAT-3", "UBL"), ("VAT-3", "CII"), ("VAT-3", "Factur-X")})
"""EN 16931 has no VAT of a line, so that no file of it can have it wrong."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_any_one_fault_is_found_by_its_check_alone(kind: Kind) -> None:
    """Exactly its findings come, on its lines, with what is expected, what is billed and the money between."""

    @examples(4)
    @given(terms=kind.terms, data=st.data())
    def tried(terms: Terms, data: st.DataObject) -> None:
        with new_office() as office:
            school = RandomSchool(office, terms)
            broken = kind.fault(school, school.document(kind.day), data.draw)
            assume(broken.wanted)
            found = school.findings(broken.document, broken.sha256)
            assert {one.code for one in found} <= {kind.code}
            said = [Wanted(one.line, one.outcome, one.expected, one.billed, one.money) for one in found]
            assert said == list(broken.wanted)
            assert not [
                words for one in found for words in (one.expected, one.billed, one.rests_on) if not can_be_said(words)
            ]
            for name, write in FILES.items():
                if (kind.code, name) not in NOT_STATED:
                    read = read_file(write(broken.document), Asked(LIMITS, None)).document
                    assert read is not None
                    found = school.findings(read, broken.sha256)
                    assert {one.code for one in found} == {kind.code}, name
                    assert {one.money for one in found} == {one.money for one in broken.wanted}, name

    tried()


@examples(12)
@given(terms=all_terms(), day=st.sampled_from([DAY, date(2026, 11, 5), date(2027, 5, 4)]))
def test_what_is_made_from_the_charges_matches_whatever_file_it_comes_in(terms: Terms, day: date) -> None:
    """As a file of any kind, every line is right and nothing is queried, and all of it is payable."""
    with new_office() as office:
        school = RandomSchool(office, terms)
        stated = school.document(day)
        for write in FILES.values():
            read = read_file(write(stated), Asked(LIMITS, None)).document
            assert read is not None
            found = school.receive(read)
            assert (found.status, found.findings) == ("matched", ())
            assert found.payable == {line.number: line.net for line in stated.lines}
            office.do("f.clerk", VoidInvoice(invoice=found.key))


def test_every_check_has_a_fault_of_its_own() -> None:
    """A check that is added comes with a kind of fault that it finds."""
    assert {kind.code for kind in KINDS} == set(get_args(Code))


def test_a_credit_note_matches_what_changed(store: str) -> None:  # noqa: ARG001 - the store it is on
    """After a leaver is logged late, the credit that the school sends is right, and names the event by itself."""
    terms = Terms(date(2026, 9, 1), "calendar_days", "termly_advance", 36_500, 70, 20, 5, None, 1)
    with new_office() as office:
        school = RandomSchool(office, terms)
        first = school.receive(school.document(DAY))
        office.approve(first.key)
        school.change("RP-0", end_on=date(2026, 11, 30))
        changed = [line for line in school.expected(date(2027, 1, 4)).lines if line.adjustment is not None]
        lines = tuple(
            replace(line, number=number, net=-one.net, quantity=None, rate=None, adjustment=None)
            for number, one in enumerate(changed, 1)
            for line in school.document(date(2027, 1, 4)).lines
            if (line.component, line.adjustment) == (one.key.component, one.adjustment)
        )
        assert lines
        total = sum(line.net for line in lines)
        note: BilledDocument = replace(
            school.document(DAY, "CN-1"), kind="credit_note", corrects="RS-1", lines=lines, net=total, vat=0,
            gross=total,
        )  # fmt: skip
        taken = school.receive(note)
        assert (taken.status, taken.findings) == ("matched", ())
        assert {line.adjustment for line in (taken.document.lines if taken.document else ())} == {changed[0].adjustment}
        assert not [line for line in school.expected(date(2027, 1, 4)).lines if line.adjustment is not None]
