"""No placement begins at a school whose new placements are suspended, unless that was permitted. All are invented."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from commissioning.ledger.actor import Actor
from commissioning.ledger.errors import Refused
from commissioning.ledger.events import EventTypes
from commissioning.ledger.work import UnitOfWork
from commissioning.placements import events
from contracts import commands as contract_commands
from contracts import events as contract_events
from providers import commands as provider_commands
from providers import events as provider_events
from providers.facts import ProviderFacts
from providers.oversight import commands as oversight
from providers.oversight import events as oversight_events
from providers.oversight.handlers import HANDLERS
from providers.oversight.oversight import MARKS, OVERSIGHT
from providers.oversight.queries import mark_as_at, oversight_as_at
from tests.ledger_fixture import opened, reading
from tests.placements.notation import REF, stand, start
from tests.placements.test_records import NOVEMBER, Desk, composition, prepared

pytestmark = pytest.mark.usefixtures("store")

TYPES = EventTypes((*provider_events.EVENTS, *oversight_events.EVENTS, *contract_events.EVENTS, *events.EVENTS))
SUSPENDED = oversight.SuspendNewPlacements(urn=900001, suspended_from=date(2026, 8, 1), reason="No head in post")
OTHER_SCHOOL = (
    provider_commands.RegisterProvider(
        urn=900002,
        facts=ProviderFacts(name="Ash Lodge (invented)", type="independent_special"),
        effective_on=date(2026, 4, 1),
    ),
    contract_commands.MakeAgreement(
        agreement_ref="AG-ASH",
        provider_urn=900002,
        model="spot",
        start_on=date(2026, 4, 1),
        terms=(contract_commands.TermsAsked(fee_year="academic", accrual="calendar_days"),),
    ),
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk over a ledger with two schools, their agreements and two pupils, which knows oversight too."""
    usual = composition()
    whole = replace(
        usual,
        types=TYPES,
        aggregates={**usual.aggregates, OVERSIGHT.name: OVERSIGHT, MARKS.name: MARKS},
        handlers={**usual.handlers, **HANDLERS},
    )
    with opened(tmp_path, whole) as ledger:
        desk = Desk(ledger)
        desk.ask(*prepared(), *OTHER_SCHOOL)
        yield desk


def test_a_placement_is_refused_until_it_is_permitted(desk: Desk) -> None:
    """A start at the suspended school is refused with its reason; once permitted the same start is recorded."""
    desk.ask(SUSPENDED)
    with pytest.raises(Refused, match="No head in post"):
        desk.ask(start())
    desk.ask(oversight.PermitPlacement(urn=900001, placement_ref=REF, reason="Ordered by the tribunal"), start())
    with pytest.raises(Refused, match="No head in post"):
        desk.ask(start(placement_ref="PL002", pupil="P2"))


def test_who_is_there_already_stays_and_may_change(desk: Desk) -> None:
    """A suspension touches no placement that stands: it is restated, changes its package, moves within the school."""
    desk.ask(start(), SUSPENDED, start(), stand(NOVEMBER, band="B"), stand(NOVEMBER, agreement_ref="AG2", band="B"))
    assert desk.members("AG2") == [REF]


def test_a_move_to_the_suspended_school_is_refused(desk: Desk) -> None:
    """A placement of another school is not moved to a school that takes no new placements, before it resumes."""
    desk.ask(start(agreement_ref="AG-ASH"), SUSPENDED)
    with pytest.raises(Refused, match="No head in post"):
        desk.ask(stand(NOVEMBER))
    desk.ask(oversight.ResumeNewPlacements(urn=900001, resumed_on=NOVEMBER), stand(NOVEMBER))


async def test_a_contact_person_who_is_removed_opens_never_again(desk: Desk, tmp_path: Path) -> None:
    """Removing a contact person destroys the key, so that the ciphertext in the log is a name no more."""
    vault = desk.ledger.vault
    with pytest.raises(Refused, match="No school with this URN"):
        desk.ask(SUSPENDED.model_copy(update={"urn": 900009}))
    sealed: list[str] = []
    contact: list[str] = []

    def deed(work: UnitOfWork) -> None:
        key = vault.admit("\0contact invented")
        contact.append(key)
        sealed.append(vault.seal(key, "name", "Robin Example"))
        named = oversight.NameContact(urn=900001, contact=key, post="head", sealed={"name": sealed[0]})
        work.execute(named)

    desk.ledger.run(deed, command_id="contact", digest="-", account="ada")
    assert vault.open(contact[0], "name", sealed[0]) == "Robin Example"
    desk.ask(oversight.RemoveContact(urn=900001, contact=contact[0]))
    with pytest.raises(Refused):
        vault.open(contact[0], "name", sealed[0])
    async with reading(tmp_path, TYPES) as reader:
        known = await oversight_as_at(reader, 1_000)
        assert known.schools[900001].contacts == ()
        assert len((await oversight_as_at(reader, 8)).schools[900001].contacts) == 1


async def test_the_mark_and_the_oversight_are_read_as_known_at_a_position(desk: Desk, tmp_path: Path) -> None:
    """Both are those of the position asked for: nothing before the first event, then each as it was."""
    before = desk.ledger.open().position
    desk.ask(SUSPENDED, oversight.SetInspectionMark(mark="requires_improvement"))
    async with reading(tmp_path, TYPES) as reader:
        assert await oversight_as_at(reader, before) == ({}, "good")
        schools, mark = await oversight_as_at(reader, before + 1)
        assert (list(schools), mark) == ([900001], "good")
        assert (await oversight_as_at(reader, before + 2)).mark == "requires_improvement"
        assert await mark_as_at(reader, before + 2) == "requires_improvement"


def test_only_commissioners_oversee_schools(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finance may neither suspend a school's new placements nor set the mark."""
    monkeypatch.setattr("commissioning.ledger.work.UnitOfWork.actor", Actor("ben", frozenset({"finance"})))
    for command in (SUSPENDED, oversight.SetInspectionMark(mark="good")):
        with pytest.raises(Refused, match="may not"):
            desk.ask(command)
