"""The share that each line has of an invoice's VAT, which EN 16931 works out by category and rate on all lines' net."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from invoices.facts import VatCategory
from invoices.formats.ubl_writing import vat_on

Taxed = tuple[VatCategory | None, Decimal | None, int]
"""How VAT falls on a line: its category, its rate in per cent, and its net in pence."""


def shares_of_vat(lines: Iterable[Taxed]) -> list[int]:
    """The VAT of lines in pence; those of a category and rate come to the VAT on their sum, to the penny."""
    nets: Counter[tuple[str | None, Decimal | None]] = Counter()
    found: list[int] = []
    for category, rate, net in lines:
        before = vat_on(nets[category, rate], rate)
        nets[category, rate] += net
        found.append(vat_on(nets[category, rate], rate) - before)
    return found
