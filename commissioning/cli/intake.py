"""`commissioning import`, `template` and `providers import`: what people bring in files."""

import asyncio
import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path

import click
from rich.table import Table

from commissioning.app import open_ledger
from commissioning.cli.acting import acting_account
from commissioning.cli.options import as_account, output_format
from commissioning.cli.outcome import FAULTS, answering, errors, print_json, progress_bar, settings
from commissioning.database import is_missing, migrate
from commissioning.importing.faults import Fault
from commissioning.importing.taking_in import Imported, import_workbook
from commissioning.importing.template import write_template
from commissioning.settings import Settings
from commissioning.web.words import day
from providers.establishments import column_map, read_extract
from providers.refreshing import Changes, refresh
from providers.words import FACTS, fact


@click.command("template")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@answering
def template_command(file: Path) -> None:
    """Writes the empty import workbook to FILE."""
    settings()  # its notes speak the council's language
    write_template(file)
    errors.print(f"Written: {file}")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and keep nothing.")
@click.option("--command-id", metavar="ID", help="Give the same id again to be sure that a retry lands once.")
@as_account
@output_format("table", "json")
@answering
def import_command(file: Path, dry_run: bool, command_id: str | None, account: str | None, kind: str) -> None:
    """Reads the import workbook FILE. All of it is checked first; all of it lands, or none."""
    chosen = settings()
    _make_if_missing(chosen)
    with open_ledger(chosen) as ledger, progress_bar(quiet=kind == "json") as tell:
        imported = import_workbook(
            ledger,
            file,
            account=acting_account(ledger, account),
            command_id=command_id or secrets.token_hex(16),
            rehearse=dry_run,
            progress=tell,
        )
    if kind == "json":
        print_json(imported.to_json())
    else:
        _print(imported, dry_run)
    if imported.faults:
        raise click.exceptions.Exit(FAULTS)


@click.group("providers")
def providers_group() -> None:
    """Schools."""


@providers_group.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Our field is their column, as type=Type.")
@click.option("--dry-run", is_flag=True, help="Show what would change and keep nothing.")
@as_account
@output_format("table", "json")
@answering
def providers_import_command(file: Path, pairs: tuple[str, ...], dry_run: bool, account: str | None, kind: str) -> None:
    """Loads or refreshes schools from FILE, a DfE Get Information About Schools extract (CSV).

    Says which schools are new, which changed in what, and which have closed or are open again.
    """
    content = file.read_bytes()
    extract = read_extract(content, column_map(pairs))
    chosen = settings()
    _make_if_missing(chosen)
    found: list[Changes] = []
    with open_ledger(chosen) as ledger:
        receipt = ledger.run(
            lambda work: found.append(refresh(work, extract)),
            command_id=secrets.token_hex(16),
            digest=hashlib.sha256(content).hexdigest(),
            account=acting_account(ledger, account),
            rehearse=dry_run,
        )
    changes = found[0]
    counts = changes.counts()
    if kind == "json":
        told = [
            {"urn": urn, "name": name, "what": what, "from": before, "to": after}
            for urn, name, what, before, after in _lines(changes)
        ]
        print_json({"position": receipt.head.position, **counts, "changes": told})
        return
    if not changes.is_nothing():
        errors.print(_change_table(changes))
    words = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
    stands = f"The ledger stands at position {receipt.head.position}."
    click.echo(f"Schools: {words}. {'Nothing was kept: this was a dry run.' if dry_run else stands}")


def _lines(changes: Changes) -> Iterator[tuple[int, str, str, str | None, str | None]]:
    """Every change as number, name, what changes, and the words before and after."""
    for new in changes.new:
        yield new.urn, new.facts.name, "New", None, None
    for changed in changes.changed:
        for name, before, after in changed.changes:
            told = fact(name, before), fact(name, after)
            yield changed.known.urn, changed.known.facts.name, FACTS[name], *told
    for closed in changes.closed:
        yield closed.known.urn, closed.known.facts.name, "Closed", None, day(closed.closed_on)
    for provider in changes.reopened:
        yield provider.urn, provider.facts.name, "Open again", None, None


def _change_table(changes: Changes) -> Table:
    table = Table(title="What changes", title_justify="left")
    for heading in ("URN", "School", "What", "Before", "After"):
        table.add_column(heading, overflow="fold")
    for urn, *words in _lines(changes):
        table.add_row(str(urn), *["" if word is None else str(word) for word in words])
    return table


def _make_if_missing(chosen: Settings) -> None:
    """A person's first import makes the ledger; an older one must be migrated on purpose."""
    if is_missing(chosen.database):
        asyncio.run(migrate(chosen.database))


def _print(imported: Imported, dry_run: bool) -> None:
    if imported.faults:
        errors.print(_fault_table(imported.faults))
        errors.print(f"[red]{len(imported.faults)} faults; nothing was written.[/red]")
        return
    rows = ", ".join(f"{sheet} {count}" for sheet, count in imported.changed.items()) or "no row changed anything"
    would = "Dry run: would record" if dry_run else "Recorded"
    click.echo(f"{would} {imported.events} events ({rows}). The ledger stands at position {imported.position}.")


def _fault_table(faults: tuple[Fault, ...]) -> Table:
    table = Table(title="What is wrong", title_justify="left")
    for heading in ("Sheet", "Row", "Column", "Found", "Expected", "In words"):
        table.add_column(heading, overflow="fold")
    for fault in faults:
        table.add_row(*["" if cell is None else str(cell) for cell in fault.to_json().values()])
    return table
