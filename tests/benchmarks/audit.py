"""The audit of a county: who came in, day by day for ten years, and how long its page takes.

The log is made of real events of sign-ins and of files taken out, by forty people, recorded by the ledger itself.
"""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import rmtree

from commissioning.accounts import audit, events
from commissioning.accounts.session import SESSIONS
from commissioning.app import open_ledger, open_reader
from commissioning.database import migrate
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import COLUMNS
from commissioning.ledger.work import UnitOfWork
from commissioning.settings import Settings
from tests.accounts.signing_in import person
from tests.benchmarks.measure import TIMES, Measure, best_in_turn

EVENTS = {"tiny": 200, "small": 20_000, "county": 200_000, "million": 1_000_000}
PEOPLE = 40
PAGE = 50
AT_ONCE = 5_000
"""Events of one deed."""
_MILLISECONDS = 1_000


def lengthen(ledger: Ledger, account: str, count: int) -> None:
    """Records sign-ins of an account, each under a session of its own."""
    for first in range(0, count, AT_ONCE):
        keys = [f"{account[:16]}{number:08}" for number in range(first, min(first + AT_ONCE, count))]

        def deed(work: UnitOfWork, keys: list[str] = keys) -> None:
            for key in keys:
                begun = events.SessionBegun(effective_on=work.today, session=key, account=account, how="demonstration")
                work.record(SESSIONS, key, [begun])

        ledger.run(deed, command_id=f"lengthen-{account}-{first}", digest="", account=account)


def run(size: str, cache: Path) -> Iterator[Measure]:
    """The newest page of all kinds, and the second of one account, beside the same rows read and not decoded."""
    settings = _built(cache / f"audit-{size}", EVENTS[size])
    with open_ledger(settings) as ledger:
        account = person(ledger, "reader", name="Reader 1")
    for name, by, number in (("newest page", "", 1), ("a page of one account", account, 2)):
        yield asyncio.run(_measured(settings, name, by, number, EVENTS[size]))


async def _measured(settings: Settings, name: str, account: str, number: int, events_told: int) -> Measure:
    with closing(sqlite3.connect(settings.database_path)) as raw:
        end = raw.execute("SELECT MAX(position) FROM ledger_event WHERE book = 1").fetchone()[0]
        where, values = ("AND account = ?", [account]) if account else ("", [])
        positions = f"SELECT position FROM accounts_audited WHERE book = 1 AND position <= ? {where}"

        def floor() -> None:
            raw.execute(f"SELECT COUNT(*) FROM ({positions})", [end, *values]).fetchone()
            page = f"{positions} ORDER BY position DESC LIMIT {PAGE} OFFSET {PAGE * (number - 1)}"
            raw.execute(
                f"SELECT {COLUMNS} FROM ledger_event WHERE book = 1 AND position IN ({page}) ORDER BY position DESC",
                [end, *values],
            ).fetchall()

        async with open_reader(settings) as reader:
            loop = asyncio.get_running_loop()
            taken = float("inf")
            for _ in range(20):
                began = loop.time()
                await audit.audited(reader, end, account=account, size=PAGE, page=number)
                taken = min(taken, loop.time() - began)
        (bare,) = best_in_turn(20, floor)
    how = (
        f"{events_told:,} events of an audit; {taken * _MILLISECONDS:.1f} ms beside {bare * _MILLISECONDS:.1f} ms bare"
    )
    return Measure("audit", name, taken / bare, TIMES, how, 2)


def _built(folder: Path, count: int) -> Settings:
    """A ledger whose log holds so many events of an audit; one that is there is taken as it is."""
    settings = Settings(
        database_url="", commissioning_data=folder / "data", commissioning_witness=(folder / "witness",),
        commissioning_keys=folder / "keys", commissioning_book="audit",
    )  # fmt: skip
    if (folder / "whole").exists():
        return settings
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    asyncio.run(migrate(settings.database_path))
    with open_ledger(settings) as ledger:
        people = [person(ledger, "reader", name=f"Reader {number}", by="a.clerk") for number in range(PEOPLE)]
        for key in people:
            lengthen(ledger, key, count // PEOPLE)
    (folder / "whole").touch()
    return settings
