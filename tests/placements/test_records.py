"""Placements on a real ledger: recorded, listed, counted, read back as at any position, rebuilt. All are invented."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from commissioning.ledger.actor import ROLES, Actor
from commissioning.ledger.errors import Conflict, Refused
from commissioning.ledger.events import Event, EventTypes
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.verify import verify
from commissioning.ledger.work import Command, Composition, UnitOfWork
from commissioning.placements import commands, events, queries
from commissioning.placements.handlers import HANDLERS
from commissioning.placements.placement import PLACEMENTS
from commissioning.placements.policy import may_record_placements
from commissioning.placements.projections import PlacementTables, placements_of
from commissioning.placements.pupil import PUPILS
from contracts import agreement
from contracts import commands as contract_commands
from contracts import events as contract_events
from contracts import handlers as contract_handlers
from providers import commands as provider_commands
from providers import events as provider_events
from providers import handlers as provider_handlers
from providers.facts import ProviderFacts
from providers.provider import PROVIDERS
from tests.ledger_fixture import opened, operator, reading
from tests.placements.notation import PUPIL, REF, START, stand, start

TYPES = EventTypes((*provider_events.EVENTS, *contract_events.EVENTS, *events.EVENTS))

pytestmark = pytest.mark.usefixtures("store")
NOVEMBER = date(2026, 11, 1)
JULY = date(2027, 7, 31)
PREPARED = 5
"""Events before the first placement: a school, two agreements, two pupils."""


def composition() -> Composition:
    aggregates = (PROVIDERS, agreement.AGREEMENTS, PUPILS, PLACEMENTS)
    return Composition(
        TYPES,
        {aggregate.name: aggregate for aggregate in aggregates},
        {**provider_handlers.HANDLERS, **contract_handlers.HANDLERS, **HANDLERS},
        [PlacementTables()],
        operator,
    )


def prepared() -> list[Command]:
    school = ProviderFacts(name="Larkfield School (invented)", type="independent_special")
    terms = contract_commands.TermsAsked(fee_year="academic", accrual="calendar_days")
    return [
        provider_commands.RegisterProvider(urn=900001, facts=school, effective_on=START),
        *(
            contract_commands.MakeAgreement(
                agreement_ref=ref, provider_urn=900001, model="spot", start_on=date(2026, 4, 1), terms=(terms,)
            )
            for ref in ("AG1", "AG2")
        ),
        *(
            commands.IdentifyPupil(pupil=pupil, sealed={"pupil_ref": "ciphertext"}, effective_on=START)
            for pupil in (PUPIL, "P2")
        ),
    ]


class Desk:
    """Somebody who asks one thing after another."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._asked = 0

    def ask(self, *asked: Command) -> None:
        """Asks for each in a transaction of its own."""
        for command in asked:
            self._asked += 1
            self.ledger.execute(command, command_id=str(self._asked), account="ada")

    def ask_together(self, *asked: Command) -> None:
        """Asks for all in one transaction."""
        self._asked += 1

        def deed(work: UnitOfWork) -> None:
            for command in asked:
                work.execute(command)

        self.ledger.run(deed, command_id=str(self._asked), digest="-", account="ada")

    def members(self, agreement_ref: str) -> list[str]:
        """The placements of an agreement, as the next floor asks for them."""
        found: list[str] = []
        self.ledger.run(
            lambda work: found.extend(placements_of(work.tables, agreement_ref)),
            command_id="-",
            digest="-",
            account="ada",
        )
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk over a ledger with a school, two agreements and two pupils."""
    with opened(tmp_path, composition()) as ledger:
        desk = Desk(ledger)
        desk.ask(*prepared())
        yield desk


def many() -> list[Command]:
    """Three placements: one that moved, one that ended, one that never was."""
    return [
        start(band="A", home_area="Breckland", signed_on=date(2026, 8, 20)),
        start(placement_ref="PL002", pupil="P2", agreement_ref="AG2", need="ASD", phase="primary"),
        start(placement_ref="PL003", setting="residential_52"),
        stand(NOVEMBER, agreement_ref="AG2", band="B"),
        commands.EndPlacement(placement_ref="PL002", end_on=JULY),
        commands.WithdrawPlacement(placement_ref="PL003"),
        commands.SuspendPlacement(placement_ref=REF, first_day=NOVEMBER, payable_pct=Decimal(50)),
    ]


async def test_the_list_shows_placements_as_they_are_known_now(desk: Desk, tmp_path: Path) -> None:
    """Each placement stands once in the list, where its last version puts it, with its newest dates."""
    desk.ask(*many())
    async with reading(tmp_path, TYPES) as reader:
        found = await queries.list_placements(reader)
    assert found.total == 3
    assert found.rows[0] == queries.PlacementSummary(
        REF, PUPIL, "SEMH", "AG2", "secondary", "day", "B", None, START, None, date(2026, 8, 20), False
    )
    assert found.rows[1].end_on == JULY
    assert [row.withdrawn for row in found.rows] == [False, False, True]


@pytest.mark.parametrize(
    ("wanted", "refs"),
    [
        (queries.PlacementFilter(agreement_ref="AG1"), [REF, "PL003"]),
        (queries.PlacementFilter(agreement_ref="AG2"), [REF, "PL002"]),
        (queries.PlacementFilter(pupil=PUPIL), [REF, "PL003"]),
        (queries.PlacementFilter(need="ASD"), ["PL002"]),
        (queries.PlacementFilter(phase="primary", setting="day"), ["PL002"]),
        (queries.PlacementFilter(setting="residential_52"), ["PL003"]),
        (queries.PlacementFilter(withdrawn=False), [REF, "PL002"]),
        (queries.PlacementFilter(withdrawn=True), ["PL003"]),
        (queries.PlacementFilter(signed=True), [REF]),
        (queries.PlacementFilter(signed=False), ["PL002", "PL003"]),
        (queries.PlacementFilter(live_on=START), [REF, "PL002"]),
        (queries.PlacementFilter(live_on=JULY), [REF, "PL002"]),
        (queries.PlacementFilter(live_on=date(2027, 8, 1)), [REF]),
        (queries.PlacementFilter(live_on=date(2026, 8, 31)), []),
        (queries.PlacementFilter(home_area="Breckland"), []),
    ],
)
async def test_a_list_shows_what_is_wanted(
    desk: Desk, tmp_path: Path, wanted: queries.PlacementFilter, refs: list[str]
) -> None:
    """Each filter lets exactly its own placements pass; an agreement finds those that were once on it, too."""
    desk.ask(*many())
    async with reading(tmp_path, TYPES) as reader:
        found = await queries.list_placements(reader, wanted)
    assert [row.ref for row in found.rows] == refs
    assert found.total == len(refs)


async def test_pages_cut_a_list_without_loss(desk: Desk, tmp_path: Path) -> None:
    """The pages of a list hold its rows in order, each once, and tell how many there are together."""
    desk.ask(*many())
    async with reading(tmp_path, TYPES) as reader:
        pages = [await queries.list_placements(reader, page=queries.Page(number, 2)) for number in (1, 2, 3)]
    assert [[row.ref for row in page.rows] for page in pages] == [[REF, "PL002"], ["PL003"], []]
    assert {page.total for page in pages} == {3}


async def test_live_placements_are_counted(desk: Desk, tmp_path: Path) -> None:
    """A day's count leaves out who has left, who has not come and who never was."""
    desk.ask(*many())
    async with reading(tmp_path, TYPES) as reader:
        assert await queries.live_placements(reader, date(2026, 8, 31)) == 0
        assert await queries.live_placements(reader, JULY) == 2
        assert await queries.live_placements(reader, date(2027, 8, 1)) == 1
        assert await queries.live_placements_by(reader, JULY, "need") == {"ASD": 1, "SEMH": 1}
        assert await queries.live_placements_by(reader, JULY, "home_area") == {None: 2}
        with pytest.raises(Refused, match="name; DROP"):
            await queries.live_placements_by(reader, JULY, "name; DROP")  # type: ignore[arg-type]


async def test_a_placement_is_read_back_as_it_was_known(desk: Desk, tmp_path: Path) -> None:
    """As at an earlier position nothing that was recorded later shows."""
    desk.ask(*many())
    async with reading(tmp_path, TYPES) as reader:
        assert await queries.placement(reader, REF, PREPARED) is None
        first = await queries.placement(reader, REF, PREPARED + 1)
        now = await queries.placement(reader, REF, PREPARED + 7)
        assert first is not None
        assert now is not None
        assert [one.agreement_ref for one in first.versions] == ["AG1"]
        assert [one.agreement_ref for one in now.versions] == ["AG1", "AG2"]
        happened = await queries.history(reader, REF, PREPARED + 6)
        assert [type(recorded.event).__name__ for recorded in happened] == ["PlacementStarted", "PlacementMoved"]
        known = await queries.pupil(reader, PUPIL, PREPARED)
        assert known is not None
        assert known.sealed == {"pupil_ref": "ciphertext"}


async def test_the_list_follows_every_event(desk: Desk, tmp_path: Path) -> None:
    """After each command the row of a placement says what the placement's own events say."""
    asked = [
        start(),
        stand(NOVEMBER, agreement_ref="AG2", setting="residential_term"),
        stand(NOVEMBER, agreement_ref="AG2", band="B", home_area="Breckland", phase="post_16"),
        commands.EndPlacement(placement_ref=REF, end_on=JULY),
        commands.CorrectPlacementDates(placement_ref=REF, start_on=NOVEMBER, end_on=JULY),
        commands.CorrectPlacement(placement_ref=REF, need="MLD", signed_on=START),
        commands.WithdrawPlacement(placement_ref=REF),
        commands.ReinstatePlacement(placement_ref=REF),
    ]
    seen = []
    async with reading(tmp_path, TYPES) as reader:
        for done, command in enumerate(asked, PREPARED + 1):
            desk.ask(command)
            row = (await queries.list_placements(reader)).rows[0]
            known = await queries.placement(reader, REF, done)
            assert known is not None
            last = known.versions[-1]
            for column in ("need", "start_on", "end_on", "signed_on", "withdrawn"):
                assert getattr(row, column) == getattr(known, column), command
            for column in ("agreement_ref", "phase", "setting", "band", "home_area"):
                assert getattr(row, column) == getattr(last, column), command
            seen.append(row)
    assert all(one != other for one, other in pairwise(seen))


def test_an_agreement_has_the_placements_with_a_version_on_it(desk: Desk) -> None:
    """A move adds a placement to an agreement; it leaves one only when no version is left there."""
    desk.ask(start())
    assert (desk.members("AG1"), desk.members("AG2")) == ([REF], [])
    desk.ask(stand(NOVEMBER, agreement_ref="AG2"))
    assert (desk.members("AG1"), desk.members("AG2")) == ([REF], [REF])
    desk.ask(stand(NOVEMBER, agreement_ref="AG2", band="B"), stand(date(2026, 12, 1), agreement_ref="AG1"))
    assert (desk.members("AG1"), desk.members("AG2")) == ([REF], [REF])
    desk.ask(stand(date(2026, 12, 1), agreement_ref="AG2"))
    assert (desk.members("AG1"), desk.members("AG2")) == ([REF], [REF])
    desk.ask(commands.CorrectPlacementDates(placement_ref=REF, start_on=NOVEMBER))
    assert (desk.members("AG1"), desk.members("AG2")) == ([], [REF])
    desk.ask(stand(agreement_ref="AG1"))
    assert (desk.members("AG1"), desk.members("AG2")) == ([REF], [REF])


def test_placements_of_the_same_transaction_are_seen(desk: Desk) -> None:
    """The next floor finds a placement that was logged a moment ago and not yet committed."""
    seen: list[list[str]] = []

    def deed(work: UnitOfWork) -> None:
        work.execute(start())
        seen.append(placements_of(work.tables, "AG1"))
        work.execute(start(placement_ref="PL000", pupil="P2"))
        seen.append(placements_of(work.tables, "AG1"))

    desk.ledger.run(deed, command_id="together", digest="-", account="ada")
    assert seen == [[REF], ["PL000", REF]]


def test_a_replay_gives_the_same_tables(desk: Desk) -> None:
    """The read tables fold from the log to exactly the rows that commands wrote, together or one by one."""
    desk.ask_together(*many())
    desk.ask(
        start(placement_ref="PL004"),
        stand(placement_ref="PL004", agreement_ref="AG2"),
        stand(placement_ref="PL004", agreement_ref="AG1"),
        commands.CorrectPlacementDates(placement_ref=REF, start_on=NOVEMBER, end_on=JULY),
        commands.CorrectPlacement(placement_ref="PL002", need="MLD", signed_on=START),
        commands.ReinstatePlacement(placement_ref="PL003"),
    )
    assert verify(desk.ledger).findings == ()


async def test_a_refused_transaction_leaves_no_rows_behind(desk: Desk, tmp_path: Path) -> None:
    """Rows that waited for a transaction that was undone do not come up in the next one."""
    with pytest.raises(Refused):
        desk.ask_together(start(), stand(date(2020, 1, 1)))
    desk.ask(start(placement_ref="PL002", pupil="P2"))
    async with reading(tmp_path, TYPES) as reader:
        found = await queries.list_placements(reader)
    assert [row.ref for row in found.rows] == ["PL002"]
    assert verify(desk.ledger).findings == ()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (start(pupil="P404"), "pupil-unknown"),
        (start(agreement_ref="AG404"), "agreement-unknown"),
        (stand(NOVEMBER, agreement_ref="AG404"), "agreement-unknown"),
    ],
)
def test_a_placement_names_what_is_known(desk: Desk, command: Command, code: str) -> None:
    """A placement of an unknown pupil, or under an unknown agreement at any time, is refused."""
    if isinstance(command, commands.ChangePlacementVersion):
        desk.ask(start())
    with pytest.raises(Refused) as refusal:
        desk.ask(command)
    assert [fault.code for fault in refusal.value.faults] == [code]


def test_a_stale_form_is_a_conflict(desk: Desk) -> None:
    """A change asked from a form that was drawn before somebody else's change is not recorded."""
    desk.ask(start(expected_version=0), stand(NOVEMBER, band="B", expected_version=1))
    with pytest.raises(Conflict):
        desk.ask(commands.WithdrawPlacement(placement_ref=REF, expected_version=1))


@pytest.mark.parametrize("command", [prepared()[-1], start(), commands.WithdrawPlacement(placement_ref=REF)])
def test_nobody_without_a_name_records_anything(desk: Desk, command: Command) -> None:
    """An account without a name is refused, whatever it asks."""
    assert may_record_placements(Actor("ada", frozenset({"commissioner"})))
    assert not may_record_placements(Actor("ada", frozenset(ROLES) - {"commissioner"}))
    desk.ask(start())
    with pytest.raises(Refused) as refusal:
        desk.ledger.execute(command, command_id="nameless", account=" ")
    assert refusal.value.faults[0].status == 403


def test_every_event_can_be_read_back(desk: Desk) -> None:
    """Whatever was recorded of a placement comes back from the log as the same event."""
    desk.ask(
        *many(),
        commands.GiveNotice(placement_ref=REF, notice_given_on=NOVEMBER),
        commands.AgreeFunding(
            placement_ref=REF, education_pct=Decimal(60), health_pct=Decimal(30), care_pct=Decimal(10)
        ),
    )
    kinds: set[type[Event]] = set()

    def deed(work: UnitOfWork) -> None:
        for ref in (REF, "PL002", "PL003"):
            stream = PLACEMENTS.stream(ref)
            kinds.update(type(TYPES.decode(stored).event) for stored in work.log.events_of(stream))
            assert work.load(PLACEMENTS, stream) == work.state(PLACEMENTS, ref)

    desk.ledger.run(deed, command_id="reading", digest="-", account="ada")
    assert len(kinds) == 7
