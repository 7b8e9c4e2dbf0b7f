"""Whoever is erased is in no kept file either: an invoice's file goes with the pupil whom it bills, and no other."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from commissioning.placements.erasing import erase
from invoices.commands import ReceiveInvoice
from invoices.expected.document import document_of
from invoices.formats.limits import LIMITS
from invoices.intake.commands import KeepInvoiceFile, RefuseInvoiceFile, TakeInvoiceFile
from invoices.intake.erasing import UnreadFile, forget_files_of_the_erased, unread_files
from invoices.intake.kept_files import KeptFiles
from invoices.supplier import Supplier
from tests.invoices.office import AUTUMN, FENSIDE, SPOT, Office, new_office
from tests.pages.world import own_price, placement


@pytest.fixture
def office(store: str) -> Iterator[Office]:  # noqa: ARG001 - the store on which the office's ledger is kept
    """The office, with two pupils at one school."""
    with new_office() as made:
        row = placement("PL-8", SPOT, "ASD", AUTUMN)
        made.take_in({"Placements": [row], "Rates": [own_price("PL-8", 48000)]})
        yield made


def test_a_file_that_bills_an_erased_pupil_is_taken_away(office: Office, tmp_path: Path) -> None:
    """The file of the other pupil stays, and so does every amount of the ledger."""
    files = KeptFiles(tmp_path, LIMITS)
    whole = document_of(office.expected(SPOT, AUTUMN), "FS-1", AUTUMN, "Fenside School", Supplier(FENSIDE, {}))
    hashes: dict[str, str] = {}
    for number, ref in enumerate(("PL-2", "PL-8")):
        lines = tuple(replace(line, number=1) for line in whole.lines if line.placement_ref == ref)
        net = sum(line.net for line in lines)
        part = replace(whole, number=f"FS-{number}", lines=lines, net=net, gross=net)
        with files.receive() as incoming:
            incoming.write(f"The invoice for {ref}".encode())
            held = incoming.hold()
        files.keep(held)
        key = office.key()
        receive = ReceiveInvoice(invoice=key, provider_urn=FENSIDE, source="file", document=part, sha256=held.sha256)
        office.do("fenside", receive)
        office.do("fenside", TakeInvoiceFile(provider_urn=FENSIDE, sha256=held.sha256, invoice=key))
        hashes[ref] = held.sha256
    before = office.rows("SELECT invoice, net FROM invoices_invoice ORDER BY id")
    assert forget_files_of_the_erased(office.ledger, files) == 0
    erase(office.ledger, "PPL-8", "w.officer")
    assert forget_files_of_the_erased(office.ledger, files) == 1
    assert [files.holds(hashes[ref]) for ref in ("PL-2", "PL-8")] == [True, False]
    assert office.rows("SELECT invoice, net FROM invoices_invoice ORDER BY id") == before


def test_files_that_nobody_has_read_are_told_to_whoever_erases(office: Office) -> None:
    """A file waits until it has become an invoice or was sent back; what it says until then is not known."""
    hashes = [f"{number:064x}" for number in range(3)]
    for sha256 in hashes:
        office.do("fenside", KeepInvoiceFile(provider_urn=FENSIDE, sha256=sha256, kind="pdf", awaits="keying"))
    office.do("fenside", RefuseInvoiceFile(provider_urn=FENSIDE, sha256=hashes[1], codes=("file",)))
    assert unread_files(office.ledger) == [UnreadFile(FENSIDE, hashes[0]), UnreadFile(FENSIDE, hashes[2])]
