"""`commissioning migrate`, `verify` and `rebuild`: keeping a ledger sound."""

import asyncio

import click

from commissioning.accounts.names import name_in_ledger
from commissioning.accounts.policy import may_keep_the_ledger
from commissioning.app import open_ledger
from commissioning.cli.acting import must_be_allowed
from commissioning.cli.options import as_account, output_format
from commissioning.cli.outcome import FAULTS, answering, errors, print_json, progress_bar, settings
from commissioning.database import connected, is_missing
from commissioning.database import migrate as migrate_database
from commissioning.ledger.copies.giving_up import given_up
from commissioning.ledger.rebuild import rebuild
from commissioning.ledger.verify import verify
from commissioning.settings import Settings
from commissioning.web.language import spoken
from commissioning.web.words import day


@click.command("migrate")
@answering
def migrate_command() -> None:
    """Brings the database up to date, making it where there is none."""
    database = settings().database
    new = is_missing(database)
    steps = asyncio.run(migrate_database(database))
    click.echo(f"{database}: {', '.join(steps) if steps else 'up to date'}")
    if steps and not new:
        click.echo("Now run “commissioning rebuild”: it brings what stands already into the tables that are new.")


@click.command("verify")
@output_format("table", "json")
@answering
def verify_command(kind: str) -> None:
    """Checks the chain, the witness, and every read table against a fold of the log."""
    chosen = settings()
    asyncio.run(be_up_to_date(chosen))
    with open_ledger(chosen, against_witness=False) as ledger, progress_bar(quiet=kind == "json") as tell:
        verdict = verify(ledger, lambda done, total: tell("folding the log", done, total))
        lost = [
            (event, recorded.position, name_in_ledger(ledger, recorded.account))
            for event, recorded in (given_up(ledger) if verdict.ok else [])
        ]
    faults = [
        {"what": finding.what, "position": finding.position, "message": spoken(finding.message)}
        for finding in verdict.findings
    ]
    if kind == "json":
        print_json({"ok": verdict.ok, "position": verdict.position, "first_bad": verdict.first_bad, "faults": faults})
    elif verdict.ok:
        click.echo(f"Sound: {verdict.position} events, chain, witness and read tables agree.")
        if verdict.unsigned:
            click.echo(f"{verdict.unsigned} of the witnessed heads are from before heads were signed.")
        for event, position, name in lost:
            click.echo(
                f"What had stood at positions {event.first} to {event.last} was given up on {day(event.effective_on)} "
                f"by {name}, as position {position} says."
            )
    else:
        for finding in verdict.findings:
            errors.print(f"[red]{finding.what}[/red] {spoken(finding.message)}")
        if verdict.first_bad is not None:
            click.echo(f"First bad position: {verdict.first_bad}")
    if not verdict.ok:
        raise click.exceptions.Exit(FAULTS)


@click.command("rebuild")
@as_account
@answering
def rebuild_command(account: str | None) -> None:
    """Makes every read table anew from the log; readers go on seeing the old ones meanwhile."""
    chosen = settings()
    must_be_allowed(account, may_keep_the_ledger, "make the ledger's tables anew")
    with open_ledger(chosen) as ledger, progress_bar() as tell:
        done = rebuild(ledger, lambda done, total: tell("rebuilding", done, total))
    click.echo(f"Rebuilt from {done} events.")


async def be_up_to_date(chosen: Settings) -> None:
    """Refuses, with the cure, a database that is missing or of an older version."""
    async with connected(chosen.database):
        pass
