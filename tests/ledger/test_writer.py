"""The writer: many asynchronous callers, one ledger; each learns of its own case, and nobody waits for ever."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from commissioning.ledger.errors import Conflict, Fault, LedgerDamaged, Refused, Unavailable
from commissioning.ledger.ledger import Ledger, Request
from commissioning.ledger.log import Receipt, read_book, read_events
from commissioning.ledger.store import Connection, Store
from commissioning.ledger.verify import verify
from commissioning.ledger.work import UnitOfWork
from commissioning.ledger.writer import Limits, Writer
from tests.ledger.tally import Count, composition, count
from tests.ledger_fixture import open_test_ledger

pytestmark = pytest.mark.usefixtures("store")


def opener(folder: Path, **changed: object) -> Callable[[], AbstractContextManager[Ledger]]:
    return lambda: closing(open_test_ledger(folder, composition(**changed)))


def commands_of(folder: Path) -> list[str]:
    """The command of every event in the log, in order."""
    with closing(open_test_ledger(folder, composition())) as ledger:
        assert verify(ledger).findings == ()
        with ledger.store.reading() as connection:
            rows = read_events(connection, read_book(connection, ledger.book)[0])
            return [row.command_id for row in rows]


async def counting(writer: Writer, command_id: str, tally: str = "a", **asked: int) -> Receipt | BaseException:
    """The outcome of one command."""
    try:
        return await writer.execute(
            Count(**{"tally": tally, "amount": 1, **asked}), command_id=command_id, account="ada"
        )
    except Refused as refusal:
        return refusal


async def test_each_of_many_callers_has_its_own_receipt(tmp_path: Path) -> None:
    """Two hundred callers at once: each is answered with its own position, and they share far fewer commits."""
    async with Writer(opener(tmp_path)) as writer:
        outcomes = await asyncio.gather(*(counting(writer, str(number), f"t{number % 7}") for number in range(200)))
    positions = [outcome.last_position for outcome in outcomes if isinstance(outcome, Receipt)]
    assert sorted(position for position in positions if position) == list(range(1, 201))
    assert commands_of(tmp_path) == [str(number) for number in range(200)]
    with closing(open_test_ledger(tmp_path, composition())) as ledger:
        assert len(ledger.witness.heads()) < 50


async def test_a_conflict_is_its_own_callers_alone(tmp_path: Path) -> None:
    """Among many who share a commit, those who expect a version that is gone are told so, and all others succeed."""
    async with Writer(opener(tmp_path)) as writer:
        outcomes = await asyncio.gather(
            *(counting(writer, str(number), "a", expected_version=number // 2) for number in range(100))
        )
    assert [isinstance(outcome, Receipt) for outcome in outcomes] == [True, False] * 50
    assert all(isinstance(outcome, Conflict) for outcome in outcomes[1::2])


async def test_the_same_command_twice_in_the_queue_lands_once(tmp_path: Path) -> None:
    """A caller that sends its command again while the first still waits is given the same receipt."""
    async with Writer(opener(tmp_path)) as writer:
        one, other = await asyncio.gather(counting(writer, "1"), counting(writer, "1"))
    assert one == other
    assert commands_of(tmp_path) == ["1"]


def test_a_writer_is_entered_before_it_is_used(tmp_path: Path) -> None:
    """Outside its with-block nobody would ever answer, so that nothing can be submitted."""
    writer = Writer(opener(tmp_path))
    with pytest.raises(AssertionError, match="entered"):
        writer.submit(Request.of(Count(tally="a", amount=1), command_id="1", account="ada"))


class Gate:
    """A handler of commands that waits to be let through, so that a test can let others gather behind it."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def handle(self, command: Count, work: UnitOfWork) -> None:
        if command.tally == "gate":
            self.reached.set()
            assert self.open.wait(30)
        count(command, work)

    async def closed_behind(self, writer: Writer) -> "asyncio.Task[Receipt | BaseException]":
        """A command that stands in the gate."""
        task = asyncio.create_task(counting(writer, "gate", "gate"))
        assert await asyncio.to_thread(self.reached.wait, 30)
        return task


async def test_a_full_queue_refuses_at_once(tmp_path: Path) -> None:
    """One more than may wait is refused with status 503, unbegun; those who waited are carried out."""
    gate = Gate()
    async with Writer(opener(tmp_path, handlers={Count: gate.handle}), Limits(waiting=3)) as writer:
        first = await gate.closed_behind(writer)
        waiting = [asyncio.create_task(counting(writer, str(number))) for number in range(3)]
        await asyncio.sleep(0)
        refusal = await counting(writer, "one too many")
        gate.open.set()
        assert all(isinstance(outcome, Receipt) for outcome in await asyncio.gather(first, *waiting))
    assert isinstance(refusal, Refused)
    assert (refusal.faults[0].code, refusal.faults[0].status) == ("too-busy", 503)
    assert commands_of(tmp_path) == ["gate", "0", "1", "2"]


async def test_what_waited_too_long_is_refused_unbegun(tmp_path: Path) -> None:
    """A command whose patience is over when its turn comes is not carried out, and its caller is told so."""
    gate = Gate()
    async with Writer(opener(tmp_path, handlers={Count: gate.handle}), Limits(patience=0.05)) as writer:
        first = await gate.closed_behind(writer)
        late = asyncio.create_task(counting(writer, "late"))
        await asyncio.sleep(0.1)
        gate.open.set()
        refusal = await late
        assert isinstance(await first, Receipt)
    assert isinstance(refusal, Refused)
    assert (refusal.faults[0].code, refusal.faults[0].status) == ("waited-too-long", 503)
    assert commands_of(tmp_path) == ["gate"]


async def test_a_caller_that_has_gone_keeps_nobody_waiting(tmp_path: Path) -> None:
    """What it asked for stands all the same, and those who share its commit are answered."""
    gate = Gate()
    async with Writer(opener(tmp_path, handlers={Count: gate.handle})) as writer:
        first = await gate.closed_behind(writer)
        waiting = [asyncio.create_task(counting(writer, str(number))) for number in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        gate.open.set()
        async with asyncio.timeout(30):
            outcomes = await asyncio.gather(first, *waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Receipt, asyncio.CancelledError, Receipt, Receipt]
    assert commands_of(tmp_path) == ["gate", "0", "1", "2"]


@pytest.mark.parametrize(("drain", "landed"), [(30.0, ["gate", "0", "1"]), (0.0, ["gate"])])
async def test_a_writer_that_stops_carries_out_what_waits_while_the_drain_lasts(
    tmp_path: Path, drain: float, landed: list[str]
) -> None:
    """On stopping, those who wait are carried out or told that they were not begun; newcomers are refused."""
    gate = Gate()
    writer = Writer(opener(tmp_path, handlers={Count: gate.handle}), Limits(drain=drain))
    async with writer:
        first = await gate.closed_behind(writer)
        waiting = [asyncio.create_task(counting(writer, str(number))) for number in range(2)]
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(0.1, gate.open.set)
    outcomes = [await first, *[await one for one in waiting]]
    newcomer = await counting(writer, "newcomer")
    assert [isinstance(outcome, Receipt) for outcome in outcomes].count(True) == len(landed)
    refused = [outcome for outcome in [*outcomes, newcomer] if isinstance(outcome, Refused)]
    assert {refusal.faults[0].code for refusal in refused} == {"stopping"}
    assert commands_of(tmp_path) == landed


class Wavering:
    """A store whose database is lost after some commits, before it could answer, or stays away for some attempts."""

    def __init__(self, store: Store, lost_answers: int, refusals: int) -> None:
        self._store = store
        self.lock_clause = store.lock_clause
        self.reading, self.scratch, self.damage, self.close = store.reading, store.scratch, store.damage, store.close
        self.lost_answers, self.refusals = lost_answers, refusals

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        if self.refusals:
            self.refusals -= 1
            raise Unavailable(Fault("away", "The database is away; nothing was written.", status=503))
        with self._store.writing() as connection:
            yield connection
        if self.lost_answers:
            self.lost_answers -= 1
            raise Unavailable(Fault("lost", "The database was lost; the outcome is not known.", status=503))


@pytest.mark.parametrize(("lost_answers", "refusals"), [(1, 0), (0, 2), (2, 1)])
async def test_a_lost_answer_is_settled_by_trying_again(tmp_path: Path, lost_answers: int, refusals: int) -> None:
    """When the database goes away before or after the commit, callers wait, get one true receipt, and it lands once."""

    @contextmanager
    def open_ledger() -> Iterator[Ledger]:
        with closing(open_test_ledger(tmp_path, composition())) as ledger:
            ledger.store = Wavering(ledger.store, lost_answers, refusals)
            yield ledger

    async with Writer(open_ledger) as writer:
        outcomes = await asyncio.gather(*(counting(writer, str(number)) for number in range(4)))
    assert [outcome.last_position for outcome in outcomes if isinstance(outcome, Receipt)] == [1, 2, 3, 4]
    assert commands_of(tmp_path) == ["0", "1", "2", "3"]


async def test_a_database_that_stays_away_is_told_when_patience_is_over(tmp_path: Path) -> None:
    """A caller is never told of success for an unknown outcome: after its patience it hears what is known."""

    @contextmanager
    def open_ledger() -> Iterator[Ledger]:
        with closing(open_test_ledger(tmp_path, composition())) as ledger:
            ledger.store = Wavering(ledger.store, 0, 1_000)
            yield ledger

    async with Writer(open_ledger, Limits(patience=0.3)) as writer:
        refusal = await counting(writer, "1")
    assert isinstance(refusal, Unavailable)
    assert commands_of(tmp_path) == []


async def test_a_ledger_that_cannot_be_opened_is_said_to_every_caller(tmp_path: Path) -> None:
    """While the book contradicts its witness every command is refused with the reason; once mended, work goes on."""
    damaged = [True]

    @contextmanager
    def open_ledger() -> Iterator[Ledger]:
        if damaged[0]:
            raise LedgerDamaged(Fault("older-than-witness", "Positions 3 to 5 are missing.", status=503))
        with closing(open_test_ledger(tmp_path, composition())) as ledger:
            yield ledger

    async with Writer(open_ledger) as writer:
        refusals = [await counting(writer, "1"), await counting(writer, "2")]
        damaged[0] = False
        assert isinstance(await counting(writer, "3"), Receipt)
    assert all(isinstance(refusal, LedgerDamaged) for refusal in refusals)
    assert commands_of(tmp_path) == ["3"]


async def test_what_nobody_foresaw_reaches_its_own_caller(tmp_path: Path) -> None:
    """A mistake in the program fails the command that met it; those that shared its transaction are carried out."""

    def handle(command: Count, work: UnitOfWork) -> None:
        count(command, work)
        if command.amount == 13:
            raise ZeroDivisionError

    async with Writer(opener(tmp_path, handlers={Count: handle})) as writer:
        tasks = [asyncio.create_task(counting(writer, str(amount), amount=amount)) for amount in (1, 13, 2)]
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Receipt, ZeroDivisionError, Receipt]
    assert commands_of(tmp_path) == ["1", "2"]


async def test_a_caller_that_has_gone_disturbs_nobody(tmp_path: Path) -> None:
    """A command whose caller no longer waits is carried out like any other, and the next callers are answered."""
    gate = Gate()
    async with Writer(opener(tmp_path, handlers={Count: gate.handle})) as writer:
        first = await gate.closed_behind(writer)
        first.cancel()
        after = asyncio.create_task(counting(writer, "after"))
        gate.open.set()
        assert isinstance(await after, Receipt)
    assert commands_of(tmp_path) == ["gate", "after"]
