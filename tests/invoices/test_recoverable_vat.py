"""What of an invoice's VAT the council can recover: only what was rightly charged, as the last check has it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from invoices.held import Code, Finding, HeldLine
from invoices.invoice import Invoice
from invoices.recoverable_vat import recoverable_vat
from tests.benchmarks.remittances import run_of

FACTS = {"outcome": "hold", "expected": "", "billed": "", "money": 100, "rests_on": ""}


def invoice(*findings: Finding) -> Invoice:
    """An invoice with £20 of VAT on its first line and £4 on its second."""
    made = run_of(1).invoices[0]
    assert made.document is not None
    lines: list[HeldLine] = [
        replace(line, vat=vat, vat_rate=Decimal(20))
        for line, vat in zip(made.document.lines[:2], (2000, 400), strict=True)
    ]
    return made._replace(document=replace(made.document, lines=tuple(lines)), findings=findings)


@pytest.mark.parametrize(
    ("code", "line", "recoverable"),
    [("VAT-1", None, 0), ("VAT-2", 1, 400), ("VAT-3", 2, 2300), ("VAT-4", 1, 2400), ("RTE-1", 1, 2400)],
)
def test_vat_that_was_wrongly_charged_is_not_recovered(code: Code, line: int | None, recoverable: int) -> None:
    """A finding against the VAT of a line, or of all, takes it away, or what is above its rate; others leave it."""
    assert recoverable_vat(invoice()) == 2400
    assert recoverable_vat(invoice(Finding(code=code, line=line, **FACTS))) == recoverable
