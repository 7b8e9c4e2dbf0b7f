"""Tells by its content what a file is; its name and what a browser says of it prove nothing."""

import re
from typing import Final, Literal

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said

Container = Literal["zip", "pdf", "xml", "csv"]
"""What a file is on the outside, by which its reader is chosen."""

_ZIP, _PDF, _OLE = b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_ZIP: Final = b"PK\x05\x06"
_END_OF_PDF: Final = b"%%EOF"
_LEAD: Final = 1024
"""Bytes among which readers of PDF look for its mark, whatever stands before it."""
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_OTHERS: Final = {
    b"\x89PNG": said("a picture"),
    b"\xff\xd8\xff": said("a picture"),
    b"GIF8": said("a picture"),
    b"MZ": said("a program"),
    b"\x7fELF": said("a program"),
    b"Rar!": said("an archive"),
    b"7z\xbc\xaf": said("an archive"),
    b"\x1f\x8b": said("an archive"),
    b"{\\rtf": said("a Word document"),
}
_EXPECTED: Final = said("an Excel workbook (.xlsx), CSV, an XML invoice or a PDF")


def container_of(content: bytes) -> Container:
    """What the file is; `Refused` for what is nothing that an invoice comes in, or two things at once."""
    if not content.strip():
        raise Refused(Fault("empty", "The file is empty.", expected=_EXPECTED))
    if content.startswith(_ZIP):
        if _PDF in content[:_LEAD] or _trailing(content, _END_OF_ZIP, 22):
            raise _two_things()
        return "zip"
    if content.startswith(_PDF):
        if _END_OF_ZIP in content[content.rfind(_END_OF_PDF) :]:
            raise _two_things()
        return "pdf"
    if content.startswith(_OLE):
        raise _older_office(content)
    for mark, what in _OTHERS.items():
        if content.startswith(mark):
            raise Refused(Fault("kind", said("This is %(what)s, not an invoice.", what=what), expected=_EXPECTED))
    if _PDF in content[:_LEAD]:
        raise _two_things()
    return _kind_of_text(content)


def _kind_of_text(content: bytes) -> Container:
    lead = content[:_LEAD]
    if not content.startswith(_UTF_16) and re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", lead):
        raise Refused(Fault("kind", "This is no kind of file that an invoice comes in.", expected=_EXPECTED))
    text = lead.decode("utf-16", "ignore") if content.startswith(_UTF_16) else lead.decode("latin-1")
    return "xml" if text.removeprefix("ï»¿").removeprefix("\ufeff").lstrip().startswith("<") else "csv"


def _trailing(content: bytes, mark: bytes, length: int) -> bool:
    """Whether bytes follow the end record of an archive, which hide another file there."""
    end = content.rfind(mark)
    return end >= 0 and end + length < len(content)


def _two_things() -> Refused:
    return Refused(
        Fault(
            "two-kinds",
            "The file is two kinds of file at once, which no program makes by itself.",
            expected=_EXPECTED,
            mend="Export the invoice from the accounting program again.",
        )
    )


def _older_office(content: bytes) -> Refused:
    if "EncryptedPackage".encode("utf-16-le") in content:
        message, mend = (
            said("The workbook is protected by a password."),
            said("Remove the password, save it and send it again."),
        )
    else:
        message = said("This is an older Office file (.xls or .doc).")
        mend = said("Open it in Excel and save it as Excel Workbook (.xlsx).")
    return Refused(Fault("kind", message, expected=_EXPECTED, mend=mend))
