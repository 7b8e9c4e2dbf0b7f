"""What follows of a deed, and what waits for a second person: looked at after the deed, recorded in its place."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal

import pytest

from commissioning.ledger.actor import Actor
from commissioning.ledger.errors import Fault, Refused, Waits
from commissioning.ledger.ledger import WAITS, Ledger, Request
from commissioning.ledger.log import Receipt
from commissioning.ledger.work import COMMANDS_KEPT, Command, Composition, TakesTwo, UnitOfWork
from tests.ledger.tally import TALLIES, Count, NotePupil, Tally, composition, count, note_pupil
from tests.ledger_fixture import opened

pytestmark = pytest.mark.usefixtures("store")

LARGE = 100
"""A tally that goes up by so much takes two people."""


class CountInWords(Command):
    """Counts by another command, which alone may be kept of it."""

    kept_as: ClassVar[Literal["itself", "what it comes to", "nothing"]] = "what it comes to"
    tally: str
    amount: int


def count_in_words(command: CountInWords, work: UnitOfWork) -> None:
    work.execute(Count(tally=command.tally, amount=command.amount))


class CountBoth(Command):
    """Counts two tallies, the second if it can be."""

    amounts: tuple[int, int]


def count_both(command: CountBoth, work: UnitOfWork) -> None:
    for tally, amount in zip(("first", "second"), command.amounts, strict=True):
        work.execute(Count(tally=tally, amount=amount))


class Looked:
    """A second look that remembers what it saw, and asks for two people where a deed counts much."""

    def __init__(self) -> None:
        self.deeds: list[UnitOfWork] = []

    def __call__(self, work: UnitOfWork) -> None:
        self.deeds.append(work)
        amounts = [one.amount for one in work.commands if isinstance(one, Count) and one.tally == "large"]
        if sum(amounts) >= LARGE and not work.two_people:
            why = f"counts {sum(amounts)}"
            raise TakesTwo(why, Count(tally="waiting", amount=1, note=why), Waits(Fault("waits", why)))


def composed(looked: Looked) -> Composition:
    """The tally domain with a second look; each deed is followed by a count of its own."""
    handlers = {Count: count, NotePupil: note_pupil, CountInWords: count_in_words, CountBoth: count_both}
    return composition(handlers=handlers, second_look=looked, following=follow)


def follow(work: UnitOfWork) -> None:
    """Counts every deed of Ada's that wrote anything of its own."""
    if work.wrote and "tally:deeds" not in work.changed and work.account == "ada":
        work.execute(Count(tally="deeds", amount=1))


@pytest.fixture
def looked() -> Looked:
    """The second look of the ledger."""
    return Looked()


@pytest.fixture
def ledger(tmp_path: Path, looked: Looked) -> Iterator[Ledger]:
    """A ledger of tallies where much takes two."""
    with opened(tmp_path, composed(looked)) as ledger:
        yield ledger


def totals(ledger: Ledger) -> dict[str, int]:
    """Where the tallies stand that have begun."""
    found: dict[str, int] = {}

    def look(work: UnitOfWork) -> None:
        for name in ("small", "large", "waiting", "deeds", "first", "second"):
            state: Tally | None = work.state(TALLIES, name)
            if state is not None:
                found[name] = state.total

    ledger.run(look, command_id="look", digest="", account="bo")
    return found


def asked(command: Command, command_id: str) -> Request:
    """A request as a page makes it."""
    return Request(lambda work: work.execute(command), command_id, command_id, "ada")


def test_what_follows_stands_in_the_same_transaction(ledger: Ledger) -> None:
    """The deed and what follows of it have one receipt; a deed that writes nothing is followed by nothing."""
    receipt = ledger.execute(Count(tally="small", amount=2), command_id="one", account="ada")
    assert (receipt.first_position, receipt.last_position) == (1, 2)
    ledger.execute(Count(tally="small", amount=0), command_id="two", account="ada")
    assert totals(ledger) == {"small": 2, "deeds": 1}


def test_a_deed_that_takes_two_is_not_done_and_is_recorded_as_waiting(ledger: Ledger) -> None:
    """Alone: whoever asked is told, only what waits stands in the log, and the deed's own id stays free."""
    with pytest.raises(Waits, match="counts 100"):
        ledger.execute(Count(tally="large", amount=LARGE), command_id="one", account="ada")
    assert totals(ledger) == {"waiting": 1, "deeds": 1}
    with ledger.store.reading() as connection:
        ids = connection.query("SELECT DISTINCT command_id FROM ledger_event")
        accounts = connection.query("SELECT DISTINCT account FROM ledger_event")
    assert (ids, accounts) == ([(f"one{WAITS}",)], [("ada",)])
    with pytest.raises(Waits, match="counts 100"):
        ledger.execute(Count(tally="large", amount=LARGE), command_id="one", account="ada")
    assert totals(ledger)["waiting"] == 1, "asked again it waits once"


def test_what_waits_leaves_those_beside_it_alone(ledger: Ledger) -> None:
    """Together: each gets its own answer, in the order in which they asked."""
    commands = [
        Count(tally="small", amount=1),
        Count(tally="large", amount=LARGE),
        Count(tally="small", amount=-1),
        Count(tally="small", amount=2),
    ]
    requests = [asked(command, f"number {place}") for place, command in enumerate(commands)]
    first, waits, refused, last = ledger.run_together(requests)
    assert isinstance(first, Receipt)
    assert isinstance(waits, Waits)
    assert isinstance(refused, Refused)
    assert isinstance(last, Receipt)
    assert waits.faults[0].message == "counts 100"
    assert totals(ledger) == {"small": 3, "waiting": 1, "deeds": 3}
    with ledger.store.reading() as connection:
        ids = connection.query("SELECT DISTINCT command_id FROM ledger_event ORDER BY command_id")
    assert ids == [("number 0",), (f"number 1{WAITS}",), ("number 3",)]


def test_a_second_person_known_of_is_enough(ledger: Ledger, looked: Looked) -> None:
    """A deed behind which two people stand already is done."""

    def deed(work: UnitOfWork) -> None:
        assert work.two_people is False
        work.two_people = True
        work.execute(Count(tally="large", amount=LARGE))

    ledger.run(deed, command_id="one", digest="one", account="ada")
    assert totals(ledger)["large"] == LARGE
    assert looked.deeds[0].account == "ada"


def test_a_deed_is_seen_by_what_was_asked_for(ledger: Ledger, looked: Looked) -> None:
    """A command's own commands are part of it; one that may not be kept is seen as what it comes to."""
    ledger.execute(CountBoth(amounts=(1, 2)), command_id="one", account="bo")
    ledger.execute(CountInWords(tally="small", amount=3), command_id="two", account="bo")
    assert [deed.commands for deed in looked.deeds] == [
        [CountBoth(amounts=(1, 2))],
        [Count(tally="small", amount=3)],
    ]


def test_a_refused_part_that_is_passed_over_does_not_hide_the_next_command(ledger: Ledger, looked: Looked) -> None:
    """After a command of a deed was refused and passed over, the next one is seen as the deed's own again."""

    def deed(work: UnitOfWork) -> None:
        with pytest.raises(Refused):
            work.execute(Count(tally="small", amount=-1))
        work.execute(Count(tally="small", amount=4))

    ledger.run(deed, command_id="one", digest="one", account="bo")
    assert looked.deeds[0].commands == [Count(tally="small", amount=-1), Count(tally="small", amount=4)]


def test_of_a_deed_of_thousands_the_first_are_seen(ledger: Ledger, looked: Looked) -> None:
    """A workbook is looked at as a whole: no more than the first commands are held for it."""

    def deed(work: UnitOfWork) -> None:
        for number in range(COMMANDS_KEPT + 5):
            work.execute(Count(tally="small", amount=0, note=str(number)))

    ledger.run(deed, command_id="one", digest="one", account="bo")
    assert len(looked.deeds[0].commands) == COMMANDS_KEPT
    assert looked.deeds[0].commands[-1] == Count(tally="small", amount=0, note=str(COMMANDS_KEPT - 1))


def test_a_deed_tells_what_it_changed_and_how_that_stood(ledger: Ledger, looked: Looked) -> None:
    """By stream, as it was before the first of the deed's events; none where the deed began it."""
    ledger.execute(Count(tally="small", amount=1), command_id="one", account="bo")
    ledger.execute(CountBoth(amounts=(5, 6)), command_id="two", account="bo")
    ledger.execute(Count(tally="small", amount=2, times=3), command_id="three", account="bo")
    assert [deed.changed for deed in looked.deeds] == [
        {"tally:small": None},
        {"tally:first": None, "tally:second": None},
        {"tally:small": Tally(1, 1)},
    ]


def test_a_rehearsal_is_not_looked_at(ledger: Ledger, looked: Looked) -> None:
    """It shows what the deed would come to, with what follows of it, and nothing waits."""

    def deed(work: UnitOfWork) -> None:
        work.execute(Count(tally="large", amount=LARGE))

    receipt = ledger.run(deed, command_id="one", digest="one", account="ada", rehearse=True)
    assert (receipt.first_position, receipt.last_position) == (1, 2)
    assert looked.deeds == []
    assert totals(ledger) == {}


def test_without_roles_whoever_asks_acts(ledger: Ledger) -> None:
    """In a composition that knows no accounts the actor is the account, with no role, until it acts for another."""
    seen: list[Actor] = []

    def deed(work: UnitOfWork) -> None:
        seen.append(work.actor)
        with work.acting_for(Actor("bo")):
            seen.append(work.actor)
        seen.append(work.actor)

    ledger.run(deed, command_id="one", digest="one", account="ada")
    assert seen == [Actor("ada"), Actor("bo"), Actor("ada")]


def test_whoever_shows_a_deed_beforehand_can_say_that_it_will_wait_and_why(ledger: Ledger) -> None:
    """The second look can be asked within a rehearsal, and tells its reason; nothing waits of it."""
    why: list[str] = []

    def deed(work: UnitOfWork) -> None:
        work.execute(Count(tally="large", amount=LARGE))
        with pytest.raises(TakesTwo) as asked:
            work.composition.second_look(work)
        why.append(asked.value.why)

    ledger.run(deed, command_id="one", digest="one", account="ada", rehearse=True)
    assert why == ["counts 100"]
    assert totals(ledger) == {}
