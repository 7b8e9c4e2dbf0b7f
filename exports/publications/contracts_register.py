"""The contracts register that the Local Government Transparency Code asks for: agreements of £5,000 a year and more."""

from collections import Counter

from commissioning.charges.figures import figures
from commissioning.charges.known import agreements_as_at, providers_as_at
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.language import N_, _
from contracts.agreement import Agreement
from contracts.words import MODELS
from exports.publications.counting import pupils_by
from exports.publications.small_numbers import LEAST, WITHHELD, in_words, log, withheld
from exports.result import Column, Result, Value
from providers.provider import Provider

LEAST_PENCE = 5_000_00
COLUMNS = (
    Column("reference", "text", N_("Reference number"), N_("The council's reference of the agreement.")),
    Column("title", "text", N_("Title"), N_("What the contract is called; of a few pupils, only how it is bought.")),
    Column("description", "text", N_("Goods or services"), N_("What is bought.")),
    Column("start_on", "day", N_("Start date")),
    Column("end_on", "day", N_("End date"), N_("Empty where the agreement has no end.")),
    Column(
        "annual_value", "money", N_("Estimated annual spending"), N_("The charges of the financial year, without VAT.")
    ),
    Column("supplier", "text", N_("Supplier"), N_("The school's name.")),
    Column("supplier_reference", "text", N_("Supplier's reference"), N_("The school's URN.")),
    Column("process", "text", N_("Process"), N_("How the places are bought.")),
)
LAYOUT = N_(
    "Draft layout: Local Government Transparency Code 2015, paragraphs 32 and 33; not checked against a schema."
)
DESCRIPTION = N_("Places in special schools")


async def contracts_register(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> Result:
    """The register. An agreement of fewer than five pupils has neither its title nor its value told.

    A title is written by people and may name a child; a value of one pupil is that pupil's price.
    """
    asked = await figures(reader, ("agreement",), period, as_at.position, filters, monthly=False)
    values = Counter({ref: pence for (ref,), ((pence,),) in (await asked.cost(("agreement",))).items()})
    agreements = await agreements_as_at(reader, as_at.position)
    schools = await providers_as_at(reader, as_at.position)
    pupils = await pupils_by(reader, "agreement", period, as_at.position, filters)
    listed = [agreements[ref] for ref, pence in sorted(values.items()) if pence >= LEAST_PENCE]
    rules = withheld([pupils.get(one.ref, 0) for one in listed], total_is_shown=False)
    rows = tuple(
        _row(one, schools[one.provider_urn], None if place in rules else values[one.ref])
        for place, one in enumerate(listed)
    )
    notes = (
        in_words(rules),
        _("Agreements of fewer than %(least)s pupils are listed without title and value.", least=LEAST),
        _(LAYOUT),
    )
    return Result(
        "publication_contracts", _("Contracts register"), as_at, period, filters, COLUMNS, rows, {}, notes, log(rules),
        draft=True,
    )  # fmt: skip


def _row(agreement: Agreement, school: Provider, value: int | None) -> tuple[Value, ...]:
    title = (
        agreement.title
        if value is not None and agreement.title
        else _("%(model)s agreement", model=MODELS[agreement.model])
    )
    return (
        agreement.ref,
        title,
        _(DESCRIPTION),
        agreement.start_on.isoformat(),
        agreement.end_on.isoformat() if agreement.end_on else None,
        WITHHELD if value is None else value,
        school.facts.name,
        str(agreement.provider_urn),
        MODELS[agreement.model],
    )
