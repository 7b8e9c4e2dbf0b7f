"""What the service refuses to do at all: run text, follow redirects, believe headers, serve its own source."""

import ast
import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, make_mocked_request
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from commissioning import serving
from commissioning.accounts.pages.cookies import SIGN_IN_SETTINGS
from commissioning.accounts.pages.signing_in import place_of
from commissioning.accounts.settings import SignInSettings
from commissioning.accounts.tables import new_secret
from commissioning.settings import Settings
from tests.accounts.signing_in import client_of, form_token
from tests.accounts.test_directory import visiting
from tests.architecture.house import ROOT, modules

RUNS_TEXT = {"eval", "exec", "compile", "system", "popen", "loads_pickle"}
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "telnetlib", "ftplib", "dbm"}


def calls_of(path: Path) -> Iterator[str]:
    """What a module imports, and calls by a bare name or of `os`; `shell` for a program that a shell is to start."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name):
                yield function.id
            elif isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
                yield function.attr if function.value.id == "os" else ""
            if any(word.arg == "shell" and isinstance(word.value, ast.Constant) for word in node.keywords):
                yield "shell"


def test_no_text_becomes_code_and_no_bytes_become_objects(tmp_path: Path) -> None:
    """Nothing of the product evaluates text, starts a shell, or unpickles; planted, each is found."""
    found = {
        name: wrong
        for name, path in modules(ROOT).items()
        if (wrong := (RUNS_TEXT | UNSAFE_MODULES | {"shell"}).intersection(calls_of(path)))
    }
    assert found == {}
    for planted in (
        "eval('1')",
        "import pickle",
        "import os\nos.system('x')",
        "import subprocess as s\ns.run('x', shell=1)",
    ):
        (tmp_path / "planted.py").write_text(planted, encoding="utf-8")
        assert (RUNS_TEXT | UNSAFE_MODULES | {"shell"}).intersection(calls_of(tmp_path / "planted.py"))


def test_chance_that_can_be_foretold_is_for_figures_alone() -> None:
    """Secrets come from the system; the module of dice is used by the demonstration and by reports."""
    allowed = ("commissioning.demo.", "exports.", "commissioning.charges.", "tests.")
    users = [name for name, path in modules(ROOT).items() if "random" in calls_of(path)]
    assert [name for name in users if not name.startswith(allowed)] == []
    assert len({new_secret() for _ in range(100)}) == 100
    assert len(new_secret()) >= 43


def test_every_command_takes_its_own_fields_alone() -> None:
    """No program brings a field in that the command does not name."""
    assert len(serving.OFFERED) > 20
    for command in serving.OFFERED:
        assert command.model_config.get("extra") == "forbid"


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "PROPFIND"])
async def test_no_other_method_is_answered(settings: Settings, method: str) -> None:
    """Pages are read and forms are sent; nothing else is done with them."""
    async with client_of(settings, "commissioner") as client:
        answer = await client.request(method, "/placements")
        assert answer.status in (400, 405)


@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/.env", "/static/", "/static/0/", "/static/0/../serving.py", "/static/0/%2e%2e/%2e%2e/app.py",
     "/static/0/..%2f..%2fsettings.py", "/pyproject.toml", "/metrics/", "/data/ledger.sqlite3", "/outbox/"],
)  # fmt: skip
async def test_neither_source_nor_data_nor_a_folder_is_served(settings: Settings, path: str) -> None:
    """Only what the router knows is there."""
    async with client_of(settings, "commissioner", "administrator") as client:
        answer = await client.get(path, allow_redirects=False)
        assert answer.status == 404
        assert "import " not in await answer.text()


async def test_every_answer_says_what_it_is_and_in_which_letters(settings: Settings) -> None:
    """Pages, problems and files each name their type."""
    async with client_of(settings, "commissioner") as client:
        for path, kind in (
            ("/placements", "text/html; charset=utf-8"),
            ("/nowhere", "text/html; charset=utf-8"),
            ("/api/v1/reports/nowhere", "application/problem+json"),
            ("/reports/spend.csv", "text/csv; charset=utf-8"),
        ):
            assert (await client.get(path)).headers["Content-Type"] == kind


async def test_a_request_of_two_lengths_is_refused(settings: Settings) -> None:
    """What one proxy would cut here and another there is not taken apart by guessing."""
    async with client_of(settings) as client:
        reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
        writer.write(
            b"POST /sign-in/password HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        )
        first = await asyncio.wait_for(reader.readline(), 10)
        writer.close()
        assert b" 400 " in first


@pytest.mark.parametrize(
    ("behind_proxy", "sent", "place"),
    [
        (False, "203.0.113.9", "127.0.0.1"),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (True, "", "unknown"),
    ],
)
def test_whose_request_it_is_is_said_by_our_own_proxy_alone(behind_proxy: bool, sent: str, place: str) -> None:
    """Whoever writes the header themselves is not believed: it counts only where a proxy writes its last entry."""
    app = web.Application()
    app[SIGN_IN_SETTINGS] = SignInSettings(behind_proxy=behind_proxy)

    class Transport(asyncio.Transport):
        def get_extra_info(self, name: str, default: Any = None) -> Any:
            return ("127.0.0.1", 5000) if name == "peername" else default

    request = make_mocked_request("GET", "/", {"X-Forwarded-For": sent}, app=app, transport=Transport())
    assert place_of(request) == place


async def test_no_redirect_of_the_directory_is_followed(settings: Settings) -> None:
    """A directory that points elsewhere is not gone after: nobody there is asked anything."""
    asked: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.json_response({})

    async def pointing(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/elsewhere")

    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", pointing)
    app.router.add_get("/elsewhere", elsewhere)
    async with TestServer(app) as server, visiting(settings, str(server.make_url("/"))[:-1]) as client:
        assert (await client.get("/sign-in/directory", allow_redirects=False)).status == 503
    assert asked == []


def test_no_script_keeps_anything_of_the_council_in_the_browser() -> None:
    """Nothing of a session outlives it there: what is kept is that somebody has switched the keys off, no more."""
    scripts = list((ROOT / "commissioning/web/static/js").glob("**/*.js"))
    assert scripts
    for path in scripts:
        text = path.read_text(encoding="utf-8")
        for store in ("sessionStorage", "indexedDB", "document.cookie", "innerHTML", "eval("):
            assert store not in text, path.name
        kept = re.findall(r"localStorage\.\w+\((\w+)", text)
        assert len(kept) == text.count("localStorage")
        assert set(kept) <= {"KEY_IS_OFF"}


async def test_signing_out_clears_what_the_browser_kept(settings: Settings) -> None:
    """The browser is told to forget pages and stores, and the cookie ends."""
    async with client_of(settings, "reader") as client:
        answer = await client.post("/sign-out", data={"form_token": form_token(client)}, allow_redirects=False)
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert answer.cookies["session"]["max-age"] == "0"


def test_what_is_sealed_is_sealed_against_change_too() -> None:
    """Every cipher of the product is AES in GCM: no other is imported."""
    found = {
        node.names[0].name
        for path in modules(ROOT).values()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cryptography.hazmat.primitives.ciphers")
    }
    assert found == {AESGCM.__name__}
