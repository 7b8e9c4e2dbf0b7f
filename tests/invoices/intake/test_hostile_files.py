"""Files made to do harm: each is refused in words, none ends the service, fills its memory or reads other files."""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

import pytest
from lxml import etree

from commissioning.ledger.errors import Refused
from invoices.formats.template import template_csv, template_workbook
from invoices.formats.ubl_writing import write_ubl
from invoices.intake.taking import Intake
from invoices.intake.workers import Workers
from tests.invoices.archives import encrypted_entry, related, repacked, unchanged
from tests.invoices.cii_documents import write_cii
from tests.invoices.documents import COUNCIL, CREDIT_NOTE, INVOICE, LINE, of_lines
from tests.invoices.intake.conftest import take
from tests.invoices.pdfs import encrypted_pdf, pdf_with, plain_pdf

WORKBOOK = template_workbook(INVOICE)
UBL = write_ubl(INVOICE, COUNCIL)
SHEET = "xl/worksheets/sheet2.xml"


def in_sheet(old: bytes, new: bytes) -> bytes:
    """The workbook with something else on its sheet of lines."""
    return repacked(WORKBOOK, lambda name, content: content.replace(old, new, 1) if name == SHEET else content)


def zipped(*files: tuple[str, bytes]) -> bytes:
    """A plain archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return packed.getvalue()


def entities(*, times: int = 9) -> bytes:
    """The document type that grows a thousandfold with every line."""
    grown = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, times))
    return f'<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{grown}]>'.encode()


def pdf_bomb() -> bytes:
    """A PDF whose attached XML unpacks to a gigabyte."""
    pressed = zlib.compressobj(9)
    body = b"".join(pressed.compress(b"\0" * 2**20) for _ in range(1024)) + pressed.flush()
    whole = pdf_with(("factur-x.xml", b"MARK" * 64))
    with_name = whole.replace(b"MARK" * 64, body)
    return with_name.replace(b"/Length 256", b"/Length %d /Filter /FlateDecode" % len(body))


NOISE = {f"xl/{number}": bytes(range(256)) * 41_000 for number in range(11)}
"""Parts that are each within the ratio of a packed file and too much together."""
HOSTILE: list[tuple[str, bytes, str]] = [
    ("macros", repacked(WORKBOOK, unchanged, {"xl/vbaProject.bin": b"macro"}), "macros"),
    ("external links", repacked(WORKBOOK, related("externalLink", "externalLinks/externalLink1.xml")), "another file"),
    ("a data connection", repacked(WORKBOOK, unchanged, {"xl/connections.xml": b"<a/>"}), "another file or place"),
    ("an embedded file", repacked(WORKBOOK, unchanged, {"xl/embeddings/a.bin": b"x"}), "other files or controls"),
    ("a formula", in_sheet(b'<c r="K2" s="4"><v>', b'<c r="K2" s="4"><f>1+1</f><v>'), "A formula stands here"),
    ("a document type in a workbook", in_sheet(b"<worksheet", entities() + b"<worksheet"), "document type"),
    ("an encrypted entry", encrypted_entry(WORKBOOK), "password"),
    ("too many entries", repacked(WORKBOOK, unchanged, {f"a{n}": b"" for n in range(600)}), "parts"),
    ("a ratio", repacked(WORKBOOK, unchanged, {"xl/a.xml": b" " * 30_000_000}), "unpacks to far more"),
    ("a size", repacked(WORKBOOK, unchanged, NOISE), "unpacks"),
    ("a nested archive", zipped(("inner.zip", zipped(("a.xml", b"<a/>")))), "zip file but not an Excel workbook"),
    ("a document of Word", zipped(("word/document.xml", b"<a/>")), "Word document"),
    ("an encrypted PDF", encrypted_pdf(), "protected by a password"),
    ("an encrypted workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
    ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older Office file"),
    ("entities", entities() + b"<Invoice>&a8;</Invoice>", "document type"),
    ("an outside entity", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "document type"),
    ("deep nesting", b"<a>" * 100_000, "damaged"),
    ("an unknown XML", b"<html><script>alert(1)</script></html>", "no invoice of a kind"),
    ("a PDF that is an archive", plain_pdf() + WORKBOOK, "two kinds"),
    (
        "an archive that is a PDF",
        WORKBOOK[:30].replace(b"PK\x03\x04", b"PK\x03\x04") + b"%PDF-1.7" + WORKBOOK,
        "two kinds",
    ),
    ("an archive with a tail", WORKBOOK + b"<script>", "two kinds"),
    ("a script before a PDF", b"<script>1</script>\n" + plain_pdf(), "two kinds"),
    ("a program called invoice", b"MZ\x90\x00" + b"\0" * 100, "a program"),
    ("a picture", b"\xff\xd8\xff\xe0", "a picture"),
    ("nothing", b" \n", "empty"),
    ("bytes of no kind", bytes(range(256)), "no kind of file"),
    ("a cut workbook", WORKBOOK[:-100], "damaged"),
    ("a cut PDF", plain_pdf()[:200], "damaged"),
]


@pytest.mark.parametrize(("content", "words"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_a_hostile_file_is_refused_in_words(intake: Intake, content: bytes, words: str) -> None:
    """Every trick is named so that a school understands what to mend, and nothing of the file is kept."""
    taken = take(intake, content)
    assert taken.outcome == "refused"
    assert words in taken.faults[0].message
    assert not intake.files.holds(taken.sha256)


def test_a_bomb_in_a_pdf_fills_no_memory(intake: Intake) -> None:
    """An attachment that unpacks to a gigabyte is given up at the limit."""
    taken = take(intake, pdf_bomb())
    assert taken.outcome == "refused"
    assert taken.faults[0].code in {"pdf-damaged", "too-much-memory", "unreadable"}


def test_the_kind_is_told_by_content_alone(intake: Intake) -> None:
    """A file's name is no part of what decides: the same bytes are the same kind under any name."""
    assert take(intake, UBL).kind == "ubl_invoice"
    assert take(intake, b"\xef\xbb\xbf\n  " + UBL.partition(b"?>\n")[2]).kind == "ubl_invoice"


def flipped(content: bytes, chance: Random) -> bytes:
    """Some bytes are others."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(content: bytes, chance: Random) -> bytes:
    """A piece is gone."""
    start = chance.randrange(len(content))
    return content[:start] + content[start + chance.randint(1, max(len(content) // 4, 1)) :]


def doubled(content: bytes, chance: Random) -> bytes:
    """A piece stands twice."""
    start = chance.randrange(len(content))
    piece = content[start : start + chance.randint(1, 400)]
    return content[:start] + piece + content[start:]


WORDS = (
    *(b"<!DOCTYPE a>", b"&a;", b"<", b"]]>", b"=1+1", b'"', b"9" * 40, b"-0", b"1e999", b"NaN"),
    *(b"\0", b"\xff\xfe", b"PK\x05\x06", b"%PDF-"),
)
"""What readers trip over."""


def planted(content: bytes, chance: Random) -> bytes:
    """Something stands where it does not belong."""
    start = chance.randrange(len(content))
    return content[:start] + chance.choice(WORDS) + content[start + chance.randint(0, 8) :]


def within(content: bytes, chance: Random) -> bytes:
    """A part of the archive is changed and packed anew, so that the damage is in what it says."""
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    victim, spoil = chance.choice(names), chance.choice((flipped, cut, doubled, planted))
    return repacked(content, lambda name, part: spoil(part, chance) if name == victim else part)


def tree_spoiled(content: bytes, chance: Random) -> bytes:
    """A sound XML document in which an element is gone, doubled, moved, renamed, emptied, nested or says nonsense."""
    root = etree.fromstring(content)
    elements = [element for element in root.iter(etree.Element) if element is not root]
    for _ in range(chance.randint(1, 4)):
        chance.choice(DEEDS)(chance.choice(elements), chance.choice(elements), chance)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _removed(one: Any, _other: Any, _chance: Random) -> None:
    if one.getparent() is not None:
        one.getparent().remove(one)


def _doubled(one: Any, other: Any, _chance: Random) -> None:
    other.append(deepcopy(one))


def _renamed(one: Any, other: Any, _chance: Random) -> None:
    one.tag = other.tag


def _emptied(one: Any, _other: Any, _chance: Random) -> None:
    one.clear()


def _nested(one: Any, _other: Any, chance: Random) -> None:
    for _ in range(chance.choice((3, 40, 400))):
        one = etree.SubElement(one, one.tag)


def _says(one: Any, _other: Any, chance: Random) -> None:
    one.text = chance.choice(SAYINGS)


def _marked(one: Any, _other: Any, chance: Random) -> None:
    one.set(chance.choice(("currencyID", "schemeID", "unitCode", "format", "r", "t", "s")), chance.choice(SAYINGS))


DEEDS = (_removed, _doubled, _renamed, _emptied, _nested, _says, _says, _marked)
SAYINGS = (
    *("", " ", "-1", "1e400", "NaN", "0.0000000001", "9" * 60, "-" + "9" * 30, "1,5", "\u0663", "\u202e1", "=1+1"),
    *("2026-02-30", "0000-00-00", "99999-01-01", "20261301", "381", "XXX", "x" * 70_000, "\ud7ff", "&#0;", "<a/>"),
)
"""What elements say that nobody expects there."""


def within_xml(content: bytes, chance: Random) -> bytes:
    """A part of the workbook is sound XML still, and says something else."""
    names = [name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if name.endswith((".xml", ".rels"))]
    victim = chance.choice(names)
    return repacked(content, lambda name, part: tree_spoiled(part, chance) if name == victim else part)


def entries_spoiled(content: bytes, chance: Random) -> bytes:
    """The archive's directory says otherwise: a name, a size, a checksum, a method or an offset."""
    changed = bytearray(content)
    places = [found.start() for found in re.finditer(rb"PK\x01\x02|PK\x03\x04|PK\x05\x06", content)]
    for _ in range(chance.randint(1, 3)):
        place = chance.choice(places) + chance.randint(4, 45)
        changed[min(place, len(changed) - 1)] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
    return bytes(changed)


def factur_x(xml: bytes) -> bytes:
    """A PDF with an XML invoice inside."""
    return pdf_with(("factur-x.xml", xml))


Spoiler = Callable[[bytes, Random], bytes]
SPOILERS: tuple[Spoiler, ...] = (flipped, cut, doubled, planted)
XLSX, CII = template_workbook(of_lines(LINE, LINE)), write_cii(INVOICE)
BASES: dict[str, tuple[bytes, tuple[Spoiler, ...]]] = {
    "xlsx": (XLSX, (*SPOILERS, within, within, within_xml, within_xml, entries_spoiled)),
    "csv": (template_csv(of_lines(LINE, LINE)), SPOILERS),
    "ubl": (UBL, (*SPOILERS, tree_spoiled, tree_spoiled, tree_spoiled)),
    "ubl credit note": (write_ubl(CREDIT_NOTE, COUNCIL), (*SPOILERS, tree_spoiled, tree_spoiled)),
    "cii": (CII, (*SPOILERS, tree_spoiled, tree_spoiled, tree_spoiled)),
    "factur-x": (factur_x(CII), (*SPOILERS, lambda _pdf, chance: factur_x(tree_spoiled(CII, chance)))),
    "pdf": (plain_pdf(), SPOILERS),
}
"""A sound file of every kind, and what may happen to one: to its bytes, its archive, or what its XML says."""


@pytest.mark.failure
def test_mutated_files_are_read_or_refused(
    workers: Workers, chance: Random, cases: Callable[[int, int], range], publish: Callable[[str], None]
) -> None:
    """Whatever becomes of a file on its way, it is read or refused in words, and its reader lives on."""
    outcomes: Counter[str] = Counter()
    for number in cases(300, 10_000):
        base, spoilers = BASES[list(BASES)[number % len(BASES)]]
        content = chance.choice(spoilers)(base, chance)
        try:
            reading = workers.read(content)
            if reading.xml is not None and reading.syntax is not None and number % 5 == 0:
                workers.failures(reading.xml, reading.syntax)
                outcomes["read and tried by the rules of EN 16931"] += 1
            else:
                outcomes["read"] += 1
        except Refused as refused:
            stumbled = any(fault.code == "unreadable" for fault in refused.faults)
            outcomes["refused because a library stumbled" if stumbled else "refused in words"] += 1
    told = ", ".join(f"{count:,} {what}" for what, count in outcomes.most_common())
    publish(f"mutated invoice files: {told}; none uncaught")
