"""`commissioning backup` and `restore`: a copy of the ledger, and the ledger out of a copy."""

import asyncio
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from commissioning.accounts.policy import may_keep_the_ledger
from commissioning.app import finish_what_was_begun, open_ledger, open_witness, store_of
from commissioning.cli.acting import acting_account, must_be_allowed
from commissioning.cli.options import as_account, output_format
from commissioning.cli.outcome import FAULTS, answering, errors, print_json, progress_bar, settings
from commissioning.cli.replacing import beside, put_in_place
from commissioning.cli.upkeep import be_up_to_date
from commissioning.database import is_missing, migrate
from commissioning.importing.tables import Progress
from commissioning.ledger.copies.copies import Copy, write_copy
from commissioning.ledger.copies.giving_up import FROM_THE_WITNESS, record_given_up, set_back
from commissioning.ledger.copies.restoring import Standing, restore
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import read_book
from commissioning.ledger.stores.sqlite import SqliteStore
from commissioning.ledger.time import instant_to_text, system_clock
from commissioning.placements.erasing import pupils_without_keys
from commissioning.settings import PostgresDatabase, Settings
from invoices.intake.erasing import forget_files_of_the_erased
from invoices.intake.kept_files import KeptFiles


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@as_account
@output_format("table", "json")
@answering
def backup_command(file: Path, account: str | None, kind: str) -> None:
    """Copies the ledger to FILE, of one moment, while other programs go on writing.

    The files that schools sent are copied beside it, to the folder FILE.files. The copy holds no keys. Copy the keys
    folder and the witness folder, with its erasure list, to places of their own.
    """
    chosen = settings()
    must_be_allowed(account, may_keep_the_ledger, "copy the ledger")
    with closing(store_of(chosen.database)) as store, progress_bar(quiet=kind == "json") as tell:
        manifest = write_copy(
            store,
            chosen.commissioning_book,
            file,
            product=version("commissioning"),
            made_at=instant_to_text(system_clock()),
            progress=lambda done, total: tell("copying the log", done, total),
        )
    files = _kept_files(chosen).copy_to(_files_beside(file))  # after the log: what it tells of was kept before
    standing = Standing(manifest.position, open_witness(chosen).last())
    if kind == "json":
        told = {"book": manifest.book, "position": manifest.position, "head": manifest.head}
        print_json({**told, "made_at": manifest.made_at, "files": files})
    else:
        click.echo(f"Copied {manifest.position} events of the book {manifest.book} to {file}. {standing.in_words()}")
        if files:
            click.echo(f"Copied {files} files that schools sent to {_files_beside(file)}.")
    if standing.missing is not None:
        raise click.exceptions.Exit(FAULTS)


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Set a database that holds events aside, and put the copy in its place.")
@click.option("--accept-loss", is_flag=True, help="Go on although witnessed positions are missing from the copy.")
@as_account
@output_format("table", "json")
@answering
def restore_command(file: Path, replace: bool, accept_loss: bool, account: str | None, kind: str) -> None:
    """Puts the copy FILE back, checks it while reading, and tells where it ends against the witness.

    Erasures are applied first: nobody who was erased comes back. Where the copy is older than the witness, nothing
    can be written until a newer copy is restored, or the loss is accepted: what was given up is then recorded.
    """
    chosen = settings()
    with closing(Copy(file)) as copy, progress_bar(quiet=kind == "json") as tell:
        standing = _put_back(chosen, copy, replace, tell)
    _put_files_back(chosen, file)
    lost = standing.missing
    if kind == "json":
        print_json({"position": standing.position, **_json(standing), "given_up": bool(lost and accept_loss)})
    else:
        click.echo(f"Restored from {file}. {standing.in_words()}")
    with open_ledger(chosen, against_witness=False) as ledger:
        _advise(file, standing, pupils_without_keys(ledger), accept_loss)
        if lost is not None and not accept_loss:
            raise click.exceptions.Exit(FAULTS)
        _take_up(ledger, chosen, standing, account)


def _kept_files(chosen: Settings) -> KeptFiles:
    return KeptFiles(chosen.invoice_files, chosen.intake_limits)


def _files_beside(copy: Path) -> Path:
    """The folder beside a copy for the files that schools sent."""
    return copy.with_name(f"{copy.name}.files")


def _put_files_back(chosen: Settings, copy: Path) -> None:
    """Puts back what schools sent, each file only if it still is what its hash says."""
    back, damaged = _kept_files(chosen).put_back(_files_beside(copy))
    if back:
        errors.print(f"Put back {back} files that schools sent.")
    for sha256 in damaged:
        errors.print(f"The file {sha256} is not what it was, and stays where it is.")


def _put_back(chosen: Settings, copy: Copy, replace: bool, tell: Progress) -> Standing:
    """Restores into an empty or missing database, or in place of one; leaves one that is what the copy is."""
    database = chosen.database

    def progress(done: int, total: int) -> None:
        tell("making the read tables", done, total)

    if replace and isinstance(database, PostgresDatabase):
        raise _not_set_aside(database)
    if replace and isinstance(database, Path) and database.exists():
        draft = beside(database)
        asyncio.run(migrate(draft))
        with open_ledger(chosen, against_witness=False, store=SqliteStore(draft)) as ledger:
            standing = restore(ledger, copy, progress)
        kept = put_in_place(draft, database, copy.manifest.book)
        errors.print(f"The database that stood there is kept as {kept}.")
        return standing
    if is_missing(database):
        asyncio.run(migrate(database))
    asyncio.run(be_up_to_date(chosen))
    with open_ledger(chosen, against_witness=False) as ledger:
        with ledger.store.reading() as connection:
            _, head = read_book(connection, ledger.book)
        if head == copy.manifest.end:
            errors.print("The ledger holds this copy already.")
            return Standing(head.position, ledger.witness.last())
        return restore(ledger, copy, progress)


def _not_set_aside(database: PostgresDatabase) -> Refused:
    return Refused(
        Fault(
            "restore",
            "A database on a server cannot be set aside from here.",
            where=str(database),
            mend="Let an empty one be made, set DATABASE_URL to it, and restore without --replace.",
            status=400,
        )
    )


def _take_up(ledger: Ledger, chosen: Settings, standing: Standing, account: str | None) -> None:
    """Opens the restored ledger for commands, gives up what is missing from it, and finishes erasures."""
    operator = FROM_THE_WITNESS if standing.missing is None else acting_account(ledger, account)
    if standing.missing is not None:
        set_back(ledger.witness, standing.position)
    ledger.open()
    record_given_up(ledger, chosen.witness_folder, operator)
    finish_what_was_begun(ledger, chosen)
    forget_files_of_the_erased(ledger, _kept_files(chosen))
    if standing.missing is not None:
        errors.print("What is missing is given up, and the ledger says so. It can be written to again.")


def _advise(file: Path, standing: Standing, keyless: int, accept_loss: bool) -> None:
    """What the operator has to do now."""
    if standing.missing is not None and not accept_loss:
        errors.print(
            "Nothing can be written to the ledger like this. Restore a newer copy with --replace; or, where there is "
            f"none, go on without these positions by “commissioning restore {file} --accept-loss”."
        )
    if keyless:
        errors.print(
            f"Keys are missing from the keys folder ({keyless}): what was sealed under them cannot be read. Put the "
            "keys folder of this ledger back before you import anything."
        )


def _json(standing: Standing) -> dict[str, Any]:
    witnessed, missing = standing.witnessed, standing.missing
    return {
        "witnessed": None if witnessed is None else witnessed.position,
        "missing": None if missing is None else {"from": missing[0], "to": missing[1]},
    }
