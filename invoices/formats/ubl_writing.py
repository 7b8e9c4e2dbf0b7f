"""Writes an invoice or credit note as UBL 2.1 for EN 16931: what becomes of an expected invoice that a school agrees.

What is written reads back as the same document (ubl.py). Whether it keeps the standard's rules is asked of the same
rules that every other document is held to.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from lxml import etree

from invoices.facts import BilledDocument, BilledLine
from invoices.formats import terms
from invoices.formats.hardened_xml import Element
from invoices.formats.ubl import CREDIT_NOTE, INVOICE, PREFIXES

SPECIFICATION: Final = "urn:cen.eu:en16931:2017"
REASONS: Final[Mapping[str, str]] = {"E": "Exempt from VAT", "O": "Outside the scope of VAT", "AE": "Reverse charge"}
"""Why a category carries no VAT (BT-120), which the standard asks for."""
WITHOUT_RATE: Final = "O"
"""The category whose lines state no rate at all."""

_CREDIT_TRANSFER, _NOT_SAID = "30", "1"
_COUNTRY: Final = "GB"


def write_ubl(document: BilledDocument, buyer: str) -> bytes:
    """The document as XML in UTF-8, to the council called `buyer`."""
    credit = document.kind == "credit_note"
    root = CREDIT_NOTE if credit else INVOICE
    tree = etree.Element(root, None, {"ubl": root[1:].partition("}")[0], **PREFIXES})
    writing = _Writing(document, credit=credit)
    writing.head(tree)
    writing.references(tree)
    writing.parties(tree, buyer)
    writing.payment(tree)
    writing.sums(tree)
    for line in document.lines:
        writing.line(tree, line)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")


def pounds(pence: int) -> str:
    """Pence as an amount in pounds with two decimals."""
    sign, rest = ("-", -pence) if pence < 0 else ("", pence)
    return f"{sign}{rest // 100}.{rest % 100:02}"


def plain(number: Decimal) -> str:
    """A number without exponent and without closing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _aggregate(parent: Element, name: str) -> Element:
    return etree.SubElement(parent, f"{{{PREFIXES['cac']}}}{name}")


def _basic(parent: Element, name: str, text: object | None, **attributes: str) -> None:
    """An element with text; none where there is nothing to say."""
    if text is not None:
        etree.SubElement(parent, f"{{{PREFIXES['cbc']}}}{name}", attributes).text = str(text)


class _Writing:
    """Writes the parts of one document in the order that UBL's schema asks for."""

    def __init__(self, document: BilledDocument, *, credit: bool) -> None:
        self._document = document
        self._credit = credit

    def head(self, tree: Element) -> None:
        """Who numbered it when, and of what kind and period it is."""
        document = self._document
        _basic(tree, "CustomizationID", SPECIFICATION)
        _basic(tree, "ID", document.number)
        _basic(tree, "IssueDate", document.issued_on)
        if self._credit:
            _basic(tree, "CreditNoteTypeCode", "381")
        else:
            _basic(tree, "DueDate", document.due_on)
            _basic(tree, "InvoiceTypeCode", "380")
        _basic(tree, "DocumentCurrencyCode", document.currency)
        self._period(tree, document.first_day, document.last_day)

    def references(self, tree: Element) -> None:
        """What it corrects, under which agreement, and of what it is a part."""
        document = self._document
        if document.corrects is not None:
            _basic(
                _aggregate(_aggregate(tree, "BillingReference"), "InvoiceDocumentReference"), "ID", document.corrects
            )
        if document.agreement_ref is not None:
            _basic(_aggregate(tree, "ContractDocumentReference"), "ID", document.agreement_ref)
        if document.part_of is not None:
            reference = _aggregate(tree, "AdditionalDocumentReference")
            _basic(reference, "ID", document.part_of)
            _basic(reference, "DocumentDescription", terms.PART_OF)

    def parties(self, tree: Element, buyer: str) -> None:
        """The school and the council."""
        supplier = self._document.supplier
        seller = _aggregate(_aggregate(tree, "AccountingSupplierParty"), "Party")
        if supplier.urn is not None:
            _basic(_aggregate(seller, "PartyIdentification"), "ID", f"URN {supplier.urn}")
        self._address(seller)
        if supplier.vat_number is not None:
            scheme = _aggregate(seller, "PartyTaxScheme")
            _basic(scheme, "CompanyID", supplier.vat_number)
            _basic(_aggregate(scheme, "TaxScheme"), "ID", "VAT")
        entity = _aggregate(seller, "PartyLegalEntity")
        _basic(entity, "RegistrationName", supplier.name)
        _basic(entity, "CompanyID", supplier.company_number)
        customer = _aggregate(_aggregate(tree, "AccountingCustomerParty"), "Party")
        self._address(customer)
        _basic(_aggregate(customer, "PartyLegalEntity"), "RegistrationName", buyer)

    def payment(self, tree: Element) -> None:
        """When and where to pay."""
        document, account = self._document, self._document.account
        due_on = document.due_on if self._credit else None
        if account is not None or due_on is not None:
            means = _aggregate(tree, "PaymentMeans")
            _basic(means, "PaymentMeansCode", _CREDIT_TRANSFER if account else _NOT_SAID)
            _basic(means, "PaymentDueDate", due_on)
            if account is not None:
                payee = _aggregate(means, "PayeeFinancialAccount")
                _basic(payee, "ID", account.iban or account.account_number)
                if account.sort_code is not None:
                    _basic(_aggregate(payee, "FinancialInstitutionBranch"), "ID", account.sort_code)
        if document.due_on is None:
            _basic(_aggregate(tree, "PaymentTerms"), "Note", "As agreed")

    def sums(self, tree: Element) -> None:
        """VAT by category and rate, and the totals as the document states them."""
        document = self._document
        total = _aggregate(tree, "TaxTotal")
        self._money(total, "TaxAmount", document.vat)
        for (category, rate), net in self._by_category().items():
            subtotal = _aggregate(total, "TaxSubtotal")
            self._money(subtotal, "TaxableAmount", net)
            self._money(subtotal, "TaxAmount", vat_on(net, rate))
            self._category(subtotal, "TaxCategory", category, rate, REASONS.get(category))
        sums = _aggregate(tree, "LegalMonetaryTotal")
        self._money(sums, "LineExtensionAmount", sum(line.net for line in document.lines))
        self._money(sums, "TaxExclusiveAmount", document.net)
        self._money(sums, "TaxInclusiveAmount", document.gross)
        self._money(sums, "PayableAmount", document.gross)

    def line(self, tree: Element, line: BilledLine) -> None:
        """One line; what the standard has no term for stands in attributes of its item."""
        element = _aggregate(tree, "CreditNoteLine" if self._credit else "InvoiceLine")
        _basic(element, "ID", line.number)
        quantity, rate = _priced(line)
        name = "CreditedQuantity" if self._credit else "InvoicedQuantity"
        _basic(element, name, plain(quantity), unitCode=terms.CODES.get(line.unit or "once", terms.ONE))
        self._money(element, "LineExtensionAmount", line.net)
        self._period(element, line.first_day, line.last_day)
        if line.agreement_ref not in (None, self._document.agreement_ref):
            _basic(_aggregate(element, "OrderLineReference"), "LineID", line.agreement_ref)
        if line.placement_ref is not None:
            reference = _aggregate(element, "DocumentReference")
            _basic(reference, "ID", line.placement_ref)
            _basic(reference, "DocumentTypeCode", terms.OBJECT_IDENTIFIER)
        item = _aggregate(element, "Item")
        _basic(item, "Name", line.text)
        self._category(item, "ClassifiedTaxCategory", line.vat_category or WITHOUT_RATE, line.vat_rate, None)
        for name, value in _attributes(line).items():
            one = _aggregate(item, "AdditionalItemProperty")
            _basic(one, "Name", name)
            _basic(one, "Value", value)
        _basic(_aggregate(element, "Price"), "PriceAmount", plain(rate / 100), currencyID=self._document.currency)

    def _period(self, parent: Element, first_day: object | None, last_day: object | None) -> None:
        if first_day is not None or last_day is not None:
            period = _aggregate(parent, "InvoicePeriod")
            _basic(period, "StartDate", first_day)
            _basic(period, "EndDate", last_day)

    def _address(self, party: Element) -> None:
        _basic(_aggregate(_aggregate(party, "PostalAddress"), "Country"), "IdentificationCode", _COUNTRY)

    def _money(self, parent: Element, name: str, pence: int) -> None:
        _basic(parent, name, pounds(pence), currencyID=self._document.currency)

    def _by_category(self) -> dict[tuple[str, Decimal | None], int]:
        """The net of each category and rate."""
        nets: dict[tuple[str, Decimal | None], int] = {}
        for line in self._document.lines:
            key = (line.vat_category or WITHOUT_RATE, line.vat_rate)
            nets[key] = nets.get(key, 0) + line.net
        return nets

    def _category(self, parent: Element, name: str, category: str, rate: Decimal | None, reason: str | None) -> None:
        element = _aggregate(parent, name)
        _basic(element, "ID", category)
        if category != WITHOUT_RATE:
            _basic(element, "Percent", plain(rate or Decimal(0)))
        _basic(element, "TaxExemptionReason", reason)
        _basic(_aggregate(element, "TaxScheme"), "ID", "VAT")


def vat_on(net: int, rate: Decimal | None) -> int:
    """VAT in pence on a net amount at a rate in per cent, to the nearest penny and from a half upwards."""
    return int((net * (rate or Decimal(0)) / 100).quantize(Decimal(1), ROUND_HALF_UP))


def _priced(line: BilledLine) -> tuple[Decimal, Decimal]:
    """Quantity and pence a unit: the standard has no price below nought, so a reduction's quantity is below it."""
    quantity = Decimal(1) if line.quantity is None else line.quantity
    rate = Decimal(line.net) if line.rate is None else line.rate
    return (-quantity, -rate) if rate < 0 else (quantity, rate)


def _attributes(line: BilledLine) -> dict[str, str]:
    said = {
        terms.COMPONENT: line.component,
        terms.KIND: line.kind,
        terms.UNIT: line.unit if line.unit not in terms.CODES else None,
        terms.PUPIL: line.pupil_ref,
        terms.ADJUSTMENT: line.adjustment,
    }
    return {name: str(value) for name, value in said.items() if value is not None}
