"""Payments that must be published: every one is listed, and a single pupil's names its school only when decided."""

from datetime import date

from commissioning.accounts.audit import KINDS, in_words
from commissioning.charges.periods import financial_year
from commissioning.ledger.reading import Reader
from commissioning.serving import AUDIT_WORDS_ABOVE
from exports.publications.payments import payments_30k, spend_500
from exports.publications.small_numbers import WITHHELD
from exports.redactions.commands import DecideRedaction
from exports.redactions.events import RedactionDecided
from exports.result import Result
from tests.exports.test_accruals_of_invoices import pay
from tests.invoices.billed_school import FIRST_DAY, BilledSchool, first_world, new_school
from tests.worlds.council import NO_FILTERS

YEAR = financial_year("2026/27")
MONTH = (date(2026, 9, 1), date(2026, 9, 30))
_PLACE = ["date", "transaction", "amount", "supplier", "supplier_number", "purpose"].index("supplier")


def listed(school: BilledSchool, as_at: str | None = None) -> Result:
    """The payments over £500 of the year."""

    async def question(reader: Reader) -> Result:
        return await spend_500(reader, await reader.as_at(as_at), YEAR, NO_FILTERS)

    return school.council.ask(question)


def test_a_single_pupils_payment_is_listed_and_its_school_waits_for_an_officer() -> None:
    """Day and amount stand at once; the name follows the officer's last word, also as known before it."""
    with new_school(first_world("calendar_days", "monthly_advance", None)) as school:
        school.send([("PL2", *MONTH)], 100)
        school.send([("PL0", *MONTH), ("PL1", *MONTH)], 100)
        single, several = school.invoices
        too_early = school.do(DecideRedaction(invoice=single, name_withheld=False))
        pay(school, single, FIRST_DAY)
        pay(school, several, FIRST_DAY)
        waiting = listed(school)
        school.do(DecideRedaction(invoice=single, name_withheld=False))
        named = listed(school)
        school.do(DecideRedaction(invoice=single, name_withheld=True))
        withheld, before = listed(school), listed(school, str(waiting.as_at.position))
        amounts = sorted([school.cost("PL2", *MONTH), school.cost("PL0", *MONTH) + school.cost("PL1", *MONTH)])
    assert not too_early
    for result in (waiting, named, withheld, before):
        assert sorted(int(str(row[2])) for row in result.rows) == amounts
    names = [sorted(str(row[_PLACE]) for row in one.rows) for one in (waiting, named, withheld, before)]
    both, one = ["Invented School"] * 2, ["Invented School", WITHHELD]
    assert names == [one, both, one, one]
    assert waiting.options == {"withheld": "1 waits for an officer's decision"} == before.options
    assert (named.options, withheld.options) == ({"withheld": "nothing"}, {"withheld": "1 an officer's decision"})


def test_the_number_of_a_withheld_schools_invoice_is_withheld_too() -> None:
    """Over £30,000 the list has the school's own number, which would tell who it is."""
    with new_school(first_world("calendar_days", "monthly_advance", None)) as school:
        school.world["Rates"][2]["amount"] = 3_000
        school.council.take_in({**school.world, "Rates": []} | {"Rates": [school.world["Rates"][2]]})
        school._daily = None  # noqa: SLF001 - another price is known
        school.send([("PL2", *MONTH)], 100)
        pay(school, school.invoices[0], FIRST_DAY)

        async def question(reader: Reader) -> Result:
            return await payments_30k(reader, await reader.as_at(None), YEAR, NO_FILTERS)

        (row,) = school.council.ask(question).rows
    assert row[:2] == (WITHHELD, WITHHELD)
    assert row[4] == WITHHELD
    assert int(str(row[3])) > 30_000_00


def test_an_audit_tells_what_was_decided_and_never_of_which_school() -> None:
    """The decision is one of an audit's kinds, in words that name the payment alone."""
    decided = RedactionDecided(effective_on=FIRST_DAY, invoice="ab" * 16, name_withheld=True)
    assert "RedactionDecided" in KINDS
    assert in_words(decided, AUDIT_WORDS_ABOVE) == "payment of invoice abababab, the school's name withheld"
