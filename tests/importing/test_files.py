"""Files that are no workbook, or one that must not be opened as it is: each is refused in words, none does harm."""

import io
import random
import resource
import time
import zipfile
from functools import partial
from pathlib import Path

import pytest
import xlsxwriter

from commissioning.importing import workbook
from commissioning.importing.faults import Fault
from commissioning.importing.workbook import read_workbook
from commissioning.spreadsheets.package import Limits, open_package
from tests.importing.workbooks import faults_of, rewrite, sound, write

SHEET = "xl/worksheets/sheet1.xml"
_HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_HEADER = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>pupil_ref</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>PU1</t></is></c></row>'
)
_TAIL = "</sheetData></worksheet>"


def only_fault(path: Path) -> Fault:
    """Read a file that has exactly one fault, of the file as a whole."""
    (fault,) = read_workbook(path).faults
    assert (fault.sheet, fault.row, fault.column) == (None, None, None)
    return fault


def pupils(path: Path, body: str, tail: str = _TAIL) -> Path:
    """Write a workbook with one sheet, Pupils, of this XML."""
    with xlsxwriter.Workbook(path) as pages:
        pages.add_worksheet("Pupils").write("A1", "a text, so that the workbook has a part for shared ones")
    return rewrite(path, lambda name, content: (_HEAD + body + tail).encode() if name == SHEET else content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"urn,name\n900001,Larkfield\n", "text file, such as CSV"),
        (bytes(range(256)) * 20, "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "older Office file"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "protected by a password",
        ),
    ],
    ids=["empty", "csv", "bytes", "xls", "password"],
)
def test_what_is_no_xlsx_is_named_for_what_it_is(tmp_path: Path, content: bytes, words: str) -> None:
    """The words tell the person what they sent and what to do."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)
    assert words in only_fault(path).message


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("word/document.xml", "Word document"),
        ("ppt/presentation.xml", "presentation"),
        ("content.xml", "OpenDocument"),
        ("xl/workbook.bin", "binary workbook"),
        ("xl/vbaProject.bin", "macros"),
        ("readme.txt", "zip file but not an Excel workbook"),
    ],
)
def test_another_kind_of_zip_is_named_for_what_it_is(tmp_path: Path, part: str, words: str) -> None:
    """Office files of other kinds are zips too, and told apart by their parts."""
    path = tmp_path / "plan.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, b"x")
    assert words in only_fault(path).message


def test_a_missing_file_and_a_folder_are_faults(tmp_path: Path) -> None:
    """A wrong path is told like any other fault."""
    assert "no file of this name" in only_fault(tmp_path / "none.xlsx").message
    assert "folder" in only_fault(tmp_path).message


def test_a_file_cut_short_is_a_fault(tmp_path: Path) -> None:
    """Every length short of the whole is refused or read without an exception, and never as sound."""
    whole = write(tmp_path / "whole.xlsx", sound()).read_bytes()
    path = tmp_path / "short.xlsx"
    for length in range(1, len(whole), len(whole) // 40):
        path.write_bytes(whole[:length])
        assert read_workbook(path).faults


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """A part that unpacks to hundreds of times its size is refused by its stated sizes alone."""
    path = pupils(tmp_path / "bomb.xlsx", _HEADER + " " * 200_000_000)
    started = time.process_time()
    assert "unpacks to far more" in only_fault(path).message
    assert time.process_time() - started < 1


def test_more_bytes_than_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sum of all parts is limited, and the number of parts, and the file as it lies on disk."""
    path = write(tmp_path / "plan.xlsx", sound())
    for limits, words in (
        (Limits(unpacked=10_000), "unpacks to far more"),
        (Limits(parts=3), "parts"),
        (Limits(file=1_000), "too large"),
    ):
        monkeypatch.setattr(workbook, "open_package", partial(open_package, limits=limits))
        assert words in only_fault(path).message


def test_a_part_that_is_longer_than_it_says_is_refused(tmp_path: Path) -> None:
    """A zip whose directory understates a part's size gives no more than it states, and is damaged."""
    path = write(tmp_path / "plan.xlsx", sound())
    content = bytearray(path.read_bytes())
    directory = content.rfind(b"PK\x01\x02", 0, content.rfind(b"xl/workbook.xml"))
    content[directory + 24 : directory + 28] = (5).to_bytes(4, "little")
    path.write_bytes(content)
    assert "damaged" in only_fault(path).message


def test_macros_and_document_types_are_refused(tmp_path: Path) -> None:
    """A workbook that may run code is refused by its content type, an XML part with a document type likewise."""
    path = write(tmp_path / "plan.xlsx", sound())
    rewrite(path, lambda _, content: content.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml"))
    assert "macros" in only_fault(path).message
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    path = write(tmp_path / "bomb.xlsx", sound())
    rewrite(path, lambda name, content: bomb + content if name == SHEET else content)
    assert "document type" in only_fault(path).message


def test_a_part_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """A search of bytes could be dodged by UTF-16, so it is not read."""
    path = write(tmp_path / "plan.xlsx", sound())
    rewrite(path, lambda name, content: content.decode().encode("utf-16") if name == SHEET else content)
    assert "UTF-8" in only_fault(path).message
    for encoding in (b"utf-7", b"no-such-encoding"):
        path = write(tmp_path / "plan.xlsx", sound())
        declared = b'<?xml version="1.0" encoding="' + encoding + b'"?>'
        rewrite(path, lambda name, content, head=declared: head + content if name == SHEET else content)
        assert "UTF-8" in only_fault(path).message


def test_links_to_other_workbooks_are_a_fault(tmp_path: Path) -> None:
    """A workbook that takes values from another is told, and read on for its other faults."""
    path = write(tmp_path / "plan.xlsx", sound())
    link = (
        b'<Relationship Id="rId99" Target="externalLinks/externalLink1.xml" Type='
        b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"/></Relationships>'
    )
    rewrite(
        path,
        lambda name, content: content.replace(b"</Relationships>", link) if "workbook.xml.rels" in name else content,
    )
    assert "takes values from another workbook" in only_fault(path).message
    assert len(read_workbook(path).rows.placements) == 3


def test_a_million_empty_formatted_rows_are_passed_over(tmp_path: Path) -> None:
    """Formatting far below the table costs seconds and some hundred megabytes at most, and is no fault."""
    rows = "".join(f'<row r="{row}" s="1"><c r="A{row}" s="0"/></row>' for row in range(3, 1_000_003))
    path = pupils(tmp_path / "empty.xlsx", _HEADER + rows)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    workbook = read_workbook(path)
    assert workbook.faults == ()
    assert len(workbook.rows.pupils) == 1
    assert time.process_time() - started < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 600_000


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ('<c r="XFD1048576"><v>1</v></c>', "row 1,048,576"),
        ('<c r="ZZ9"><v>1</v></c>', "column ZZ"),
        ("<c r='XFD1048576'><v>1</v></c>", "row 1,048,576"),
        ('<c t="n" r="XFD9"><v>1</v></c>', "column XFD"),
        ('<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="XFD9"><x:v>1</x:v></x:c>',
         "column XFD"),
        ('<c r="xfd9"><v>1</v></c>', "column XFD"),
        ('<c r="ZZZZZZ3"><v>1</v></c>', "column XFD"),
        ('<c r="A200001"><v>1</v></c>', "row 200,001"),
    ],
)  # fmt: skip
def test_a_stray_value_far_away_takes_no_memory(tmp_path: Path, cell: str, words: str) -> None:
    """One value at the far corner, however it is written, is told before anything is laid out for it."""
    path = pupils(tmp_path / "corner.xlsx", f"{_HEADER}<row>{cell}</row>")
    (fault,) = read_workbook(path).faults
    assert fault.sheet == "Pupils"
    assert words in fault.message


def test_text_repeated_without_end_is_refused(tmp_path: Path) -> None:
    """One long text that every cell refers to is counted as often as it is used."""
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(3, 20_003))
    path = pupils(tmp_path / "text.xlsx", _HEADER + rows)
    strings = f"<sst><si><t>{'x' * 30_000}</t></si></sst>".encode()
    rewrite(path, lambda name, content: strings if "sharedStrings" in name else content)
    (fault,) = read_workbook(path).faults
    assert "far more text" in fault.message


def test_a_damaged_sheet_is_a_fault_and_the_others_are_read(tmp_path: Path) -> None:
    """A sheet that breaks off is told by name; what refers to it is not called unknown."""
    path = write(tmp_path / "plan.xlsx", sound())
    rewrite(path, lambda name, content: content[: len(content) // 2] if "sheet4" in name else content)
    (fault,) = faults_of(path)
    assert fault.sheet == "Agreements"
    assert "damaged" in fault.message


def test_mutated_workbooks_raise_nothing(tmp_path: Path) -> None:
    """Random damage to the parts or to the zip ends in faults or rows, never in an exception."""
    whole = write(tmp_path / "whole.xlsx", sound()).read_bytes()
    chance = random.Random(20_260_401)  # noqa: S311 - repeatable damage, no secret
    path = tmp_path / "mutated.xlsx"
    for turn in range(300):
        if turn % 3 == 0:
            content = bytearray(whole)
            for _ in range(chance.randrange(1, 20)):
                content[chance.randrange(len(content))] = chance.randrange(256)
            path.write_bytes(content)
        else:
            path.write_bytes(_damaged_parts(whole, chance))
        faults_of(path)


def _damaged_parts(whole: bytes, chance: random.Random) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(packed, "w") as target:
        unlucky = chance.choice(source.namelist())
        for name in source.namelist():
            content = bytearray(source.read(name))
            if name == unlucky:
                for _ in range(chance.randrange(1, 8)):
                    place = chance.randrange(len(content))
                    content[place : place + chance.randrange(4)] = chance.choice(
                        (b"", b"<", b">", b'"', b"9", b"<c>", b"<f>", b"\xff", b"Z", b"</row>", b"&")
                    )
            target.writestr(name, bytes(content))
    return packed.getvalue()
