"""Writes a document as a Cross Industry Invoice, which the product only reads: written from the standard's table."""

from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from invoices.facts import BilledDocument, BilledLine
from invoices.formats import terms
from invoices.formats.ubl_writing import REASONS, plain, pounds, vat_on
from tests.invoices.documents import COUNCIL

EN_16931 = "urn:cen.eu:en16931:2017"
MINIMUM = "urn:factur-x.eu:1p0:minimum"
_UNECE = "urn:un:unece:uncefact:data:standard"


def write_cii(document: BilledDocument, profile: str = EN_16931) -> bytes:
    """The document as CII in UTF-8."""
    supplier, account = document.supplier, document.account
    sums = (
        f"<ram:LineTotalAmount>{pounds(sum(line.net for line in document.lines))}</ram:LineTotalAmount>"
        f"<ram:TaxBasisTotalAmount>{pounds(document.net)}</ram:TaxBasisTotalAmount>"
        f'<ram:TaxTotalAmount currencyID="{document.currency}">{pounds(document.vat)}</ram:TaxTotalAmount>'
        f"<ram:GrandTotalAmount>{pounds(document.gross)}</ram:GrandTotalAmount>"
        f"<ram:DuePayableAmount>{pounds(document.gross)}</ram:DuePayableAmount>"
    )
    means = ""
    if account is not None:
        means = (
            "<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>30</ram:TypeCode>"
            "<ram:PayeePartyCreditorFinancialAccount>"
            f"{_optional('IBANID', account.iban)}{_optional('ProprietaryID', account.account_number)}"
            "</ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>"
        )
    text = (
        f'<rsm:CrossIndustryInvoice xmlns:rsm="{_UNECE}:CrossIndustryInvoice:100" xmlns:ram="{_UNECE}:'
        f'ReusableAggregateBusinessInformationEntity:100" xmlns:udt="{_UNECE}:UnqualifiedDataType:100">'
        "<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>"
        f"<ram:ID>{profile}</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>"
        f"<rsm:ExchangedDocument><ram:ID>{escape(document.number)}</ram:ID>"
        f"<ram:TypeCode>{380 if document.kind == 'invoice' else 381}</ram:TypeCode>"
        f"{_day('IssueDateTime', document.issued_on)}</rsm:ExchangedDocument>"
        f"<rsm:SupplyChainTradeTransaction>{''.join(map(_line, document.lines))}"
        "<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty>"
        f"<ram:ID>URN {supplier.urn}</ram:ID><ram:Name>{escape(supplier.name or '')}</ram:Name>"
        f"<ram:SpecifiedLegalOrganization><ram:ID>{supplier.company_number}</ram:ID></ram:SpecifiedLegalOrganization>"
        "<ram:PostalTradeAddress><ram:CountryID>GB</ram:CountryID></ram:PostalTradeAddress>"
        f'<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">{supplier.vat_number}</ram:ID>'
        "</ram:SpecifiedTaxRegistration></ram:SellerTradeParty>"
        f"<ram:BuyerTradeParty><ram:Name>{COUNCIL}</ram:Name><ram:PostalTradeAddress><ram:CountryID>GB"
        "</ram:CountryID></ram:PostalTradeAddress></ram:BuyerTradeParty>"
        f"<ram:ContractReferencedDocument>{_optional('IssuerAssignedID', document.agreement_ref)}"
        "</ram:ContractReferencedDocument></ram:ApplicableHeaderTradeAgreement>"
        "<ram:ApplicableHeaderTradeDelivery/><ram:ApplicableHeaderTradeSettlement>"
        f"<ram:InvoiceCurrencyCode>{document.currency}</ram:InvoiceCurrencyCode>{means}{_taxes(document)}"
        f"{_period(document.first_day, document.last_day)}"
        f"<ram:SpecifiedTradePaymentTerms><ram:Description>Thirty days</ram:Description>"
        f"{_day('DueDateDateTime', document.due_on)}</ram:SpecifiedTradePaymentTerms>"
        "<ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        f"{sums}</ram:SpecifiedTradeSettlementHeaderMonetarySummation>{_corrected(document.corrects)}"
        "</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"
    )
    return text.encode()


def _optional(name: str, value: object | None) -> str:
    return "" if value is None else f"<ram:{name}>{escape(str(value))}</ram:{name}>"


def _day(name: str, day: date | None) -> str:
    if day is None:
        return ""
    return f'<ram:{name}><udt:DateTimeString format="102">{day:%Y%m%d}</udt:DateTimeString></ram:{name}>'


def _period(first_day: date | None, last_day: date | None) -> str:
    days = _day("StartDateTime", first_day) + _day("EndDateTime", last_day)
    return f"<ram:BillingSpecifiedPeriod>{days}</ram:BillingSpecifiedPeriod>" if days else ""


def _corrected(number: str | None) -> str:
    reference = _optional("IssuerAssignedID", number)
    return f"<ram:InvoiceReferencedDocument>{reference}</ram:InvoiceReferencedDocument>" if number else ""


def _taxes(document: BilledDocument) -> str:
    nets: dict[tuple[str, Decimal], int] = {}
    for line in document.lines:
        key = (line.vat_category or "O", line.vat_rate or Decimal(0))
        nets[key] = nets.get(key, 0) + line.net
    return "".join(
        f"<ram:ApplicableTradeTax><ram:CalculatedAmount>{pounds(vat_on(net, rate))}</ram:CalculatedAmount>"
        f"<ram:TypeCode>VAT</ram:TypeCode>{_optional('ExemptionReason', REASONS.get(category))}"
        f"<ram:BasisAmount>{pounds(net)}</ram:BasisAmount><ram:CategoryCode>{category}</ram:CategoryCode>"
        f"<ram:RateApplicablePercent>{plain(rate)}</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
        for (category, rate), net in nets.items()
    )


def _line(line: BilledLine) -> str:
    said = {
        terms.COMPONENT: line.component,
        terms.KIND: line.kind,
        terms.UNIT: line.unit if line.unit not in terms.CODES else None,
        terms.PUPIL: line.pupil_ref,
        terms.ADJUSTMENT: line.adjustment,
    }
    attributes = "".join(
        f"<ram:ApplicableProductCharacteristic><ram:Description>{name}</ram:Description><ram:Value>{value}"
        "</ram:Value></ram:ApplicableProductCharacteristic>"
        for name, value in said.items()
        if value is not None
    )
    reference = ""
    if line.placement_ref is not None:
        reference = (
            f"<ram:AdditionalReferencedDocument>{_optional('IssuerAssignedID', line.placement_ref)}"
            "<ram:TypeCode>130</ram:TypeCode></ram:AdditionalReferencedDocument>"
        )
    code = terms.CODES.get(line.unit or "once", terms.ONE)
    return (
        "<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument>"
        f"<ram:LineID>{line.number}</ram:LineID></ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct>"
        f"<ram:Name>{escape(line.text)}</ram:Name>{attributes}</ram:SpecifiedTradeProduct>"
        "<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice>"
        f"<ram:ChargeAmount>{plain((Decimal(line.net) if line.rate is None else line.rate) / 100)}</ram:ChargeAmount>"
        "</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement><ram:SpecifiedLineTradeDelivery>"
        f'<ram:BilledQuantity unitCode="{code}">{plain(line.quantity or Decimal(1))}</ram:BilledQuantity>'
        "</ram:SpecifiedLineTradeDelivery><ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax>"
        f"<ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>{line.vat_category}</ram:CategoryCode>"
        f"<ram:RateApplicablePercent>{plain(line.vat_rate or Decimal(0))}</ram:RateApplicablePercent>"
        f"</ram:ApplicableTradeTax>{_period(line.first_day, line.last_day)}"
        "<ram:SpecifiedTradeSettlementLineMonetarySummation>"
        f"<ram:LineTotalAmount>{pounds(line.net)}</ram:LineTotalAmount>"
        f"</ram:SpecifiedTradeSettlementLineMonetarySummation>{reference}</ram:SpecifiedLineTradeSettlement>"
        "</ram:IncludedSupplyChainTradeLineItem>"
    )
