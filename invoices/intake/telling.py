"""What became of a file, as programs read it (interface.md, `invoice submit`) and in words for people."""

from collections.abc import Mapping
from typing import Any, Final, get_args

from commissioning.web.language import spoken
from commissioning.web.words import number
from commissioning.web.words import pounds as in_pounds
from invoices.facts import BilledDocument, BilledLine
from invoices.formats.reading import FileKind
from invoices.formats.ubl_writing import pounds
from invoices.held import Outcome as CheckOutcome
from invoices.intake.taking import Outcome, Taken
from invoices.invoice import Invoice
from invoices.words import CODES

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


def as_json(taken: Taken, invoice: Invoice | None = None) -> dict[str, Any]:
    """The whole answer; amounts are text with two decimals. `invoice` is what the file has become in the register."""
    document = taken.document
    return {
        "invoice": invoice.key if invoice else None,
        "status": invoice.status if invoice else taken.outcome,
        "kind": taken.kind,
        "sha256": taken.sha256,
        "totals": _totals(document) if document else None,
        "lines": [_line(line, invoice) for line in document.lines] if document else [],
        "checks": [
            {"code": fault.code, "message": spoken(fault.in_words()), "money": None}
            for fault in taken.faults
            if fault.code not in {failure.id for failure in taken.rules}
        ]
        + _checks(invoice, None),
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
        lines = "1 line" if len(document.lines) == 1 else f"{number(len(document.lines))} lines"
        return f"{what} {document.number}, {lines}, {in_pounds(document.gross)} with VAT."
    if taken.outcome == "to_map":
        return "Its columns are not known yet: say once which is which."
    if len(taken.faults) > 1:
        return f"{number(len(taken.faults))} things are wrong with it; they are listed below."
    return taken.to_key or " ".join(spoken(fault.message) for fault in taken.faults)


def _totals(document: BilledDocument) -> dict[str, str]:
    return {"net": pounds(document.net), "vat": pounds(document.vat), "gross": pounds(document.gross)}


def _line(line: BilledLine, invoice: Invoice | None) -> dict[str, Any]:
    """A line with what it should be; its result is the gravest outcome of its checks, or `matched`."""
    expected = {match.number: match.expected for match in invoice.matches} if invoice else {}
    found = [one.outcome for one in invoice.findings if one.line == line.number] if invoice else []
    gravest = next((outcome for outcome in get_args(CheckOutcome) if outcome in found), "matched")
    return {
        "line": line.number,
        "placement": line.placement_ref,
        "result": ("matched" if gravest == "warn" else gravest) if line.number in expected else None,
        "expected": pounds(expected[line.number]) if line.number in expected else None,
        "billed": pounds(line.net),
        "checks": _checks(invoice, line.number),
    }


def _checks(invoice: Invoice | None, line: int | None) -> list[dict[str, Any]]:
    """What was found on a line, or with None on the whole."""
    return [
        {
            "code": one.code,
            "message": f"{CODES[one.code]}: expected {one.expected}, billed {one.billed}.",
            "money": pounds(one.money),
        }
        for one in (invoice.findings if invoice else ())
        if one.line == line
    ]
