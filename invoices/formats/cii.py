"""Reads a Cross Industry Invoice (CII D16B), alone or out of a Factur-X PDF, by the terms (BT) of EN 16931."""

from collections.abc import Mapping
from typing import Final

from commissioning.ledger.errors import Fault
from invoices.facts import BilledDocument, BilledLine, DocumentKind, StatedAccount, StatedSupplier
from invoices.formats import terms
from invoices.formats.hardened_xml import Element
from invoices.formats.terms import Terms

_UNECE: Final = "urn:un:unece:uncefact:data:standard"
CROSS_INDUSTRY_INVOICE: Final = f"{{{_UNECE}:CrossIndustryInvoice:100}}CrossIndustryInvoice"
"""The root of such a document."""
PREFIXES: Final = {
    "rsm": f"{_UNECE}:CrossIndustryInvoice:100",
    "ram": f"{_UNECE}:ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_UNECE}:UnqualifiedDataType:100",
    "qdt": f"{_UNECE}:QualifiedDataType:100",
}
WITHOUT_LINES: Final = ("minimum", "basicwl")
"""Profiles of Factur-X, by the end of their identifier (BT-24), that state totals and no line."""

_DEAL: Final = "rsm:SupplyChainTradeTransaction"
_AGREED: Final = f"{_DEAL}/ram:ApplicableHeaderTradeAgreement"
_SETTLED: Final = f"{_DEAL}/ram:ApplicableHeaderTradeSettlement"
_SUMS: Final = f"{_SETTLED}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_PERIOD: Final = "ram:BillingSpecifiedPeriod"
_DAY: Final = "udt:DateTimeString"


def profile_of(root: Element) -> str:
    """The identifier of the rules that the document says it keeps (BT-24)."""
    path = "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"
    return root.findtext(path, "", PREFIXES).strip()


def read_cii(root: Element) -> BilledDocument:
    """Gives what the document says; `Refused` with every term that is missing or cannot be read."""
    faults: list[Fault] = []
    document = Terms(root, PREFIXES, faults)
    code = document.text("rsm:ExchangedDocument/ram:TypeCode")
    kind: DocumentKind = "credit_note" if code in terms.CREDIT_NOTES else "invoice"
    lines = _lines(document)
    lines += _of_whole(document, len(lines))
    billed = BilledDocument(
        kind=kind,
        number=document.needed("rsm:ExchangedDocument/ram:ID", "BT-1"),
        issued_on=document.needed_day(f"rsm:ExchangedDocument/ram:IssueDateTime/{_DAY}", "BT-2"),
        due_on=document.day(f"{_SETTLED}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/{_DAY}", "BT-9"),
        currency=document.needed(f"{_SETTLED}/ram:InvoiceCurrencyCode", "BT-5"),
        supplier=_supplier(document),
        account=_account(document),
        agreement_ref=_agreement(document),
        first_day=document.day(f"{_SETTLED}/{_PERIOD}/ram:StartDateTime/{_DAY}", "BT-73"),
        last_day=document.day(f"{_SETTLED}/{_PERIOD}/ram:EndDateTime/{_DAY}", "BT-74"),
        corrects=document.text(f"{_SETTLED}/ram:InvoiceReferencedDocument/ram:IssuerAssignedID"),
        part_of=_part_of(document),
        lines=tuple(lines),
        net=document.needed_pence(f"{_SUMS}/ram:TaxBasisTotalAmount", "BT-109"),
        vat=_vat(document),
        gross=document.needed_pence(f"{_SUMS}/ram:GrandTotalAmount", "BT-112"),
    )
    terms.raise_any(faults)
    return billed


def _vat(document: Terms) -> int:
    """The VAT in the document's own currency (BT-110); 0 where there is none."""
    currency = document.text(f"{_SETTLED}/ram:InvoiceCurrencyCode")
    for sums in document.all(_SUMS):
        for number, _ in enumerate(sums.all("ram:TaxTotalAmount"), 1):
            path = f"ram:TaxTotalAmount[{number}]"
            if sums.attribute(path, "currencyID") in (currency, None):
                return sums.pence(path, "BT-110") or 0
    return 0


def _agreement(document: Terms) -> str | None:
    return document.text(f"{_AGREED}/ram:ContractReferencedDocument/ram:IssuerAssignedID")


def _supplier(document: Terms) -> StatedSupplier:
    party = f"{_AGREED}/ram:SellerTradeParty"
    numbers = [*_texts(document, f"{party}/ram:ID"), *_texts(document, f"{party}/ram:GlobalID")]
    registration = f"{party}/ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']"
    return StatedSupplier(
        name=document.text(f"{party}/ram:Name"),
        urn=terms.urn_of(numbers),
        company_number=document.text(f"{party}/ram:SpecifiedLegalOrganization/ram:ID"),
        vat_number=document.text(registration),
    )


def _texts(document: Terms, path: str) -> list[str]:
    return [one.text(".") or "" for one in document.all(path)]


def _account(document: Terms) -> StatedAccount | None:
    means = f"{_SETTLED}/ram:SpecifiedTradeSettlementPaymentMeans"
    account = f"{means}/ram:PayeePartyCreditorFinancialAccount"
    identifier = document.text(f"{account}/ram:IBANID") or document.text(f"{account}/ram:ProprietaryID")
    branch = document.text(f"{means}/ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID")
    return terms.account_of(identifier, branch)


def _part_of(document: Terms) -> str | None:
    for reference in document.all(f"{_AGREED}/ram:AdditionalReferencedDocument"):
        if reference.text("ram:Name") == terms.PART_OF:
            return reference.text("ram:IssuerAssignedID")
    return None


def _object(of: Terms, path: str) -> str | None:
    """The invoiced object (BT-18, BT-128) among the references at a path."""
    for reference in of.all(path):
        if reference.text("ram:TypeCode") == terms.OBJECT_IDENTIFIER:
            return reference.text("ram:IssuerAssignedID")
    return None


def _lines(document: Terms) -> list[BilledLine]:
    pupil = _object(document, f"{_AGREED}/ram:AdditionalReferencedDocument")
    found = document.all(f"{_DEAL}/ram:IncludedSupplyChainTradeLineItem", "line")
    return [_line(number, line, pupil, _agreement(document)) for number, line in enumerate(found, 1)]


def _named(line: Terms) -> Mapping[str, str]:
    characteristics = line.all("ram:SpecifiedTradeProduct/ram:ApplicableProductCharacteristic")
    return {one.text("ram:Description") or "": one.text("ram:Value") or "" for one in characteristics}


def _line(number: int, line: Terms, pupil: str | None, agreement: str | None) -> BilledLine:
    agreed, settled = "ram:SpecifiedLineTradeAgreement", "ram:SpecifiedLineTradeSettlement"
    price = f"{agreed}/ram:NetPriceProductTradePrice"
    quantity = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
    product, named = "ram:SpecifiedTradeProduct", _named(line)
    net = f"{settled}/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
    return BilledLine(
        number=number,
        text=line.text(f"{product}/ram:Name") or line.text(f"{product}/ram:Description") or "",
        placement_ref=_object(line, f"{settled}/ram:AdditionalReferencedDocument"),
        pupil_ref=named.get(terms.PUPIL) or pupil,
        agreement_ref=line.text(f"{agreed}/ram:BuyerOrderReferencedDocument/ram:LineID") or agreement,
        component=terms.component_of(named),
        kind=terms.kind_of(named),
        first_day=line.day(f"{settled}/{_PERIOD}/ram:StartDateTime/{_DAY}", "BT-134"),
        last_day=line.day(f"{settled}/{_PERIOD}/ram:EndDateTime/{_DAY}", "BT-135"),
        quantity=line.number(quantity, "BT-129"),
        unit=terms.unit_of(named, line.attribute(quantity, "unitCode")),
        rate=terms.rate_of(
            line.number(f"{price}/ram:ChargeAmount", "BT-146"), line.number(f"{price}/ram:BasisQuantity", "BT-149")
        ),
        net=line.needed_pence(net, "BT-131"),
        vat_category=terms.category_of(line.text(f"{settled}/ram:ApplicableTradeTax/ram:CategoryCode")),
        vat_rate=line.number(f"{settled}/ram:ApplicableTradeTax/ram:RateApplicablePercent", "BT-152"),
        adjustment=terms.adjustment_of(named),
    )


def _of_whole(document: Terms, after: int) -> list[BilledLine]:
    """Allowances and charges of the whole document (BG-20, BG-21) as lines after its own, for they are billed too."""
    lines = []
    found = document.all(f"{_SETTLED}/ram:SpecifiedTradeAllowanceCharge", "allowance or charge")
    for number, one in enumerate(found, after + 1):
        charge = one.text("ram:ChargeIndicator/udt:Indicator") == "true"
        amount = one.needed_pence("ram:ActualAmount", "BT-99" if charge else "BT-92")
        lines.append(
            BilledLine(
                number=number,
                text=one.text("ram:Reason") or ("Charge" if charge else "Allowance"),
                net=amount if charge else -amount,
                vat_category=terms.category_of(one.text("ram:CategoryTradeTax/ram:CategoryCode")),
                vat_rate=one.number("ram:CategoryTradeTax/ram:RateApplicablePercent", "BT-103" if charge else "BT-96"),
            )
        )
    return lines
