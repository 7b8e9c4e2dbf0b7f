"""Changing one's own password while signed in, and proving again who one is before what a thief would do first."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser

from commissioning import serving
from commissioning.settings import Settings
from tests.accounts.signing_in import form_token
from tests.accounts.test_passwords import ANOTHER, PASSWORD, Clock, clock, invite, school, set_up, sign_in
from tests.pages.world import TODAY
from tests.web.browser import chromium, open_tab, served

__all__ = ["chromium", "clock", "school"]


async def change(client: TestClient[Any, Any], old: str, new: str, code: str) -> ClientResponse:
    form = {"proof": old, "password": new, "code": code, "form_token": form_token(client)}
    return await client.post("/account/password", data=form, allow_redirects=False)


async def test_a_password_is_changed_by_who_knows_the_old_one_and_holds_the_authenticator(
    settings: Settings, school: TestClient[Any, Any], clock: Clock
) -> None:
    """Afterwards the old one opens nothing, every other session has ended, and this one goes on under a new secret."""
    secret, _ = await set_up(school, clock, await invite(settings))
    async with TestClient(TestServer(serving.web_application(settings, lambda: TODAY, clock))) as elsewhere:
        assert (await sign_in(elsewhere, PASSWORD, clock.code(secret))).status == 303
        before = {cookie.value for cookie in school.session.cookie_jar}
        answer = await change(school, PASSWORD, ANOTHER, clock.code(secret))
        assert (answer.status, answer.headers["Location"]) == (303, "/account?password=changed")
        assert before.isdisjoint(cookie.value for cookie in school.session.cookie_jar)
        assert (await school.get("/your-schools", allow_redirects=False)).status == 200
        assert (await elsewhere.get("/your-schools", allow_redirects=False)).status == 303
        assert (await sign_in(elsewhere, PASSWORD, clock.code(secret))).status == 403
        assert (await sign_in(elsewhere, ANOTHER, clock.code(secret))).status == 303


async def test_without_the_old_password_or_a_fresh_code_nothing_is_changed(
    settings: Settings, school: TestClient[Any, Any], clock: Clock
) -> None:
    """A stolen session does not become a stolen account; what was wrong is told, and guessing ends after ten tries."""
    secret, _ = await set_up(school, clock, await invite(settings))
    used = clock.code(secret)
    assert (await sign_in(school, PASSWORD, used)).status == 303
    for old, new, code, status, words in (
        ("not the password", ANOTHER, clock.code(secret), 403, "This is not your password"),
        (PASSWORD, ANOTHER, "000000", 403, "This code is wrong"),
        (PASSWORD, ANOTHER, used, 403, "This code is wrong"),
        (PASSWORD, "password1234", clock.code(secret), 422, "too weak"),
    ):
        answer = await change(school, old, new, code)
        assert answer.status == status
        assert words in await answer.text()
    statuses = [(await change(school, "guess", ANOTHER, "000000")).status for _ in range(12)]
    assert statuses[0] == 403
    assert statuses[-1] == 429
    assert (await sign_in(school, PASSWORD, clock.code(secret))).status == 303


async def test_an_old_session_proves_itself_again_before_it_ends_another_or_makes_a_token(
    settings: Settings, school: TestClient[Any, Any], clock: Clock
) -> None:
    """Ten minutes after signing in the password is asked for; before, signing in was proof enough."""
    secret, _ = await set_up(school, clock, await invite(settings, ("reader",), ""))
    async with TestClient(TestServer(serving.web_application(settings, lambda: TODAY, clock))) as other:
        assert (await sign_in(other, PASSWORD, clock.code(secret))).status == 303
    clock.now += timedelta(minutes=11)
    page = await (await school.get("/account")).text()
    session = page.split("/account/sessions/")[1].split("/end")[0]
    for path, form in (
        (f"/account/sessions/{session}/end", {}),
        ("/account/tokens", {"name": "x", "role": "reader", "until": clock.now.date().isoformat()}),
    ):
        for proof, status in (("", 403), ("wrong", 403), (PASSWORD, 303 if "sessions" in path else 200)):
            data = {**form, "proof": proof, "form_token": form_token(school)}
            answer = await school.post(path, data=data, allow_redirects=False)
            assert answer.status == status, (path, proof)


@pytest.mark.parametrize("screen", ["desktop", "phone"])
async def test_in_a_browser_the_way_from_ones_account_to_another_password(
    settings: Settings, chromium: Browser, screen: str
) -> None:
    """The link is on the page of one's account; the form holds on every screen, and says at the top what was wrong."""
    clock = Clock()
    app = serving.web_application(settings, lambda: TODAY, clock)
    link = await invite(settings)
    async with served(app) as address, open_tab(chromium, screen) as tab:
        page = tab.page
        await tab.go(address + link)
        secret = str(await page.locator("input[name=secret]").get_attribute("value"))
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_label("The code that it shows").fill(clock.code(secret))
        await tab.press(page.get_by_role("button", name="Set up and sign in"))
        await tab.press(page.get_by_role("button", name="I have kept them"))
        await tab.press(page.get_by_role("link", name="Change your password"))
        assert await tab.faults() == []
        await page.get_by_label("The password that you have now").fill("not the password")
        await page.get_by_label("The code that your authenticator shows").fill(clock.code(secret))
        await page.get_by_label("Another password").fill(ANOTHER)
        await tab.press(page.get_by_role("button", name="Change the password"))
        await page.get_by_text("This is not your password").first.wait_for()
        tab.said[:] = [words for words in tab.said if "403" not in words]  # the answer that was asked for
        assert await tab.faults() == []
        await page.get_by_label("The password that you have now").fill(PASSWORD)
        await page.get_by_label("The code that your authenticator shows").fill(clock.code(secret))
        await page.get_by_label("Another password").fill(ANOTHER)
        await tab.press(page.get_by_role("button", name="Change the password"))
        await page.get_by_text("Your password is changed").wait_for()
        assert await tab.faults() == []
