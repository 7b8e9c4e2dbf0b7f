"""The web application of one council's book: shell, pages and API put together, and served on this machine."""

import asyncio
import getpass
import signal
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

from aiohttp import web

from commissioning.app import open_ledger, open_reader
from commissioning.charges.pages.asked import COUNCIL, READER, TODAY
from commissioning.charges.pages.routes import TEMPLATES as CHARGES_TEMPLATES
from commissioning.charges.pages.routes import add_routes as add_charges_routes
from commissioning.demo.names import BOOK
from commissioning.importing.scenario import scenario_targets
from commissioning.ledger.time import london_day, system_clock
from commissioning.ledger.writer import Limits, Writer
from commissioning.placements.commands import WITHOUT_PERSONAL_WORDS
from commissioning.settings import Settings
from commissioning.web.commanding import WRITER
from commissioning.web.commanding import add_routes as add_command_routes
from commissioning.web.shell import MenuItem, ShellSettings, create_shell, refuse_public_host
from contracts.handlers import HANDLERS as CONTRACT_HANDLERS
from exports.api import add_routes as add_api_routes
from exports.pages.counterfactual import SCENARIOS
from exports.pages.files import ACCOUNT
from exports.pages.routes import TEMPLATES as EXPORTS_TEMPLATES
from exports.pages.routes import add_routes as add_exports_routes

MENU = (
    MenuItem("Home", "/"),
    MenuItem("Placements", "/placements"),
    MenuItem("Agreements", "/agreements"),
    MenuItem("Schools", "/schools"),
    MenuItem("Spend", "/spend"),
    MenuItem("Compare models", "/compare"),
    MenuItem("Empty places", "/voids"),
    MenuItem("What changed", "/bridge"),
    MenuItem("Reviews", "/reviews"),
    MenuItem("Needs a person", "/exceptions"),
    MenuItem("Finance", "/budget"),
)
_SECONDS_FOR_REQUESTS = 2.0
DEMONSTRATION = "A demonstration. The council, its schools, its pupils and every pound are invented."


def today_in_london() -> date:
    """The London day by this machine's clock."""
    return london_day(system_clock())


def web_application(settings: Settings, today: Callable[[], date] = today_in_london) -> web.Application:
    """The whole application over the book of the settings; it opens the database when it starts."""
    folders: dict[str, Path] = {"charges": CHARGES_TEMPLATES, "exports": EXPORTS_TEMPLATES}
    note = DEMONSTRATION if settings.commissioning_book == BOOK else ""
    app = create_shell(ShellSettings(council=settings.commissioning_council, menu=MENU, note=note), folders)
    app[TODAY] = today
    app[COUNCIL] = settings.commissioning_council
    app[SCENARIOS] = scenario_targets

    async def reading(app: web.Application) -> AsyncIterator[None]:
        async with open_reader(settings) as reader:
            app[READER] = reader
            yield

    async def writing(app: web.Application) -> AsyncIterator[None]:
        async with Writer(lambda: open_ledger(settings), limits_of(settings)) as writer:
            app[WRITER] = writer
            yield

    async def finish_writing(app: web.Application) -> None:
        await app[WRITER].close()

    app.cleanup_ctx.extend((reading, writing))
    # Before connections are closed, so that those whose changes still wait are answered.
    app.on_shutdown.append(finish_writing)
    add_charges_routes(app)
    add_exports_routes(app)
    add_api_routes(app)
    account = getpass.getuser()  # until people sign in, whoever runs the service is who asks
    app[ACCOUNT] = lambda _: account
    add_command_routes(app, (*CONTRACT_HANDLERS, *WITHOUT_PERSONAL_WORDS), app[ACCOUNT])
    return app


def limits_of(settings: Settings) -> Limits:
    """How much may wait for the ledger, by the settings."""
    return Limits(waiting=settings.commissioning_queue, patience=settings.commissioning_patience)


def run(settings: Settings, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serves until it is interrupted; `announce` is told the address. `Refused` for any host but this machine."""
    refuse_public_host(host)
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
