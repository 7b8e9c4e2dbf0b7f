"""`python -m tests.invoices.practice --data FOLDER`: has the duplicates check judge what real councils paid.

The folder holds published spending as CSV (`spend_*.csv`). Lines of one supplier under one reference are an invoice,
which the council split over its codes where there are several. Each invoice is sent as those parts, and again under
its number written otherwise; nothing of the data is kept. Periods and places are not published: every line is taken
to bill days of its own, as the check would see it with a place that is known.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import click

from invoices.checks.case import BilledBefore, Case, Due, Earlier
from invoices.checks.documents import same_amount, same_number
from invoices.facts import BilledDocument, StatedSupplier
from invoices.held import Finding, HeldDocument, HeldLine
from invoices.numbers import normalised_number
from invoices.rules import NO_RULES_SET
from invoices.supplier import Supplier

URN = 900001
HEADINGS = {
    "reference": ("internal_ref", "transaction_number"),
    "paid_on": ("paid_date", "payment_date"),
    "supplier": ("supplier_name",),
    "pounds": ("amount_ex_vat_gbp", "net_amount_gbp"),
}
"""What the councils call what is read of a line."""
VARIANTS = ("inv {}", "INV/{}.", "INV-000{}", " Inv . {} ", "INV\N{EN DASH}{}")
"""How a person may write the number `INV-…` of an invoice that was sent before."""


class Paid(NamedTuple):
    """An invoice as a council paid it: its supplier, number and day, and the pence of each of its lines."""

    supplier: str
    number: str
    on: date
    pence: tuple[int, ...]


def invoices_in(path: Path) -> list[Paid]:
    """The invoices of a file in the order in which they were paid, credits left out."""
    lines: dict[tuple[str, str, date], list[int]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            said = {name: next(row[heading] for heading in of if heading in row) for name, of in HEADINGS.items()}
            key = said["supplier"], f"INV-{said['reference']}", date.fromisoformat(said["paid_on"])
            lines[key].append(int(Decimal(said["pounds"]) * 100))
    paid = [Paid(*key, tuple(pence)) for key, pence in lines.items() if min(pence) > 0]
    return sorted(paid, key=lambda one: one.on)


def counted(paid: Sequence[Paid]) -> Iterator[tuple[str, int]]:
    """What the check says of the invoices, how often."""
    split = [one for one in paid if len(one.pence) > 1]
    parts = [found for one in split for found in _sent_in_parts(one)]
    yield "invoices", len(paid)
    yield "of them split over codes", len(split)
    yield "their parts", sum(len(one.pence) for one in split)
    yield "parts called a duplicate (to be none)", sum(any(one.code == "DUP-1" for one in found) for found in parts)
    yield "parts remarked for the same amount", sum(any(one.code == "DUP-4" for one in found) for found in parts)
    again = [_sent_again(one, variant) for one in paid for variant in VARIANTS]
    yield "sent again under the number written otherwise", len(again)
    yield "of them called a duplicate (to be all)", sum(any(one.outcome == "block" for one in found) for found in again)
    yield from _sent_once(paid)


def _sent_in_parts(invoice: Paid) -> list[list[Finding]]:
    """What is found of each line sent by itself under the one number and day, the parts before it being there."""
    parts = [invoice._replace(pence=(pence,)) for pence in invoice.pence]
    return [_found(part, [_earlier(one) for one in parts[:place]]) for place, part in enumerate(parts)]


def _sent_again(invoice: Paid, variant: str) -> list[Finding]:
    """What is found of an invoice whose days are billed before, under the same number written otherwise."""
    number = variant.format(invoice.number.removeprefix("INV-"))
    return _found(invoice._replace(number=number), [_earlier(invoice)], days_again=True)


def _sent_once(paid: Sequence[Paid]) -> Iterator[tuple[str, int]]:
    """What is found of every invoice sent whole after all those of its supplier that were paid before."""
    before: dict[str, list[Earlier]] = defaultdict(list)
    codes: Counter[str] = Counter()
    for one in paid:
        codes.update({finding.code for finding in _found(one, before[one.supplier])})
        before[one.supplier].append(_earlier(one))
    yield "sent once and called a duplicate (to be none)", codes["DUP-1"]
    yield "sent once and remarked for the same amount, no period being stated", codes["DUP-4"]


def _found(invoice: Paid, earlier: Sequence[Earlier], *, days_again: bool = False) -> list[Finding]:
    document = _held(invoice)
    before = tuple(BilledBefore(one.invoice, one.number, one.issued_on, one.issued_on) for one in earlier if days_again)
    due = {line.number: Due(line.net, None, invoice.on, invoice.on, before) for line in document.lines}
    stated = BilledDocument(
        kind="invoice",
        number=invoice.number,
        issued_on=invoice.on,
        supplier=StatedSupplier(name=invoice.supplier, urn=URN),
        lines=(),
        net=document.net,
        vat=0,
        gross=document.gross,
    )
    case = Case(
        invoice="again", provider_urn=URN, stated=stated, document=document, sha256=None, rules=NO_RULES_SET,
        supplier=Supplier(URN, {}), approved_account=None, group=frozenset({URN}), earlier=earlier, agreements={},
        placements={}, others_refs=frozenset(), due=due,
    )  # fmt: skip
    return [*same_number(case), *same_amount(case)]


def _earlier(invoice: Paid) -> Earlier:
    key, normalised = f"{invoice.number} {invoice.pence}", normalised_number(invoice.number)
    gross = sum(invoice.pence)
    return Earlier(key, URN, invoice.number, normalised, None, invoice.on, gross, None, None, None)


def _held(invoice: Paid) -> HeldDocument:
    lines = tuple(
        HeldLine(
            number=number, placement_ref=None, pupil=None, sealed_text=None, agreement_ref=None, component=None,
            kind=None, first_day=None, last_day=None, quantity=None, unit=None, rate=None, net=pence,
            vat_category=None, vat_rate=None, vat=None, adjustment=None,
        )
        for number, pence in enumerate(invoice.pence, 1)
    )  # fmt: skip
    gross = sum(invoice.pence)
    return HeldDocument(
        kind="invoice", number=invoice.number, issued_on=invoice.on, due_on=None, company_number=None, vat_number=None,
        first_day=None, last_day=None, corrects=None, part_of=None, lines=lines, net=gross, vat=0, gross=gross,
    )  # fmt: skip


@click.command()
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
def main(data: Path) -> None:
    """Tells what the duplicates check says of the spending in a folder."""
    for path in sorted(data.glob("spend_*.csv")):
        click.echo(path.name)
        for what, count in counted(invoices_in(path)):
            click.echo(f"  {count:>6,} {what}")


if __name__ == "__main__":
    main()
