"""What became of a file, as programs read it (interface.md, `invoice submit`) and in words for people."""

from collections.abc import Mapping
from typing import Any, Final

from invoices.facts import BilledDocument, BilledLine
from invoices.formats.reading import FileKind
from invoices.formats.ubl_writing import pounds
from invoices.intake.taking import Outcome, Taken

OUTCOMES: Final[Mapping[Outcome, str]] = {
    "read": "Read",
    "to_key": "To be confirmed or keyed",
    "to_map": "Columns to be matched",
    "waiting": "Waits for the scanner",
    "refused": "Sent back",
}
KINDS: Final[Mapping[FileKind, str]] = {
    "template": "Our template",
    "table": "A table of another program",
    "ubl_invoice": "XML invoice (UBL)",
    "ubl_credit_note": "XML credit note (UBL)",
    "cii": "XML invoice (CII)",
    "factur_x": "PDF with an XML invoice (Factur-X or ZUGFeRD)",
    "pdf": "PDF",
}


def as_json(taken: Taken) -> dict[str, Any]:
    """The whole answer; amounts are text with two decimals."""
    document = taken.document
    return {
        "invoice": None,
        "status": taken.outcome,
        "kind": taken.kind,
        "sha256": taken.sha256,
        "totals": _totals(document) if document else None,
        "lines": [_line(line) for line in document.lines] if document else [],
        "checks": [
            {"code": fault.code, "message": fault.in_words(), "money": None}
            for fault in taken.faults
            if fault.code not in {failure.id for failure in taken.rules}
        ],
        "rules": [
            {"id": failure.id, "severity": failure.severity, "message": failure.message} for failure in taken.rules
        ],
        "to_key": taken.to_key or None,
        "headings": list(taken.headings),
    }


def in_words(taken: Taken) -> str:
    """One sentence about a file."""
    document = taken.document
    if document is not None:
        what = "Credit note" if document.kind == "credit_note" else "Invoice"
        return f"{what} {document.number} of {len(document.lines)} lines, £{pounds(document.gross)} with VAT."
    if taken.outcome == "to_map":
        return "Its columns are not known yet: say once which is which."
    return taken.to_key or " ".join(fault.in_words() for fault in taken.faults[:1])


def _totals(document: BilledDocument) -> dict[str, str]:
    return {"net": pounds(document.net), "vat": pounds(document.vat), "gross": pounds(document.gross)}


def _line(line: BilledLine) -> dict[str, Any]:
    return {
        "line": line.number,
        "placement": line.placement_ref,
        "result": None,
        "expected": None,
        "billed": pounds(line.net),
        "checks": [],
    }
