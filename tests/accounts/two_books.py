"""Two councils in one database, each with two schools: what is anybody's own in the one, and foreign in the other.

The second council is the first under other references and other names. Its names hold a word that no request of a test
ever sends, so that a page that shows it has read what it must not.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, NamedTuple

from commissioning.app import open_ledger
from commissioning.demo.loading import RecordingClock, load, write_workbook
from commissioning.demo.notebook import Recording
from commissioning.ledger.actor import ROLES
from commissioning.ledger.ledger import Ledger, Request
from commissioning.ledger.work import UnitOfWork
from commissioning.proposals.second_look import proposal_key
from commissioning.settings import Settings
from providers.bank.bank_details import BANK_DETAILS
from providers.bank.sealing import change_of, checked
from tests.accounts.records import School, records_of, uploaded
from tests.accounts.signing_in import person, token
from tests.pages.world import first_sheets, later_sheets

CANARY = "Canary"
NEIGHBOUR = "Fenside"
"""In the name of the school that a provider of these tests does not speak for."""
SCHOOLS = (
    School(900001, "PL-1", "BLOCK-1", "PPL-1", "Larkfield"),
    School(900002, "PL-2", "SPOT-1", "PPL-2", NEIGHBOUR),
)
_RENAMED = {
    "PL-": "XPL-", "BLOCK-": "XBLOCK-", "SPOT-": "XSPOT-", "900001": "910001", "900002": "910002",
    "Larkfield": f"{CANARY}field", NEIGHBOUR: f"{CANARY}side", "North": f"{CANARY}shire", "Three places": CANARY,
}  # fmt: skip


class Book(NamedTuple):
    """A council's settings, what names its records, and the word that its names hold."""

    settings: Settings
    identifiers: Mapping[str, tuple[str, ...]]
    """By what a path or a form calls it: an identifier of the first school, or of anybody, and one of the other."""
    word: str


def second_book(settings: Settings) -> Settings:
    """Adds the second council to the database of the first."""
    other = settings.model_copy(
        update={"commissioning_book": "othershire", "commissioning_council": "Othershire County Council"}
    )
    recordings = [
        Recording(datetime(2026, 4, 2, 9, tzinfo=UTC), "a.clerk", "the start", renamed(first_sheets())),
        Recording(datetime(2026, 11, 10, 9, tzinfo=UTC), "b.clerk", "what was learnt later", renamed(later_sheets())),
    ]
    clock = RecordingClock(recordings[0].recorded_at)
    with open_ledger(other, clock) as ledger:
        load(ledger, clock, recordings, lambda _stage, _done, _total: None)
    return other


def renamed(value: Any) -> Any:
    """A value with everything that names something under its name in the second council."""
    match value:
        case dict():
            return {key: renamed(one) for key, one in value.items()}
        case list():
            return [renamed(one) for one in value]
        case str():
            for ours, theirs in _RENAMED.items():
                value = value.replace(ours, theirs)
            return value
        case int() if str(value) in _RENAMED:
            return int(_RENAMED[str(value)])
        case _:
            return value


def book_of(settings: Settings, *, second: bool) -> Book:
    """A council with somebody of each role signed in, a token, and a record of every kind that an address names."""
    schools = SCHOOLS if not second else tuple(School(*renamed(list(school))) for school in SCHOOLS)
    with open_ledger(settings) as ledger:
        people = {role: person(ledger, role, urns=(schools[0].urn,) if role == "provider" else ()) for role in ROLES}
        waiting = _something_that_waits(ledger, people["finance"], schools[0].urn)
        administrator = people["administrator"]
        token(ledger, administrator, "administrator")
        with ledger.store.reading() as connection:
            asked = "SELECT token FROM accounts_token WHERE account = ?"
            tokens = connection.query(asked, (administrator,))
        anybodys = {"account": administrator, "token": tokens[0][0], "proposal": proposal_key(waiting)}
        records = records_of(settings, ledger, (schools[0], schools[1]), settings.commissioning_book)
    workbook = settings.commissioning_data / "planned.xlsx"
    write_workbook(workbook, renamed(first_sheets()) if second else first_sheets())
    with ThreadPoolExecutor(1) as pool:  # a thread of its own: the caller's loop may be running
        waits = pool.submit(asyncio.run, uploaded(settings, workbook.read_bytes())).result()
    anybodys["import"] = waits
    return Book(
        settings,
        {**records, **{name: (value, value) for name, value in anybodys.items()}},
        CANARY if second else "Larkfield",
    )


def _something_that_waits(ledger: Ledger, account: str, urn: int) -> str:
    """The id of a command that waits for a second person."""
    command_id = f"bank-{urn}"
    stated = {"account_name": "The school", "sort_code": "010203", "account_number": "12345678"}

    def deed(work: UnitOfWork) -> None:
        work.execute(change_of(work.vault, urn, checked(stated), work.state(BANK_DETAILS, str(urn))))

    ledger.run_together([Request(deed, command_id, "", account)])
    return command_id
