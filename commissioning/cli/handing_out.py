"""Results shown on the terminal, or handed out as files that the ledger records first."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from commissioning.app import open_ledger
from commissioning.cli.acting import acting_account
from commissioning.cli.outcome import errors, progress_bar, settings
from exports.files import name_of, write_file
from exports.leaving.commands import RecordExport, new_export_id
from exports.leaving.facts import ExportedFile, of_file
from exports.publishing.by_report import variant_asked
from exports.renderings import csv_text, json_text, print_table
from exports.result import Result
from exports.workbook import Variant
from exports.workbooks.figures import Progress


def show(result: Result, kind: str, out: str | None, account: str | None, asked_for: str | None = None) -> None:
    """Prints a result, or writes it to the file that was asked for, which the ledger then records for the account.

    The result is told as the variant that was `asked_for` tells it already.
    """
    variant = variant_asked(asked_for or "", result.report)
    if kind == "table" and out is None:
        print_table(result, Console(highlight=False))
    elif kind == "table":
        hand_out_as(Path(out or ""), partial(_write_table, result, variant), account)
    elif out is None and kind in ("json", "csv"):
        click.echo(json_text(result) if kind == "json" else csv_text(result), nl=False)
    else:
        path = Path(out or name_of(result, settings().commissioning_council, kind, variant=variant))
        hand_out([result], path, kind, account, variant=variant)


def _write_table(result: Result, variant: Variant, path: Path, _tell: Progress) -> ExportedFile:
    with path.open("w", encoding="utf-8") as file:
        print_table(result, Console(file=file, width=200, highlight=False))
    return of_file(path, [result], "txt", variant)


def hand_out(
    results: Sequence[Result],
    path: Path,
    kind: str,
    account: str | None,
    *,
    title: str = "",
    report_name: str = "",
    variant: Variant = "working",
) -> None:
    """Writes results to a file and records that it left."""
    council = settings().commissioning_council

    def write(unfinished: Path, tell: Progress) -> ExportedFile:
        return write_file(results, unfinished, kind, council, tell, title=title, report=report_name, variant=variant)

    hand_out_as(path, write, account)


def hand_out_as(path: Path, write: Callable[[Path, Progress], ExportedFile], account: str | None) -> None:
    """Has a file written and records who took it; where that cannot be recorded, there is no file."""
    unfinished = path.with_name(f".{path.name}")
    try:
        with progress_bar() as tell:
            file = write(unfinished, tell)
        with open_ledger(settings()) as ledger:
            command = RecordExport(file=file.model_copy(update={"name": path.name}))
            ledger.execute(command, command_id=new_export_id(), account=acting_account(ledger, account))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    errors.print(f"Written: {path}")
