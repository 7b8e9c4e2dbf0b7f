"""`commissioning disclose`, `erase`, `retention` and `keys`: the rights of those whom the ledger is about."""

import asyncio
import os
import sys
from contextlib import closing
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from commissioning.accounts.policy import may_keep_the_ledger
from commissioning.app import open_ledger, open_reader, open_vault
from commissioning.cli.acting import acting, acting_account, must_be_allowed
from commissioning.cli.options import as_account, output_format, today
from commissioning.cli.outcome import answering, errors, print_json, settings
from commissioning.ledger.actor import forbidden
from commissioning.ledger.time import system_clock
from commissioning.ledger.vault.master_key import new_key
from commissioning.placements.erasing import erase
from commissioning.placements.policy import may_disclose_pupils, may_erase_pupils
from commissioning.placements.retention import PupilDue, RetentionRule, pupils_due
from commissioning.settings import Settings
from commissioning.web.words import day
from invoices.intake.erasing import forget_files_of_the_erased, unread_files
from invoices.intake.kept_files import KeptFiles

_OWNER_ALONE = 0o600


@click.command("disclose")
@click.argument("pupil_ref")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file, its owner's alone.")
@as_account
@output_format("text", "html", "json")
@answering
def disclose_command(pupil_ref: str, out: Path | None, account: str | None, kind: str) -> None:
    """Everything held about the pupil PUPIL_REF, opened and in words, for a subject access request."""
    # Imported here, because every other command would wait for what draws it too.
    from exports.records.disclosure import Disclosure, disclose  # noqa: PLC0415
    from exports.records.disclosure_forms import FORMS  # noqa: PLC0415

    chosen = settings()

    async def ask() -> Disclosure:
        async with open_reader(chosen) as reader:
            with closing(open_vault(chosen)) as vault:
                if not may_disclose_pupils(await acting(reader, vault, account)):
                    raise forbidden("see what is held about a pupil")
                return await disclose(reader, vault, pupil_ref, chosen.commissioning_council, system_clock())

    text = FORMS[kind](asyncio.run(ask()))
    if out is None:
        click.echo(text, nl=False)
        return
    _write_for_owner(out, text)
    errors.print(f"Written: {out}. It is readable by its owner alone.")


@click.command("erase")
@click.argument("pupil_ref")
@click.option("--yes", is_flag=True, help="Do not ask. A script, which has no terminal, is never asked.")
@as_account
@answering
def erase_command(pupil_ref: str, yes: bool, account: str | None) -> None:
    """Destroys the key of the pupil PUPIL_REF: name, reference and all that was sealed can never be read again.

    Placements, charges and the chain stay as they are, without a name. Kept files of invoices that bill the pupil are
    taken away, and those that nobody has read yet are listed. Take the pupil out of the council's own workbooks too:
    an import that names the pupil of such a placement is refused.
    """
    if not yes and sys.stdin.isatty():
        click.confirm("This cannot be undone, not even from a backup. Erase the pupil?", abort=True, err=True)
    chosen = settings()
    with open_ledger(chosen) as ledger:
        receipt = erase(ledger, pupil_ref, acting_account(ledger, account))
        files = forget_files_of_the_erased(ledger, KeptFiles(chosen.invoice_files, chosen.intake_limits))
        unread = unread_files(ledger)
    if files:
        click.echo(f"Files of invoices that bill the pupil are taken away: {files}. The invoices themselves stay.")
    if unread:
        click.echo(
            f"Nobody has read these files of schools yet ({len(unread)}), and they may name the pupil: open each under "
            "Send invoices, and key it or send it back."
        )
        for one in unread:
            click.echo(f"  school {one.provider_urn}: file {one.sha256}")
    click.echo(
        f"Erased, at position {receipt.head.position}: the key is destroyed, and nothing that was sealed under it can "
        "be read. Placements and charges stay. Files that were made with names, and copies of the keys folder, are "
        "for you to destroy."
    )


@click.group("retention")
def retention_group() -> None:
    """For how long the details of pupils are kept."""


@retention_group.command("due")
@click.option("--on", "on_day", type=click.DateTime(formats=["%Y-%m-%d"]), help="As of this day; today if left out.")
@as_account
@output_format("table", "json")
@answering
def due_command(on_day: datetime | None, account: str | None, kind: str) -> None:
    """Lists the pupils whose details need not be kept any more; erasing each of them is for a person to decide.

    The years are COMMISSIONING_RETENTION_YEARS and COMMISSIONING_RETENTION_YEARS_AFTER_END.
    """
    chosen, on = settings(), on_day.date() if on_day else today()
    rule = RetentionRule(chosen.commissioning_retention_years, chosen.commissioning_retention_years_after_end)
    due = asyncio.run(_due(chosen, rule, on, account))
    if kind == "json":
        print_json({"on": on.isoformat(), "rule": asdict(rule), "due": [_due_row(one) for one in due]})
        return
    if due:
        Console(highlight=False).print(_due_table(due, on))
        click.echo("Erase each with “commissioning erase REFERENCE” once you have decided.")
    else:
        click.echo(f"Nobody's details are due on {day(on)}.")


@click.group("keys")
def keys_group() -> None:
    """The master key, under which every pupil's key is sealed."""


@keys_group.command("rotate")
@as_account
@answering
def rotate_command(account: str | None) -> None:
    """Seals every pupil's key under a new master key, all or none.

    A key file is replaced by itself. A key of the environment is replaced by COMMISSIONING_NEXT_MASTER_KEY, which
    you then make COMMISSIONING_MASTER_KEY. Earlier copies of the vault do not open with the new key: destroy the old
    one wherever it is kept.
    """
    must_be_allowed(account, may_keep_the_ledger, "change the ledger's keys")
    with closing(open_vault(settings())) as vault:
        count = vault.rotate()
    click.echo(f"The master key was rotated: {count} keys, of pupils and of accounts, are sealed under the new one.")


@keys_group.command("make")
def make_command() -> None:
    """Prints a new master key at random, to be given by COMMISSIONING_MASTER_KEY or its next one."""
    click.echo(new_key())


async def _due(chosen: Settings, rule: RetentionRule, on: date, account: str | None) -> list[PupilDue]:
    async with open_reader(chosen) as reader:
        with closing(open_vault(chosen)) as vault:
            if not may_erase_pupils(await acting(reader, vault, account)):
                raise forbidden("see whose details are due")
            return await pupils_due(reader, vault, rule, on)


def _due_row(one: PupilDue) -> dict[str, object]:
    return {
        "pupil_ref": one.reference,
        "due_on": one.due_on.isoformat(),
        "why": one.why,
        "placements": list(one.placements),
    }


def _due_table(due: list[PupilDue], on: date) -> Table:
    table = Table(title=f"Details that need not be kept on {day(on)}", title_justify="left")
    for heading in ("Reference", "Due since", "Why", "Placements"):
        table.add_column(heading, overflow="fold")
    for one in due:
        table.add_row(one.reference, day(one.due_on), one.why, ", ".join(one.placements))
    return table


def _write_for_owner(path: Path, text: str) -> None:
    """Writes a file with names in it so that only its owner may read it, also where it was there before."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ALONE)
    with os.fdopen(file, "w", encoding="utf-8") as out:
        path.chmod(_OWNER_ALONE)
        out.write(text)
