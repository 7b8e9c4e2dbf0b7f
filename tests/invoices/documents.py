"""Invented invoices of special schools: one to begin with, and any that Hypothesis draws."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, get_args

from hypothesis import strategies as st

from contracts.rates import Component, Unit
from invoices.facts import BilledDocument, BilledLine, ChargeKind, StatedAccount, StatedSupplier
from invoices.formats.ubl_writing import vat_on

COUNCIL = "Norrowshire County Council"
FIRST, LAST = date(2026, 9, 1), date(2026, 12, 31)
LINE = BilledLine(
    number=1,
    text="Education, autumn term",
    placement_ref="PL-0001",
    pupil_ref="PU-0001",
    agreement_ref="AG-001",
    component="education",
    kind="attendance",
    first_day=FIRST,
    last_day=LAST,
    quantity=Decimal(14),
    unit="week",
    rate=Decimal(125000),
    net=1750000,
    vat_category="E",
    vat_rate=Decimal(0),
)
INVOICE = BilledDocument(
    kind="invoice",
    number="INV-0881",
    issued_on=date(2026, 9, 1),
    due_on=date(2026, 10, 1),
    supplier=StatedSupplier(
        name="Larkfield House School", urn=900001, company_number="01234567", vat_number="GB123456782"
    ),
    account=StatedAccount(sort_code="200000", account_number="12345678"),
    agreement_ref="AG-001",
    first_day=FIRST,
    last_day=LAST,
    lines=(LINE,),
    net=1750000,
    vat=0,
    gross=1750000,
)
"""A term of one pupil's education, exempt from VAT."""
CREDIT_NOTE = replace(INVOICE, kind="credit_note", number="CN-0012", corrects="INV-0881")


def of_lines(*lines: BilledLine, **changed: Any) -> BilledDocument:
    """The invoice with these lines, numbered, and totals that follow from them."""
    numbered = tuple(replace(line, number=number) for number, line in enumerate(lines, 1))
    nets: dict[Decimal | None, int] = {}
    for line in numbered:
        nets[line.vat_rate] = nets.get(line.vat_rate, 0) + line.net
    net, vat = sum(nets.values()), sum(vat_on(amount, rate) for rate, amount in nets.items())
    return replace(INVOICE, **{"lines": numbered, "net": net, "vat": vat, "gross": net + vat, **changed})


WORDS = st.text("ABCDEFGHabcdefgh0123456789 -/&<>'\"£éü", min_size=1, max_size=30).map(str.strip).filter(bool)
REFERENCES = st.from_regex(r"[A-Z]{2}-[0-9]{1,4}", fullmatch=True)
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@st.composite
def lines(draw: st.DrawFn) -> BilledLine:
    """A line whose net is its quantity times its rate, at a standard rate of VAT or exempt."""
    quantity = draw(st.decimals("0.01", "200", places=2))
    rate = draw(st.decimals("1", "2000000", places=2))
    first = draw(DAYS)
    standard = draw(st.booleans())
    return replace(
        LINE,
        text=draw(WORDS),
        placement_ref=draw(st.none() | REFERENCES),
        pupil_ref=draw(st.none() | REFERENCES),
        component=draw(st.sampled_from((None, *get_args(Component)))),
        kind=draw(st.sampled_from((None, *get_args(ChargeKind)))),
        first_day=first,
        last_day=first + timedelta(days=draw(st.integers(0, 200))),
        quantity=quantity,
        unit=draw(st.sampled_from((None, *get_args(Unit)))),
        rate=rate,
        net=int((quantity * rate).quantize(Decimal(1), ROUND_HALF_UP)),
        vat_category="S" if standard else "E",
        vat_rate=Decimal(20) if standard else Decimal(0),
        adjustment=draw(st.none() | st.integers(1, 10**6)),
    )


@st.composite
def documents(draw: st.DrawFn) -> BilledDocument:
    """Any invoice or credit note that the standard can carry."""
    kind = draw(st.sampled_from(("invoice", "credit_note")))
    issued_on = draw(DAYS)
    return of_lines(
        *draw(st.lists(lines(), min_size=1, max_size=6)),
        kind=kind,
        number=draw(WORDS),
        issued_on=issued_on,
        due_on=draw(st.none() | st.just(issued_on + timedelta(days=30))),
        account=draw(st.sampled_from((None, INVOICE.account, StatedAccount(iban="GB33BUKB20201555555555")))),
        corrects=draw(REFERENCES) if kind == "credit_note" else None,
        part_of=draw(st.none() | REFERENCES),
    )
