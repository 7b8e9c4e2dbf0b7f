"""Three PostgreSQL servers that Patroni keeps as one: a primary, a synchronous standby and another, on this machine.

Made of Debian's packages `patroni`, `etcd-server` and `postgresql`. A node is lost as a machine is: its Patroni and its
server are killed together.
"""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tests.postgres_server import free_port, postgres_programs, unprivileged_user

TTL_SECONDS = 20
"""How long a primary that is not heard of stays the primary; the least that Patroni allows."""
_PASSWORD = "invented"  # noqa: S105 - of servers that nobody else reaches and that are gone with the run


class Node:
    """One server with its Patroni."""

    def __init__(self, name: str, folder: Path, etcd_port: int) -> None:
        self.name, self.port, self.api_port = name, free_port(), free_port()
        self._data, self._settings = folder / name, folder / f"{name}.json"
        self._log = folder / f"{name}.log"
        self._settings.write_text(
            json.dumps(self._as_settings(folder, etcd_port)), encoding="utf-8"
        )  # JSON is YAML too
        self._patroni: subprocess.Popen[bytes] | None = None

    def start(self, user: dict[str, Any]) -> None:
        """Starts Patroni, which makes the server, has it follow the primary, or makes it the primary."""
        with self._log.open("ab") as log:
            words = ["patroni", str(self._settings)]
            self._patroni = subprocess.Popen(words, stdout=log, stderr=log, cwd=self._settings.parent, **user)

    def kill(self) -> None:
        """Kills Patroni and every process of the server, at once and without warning."""
        assert self._patroni is not None
        self._patroni.kill()
        self._patroni.wait()
        with suppress(FileNotFoundError, IndexError):
            postmaster = int((self._data / "postmaster.pid").read_text(encoding="ascii").split()[0])
            for process in [postmaster, *_children(postmaster)]:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)

    def cluster(self) -> list[dict[str, Any]]:
        """What the node's Patroni knows of all members; nothing where it does not answer."""
        try:
            with urlopen(f"http://127.0.0.1:{self.api_port}/cluster", timeout=5) as answer:
                members: list[dict[str, Any]] = json.load(answer)["members"]
        except (URLError, OSError, KeyError, ValueError):
            return []
        return members

    def _as_settings(self, folder: Path, etcd_port: int) -> dict[str, Any]:
        # A standby looks for its new primary all the time and not only every five seconds: writing waits for it.
        parameters = {"max_connections": 50, "wal_log_hints": "on", "wal_retrieve_retry_interval": "200ms"}
        shared = {
            "ttl": TTL_SECONDS, "loop_wait": 1, "retry_timeout": 3, "maximum_lag_on_failover": 1_048_576,
            "synchronous_mode": True, "synchronous_mode_strict": True,
            "postgresql": {"use_pg_rewind": True, "parameters": parameters},
        }  # fmt: skip
        logins = {name: {"username": name, "password": _PASSWORD} for name in ("superuser", "replication", "rewind")}
        return {
            "scope": "commissioning",
            "name": self.name,
            "restapi": {"listen": f"127.0.0.1:{self.api_port}", "connect_address": f"127.0.0.1:{self.api_port}"},
            "etcd3": {"host": f"127.0.0.1:{etcd_port}"},
            "bootstrap": {"dcs": shared, "initdb": [{"encoding": "UTF8"}, {"locale": "C"}, "data-checksums"]},
            "postgresql": {
                "listen": f"127.0.0.1:{self.port}",
                "connect_address": f"127.0.0.1:{self.port}",
                "data_dir": str(self._data),
                "bin_dir": str(postgres_programs()),
                "pgpass": str(folder / f"{self.name}.pgpass"),
                "authentication": logins,
                "parameters": {"unix_socket_directories": str(folder), "shared_buffers": "64MB"},
                "pg_hba": [f"host {database} all 127.0.0.1/32 md5" for database in ("all", "replication")]
                + ["local all all trust"],
            },
        }


class Cluster:
    """Three nodes and the store in which they agree on who is the primary."""

    def __init__(self, folder: Path) -> None:
        self.user = unprivileged_user(folder)
        etcd_port = free_port()
        client, peer = (f"http://127.0.0.1:{port}" for port in (etcd_port, free_port()))
        words = ["etcd", "--data-dir", str(folder / "etcd"), "--listen-client-urls", client, "--advertise-client-urls",
                 client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                 "--initial-cluster", f"default={peer}"]  # fmt: skip
        with (folder / "etcd.log").open("wb") as log:
            self._etcd = subprocess.Popen(words, stdout=log, stderr=log, **self.user)
        self.nodes = {name: Node(name, folder, etcd_port) for name in ("ash", "birch", "cedar")}
        for node in self.nodes.values():
            node.start(self.user)

    def url(self, database: str) -> str:
        """An address that names all three; the driver takes the one that can be written to."""
        servers = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes.values())
        return f"postgres://superuser:{_PASSWORD}@{servers}/{database}?target_session_attrs=read-write"

    def members(self) -> dict[str, dict[str, Any]]:
        """Every member by name, as the first node that answers knows it."""
        for node in self.nodes.values():
            if members := node.cluster():
                return {member["name"]: member for member in members}
        return {}

    def primary(self) -> str:
        """The name of the primary; waits until there is one, a synchronous standby and another that follows."""
        _wait(self._is_whole, 180)
        return next(name for name, member in self.members().items() if member["role"] == "leader")

    def remove(self) -> None:
        """Stops everything."""
        for node in self.nodes.values():
            node.kill()
        self._etcd.kill()
        self._etcd.wait()

    def _is_whole(self) -> bool:
        members = self.members().values()
        follows = [member for member in members if member["role"] != "leader" and member["state"] in _FOLLOWING]
        roles = [member["role"] for member in members]
        return roles.count("leader") == 1 and roles.count("sync_standby") == 1 and len(follows) == len(self.nodes) - 1


_FOLLOWING = ("running", "streaming")


def _wait(reached: Callable[[], bool], seconds: float) -> None:
    until = monotonic() + seconds
    while not reached():
        if monotonic() > until:
            raise TimeoutError
        sleep(0.2)


def _children(process: int) -> list[int]:
    with suppress(FileNotFoundError):
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return []
