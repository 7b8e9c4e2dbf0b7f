"""The lines of expected and received invoices as tables show them."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from commissioning.web.language import _
from commissioning.web.words import day, number, percent, pounds
from contracts.rates import Unit
from contracts.words import COMPONENTS
from invoices.expected.lines import ExpectedLine
from invoices.expected.words import KINDS
from invoices.findings import found_in_words
from invoices.held import Finding, HeldLine
from invoices.invoice import Invoice
from invoices.line_vat import is_about_vat
from invoices.queries import Listed, Released
from invoices.recoverable_vat import recoverable_vat_of
from invoices.releasing import number_of_part
from invoices.words import A_UNIT, CODES, OUTCOMES, SCHOOL_STATUSES, STATUSES, VAT_HELD

TIMES = "\N{MULTIPLICATION SIGN}"


def expected_rows(lines: Iterable[ExpectedLine], place: str = "/placements/") -> list[dict[str, Any]]:
    """Expected lines; an adjustment tells the event that it comes of."""
    return [
        {
            "for": _for(line.key.placement_ref, line.key.agreement_ref, place),
            "component": {"text": COMPONENTS[line.key.component], "note": KINDS[line.key.kind]},
            "days": in_days(line.first_day, line.last_day),
            "charged": number(line.days) if line.adjustment is None else "",
            "units": units_in_words(line.units, line.rate, line.unit)
            if line.adjustment is None
            else _("Change of days billed before, by position %(position)s", position=number(line.adjustment)),
            "net": line.net,
        }
        for line in lines
    ]


def received_rows(invoice: Invoice, place: str = "/placements/") -> list[dict[str, Any]]:
    """What each line says beside what it should be, with what became of it."""
    if invoice.document is None:
        return []
    expected, disputes = {match.number: match for match in invoice.matches}, invoice.disputes
    found = []
    for line in invoice.document.lines:
        match = expected.get(line.number)
        found.append(
            {
                "number": line.number,
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
                "disputed": disputed_of_line(disputes.disputed, disputes.disputed_vat, line.number),
                "approved": invoice.approved.get(line.number),
            }
        )
    return found


def vat_in_words(invoice: Invoice, line: HeldLine) -> str:
    """The rate of a line's VAT, and whether the council can recover it; blank where there is none."""
    if not line.vat:
        return ""
    back = recoverable_vat_of(invoice, line)
    if back == line.vat:
        said = _("recoverable")
    else:
        said = _("%(amount)s recoverable", amount=pounds(back)) if back else _("not recoverable")
    return _begun(said) if line.vat_rate is None else f"{percent(line.vat_rate, 2)}, {said}"


def disputed_of_line(
    amounts: Mapping[int, int], vat_amounts: Mapping[int, int], line: int
) -> dict[str, Any] | int | None:
    """What is disputed of a line; a note says where that is VAT of it."""
    net, vat = amounts.get(line, 0), vat_amounts.get(line, 0)
    if not vat:
        return net or None
    return {"text": net + vat, "note": _("%(amount)s of it VAT", amount=pounds(vat)) if net else _("its VAT")}


def difference_in_words(invoice: Invoice, line: HeldLine) -> str:
    """How a line differs from what it should be, by the checks that say why; blank where it does not."""
    found = [one for one in invoice.findings if one.line == line.number and one.money]
    return " ".join(
        _(
            "%(code)s: expected %(expected)s, billed %(billed)s.",
            code=CODES[one.code],
            expected=found_in_words(one.expected),
            billed=found_in_words(one.billed),
        )
        for one in found
    )


def finding_rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """What checks found, in the order in which they were made."""
    return [
        {
            "code": {"text": CODES[one.code], "note": one.code},
            "line": _("Line %(line)s", line=one.line) if one.line else _("All of it"),
            "expected": _begun(found_in_words(one.expected)),
            "billed": _begun(found_in_words(one.billed)),
            "money": one.money or None,
            "outcome": _tag(VAT_HELD["hold"] if is_about_vat(one) else OUTCOMES[one.outcome]),
            "rests_on": _begun(found_in_words(one.rests_on)),
        }
        for one in findings
    ]


def _begun(words: str) -> str:
    """Words as a cell begins with them."""
    return words[:1].upper() + words[1:]


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
        "waiting_vat": one.waiting_vat,
        "status": one.status,
        "status_tag": {"tag": shown, "colour": colour},
        "paid_on": one.paid_on,
    }


def part_row(part: Released, address: str) -> dict[str, Any]:
    """A part of an invoice in a payment run."""
    state = {"tag": _("Paid"), "colour": "green"} if part.paid_on else {"tag": _("On its way"), "colour": "blue"}
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
                "state": {"tag": _("Paid"), "colour": "green"}
                if one.paid_on
                else {"tag": _("On its way"), "colour": "blue"},
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
    return _("Empty places of %(agreement)s", agreement=agreement_ref) if agreement_ref else _("Not said")


def _what(line: HeldLine) -> str:
    return COMPONENTS[line.component] if line.component else _("Not said")


def _noted(cell: Mapping[str, str] | str, note: str) -> dict[str, str]:
    """A cell with a note under it."""
    return {**({"text": cell} if isinstance(cell, str) else cell), "note": note}


def _days(line: HeldLine) -> str:
    return in_days(line.first_day, line.last_day) if line.first_day and line.last_day else _("Not said")


def in_days(first: date, last: date) -> str:
    """Days from one to another, both in."""
    return _("%(first)s to %(last)s", first=day(first), last=day(last))


def units_in_words(quantity: Decimal | Fraction, rate: Decimal | Fraction, unit: Unit | None) -> str:
    """How much of a unit at which price, `rate` in pence: 14 times so much a week."""
    price = pounds(round(rate))
    return f"{number(quantity, 4)} {TIMES} {_(A_UNIT[unit], price=price) if unit else price}"


def _units(line: HeldLine) -> str:
    if line.adjustment:
        return _("Change of days billed before, by position %(position)s", position=number(line.adjustment))
    if line.quantity is None or line.rate is None:
        return ""
    return units_in_words(line.quantity, line.rate, line.unit)


def _tag(words: tuple[str, str]) -> dict[str, str]:
    return {"tag": words[0], "colour": words[1]}
