"""What became of a file, as programs read it (interface.md, `invoice submit`) and in words for people."""

from collections.abc import Mapping
from typing import Any, Final, get_args

from commissioning.web.language import N_, Labels, _, ngettext, spoken
from commissioning.web.words import number
from commissioning.web.words import pounds as in_pounds
from invoices.facts import BilledDocument, BilledLine
from invoices.findings import found_in_words
from invoices.formats.reading import FileKind
from invoices.formats.ubl_writing import pounds
from invoices.held import Outcome as CheckOutcome
from invoices.intake.taking import Outcome, Taken
from invoices.invoice import Invoice
from invoices.words import CODES, WHY_SENT_BACK

OUTCOMES: Final[Mapping[Outcome, str]] = Labels(
    {
        "read": N_("Read"),
        "to_key": N_("To be confirmed or keyed"),
        "to_map": N_("Columns to be matched"),
        "waiting": N_("Waits for the scanner"),
        "refused": N_("Sent back"),
    }
)
KINDS: Final[Mapping[FileKind, str]] = Labels(
    {
        "template": N_("Our template"),
        "table": N_("A table of another program"),
        "ubl_invoice": N_("XML invoice (UBL)"),
        "ubl_credit_note": N_("XML credit note (UBL)"),
        "cii": N_("XML invoice (CII)"),
        "factur_x": N_("PDF with an XML invoice (Factur-X or ZUGFeRD)"),
        "pdf": N_("PDF"),
    }
)


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
        + _sent_back_for(invoice)
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
        told = {"number": document.number, "gross": in_pounds(document.gross)}
        if document.kind == "credit_note":
            return ngettext(
                "Credit note %(number)s, %(num)s line, %(gross)s with VAT.",
                "Credit note %(number)s, %(num)s lines, %(gross)s with VAT.",
                len(document.lines),
                **told,
            )
        return ngettext(
            "Invoice %(number)s, %(num)s line, %(gross)s with VAT.",
            "Invoice %(number)s, %(num)s lines, %(gross)s with VAT.",
            len(document.lines),
            **told,
        )
    if taken.outcome == "to_map":
        return _("Its columns are not known yet: say once which is which.")
    if len(taken.faults) > 1:
        return _("%(count)s things are wrong with it; they are listed below.", count=number(len(taken.faults)))
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


def _sent_back_for(invoice: Invoice | None) -> list[dict[str, Any]]:
    """What the register sent a document back for; what it found in it is not kept."""
    codes = invoice.refused_for if invoice else ()
    return [{"code": code, "message": WHY_SENT_BACK[code], "money": None} for code in codes]


def _checks(invoice: Invoice | None, line: int | None) -> list[dict[str, Any]]:
    """What was found on a line, or with None on the whole."""
    return [
        {
            "code": one.code,
            "message": _(
                "%(code)s: expected %(expected)s, billed %(billed)s.",
                code=CODES[one.code],
                expected=found_in_words(one.expected),
                billed=found_in_words(one.billed),
            ),
            "money": pounds(one.money),
        }
        for one in (invoice.findings if invoice else ())
        if one.line == line
    ]
