"""An expected invoice as the document that a school makes its own by agreeing it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from commissioning.web.language import in_english
from commissioning.web.words import day
from invoices.expected.invoice import ExpectedInvoice
from invoices.expected.lines import ExpectedLine
from invoices.expected.words import line_in_words
from invoices.facts import BilledDocument, BilledLine, StatedSupplier
from invoices.supplier import Supplier
from invoices.vat_shares import shares_of_vat

_PLACES = 6


def document_of(
    expected: ExpectedInvoice, number: str, issued_on: date, name: str, supplier: Supplier
) -> BilledDocument:
    """The invoice that a school agrees, under its own number and with the VAT that is recorded of it.

    Its words are recorded as they stand here, and so in English whatever language is spoken.
    """
    with in_english():
        lines = _with_vat([_line(number_, line, supplier) for number_, line in enumerate(expected.lines, 1)])
    recorded = supplier.on(issued_on)
    net, vat = expected.net, _total(line.vat for line in lines)
    return BilledDocument(
        kind="invoice",
        number=number,
        issued_on=issued_on,
        supplier=StatedSupplier(
            name=name,
            urn=expected.provider_urn,
            company_number=recorded.company_number,
            vat_number=recorded.vat_number,
        ),
        agreement_ref=expected.agreement_ref,
        first_day=min((line.first_day for line in expected.lines), default=expected.period.first_day),
        last_day=max((line.last_day for line in expected.lines), default=expected.period.last_day),
        lines=lines,
        net=net,
        vat=vat,
        gross=net + vat,
    )


def _line(number: int, line: ExpectedLine, supplier: Supplier) -> BilledLine:
    recorded = supplier.on(line.first_day)
    quantity, rate = _exactly(line.units), _exactly(line.rate)
    told = quantity is not None and rate is not None
    return BilledLine(
        number=number,
        text=f"{line_in_words(line.key)}, {day(line.first_day)} to {day(line.last_day)}",
        placement_ref=line.key.placement_ref,
        agreement_ref=line.key.agreement_ref,
        component=line.key.component,
        kind=line.key.kind,
        first_day=line.first_day,
        last_day=line.last_day,
        quantity=quantity if told else None,
        unit=line.unit if told else None,
        rate=rate if told else None,
        net=line.net,
        vat_category=recorded.vat_category,
        vat_rate=recorded.vat_rate,
        adjustment=line.adjustment,
    )


def _exactly(value: Fraction) -> Decimal | None:
    """A number as a decimal of a few places; None where it has no such, as a third of a year."""
    scaled = value * 10**_PLACES
    return None if scaled.denominator != 1 else Decimal(scaled.numerator).scaleb(-_PLACES).normalize() + 0


def _with_vat(lines: list[BilledLine]) -> tuple[BilledLine, ...]:
    """The lines with the VAT of those of which it is recorded how it falls."""
    shares = shares_of_vat((line.vat_category, line.vat_rate, line.net) for line in lines)
    return tuple(
        line if line.vat_category is None else replace(line, vat=share)
        for line, share in zip(lines, shares, strict=True)
    )


def _total(amounts: Iterable[int | None]) -> int:
    return sum(amount or 0 for amount in amounts)
