"""The lines of expected and received invoices as tables show them."""

from collections.abc import Iterable, Mapping
from typing import Any

from commissioning.web.words import day, number, percent, pounds
from contracts.words import COMPONENTS
from invoices.expected.lines import ExpectedLine
from invoices.expected.words import KINDS
from invoices.held import Finding, HeldLine
from invoices.invoice import Invoice
from invoices.queries import Listed, Released
from invoices.recoverable_vat import is_recoverable
from invoices.releasing import number_of_part
from invoices.words import CODES, OUTCOMES, SCHOOL_STATUSES, STATUSES, UNITS

TIMES = "\N{MULTIPLICATION SIGN}"


def expected_rows(lines: Iterable[ExpectedLine], place: str = "/placements/") -> list[dict[str, Any]]:
    """Expected lines; an adjustment tells the event that it comes of."""
    return [
        {
            "for": _for(line.key.placement_ref, line.key.agreement_ref, place),
            "component": {"text": COMPONENTS[line.key.component], "note": KINDS[line.key.kind]},
            "days": f"{day(line.first_day)} to {day(line.last_day)}",
            "charged": number(line.days) if line.adjustment is None else "",
            "units": f"{number(line.units, 4)} {TIMES} {pounds(round(line.rate))} a {UNITS[line.unit]}"
            if line.adjustment is None
            else f"Change of days billed before, by position {number(line.adjustment)}",
            "net": line.net,
        }
        for line in lines
    ]


def received_rows(invoice: Invoice, place: str = "/placements/") -> list[dict[str, Any]]:
    """What each line says beside what it should be, with what became of it."""
    if invoice.document is None:
        return []
    expected = {match.number: match for match in invoice.matches}
    found = []
    for line in invoice.document.lines:
        match = expected.get(line.number)
        found.append(
            {
                "line": number(line.number),
                "for": _for(line.placement_ref, line.agreement_ref, place),
                "component": _what(line),
                "days": _days(line),
                "units": _units(line),
                "place": _noted(_for(line.placement_ref, line.agreement_ref, place), _what(line)),
                "when": _noted(_days(line), _units(line)),
                "billed": line.net,
                "vat": {"text": line.vat, "note": vat_in_words(invoice, line)} if line.vat else None,
                "expected": match.expected if match else None,
                "between": line.net - match.expected if match else None,
                "words": difference_in_words(invoice, line),
                "disputed": invoice.disputed.get(line.number) or None,
                "approved": invoice.approved.get(line.number),
            }
        )
    return found


def vat_in_words(invoice: Invoice, line: HeldLine) -> str:
    """The rate of a line's VAT, and whether the council can recover it; blank where there is none."""
    if not line.vat:
        return ""
    recoverable = "recoverable" if is_recoverable(invoice, line) else "not recoverable"
    return recoverable.capitalize() if line.vat_rate is None else f"{percent(line.vat_rate, 2)}, {recoverable}"


def difference_in_words(invoice: Invoice, line: HeldLine) -> str:
    """How a line differs from what it should be, by the checks that say why; blank where it does not."""
    found = [one for one in invoice.findings if one.line == line.number and one.money]
    return " ".join(f"{CODES[one.code]}: expected {one.expected}, billed {one.billed}." for one in found)


def finding_rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """What checks found, in the order in which they were made."""
    return [
        {
            "code": {"text": CODES[one.code], "note": one.code},
            "line": f"Line {one.line}" if one.line else "All of it",
            "expected": one.expected[:1].upper() + one.expected[1:],
            "billed": one.billed[:1].upper() + one.billed[1:],
            "money": one.money or None,
            "outcome": _tag(OUTCOMES[one.outcome]),
            "rests_on": one.rests_on[:1].upper() + one.rests_on[1:],
        }
        for one in findings
    ]


def invoice_row(one: Listed, address: str, *, for_school: bool = False) -> dict[str, Any]:
    """An invoice of a list; `due` is the last of the 30 days for what of it is in no payment run."""
    words, colour = STATUSES[one.status]  # type: ignore[index]  # the table holds a state's own words
    shown = SCHOOL_STATUSES[one.status] if for_school else words  # type: ignore[index]  # likewise
    return {
        "invoice": one.key,
        "number": one.number,
        "number_link": {"text": one.number, "href": address},
        "provider": str(one.provider_urn),
        "school": {"text": one.provider_name, "href": f"/schools/{one.provider_urn}"},
        "kind": one.kind,
        "issued_on": one.issued_on,
        "received_on": one.received_on,
        "due": one.due_on if one.kind == "invoice" else None,
        "net": one.net,
        "gross": one.gross,
        "disputed": one.disputed,
        "approved": one.approved,
        "waiting": one.waiting,
        "status": one.status,
        "status_tag": {"tag": shown, "colour": colour},
        "paid_on": one.paid_on,
    }


def part_row(part: Released, address: str) -> dict[str, Any]:
    """A part of an invoice in a payment run."""
    state = {"tag": "Paid", "colour": "green"} if part.paid_on else {"tag": "On its way", "colour": "blue"}
    return {
        "number_link": {"text": part.number, "href": address},
        "school": {"text": part.invoice.provider_name, "href": f"/schools/{part.invoice.provider_urn}"},
        "net": part.net,
        "vat": part.vat,
        "gross": part.gross,
        "state": state,
        "paid_on": part.paid_on,
    }


def parts_of(invoice: Invoice, address: str = "") -> list[dict[str, Any]]:
    """The parts of an invoice in payment runs, each with its run where `address` says where runs are."""
    rows = []
    for one in invoice.releases:
        net, vat = (invoice.sign * sum(amounts.values()) for amounts in (one.amounts, one.vat))
        number = number_of_part(invoice.number, one.part)
        rows.append(
            {
                "number": {"text": number, "href": f"{address}{one.run}"} if address else number,
                "net": net,
                "vat": vat,
                "gross": net + vat,
                "state": {"tag": "Paid", "colour": "green"} if one.paid_on else {"tag": "On its way", "colour": "blue"},
                "paid_on": one.paid_on,
            }
        )
    return rows


def status_tag(invoice: Invoice, *, for_school: bool = False) -> dict[str, str]:
    """The state of an invoice as a tag."""
    words, colour = STATUSES[invoice.status]
    return {"tag": SCHOOL_STATUSES[invoice.status] if for_school else words, "colour": colour}


def _for(placement_ref: str | None, agreement_ref: str | None, place: str) -> Mapping[str, str] | str:
    if placement_ref is not None:
        return {"text": placement_ref, "href": f"{place}{placement_ref}"}
    return f"Empty places of {agreement_ref}" if agreement_ref else "Not said"


def _what(line: HeldLine) -> str:
    return COMPONENTS[line.component] if line.component else "Not said"


def _noted(cell: Mapping[str, str] | str, note: str) -> dict[str, str]:
    """A cell with a note under it."""
    return {**({"text": cell} if isinstance(cell, str) else cell), "note": note}


def _days(line: HeldLine) -> str:
    return f"{day(line.first_day)} to {day(line.last_day)}" if line.first_day and line.last_day else "Not said"


def _units(line: HeldLine) -> str:
    if line.adjustment:
        return f"Change of days billed before, by position {number(line.adjustment)}"
    if line.quantity is None or line.rate is None:
        return ""
    unit = f" a {UNITS[line.unit]}" if line.unit else ""
    return f"{number(line.quantity, 4)} {TIMES} {pounds(round(line.rate))}{unit}"


def _tag(words: tuple[str, str]) -> dict[str, str]:
    return {"tag": words[0], "colour": words[1]}
