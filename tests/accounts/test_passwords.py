"""Invitations, passwords, authenticators and resets, over the real application."""

import asyncio
import email
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st
from playwright.async_api import Browser

from commissioning import serving
from commissioning.accounts.passwords import hashed, is_right, must_be_good
from commissioning.accounts.second_factor import new_recovery_codes, new_secret, picture, recovery_hash, step_of
from commissioning.app import open_ledger
from commissioning.ledger.errors import Refused
from commissioning.ledger.time import instant_to_text
from commissioning.ledger.verify import verify
from commissioning.settings import Settings
from commissioning.web.ledger_keys import READER
from tests.accounts.signing_in import client_of, form_token
from tests.pages.world import TODAY
from tests.web.browser import chromium, open_tab, served

__all__ = ["chromium"]

PASSWORD = "teapot granite violin meadow"  # noqa: S105 - an invented person's
ANOTHER = "umbrella cobalt thimble orchard"  # a better one
ADDRESS = "jo@larkfield.example"


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def code(self, secret: str) -> str:
        """The next code of an authenticator, a step after the last."""
        self.now += timedelta(seconds=30)
        return pyotp.TOTP(secret).at(self.now)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def school(settings: Settings, clock: Clock) -> AsyncIterator[TestClient[Any, Any]]:
    """A browser of somebody at a school, over a service whose clock the test moves."""
    async with TestClient(TestServer(serving.web_application(settings, lambda: TODAY, clock))) as client:
        yield client


async def invite(settings: Settings, roles: tuple[str, ...] = ("provider",), urn: str = "900001") -> str:
    """A commissioner, or for other roles an administrator, invites somebody; the path of the link in the letter."""
    async with client_of(settings, "administrator") as client:
        form = [("email", ADDRESS), ("name", "Jo Larkin"), ("urn", urn), ("form_token", form_token(client))]
        answer = await client.post("/accounts", data=[*form, *(("role", role) for role in roles)])
        assert answer.status == 200, await answer.text()
    return newest_link(settings)


def newest_link(settings: Settings) -> str:
    newest = max((settings.commissioning_data / "outbox").glob("*.eml"))
    letter = email.message_from_bytes(newest.read_bytes())
    assert letter["To"] == ADDRESS
    found = re.search(r"http://[^/]+(/\S+)", str(letter.get_payload(decode=True), "utf-8"))
    assert found is not None
    return found[1]


async def set_up(client: TestClient[Any, Any], clock: Clock, link: str) -> tuple[str, list[str]]:
    """Follows an invitation to its end; the authenticator's secret and the recovery codes."""
    page = await (await client.get(link)).text()
    found = re.search(r'name="secret" value="([A-Z2-7]{32})"', page)
    assert found is not None
    answer = await client.post(link, data={"password": PASSWORD, "code": clock.code(found[1]), "secret": found[1]})
    assert answer.status == 200, await answer.text()
    return found[1], re.findall(r">([0-9a-f]{5}(?:-[0-9a-f]{5}){5})<", await answer.text())


async def sign_in(client: TestClient[Any, Any], password: str, code: str, address: str = ADDRESS) -> ClientResponse:
    client.session.cookie_jar.clear()
    form = {"email": address, "password": password, "code": code}
    return await client.post("/sign-in/password", data=form, allow_redirects=False)


async def test_an_invited_school_sets_itself_up_and_comes_in(
    settings: Settings, school: TestClient[Any, Any], clock: Clock
) -> None:
    """From the letter to its own placements; the link works once, and nothing of it stands in the ledger in clear."""
    link = await invite(settings)
    secret, codes = await set_up(school, clock, link)
    assert len(codes) == 10
    assert (await school.get(link)).status == 410
    page = await (await school.get("/your-schools")).text()
    assert "PL-1" in page
    assert "PL-2" not in page
    assert (await sign_in(school, PASSWORD, clock.code(secret))).status == 303
    with open_ledger(settings) as ledger:
        assert verify(ledger).findings == ()
        with ledger.store.reading() as connection:
            log = "".join(data for (data,) in connection.query("SELECT data FROM ledger_event"))
            kept = str(connection.query("SELECT * FROM accounts_credential"))
    for word in (ADDRESS, "Larkin", secret, PASSWORD, "argon2", *codes):
        assert word not in log
    for word in (secret, PASSWORD, *codes):
        assert word not in kept
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in kept


async def test_an_invitation_that_is_refused_keeps_what_was_typed(settings: Settings) -> None:
    """The faults stand at their fields and above the form, and nothing has to be typed again."""
    async with client_of(settings, "administrator") as client:
        form = {"email": "jo larkin", "name": "Jo Larkin", "urn": "nine", "owner_group": "Lark Trust", "role": "reader"}
        answer = await client.post("/accounts", data={**form, "form_token": form_token(client)})
        page = await answer.text()
    assert answer.status == 422
    for typed in ("jo larkin", "Jo Larkin", "nine", "Lark Trust"):
        assert f'value="{typed}"' in page
    assert re.search(r'value="reader" checked', page)
    assert page.count("govuk-error-message") == 2
    assert not list((settings.commissioning_data / "outbox").glob("*.eml"))


async def test_a_code_opens_once(settings: Settings, school: TestClient[Any, Any], clock: Clock) -> None:
    """The authenticator's code, and each recovery code, is used up by the sign-in that it was given for."""
    secret, codes = await set_up(school, clock, await invite(settings))
    code = clock.code(secret)
    assert [(await sign_in(school, PASSWORD, code)).status for _ in range(2)] == [303, 403]
    assert [(await sign_in(school, PASSWORD, codes[0].upper())).status for _ in range(2)] == [303, 403]
    assert (await sign_in(school, PASSWORD, codes[1])).status == 303


async def test_nothing_tells_what_was_wrong(settings: Settings, school: TestClient[Any, Any], clock: Clock) -> None:
    """A wrong password, a wrong code, and an address that nobody has are answered alike but for the address typed."""
    secret, _ = await set_up(school, clock, await invite(settings))
    tried = [
        ("wrong " + PASSWORD, clock.code(secret), ADDRESS),
        (PASSWORD, "000000", ADDRESS),
        (PASSWORD, clock.code(secret), "nobody@larkfield.example"),
        (PASSWORD * 9, clock.code(secret), ADDRESS),
    ]
    pages = set()
    for password, code, address in tried:
        answer = await sign_in(school, password, code, address)
        assert answer.status == 403
        before, after = (await answer.text()).split(address)
        pages.add((before, after))
    assert len(pages) == 1


async def test_guessing_is_stopped_and_one_event_a_burst_tells_of_it(settings: Settings, clock: Clock) -> None:
    """After ten wrong tries even the right password is refused for a while; the ledger has four events, not 31."""
    async with TestClient(TestServer(serving.web_application(settings, lambda: TODAY, clock))) as school:
        secret, _ = await set_up(school, clock, await invite(settings))
        statuses = [(await sign_in(school, "wrong", "000000")).status for _ in range(30)]
        assert statuses == [403] * 10 + [429] * 20
        assert (await sign_in(school, PASSWORD, clock.code(secret))).status == 429
    with open_ledger(settings) as ledger, ledger.store.reading() as connection:
        rows = connection.query("SELECT data FROM ledger_event WHERE type = 'SignInsRefused' ORDER BY position")
    attempts = [int(re.findall(r'"attempts":(\d+)', data)[0]) for (data,) in rows]
    assert sum(attempts) == 31
    assert len(attempts) == 4


async def test_a_forgotten_password_is_set_anew_by_letter_and_ends_every_session(
    settings: Settings, school: TestClient[Any, Any], clock: Clock
) -> None:
    """The answer is the same for whoever has no account; the authenticator stays; the link works once."""
    secret, _ = await set_up(school, clock, await invite(settings))
    async with TestClient(TestServer(serving.web_application(settings, lambda: TODAY, clock))) as elsewhere:
        asked = [await elsewhere.post("/forgotten", data={"email": to}) for to in (ADDRESS, "no@body.example")]
        assert len({await answer.text() for answer in asked}) == 1
    link = newest_link(settings)
    assert link.startswith("/reset/")
    assert (await school.get("/your-schools", allow_redirects=False)).status == 200
    signed_in = form_token(school)
    answer = await school.post(link, data={"password": ANOTHER, "form_token": signed_in}, allow_redirects=False)
    assert answer.status == 303
    assert (await school.get("/your-schools", allow_redirects=False)).status == 303
    assert (await school.get(link)).status == 410
    assert (await sign_in(school, PASSWORD, clock.code(secret))).status == 403
    assert (await sign_in(school, ANOTHER, clock.code(secret))).status == 303


async def test_links_end_and_newer_ones_take_their_place(
    settings: Settings, school: TestClient[Any, Any], clock: Clock
) -> None:
    """An invitation is good for three days, and a second one ends the first; a reset is no invitation."""
    first = await invite(settings)
    second = await invite(settings)
    assert (await school.get(first)).status == 410
    assert (await school.get(second.replace("welcome", "reset"))).status == 410
    clock.now += timedelta(days=3, minutes=1)
    assert (await school.get(second)).status == 410


async def test_a_weak_password_or_a_wrong_code_sets_nothing(
    settings: Settings, school: TestClient[Any, Any], clock: Clock
) -> None:
    """What is wrong is told on the same page, with the same secret, and the link still works."""
    link = await invite(settings)
    secret = new_secret()
    weak = {"password": "larkfield1234", "code": clock.code(secret), "secret": secret}
    wrong = {"password": PASSWORD, "code": "000000", "secret": secret}
    for form, words in ((weak, "too weak"), (wrong, "not the code")):
        answer = await school.post(link, data=form)
        assert answer.status == 422
        assert words in await answer.text()
        assert secret in await answer.text()
    await set_up(school, clock, link)


async def test_sessions_end_when_they_are_left_alone_and_in_any_case(
    settings: Settings, school: TestClient[Any, Any], clock: Clock
) -> None:
    """Half an hour without use, or twelve hours with it."""
    secret, _ = await set_up(school, clock, await invite(settings))
    clock.now += timedelta(minutes=31)
    assert (await school.get("/your-schools", allow_redirects=False)).status == 303
    assert (await sign_in(school, PASSWORD, clock.code(secret))).status == 303
    for _ in range(35):
        clock.now += timedelta(minutes=20)
        assert (await school.get("/your-schools", allow_redirects=False)).status == 200
        await until_noted(school, clock)
    clock.now += timedelta(minutes=20)
    assert (await school.get("/your-schools", allow_redirects=False)).status == 303


async def until_noted(client: TestClient[Any, Any], clock: Clock) -> None:
    """Waits until the ledger knows that the session was used, for which no answer waits."""
    app = client.app
    assert app is not None
    async with asyncio.timeout(60):
        while True:
            rows = await app[READER].query("SELECT MAX(seen_at) FROM accounts_session")
            if rows[0][0] >= instant_to_text(clock.now):
                return
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("screen", ["desktop", "phone"])
async def test_in_a_browser_from_the_letter_to_the_schools_own_page(
    settings: Settings, chromium: Browser, screen: str
) -> None:
    """Every page of the way holds: the picture of the secret is seen under the policy that allows no style."""
    link = await invite(settings)
    app = serving.web_application(settings, lambda: TODAY)
    async with served(app) as address, open_tab(chromium, screen) as tab:
        await tab.go(address + link)
        assert await tab.faults() == []
        box = await tab.page.locator("svg.shell-qr").bounding_box()
        assert box is not None
        assert box["width"] > 150
        secret = await tab.page.locator("input[name=secret]").get_attribute("value")
        await tab.page.get_by_label("Password").fill(PASSWORD)
        await tab.page.get_by_label("The code that it shows").fill(pyotp.TOTP(str(secret)).now())
        await tab.press(tab.page.get_by_role("button", name="Set up and sign in"))
        await tab.page.get_by_role("heading", name="Your recovery codes").wait_for()
        assert await tab.faults() == []
        await tab.press(tab.page.get_by_role("button", name="I have kept them"))
        await tab.page.get_by_role("heading", name="Your account").wait_for()
        await tab.go(address + "/your-schools")
        assert await tab.faults() == []
        await tab.press(tab.page.get_by_role("link", name="PL-1"))
        await tab.page.get_by_role("heading", name="Placement PL-1").wait_for()
        await tab.press(tab.page.get_by_role("button", name="Sign out"))
        await tab.page.get_by_text("You are signed out.").wait_for()
        tab.said[:] = [words for words in tab.said if "Cleared data types" not in words]  # as it was asked to
        assert await tab.faults() == []


@pytest.mark.parametrize("password", ["password1234", "qwertyuiopasdf", "aaaaaaaaaaaaaaaa", "short", "x" * 129])
def test_common_and_short_passwords_are_refused(password: str) -> None:
    """Known words, keyboard rows, repetition and what is too short or too long."""
    with pytest.raises(Refused):
        must_be_good(password, [])


def test_a_password_of_ones_own_words_is_refused() -> None:
    """What an attacker knows of the person and the council does not count."""
    must_be_good(ADDRESS, [])
    with pytest.raises(Refused):
        must_be_good(ADDRESS, [ADDRESS])


def test_a_hash_knows_its_password_alone() -> None:
    """And where there is no hash the answer is no."""
    kept = hashed(PASSWORD)
    assert is_right(PASSWORD, kept)
    assert not is_right(PASSWORD + " ", kept)
    assert not is_right(PASSWORD, None)
    assert not is_right("nobody has this password", None)
    assert not is_right(PASSWORD, "no hash")


@given(st.integers(3_000, 2**33), st.integers(-5, 5))
def test_a_code_is_good_for_its_own_thirty_seconds(at: int, away: int) -> None:
    """And what is told is the step that it belongs to, so that it can be used up."""
    secret, then = new_secret(), datetime.fromtimestamp(at, UTC)
    code = pyotp.TOTP(secret).at(then)
    later = then + timedelta(seconds=30 * away)
    found = step_of(code, secret, later)
    assert found == (at // 30 + away if code == pyotp.TOTP(secret).at(later) else None)
    if away == 0:
        assert found == at // 30


@given(st.text(max_size=12))
def test_no_other_text_is_a_code(text: str) -> None:
    """Letters, other digits than ours, and blanks are no code and no error."""
    secret, now = new_secret(), datetime(2026, 11, 23, tzinfo=UTC)
    assert (step_of(text, secret, now) is not None) == (text.replace(" ", "") == pyotp.TOTP(secret).at(now))


def test_recovery_codes_differ_and_are_found_however_they_are_typed() -> None:
    """Ten of 120 bits each; blanks, hyphens and capitals do not matter."""
    codes = new_recovery_codes()
    assert len({recovery_hash(code) for code in codes}) == 10
    assert {len(code.replace("-", "")) * 4 for code in codes} == {120}
    assert recovery_hash(codes[0]) == recovery_hash(codes[0].replace("-", " ").upper())


def test_the_picture_asks_for_no_style_and_no_script() -> None:
    """The content security policy allows neither, and a name in it stays a name."""
    drawn = picture(new_secret(), "<script>alert(1)</script>", "Commissioning")
    assert "style=" not in drawn
    assert "<script" not in drawn


def test_letters_are_their_owners_alone(tmp_path: Path) -> None:
    """A letter in the outbox brings a link that opens an account, so nobody else on the machine may read it."""
    from commissioning.accounts.post import Letter, Outbox  # noqa: PLC0415

    Outbox(tmp_path / "outbox", "a@b.example", Clock()).send(Letter("x@y.example", "s", "t"))
    (path,) = (tmp_path / "outbox").iterdir()
    assert path.stat().st_mode & 0o077 == 0
