"""The contracts register that the Local Government Transparency Code asks for: agreements of £5,000 a year and more."""

from collections import Counter

from commissioning.charges.figures import figures
from commissioning.charges.known import agreements_as_at, providers_as_at
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from contracts.agreement import Agreement
from contracts.words import MODELS
from exports.publications.counting import pupils_by
from exports.publications.small_numbers import LEAST, WITHHELD, in_words, log, withheld
from exports.result import Column, Result, Value
from providers.provider import Provider

LEAST_PENCE = 5_000_00
COLUMNS = (
    Column("reference", "text", "Reference number", "The council's reference of the agreement."),
    Column("title", "text", "Title", "What the contract is called; of a few pupils, only how it is bought."),
    Column("description", "text", "Goods or services", "What is bought."),
    Column("start_on", "day", "Start date"),
    Column("end_on", "day", "End date", "Empty where the agreement has no end."),
    Column("annual_value", "money", "Estimated annual spending", "The charges of the financial year, without VAT."),
    Column("supplier", "text", "Supplier", "The school's name."),
    Column("supplier_reference", "text", "Supplier's reference", "The school's URN."),
    Column("process", "text", "Process", "How the places are bought."),
)
LAYOUT = "Draft layout: Local Government Transparency Code 2015, paragraphs 32 and 33; not checked against a schema."
DESCRIPTION = "Places in special schools"


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
    notes = (in_words(rules), f"Agreements of fewer than {LEAST} pupils are listed without title and value.", LAYOUT)
    return Result(
        "publication_contracts", "Contracts register", as_at, period, filters, COLUMNS, rows, {}, notes, log(rules)
    )


def _row(agreement: Agreement, school: Provider, value: int | None) -> tuple[Value, ...]:
    title = agreement.title if value is not None and agreement.title else f"{MODELS[agreement.model]} agreement"
    return (
        agreement.ref,
        title,
        DESCRIPTION,
        agreement.start_on.isoformat(),
        agreement.end_on.isoformat() if agreement.end_on else None,
        WITHHELD if value is None else value,
        school.facts.name,
        str(agreement.provider_urn),
        MODELS[agreement.model],
    )
