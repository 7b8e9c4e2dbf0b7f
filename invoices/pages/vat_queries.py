"""What the forms of queries ask of VAT: which of it is disputed and why, what the school says, and how it ended."""

from aiohttp import web

from commissioning.web.forms.fields import Field, Section, Values
from commissioning.web.forms.form import Deed, Sheet
from commissioning.web.forms.kinds import Choice
from commissioning.web.language import _
from commissioning.web.words import pounds
from invoices import commands
from invoices.amounts import as_amounts
from invoices.invoice import INVOICES, Invoice
from invoices.line_vat import is_about_vat
from invoices.pages.deeds import home_crumbs, invoice_asked, line_in_short, nothing_to_ask, with_words, words_field
from invoices.pages.xray import heading_of, vat_to_query
from invoices.words import CODES

ALL = "all"
_REASONS = ("VAT-1", "VAT-2", "VAT-3", "VAT-4")


async def query_vat_sheet(request: web.Request) -> Sheet:
    """`/invoices/{invoice}/query-vat`: disputes the VAT of a line, or of all, and nothing of the net."""
    invoice, school = await invoice_asked(request)
    offered = vat_to_query(invoice)
    if not offered:
        raise nothing_to_ask()
    codes = [one.code for one in invoice.findings if is_about_vat(one) or one.code == "VAT-4"]

    def deed(values: Values, version: int | None) -> Deed:
        chosen = offered if values["lines"] == ALL else {int(values["lines"]): offered[int(values["lines"])]}
        command = commands.QueryLines(
            invoice=invoice.key, expected_version=version, code=values["code"], vat=as_amounts(chosen)
        )
        return with_words(command, invoice.key, len(invoice.queries) + 1, values)

    return Sheet(
        heading=_("Query the VAT of %(invoice)s", invoice=heading_of(invoice)),
        button=_("Send the query"),
        text=_(
            "%(name)s sees at once, on its own pages, what is disputed and why. The 30 days stand still for this VAT "
            "alone: the net of the same lines is paid as far as the checks let it stand.",
            name=school.facts.name,
        ),
        sections=(
            Section(
                _("What is disputed"),
                (
                    Field("lines", _("Which VAT"), Choice(_which(invoice, offered))),
                    Field("code", _("Why"), Choice({code: CODES[code] for code in _REASONS})),  # type: ignore[index]  # the codes themselves
                    words_field(_("What the school should know")),
                ),
            ),
        ),
        known={"lines": next(iter(_which(invoice, offered))), **({"code": codes[0]} if codes else {})},
        deed=deed,
        stream=INVOICES.stream(invoice.key),
        places={"query-amount": "lines"},
        costs=False,
        breadcrumbs=home_crumbs(request, invoice, _("Query the VAT")),
    )


def _which(invoice: Invoice, offered: dict[int, int]) -> dict[str, str]:
    """The VAT that can be disputed: of all lines at once, where there are several, and of each."""
    each = {
        str(line): _("%(vat)s of %(line)s", vat=pounds(vat), line=line_in_short(invoice, line))
        for line, vat in offered.items()
    }
    if len(each) == 1:
        return each
    whole = _("%(vat)s: that of all %(count)s lines", vat=pounds(sum(offered.values())), count=str(len(each)))
    return {ALL: whole, **each}
