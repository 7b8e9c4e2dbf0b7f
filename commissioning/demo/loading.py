"""The invented council put into a ledger: each recording is written as a workbook and imported on its day.

Nothing takes a shorter way than a commissioner's own: the same file, the same checks, the same commands.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter

from commissioning.demo.notebook import Recording, Sheets
from commissioning.demo.people import open_recorders
from commissioning.importing.tables import Progress
from commissioning.importing.taking_in import import_workbook
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.ledger import Ledger


class RecordingClock:
    """A clock that stands at the instant of the recording under way."""

    def __init__(self, opening: datetime) -> None:
        self.instant = opening

    def __call__(self) -> datetime:
        """The instant at which the clock stands."""
        return self.instant


def load(ledger: Ledger, clock: RecordingClock, recordings: Sequence[Recording], tell: Progress) -> int:
    """Imports the recordings one after another; gives the position reached. A refusal names the recording."""
    position = 0
    accounts = open_recorders(ledger, [recording.account for recording in recordings])
    with TemporaryDirectory() as folder:
        for number, recording in enumerate(recordings):
            tell("loading the council's history", number, len(recordings))
            clock.instant = recording.recorded_at
            path = Path(folder) / f"{number:03}.xlsx"
            write_workbook(path, recording.sheets)
            account = accounts[recording.account]
            imported = import_workbook(
                ledger, path, account=account, command_id=f"demo-{number:03}-{recording.recorded_at:%Y%m%d}"
            )
            if imported.faults:
                raise Refused(*[_fault(recording, fault.message) for fault in imported.faults[:5]])
            position = imported.position
    tell("loading the council's history", len(recordings), len(recordings))
    return position


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
    return Fault("demo", message, where=f"“{recording.title}” of {recording.recorded_at:%Y-%m-%d}", status=500)
