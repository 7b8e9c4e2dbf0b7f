"""The database as Tortoise sees it: which packages own read tables, how they are migrated and connected."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor

from commissioning.ledger.errors import Fault, Refused

APP = "commissioning"
MODELS = [
    "providers.projections",
    "contracts.projections",
    "commissioning.placements.projections",
    "commissioning.charges.projections",
]


def tortoise_config(path: Path | str) -> dict[str, Any]:
    """Tortoise's configuration for an SQLite file; `tortoise makemigrations` reads `TORTOISE`, below."""
    return {
        "connections": {"default": f"sqlite://{path}"},
        "apps": {APP: {"models": MODELS, "migrations": "commissioning.migrations", "default_connection": "default"}},
    }


TORTOISE = tortoise_config(":memory:")


@asynccontextmanager
async def connected(path: Path) -> AsyncIterator[TortoiseContext]:
    """Tortoise's connection to a database that is up to date; `Refused` when `migrate` must run first."""
    _must_exist(path)
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(path))
        if waiting := await _waiting(context):
            raise Refused(
                Fault(
                    "migrate",
                    "The database is of an older version.",
                    where=str(path),
                    mend=f"Run “commissioning migrate” ({', '.join(waiting)}).",
                    status=503,
                )
            )
        yield context


async def migrate(path: Path) -> list[str]:
    """Makes the database where there is none and brings it up to date; gives the names of the steps taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(path))
        steps = await _waiting(context)
        await _executor(context).migrate()
        return steps


async def _waiting(context: TortoiseContext) -> list[str]:
    executor = _executor(context)
    await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))  # noqa: SLF001 - plan() needs its table
    return [step.migration.name for step in await executor.plan()]


def _executor(context: TortoiseContext) -> MigrationExecutor:
    return MigrationExecutor(context.connections.get("default"), tortoise_config(":memory:")["apps"])


def _must_exist(path: Path) -> None:
    if path.exists():
        return
    raise Refused(
        Fault(
            "no-ledger",
            "There is no ledger here yet.",
            where=str(path),
            mend="Run “commissioning migrate” to make an empty one, "
            "or “commissioning demo” to try an invented council.",
            status=503,
        )
    )
