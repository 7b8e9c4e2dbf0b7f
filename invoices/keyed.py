"""A document that a person keys from paper or a picture, held to its own sums before anything of it is recorded; pure.

What the person confirms of an expected line is carried over as it stands, its quantity and its event among it; what the
person changes is what the document says, and quantity and rate are then left out: nothing is guessed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import Said, said
from commissioning.web.words import pounds
from invoices.expected.lines import whole_pence
from invoices.facts import BilledDocument, BilledLine, DocumentKind, StatedSupplier
from invoices.supplier import Supplier


class Stated(NamedTuple):
    """What the document says of itself; money in pence, positive on a credit note too, `vat_rate` in per cent."""

    kind: DocumentKind
    number: str
    issued_on: date
    net: int
    vat: int
    gross: int
    vat_rate: Decimal | None = None
    corrects: str | None = None


def confirmed(offered: BilledLine, first_day: date, last_day: date, net: int) -> BilledLine:
    """An expected line as the document has it: the very line where nothing differs."""
    if (first_day, last_day, net) == (offered.first_day, offered.last_day, offered.net):
        return offered
    return replace(offered, first_day=first_day, last_day=last_day, net=net, quantity=None, unit=None, rate=None)


def keyed_document(
    stated: Stated, lines: Sequence[BilledLine], school: tuple[int, str], supplier: Supplier
) -> BilledDocument:
    """The document of a school (its URN and name); `Refused`, naming the field, where its sums do not add up."""
    _must_add_up(stated, lines)
    numbered = [replace(line, number=number) for number, line in enumerate(lines, 1)]
    recorded = supplier.on(stated.issued_on)
    urn, name = school
    return BilledDocument(
        kind=stated.kind,
        number=stated.number,
        issued_on=stated.issued_on,
        supplier=StatedSupplier(
            name=name, urn=urn, company_number=recorded.company_number, vat_number=recorded.vat_number
        ),
        first_day=min((line.first_day for line in lines if line.first_day is not None), default=None),
        last_day=max((line.last_day for line in lines if line.last_day is not None), default=None),
        corrects=stated.corrects,
        lines=_with_vat(stated, numbered),
        net=stated.net,
        vat=stated.vat,
        gross=stated.gross,
    )


def _must_add_up(stated: Stated, lines: Sequence[BilledLine]) -> None:
    faults = []
    if not lines:
        faults.append(Fault("no-lines", "The invoice has at least one line.", "expected", "an amount at a line"))
    made = sum(line.net for line in lines)
    if lines and made != stated.net:
        faults.append(
            Fault(
                "lines-total",
                _unlike(made, stated.net),
                "net",
                "the total of the lines, without VAT",
            )
        )
    if stated.net + stated.vat != stated.gross:
        faults.append(
            Fault(
                "gross-total",
                said("Net and VAT come to %(gross)s.", gross=pounds(stated.net + stated.vat)),
                "gross",
                "net and VAT",
            )
        )
    if stated.vat and stated.vat_rate is None:
        faults.append(Fault("vat-rate", "There is VAT, so it has a rate.", "vat_rate", "a rate such as 20"))
    if faults:
        raise Refused(*faults)


def _unlike(made: int, total: int) -> Said:
    figures = {"lines": pounds(made), "difference": pounds(abs(made - total))}
    if made > total:
        return said("The lines come to %(lines)s, which is %(difference)s more than this total.", **figures)
    return said("The lines come to %(lines)s, which is %(difference)s less than this total.", **figures)


def _with_vat(stated: Stated, lines: Sequence[BilledLine]) -> tuple[BilledLine, ...]:
    """The lines with the VAT of each; what rounding leaves of the document's VAT goes to the first, a penny each."""
    if not stated.vat or stated.vat_rate is None:
        return tuple(replace(line, vat_category=None, vat_rate=None, vat=None) for line in lines)
    amounts = [whole_pence(Fraction(stated.vat_rate) / 100 * line.net) for line in lines]
    left = stated.vat - sum(amounts)
    if abs(left) > len(lines):
        raise Refused(
            Fault(
                "vat-total",
                said("VAT at this rate on the lines comes to %(vat)s.", vat=pounds(sum(amounts))),
                "vat",
                "the VAT of the lines; where lines bear several rates, send the invoice as a file that says so",
            )
        )
    penny = 1 if left > 0 else -1
    return tuple(
        replace(line, vat_category="S", vat_rate=stated.vat_rate, vat=amount + (penny if place < abs(left) else 0))
        for place, (line, amount) in enumerate(zip(lines, amounts, strict=True))
    )
