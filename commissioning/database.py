"""The database as Tortoise sees it: which packages own read tables, how they are migrated and connected."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.transactions import in_transaction

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.settings import Database, PostgresDatabase

APP = "commissioning"
MODELS = [
    "commissioning.web.forms.tables",
    "commissioning.accounts.audit_table",
    "commissioning.accounts.projections",
    "commissioning.accounts.tables",
    "commissioning.proposals.projections",
    "providers.projections",
    "contracts.projections",
    "commissioning.placements.projections",
    "commissioning.charges.projections",
    "commissioning.consultations.tables",
    "invoices.projections",
    "invoices.release_tables",
]


def tortoise_config(database: Database | str, *, as_owner: bool = False) -> dict[str, Any]:
    """Tortoise's configuration for reading a database; `tortoise makemigrations` reads `TORTOISE`, below.

    `as_owner` is for migrating one that is kept on a server.
    """
    connection: str | dict[str, Any] = f"sqlite://{database}"
    if isinstance(database, PostgresDatabase):
        # Imported here, as everywhere below, because only a ledger on a server needs the driver.
        from commissioning.ledger.stores.postgres_reading import owning_pool, reading_pool  # noqa: PLC0415

        pool = owning_pool(database.owner_url) if as_owner else reading_pool(database.url)
        connection = {"engine": "tortoise.backends.psycopg", "credentials": pool}
    return {
        "connections": {"default": connection},
        "apps": {APP: {"models": MODELS, "migrations": "commissioning.migrations", "default_connection": "default"}},
    }


TORTOISE = tortoise_config(":memory:")


@asynccontextmanager
async def connected(database: Database) -> AsyncIterator[TortoiseContext]:
    """Tortoise's connection to a database that is up to date; `Refused` when `migrate` must run first."""
    if is_missing(database):
        raise _no_ledger(database)
    if isinstance(database, PostgresDatabase):
        from commissioning.ledger.stores.postgres_session import connect  # noqa: PLC0415

        connect(database.url).close()  # what is wrong is told at once, and better than by a pool that keeps trying
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(database))
        if waiting := await _waiting(_executor(context.connections.get("default"))):
            raise Refused(
                Fault(
                    "migrate",
                    "The database is of an older version.",
                    where=str(database),
                    mend=said("Run “commissioning migrate” (%(waiting)s).", waiting=", ".join(waiting)),
                    status=503,
                )
            )
        yield context


def is_missing(database: Database) -> bool:
    """Whether there is no ledger at all yet, so that `migrate` would make one."""
    if isinstance(database, PostgresDatabase):
        from commissioning.ledger.stores.postgres_session import holds_a_ledger  # noqa: PLC0415

        return not holds_a_ledger(database.owner_url)
    return not database.exists()


async def migrate(database: Database) -> list[str]:
    """Makes the tables where there are none and brings them up to date; gives the names of the steps taken."""
    if isinstance(database, PostgresDatabase):
        from commissioning.ledger.stores.postgres_faults import in_words  # noqa: PLC0415
        from commissioning.ledger.stores.postgres_session import migrating_alone  # noqa: PLC0415

        with in_words(str(database)), migrating_alone(database.owner_url):
            return await _migrate(database)
    database.parent.mkdir(parents=True, exist_ok=True)
    return await _migrate(database)


async def _migrate(database: Database) -> list[str]:
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(database, as_owner=True))
        # All steps and the notes of them as one transaction: of a migration that is interrupted nothing is left.
        async with in_transaction("default") as connection:
            return await _take_steps(connection)


async def _take_steps(connection: BaseDBAsyncClient) -> list[str]:
    executor = _executor(connection)
    await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))  # noqa: SLF001 - as migrate() does
    steps = await _waiting(executor)
    await executor.migrate()
    return steps


async def _waiting(executor: MigrationExecutor) -> list[str]:
    """The names of the steps that were not taken yet; all of them where nothing was ever recorded."""
    return [step.migration.name for step in await executor.plan()]


class _Recorder(MigrationRecorder):
    """Notes which steps were taken.

    Tortoise's own speaks to every PostgreSQL driver as if it were asyncpg, and to SQLite in scripts.
    """

    async def ensure_schema(self, schema_editor: Any) -> None:
        """Makes the table of the notes. SQLite ends a transaction before a script, so there it is a statement."""
        if self._dialect != "sqlite":
            await super().ensure_schema(schema_editor)
            return
        sql = schema_editor._get_model_sql_data(self.model).table_sql  # noqa: SLF001 - as Tortoise's own does
        await schema_editor.client.execute_query(sql.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))

    def _placeholder(self, pos: int) -> str:
        return "%s" if self._dialect == "postgres" else super()._placeholder(pos)


def _executor(connection: BaseDBAsyncClient) -> MigrationExecutor:
    executor = MigrationExecutor(connection, TORTOISE["apps"])
    executor.recorder = executor.loader.recorder = _Recorder(connection)
    return executor


def _no_ledger(database: Database) -> Refused:
    return Refused(
        Fault(
            "no-ledger",
            "There is no ledger here yet.",
            where=str(database),
            mend="Run “commissioning migrate” to make an empty one, "
            "or “commissioning demo” to try an invented council.",
            status=503,
        )
    )
