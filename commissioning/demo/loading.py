"""The invented council put into a ledger: each recording is a workbook, imported on its day; deeds are commands.

Nothing takes a shorter way than a commissioner's own: the same file, the same checks, the same commands.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter

from commissioning.demo.deeds import Deed
from commissioning.demo.notebook import Recording, Sheets
from commissioning.demo.people import APPROVER, open_recorders
from commissioning.importing.tables import Progress
from commissioning.importing.taking_in import import_workbook
from commissioning.ledger.errors import Fault, Refused, Waits
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.said import said
from commissioning.ledger.work import UnitOfWork
from commissioning.proposals.commands import AgreeProposal
from commissioning.proposals.second_look import proposal_key


class RecordingClock:
    """A clock that stands at the instant of the recording under way."""

    def __init__(self, opening: datetime) -> None:
        self.instant = opening

    def __call__(self) -> datetime:
        """The instant at which the clock stands."""
        return self.instant


def load(
    ledger: Ledger,
    clock: RecordingClock,
    recordings: Sequence[Recording],
    tell: Progress,
    deeds: Sequence[Deed] = (),
) -> int:
    """Imports the recordings and does the deeds, in order of time; gives the position reached.

    A refusal names the recording.
    """
    steps: list[Recording | Deed] = [*recordings, *deeds]
    steps.sort(key=lambda step: step.recorded_at)
    accounts = open_recorders(ledger, [step.account for step in steps])
    importers = list(dict.fromkeys(recording.account for recording in recordings))
    position = 0
    with TemporaryDirectory() as folder:
        for number, step in enumerate(steps):
            tell("loading the council's history", number, len(steps))
            clock.instant = step.recorded_at
            command_id = f"demo-{number:03}-{step.recorded_at:%Y%m%d}"
            if isinstance(step, Deed):
                position = _do(ledger, step, accounts, command_id)
            else:
                path = Path(folder) / f"{number:03}.xlsx"
                uploaded_by = importers[importers.index(step.account) - 1]
                position = _import(ledger, step, path, accounts, uploaded_by, command_id)
    tell("loading the council's history", len(steps), len(steps))
    return position


def _import(
    ledger: Ledger, recording: Recording, path: Path, accounts: Mapping[str, str], uploaded_by: str, command_id: str
) -> int:
    """A workbook that one person uploads and another confirms, where several import."""
    write_workbook(path, recording.sheets)
    imported = import_workbook(
        ledger,
        path,
        account=accounts[recording.account],
        uploaded_by=accounts[uploaded_by],
        command_id=command_id,
    )
    if imported.faults:
        raise Refused(*[_fault(recording, fault.message) for fault in imported.faults[:5]])
    return imported.position


def _do(ledger: Ledger, deed: Deed, accounts: Mapping[str, str], command_id: str) -> int:
    """A deed, which the approver agrees to where it takes two people."""

    def do(work: UnitOfWork) -> None:
        deed.act(work, accounts)

    account = accounts[deed.account]
    try:
        return ledger.run(do, command_id=command_id, digest=command_id, account=account).head.position
    except Waits:
        agree = AgreeProposal(proposal=proposal_key(command_id))
        return ledger.execute(agree, command_id=f"{command_id}-agreed", account=accounts[APPROVER]).head.position


def write_workbook(path: Path, sheets: Sheets) -> None:
    """Writes rows as an import workbook."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(str(path), options) as book:
        for name, rows in sheets.items():
            if not rows:
                continue
            sheet = book.add_worksheet(name)
            columns = list(dict.fromkeys(column for row in rows for column in row))
            sheet.write_row(0, 0, columns)
            for number, row in enumerate(rows, start=1):
                sheet.write_row(number, 0, [row.get(column) for column in columns])


def _fault(recording: Recording, message: str) -> Fault:
    return Fault(
        "demo",
        message,
        where=said("“%(title)s” of %(recorded_at)s", title=recording.title, recorded_at=recording.recorded_at.date()),
        status=500,
    )
