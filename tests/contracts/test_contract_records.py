"""Agreements and calendars on a real ledger: recorded, listed, read back as at any position. All are invented."""

from datetime import date
from pathlib import Path

import pytest

from commissioning.ledger.errors import Refused
from commissioning.ledger.events import EventTypes
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.verify import verify
from commissioning.ledger.work import Command, Composition, UnitOfWork
from contracts import events, handlers
from contracts.agreement import AGREEMENTS
from contracts.calendar import CALENDARS
from contracts.commands import (
    AgreeCardRate,
    ChangeAgreementDetails,
    CorrectAgreementDates,
    EndAgreement,
    ListAcademicYear,
)
from contracts.projections import AgreementList, agreements_of_calendar, agreements_of_provider
from contracts.queries import agreement_as_at, agreements_with, all_agreements, calendar_as_at
from providers import events as provider_events
from providers import handlers as provider_handlers
from providers.commands import RegisterProvider
from providers.facts import ProviderFacts
from providers.projections import ProviderList
from providers.provider import PROVIDERS
from tests.contracts.examples import JANUARY, START, line, make
from tests.ledger_fixture import opened, operator, reading

TYPES = EventTypes([*provider_events.EVENTS, *events.EVENTS])

pytestmark = pytest.mark.usefixtures("store")
SCHOOL = RegisterProvider(
    urn=900001,
    facts=ProviderFacts(name="Larkfield School (invented)", type="independent_special"),
    effective_on=START,
)
RENAMED = ChangeAgreementDetails(
    agreement_ref="AG01",
    provider_urn=900001,
    model="retained",
    title="Held places",
    billing="monthly_arrears",
    instalments="equal",
    signed_on=START,
)
HISTORY: tuple[Command, ...] = (
    SCHOOL,
    make(),
    make(agreement_ref="AG02", model="spot"),
    AgreeCardRate(agreement_ref="AG01", line=line(amount=1, effective_from=JANUARY)),
    RENAMED,
    EndAgreement(agreement_ref="AG01", end_on=date(2027, 7, 31)),
    CorrectAgreementDates(agreement_ref="AG02", start_on=JANUARY, end_on=None),
    ListAcademicYear(calendar="default", academic_year="2026-27", terms={}),
)


def composition() -> Composition:
    return Composition(
        TYPES,
        {aggregate.name: aggregate for aggregate in (PROVIDERS, AGREEMENTS, CALENDARS)},
        {**provider_handlers.HANDLERS, **handlers.HANDLERS},
        [ProviderList(), AgreementList()],
        operator,
    )


def write(ledger: Ledger, *commands: Command, account: str = "ada") -> None:
    for number, command in enumerate(commands):
        ledger.execute(command, command_id=f"{type(command).__name__} {number}", account=account)


async def test_agreements_are_listed_as_they_are_known_now(tmp_path: Path) -> None:
    """Each agreement is listed once with its newest undated facts and days, and read whole as at a position."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, *HISTORY)
    async with reading(tmp_path, TYPES) as reader:
        first, second = await all_agreements(reader)
        assert (first.ref, first.model, first.title) == ("AG01", "retained", "Held places")
        assert (first.end_on, first.signed_on) == (date(2027, 7, 31), START)
        assert (second.ref, second.start_on, second.end_on) == ("AG02", JANUARY, None)
        assert await agreements_with(reader, 900001) == [first, second]
        assert await agreements_with(reader, 900002) == []
        early, late = await agreement_as_at(reader, "AG01", 2), await agreement_as_at(reader, "AG01", 4)
        assert early is not None
        assert late is not None
        assert (len(early.card), len(late.card)) == (1, 2)
        assert await calendar_as_at(reader, "default", 7) is None
        assert await calendar_as_at(reader, "default", 8) is not None


def test_a_replay_gives_the_same_list(tmp_path: Path) -> None:
    """The table of agreements folds from the log to exactly the rows that commands wrote."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, *HISTORY)
        assert verify(ledger).findings == ()


def test_the_agreements_that_follow_a_calendar_are_found(tmp_path: Path) -> None:
    """A school without a calendar follows the default one; agreements of the same transaction count."""
    other = RegisterProvider(
        urn=900002, facts=SCHOOL.facts.model_copy(update={"calendar": "coast"}), effective_on=START
    )
    found: list[list[str]] = []

    def deed(work: UnitOfWork) -> None:
        for command in (SCHOOL, other, make(), make(agreement_ref="AG02", provider_urn=900002)):
            work.execute(command)
        found.extend(agreements_of_calendar(work.tables, name) for name in ("default", "coast", "hills"))
        found.extend(agreements_of_provider(work.tables, urn) for urn in (900002, 900003))

    with opened(tmp_path, composition()) as ledger:
        ledger.run(deed, command_id="1", digest="1", account="ada")
    assert found == [["AG01"], ["AG02"], [], ["AG02"], []]


def test_an_agreement_needs_a_known_school(tmp_path: Path) -> None:
    """An agreement with a school that nobody recorded is refused, when made and when moved to another school."""
    elsewhere = RENAMED.model_copy(update={"provider_urn": 900009})
    with opened(tmp_path, composition()) as ledger:
        with pytest.raises(Refused, match="provider 900001: No school"):
            write(ledger, make())
        write(ledger, SCHOOL, make())
        with pytest.raises(Refused, match="provider 900009: No school"):
            write(ledger, elsewhere)
        assert ledger.open().position == 2


@pytest.mark.parametrize("command", [make(), HISTORY[-1]])
def test_nobody_without_a_name_changes_agreements_or_calendars(tmp_path: Path, command: Command) -> None:
    """An account without a name is refused, and nothing is written."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, SCHOOL)
        with pytest.raises(Refused) as refused:
            write(ledger, command, account=" ")
        assert refused.value.faults[0].status == 403
        assert ledger.open().position == 1
