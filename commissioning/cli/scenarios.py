"""`commissioning scenario`: scenarios saved in the ledger, to price pupils under by `report … --scenario NAME`."""

import asyncio
import secrets
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from commissioning.app import open_ledger, open_reader
from commissioning.cli.acting import acting_account, names_known, reading_as
from commissioning.cli.options import as_account, output_format
from commissioning.cli.outcome import answering, print_json, settings
from commissioning.importing.scenario import scenario_asked
from commissioning.ledger.time import instant_from_text
from commissioning.ledger.work import Command
from commissioning.web.words import moment
from exports.policy import may_see_reports
from exports.scenarios.commands import DropScenario, SaveScenario
from exports.scenarios.queries import saved_scenarios


@click.group("scenario")
def scenario_group() -> None:
    """Saved scenarios: agreements that nobody has made, to price pupils under."""


@scenario_group.command("save")
@click.argument("name")
@click.argument("workbook", type=click.Path(path_type=Path, dir_okay=False))
@as_account
@answering
def save_command(name: str, workbook: Path, account: str | None) -> None:
    """Saves the scenario of WORKBOOK under NAME; under the name of one of yours, as its next version."""

    async def ask() -> SaveScenario:
        async with open_reader(settings()) as reader:
            return await scenario_asked(reader, await reader.as_at(), workbook, name)

    position = _carry_out(asyncio.run(ask()), account)
    click.echo(f"“{name}” is saved at position {position}. “report counterfactual --scenario” takes its name.")


@scenario_group.command("drop")
@click.argument("name")
@as_account
@answering
def drop_command(name: str, account: str | None) -> None:
    """Takes the scenario NAME from the list; its versions stay in the ledger."""
    click.echo(f"“{name}” stands on no list any more, as of position {_carry_out(DropScenario(name=name), account)}.")


@scenario_group.command("list")
@as_account
@output_format("table", "json")
@answering
def list_command(account: str | None, kind: str) -> None:
    """Lists the scenarios that stand, each at its latest version."""

    async def ask() -> tuple[list[dict[str, Any]], dict[str, str]]:
        async with reading_as(account, may_see_reports, "see scenarios") as reader:
            rows = [
                {
                    "name": saved.scenario.name,
                    "version": saved.scenario.version,
                    "agreements": [stated.agreement_ref for stated in saved.scenario.stated],
                    "owner": saved.scenario.owner,
                    "position": saved.position,
                    "saved_at": saved.recorded_at,
                }
                for saved in await saved_scenarios(reader, await reader.end())
            ]
            return rows, await names_known(reader)

    rows, names = asyncio.run(ask())
    if kind == "json":
        print_json({"scenarios": rows})
        return
    table = Table("Name", "Version", "Agreements", "Saved at", "Owner")
    for row in rows:
        agreements, saved_at = ", ".join(row["agreements"]), moment(instant_from_text(row["saved_at"]))
        table.add_row(row["name"], str(row["version"]), agreements, saved_at, names.get(row["owner"], row["owner"]))
    Console(highlight=False).print(table)


def _carry_out(command: Command, account: str | None) -> int:
    """Carries a command out and gives the ledger's position after it."""
    with open_ledger(settings()) as ledger:
        receipt = ledger.execute(command, command_id=secrets.token_hex(16), account=acting_account(ledger, account))
        return receipt.head.position
