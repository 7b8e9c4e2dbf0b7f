"""The VAT of a keyed document's lines, held to what the document says VAT comes to; pure.

Each line has a rate: as it was keyed, or as is recorded of the school on the line's days. Lines of a rate come to that
rate of their sum, to the penny, as EN 16931 has it (BR-CO-17); a document that rounds line by line is taken too, where
each of its lines can be rounded up or down so that they make its total.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from math import floor

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.web.words import percent, pounds
from invoices.facts import BilledLine
from invoices.formats.ubl_writing import vat_on
from invoices.supplier import Recorded, Supplier


def with_vat(lines: Sequence[BilledLine], vat: int, supplier: Supplier) -> tuple[BilledLine, ...]:
    """Lines with the rate and the pence of VAT of each; `Refused` where they cannot come to the document's `vat`.

    A rate of None is what is recorded of the school; pence that a line states already stay. A document without VAT has
    lines without.
    """
    if not vat and not any(line.vat for line in lines):
        return tuple(replace(line, vat_category=None, vat_rate=None, vat=None) for line in lines)
    rated = [_rated(line, supplier.on(line.first_day) if line.first_day else None) for line in lines]
    open_places = [place for place, line in enumerate(rated) if line.vat is None and line.vat_rate is not None]
    left = vat - sum(line.vat or 0 for line in rated)
    shares = _shares([rated[place] for place in open_places], left)
    if shares is None:
        raise Refused(_differs(rated))
    for place, share in zip(open_places, shares, strict=True):
        rated[place] = replace(rated[place], vat=share)
    return tuple(rated)


def _rated(line: BilledLine, recorded: Recorded | None) -> BilledLine:
    """A line with its rate, and how VAT falls on it as far as that is known."""
    rate = line.vat_rate
    if rate is None and recorded is not None:
        rate = recorded.vat_rate
    untaxed = recorded.vat_category if recorded is not None and recorded.vat_category != "S" else None
    return replace(line, vat_category="S" if rate else untaxed, vat_rate=rate)


def _shares(lines: Sequence[BilledLine], vat: int) -> list[int] | None:
    """The pence of each line: rate by rate as the standard has it, else lines rounded by themselves make the total."""
    of_rate: defaultdict[Decimal | None, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        of_rate[line.vat_rate].append(place)
    exact = [Fraction(line.vat_rate or 0) * line.net / 100 for line in lines]
    totals = {rate: vat_on(sum(lines[place].net for place in places), rate) for rate, places in of_rate.items()}
    if sum(totals.values()) != vat:
        return _rounded(exact, vat)
    shares = [0] * len(lines)
    for rate, places in of_rate.items():
        for place, share in zip(places, _rounded([exact[one] for one in places], totals[rate]) or (), strict=True):
            shares[place] = share
    return shares


def _rounded(exact: Sequence[Fraction], total: int) -> list[int] | None:
    """Amounts rounded up or down so that they make a total, those nearest to the next penny up; None where none do."""
    shares = [floor(amount) for amount in exact]
    up = sorted(
        (place for place, amount in enumerate(exact) if amount != shares[place]),
        key=lambda place: (shares[place] - exact[place], place),
    )
    pennies = total - sum(shares)
    if not 0 <= pennies <= len(up):
        return None
    for place in up[:pennies]:
        shares[place] += 1
    return shares


def _and(before: str, after: str) -> str:
    return said("%(before)s; %(after)s", before=before, after=after)


def _differs(lines: Sequence[BilledLine]) -> Fault:
    """The fault of VAT that is not that of the lines, which tells what each rate comes to."""
    nets: defaultdict[Decimal, int] = defaultdict(int)
    for line in lines:
        if line.vat is None:
            nets[line.vat_rate or Decimal(0)] += line.net
    made: list[str] = [
        said("%(rate)s of %(net)s is %(vat)s", rate=percent(rate, 2), net=pounds(net), vat=pounds(vat_on(net, rate)))
        for rate, net in sorted(nets.items())
    ]
    stated = [line.vat for line in lines if line.vat is not None]
    if stated:
        made.append(said("lines that state it bear %(vat)s", vat=pounds(sum(stated))))
    return Fault(
        "vat-total",
        said("VAT of the lines comes to something else: %(made)s.", made=reduce(_and, made)),
        "vat",
        "the VAT of the lines",
        "Type the rate, or the amount, that the document has at each line.",
    )
