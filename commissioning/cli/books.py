"""`commissioning audit-pack`, `book` and `witness`: a ledger that others can check, and a book that can move."""

import asyncio
from pathlib import Path

import click

from commissioning.accounts.policy import may_keep_the_ledger, may_take_the_whole_ledger
from commissioning.app import open_ledger, open_reader
from commissioning.cli.acting import must_be_allowed
from commissioning.cli.options import as_account
from commissioning.cli.outcome import answering, errors, progress_bar, settings
from commissioning.database import connected, is_missing, migrate
from commissioning.ledger.copies.bundle import write_bundle
from commissioning.ledger.copies.takeover import take_over
from commissioning.settings import Settings

_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command("audit-pack")
@_file
@click.option("--as-at", help="Up to the first witnessed head at or beyond a position or an instant; now if left out.")
@as_account
@answering
def audit_pack_command(file: Path, as_at: str | None, account: str | None) -> None:
    """Writes FILE, a zip with the whole ledger and a short program that checks it without anything of ours.

    What names a child is ciphertext in it, and no key is in it. The same position always gives the same bytes.
    """
    must_be_allowed(account, may_take_the_whole_ledger, "take the whole ledger away")
    _write(file, as_at, for_auditors=True)


@click.group("book")
def book_group() -> None:
    """A council's book, whole."""


@book_group.command("export")
@_file
@as_account
@answering
def book_export_command(file: Path, account: str | None) -> None:
    """Writes the whole book to FILE, from which another database can take it over."""
    must_be_allowed(account, may_keep_the_ledger, "take the book to another database")
    _write(file, None, for_auditors=False)


@book_group.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@answering
def book_import_command(file: Path) -> None:
    """Takes the book in FILE over, made by “book export” or “audit-pack”, into a database that does not hold it.

    All of it is checked on the way and lands whole, or not at all. What is sealed opens only with the keys folder
    of the book.
    """
    chosen = settings()
    asyncio.run(_make_or_find(chosen))
    with open_ledger(chosen, against_witness=False) as ledger, progress_bar() as tell:
        head = take_over(ledger, file, tell)
    click.echo(f"The book “{chosen.commissioning_book}” is here up to position {head.position}, head {head.hash}.")


@click.group("witness")
def witness_group() -> None:
    """The places outside the database where signed heads are kept."""


@witness_group.command("show")
@answering
def witness_show_command() -> None:
    """Tells the places, the last head in each, and the public key that signs: give that key to your auditor."""
    chosen = settings()
    with open_ledger(chosen, against_witness=False) as ledger:
        for place in ledger.witness.places:
            last = place.last()
            click.echo(f"{place.path}: {last.line() if last else 'nothing witnessed yet'}")
        click.echo(f"Public key: {ledger.witness.public_key() or 'made at the first start'}")


@witness_group.command("new-key")
@as_account
@answering
def witness_new_key_command(account: str | None) -> None:
    """Signs from now on with a new key, for which the old one vouches. Heads signed before hold as ever."""
    must_be_allowed(account, may_keep_the_ledger, "change the ledger's keys")
    with open_ledger(settings()) as ledger:
        public = ledger.witness.change_key()
    click.echo(f"Public key: {public}")


def _write(file: Path, as_at: str | None, *, for_auditors: bool) -> None:
    chosen = settings()
    upto = asyncio.run(_position(chosen, as_at))
    with open_ledger(chosen) as ledger, progress_bar() as tell:
        end = write_bundle(ledger, file, tell, upto=upto, for_auditors=for_auditors)
    errors.print(f"Written: {file}, up to position {end.position}.")
    click.echo(f"Signed head: {end.line()}")


async def _make_or_find(chosen: Settings) -> None:
    """Makes the database where there is none; an older one must be migrated on purpose."""
    if is_missing(chosen.database):
        await migrate(chosen.database)
    async with connected(chosen.database):
        pass


async def _position(chosen: Settings, as_at: str | None) -> int | None:
    """The position that was asked for, None for the end; refuses a database that is missing or of an older version."""
    async with open_reader(chosen) as reader:
        return (await reader.as_at(as_at)).position if as_at else None
