"""Workbooks that must not be opened as they are, made from a sound one."""

import io
import zipfile
from collections.abc import Callable, Mapping


def repacked(workbook: bytes, change: Callable[[str, bytes], bytes], more: Mapping[str, bytes] | None = None) -> bytes:
    """The archive with every part changed by its name and content, and more parts put in."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return packed.getvalue()


def unchanged(_name: str, content: bytes) -> bytes:
    """A part as it is."""
    return content


def related(kind: str, target: str) -> Callable[[str, bytes], bytes]:
    """Puts one more relationship into the workbook's own."""
    relation = (
        '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        f'{kind}" Target="{target}"/>'
    ).encode()

    def change(name: str, content: bytes) -> bytes:
        if name != "xl/_rels/workbook.xml.rels":
            return content
        return content.replace(b"</Relationships>", relation + b"</Relationships>")

    return change


def encrypted_entry(workbook: bytes) -> bytes:
    """The archive with its entries marked as encrypted."""
    changed = bytearray(workbook)
    place = changed.find(b"PK\x01\x02")
    while place >= 0:
        changed[place + 8] |= 1
        place = changed.find(b"PK\x01\x02", place + 1)
    return bytes(changed)
