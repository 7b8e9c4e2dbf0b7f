"""What other programs do to a ledger while a test watches: append, race, run a command, go on until they are killed.

The functions run in processes of their own, so they take only what can be pickled.
"""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Barrier
from pathlib import Path

from commissioning.cli.main import main
from commissioning.ledger.errors import Conflict
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.store import Store
from commissioning.ledger.time import system_clock
from commissioning.ledger.vault.vault import Vault
from commissioning.ledger.witness.witness import Witness
from tests.ledger.tally import Count, composition
from tests.ledger_fixture import BOOK, MASTER_KEY


@dataclass(frozen=True)
class Site:
    """A database, migrated and empty at first, that any program can open; the witness and vault lie in `folder`."""

    open: Callable[[], Store]
    folder: Path

    def run(self, statement: str) -> None:
        """Runs one statement past the ledger."""
        with closing(self.open()) as store, store.writing() as connection:
            connection.execute(statement)

    def ledger(self, book: str = BOOK, *, check: bool = True) -> Ledger:
        """Another program's ledger over the same database; without `check` a damaged one too."""
        ledger = Ledger(
            self.open(),
            book,
            composition(),
            Witness([self.folder / "witness"], book, self.folder / "keys"),
            Vault(self.folder / "keys", book, MASTER_KEY),
            system_clock,
        )
        if check:
            ledger.open()
        return ledger


def processes() -> ForkServerContext:
    """Where child processes come from: a server that has imported this module, so that they start at once."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def append_many(site: Site, worker: int, times: int, answer: Pipe) -> None:
    """Appends to a stream of the worker's own; answers with every position it was given a receipt for."""
    ledger = site.ledger()
    positions = [
        ledger.execute(Count(tally=f"w{worker}", amount=1), command_id=f"{worker}-{i}", account="worker").last_position
        for i in range(times)
    ]
    ledger.close()
    answer.send(positions)


def race(site: Site, worker: int, rounds: int, start: Barrier, answer: Pipe) -> None:
    """Tries, round for round with all others, to be first on one stream; answers with the rounds it won."""
    ledger = site.ledger()
    won = []
    for number in range(rounds):
        start.wait()
        command = Count(tally=f"round-{number}", amount=1, expected_version=0)
        try:
            ledger.execute(command, command_id=f"{worker}-{number}", account="worker")
        except Conflict:
            continue
        won.append(number)
    ledger.close()
    answer.send(won)


def open_new_books(site: Site, worker: int, books: list[str], start: Barrier, answer: Pipe) -> None:
    """Writes the first event of each book, at the same moment as all others; answers with its positions."""
    positions = []
    for book in books:
        ledger = site.ledger(book)
        start.wait()
        command = Count(tally=f"w{worker}", amount=1)
        positions.append(ledger.execute(command, command_id=f"{worker}", account="worker").last_position)
        ledger.close()
    answer.send(positions)


def append_until_killed(site: Site, life: int, acknowledged: Path) -> None:
    """Appends for ever, three events a command, and writes down each receipt once it is in hand."""
    ledger = site.ledger()
    file = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    number = 0
    while True:
        command = Count(tally=f"life-{life}", amount=1, note="x" * 300, times=3)
        receipt = ledger.execute(command, command_id=f"{life}-{number}", account="worker")
        os.write(file, f"{life}-{number} {receipt.last_position} {receipt.head.hash}\n".encode())
        number += 1


def run_command_line(folder: Path, address: str, words: Sequence[str]) -> None:
    """`commissioning` over a ledger in a folder, or at an address; what it says goes into the folder's file `told`."""
    folder.mkdir(parents=True, exist_ok=True)
    told = os.open(folder / "told", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(told, stream.fileno())
    os.environ |= {
        "DATABASE_URL": address,
        "COMMISSIONING_DATA": str(folder / "data"),
        "COMMISSIONING_WITNESS": str(folder / "witness"),
        "COMMISSIONING_KEYS": str(folder / "keys"),
    }
    main(list(words))
