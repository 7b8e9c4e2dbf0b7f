"""Taking a workbook in: all of it is checked first; all of it lands in one transaction, or none.

Each row becomes commands with effective dates, in an order in which nothing refers to what is not there yet:
schools, calendars, agreements with their cards, budgets, pupils, placements with their prices, and their reviews.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commissioning.accounts.commands import RecordWorkbook
from commissioning.importing.faults import Fault
from commissioning.importing.intake.agreements import take_agreements
from commissioning.importing.intake.budgets import take_budgets
from commissioning.importing.intake.placements import take_placements
from commissioning.importing.intake.pupils import take_pupils
from commissioning.importing.intake.reviews import take_reviews
from commissioning.importing.intake.schools import take_calendars, take_providers
from commissioning.importing.intake.session import Session
from commissioning.importing.known import KnownKeys
from commissioning.importing.tables import Progress
from commissioning.importing.workbook import Workbook, check_known, read_workbook
from commissioning.ledger.bulk import without_collection
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import Log, Receipt
from commissioning.ledger.work import UnitOfWork
from commissioning.placements.placement import PLACEMENTS
from commissioning.placements.pupil import PUPILS
from contracts.agreement import AGREEMENTS
from contracts.calendar import CALENDARS
from providers.provider import PROVIDERS


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to: where the book ends, how many events its rows are, rows changed by sheet, the faults."""

    position: int
    events: int
    changed: Mapping[str, int]
    faults: tuple[Fault, ...]

    def to_json(self) -> dict[str, Any]:
        """The answer as interface.md's JSON."""
        return {
            "position": self.position,
            "events": self.events,
            "changed": dict(self.changed),
            "faults": [fault.to_json() for fault in self.faults],
        }


class FaultyError(Exception):
    """Carries the faults out of the transaction, which undoes it."""

    def __init__(self, faults: tuple[Fault, ...], position: int) -> None:
        super().__init__()
        self.faults = faults
        self.position = position

    def imported(self) -> Imported:
        """What such an import came to: nothing."""
        return Imported(self.position, 0, {}, self.faults)


class TakingIn:
    """The deed that takes in a workbook which has been read; it raises `FaultyError` where anything is wrong with it.

    `digest` stands for the workbook's content, `uploaded_by` is the account that brought it.
    """

    def __init__(self, workbook: Workbook, digest: str, uploaded_by: str) -> None:
        self._workbook = workbook
        self._digest = digest
        self._uploaded_by = uploaded_by
        self.changed: Mapping[str, int] = {}

    def __call__(self, work: UnitOfWork) -> None:
        """Carries every row out."""
        before = work.log.head.position
        faults = check_known(self._workbook, _known_keys(work.log))
        if not faults:
            session = _carry_out(work, self._workbook)
            self.changed = session.changed()
            faults = tuple(session.faults)
        if faults:
            raise FaultyError(faults, before)
        if work.wrote:
            work.execute(RecordWorkbook(sha256=self._digest, uploaded_by=self._uploaded_by))

    def imported(self, receipt: Receipt, *, rehearsed: bool = False) -> Imported:
        """What it came to, by the receipt of its command."""
        if receipt.first_position is None or receipt.last_position is None:
            return Imported(receipt.head.position, 0, {}, ())
        events = receipt.last_position - receipt.first_position  # the last only says who brought the workbook
        position = receipt.first_position - 1 if rehearsed else receipt.last_position
        return Imported(position, events, self.changed, ())


def import_workbook(
    ledger: Ledger,
    path: Path,
    *,
    account: str,
    command_id: str,
    uploaded_by: str = "",
    rehearse: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Reads a workbook and takes it in as one command; with `rehearse` everything is tried and nothing kept.

    `account` confirms it; `uploaded_by` is the account that brought it, the same where it is left blank.
    """
    with without_collection():
        workbook = read_workbook(path, progress)
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        return take_in(
            ledger,
            workbook,
            digest,
            account=account,
            command_id=command_id,
            uploaded_by=uploaded_by,
            rehearse=rehearse,
        )


def take_in(
    ledger: Ledger,
    workbook: Workbook,
    digest: str,
    *,
    account: str,
    command_id: str,
    uploaded_by: str = "",
    rehearse: bool = False,
) -> Imported:
    """Takes in a workbook that has been read; `digest` stands for its content."""
    deed = TakingIn(workbook, digest, uploaded_by or account)
    try:
        receipt = ledger.run(deed, command_id=command_id, digest=digest, account=account, rehearse=rehearse)
    except FaultyError as found:
        return found.imported()
    return deed.imported(receipt, rehearsed=rehearse)


def _carry_out(work: UnitOfWork, workbook: Workbook) -> Session:
    session, rows = Session(work), workbook.rows
    take_calendars(session, rows)
    take_providers(session, rows.providers)
    take_agreements(session, rows)
    take_budgets(session, rows.budgets)
    work.log.keys(PUPILS.name)  # so that none of many new pupils is looked for
    take_pupils(session, rows.pupils, rows.placements)
    take_placements(session, rows)
    take_reviews(session, rows.reviews)
    return session


def _known_keys(log: Log) -> KnownKeys:
    return KnownKeys(
        providers={int(urn) for urn in log.keys(PROVIDERS.name)},
        agreements=log.keys(AGREEMENTS.name),
        placements=log.keys(PLACEMENTS.name),
        calendars=log.keys(CALENDARS.name),
    )
