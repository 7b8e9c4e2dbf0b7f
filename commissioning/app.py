"""The one place that wires everything: which packages record what, and how a ledger is opened for work.

Upper floors hear of lower floors' events through the projections listed here; nothing imports upward.
"""

import gc
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from commissioning.accounts.account import ACCOUNTS
from commissioning.accounts.acting import who_acts
from commissioning.accounts.audit_table import AuditTable
from commissioning.accounts.events import EVENTS as ACCOUNT_EVENTS
from commissioning.accounts.handlers import HANDLERS as ACCOUNT_HANDLERS
from commissioning.accounts.projections import AccountList
from commissioning.accounts.session import NOTES, SESSIONS, TOKENS, WORKBOOKS
from commissioning.charges.repricing import ChargesProjection
from commissioning.consultations.consultation import CONSULTATIONS
from commissioning.consultations.events import EVENTS as CONSULTATION_EVENTS
from commissioning.consultations.handlers import HANDLERS as CONSULTATION_HANDLERS
from commissioning.consultations.tables import ConsultationTable
from commissioning.database import connected
from commissioning.finance.budget import BUDGETS
from commissioning.finance.closing import CLOSINGS
from commissioning.finance.coding import CODING
from commissioning.finance.events import EVENTS as FINANCE_EVENTS
from commissioning.finance.handlers import HANDLERS as FINANCE_HANDLERS
from commissioning.ledger.aggregates import Aggregate
from commissioning.ledger.copies.giving_up import BOOKS, PositionsGivenUp, record_given_up
from commissioning.ledger.events import EventTypes
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.reading import Reader
from commissioning.ledger.store import Store
from commissioning.ledger.stores.sqlite import SqliteStore
from commissioning.ledger.time import Clock, system_clock
from commissioning.ledger.vault.erasure import ErasureList
from commissioning.ledger.vault.vault import Vault
from commissioning.ledger.witness.witness import Witness
from commissioning.ledger.work import Command, Composition, Handler
from commissioning.placements.awards import awards_above
from commissioning.placements.erasing import finish_erasures
from commissioning.placements.events import EVENTS as PLACEMENT_EVENTS
from commissioning.placements.first_reviews import FIRST_REVIEWS
from commissioning.placements.handlers import HANDLERS as PLACEMENT_HANDLERS
from commissioning.placements.placement import PLACEMENTS
from commissioning.placements.projections import PlacementTables, ReviewTable
from commissioning.placements.pupil import PUPILS
from commissioning.placements.review import REVIEWS
from commissioning.placements.sealing import HANDLERS as SEALING_HANDLERS
from commissioning.price_bands.events import EVENTS as PRICE_BAND_EVENTS
from commissioning.price_bands.handlers import HANDLERS as PRICE_BAND_HANDLERS
from commissioning.price_bands.table import PRICE_BANDS
from commissioning.proposals.events import EVENTS as PROPOSAL_EVENTS
from commissioning.proposals.handlers import HANDLERS as PROPOSAL_HANDLERS
from commissioning.proposals.projections import ProposalList
from commissioning.proposals.proposal import PROPOSALS
from commissioning.proposals.second_look import second_look
from commissioning.settings import Database, PostgresDatabase, Settings
from commissioning.uplifts.events import EVENTS as UPLIFT_EVENTS
from commissioning.uplifts.handlers import HANDLERS as UPLIFT_HANDLERS
from commissioning.uplifts.request import UPLIFTS
from commissioning.uplifts.round import UPLIFT_ROUNDS
from contracts.agreement import AGREEMENTS
from contracts.calendar import CALENDARS
from contracts.events import EVENTS as CONTRACT_EVENTS
from contracts.handlers import HANDLERS as CONTRACT_HANDLERS
from contracts.projections import AgreementList
from exports.leaving.events import EVENTS as EXPORT_EVENTS
from exports.leaving.export import EXPORTS
from exports.leaving.handlers import HANDLERS as EXPORT_HANDLERS
from exports.redactions.events import EVENTS as REDACTION_EVENTS
from exports.redactions.handlers import HANDLERS as REDACTION_HANDLERS
from exports.redactions.redaction import REDACTIONS
from exports.scenarios.events import EVENTS as SCENARIO_EVENTS
from exports.scenarios.handlers import HANDLERS as SCENARIO_HANDLERS
from exports.scenarios.scenario import SCENARIOS
from exports.views.events import EVENTS as VIEW_EVENTS
from exports.views.handlers import HANDLERS as VIEW_HANDLERS
from exports.views.view import VIEWS
from invoices.credits.drafting import draft_credit_requests
from invoices.credits.request import CREDIT_REQUESTS
from invoices.events import EVENTS as INVOICE_EVENTS
from invoices.events import UPCASTERS as INVOICE_UPCASTERS
from invoices.handlers import HANDLERS as INVOICE_HANDLERS
from invoices.intake.events import EVENTS as INVOICE_FILE_EVENTS
from invoices.intake.handlers import HANDLERS as INVOICE_FILE_HANDLERS
from invoices.intake.kept_files import KeptFiles
from invoices.intake.scanning import Scanner
from invoices.intake.school_files import SCHOOL_FILES
from invoices.intake.taking import Intake
from invoices.intake.workers import Workers
from invoices.invoice import INVOICES
from invoices.payment_file import PAYMENT_LAYOUTS
from invoices.projections import InvoiceTables
from invoices.rules import RULES as INVOICE_RULES
from invoices.run import PAYMENT_RUNS
from invoices.supplier import SUPPLIERS
from providers.bank.bank_details import BANK_DETAILS
from providers.bank.events import EVENTS as BANK_EVENTS
from providers.bank.handlers import HANDLERS as BANK_HANDLERS
from providers.bank.handlers import bank_details_take_two
from providers.events import EVENTS as PROVIDER_EVENTS
from providers.handlers import HANDLERS as PROVIDER_HANDLERS
from providers.oversight.events import EVENTS as OVERSIGHT_EVENTS
from providers.oversight.handlers import HANDLERS as OVERSIGHT_HANDLERS
from providers.oversight.oversight import MARKS, OVERSIGHT
from providers.projections import ProviderList
from providers.provider import PROVIDERS

TYPES = EventTypes(
    [
        *ACCOUNT_EVENTS,
        *PROPOSAL_EVENTS,
        *PROVIDER_EVENTS,
        *OVERSIGHT_EVENTS,
        *BANK_EVENTS,
        *CONTRACT_EVENTS,
        *PLACEMENT_EVENTS,
        *CONSULTATION_EVENTS,
        *UPLIFT_EVENTS,
        *PRICE_BAND_EVENTS,
        *FINANCE_EVENTS,
        *INVOICE_EVENTS,
        *INVOICE_FILE_EVENTS,
        *EXPORT_EVENTS,
        *VIEW_EVENTS,
        *SCENARIO_EVENTS,
        *REDACTION_EVENTS,
        PositionsGivenUp,
    ],
    INVOICE_UPCASTERS,
)
AGGREGATES: tuple[Aggregate[Any], ...] = (
    *(ACCOUNTS, SESSIONS, TOKENS, NOTES),
    *(WORKBOOKS, PROPOSALS),
    *(PROVIDERS, BANK_DETAILS, OVERSIGHT, MARKS),
    *(CALENDARS, AGREEMENTS),
    *(PLACEMENTS, PUPILS, REVIEWS, FIRST_REVIEWS, CONSULTATIONS),
    *(UPLIFT_ROUNDS, UPLIFTS, PRICE_BANDS),
    *(INVOICES, CREDIT_REQUESTS, PAYMENT_RUNS, SUPPLIERS, INVOICE_RULES, PAYMENT_LAYOUTS, SCHOOL_FILES),
    *(BUDGETS, CLOSINGS, CODING),
    *(EXPORTS, VIEWS, SCENARIOS, REDACTIONS),
    BOOKS,
)
ASIDE = tuple(
    aggregate.name
    for aggregate in (ACCOUNTS, SESSIONS, TOKENS, NOTES, PROPOSALS, SCHOOL_FILES, EXPORTS, VIEWS, SCENARIOS)
)
"""What tells nothing of the world: who came in, asked, took a file out or saved something to ask changes no report."""
HANDLERS: Mapping[type[Command], Handler] = {
    **ACCOUNT_HANDLERS,
    **PROPOSAL_HANDLERS,
    **PROVIDER_HANDLERS,
    **OVERSIGHT_HANDLERS,
    **BANK_HANDLERS,
    **CONTRACT_HANDLERS,
    **PLACEMENT_HANDLERS,
    **SEALING_HANDLERS,
    **CONSULTATION_HANDLERS,
    **UPLIFT_HANDLERS,
    **PRICE_BAND_HANDLERS,
    **FINANCE_HANDLERS,
    **INVOICE_HANDLERS,
    **INVOICE_FILE_HANDLERS,
    **EXPORT_HANDLERS,
    **VIEW_HANDLERS,
    **SCENARIO_HANDLERS,
    **REDACTION_HANDLERS,
}


def compose(award_limit: int | None = None) -> Composition:
    """All floors together, with fresh projections: one composition serves one ledger.

    An award of more than `award_limit`, in pence a year, takes two people; where none is set, no award does.
    """
    awards = () if award_limit is None else (awards_above(award_limit),)
    return Composition(
        types=TYPES,
        aggregates={aggregate.name: aggregate for aggregate in AGGREGATES},
        handlers=HANDLERS,
        projections=(
            AccountList(),
            AuditTable(),
            ProposalList(),
            ProviderList(),
            AgreementList(),
            PlacementTables(),
            ReviewTable(),
            ConsultationTable(),
            ChargesProjection(),
            InvoiceTables(),
        ),
        who_acts=who_acts,
        second_look=second_look(bank_details_take_two, *awards),
        following=draft_credit_requests,
    )


def store_of(database: Database) -> Store:
    """The store that keeps a ledger in a file, or on a server."""
    if isinstance(database, PostgresDatabase):
        from commissioning.ledger.stores.postgres import PostgresStore  # noqa: PLC0415 - only a server needs the driver

        return PostgresStore(database.url)
    return SqliteStore(database)


@contextmanager
def open_ledger(
    settings: Settings, clock: Clock = system_clock, *, against_witness: bool = True, store: Store | None = None
) -> Iterator[Ledger]:
    """The book of the settings, open for commands, compared with its witness unless that is what is to be told.

    A restore may name another `store` than the settings do.
    """
    book = settings.commissioning_book
    ledger = Ledger(
        store or store_of(settings.database),
        book,
        compose(settings.award_limit),
        open_witness(settings),
        open_vault(settings),
        clock,
    )
    try:
        if against_witness:
            ledger.open()
            finish_what_was_begun(ledger, settings)
        yield ledger
    finally:
        ledger.close()


def finish_what_was_begun(ledger: Ledger, settings: Settings) -> None:
    """Records what was done beside the ledger and, after a crash or a restore, stands in no event of it yet."""
    record_given_up(ledger, settings.witness_folder)
    finish_erasures(ledger)


def open_witness(settings: Settings) -> Witness:
    """The witness of the settings' book, in all its places."""
    return Witness(settings.witness_folders, settings.commissioning_book, settings.keys_folder)


def open_vault(settings: Settings) -> Vault:
    """The keys of the settings' book; listed pupils' keys that still stand are destroyed."""
    book = settings.commissioning_book
    return Vault(settings.keys_folder, book, settings.master_key, ErasureList(settings.witness_folder, book))


@asynccontextmanager
async def open_reader(settings: Settings) -> AsyncIterator[Reader]:
    """The book of the settings, open for questions."""
    # What start-up has made lives as long as the process; looking through it for garbage again and again would
    # cost a report of a county a quarter of its time.
    gc.freeze()
    async with connected(settings.database):
        yield Reader(settings.commissioning_book, TYPES, open_witness(settings), aside=ASIDE)


@contextmanager
def open_intake(settings: Settings) -> Iterator[Intake]:
    """Where invoice files come in: their folder, the processes that read them, and the scanner if there is one."""
    limits, scanner = settings.intake_limits, settings.commissioning_scanner
    with Workers(limits, settings.commissioning_readers) as workers:
        yield Intake(
            KeptFiles(settings.invoice_files, limits),
            workers,
            Scanner(scanner, settings.commissioning_scanner_seconds) if scanner else None,
        )
