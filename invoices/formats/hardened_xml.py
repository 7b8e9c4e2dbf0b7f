"""The one parser for XML that comes from outside: no document type, no entities, no network, bounded in size.

The text is decoded here and given to the parser anew, so that no encoding hides what is looked for. Whatever reads on,
a rule engine too, gets only what `as_text` writes of the parsed tree: never the sender's own bytes.
"""

import hashlib
import re
from typing import Final

from lxml import etree

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said

Element = etree._Element  # noqa: SLF001 - the library has no other name for the type of its elements

ENCODINGS: Final = {"utf-8": "utf-8-sig", "us-ascii": "ascii", "iso-8859-1": "latin-1", "windows-1252": "cp1252"}
"""The encodings in which documents are taken, by the names they give them, beside UTF-16 with its mark."""

_DECLARATION: Final = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_PROLOGUE: Final = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")
_DOCUMENT_TYPE: Final = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_CURE: Final = said("Export the invoice from the accounting program again.")


def parse(content: bytes) -> Element:
    """Gives the document's root; `Refused` in words for everything that is not plain, well-formed XML."""
    text = _decoded(content)
    if _DOCUMENT_TYPE.search(text):
        raise Refused(
            Fault(
                "xml-document-type",
                "The file holds a document type or an entity, which no invoice needs and which can do harm.",
                expected="an invoice in XML without “<!DOCTYPE”",
                mend=_CURE,
            )
        )
    try:
        return etree.fromstring(_PROLOGUE.sub("", text, count=1).encode("utf-8"), _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        place = (
            said("line %(line)s", line=error.lineno) if isinstance(error, etree.XMLSyntaxError) and error.lineno else ""
        )
        raise Refused(
            Fault("xml-damaged", "The XML is damaged or was cut short.", place, "well-formed XML", _CURE)
        ) from None


def as_text(root: Element) -> str:
    """The tree written anew, with nothing in it that was not parsed."""
    return etree.tostring(root, encoding="unicode")


def canonical_sha256(root: Element) -> str:
    """The hash that two files share which say the same in other white space, prefixes or order of attributes."""
    return hashlib.sha256(etree.tostring(root, method="c14n2", strip_text=True)).hexdigest()


def _parser() -> etree.XMLParser:
    """A new one for each document: nothing of one is left for the next."""
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _decoded(content: bytes) -> str:
    try:
        if content.startswith(_UTF_16):
            return content.decode("utf-16")
        named = _DECLARATION.match(content)
        name = named[1].decode("ascii", "replace").lower() if named else "utf-8"
        if name in ENCODINGS:
            return content.decode(ENCODINGS[name])
    except UnicodeDecodeError:
        raise _not_decoded("Some of its bytes are no letters in the encoding that the file names.") from None
    raise _not_decoded(said("The file says that it is written in “%(name)s”.", name=name[:40]))


def _not_decoded(message: str) -> Refused:
    return Refused(Fault("xml-encoding", message, said("the first line"), "XML in UTF-8", _CURE))
