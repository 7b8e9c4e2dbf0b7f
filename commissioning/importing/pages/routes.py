"""The addresses of imports, the folder of their templates, and the uploads that an application keeps while it runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from aiohttp import hdrs, web

from commissioning.accounts.policy import may_bring_in_workbooks
from commissioning.importing.pages.importing import (
    UPLOADS,
    WORKING,
    confirm,
    drop,
    import_list,
    import_page,
    progress,
    take_upload,
)
from commissioning.importing.pages.working import Working
from commissioning.importing.uploads import Uploads
from commissioning.ledger.actor import FRONT_DOOR
from commissioning.ledger.errors import Refused
from commissioning.web.ledger_keys import CLOCK, READER, VAULT, WRITER
from commissioning.web.permissions import register

TEMPLATES = Path(__file__).parents[1] / "templates"
"""Asked for under the name `importing`."""
_BETWEEN_TIDYINGS = 900.0
"""Seconds after which uploads that have waited too long are looked for again."""


def add_routes(app: web.Application) -> None:
    """Adds the pages to an application that keeps uploads."""
    upload = "/imports/{upload:[0-9a-f]{32}}"
    register(app, hdrs.METH_GET, "/imports", import_list, may_bring_in_workbooks)
    register(app, hdrs.METH_POST, "/imports", take_upload, may_bring_in_workbooks)
    register(app, hdrs.METH_GET, upload, import_page, may_bring_in_workbooks)
    register(app, hdrs.METH_GET, f"{upload}/progress", progress, may_bring_in_workbooks)
    register(app, hdrs.METH_POST, f"{upload}/confirm", confirm, may_bring_in_workbooks)
    register(app, hdrs.METH_POST, f"{upload}/drop", drop, may_bring_in_workbooks)


def keep_uploads(app: web.Application, folder: Path) -> None:
    """Has the application keep uploads in a folder, from when it has its reader, vault and writer on."""

    async def keeping(app: web.Application) -> AsyncIterator[None]:
        uploads = app[UPLOADS] = Uploads(folder, app[VAULT], app[WRITER])
        app[WORKING] = Working(uploads, app[READER], app[WRITER])
        tidying = asyncio.create_task(_tidy_up(app))
        yield
        tidying.cancel()

    async def finish(app: web.Application) -> None:
        await app[WORKING].close()

    app.cleanup_ctx.append(keeping)
    app.on_shutdown.insert(0, finish)  # while the writer still writes


async def _tidy_up(app: web.Application) -> None:
    while True:
        with suppress(Refused):  # a ledger that cannot be reached now is tried again
            await app[UPLOADS].tidy_up(app[CLOCK](), FRONT_DOOR)
        await asyncio.sleep(_BETWEEN_TIDYINGS)
