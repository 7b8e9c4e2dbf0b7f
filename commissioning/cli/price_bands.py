"""`commissioning price-bands import`: a national table of price bands out of a file."""

import hashlib
import secrets
from datetime import datetime
from pathlib import Path

import click

from commissioning.app import open_ledger
from commissioning.cli.acting import acting_account
from commissioning.cli.options import as_account, output_format
from commissioning.cli.outcome import FAULTS, answering, print_json, settings
from commissioning.ledger.errors import Refused
from commissioning.price_bands.commands import ListPriceBands
from commissioning.price_bands.files import text_of_file
from commissioning.price_bands.reading import bands_from_text
from commissioning.web.language import spoken_fault
from commissioning.web.words import day as day_words


@click.group("price-bands")
def price_bands_group() -> None:
    """National price bands."""


@price_bands_group.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--effective-on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="From when it holds.")
@click.option("--source", required=True, help="Where it was published, and which edition.")
@click.option("--dry-run", is_flag=True, help="Check everything and keep nothing.")
@as_account
@output_format("table", "json")
@answering
def price_bands_import_command(
    file: Path, day: datetime, source: str, dry_run: bool, account: str | None, kind: str
) -> None:
    """Lists the whole table of FILE (CSV, or the first sheet of an XLSX) as holding from a day.

    The first line names the columns: amount (pounds a year), and any of band, need, setting and region. Every faulty
    line is told, and all of the table is listed or none.
    """
    with open_ledger(settings()) as ledger:
        try:
            content = file.read_bytes()
            bands = bands_from_text(text_of_file(file.name, content), str(file))
            command = ListPriceBands(effective_on=day.date(), source=source, bands=bands)
            receipt = ledger.run(
                lambda work: work.execute(command),
                command_id=secrets.token_hex(16),
                digest=hashlib.sha256(content).hexdigest(),
                account=acting_account(ledger, account),
                rehearse=dry_run,
            )
        except Refused as refusal:
            if kind != "json":
                raise
            told = [
                {"message": one.message, "where": one.where, "expected": one.expected}
                for one in map(spoken_fault, refusal.faults)
            ]
            print_json({"faults": told})
            raise click.exceptions.Exit(FAULTS) from None
    position = receipt.head.position
    if kind == "json":
        print_json({"position": position, "bands": len(bands), "faults": []})
        return
    stands = "Nothing was kept: this was a dry run." if dry_run else f"The ledger stands at position {position}."
    click.echo(f"{len(bands)} bands from {day_words(day)}. {stands}")
