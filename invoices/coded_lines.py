"""What a payment run pays line by line, each line with the finance system's code for it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from commissioning.finance.coding import Coding, code_for
from commissioning.finance.queries import coding_of
from commissioning.ledger.reading import Reader
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.web.language import _
from contracts.agreement import AGREEMENTS
from contracts.words import COMPONENTS
from invoices.held import HeldLine
from invoices.invoice import Invoice


class PaidLine(NamedTuple):
    """An approved line of a run, its amounts signed: a credit's are below nought."""

    invoice: Invoice
    line: HeldLine
    net: int
    vat: int
    code: str | None


async def paid_lines(reader: Reader, invoices: Sequence[Invoice], run: str, position: int) -> list[PaidLine]:
    """The lines of invoices that a run pays, coded as the mapping stands at a position."""
    coding, models = await coding_of(reader, position), await _models_of(reader, invoices)
    return [line for one in invoices for line in _lines_of(one, run, coding, models)]


def uncoded(lines: Iterable[PaidLine]) -> list[str]:
    """The components of lines that no code is mapped to, in words; nothing where all have one."""
    components = {one.line.component for one in lines if one.code is None}
    without = sorted(COMPONENTS[one] if one else _("Not said") for one in components)
    return [_("No code is mapped to: %(codes)s.", codes=", ".join(without))] if without else []


def _lines_of(invoice: Invoice, run: str, coding: Coding, models: Mapping[str, str]) -> list[PaidLine]:
    found: list[PaidLine] = []
    release = invoice.release_in(run)
    if release is None:
        return found
    for number in sorted({*release.amounts, *release.vat}):
        line = invoice.line(number)
        net, vat = (invoice.sign * amounts.get(number, 0) for amounts in (release.amounts, release.vat))
        model, on = models.get(line.agreement_ref or "", ""), line.first_day or invoice.received_on
        code = code_for(coding, model, line.component or "", on)
        found.append(PaidLine(invoice, line, net, vat, code))
    return found


async def _models_of(reader: Reader, found: Sequence[Invoice]) -> dict[str, str]:
    refs = {line.agreement_ref for one in found if one.document for line in one.document.lines if line.agreement_ref}
    return {ref: one.model for ref, one in (await reader.states(AGREEMENTS, sorted(refs), OPEN_POSITION)).items()}
