"""`commissioning close` and `codes`: a month is closed, and what that posts has the finance system's codes."""

import secrets
from datetime import datetime
from typing import get_args

import click

from commissioning.app import open_ledger
from commissioning.cli.acting import acting_account
from commissioning.cli.options import as_account, output_format
from commissioning.cli.outcome import answering, print_json, settings
from commissioning.finance.commands import CloseMonth, MapCode
from contracts.rates import Component
from contracts.terms import CommissioningModel


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


@click.group("codes")
def codes_group() -> None:
    """The finance system's codes."""


@codes_group.command("map")
@click.argument("code")
@click.option("--model", type=click.Choice(get_args(CommissioningModel)), help="For charges of this model alone.")
@click.option("--component", type=click.Choice(get_args(Component)), help="For charges of this component alone.")
@click.option("--balance", is_flag=True, help="For the line that balances a journal.")
@click.option("--from", "from_day", required=True, type=click.DateTime(formats=["%Y-%m-%d"]), help="The first day.")
@as_account
@answering
def map_command(
    code: str,
    model: CommissioningModel | None,
    component: Component | None,
    balance: bool,
    from_day: datetime,
    account: str | None,
) -> None:
    """Posts charges to CODE from a day on; the code of model and component goes before that of either alone."""
    command = MapCode(code=code, effective_on=from_day.date(), model=model, component=component, balance=balance)
    with open_ledger(settings()) as ledger:
        receipt = ledger.execute(command, command_id=secrets.token_hex(16), account=acting_account(ledger, account))
    click.echo(f"{code} is mapped at position {receipt.head.position}.")
