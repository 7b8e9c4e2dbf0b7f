"""Commands on the ledger: once each, in turn, all or none, and memory that stays in step with the log."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import orjson
import pytest

from commissioning.ledger import log as log_module
from commissioning.ledger.aggregates import Aggregate, Memory
from commissioning.ledger.errors import Conflict, LedgerDamaged, Refused
from commissioning.ledger.events import Event, EventTypes, Recorded, Stored, encode
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import LARGEST_EVENT, Head, Receipt, read_book, read_events
from commissioning.ledger.verify import verify
from commissioning.ledger.work import Command, UnitOfWork
from tests.ledger.tally import (
    DAY,
    TALLIES,
    Count,
    Counted,
    NotePupil,
    PupilNoted,
    Tally,
    TallyTables,
    composition,
    count,
)
from tests.ledger_fixture import SettableClock, open_test_ledger, opened

pytestmark = pytest.mark.usefixtures("store")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with opened(tmp_path, composition()) as ledger:
        yield ledger


def execute(ledger: Ledger, command: Command, command_id: str) -> tuple[int | None, int | None]:
    receipt = ledger.execute(command, command_id=command_id, account="ada")
    return receipt.first_position, receipt.last_position


def log_of(ledger: Ledger) -> list[Stored]:
    with ledger.store.reading() as connection:
        return list(read_events(connection, read_book(connection, ledger.book)[0]))


def tally_in_memory(ledger: Ledger, tally: str) -> Tally | None:
    """The state that the next command will decide on."""
    found: list[Tally | None] = []
    ledger.run(lambda work: found.append(work.state(TALLIES, tally)), command_id="look", digest="", account="ada")
    return found[0]


def test_a_receipt_tells_what_was_written_and_where_the_book_ends(ledger: Ledger) -> None:
    """First and last position are the command's own; the head is that of its last event."""
    ledger.execute(Count(tally="a", amount=1), command_id="1", account="ada")
    receipt = ledger.execute(Count(tally="a", amount=1, times=3), command_id="2", account="ada")
    assert (receipt.first_position, receipt.last_position) == (2, 4)
    assert receipt.head.hash == log_of(ledger)[-1].hash


def test_the_same_command_again_gives_its_first_receipt(ledger: Ledger, tmp_path: Path) -> None:
    """A retry writes nothing and answers as the first time, after later commands and after reopening too."""
    command = Count(tally="a", amount=1, times=2)
    first = ledger.execute(command, command_id="1", account="ada")
    execute(ledger, Count(tally="b", amount=1), "2")
    assert ledger.execute(command, command_id="1", account="ada") == first
    ledger.close()
    with opened(tmp_path, composition()) as again:
        assert again.execute(command, command_id="1", account="ada") == first
        assert len(log_of(again)) == 3


class Recount(Count):
    """Another command with the very fields of `Count`."""


@pytest.mark.parametrize(
    "other",
    [
        Count(tally="a", amount=2),
        Recount(tally="a", amount=1),
        NotePupil(reference="R1", name="Ida Invented"),
    ],
)
def test_a_command_id_with_another_body_is_refused(ledger: Ledger, tmp_path: Path, other: Command) -> None:
    """One id stands for one body: another is a conflict, also after reopening, and nothing is written."""
    execute(ledger, Count(tally="a", amount=1), "1")
    with pytest.raises(Conflict, match="used before"):
        execute(ledger, other, "1")
    ledger.close()
    with opened(tmp_path, composition()) as again:
        with pytest.raises(Conflict, match="used before"):
            execute(again, other, "1")
        assert len(log_of(again)) == 1


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_a_stream_that_moved_on_is_a_conflict(ledger: Ledger, expected: int) -> None:
    """An expected version other than the stream's own is refused, naming both, and nothing is written."""
    execute(ledger, Count(tally="a", amount=1, times=2), "1")
    with pytest.raises(Conflict, match=f"version {expected}; it is at version 2"):
        execute(ledger, Count(tally="a", amount=1, expected_version=expected), "2")
    assert execute(ledger, Count(tally="a", amount=1, expected_version=2), "2") == (3, 3)


def test_a_deed_of_many_commands_lands_whole_or_not_at_all(ledger: Ledger) -> None:
    """One refused command among many takes all others back; without it all stand under one receipt."""

    def deed(*amounts: int) -> Any:
        def run(work: UnitOfWork) -> None:
            for amount in amounts:
                work.execute(Count(tally="a", amount=amount))

        return run

    with pytest.raises(Refused, match="only goes up"):
        ledger.run(deed(1, 2, -1, 3), command_id="1", digest="x", account="ada")
    assert log_of(ledger) == []
    assert tally_in_memory(ledger, "a") is None
    receipt = ledger.run(deed(1, 2, 3), command_id="1", digest="x", account="ada")
    assert (receipt.first_position, receipt.last_position) == (1, 3)
    assert {stored.command_id for stored in log_of(ledger)} == {"1"}
    assert tally_in_memory(ledger, "a") == Tally(6, 3)


def test_a_rehearsal_leaves_nothing(ledger: Ledger, tmp_path: Path) -> None:
    """A rehearsed deed tells how far it would have gone and leaves nothing in log, tables, vault or memory."""
    execute(ledger, Count(tally="a", amount=1), "1")

    def deed(work: UnitOfWork) -> None:
        work.execute(Count(tally="a", amount=5))
        work.execute(NotePupil(reference="R1", name="Ida Invented"))

    rehearsed = ledger.run(deed, command_id="2", digest="x", account="ada", rehearse=True)
    assert (rehearsed.first_position, rehearsed.last_position) == (2, 3)
    assert len(log_of(ledger)) == 1
    assert ledger.vault.pupil_of("R1") is None
    with closing(sqlite3.connect(tmp_path / "keys" / "vault.sqlite3")) as vault:
        assert vault.execute("SELECT COUNT(*) FROM pupil_key").fetchone() == (0,)
    assert tally_in_memory(ledger, "a") == Tally(1, 1)
    assert [head.position for head in ledger.witness.heads()] == [1]
    assert execute(ledger, Count(tally="a", amount=1), "2") == (2, 2)
    assert verify(ledger).findings == ()


def test_a_refused_command_leaves_nothing(ledger: Ledger) -> None:
    """A command refused after it admitted a pupil and recorded an event leaves neither; what was known stays known."""
    execute(ledger, Count(tally="a", amount=1), "1")
    with pytest.raises(Refused, match="to be refused"):
        execute(ledger, NotePupil(reference="R1", name="Ida Invented", refuse=True), "2")
    assert ledger.vault.pupil_of("R1") is None
    assert tally_in_memory(ledger, "a") == Tally(1, 1)
    assert execute(ledger, NotePupil(reference="R1", name="Ida Invented"), "3") == (2, 2)
    assert verify(ledger).findings == ()


def test_what_a_projection_held_of_a_refused_command_is_dropped(ledger: Ledger) -> None:
    """Rows that a projection was still to write for events that were taken back are not written later."""

    def deed(work: UnitOfWork) -> None:
        work.execute(Count(tally="a", amount=5))
        raise ZeroDivisionError

    for rehearse in (False, True):
        with suppress(ZeroDivisionError):
            ledger.run(deed, command_id="1", digest="", account="ada", rehearse=rehearse)
    execute(ledger, Count(tally="a", amount=1), "1")
    with ledger.store.reading() as connection:
        assert connection.query("SELECT counted FROM test_round") == [(1,)]
    assert verify(ledger).findings == ()


def test_a_command_that_changes_nothing_writes_nothing(ledger: Ledger) -> None:
    """A command without events gives a receipt without positions and is decided afresh when sent again."""
    execute(ledger, Count(tally="a", amount=1), "1")
    receipt = ledger.execute(Count(tally="a", amount=0), command_id="2", account="ada")
    (only,) = log_of(ledger)
    assert receipt == Receipt("2", None, None, Head(1, only.hash, only.recorded_at))
    assert execute(ledger, Count(tally="a", amount=3), "2") == (2, 2)
    assert len(ledger.witness.heads()) == 2


def test_recorded_time_never_runs_backwards(tmp_path: Path) -> None:
    """When the machine's clock is set back, events keep the newest time the log has seen."""
    clock = SettableClock()
    with opened(tmp_path, composition(), clock=clock) as ledger:
        for number, text in enumerate(("2026-09-01T09:00Z", "2026-08-01T09:00Z", "2026-09-02T09:00Z")):
            clock.set(text)
            execute(ledger, Count(tally="a", amount=1), str(number))
        assert [stored.recorded_at for stored in log_of(ledger)] == [
            "2026-09-01T09:00:00.000000Z",
            "2026-09-01T09:00:00.000000Z",
            "2026-09-02T09:00:00.000000Z",
        ]


def test_today_is_the_london_day_of_recording(tmp_path: Path) -> None:
    """Half past eleven at night in UTC is the next day in a London summer, and the same day in winter."""
    clock, days = SettableClock(), []
    with opened(tmp_path, composition(), clock=clock) as ledger:
        for text in ("2026-07-01T23:30:00Z", "2026-12-01T23:30:00Z"):
            clock.set(text)
            ledger.run(lambda work: days.append(work.today), command_id=text, digest="", account="ada")
    assert days == [date(2026, 7, 2), date(2026, 12, 1)]


def test_memory_is_right_after_another_program_wrote(tmp_path: Path) -> None:
    """Two open ledgers on one book always decide on what the other has written."""
    with opened(tmp_path, composition()) as one, opened(tmp_path, composition()) as other:
        for number in range(6):
            writer = (one, other, other)[number % 3]
            execute(writer, Count(tally="a", amount=1, expected_version=number), str(number))
            assert tally_in_memory(one, "a") == tally_in_memory(other, "a") == Tally(number + 1, number + 1)
        assert verify(one).findings == ()


def test_memory_stays_warm_when_a_command_is_refused(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal does not make the next command read streams again that were in memory before."""
    execute(ledger, Count(tally="a", amount=1), "1")
    with pytest.raises(Refused):
        execute(ledger, Count(tally="a", amount=-1), "2")
    monkeypatch.setattr(UnitOfWork, "load", lambda *_: pytest.fail("a stream was read again"))
    assert tally_in_memory(ledger, "a") == Tally(1, 1)


def test_memory_keeps_the_states_used_last() -> None:
    """Over its limit, memory lets go of the state that was kept longest ago."""
    memory = Memory(limit=2)
    memory.keep({"a": 1, "b": 2})
    memory.keep({"a": 3})
    memory.keep({"c": 4})
    assert [stream for stream in "abc" if stream in memory] == ["a", "c"]
    assert memory.get("a") == 3


def test_an_event_of_an_unknown_type_stops_by_name_and_position(tmp_path: Path) -> None:
    """A program that does not know an event's type, or knows an older version only, stops there and says which."""
    with opened(tmp_path, composition()) as ledger:
        execute(ledger, Count(tally="a", amount=1), "1")
        execute(ledger, Count(tally="a", amount=1), "2")

    class Counted(Event):
        schema_version: ClassVar[int] = 0

    for types in ([PupilNoted], [Counted]):
        with opened(tmp_path, composition(types)) as ledger:
            with pytest.raises(LedgerDamaged, match=r"position 1: .*“Counted” version 1"):
                execute(ledger, Count(tally="a", amount=1), "3")
            verdict = verify(ledger)
            assert (verdict.first_bad, verdict.findings[0].what) == (1, "fold")


def test_an_event_that_does_not_hold_what_it_must_is_named() -> None:
    """Data that the class does not accept is refused in words, with the position."""
    types = EventTypes([Counted])
    for data in ("{", '{"effective_on":"2026-09-01"}', "\udcff"):
        row = Stored(7, "tally:a", 1, "Counted", 1, "2026-09-01", "", "1", "ada", None, data, "")
        with pytest.raises(LedgerDamaged, match=r"position 7: .*“Counted” version 1"):
            types.decode(row)


def test_a_stream_nobody_knows_is_refused(tmp_path: Path) -> None:
    """An event on a kind of stream outside the composition is not written."""
    stranger: Aggregate[Tally] = Aggregate("stranger", TALLIES.evolve)

    def record(_: Command, work: UnitOfWork) -> None:
        work.record(stranger, "a", [Counted(effective_on=date(2026, 9, 1), amount=1)])

    with opened(tmp_path, composition(handlers={Count: record})) as ledger:
        with pytest.raises(LedgerDamaged, match="“stranger:a”"):
            execute(ledger, Count(tally="a", amount=1), "1")
        assert log_of(ledger) == []


def test_an_event_too_large_is_refused(ledger: Ledger) -> None:
    """The limit counts bytes, not letters; nothing is written of an event beyond it."""
    with pytest.raises(Refused, match=r"1,000,\d\d\d bytes"):
        execute(ledger, Count(tally="a", amount=1, note="é" * (LARGEST_EVENT // 2)), "1")
    assert log_of(ledger) == []


def test_an_event_as_large_as_may_be_is_taken(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is the largest size that is allowed, in bytes and not in letters."""
    size = len(encode(Counted(effective_on=DAY, amount=1, note="\u00e9")).encode())
    monkeypatch.setattr(log_module, "LARGEST_EVENT", size)
    execute(ledger, Count(tally="a", amount=1, note="\u00e9"), "1")
    monkeypatch.setattr(log_module, "LARGEST_EVENT", size - 1)
    with pytest.raises(Refused, match=f"One event would hold {size} bytes"):
        execute(ledger, Count(tally="a", amount=1, note="\u00e9"), "2")


@pytest.mark.parametrize(
    ("limit", "command"),
    [
        ("LARGEST_EVENT", Count(tally="b", amount=1)),
        ("LONGEST_STREAM", Count(tally="b", amount=1)),
        ("", Count(tally="b", amount=1, expected_version=7)),
        ("", Count(tally="b", amount=1, corrects=7)),
    ],
)
def test_a_refused_event_is_told_with_its_stream(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, limit: str, command: Count
) -> None:
    """Whatever is wrong with an event, the refusal says in which stream."""
    if limit:
        monkeypatch.setattr(log_module, limit, 0)
    with pytest.raises(Refused) as refusal:
        execute(ledger, command, "1")
    assert refusal.value.faults[0].where == "tally:b"
    assert "None" not in refusal.value.faults[0].in_words()


class Noticing(TallyTables):
    """Remembers what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[Recorded] = []

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        super().project(recorded, work)
        self.given.append(recorded)


def test_projections_are_given_what_stands_in_the_log(tmp_path: Path) -> None:
    """Each event with its whole envelope, as it is read back later: who, when, which version, what it corrects."""
    noticing = Noticing()
    with opened(tmp_path, composition(projections=(noticing,))) as ledger:
        execute(ledger, Count(tally="a", amount=1, times=2), "1")
        execute(ledger, Count(tally="a", amount=2, corrects=1), "2")
        assert noticing.given == [ledger.composition.types.decode(stored) for stored in log_of(ledger)]


def test_a_correction_links_to_an_earlier_event(ledger: Ledger) -> None:
    """What corrects an earlier event names its position; a position that is none is refused."""
    execute(ledger, Count(tally="a", amount=1), "1")
    for wrong in (0, -1, 2, 3):
        with pytest.raises(Refused, match="no earlier event"):
            execute(ledger, Count(tally="a", amount=1, corrects=wrong), "2")
    execute(ledger, Count(tally="a", amount=1, corrects=1), "2")
    assert [stored.corrects for stored in log_of(ledger)] == [None, 1]


def test_old_events_come_out_as_todays_class(tmp_path: Path) -> None:
    """Versions 1 and 2 of an event are upcast step by step and read by today's class; the log stays as it was."""
    old = Counted

    class Today(Event):
        schema_version: ClassVar[int] = 3
        amount: int
        remark: str
        unit: str

    Today.__name__ = "Counted"
    upcasters = {
        ("Counted", 1): lambda data: {**data, "remark": data["note"]},
        ("Counted", 2): lambda data: {key: data[key] for key in data if key != "note"} | {"unit": "seat"},
    }
    with opened(tmp_path, composition([old, PupilNoted])) as ledger:
        execute(ledger, Count(tally="a", amount=4, note="old"), "1")
        (stored,) = log_of(ledger)
    types = EventTypes([Today], upcasters)
    today = Today(effective_on=date(2026, 9, 1), amount=4, remark="old", unit="seat")
    assert types.decode(stored).event == today
    second = orjson.dumps({"effective_on": "2026-09-01", "amount": 4, "note": "", "remark": "old"}).decode()
    row = Stored(9, "tally:a", 2, "Counted", 2, "2026-09-01", "", "9", "ada", None, second, "")
    assert types.decode(row).event == today
    assert orjson.loads(stored.data) == {"effective_on": "2026-09-01", "amount": 4, "note": "old"}


def test_a_missing_upcaster_stops_the_program_at_its_start() -> None:
    """Event types are only accepted when every older version of each can be read and no two share a name."""

    class Grown(Event):
        schema_version: ClassVar[int] = 3

    with pytest.raises(ValueError, match="version 2 of Grown"):
        EventTypes([Grown], {("Grown", 1): dict})

    class Counted(Event):
        pass

    with pytest.raises(ValueError, match="two event types are called Counted"):
        EventTypes([Counted, globals()["Counted"]])


def test_a_commands_own_events_are_read_back(ledger: Ledger) -> None:
    """Within a deed, a stream's events, version and state include those the deed has just recorded."""

    def deed(work: UnitOfWork) -> None:
        count(Count(tally="a", amount=1, times=2), work)
        assert work.version(TALLIES, "a") == 2
        assert [stored.position for stored in work.log.events_of("tally:a")] == [1, 2]
        assert work.state(TALLIES, "a") == Tally(2, 2)
        assert list(work.log.events_of("tally:b")) == []

    ledger.run(deed, command_id="1", digest="", account="ada")


def test_a_lost_acknowledgement_is_made_good_by_the_retry(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """When witnessing fails after the commit, nobody is answered; the retry witnesses first and gives the receipt."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    execute(ledger, Count(tally="a", amount=1), "1")
    with monkeypatch.context() as patched:
        patched.setattr(ledger.witness, "record", full)
        with pytest.raises(OSError, match="No space"):
            execute(ledger, Count(tally="a", amount=1), "2")
    assert [head.position for head in ledger.witness.heads()] == [1]
    assert execute(ledger, Count(tally="a", amount=1), "2") == (2, 2)
    assert [head.position for head in ledger.witness.heads()] == [1, 2]
    assert tally_in_memory(ledger, "a") == Tally(2, 2)


def test_an_open_ledger_is_the_books_own(tmp_path: Path) -> None:
    """A second ledger in the same folder for another book begins at position 1 with another vault."""
    one, other = (open_test_ledger(tmp_path, composition(), book=book) for book in ("norfolk", "suffolk"))
    assert execute(one, NotePupil(reference="R1", name="Ida Invented"), "1") == (1, 1)
    assert other.vault.pupil_of("R1") is None
    assert execute(other, NotePupil(reference="R1", name="Ida Invented"), "1") == (1, 1)
    one.close()
    other.close()
