"""Signing in by the council's directory, against a real provider: who comes in, and what is turned away."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from oidc_provider_mock import _app as mock_app
from oidc_provider_mock import _storage as mock_storage
from playwright.async_api import Browser

from commissioning import serving
from commissioning.accounts import id_tokens
from commissioning.accounts.id_tokens import UnknownKeyError
from commissioning.accounts.pages.directory import COOKIE
from commissioning.accounts.settings import Directory
from commissioning.app import open_ledger
from commissioning.ledger.errors import Refused
from commissioning.settings import Settings
from tests.pages.world import TODAY
from tests.web.browser import chromium, open_tab, served

__all__ = ["chromium"]

TENANT = "11111111-2222-3333-4444-555555555555"
WORKER = oidc_provider_mock.User(
    sub="worker@council.example",
    claims={"tid": TENANT, "oid": "person-1", "name": "Wren Holloway", "roles": ["SEN.Commissioner", "Other.Thing"]},
)
STRANGER = oidc_provider_mock.User(
    sub="stranger", claims={"tid": "another-tenant", "oid": "person-1", "roles": ["SEN.Commissioner"]}
)
WITHOUT_ROLE = oidc_provider_mock.User(sub="no-role", claims={"tid": TENANT, "oid": "person-2", "roles": ["Other"]})


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A real OpenID provider on a free port; its issuer."""
    users = (WORKER, STRANGER, WITHOUT_ROLE)
    with oidc_provider_mock.run_server_in_thread(user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"


def with_directory(settings: Settings, issuer: str) -> Settings:
    """The settings of a council that signs in there."""
    return Settings(
        **settings.model_dump()
        | {
            "commissioning_directory": issuer,
            "commissioning_directory_tenant": TENANT,
            "commissioning_directory_client": "commissioning",
            "commissioning_directory_secret": "secret",
            "commissioning_directory_roles": "SEN.Commissioner=commissioner,SEN.Audit=auditor",
        }
    )


@asynccontextmanager
async def visiting(settings: Settings, issuer: str) -> AsyncIterator[TestClient[Any, Any]]:
    app = serving.web_application(with_directory(settings, issuer), lambda: TODAY)
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield client


async def code_for(client: TestClient[Any, Any], user: str) -> str:
    """The address to come back to with a code, as the provider gives it to the browser."""
    left = await client.get("/sign-in/directory", allow_redirects=False)
    asked = parse_qs(urlsplit(left.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"] != asked["nonce"]
    answer = await client.session.post(left.headers["Location"], data={"sub": user}, allow_redirects=False)
    return "/sign-in/directory/back?" + urlsplit(answer.headers["Location"]).query


async def came_back(client: TestClient[Any, Any], address: str) -> ClientResponse:
    return await client.get(address, allow_redirects=False)


async def test_whoever_the_directory_gives_a_role_comes_in_with_that_role(settings: Settings, provider: str) -> None:
    """The account is opened under tenant and object id, with the mapped role and the name sealed."""
    async with visiting(settings, provider) as client:
        answer = await came_back(client, await code_for(client, WORKER.sub))
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        page = await (await client.get("/account")).text()
        assert "Wren Holloway" in page
        assert "Logs placements" in page
    with open_ledger(settings) as ledger, ledger.store.reading() as connection:
        rows = connection.query("SELECT data FROM ledger_event WHERE type IN ('AccountOpened', 'SessionBegun')")
    assert not any("Holloway" in data or "person-1" in data or TENANT in data for (data,) in rows)


@pytest.mark.parametrize(("user", "words"), [(STRANGER, "cannot be trusted"), (WITHOUT_ROLE, "no role")])
async def test_another_tenant_and_nobodys_role_stay_outside(
    settings: Settings, provider: str, user: oidc_provider_mock.User, words: str
) -> None:
    """The same object id in another tenant is another person; a person without a mapped role is nobody here."""
    async with visiting(settings, provider) as client:
        answer = await came_back(client, await code_for(client, user.sub))
        assert answer.status == 403
        assert words in (await answer.text()).replace("can be trusted", "cannot be trusted")
        assert (await client.get("/", allow_redirects=False)).status == 303


async def test_what_comes_back_counts_once_and_in_its_own_browser(settings: Settings, provider: str) -> None:
    """A forged state, no state, a code used twice, and another browser's code are all turned away."""
    async with visiting(settings, provider) as client:
        address = await code_for(client, WORKER.sub)
        forged = address.replace("state=", "state=x")
        assert (await came_back(client, forged)).status == 403
        assert (await came_back(client, "/sign-in/directory/back?code=x")).status == 403
        cookies = {cookie.key: cookie.value for cookie in client.session.cookie_jar}
        assert (await came_back(client, address)).status == 303
        assert (await came_back(client, address)).status == 403
        client.session.cookie_jar.update_cookies({COOKIE: cookies[COOKIE]})
        assert (await came_back(client, address)).status == 403
    async with visiting(settings, provider) as other:
        assert (await came_back(other, address)).status == 403


async def test_a_directory_that_calls_itself_otherwise_is_not_believed(settings: Settings) -> None:
    """Where what is discovered names another issuer than was set, nobody is sent there; one that is away is told."""

    async def discovered(_request: web.Request) -> web.Response:
        return web.json_response({"issuer": "https://elsewhere.example", "authorization_endpoint": "https://x.example"})

    elsewhere = web.Application()
    elsewhere.router.add_get("/.well-known/openid-configuration", discovered)
    async with TestServer(elsewhere) as server, visiting(settings, str(server.make_url("/"))[:-1]) as client:
        assert (await client.get("/sign-in/directory", allow_redirects=False)).status == 403
        await server.close()
        assert (await client.get("/sign-in/directory", allow_redirects=False)).status == 503


async def test_a_role_that_the_directory_takes_is_gone_at_the_next_sign_in(settings: Settings) -> None:
    """Roles follow the directory's claim each time, down to none."""
    users = [oidc_provider_mock.User(sub="w", claims={**WORKER.claims, "roles": ["SEN.Audit"]})]
    with oidc_provider_mock.run_server_in_thread(user_claims=[WORKER]) as first:
        issuer = f"http://localhost:{first.server_port}"
        async with visiting(settings, issuer) as client:
            await came_back(client, await code_for(client, WORKER.sub))
    with oidc_provider_mock.run_server_in_thread(user_claims=users) as second:
        issuer = f"http://localhost:{second.server_port}"
        async with visiting(settings, issuer) as client:
            await came_back(client, await code_for(client, "w"))
            page = await (await client.get("/account")).text()
    assert "Auditor" in page
    assert "Logs placements" not in page


@pytest.fixture
def named_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the provider name the key that signed a token, as Entra does; left alone it signs without a name."""
    numbers, generate = count(1), mock_storage.jose.RSAKey.generate_key
    configured = mock_app.OpenIDCode.get_jwt_config

    def new_key(*_: Any, **__: Any) -> Any:
        return generate(is_private=True, options={"kid": f"key-{next(numbers)}"})

    def with_name(*given: Any, **more: Any) -> dict[str, Any]:
        config = dict(configured(*given, **more))
        return {**config, "kid": config["key"]["kid"]}

    monkeypatch.setattr(mock_storage.jose.RSAKey, "generate_key", new_key)
    monkeypatch.setattr(mock_app.OpenIDCode, "get_jwt_config", with_name)


@pytest.mark.usefixtures("named_keys")
async def test_keys_that_the_directory_changed_are_asked_for_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token by a key that nobody knew yet is believed once the directory shows the key; asked for anew not too often.

    The provider is started again at the same address, as one whose keys have rotated.
    """
    with oidc_provider_mock.run_server_in_thread(user_claims=[WORKER]) as first:
        port = first.server_port
        issuer = f"http://localhost:{port}"
        async with visiting(settings, issuer) as client:
            assert (await came_back(client, await code_for(client, WORKER.sub))).status == 303
            first.shutdown()
            first.server_close()
            with oidc_provider_mock.run_server_in_thread(port=port, user_claims=[WORKER]):
                answer = await came_back(client, await code_for(client, WORKER.sub))
                assert answer.status == 403  # the keys were asked for a moment ago, and are not asked for again yet
                monkeypatch.setattr("commissioning.accounts.pages.directory._SECONDS_BETWEEN", 0.0)
                assert (await came_back(client, await code_for(client, WORKER.sub))).status == 303


async def test_in_a_browser_from_the_button_to_the_first_page(
    settings: Settings, provider: str, chromium: Browser
) -> None:
    """A person presses one button here and one there, and stands on the page that needs no password of ours."""
    app = serving.web_application(with_directory(settings, provider), lambda: TODAY)
    async with served(app) as address, open_tab(chromium, "desktop") as tab:
        await tab.go(address + "/sign-in")
        assert await tab.faults() == []
        await tab.press(tab.page.get_by_role("button", name="Sign in with your council account"))
        await tab.press(tab.page.get_by_text(WORKER.sub).first)
        await tab.page.wait_for_url(f"{address}/**")
        await tab.page.get_by_role("link", name="Wren Holloway").wait_for()


KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": name, "use": "sig"}) for name in ("one", "two"))
KEYS = KeySet([KEY]).as_dict()
THERE = Directory("https://directory.example/tenant/v2.0", "client", "secret", TENANT, {"SEN.Audit": "auditor"})
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def claims(**changed: Any) -> dict[str, Any]:
    """The claims of a sound token; None leaves one out."""
    now = int(NOW.timestamp())
    sound = {
        "iss": THERE.issuer, "aud": THERE.client, "sub": "s", "iat": now, "nbf": now, "exp": now + 300, "nonce": "n",
        "tid": TENANT, "oid": "o", "name": "Wren", "roles": ["SEN.Audit"],
    } | changed  # fmt: skip
    return {name: value for name, value in sound.items() if value is not None}


def signed(key: RSAKey = KEY, header: dict[str, Any] | None = None, **changed: Any) -> str:
    return jwt.encode({"alg": "RS256", "kid": key.kid, **(header or {})}, claims(**changed), key)


def read(token: str) -> id_tokens.Claimed:
    return id_tokens.read(token, KEYS, THERE, "n", NOW)


def test_a_sound_token_says_who_it_is() -> None:
    """Tenant, person and the roles that are mapped."""
    assert read(signed()) == id_tokens.Claimed(TENANT, "o", "Wren", "", ("auditor",))


HOUR = int(timedelta(hours=1).total_seconds())


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://login.microsoftonline.com/common/v2.0"},
        {"aud": "another client"},
        {"exp": int(NOW.timestamp()) - HOUR},
        {"nbf": int(NOW.timestamp()) + HOUR},
        {"nonce": "another"},
        {"tid": "another"},
        *({name: None} for name in ("iss", "aud", "exp", "iat", "nonce", "tid", "oid", "sub")),
        {"roles": []},
        {"roles": "SEN.Audit"},
    ],
)
def test_a_token_with_a_claim_that_is_wrong_or_missing_is_refused(changed: dict[str, Any]) -> None:
    """Each claim that a sign-in rests on is looked at."""
    with pytest.raises(Refused) as refused:
        read(signed(**changed))
    assert refused.value.faults[0].status == 403


def test_a_token_by_another_key_or_way_of_signing_is_refused() -> None:
    """An unknown key is told apart, so that keys are asked for again; the token's header chooses nothing."""
    with pytest.raises(UnknownKeyError):
        read(signed(OTHER_KEY))
    with pytest.raises(Refused):
        read(signed(OTHER_KEY, {"kid": "one"}))
    with pytest.raises(Refused):
        read(signed()[:-8] + "AAAAAAAA")
    unsigned = jwt.encode({"alg": "none"}, claims(), KEY, algorithms=["none"])
    with pytest.raises((Refused, UnknownKeyError)):
        read(unsigned)


@given(st.text(max_size=80))
def test_no_text_is_taken_for_a_token(text: str) -> None:
    """Whatever the directory's answer holds, it is a sound token or refused in words."""
    with pytest.raises((Refused, UnknownKeyError)):
        read(text)
