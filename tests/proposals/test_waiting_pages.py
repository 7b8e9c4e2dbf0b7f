"""What waits for a second person, in a browser: asked by one, agreed by another, on every screen."""

import pytest
from playwright.async_api import Browser

from commissioning import serving
from commissioning.app import open_ledger
from commissioning.settings import Settings
from tests.accounts.signing_in import browser_state, client_of, form_token, person, session
from tests.pages.form_filling import drawn, send, words_of
from tests.pages.test_logging_a_placement import TYPED
from tests.pages.world import TODAY
from tests.web.browser import chromium, open_tab, served

__all__ = ["chromium"]

BANK = "/schools/900001/bank-details"
STATED = {"account_name": "Larkfield School", "sort_code": "01-02-03", "account_number": "87654321"}


@pytest.mark.parametrize("screen", ["small", "phone", "desktop"])
async def test_where_a_school_is_paid_is_asked_by_one_and_agreed_by_another(
    settings: Settings, chromium: Browser, screen: str
) -> None:
    """From the school's page to the form, to what waits, to the second person's answer; each page holds."""
    with open_ledger(settings) as ledger:
        one, other = person(ledger, "finance", name="Asha Bell"), person(ledger, "approver", name="Noor Finch")
        first, second = session(ledger, one), session(ledger, other)
    async with served(serving.web_application(settings, lambda: TODAY)) as address:
        async with open_tab(chromium, screen, storage_state=browser_state(first)) as tab:
            page = tab.page
            await tab.go(address + "/schools/900001")
            await tab.press(page.get_by_role("link", name="Where it is paid"))
            assert await tab.faults() == []
            await page.get_by_label("Name on the account").fill("Larkfield School")
            await page.get_by_label("Sort code").fill("01-02")
            await page.get_by_label("Account number").fill("87654321")
            await tab.press(page.get_by_role("button", name="Ask for the change"))
            await page.get_by_text("This is no sort code").first.wait_for()
            assert await page.get_by_label("Name on the account").input_value() == "Larkfield School"
            tab.said[:] = [words for words in tab.said if "422" not in words]  # the answer that was asked for
            assert await tab.faults() == []
            await page.get_by_label("Sort code").fill("01-02-03")
            await tab.press(page.get_by_role("button", name="Ask for the change"))
            await page.get_by_text("it takes another person to agree").wait_for()
            assert "87654321" not in await page.content()
            assert await tab.faults() == []
        async with open_tab(chromium, screen, storage_state=browser_state(second)) as tab:
            page = tab.page
            await tab.go(address + "/waiting")
            await page.get_by_text("Asked by Asha Bell").wait_for()
            assert await tab.faults() == []
            await tab.press(page.get_by_role("link", name="School 900001 would be paid"))
            await tab.press(page.get_by_role("button", name="Agree"))
            await page.get_by_text("Agreed by").wait_for()
            assert await tab.faults() == []
            await tab.go(address + BANK)
            await page.get_by_text("ends in 4321").wait_for()
            assert await tab.faults() == []


async def test_an_award_that_waits_is_shown_whole_and_declined_with_a_reason(settings: Settings) -> None:
    """The price that was asked is in the words of a price; who asked takes back, another declines, nobody does both."""
    limited = settings.model_copy(update={"commissioning_award_limit": 50_000})
    async with client_of(limited, "commissioner") as asker, client_of(limited, "approver") as approver:
        line = {"component": "education", "unit": "year", "amount": 9_000_000, "quantity": "1", "void": False,
                "discount": False, "notice": True}  # fmt: skip
        command = {"placement_ref": "PL-2", "line": line}
        answer = await asker.post(
            "/api/v1/commands/agree-own-rate", json=command, headers={"Idempotency-Key": "award-0001"}
        )
        assert answer.status == 202
        told = await answer.json()
        assert "takes a second person" in told["detail"]
        listed = await (await approver.get("/waiting")).text()
        address = "/waiting/" + listed.split('href="/waiting/')[1].split('"')[0]
        assert "£90,000.00" in await (await approver.get(address)).text()
        assert "Take it back" in await (await asker.get(address)).text()
        own = {"what": "agree", "form_token": form_token(asker)}
        assert (await asker.post(address, data=own, allow_redirects=False)).status == 403
        without = {"what": "decline", "form_token": form_token(approver)}
        assert (await approver.post(address, data=without, allow_redirects=False)).status == 422
        assert (await approver.post(address, data={**without, "why": "price"}, allow_redirects=False)).status == 303
        page = await (await asker.get(address)).text()
        assert "The price is not right" in page
        assert (await approver.post(address, data=without | {"what": "agree"}, allow_redirects=False)).status == 409


async def test_the_first_persons_words_come_back_and_no_figure_in_an_address(settings: Settings) -> None:
    """What is wrong is told at each field; a form that is sent twice asks once."""
    async with client_of(settings, "finance") as client:
        wrong = {"account_name": "", "sort_code": "1", "account_number": "x", "form_token": form_token(client)}
        page = await (await client.post(BANK, data=wrong)).text()
        for words in ("The account needs a name", "This is no sort code", "This is no account number"):
            assert page.count(words) == 2  # in the summary, and at the field
        form = STATED | {"form_token": form_token(client), "command_id": "0" * 32}
        places = [(await client.post(BANK, data=form, allow_redirects=False)).headers["Location"] for _ in range(2)]
        assert places[0] == places[1]
        assert "87654321" not in places[0]
    with open_ledger(settings) as ledger, ledger.store.reading() as connection:
        assert connection.query("SELECT COUNT(*) FROM ledger_event WHERE type = 'ProposalMade'")[0][0] == 1


async def test_a_form_says_that_it_will_wait_before_it_is_sent(settings: Settings) -> None:
    """Where answers are checked: why, for whom and until when; below the limit not a word of it."""
    with open_ledger(settings) as ledger:
        person(ledger, "approver")
    async with client_of(settings, "commissioner") as client:
        for pounds, waits in (("100,000", False), ("120,000", True)):
            hidden = await drawn(client, "/new/placement")
            typed = TYPED | {"placement_ref": f"PL-{len(pounds)}{waits:d}", "rates.0.amount": pounds}
            checked, _ = await send(client, "/new/placement", "check", **hidden, **typed)
            said = words_of(checked)
            assert ("This waits for a second person" in said) == waits
            assert ("Placement PL-71 comes to £120,000 a year, more than the limit of £100,000." in said) == waits
            assert ("It waits for an approver on the page “Waiting” until" in said) == waits
            assert (">Ask for it</button>" in checked, ">Log the placement</button>" in checked) == (waits, not waits)
            receipt, path = await send(client, "/new/placement", "send", **hidden)
            assert path == f"/receipts/{hidden['command_id']}{'-waits' if waits else ''}"
            assert ("It waits for a second person" in words_of(receipt)) == waits
