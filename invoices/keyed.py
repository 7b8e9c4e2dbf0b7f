"""A document that a person keys from paper or a picture, held to its own sums before anything of it is recorded; pure.

What the person confirms of an expected line is carried over as it stands, its quantity and its event among it; what the
person changes is what the document says, and quantity and rate are then left out: nothing is guessed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import Said, said
from commissioning.web.words import pounds
from invoices.facts import BilledDocument, BilledLine, DocumentKind, StatedSupplier
from invoices.keyed_vat import with_vat
from invoices.supplier import Supplier


class Stated(NamedTuple):
    """What the document says of itself; money in pence, positive on a credit note too."""

    kind: DocumentKind
    number: str
    issued_on: date
    net: int
    vat: int
    gross: int
    corrects: str | None = None


def confirmed(offered: BilledLine, first_day: date, last_day: date, net: int) -> BilledLine:
    """An expected line as the document has it: the very line where nothing differs. Its VAT is keyed beside it."""
    offered = replace(offered, vat_category=None, vat_rate=None, vat=None)
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
        lines=with_vat(numbered, stated.vat, supplier),
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
    if faults:
        raise Refused(*faults)


def _unlike(made: int, total: int) -> Said:
    figures = {"lines": pounds(made), "difference": pounds(abs(made - total))}
    if made > total:
        return said("The lines come to %(lines)s, which is %(difference)s more than this total.", **figures)
    return said("The lines come to %(lines)s, which is %(difference)s less than this total.", **figures)
