"""Opens the zip that an XLSX file is, under limits, and keeps just the parts that reading needs.

Whatever is refused here is refused in words for the person who sent the file. The parts are packed anew for
the reader, so that it can see nothing that was not looked at first.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from commissioning.ledger.counted import counted
from commissioning.ledger.said import said


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a workbook may be.

    `file` is in bytes as it lies on disk, `unpacked` in bytes of all parts (200,000 full rows take some 100 MB),
    `parts` a number, `ratio` unpacked over packed for parts above a megabyte (a million formatted empty rows come to
    about 60).
    """

    file: int = 64 * 1024 * 1024
    unpacked: int = 256 * 1024 * 1024
    parts: int = 2_000
    ratio: int = 250


LIMITS: Final = Limits()
"""Those of a workbook that a commissioner imports."""

_WORKBOOK: Final = said("an Excel workbook (.xlsx)")
_CURE: Final = said("Open it in Excel or LibreOffice and save it as Excel Workbook (.xlsx).")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCODING: Final = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)


class UnreadableError(Exception):
    """The file of this name cannot be read at all; the message says why and how to mend it."""

    def __init__(self, name: str, message: str, expected: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.expected = expected


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One sheet as the workbook lists it, with its XML; None where it is no worksheet (a chart, a dialogue)."""

    name: str
    hidden: bool
    xml: bytes | None


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of a workbook that reading needs, none of them with a document type or beyond the limits."""

    name: str
    sheets: tuple[SheetPart, ...]
    shared_strings: bytes | None
    styles: bytes | None
    from_1904: bool
    links_elsewhere: bool
    parts: frozenset[str]
    """The names of all parts, in small letters."""


def open_package(path: Path, limits: Limits = LIMITS) -> Package:
    """Read the file's parts; raises UnreadableError for anything that is not a plain XLSX within the limits."""
    return package_in(path.name, _read_file(path, limits), limits)


def package_in(name: str, content: bytes, limits: Limits = LIMITS) -> Package:
    """The same for the content of a file of this name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_entries(name, archive, limits)
            return _Parts(name, archive).package()
    except expat.ExpatError as error:
        raise _refused(
            name,
            said("The workbook is damaged (%(problem)s). %(cure)s", problem=expat.ErrorString(error.code), cure=_CURE),
        ) from error
    except _BROKEN as error:
        raise _refused(name, _why_not_zip(content)) from error


def _refused(name: str, message: str, *, expected: str = _WORKBOOK) -> UnreadableError:
    return UnreadableError(name, message, expected)


def _read_file(path: Path, limits: Limits) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(limits.file + 1)
    except FileNotFoundError:
        raise _refused(path.name, "There is no file of this name.") from None
    except IsADirectoryError:
        raise _refused(path.name, "This is a folder, not a file.") from None
    except OSError as error:
        raise _refused(
            path.name, said("The file cannot be opened: %(problem)s.", problem=error.strerror or error)
        ) from error
    if len(content) > limits.file:
        limit = said("a file of at most %(most)s MB", most=limits.file // 1024**2)
        raise _refused(path.name, "The file is too large. Split it into several workbooks.", expected=limit)
    if not content:
        raise _refused(path.name, "The file is empty.")
    return content


def _why_not_zip(content: bytes) -> str:
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return said("The workbook is protected by a password. Remove the password, save it, and send it again.")
        return said("This is an older Office file (.xls or .doc). %(cure)s", cure=_CURE)
    if content.startswith(b"PK"):
        return said("The workbook is damaged or was cut short on its way. Copy or download it again.")
    text = content[:4096]
    if b"\0" not in text and not re.search(rb"[\x00-\x08\x0e-\x1f]", text):
        return said("This is a text file, such as CSV, not a workbook. %(cure)s", cure=_CURE)
    return said("This is not an Excel workbook. %(cure)s", cure=_CURE)


def _check_entries(name: str, archive: zipfile.ZipFile, limits: Limits) -> None:
    entries = archive.infolist()
    limit = said("at most %(most)s MB when unpacked", most=limits.unpacked // 1024**2)
    if len(entries) > limits.parts:
        raise _refused(
            name,
            said("The file holds %(count)s parts, more than any such workbook needs.", count=counted(len(entries))),
        )
    if sum(entry.file_size for entry in entries) > limits.unpacked:
        raise _refused(name, "The file unpacks to far more than it seems. Split it up.", expected=limit)
    for entry in entries:
        if entry.file_size > 1024**2 and entry.file_size > limits.ratio * max(entry.compress_size, 1):
            raise _refused(name, "The file unpacks to far more than it seems, so it is not read.", expected=limit)
        if entry.flag_bits & 1:
            raise _refused(name, "The file is protected by a password. Remove it and send it again.")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refused(name, said("The file is packed in an unusual way. %(cure)s", cure=_CURE))
    names = {entry.filename.casefold() for entry in entries}
    if len(names) < len(entries):
        raise _refused(name, said("The workbook is damaged: it holds a part twice. %(cure)s", cure=_CURE))
    _check_kind(name, names)


def _check_kind(name: str, names: set[str]) -> None:
    if any(entry.endswith("vbaproject.bin") for entry in names):
        raise _refused(name, "The workbook holds macros. Save it as Excel Workbook (.xlsx), without macros.")
    if "xl/workbook.bin" in names:
        raise _refused(name, said("This is a binary workbook (.xlsb). %(cure)s", cure=_CURE))
    if any(entry.startswith("word/") for entry in names):
        raise _refused(name, "This is a Word document, not a workbook.")
    if any(entry.startswith("ppt/") for entry in names):
        raise _refused(name, "This is a presentation, not a workbook.")
    if "content.xml" in names:
        raise _refused(name, said("This is an OpenDocument file (.ods). %(cure)s", cure=_CURE))
    if "[content_types].xml" not in names:
        raise _refused(name, said("This is a zip file but not an Excel workbook. %(cure)s", cure=_CURE))


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    target: str
    outside: bool


class _Parts:
    """Finds the parts of one archive by their relationships, as the format asks, not by their usual names."""

    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        self._name = name
        self._archive = archive
        self._entries = {entry.filename.casefold(): entry for entry in archive.infolist()}

    def package(self) -> Package:
        """Collect the parts."""
        if b"macroEnabled" in self._part("[Content_Types].xml"):
            raise _refused(self._name, "The workbook may hold macros. Save it as Excel Workbook (.xlsx).")
        main = self._one(self._relations(""), "officeDocument")
        if main is None:
            raise _refused(self._name, said("This is a zip file but not an Excel workbook. %(cure)s", cure=_CURE))
        relations = self._relations(main)
        tree = _Listing(self._part(main))
        if not tree.is_workbook:
            raise _refused(self._name, said("This is an Office file but not an Excel workbook. %(cure)s", cure=_CURE))
        strings = self._one(relations, "sharedStrings")
        styles = self._one(relations, "styles")
        return Package(
            name=self._name,
            sheets=tuple(self._sheet(relations, *listed) for listed in tree.sheets),
            shared_strings=None if strings is None else self._part(strings),
            styles=None if styles is None else self._part(styles),
            from_1904=tree.from_1904,
            links_elsewhere=any(relation.kind == "externalLink" for relation in relations.values()),
            parts=frozenset(self._entries),
        )

    def _sheet(self, relations: dict[str, _Relation], name: str, relation_id: str, state: str) -> SheetPart:
        relation = relations.get(relation_id)
        if relation is None or relation.outside:
            raise _refused(
                self._name,
                said("The workbook is damaged: the sheet %(name)s is missing. %(cure)s", name=name, cure=_CURE),
            )
        xml = self._part(relation.target) if relation.kind == "worksheet" else None
        return SheetPart(name, state != "visible", xml)

    def _one(self, relations: dict[str, _Relation], kind: str) -> str | None:
        for relation in relations.values():
            if relation.kind == kind and not relation.outside:
                return relation.target
        return None

    def _relations(self, part: str) -> dict[str, _Relation]:
        folder, file = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{file}.rels")
        if rels.casefold() not in self._entries:
            return {}
        found: dict[str, _Relation] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag.rpartition(":")[2] == "Relationship":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                outside = attributes.get("TargetMode") == "External"
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = _Relation(kind, target.lstrip("/"), outside)

        parse_xml(self._part(rels), start)
        return found

    def _part(self, path: str) -> bytes:
        entry = self._entries.get(path.casefold())
        if entry is None:
            raise _refused(
                self._name,
                said("The workbook is damaged: its part %(path)s is missing. %(cure)s", path=path, cure=_CURE),
            )
        content = self._archive.read(entry)
        encoding = _ENCODING.match(content)
        named_otherwise = encoding is not None and encoding[1].lower() not in (b"utf-8", b"us-ascii")
        if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:64] or named_otherwise:
            raise _refused(self._name, said("The workbook is not written in UTF-8. %(cure)s", cure=_CURE))
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise _refused(
                self._name, said("The workbook holds a document type, which no workbook needs. %(cure)s", cure=_CURE)
            )
        return content


class _Listing:
    """What the workbook part says: its sheets in order as (name, relation, state), and its date system."""

    def __init__(self, xml: bytes) -> None:
        self.sheets: list[tuple[str, str, str]] = []
        self.from_1904 = False
        self.is_workbook = False
        parse_xml(xml, self._start)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == "workbook":
            self.is_workbook = True
        elif local == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true")
        elif local == "sheet":
            # The prefix of the relationship's id is the writer's choice, so only its local name is looked at.
            relation = next((text for key, text in attributes.items() if key.rpartition(":")[2] == "id"), "")
            self.sheets.append((attributes.get("name", ""), relation, attributes.get("state", "visible")))


def parse_xml(
    xml: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse XML of a part, which has no document type, so that nothing can expand or be fetched.

    Raises expat.ExpatError where the XML is not well formed.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.Parse(xml, True)


_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"


def repack(package: Package, sheets: list[SheetPart]) -> io.BytesIO:
    """Write a small workbook of just these sheets, with names of our own making, for the reader to open."""
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATED}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}">'
        f'<workbookPr date1904="{int(package.from_1904)}"/><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>',
    }
    for number, sheet in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = sheet.xml or b""
    if package.shared_strings is not None:
        parts["xl/sharedStrings.xml"] = package.shared_strings
    if package.styles is not None:
        parts["xl/styles.xml"] = package.styles
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    packed.seek(0)
    return packed
