"""Files are scanned by a real clamd, with what is inside them; while it is away they wait, and none passes unseen."""

import base64
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from invoices.formats.limits import LIMITS
from invoices.formats.ubl_writing import write_ubl
from invoices.intake.kept_files import KeptFiles
from invoices.intake.scanning import Scanner, ScannerDownError
from invoices.intake.taking import Intake
from invoices.intake.workers import Workers
from tests.invoices.cii_documents import write_cii
from tests.invoices.documents import COUNCIL, INVOICE
from tests.invoices.intake.conftest import take
from tests.invoices.intake.scanner_server import MARK, clamd, free_port
from tests.invoices.pdfs import pdf_with, plain_pdf

CARRIER = write_ubl(INVOICE, COUNCIL).replace(
    b"<cac:AccountingSupplierParty>",
    b"<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject "
    b'mimeCode="text/csv" filename="register.csv">'
    + base64.b64encode(MARK)
    + b"</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
    b"<cac:AccountingSupplierParty>",
    1,
)
COMPRESSED = pdf_with(("factur-x.xml", write_cii(replace(INVOICE, account=None))), ("note.txt", MARK))


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanner]:
    """The real one."""
    with clamd(tmp_path_factory.mktemp("clamd"), free_port()) as scanner:
        yield scanner


@pytest.mark.parametrize(
    "content", [MARK, plain_pdf() + MARK, CARRIER, COMPRESSED], ids=["csv", "pdf", "in xml", "in pdf"]
)
def test_what_the_scanner_knows_is_refused(scanner: Scanner, workers: Workers, tmp_path: Path, content: bytes) -> None:
    """The file itself, and what an XML invoice or a PDF carries within, is shown to the scanner."""
    intake = Intake(KeptFiles(tmp_path, LIMITS), workers, scanner)
    taken = take(intake, content)
    assert (taken.outcome, taken.faults[0].code) == ("refused", "malicious")
    assert "Invented.Test-1" in taken.faults[0].message
    assert not intake.files.holds(taken.sha256)


def test_a_clean_file_passes(scanner: Scanner, workers: Workers, tmp_path: Path) -> None:
    """What the scanner does not know is read."""
    taken = take(Intake(KeptFiles(tmp_path, LIMITS), workers, scanner), write_ubl(INVOICE, COUNCIL))
    assert taken.outcome == "read"


def test_a_file_waits_while_the_scanner_is_away(workers: Workers, tmp_path: Path) -> None:
    """Nothing is read unscanned: the file is kept, marked so, and taken once the scanner is back."""
    port = free_port()
    intake = Intake(KeptFiles(tmp_path / "files", LIMITS), workers, Scanner(f"127.0.0.1:{port}", 20))
    taken = take(intake, write_ubl(INVOICE, COUNCIL))
    assert (taken.outcome, taken.document, taken.faults[0].code) == ("waiting", None, "scanner-away")
    assert intake.files.holds(taken.sha256)
    with clamd(tmp_path, port):
        assert intake.take_kept(taken.sha256).document == INVOICE


def test_a_file_that_the_scanner_will_not_look_at_waits(scanner: Scanner) -> None:
    """An answer that does not say whether a file is clean is none: above the scanner's own limit nobody knows."""
    with pytest.raises(ScannerDownError):
        scanner.found_in(b"a" * (3 << 20))


@pytest.mark.parametrize("reply", [b"", b"stream: OK", b"stream: OK but\0", b"ERROR\0", b"\xff" * 5000])
def test_only_a_whole_and_plain_answer_counts(reply: bytes) -> None:
    """A scanner that hangs up, stammers or answers something else has not said that a file is clean."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(reply)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            with pytest.raises(ScannerDownError):
                Scanner(f"127.0.0.1:{server.getsockname()[1]}", 5).found_in(b"a")
        finally:
            thread.join()
