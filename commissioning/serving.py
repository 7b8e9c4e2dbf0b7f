"""The web application of one council's book: shell, pages and API put together, and served on this machine."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import date
from urllib.parse import urlsplit

from aiohttp import web

from commissioning.accounts.audit import Words
from commissioning.accounts.names import Names
from commissioning.accounts.pages.auditing import AUDIT_WORDS
from commissioning.accounts.pages.routes import TEMPLATES as ACCOUNTS_TEMPLATES
from commissioning.accounts.pages.routes import add_routes as add_accounts_routes
from commissioning.accounts.pages.routes import finish_work, take_up_work
from commissioning.accounts.policy import may_invite_providers, may_read_audit, may_send_commands
from commissioning.app import open_intake, open_ledger, open_reader, open_vault
from commissioning.charges.pages.asked import COUNCIL, NAMES, TODAY
from commissioning.charges.pages.routes import TEMPLATES as CHARGES_TEMPLATES
from commissioning.charges.pages.routes import add_routes as add_charges_routes
from commissioning.charges.reviews.pages.routes import add_routes as add_review_routes
from commissioning.consultations.commands import IN_WORDS as CONSULTATIONS_IN_WORDS
from commissioning.consultations.commands import WITHOUT_PERSONAL_WORDS as PLAIN_CONSULTATIONS
from commissioning.consultations.pages.routes import TEMPLATES as CONSULTATIONS_TEMPLATES
from commissioning.consultations.pages.routes import add_routes as add_consultations_routes
from commissioning.consultations.policy import may_see_consultations
from commissioning.demo.names import BOOK
from commissioning.finance.policy import may_see_budgets
from commissioning.importing.pages.routes import TEMPLATES as IMPORTING_TEMPLATES
from commissioning.importing.pages.routes import add_routes as add_importing_routes
from commissioning.importing.pages.routes import keep_uploads
from commissioning.importing.scenario import scenario_asked
from commissioning.ledger.time import Clock, london_day, system_clock
from commissioning.ledger.writer import Limits, Writer
from commissioning.placements.commands import WITHOUT_PERSONAL_WORDS
from commissioning.placements.in_words import IN_WORDS
from commissioning.placements.policy import may_see_own_placements, may_see_placements
from commissioning.price_bands.handlers import HANDLERS as PRICE_BAND_HANDLERS
from commissioning.price_bands.pages.routes import add_routes as add_price_band_routes
from commissioning.proposals.commands import WITHOUT_PERSONAL_WORDS as PROPOSAL_COMMANDS
from commissioning.proposals.pages.routes import TEMPLATES as PROPOSALS_TEMPLATES
from commissioning.proposals.pages.routes import add_routes as add_proposals_routes
from commissioning.proposals.policy import may_see_waiting
from commissioning.settings import Settings
from commissioning.uplifts.handlers import HANDLERS as UPLIFT_HANDLERS
from commissioning.uplifts.pages.routes import TEMPLATES as UPLIFTS_TEMPLATES
from commissioning.uplifts.pages.routes import add_routes as add_uplifts_routes
from commissioning.web.commanding import add_routes as add_command_routes
from commissioning.web.describing import add_routes as add_describing_routes
from commissioning.web.forms.pages import add_routes as add_form_routes
from commissioning.web.language import N_
from commissioning.web.ledger_keys import CLOCK, READER, VAULT, WRITER
from commissioning.web.log_lines import log_as_json
from commissioning.web.settings import LOOPBACK_NAMES, translations_of
from commissioning.web.shell import MenuItem, ShellSettings, create_shell, refuse_public_host
from commissioning.web.watching import add_routes as add_watching_routes
from contracts.handlers import HANDLERS as CONTRACT_HANDLERS
from contracts.policy import may_see_agreements
from exports.api import add_routes as add_api_routes
from exports.leaving.events import FileExported
from exports.leaving.export import file_in_words
from exports.pages.counterfactual import SCENARIO_READER
from exports.pages.routes import TEMPLATES as EXPORTS_TEMPLATES
from exports.pages.routes import add_routes as add_exports_routes
from exports.policy import may_see_reports
from exports.redactions.commands import COMMANDS as REDACTION_COMMANDS
from exports.redactions.events import RedactionDecided
from exports.redactions.redaction import redaction_in_words
from exports.scenarios.handlers import HANDLERS as SCENARIO_HANDLERS
from exports.views.handlers import HANDLERS as VIEW_HANDLERS
from invoices.commands import IN_WORDS as INVOICES_IN_WORDS
from invoices.handlers import HANDLERS as INVOICE_HANDLERS
from invoices.intake.events import InvoiceFileLeft
from invoices.intake.pages.receiving import open_and_close as open_and_close_intake
from invoices.intake.pages.routes import TEMPLATES as INTAKE_TEMPLATES
from invoices.intake.pages.routes import add_routes as add_intake_routes
from invoices.intake.school_files import left_in_words
from invoices.pages.routes import TEMPLATES as INVOICES_TEMPLATES
from invoices.pages.routes import add_routes as add_invoices_routes
from invoices.policy import may_see_invoices, may_see_own_invoices
from providers.bank.pages.routes import TEMPLATES as BANK_TEMPLATES
from providers.bank.pages.routes import add_routes as add_bank_routes
from providers.handlers import HANDLERS as PROVIDER_HANDLERS
from providers.oversight.commands import WITHOUT_PERSONAL_WORDS as OVERSIGHT_COMMANDS
from providers.oversight.pages.routes import add_routes as add_oversight_routes
from providers.pages.refreshing import TEMPLATES as PROVIDERS_TEMPLATES
from providers.pages.refreshing import add_routes as add_provider_routes
from providers.policy import may_see_providers

AUDIT_WORDS_ABOVE: Words = {
    FileExported: file_in_words,
    InvoiceFileLeft: left_in_words,
    RedactionDecided: redaction_in_words,
}
MENU = (
    MenuItem(N_("Home"), "/", may_see_reports),
    MenuItem(N_("Placements"), "/placements", may_see_placements),
    MenuItem(N_("Consultations"), "/consultations", may_see_consultations),
    MenuItem(N_("Agreements"), "/agreements", may_see_agreements),
    MenuItem(N_("Schools"), "/schools", may_see_providers),
    MenuItem(N_("Reviews"), "/reviews", may_see_reports),
    MenuItem(N_("Invoices"), "/invoices", may_see_invoices),
    MenuItem(N_("Spend"), "/spend", may_see_reports),
    MenuItem(N_("Compare models"), "/compare", may_see_reports),
    MenuItem(N_("What changed"), "/bridge", may_see_reports),
    MenuItem(N_("Waiting"), "/waiting", may_see_waiting),
    MenuItem(N_("Finance"), "/budget", may_see_budgets),
    MenuItem(N_("Your schools"), "/your-schools", may_see_own_placements),
    MenuItem(N_("Your invoices"), "/your-invoices", may_see_own_invoices),
    MenuItem(N_("Send invoices"), "/invoices/send", may_see_own_invoices),
    MenuItem(N_("Accounts"), "/accounts", may_invite_providers),
    MenuItem(N_("Audit"), "/audit", may_read_audit),
)
SEARCH = MenuItem(N_("Placement, pupil, school or agreement"), "/search", may_see_placements)
_SECONDS_FOR_REQUESTS = 2.0
OFFERED = (
    *PROPOSAL_COMMANDS,
    *PROVIDER_HANDLERS,
    *OVERSIGHT_COMMANDS,
    *CONTRACT_HANDLERS,
    *WITHOUT_PERSONAL_WORDS,
    *PLAIN_CONSULTATIONS,
    *UPLIFT_HANDLERS,
    *(kind for kind in INVOICE_HANDLERS if kind not in INVOICES_IN_WORDS),
    *PRICE_BAND_HANDLERS,
    *VIEW_HANDLERS,
    *SCENARIO_HANDLERS,
    *REDACTION_COMMANDS,
)
"""What programs may ask: whatever holds nothing to be sealed first. Each command asks its own policy besides."""
DEMONSTRATION = N_("A demonstration. The council, its schools, its pupils and every pound are invented.")


def today_in_london() -> date:
    """The London day by this machine's clock."""
    return london_day(system_clock())


def web_application(
    settings: Settings, today: Callable[[], date] = today_in_london, clock: Clock = system_clock
) -> web.Application:
    """The whole application over the book of the settings; it opens the database when it starts."""
    sign_in = settings.sign_in
    app = create_shell(
        ShellSettings(
            council=settings.commissioning_council,
            menu=MENU,
            search=SEARCH,
            note=DEMONSTRATION if settings.commissioning_book == BOOK else "",
            host_names=host_names_of(sign_in.address),
            https=sign_in.is_secure,
            translations=translations_of(settings.commissioning_translations),
        ),
        {
            "accounts": ACCOUNTS_TEMPLATES,
            "proposals": PROPOSALS_TEMPLATES,
            "bank": BANK_TEMPLATES,
            "providers": PROVIDERS_TEMPLATES,
            "charges": CHARGES_TEMPLATES,
            "invoices": INVOICES_TEMPLATES,
            "consultations": CONSULTATIONS_TEMPLATES,
            "intake": INTAKE_TEMPLATES,
            "exports": EXPORTS_TEMPLATES,
            "importing": IMPORTING_TEMPLATES,
            "uplifts": UPLIFTS_TEMPLATES,
        },
    )
    app[TODAY] = today
    app[CLOCK] = clock
    app[COUNCIL] = settings.commissioning_council
    app[SCENARIO_READER] = scenario_asked
    app[AUDIT_WORDS] = AUDIT_WORDS_ABOVE
    open_and_close(app, settings)
    keep_uploads(app, settings.commissioning_data / "uploads")
    open_and_close_intake(app, lambda: open_intake(settings))
    add_watching_routes(app)
    add_accounts_routes(app, sign_in, settings.post(clock))
    add_form_routes(app)
    add_provider_routes(app)
    add_oversight_routes(app)
    add_proposals_routes(app)
    add_bank_routes(app)
    add_charges_routes(app)
    add_invoices_routes(app)
    add_consultations_routes(app)
    add_review_routes(app)
    add_intake_routes(app)
    add_uplifts_routes(app)
    add_price_band_routes(app)
    add_exports_routes(app)
    add_importing_routes(app)
    add_api_routes(app)
    add_command_routes(app, OFFERED, may_send_commands, (*IN_WORDS, *CONSULTATIONS_IN_WORDS, *INVOICES_IN_WORDS))
    add_describing_routes(app)
    return app


def open_and_close(app: web.Application, settings: Settings) -> None:
    """Has the application open its book for reading and writing when it starts, and close it when it stops."""

    async def reading(app: web.Application) -> AsyncIterator[None]:
        async with open_reader(settings) as reader:
            app[READER] = reader
            with closing(open_vault(settings)) as vault:
                app[VAULT] = vault
                app[NAMES] = Names(reader, vault)
                yield

    async def writing(app: web.Application) -> AsyncIterator[None]:
        async with Writer(lambda: open_ledger(settings, app[CLOCK]), limits_of(settings)) as writer:
            app[WRITER] = writer
            await take_up_work(app)
            yield

    async def finish_writing(app: web.Application) -> None:
        await finish_work(app)
        await app[WRITER].close()

    app.cleanup_ctx.extend((reading, writing))
    # Before connections are closed, so that those whose changes still wait are answered.
    app.on_shutdown.append(finish_writing)


def host_names_of(address: str) -> frozenset[str]:
    """The names under which the service answers: this machine's own, and that of its address."""
    host = urlsplit(address).hostname
    return LOOPBACK_NAMES | {host} if host else LOOPBACK_NAMES


def limits_of(settings: Settings) -> Limits:
    """How much may wait for the ledger, by the settings."""
    return Limits(waiting=settings.commissioning_queue, patience=settings.commissioning_patience)


def run(settings: Settings, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serves until it is interrupted; `announce` is told the address.

    `Refused` for any host but this machine, unless the settings say at which https address people reach the service:
    then a proxy holds the certificate, and sessions are bound to that address.
    """
    if not settings.sign_in.is_secure:
        refuse_public_host(host)
    log_as_json(settings.commissioning_log_level)
    asyncio.run(_serve(web_application(settings), host, port, announce))


async def _serve(app: web.Application, host: str, port: int, announce: Callable[[str], None]) -> None:
    stopped = asyncio.Event()
    for stop in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(stop, stopped.set)
    # Of the ten seconds that a stopping service has, the writer's queue has eight.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SECONDS_FOR_REQUESTS)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        where, bound = runner.addresses[0][:2]
        announce(f"http://{f'[{where}]' if ':' in where else where}:{bound}/")
        await stopped.wait()
    finally:
        await runner.cleanup()
