"""`commissioning invoice submit`: takes an invoice file as the portal does."""

import hashlib
import secrets
from pathlib import Path

import click

from commissioning.app import open_intake, open_ledger
from commissioning.cli.acting import acting_account
from commissioning.cli.acting import must_be_allowed as may_act
from commissioning.cli.options import as_account, output_format
from commissioning.cli.outcome import FAULTS, answering, errors, print_json, settings
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.said import said
from commissioning.ledger.work import UnitOfWork
from commissioning.web.language import _, ngettext, spoken
from commissioning.web.words import day
from invoices.findings import found_in_words
from invoices.formats.mapped import ColumnMapping
from invoices.intake.handlers import must_be_allowed
from invoices.intake.recording import invoice_key, recording
from invoices.intake.school_files import NO_FILES, SCHOOL_FILES
from invoices.intake.taking import Intake, Taken
from invoices.intake.telling import KINDS, OUTCOMES, as_json, in_words
from invoices.invoice import INVOICES, Invoice
from invoices.paid_back import ReadBack, read_payments, record_payments
from invoices.policy import may_release_payments
from invoices.words import CODES, STATUSES, WHY_SENT_BACK

_CHUNK = 1 << 16


@click.group("invoice")
def invoice_group() -> None:
    """Invoices of schools."""


@invoice_group.command("submit")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--provider", "urn", type=int, required=True, metavar="URN", help="The school whose invoice it is.")
@click.option("--command-id", metavar="ID", help="Give the same id again to be sure that a retry lands once.")
@as_account
@output_format("table", "json")
@answering
def submit_command(file: Path, urn: int, command_id: str | None, account: str | None, kind: str) -> None:
    """Takes the invoice or credit note FILE in: XLSX, CSV, XML (UBL or CII) or PDF."""
    chosen = settings()
    with open_ledger(chosen) as ledger, open_intake(chosen) as intake:
        acting = acting_account(ledger, account)
        taken = _take(intake, file, _mapping_of(ledger, urn, acting))
        command_id = command_id or secrets.token_hex(16)
        ledger.run_alone(recording(taken, urn, command_id=command_id, account=acting))
        invoice = _invoice_of(ledger, invoice_key(command_id, taken.sha256), acting)
    if kind == "json":
        print_json(as_json(taken, invoice))
    else:
        _print(taken, invoice)
    if taken.outcome == "refused" or (invoice is not None and invoice.refused_for):
        raise click.exceptions.Exit(FAULTS)


@invoice_group.command("paid")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@as_account
@answering
def paid_command(file: Path, account: str | None) -> None:
    """Reads back what the finance system paid: a CSV FILE with urn, invoice_number, paid_on and perhaps reference."""
    may_act(account, may_release_payments, "record payments")
    rows = read_payments(_lines_of(file))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    read: list[ReadBack] = []
    with open_ledger(settings()) as ledger:
        acting = acting_account(ledger, account)
        ledger.run(
            lambda work: read.append(record_payments(rows, work)),
            command_id=f"paid-{digest[:32]}",
            digest=digest,
            account=acting,
        )
    click.echo(_read_back(read[-1]) if read else _("This file was read before. Nothing is changed."))


def _read_back(read: ReadBack) -> str:
    """What a file of payments came to, in words."""
    lines = [ngettext("%(num)s payment is recorded.", "%(num)s payments are recorded.", read.recorded)]
    if read.known:
        lines.append(ngettext("%(num)s was recorded before.", "%(num)s were recorded before.", read.known))
    lines += [
        _(
            "The payment of %(number)s, recorded as of %(before)s, is now of %(after)s.",
            number=one.number,
            before=day(one.before),
            after=day(one.after),
        )
        for one in read.moved
    ]
    return "\n".join(lines)


def _lines_of(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        mend = said("Save it as CSV in UTF-8.")
        raise Refused(Fault("file", "The file is not text.", file.name, "a CSV file", mend)) from None


def _mapping_of(ledger: Ledger, urn: int, account: str) -> ColumnMapping | None:
    """How the school's own tables are read; `Refused`, before a file is opened, where the account may not send."""
    found: list[ColumnMapping | None] = []

    def look(work: UnitOfWork) -> None:
        must_be_allowed(work, urn)
        found.append((work.state(SCHOOL_FILES, str(urn)) or NO_FILES).mapping)

    ledger.run(look, command_id=secrets.token_hex(16), digest="", account=account, rehearse=True)
    return found[0]


def _invoice_of(ledger: Ledger, key: str, account: str) -> Invoice | None:
    """What the file has become in the register; None where it is no invoice yet."""
    found: list[Invoice | None] = []
    ledger.run(
        lambda work: found.append(work.state(INVOICES, key)),
        command_id=secrets.token_hex(16),
        digest="",
        account=account,
        rehearse=True,
    )
    return found[0]


def _take(intake: Intake, file: Path, mapping: ColumnMapping | None) -> Taken:
    with file.open("rb") as source, intake.files.receive() as incoming:
        while chunk := source.read(_CHUNK):
            incoming.write(chunk)
        return intake.take(incoming.hold(), mapping)


def _print(taken: Taken, invoice: Invoice | None) -> None:
    what = f" ({KINDS[taken.kind]})" if taken.kind else ""
    click.echo(f"{OUTCOMES[taken.outcome]}{what}. {in_words(taken)}")
    if invoice is not None:
        click.echo(f"In the register: {STATUSES[invoice.status][0].lower()}.")
        for code in invoice.refused_for:
            errors.print(f"{code} {WHY_SENT_BACK[code]}", markup=False)
        for finding in invoice.findings:
            where = f"Line {finding.line}: " if finding.line else ""
            words = _(
                "%(code)s. Expected %(expected)s; billed %(billed)s.",
                code=CODES[finding.code],
                expected=found_in_words(finding.expected),
                billed=found_in_words(finding.billed),
            )
            click.echo(f"{finding.code} {where}{words}")
    for fault in taken.faults:
        errors.print(spoken(fault.in_words()), markup=False)
    for failure in taken.rules:
        if failure.severity == "warning":
            errors.print(f"Warning {failure.id}: {failure.message}", markup=False)
