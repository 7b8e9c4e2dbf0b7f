"""Two councils in one database, each with two schools: what is anybody's own in the one, and foreign in the other.

The second council is the first under other references and other names. Its names hold a word that no request of a test
ever sends, so that a page that shows it has read what it must not.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from commissioning.app import open_ledger
from commissioning.demo.loading import RecordingClock, load
from commissioning.demo.notebook import Recording
from commissioning.ledger.actor import ROLES
from commissioning.ledger.ledger import Ledger, Request
from commissioning.ledger.work import UnitOfWork
from commissioning.proposals.second_look import proposal_key
from commissioning.settings import Settings
from providers.bank.bank_details import BANK_DETAILS
from providers.bank.sealing import change_of, checked
from tests.accounts.signing_in import person, session, token
from tests.pages.world import first_sheets, later_sheets

CANARY = "Canary"
NEIGHBOUR = "Fenside"
"""In the name of the school that a provider of these tests does not speak for."""
_RENAMED = {
    "PL-": "XPL-", "BLOCK-": "XBLOCK-", "SPOT-": "XSPOT-", "900001": "910001", "900002": "910002",
    "Larkfield": f"{CANARY}field", NEIGHBOUR: f"{CANARY}side", "North": f"{CANARY}shire", "Three places": CANARY,
}  # fmt: skip


class Book(NamedTuple):
    """A council's settings, what names its records, and the word that its names hold."""

    settings: Settings
    identifiers: Mapping[str, tuple[str, str]]
    """By path parameter: an identifier of the first school, or of anybody, and one of the second school."""
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
    """A council with somebody of each role signed in, a token, and something that waits for a second person."""
    with open_ledger(settings) as ledger:
        people = {role: person(ledger, role, urns=(910001 if second else 900001,) if role == "provider" else ())
                  for role in ROLES}  # fmt: skip
        waiting = _something_that_waits(ledger, people["finance"], 910001 if second else 900001)
        session(ledger, people["administrator"])
        token(ledger, people["administrator"], "administrator")
        with ledger.store.reading() as connection:
            asked = "SELECT {} FROM accounts_{} WHERE account = ?"
            sessions = connection.query(asked.format("session", "session"), (people["administrator"],))
            tokens = connection.query(asked.format("token", "token"), (people["administrator"],))
    own = {
        "ref": ("PL-1", "PL-2"),
        "agreement": ("BLOCK-1", "SPOT-1"),
        "urn": ("900001", "900002"),
    }
    found = renamed({key: list(values) for key, values in own.items()}) if second else own
    anybodys = {
        "account": people["administrator"],
        "session": sessions[0][0],
        "token": tokens[0][0],
        "proposal": proposal_key(waiting),
        "command_id": f"{waiting}-waits",
    }
    identifiers = {key: (first, other) for key, (first, other) in found.items()}
    identifiers |= {key: (value, value) for key, value in anybodys.items()}
    return Book(settings, identifiers, CANARY if second else "Larkfield")


def _something_that_waits(ledger: Ledger, account: str, urn: int) -> str:
    """The id of a command that waits for a second person."""
    command_id = f"bank-{urn}"
    stated = {"account_name": "The school", "sort_code": "010203", "account_number": "12345678"}

    def deed(work: UnitOfWork) -> None:
        work.execute(change_of(work.vault, urn, checked(stated), work.state(BANK_DETAILS, str(urn))))

    ledger.run_together([Request(deed, command_id, "", account)])
    return command_id
