"""`commissioning demo` and `serve`: the pages, over an invented council or the council's own ledger."""

import asyncio
import shutil
import sqlite3
from datetime import UTC, datetime, time
from pathlib import Path

import click

from commissioning.accounts.events import SessionBegun, SessionEnded, SettingsChanged, SignInsRefused
from commissioning.accounts.words import ROLES
from commissioning.app import open_ledger
from commissioning.cli.acting import acting_account
from commissioning.cli.options import today
from commissioning.cli.outcome import answering, errors, progress_bar, settings
from commissioning.database import is_missing, migrate
from commissioning.demo.cases import name_case_officers
from commissioning.demo.council import council_history
from commissioning.demo.deeds import council_deeds
from commissioning.demo.loading import RecordingClock, load
from commissioning.demo.names import BOOK, COUNCIL
from commissioning.demo.people import OF_EACH_ROLE, open_people_of_each_role
from commissioning.ledger.counted import counted
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.placements.events import SealedFieldsOpened
from commissioning.settings import PostgresDatabase, Settings
from exports.leaving.events import FileExported

_DEFAULT_PORT = 8800


@click.command("demo")
@click.option("--port", default=_DEFAULT_PORT, show_default=True, help="Port of the pages; 0 takes a free one.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Folder of the demonstration's ledger.")
@click.option("--database", metavar="URL", default="", help="Keep it in this empty PostgreSQL database, not in a file.")
@click.option("--no-serve", is_flag=True, help="Make the ledger and stop.")
@answering
def demo_command(port: int, data: Path | None, database: str, no_serve: bool) -> None:
    """Makes a fresh ledger with an invented council in it, then serves its pages.

    Every school, pupil and pound in it is invented. A ledger that holds anything else is never touched.
    """
    chosen = demo_settings(data or Path("commissioning-demo"), database)
    _clear(chosen)
    asyncio.run(migrate(chosen.database))
    recordings = list(council_history(today()))
    clock = RecordingClock(datetime.combine(recordings[0].recorded_at.date(), time.min, UTC))
    with open_ledger(chosen, clock) as ledger, progress_bar() as tell:
        load(ledger, clock, recordings, tell, council_deeds(today()))
        operator = acting_account(ledger, recordings[0].account)
        open_people_of_each_role(ledger, operator)
        position = name_case_officers(ledger, operator)
    place = chosen.database if database else chosen.commissioning_data
    errors.print(f"An invented council, {COUNCIL}, stands in {place}: {counted(position)} events.")
    if not no_serve:
        roles = ", ".join(f"{ROLES[role].lower()} ({name})" for role, name in OF_EACH_ROLE)
        errors.print(f"Sign in by choosing a role: {roles}.")
        _serve(chosen, "127.0.0.1", port)


@click.command("serve")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="This machine alone, unless COMMISSIONING_ADDRESS is set."
)
@click.option("--port", default=_DEFAULT_PORT, show_default=True, help="Port of the pages; 0 takes a free one.")
@answering
def serve_command(host: str, port: int) -> None:
    """Serves the pages of the ledger."""
    _serve(settings(), host, port)


def demo_settings(data: Path, database_url: str = "") -> Settings:
    """The settings of a demonstration: everything in one folder, whatever the environment says of a real ledger.

    Only what is named here counts, so that no demonstration ever comes to stand in a council's own database.
    """
    return Settings(
        database_url=database_url,
        database_owner_url="",
        commissioning_data=data,
        commissioning_witness=data / "witness",
        commissioning_keys=data / "keys",
        commissioning_master_key=None,
        commissioning_master_key_file=None,
        commissioning_book=BOOK,
        commissioning_council=COUNCIL,
        commissioning_address="",
        commissioning_directory="",
        commissioning_mail_server=None,
    )


def _serve(chosen: Settings, host: str, port: int) -> None:
    # Imported here, because every other command would wait for the web server's libraries too.
    from commissioning import serving  # noqa: PLC0415

    serving.run(chosen, host, port, lambda address: click.echo(f"The pages are at {address} (Ctrl+C ends them)."))


def _clear(chosen: Settings) -> None:
    """Removes an earlier demonstration from its folder; `Refused` where that, or a database, holds anything else."""
    folder, database = chosen.commissioning_data, chosen.database
    if isinstance(database, PostgresDatabase) and not is_missing(database):
        raise _not_a_demonstration(str(database), "an empty database", "--database")
    if not folder.exists() or not any(folder.iterdir()):
        return
    if isinstance(database, PostgresDatabase) or not _is_demonstration(database):
        expected = said("an empty folder, or one that “commissioning demo” made and nothing else wrote to")
        raise _not_a_demonstration(str(folder), expected, "--data")
    shutil.rmtree(folder)


def _not_a_demonstration(where: str, expected: str, option: str) -> Refused:
    return Refused(
        Fault(
            "not-a-demo",
            "There is something here that is not a demonstration.",
            where=where,
            expected=expected,
            mend=said("Name another place with %(option)s.", option=option),
        )
    )


def _is_demonstration(database: Path) -> bool:
    return database.exists() and not _books(database) - {BOOK} and _was_loaded_by_demo(database)


def _books(database: Path) -> set[str]:
    return {name for (name,) in _ask(database, "SELECT name FROM ledger_book")}


def _was_loaded_by_demo(database: Path) -> bool:
    """Whether every command in the ledger is one of the demonstration's own, or only tells who looked at it."""
    looking = (SessionBegun, SessionEnded, SignInsRefused, SettingsChanged, SealedFieldsOpened, FileExported)
    kinds = ", ".join(f"'{kind.__name__}'" for kind in looking)
    return not _ask(
        database, f"SELECT 1 FROM ledger_event WHERE command_id NOT LIKE 'demo-%' AND type NOT IN ({kinds}) LIMIT 1"
    )


def _ask(database: Path, sql: str) -> list[tuple[str]]:
    try:
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()
    except sqlite3.DatabaseError:
        return [("something that cannot be read",)]
