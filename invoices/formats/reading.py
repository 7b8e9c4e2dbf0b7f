"""Reads a file of any kind that an invoice comes in. It runs in a worker process, for what it reads may be hostile."""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked_dataclass

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from invoices.facts import BilledDocument
from invoices.formats import cii, ubl
from invoices.formats.grids import Grid, grid_of_csv, grids_of_workbook
from invoices.formats.hardened_xml import Element, as_text, canonical_sha256, parse
from invoices.formats.kinds import container_of
from invoices.formats.limits import Limits
from invoices.formats.mapped import ColumnMapping, UnmappedError, read_mapped
from invoices.formats.pdf import Attachment, attachments_of, too_many_attachments
from invoices.formats.standard import Syntax
from invoices.formats.template import is_template, read_template

FileKind = Literal["template", "table", "ubl_invoice", "ubl_credit_note", "cii", "factur_x", "pdf"]
"""What a file turned out to be."""

_ZUGFERD_1: Final = "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument"
_SYNTAXES: Final[Mapping[str, tuple[Syntax, FileKind]]] = {
    ubl.INVOICE: ("ubl", "ubl_invoice"),
    ubl.CREDIT_NOTE: ("ubl", "ubl_credit_note"),
    cii.CROSS_INDUSTRY_INVOICE: ("cii", "cii"),
}
_BINARY: Final = (
    f"{{{ubl.PREFIXES['cbc']}}}EmbeddedDocumentBinaryObject",
    f"{{{cii.PREFIXES['ram']}}}AttachmentBinaryObject",
)
PLAIN_PDF: Final = "The PDF holds no invoice that a program can read, so it is kept as evidence."
OLD_ZUGFERD: Final = "The PDF holds a ZUGFeRD 1 invoice, an older standard that is not read here."
WITHOUT_LINES: Final = "The document states totals and no lines (Factur-X profile {profile})."
SEVERAL: Final = "The PDF holds several XML invoices, and none is plainly the one."


@checked_dataclass(
    frozen=True, slots=True, kw_only=True, config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
)
class Reading:
    """What was read of a file.

    `document` is None where a person must confirm or key it; `to_key` says why. `xml` is the text, written anew, that
    the rules of EN 16931 are to be tried on. `headings` are those of a table whose columns no mapping knows yet.
    """

    kind: FileKind
    document: BilledDocument | None = None
    to_key: str = ""
    xml: str | None = None
    syntax: Syntax | None = None
    canonical_sha256: str | None = None
    attachments: tuple[Attachment, ...] = ()
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """How a file is to be read: within which limits, and a table of another's by which mapping."""

    limits: Limits
    mapping: ColumnMapping | None = None


def read_file(content: bytes, asked: Asked) -> Reading:
    """Reads a file; `Refused` in words for whatever cannot be taken."""
    if len(content) > asked.limits.file:
        raise Refused(too_large(asked.limits))
    return _READERS[container_of(content)](content, asked)


def too_large(limits: Limits) -> Fault:
    """The fault of a file above the cap."""
    expected = said("at most %(most)s MB", most=limits.file // 1024**2)
    return Fault("too-large", "The file is too large.", expected=expected, mend="Send a smaller one.", status=413)


def _read_workbook(content: bytes, asked: Asked) -> Reading:
    return _read_table(grids_of_workbook(content, asked.limits), asked)


def _read_csv(content: bytes, asked: Asked) -> Reading:
    return _read_table([grid_of_csv(content, asked.limits)], asked)


def _read_table(grids: list[Grid], asked: Asked) -> Reading:
    if is_template(grids):
        return Reading(kind="template", document=read_template(grids))
    try:
        return Reading(kind="table", document=read_mapped(grids, asked.mapping))
    except UnmappedError as unmapped:
        if not unmapped.headings:
            raise Refused(*unmapped.faults) from None
        return Reading(kind="table", headings=tuple(unmapped.headings[:64]))


def _read_xml(content: bytes, asked: Asked) -> Reading:
    if len(content) > asked.limits.xml:
        expected = said("at most %(most)s MB of XML", most=asked.limits.xml // 1024**2)
        raise Refused(Fault("too-large", "The XML is too large.", expected=expected, status=413))
    root = parse(content)
    if root.tag == _ZUGFERD_1:
        return Reading(kind="cii", to_key=OLD_ZUGFERD.replace("The PDF", "The file"))
    known = _SYNTAXES.get(str(root.tag))
    if known is None:
        raise Refused(
            Fault(
                "xml-kind",
                "The XML is no invoice of a kind that is read here.",
                where=said("the element “%(element)s”", element=_name(root)),
                expected="a UBL 2.1 invoice or credit note, or a Cross Industry Invoice (CII)",
            )
        )
    return _read_invoice(root, *known, limits=asked.limits)


def _read_invoice(root: Element, syntax: Syntax, kind: FileKind, *, limits: Limits) -> Reading:
    attachments = tuple(_embedded(root, limits))
    profile = cii.profile_of(root).rpartition(":")[2] if syntax == "cii" else ""
    if profile in cii.WITHOUT_LINES:
        return Reading(kind=kind, to_key=WITHOUT_LINES.format(profile=profile.upper()), attachments=attachments)
    document = ubl.read_ubl(root) if syntax == "ubl" else cii.read_cii(root)
    return Reading(
        kind=kind,
        document=document,
        xml=as_text(root),
        syntax=syntax,
        canonical_sha256=canonical_sha256(root),
        attachments=attachments,
    )


def _embedded(root: Element, limits: Limits) -> Iterator[Attachment]:
    """The files that an XML invoice carries in letters."""
    for number, element in enumerate(root.iter(*_BINARY), 1):
        if number > limits.attachments:
            raise Refused(too_many_attachments(limits))
        name = element.get("filename") or f"attachment {number}"
        try:
            yield Attachment(name, base64.b64decode("".join((element.text or "").split()), validate=True))
        except (binascii.Error, ValueError):
            raise Refused(Fault("attachment", "The attachment cannot be unpacked.", name[:80], "base64")) from None


def _read_pdf(content: bytes, asked: Asked) -> Reading:
    attachments = attachments_of(content, asked.limits)
    invoices = [root for one in attachments if (root := _invoice_in(one, asked.limits)) is not None]
    carried = tuple(attachments)
    if not invoices:
        return Reading(kind="pdf", to_key=PLAIN_PDF, attachments=carried)
    if len(invoices) > 1:
        return Reading(kind="pdf", to_key=SEVERAL, attachments=carried)
    root = invoices[0]
    if root.tag == _ZUGFERD_1:
        return Reading(kind="pdf", to_key=OLD_ZUGFERD, attachments=carried)
    syntax, _ = _SYNTAXES[str(root.tag)]
    reading = _read_invoice(root, syntax, "factur_x", limits=asked.limits)
    return replace(reading, attachments=(*carried, *reading.attachments))


def _invoice_in(attachment: Attachment, limits: Limits) -> Element | None:
    """The root of an attached XML invoice, None for any other attachment."""
    if len(attachment.content) > limits.xml or not attachment.name.lower().endswith(".xml"):
        return None
    root = parse(attachment.content)
    return root if root.tag in _SYNTAXES or root.tag == _ZUGFERD_1 else None


def _name(root: Element) -> str:
    return str(root.tag).rpartition("}")[2][:40]


_READERS: Final[Mapping[str, Callable[[bytes, Asked], Reading]]] = {
    "zip": _read_workbook,
    "csv": _read_csv,
    "xml": _read_xml,
    "pdf": _read_pdf,
}
