"""`commissioning check`: a file that left is handed back, and the ledger says what became of it."""

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from commissioning.cli.acting import names_known, reading_as
from commissioning.cli.options import as_account, output_format
from commissioning.cli.outcome import FAULTS, answering, print_json, settings
from exports.handed_back.verdict import IN_WORDS, HandedBack, judge
from exports.policy import may_see_reports
from exports.words import report_in_words

_SOUND = ("unaltered", "saved_again")


@click.command("check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@as_account
@output_format("table", "json")
@answering
def check_command(file: Path, account: str | None, kind: str) -> None:
    """Says of FILE, an export handed back: unaltered, or which cells differ; and what the ledger says otherwise now."""

    async def ask() -> tuple[HandedBack, dict[str, str]]:
        chosen = settings()
        async with reading_as(account, may_see_reports, "have files checked") as reader:
            names = await names_known(reader)
            return await judge(reader, file, chosen.commissioning_council, names), names

    verdict, names = asyncio.run(ask())
    if kind == "json":
        print_json(verdict.to_json())
    else:
        _print(verdict, names)
    if verdict.became not in _SOUND:
        raise click.exceptions.Exit(FAULTS)


def _print(verdict: HandedBack, names: Mapping[str, str]) -> None:
    click.echo(IN_WORDS[verdict.became])
    if verdict.left is None:
        return
    left = verdict.left
    who = names.get(left.account, left.account)
    click.echo(
        f"It left on {left.recorded_at} at the asking of {who}: {report_in_words(left.file.report)} as known at "
        f"position {left.file.position}, {left.file.rows} rows, SHA-256 {left.file.sha256}."
    )
    if verdict.cells:
        _table("Cells that differ", ("Sheet", "Cell", "Left as", "Came back as"), verdict.cells)
    if verdict.since:
        headings = ("Row", "Figure", "Then", "Now")
        rows = [one.in_words() for one in verdict.since]
        _table(f"Known otherwise at position {verdict.position_now}", headings, rows)
    else:
        click.echo(f"The ledger, now at position {verdict.position_now}, still says the same.")


def _table(title: str, headings: tuple[str, ...], rows: Iterable[Iterable[str | None]]) -> None:
    table = Table(*headings, title=title, title_justify="left")
    for row in rows:
        table.add_row(*[value or "" for value in row])
    Console(highlight=False).print(table)
