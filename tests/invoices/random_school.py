"""A random agreement with its places and prices in the office's ledger, and the invoice that is right for it.

What a test asks of an invoice is asked in a rehearsal, so that many faults are tried on one ledger.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st

from commissioning.ledger.work import UnitOfWork
from invoices.casework import case_of
from invoices.checks.all_checks import findings_of
from invoices.commands import ReceiveInvoice, RecordSupplier
from invoices.expected.document import document_of
from invoices.expected.invoice import ExpectedInvoice
from invoices.facts import BilledDocument, BilledLine
from invoices.held import Finding
from invoices.invoice import Invoice
from invoices.looking_up import look_up
from invoices.supplier import SUPPLIERS, Supplier
from tests.invoices.office import FENSIDE, Office
from tests.pages.world import placement

RANDOM = "RANDOM-1"
VAT_NUMBER = "GB123456782"
Draw = st.DrawFn


class Terms(NamedTuple):
    """How the random agreement charges and bills, from which day, at which prices in pounds, and how VAT falls."""

    start_on: date
    accrual: str
    billing: str
    yearly: int
    weekly: int
    hourly: int
    hours: int
    vat_category: str | None
    places: int


@st.composite
def all_terms(
    draw: Draw, start_on: date = date(2026, 9, 1), *, vat: tuple[str | None, ...] = (None, "E", "S")
) -> Terms:
    """Any agreement of a school with one to three pupils, each with a price a year, a week and an hour."""
    return Terms(
        start_on=start_on,
        accrual=draw(st.sampled_from(["calendar_days", "school_days", "months", "terms"])),
        billing=draw(st.sampled_from(["termly_advance", "monthly_advance", "monthly_arrears"])),
        yearly=draw(st.integers(20_000, 90_000)),
        weekly=draw(st.integers(50, 900)),
        hourly=draw(st.integers(15, 90)),
        hours=draw(st.integers(1, 20)),
        vat_category=draw(st.sampled_from(vat)),
        places=draw(st.integers(1, 3)),
    )


class RandomSchool:
    """The agreement of some terms in an office's ledger."""

    def __init__(self, office: Office, terms: Terms) -> None:
        self.office, self.terms = office, terms
        office.take_in(self._sheets())
        if terms.vat_category is not None:
            office.do(
                "a.head",
                RecordSupplier(
                    provider_urn=FENSIDE, effective_on=date(2020, 1, 1), vat_number=VAT_NUMBER,
                    vat_category=terms.vat_category, vat_rate=Decimal(20 if terms.vat_category == "S" else 0),
                ),
            )  # fmt: skip

    @property
    def refs(self) -> list[str]:
        """The placements."""
        return [f"RP-{number}" for number in range(self.terms.places)]

    def expected(self, day: date) -> ExpectedInvoice:
        """What should be billed for the period of a day."""
        return self.office.expected(RANDOM, day)

    def document(self, day: date, number: str = "RS-1") -> BilledDocument:
        """The right invoice for the period of a day."""
        known: list[Supplier | None] = []
        self.asked(lambda work: known.append(work.state(SUPPLIERS, str(FENSIDE))))
        return document_of(self.expected(day), number, day, "Fenside School", known[0] or Supplier(FENSIDE, {}))

    def findings(self, stated: BilledDocument, sha256: str | None = None) -> tuple[Finding, ...]:
        """What every check finds of a document that comes in now."""
        found: list[Finding] = []

        def look(work: UnitOfWork) -> None:
            held = look_up(stated, FENSIDE, work, seal=False)
            case, _ = case_of("f" * 32, FENSIDE, stated, held, sha256, work)
            found.extend(findings_of(case))

        self.asked(look)
        return tuple(found)

    def receive(self, stated: BilledDocument, sha256: str | None = None) -> Invoice:
        """Has the school send a document; gives the invoice that it became."""
        key = self.office.key()
        command = ReceiveInvoice(invoice=key, provider_urn=FENSIDE, source="file", document=stated, sha256=sha256)
        self.office.do("fenside", command)
        return self.office.invoice(key)

    def change(self, ref: str, **changed: Any) -> None:
        """Has the council learn something else of a placement."""
        self.office.take_in({"Placements": [self._placement(ref, **changed)]})

    def asked(self, look: Any) -> None:
        """Something asked as a command would see it; nothing of it stays."""
        self.office.ledger.run(look, command_id="look", digest="", account="f.clerk", rehearse=True)

    def _placement(self, ref: str, **changed: Any) -> dict[str, object]:
        return placement(ref, RANDOM, "ASD", self.terms.start_on, **{"signed_on": self.terms.start_on, **changed})

    def _sheets(self) -> dict[str, list[dict[str, Any]]]:
        terms, year = self.terms, self.terms.start_on.year
        agreement = {
            "agreement_ref": RANDOM, "provider_urn": FENSIDE, "model": "spot", "start_on": terms.start_on,
            "fee_year": "academic", "accrual": terms.accrual, "billing": terms.billing, "signed_on": terms.start_on,
        }  # fmt: skip
        rates = [
            {"placement_ref": ref, "component": component, "unit": unit, "amount": amount, "quantity": quantity}
            for ref in self.refs
            for component, unit, amount, quantity in (
                ("education", "year", terms.yearly, None),
                ("therapy", "week", terms.weekly, None),
                ("support", "hour", terms.hourly, terms.hours),
            )
        ]
        weeks = [
            {"calendar": "default", "academic_year": f"{year}-{(year + 1) % 100:02d}", "term": term,
             "first_day": first, "last_day": last}
            for term, first, last in (
                ("autumn", date(year, 9, 3), date(year, 12, 18)),
                ("spring", date(year + 1, 1, 5), date(year + 1, 3, 26)),
                ("summer", date(year + 1, 4, 14), date(year + 1, 7, 21)),
            )
        ]  # fmt: skip
        return {
            "Calendar": weeks if year < 2025 else [],
            "Agreements": [agreement],
            "Rates": rates,
            "Placements": [self._placement(ref) for ref in self.refs],
        }


def changed_line(stated: BilledDocument, number: int, **changed: Any) -> BilledDocument:
    """The document with one line changed, and totals that follow."""
    lines = tuple(replace(line, **changed) if line.number == number else line for line in stated.lines)
    return with_totals(replace(stated, lines=lines))


def with_totals(stated: BilledDocument) -> BilledDocument:
    """The document with totals that follow from its lines."""
    net, vat = sum(line.net for line in stated.lines), sum(line.vat or 0 for line in stated.lines)
    return replace(stated, net=net, vat=vat, gross=net + vat)


def taxed(line: BilledLine, net: int) -> dict[str, int | None]:
    """A line's new net, and the VAT that follows from it."""
    vat = None if line.vat_rate is None else round(net * line.vat_rate / 100)
    return {"net": net, "vat": vat}


def in_pounds(pence: int) -> str:
    """Money as the words of a finding have it."""
    sign = "\N{MINUS SIGN}" if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"


def in_words(day: date) -> str:
    """A day as the words of a finding have it."""
    return f"{day.day} {day:%B %Y}"
