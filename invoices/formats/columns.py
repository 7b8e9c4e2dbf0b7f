"""The columns of our own table of an invoice, which other tables are mapped to: what each is called and holds."""

from dataclasses import dataclass
from typing import Final

from commissioning.web.language import N_
from invoices.formats.cells import Kind


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `whole` says that it tells of the whole document and is the same on every row.

    Its name and label are those of the file, in every language; `help` is marked and said where people read it.
    """

    name: str
    kind: Kind
    help: str
    needed: bool = False
    whole: bool = False

    @property
    def label(self) -> str:
        """The name as people read it."""
        return (
            self.name.replace("_", " ").capitalize().replace("urn", "URN").replace("Vat", "VAT").replace(" vat", " VAT")
        )


def _of_whole(name: str, kind: Kind, words: str, *, needed: bool = False) -> Column:
    return Column(name, kind, words, needed, whole=True)


DOCUMENT_COLUMNS: Final = (
    _of_whole("document", "document", N_("An invoice if left blank.")),
    _of_whole("invoice_number", "text", N_("Your own number of this document."), needed=True),
    _of_whole("issued_on", "day", N_("The day of the document."), needed=True),
    _of_whole("due_on", "day", N_("The day by which it is to be paid, if it says so.")),
    _of_whole("credits_invoice", "text", N_("On a credit note, the number of the invoice that it takes back.")),
    _of_whole("part_of", "text", N_("The number of the whole invoice, if it was split over several documents.")),
    _of_whole("supplier_name", "text", N_("The school, as it signs.")),
    _of_whole("school_urn", "whole", N_("The school's unique reference number (URN).")),
    _of_whole("company_number", "text", N_("Of the company or charity that sends the invoice.")),
    _of_whole("vat_number", "text", N_("If the school is registered for VAT.")),
    _of_whole("sort_code", "text", N_("Compared with the account that the council knows; it changes nothing.")),
    _of_whole("account_number", "text", N_("Compared with the account that the council knows; it changes nothing.")),
    _of_whole("agreement", "text", N_("The council's reference of the agreement, if all lines are under one.")),
    _of_whole("period_from", "day", N_("First day of the period that the document covers.")),
    _of_whole("period_to", "day", N_("Last day of that period.")),
    _of_whole("total_net", "pence", N_("Without VAT. The sum of the lines if left blank.")),
    _of_whole("total_vat", "pence", N_("The sum of the lines if left blank.")),
    _of_whole("total_gross", "pence", N_("Net and VAT if left blank.")),
)
LINE_COLUMNS: Final = (
    Column("placement", "text", N_("The council's reference of the placement.")),
    Column("pupil", "text", N_("The council's reference of the pupil, if you have no placement's.")),
    Column("line_agreement", "text", N_("The agreement of this line, if it is another.")),
    Column("component", "component", N_("What is billed.")),
    Column("charge", "charge", N_("Attendance, the notice after a pupil left, or an empty place paid for.")),
    Column("from", "day", N_("First day billed.")),
    Column("to", "day", N_("Last day billed.")),
    Column("quantity", "number", N_("How many units.")),
    Column("unit", "unit", N_("The unit of the price.")),
    Column("price", "rate", N_("Pounds a unit, without VAT.")),
    Column("net", "pence", N_("Pounds without VAT."), needed=True),
    Column("vat_category", "category", N_("S standard, Z zero, E exempt, O outside the scope, AE reverse charge.")),
    Column("vat_rate", "number", N_("Per cent, as in 20.")),
    Column("vat", "pence", N_("Pounds of VAT.")),
    Column("adjustment", "whole", N_("For a difference in a period billed before: the number that the council gave.")),
    Column("text", "text", N_("Anything in your own words.")),
)
COLUMNS: Final = {column.name: column for column in (*DOCUMENT_COLUMNS, *LINE_COLUMNS)}
"""All columns by name, in their order."""
NEEDED: Final = tuple(name for name, column in COLUMNS.items() if column.needed)
