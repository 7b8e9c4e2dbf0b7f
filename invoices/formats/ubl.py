"""Reads a UBL 2.1 invoice or credit note by the business terms (BT) of EN 16931."""

from typing import Final

from commissioning.ledger.errors import Fault
from invoices.facts import BilledDocument, BilledLine, DocumentKind, StatedAccount, StatedSupplier
from invoices.formats import terms
from invoices.formats.hardened_xml import Element
from invoices.formats.terms import Terms

_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd"
INVOICE: Final = f"{{{_UBL}:Invoice-2}}Invoice"
CREDIT_NOTE: Final = f"{{{_UBL}:CreditNote-2}}CreditNote"
"""The two roots of such a document."""
PREFIXES: Final = {"cac": f"{_UBL}:CommonAggregateComponents-2", "cbc": f"{_UBL}:CommonBasicComponents-2"}


def read_ubl(root: Element) -> BilledDocument:
    """Gives what the document says; `Refused` with every term that is missing or cannot be read."""
    faults: list[Fault] = []
    document = Terms(root, PREFIXES, faults)
    credit = root.tag == CREDIT_NOTE
    code = document.text("cbc:CreditNoteTypeCode" if credit else "cbc:InvoiceTypeCode")
    kind: DocumentKind = "credit_note" if credit or code in terms.CREDIT_NOTES else "invoice"
    lines = [*_lines(document, credit=credit)]
    lines += _of_whole(document, len(lines))
    billed = BilledDocument(
        kind=kind,
        number=document.needed("cbc:ID", "BT-1"),
        issued_on=document.needed_day("cbc:IssueDate", "BT-2"),
        due_on=document.day("cbc:DueDate", "BT-9") or document.day("cac:PaymentMeans/cbc:PaymentDueDate", "BT-9"),
        currency=document.needed("cbc:DocumentCurrencyCode", "BT-5"),
        supplier=_supplier(document),
        account=_account(document),
        agreement_ref=document.text("cac:ContractDocumentReference/cbc:ID"),
        first_day=document.day("cac:InvoicePeriod/cbc:StartDate", "BT-73"),
        last_day=document.day("cac:InvoicePeriod/cbc:EndDate", "BT-74"),
        corrects=document.text("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"),
        part_of=_part_of(document),
        lines=tuple(lines),
        net=document.needed_pence("cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", "BT-109"),
        vat=_vat(document),
        gross=document.needed_pence("cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", "BT-112"),
    )
    terms.raise_any(faults)
    return billed


def _vat(document: Terms) -> int:
    """The VAT in the document's own currency (BT-110); 0 where there is none."""
    currency = document.text("cbc:DocumentCurrencyCode")
    for total in document.all("cac:TaxTotal"):
        if total.attribute("cbc:TaxAmount", "currencyID") in (currency, None):
            return total.pence("cbc:TaxAmount", "BT-110") or 0
    return 0


def _supplier(document: Terms) -> StatedSupplier:
    party = "cac:AccountingSupplierParty/cac:Party"
    identifiers = [one.text("cbc:ID") or "" for one in document.all(f"{party}/cac:PartyIdentification")]
    vat_numbers = [
        scheme.text("cbc:CompanyID")
        for scheme in document.all(f"{party}/cac:PartyTaxScheme")
        if scheme.text("cac:TaxScheme/cbc:ID") == "VAT"
    ]
    return StatedSupplier(
        name=document.text(f"{party}/cac:PartyLegalEntity/cbc:RegistrationName"),
        urn=terms.urn_of(identifiers),
        company_number=document.text(f"{party}/cac:PartyLegalEntity/cbc:CompanyID"),
        vat_number=next(iter(vat_numbers), None),
    )


def _account(document: Terms) -> StatedAccount | None:
    account = "cac:PaymentMeans/cac:PayeeFinancialAccount"
    branch = document.text(f"{account}/cac:FinancialInstitutionBranch/cbc:ID")
    return terms.account_of(document.text(f"{account}/cbc:ID"), branch)


def _part_of(document: Terms) -> str | None:
    for reference in document.all("cac:AdditionalDocumentReference"):
        if reference.text("cbc:DocumentDescription") == terms.PART_OF:
            return reference.text("cbc:ID")
    return None


def _object(reference: Terms) -> str | None:
    """The invoiced object of the whole document (BT-18)."""
    for one in reference.all("cac:AdditionalDocumentReference"):
        if one.text("cbc:DocumentTypeCode") == terms.OBJECT_IDENTIFIER:
            return one.text("cbc:ID")
    return None


def _lines(document: Terms, *, credit: bool) -> list[BilledLine]:
    pupil, agreement = _object(document), document.text("cac:ContractDocumentReference/cbc:ID")
    quantity = "cbc:CreditedQuantity" if credit else "cbc:InvoicedQuantity"
    found = document.all("cac:CreditNoteLine" if credit else "cac:InvoiceLine", "line")
    return [_line(number, line, quantity, pupil, agreement) for number, line in enumerate(found, 1)]


def _line(number: int, line: Terms, quantity: str, pupil: str | None, agreement: str | None) -> BilledLine:
    named = {
        one.text("cbc:Name") or "": one.text("cbc:Value") or ""
        for one in line.all("cac:Item/cac:AdditionalItemProperty")
    }
    price = line.number("cac:Price/cbc:PriceAmount", "BT-146")
    return BilledLine(
        number=number,
        text=line.text("cac:Item/cbc:Name") or line.text("cac:Item/cbc:Description") or "",
        placement_ref=line.text("cac:DocumentReference/cbc:ID"),
        pupil_ref=named.get(terms.PUPIL) or pupil,
        agreement_ref=line.text("cac:OrderLineReference/cbc:LineID") or agreement,
        component=terms.component_of(named),
        kind=terms.kind_of(named),
        first_day=line.day("cac:InvoicePeriod/cbc:StartDate", "BT-134"),
        last_day=line.day("cac:InvoicePeriod/cbc:EndDate", "BT-135"),
        quantity=line.number(quantity, "BT-129"),
        unit=terms.unit_of(named, line.attribute(quantity, "unitCode")),
        rate=terms.rate_of(price, line.number("cac:Price/cbc:BaseQuantity", "BT-149")),
        net=line.needed_pence("cbc:LineExtensionAmount", "BT-131"),
        vat_category=terms.category_of(line.text("cac:Item/cac:ClassifiedTaxCategory/cbc:ID")),
        vat_rate=line.number("cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", "BT-152"),
        adjustment=terms.adjustment_of(named),
    )


def _of_whole(document: Terms, after: int) -> list[BilledLine]:
    """Allowances and charges of the whole document (BG-20, BG-21) as lines after its own, for they are billed too."""
    lines = []
    for number, one in enumerate(document.all("cac:AllowanceCharge", "allowance or charge"), after + 1):
        charge = one.text("cbc:ChargeIndicator") == "true"
        amount = one.needed_pence("cbc:Amount", "BT-99" if charge else "BT-92")
        lines.append(
            BilledLine(
                number=number,
                text=one.text("cbc:AllowanceChargeReason") or ("Charge" if charge else "Allowance"),
                net=amount if charge else -amount,
                vat_category=terms.category_of(one.text("cac:TaxCategory/cbc:ID")),
                vat_rate=one.number("cac:TaxCategory/cbc:Percent", "BT-103" if charge else "BT-96"),
            )
        )
    return lines
