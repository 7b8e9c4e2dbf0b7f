"""`commissioning close`: the books of a month are closed; what is learnt of it later is posted afterwards."""

import secrets

import click

from commissioning.app import open_ledger
from commissioning.cli.acting import acting_account
from commissioning.cli.options import as_account, output_format
from commissioning.cli.outcome import answering, print_json, settings
from commissioning.finance.commands import CloseMonth


@click.command("close")
@click.argument("month")
@as_account
@output_format("table", "json")
@answering
def close_command(month: str, account: str | None, kind: str) -> None:
    """Closes MONTH, such as 2026-04. Months are closed one after another, and none is opened again."""
    with open_ledger(settings()) as ledger:
        command = CloseMonth(month=month)
        receipt = ledger.execute(command, command_id=secrets.token_hex(16), account=acting_account(ledger, account))
    if kind == "json":
        print_json({"month": month, "position": receipt.head.position, "head": receipt.head.hash})
    else:
        click.echo(f"{month} is closed at position {receipt.head.position}. “report posted” shows what that posts.")
