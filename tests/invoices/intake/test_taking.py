"""What becomes of each kind of file: read, to be keyed, or sent back in words, and nothing of the last is kept."""

import base64
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from commissioning.ledger.errors import Refused
from invoices.formats.limits import LIMITS, Limits
from invoices.formats.reading import OLD_ZUGFERD, PLAIN_PDF, SEVERAL
from invoices.formats.template import template_csv, template_workbook
from invoices.formats.ubl_writing import write_ubl
from invoices.intake.kept_files import KeptFiles, place_of
from invoices.intake.taking import Intake
from invoices.intake.workers import Worker, Workers
from tests.invoices.cii_documents import MINIMUM, write_cii
from tests.invoices.documents import COUNCIL, CREDIT_NOTE, INVOICE
from tests.invoices.intake.conftest import take
from tests.invoices.pdfs import encrypted_pdf, pdf_with, plain_pdf

CII = write_cii(replace(INVOICE, account=None))
IN_CII = replace(INVOICE, account=None)
ZUGFERD_1 = b'<rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0"/>'


@pytest.mark.parametrize(
    ("content", "kind", "document"),
    [
        (template_workbook(INVOICE), "template", INVOICE),
        (template_csv(INVOICE), "template", INVOICE),
        (write_ubl(INVOICE, COUNCIL), "ubl_invoice", INVOICE),
        (write_ubl(CREDIT_NOTE, COUNCIL), "ubl_credit_note", CREDIT_NOTE),
        (CII, "cii", IN_CII),
        (pdf_with(("factur-x.xml", CII)), "factur_x", IN_CII),
        (pdf_with(("terms.txt", b"30 days"), ("zugferd-invoice.xml", CII)), "factur_x", IN_CII),
    ],
    ids=["xlsx", "csv", "ubl", "ubl credit note", "cii", "factur-x", "zugferd 2"],
)
def test_every_kind_of_file_gives_its_document(intake: Intake, content: bytes, kind: str, document: object) -> None:
    """Whatever an invoice came in, what it says is the same document, and the file is kept."""
    taken = take(intake, content)
    assert (taken.outcome, taken.kind, taken.faults) == ("read", kind, ())
    assert taken.document == document
    assert intake.files.content(taken.sha256) == content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (plain_pdf(), PLAIN_PDF),
        (pdf_with(("ZUGFeRD-invoice.xml", ZUGFERD_1)), OLD_ZUGFERD),
        (pdf_with(("factur-x.xml", write_cii(INVOICE, MINIMUM))), "no lines (Factur-X profile MINIMUM)"),
        (pdf_with(("a.xml", CII), ("b.xml", CII.replace(b"0881", b"0882"))), SEVERAL),
    ],
    ids=["plain", "zugferd 1", "without lines", "several"],
)
def test_what_no_program_can_read_is_kept_to_be_keyed(intake: Intake, content: bytes, words: str) -> None:
    """A PDF without a readable invoice is evidence: nothing is guessed, and a clear word says why."""
    taken = take(intake, content)
    assert (taken.outcome, taken.document) == ("to_key", None)
    assert words in taken.to_key
    assert intake.files.holds(taken.sha256)


def test_a_broken_invoice_in_a_pdf_is_sent_back_by_its_rule(intake: Intake) -> None:
    """The XML in a PDF is held to the same rules as one that comes alone."""
    broken = CII.replace(b"GrandTotalAmount>17500.00", b"GrandTotalAmount>17400.00")
    taken = take(intake, pdf_with(("factur-x.xml", broken)))
    assert taken.outcome == "refused"
    assert "BR-CO-15" in {fault.code for fault in taken.faults}


def test_warnings_are_warnings(intake: Intake) -> None:
    """A document that draws remarks alone is read, and the remarks are told."""
    taken = take(intake, CII)
    assert taken.outcome == "read"
    assert {failure.severity for failure in taken.rules} == {"warning"}


def test_what_is_refused_is_not_kept_unless_it_was_there(intake: Intake) -> None:
    """A refusal leaves no file behind, and takes none away that was kept for another reason."""
    content = encrypted_pdf()
    taken = take(intake, content)
    assert (taken.outcome, taken.faults[0].code) == ("refused", "pdf-encrypted")
    assert not intake.files.holds(taken.sha256)
    with intake.files.receive() as incoming:
        incoming.write(content)
        intake.files.keep(incoming.hold())
    take(intake, content)
    assert intake.files.holds(taken.sha256)


def test_attachments_are_told(intake: Intake) -> None:
    """What an XML invoice carries in letters is unpacked by name, and letters that are none are refused."""
    attached = (
        b"<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject "
        b'mimeCode="text/csv" filename="register.csv">%s</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>'
        b"</cac:AdditionalDocumentReference><cac:AccountingSupplierParty>"
    )
    content = write_ubl(INVOICE, COUNCIL)
    sound = content.replace(b"<cac:AccountingSupplierParty>", attached % base64.b64encode(b"a,b"), 1)
    assert take(intake, sound).attachments == ("register.csv",)
    damaged = content.replace(b"<cac:AccountingSupplierParty>", attached % b"a,b", 1)
    assert take(intake, damaged).faults[0].code == "attachment"


def test_a_file_above_the_cap_never_comes_in_whole(tmp_path: Path) -> None:
    """The cap holds while the bytes stream in; nothing of the file is left."""
    files = KeptFiles(tmp_path, Limits(file=1000))
    with files.receive() as incoming:
        incoming.write(b"a" * 1000)
        with pytest.raises(Refused, match="too large"):
            incoming.write(b"a")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "AB" * 32, "ab" * 31])
def test_only_a_hash_is_a_place(tmp_path: Path, name: str) -> None:
    """No name leads out of the folder."""
    with pytest.raises(ValueError, match=r".*"):
        place_of(tmp_path, name)


def test_a_file_that_takes_too_long_ends_its_reader_and_nobody_elses(tmp_path: Path) -> None:
    """A reader that does not answer is ended at the limit; the next file has a new one."""
    with Workers(replace(LIMITS, seconds=3)) as workers:
        workers.read(write_ubl(INVOICE, COUNCIL))
        reader = workers._all[0]  # noqa: SLF001 - the process is stopped from outside, as a hanging library would
        assert reader._process is not None  # noqa: SLF001
        reader._process.send_signal(signal.SIGSTOP)  # noqa: SLF001
        taken = take(Intake(KeptFiles(tmp_path, LIMITS), workers), write_ubl(INVOICE, COUNCIL))
        assert taken.faults[0].code == "too-long"
    with Workers(LIMITS) as workers:
        reader = workers._all[0]  # noqa: SLF001
        workers.read(b"a,b\n1,2\n")
        assert reader._process is not None  # noqa: SLF001
        reader._process.kill()  # noqa: SLF001
        time.sleep(0.1)
        assert workers.read(write_ubl(INVOICE, COUNCIL)).document == INVOICE


def test_a_reader_has_no_key_and_writes_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the service, where its keys are, does not reach the process that reads strangers' files."""
    monkeypatch.setenv("COMMISSIONING_MASTER_KEY", "a secret")
    worker = Worker("read", LIMITS)
    try:
        worker.ask({"limits": {}, "mapping": None}, plain_pdf())
        assert worker._process is not None  # noqa: SLF001
        process = Path(f"/proc/{worker._process.pid}")  # noqa: SLF001
        assert b"a secret" not in (process / "environ").read_bytes()
        limits = (process / "limits").read_text()
        (written,) = [line.split() for line in limits.splitlines() if line.startswith("Max file size")]
        assert written[3:5] == ["0", "0"]
    finally:
        worker.close()
