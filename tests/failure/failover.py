"""`python -m tests.failure.failover`: a primary is lost under load, again and again, and what became of every command.

Run by hand, because it needs Debian's packages `patroni` and `etcd-server` and minutes. A program goes on sending
commands, each under its own id until it has a receipt. Afterwards every acknowledged command is looked up in the log.
"""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import click
import psycopg

from commissioning.database import migrate
from commissioning.ledger.errors import Unavailable
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import Receipt, read_book, read_events
from commissioning.ledger.stores.postgres import PostgresStore
from commissioning.ledger.time import system_clock
from commissioning.ledger.vault.vault import Vault
from commissioning.ledger.verify import verify_log
from commissioning.ledger.witness.witness import Witness
from commissioning.settings import PostgresDatabase
from tests.failure.cluster import TTL_SECONDS, Cluster
from tests.ledger.tally import Count, composition
from tests.ledger_fixture import BOOK, MASTER_KEY
from tests.postgres_server import new_folder

DATABASE = "commissioning"
_LOAD_SECONDS = 2.0
"""How long commands are sent before a primary is lost."""
_PAUSE = 0.1


@dataclass
class Load:
    """A program that sends one command after another, each again and again until it has a receipt for it."""

    ledger: Ledger
    receipts: list[Receipt] = field(default_factory=list)
    acknowledged_at: list[float] = field(default_factory=list)
    tries: int = 0
    _stop: Event = field(default_factory=Event)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Sends commands in a thread of its own for as long as the with-block lasts."""
        thread = Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def wait_for_another(self) -> float:
        """The moment of the next acknowledgement of a command that is sent from now on."""
        seen = len(self.receipts) + 1  # the one under way may have been carried out before
        while len(self.acknowledged_at) <= seen:
            sleep(_PAUSE / 10)
        return self.acknowledged_at[seen]

    def _run(self) -> None:
        while not self._stop.is_set():
            number = len(self.receipts)
            receipt = self._insist(Count(tally=f"t{number % 7}", amount=1, note="x" * 200, times=3), str(number))
            self.receipts.append(receipt)
            self.acknowledged_at.append(monotonic())

    def _insist(self, command: Count, command_id: str) -> Receipt:
        while True:
            self.tries += 1
            try:
                return self.ledger.execute(command, command_id=command_id, account="load")
            except Unavailable:
                sleep(_PAUSE)


@click.command()
@click.option("--kills", default=20, show_default=True, help="How often the primary is lost.")
def main(kills: int) -> None:
    """Makes a cluster, loses its primary under load so many times, and reconciles what was acknowledged."""
    folder = new_folder()
    cluster = Cluster(folder)
    try:
        ledger = _new_ledger(cluster, folder)
        with closing(ledger):
            load = Load(ledger)
            with load.running():
                waits = [_lose_the_primary(cluster, load, number) for number in range(1, kills + 1)]
            _reconcile(ledger, load)
        slowest = max(waits)
        click.echo(
            f"first write after a loss: {sorted(waits)[len(waits) // 2]:.1f} s as a rule, {slowest:.1f} s at worst"
        )
        click.echo(f"to reach: {TTL_SECONDS + 2} s; {'reached' if slowest <= TTL_SECONDS + 2 else 'not reached'}")
    finally:
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


def _new_ledger(cluster: Cluster, folder: Path) -> Ledger:
    """A ledger without read tables, reached by an address that names all three servers."""
    first = cluster.nodes[cluster.primary()]
    click.echo(f"the cluster stands; {first.name} is the primary")
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as session:
        session.execute(f"CREATE DATABASE {DATABASE}")
        ((system,),) = session.execute("SELECT system_identifier FROM pg_control_system()").fetchall()
        click.echo(f"every server is one of system {system}")
    url = cluster.url(DATABASE)
    asyncio.run(migrate(PostgresDatabase(url, url)))
    witness = Witness([folder / "witness"], BOOK, folder / "keys")
    vault = Vault(folder / "keys", BOOK, MASTER_KEY)
    return Ledger(PostgresStore(url), BOOK, composition(projections=()), witness, vault, system_clock)


def _lose_the_primary(cluster: Cluster, load: Load, number: int) -> float:
    """Kills the primary; gives the seconds until a command is acknowledged again, and brings the node back."""
    sleep(_LOAD_SECONDS)
    lost = cluster.nodes[cluster.primary()]
    killed_at = monotonic()
    lost.kill()
    waited = load.wait_for_another() - killed_at
    lost.start(cluster.user)
    click.echo(f"{number:3}: {lost.name} lost after {len(load.receipts)} commands, written again after {waited:.1f} s, "
               f"{cluster.primary()} is the primary")  # fmt: skip
    return waited


def _reconcile(ledger: Ledger, load: Load) -> None:
    """Looks every acknowledged command up in the log; stops with an error where one is missing, or there twice."""
    with ledger.store.reading() as connection:
        number, head = read_book(connection, ledger.book)
        rows = list(read_events(connection, number))
    expected = [str(command) for command in range(len(load.receipts)) for _ in range(3)]
    verdict = verify_log(ledger)
    lost = [
        receipt.command_id
        for receipt in load.receipts
        if receipt.last_position is None
        or rows[receipt.last_position - 1].command_id != receipt.command_id
        or rows[receipt.last_position - 1].hash != receipt.head.hash
    ]
    click.echo(
        f"{len(load.receipts)} commands acknowledged in {load.tries} tries, {len(lost)} of them lost; {len(rows)} "
        f"events at positions 1 to {head.position}; verify found {len(verdict.findings)} faults"
    )
    if lost or verdict.findings or [row.command_id for row in rows] != expected:
        raise click.ClickException(f"lost: {lost[:10]}; {verdict.findings[:3]}")


if __name__ == "__main__":
    main()
