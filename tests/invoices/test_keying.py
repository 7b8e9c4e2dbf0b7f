"""A plain PDF becomes an invoice: taken as expected or keyed line by line, and never by what somebody guessed."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st

from commissioning.app import open_ledger
from commissioning.ledger.errors import Refused
from commissioning.settings import Settings
from commissioning.web.forms.fields import pounds_typed
from commissioning.web.forms.kinds import Money
from invoices.facts import BilledLine
from invoices.invoice import INVOICES
from invoices.keyed import Stated, confirmed, keyed_document
from invoices.supplier import Recorded, Supplier
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of, form_token
from tests.invoices.documents import FIRST, LAST, LINE
from tests.invoices.intake.test_doors import result_of, sent
from tests.invoices.pdfs import plain_pdf
from tests.invoices.test_pages import KEY, page_of, send, words_of

Client = TestClient[Any, Any]
NAME_AND_VALUE = re.compile(r'name="([\w.]+)"[^>]*? value="([^"]*)"')
PDF = plain_pdf("Larkfield School, invoice LF-0900")


@pytest.fixture
def own(world: Settings, tmp_path: Path) -> Settings:
    """A council of the test's own."""
    return copy_of(world, tmp_path / "own")


@pytest.fixture
async def school(own: Settings) -> AsyncIterator[Client]:
    """Somebody who speaks for Larkfield School."""
    async with client_of(own, "provider", urns=(900001,)) as client:
        yield client


async def upload(client: Client, content: bytes = PDF) -> str:
    """Sends a PDF; gives the address of the page on which it is keyed."""
    form = sent(("invoice.pdf", content))
    async with client.post("/invoices/send", data=form, headers={"Sec-Fetch-Site": "same-origin"}) as answer:
        page = await result_of(client, answer.url.path)
    return re.findall(r'href="(/invoices/keying/900001/[0-9a-f]{64})"', page)[0]


async def ways(client: Client, keying: str, what: str) -> str:
    """The address of one of the ways to key a file that its page offers."""
    page = await page_of(client, f"{keying}?at=2026-11-01")
    return html.unescape(re.findall(rf'href="({keying}/\d+/{what}/[^"]+)"', page)[0])


async def check(client: Client, address: str, **typed: str) -> tuple[int, str]:
    """Sends a form to be checked, with what stands in it already; gives the status and the words of the answer."""
    async with client.post(address, data={**await drawn(client, address), **typed, "step": "check"}) as answer:
        return answer.status, words_of(await answer.text())


async def drawn(client: Client, address: str) -> dict[str, str]:
    """What stands in a form when it is drawn."""
    page = await page_of(client, address)
    inputs = [one for one in re.findall(r"<input [^>]+>", page) if 'type="radio"' not in one]
    found = {name: html.unescape(value) for name, value in NAME_AND_VALUE.findall(" ".join(inputs))}
    return {**found, "form_token": form_token(client)}


async def test_a_school_says_that_its_pdf_is_as_expected(school: Client) -> None:
    """Number, date and the very total make it an invoice with the expected lines, and its file is its evidence."""
    keying = await upload(school)
    address = await ways(school, keying, "as-expected")
    total = re.findall(r"£([\d,.]+) net, £[\d,.]+ VAT", await page_of(school, address))[0]
    status, words = await check(school, address, number="LF-0900", issued_on="1/11/2026", gross="17")
    assert status == 422
    assert f"As expected the invoice comes to £{total} with VAT. Expected the same total." in words
    key = KEY.findall(await send(school, address, number="LF-0900", issued_on="1/11/2026", gross=total))[0]
    page = words_of(await page_of(school, f"/your-invoices/{key}"))
    assert "Right, waiting for approval" in page
    assert "Keyed beside the expected invoice" in page
    async with school.get(f"/invoices/{key}/file") as answer:
        assert await answer.read() == PDF
    await page_of(school, keying, 404)  # it waits no more


async def test_lines_are_confirmed_changed_left_out_and_added(school: Client) -> None:
    """What differs from the expected line is what the checks then find; a line without an amount is not billed."""
    address = await ways(school, await upload(school), "lines")
    stands = await drawn(school, address)
    rows = sorted(name for name in stands if re.fullmatch(r"expected\.\d+\.net", name))
    assert len(rows) >= 3
    amounts = [Money(None).read(stands[name]) for name in rows]
    left, raised = rows[0], rows[1]
    total = pounds_typed(sum(amounts) - amounts[0] + 10_000 + 2_500)
    typed = {
        **stands,
        left: "",
        raised: pounds_typed(amounts[1] + 10_000),
        "number": "LF-0901",
        "issued_on": "1/11/2026",
        "net": total,
        "gross": total,
        "added.0.place": "BLOCK-1 PL-1",
        "added.0.component": "transport",
        "added.0.kind": "attendance",
        "added.0.first_day": "1/11/2026",
        "added.0.last_day": "30/11/2026",
        "added.0.net": "25",
    }
    async with school.post(address, data={**typed, "step": "check"}) as answer:
        words = words_of(await answer.text())
        assert answer.status == 200, words
    assert "Expected, and not in the document" in words
    async with school.post(address, data={**typed, "step": "send"}) as answer:
        receipt = await answer.text()
    page = words_of(await page_of(school, f"/your-invoices/{KEY.findall(receipt)[0]}"))
    assert "The price is not the one agreed" in page
    assert "£100.00" in page
    assert "£25.00" in page


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"net": "1", "gross": "1"}, "The lines come to"),
        ({"vat": "20"}, "Net and VAT come to"),
        ({"expected.0.vat": "20"}, "There is VAT, so it has a rate."),
        ({"expected.0.last_day": "1/1/2020"}, "A line has a first and a last day"),
        ({"number": ""}, "“Invoice number” has no answer."),
    ],
)
async def test_what_does_not_add_up_is_told_at_its_field(school: Client, typed: dict[str, str], told: str) -> None:
    """Nothing is recorded of a document whose sums, days or names are not all there."""
    address = await ways(school, await upload(school), "lines")
    stands = await drawn(school, address)
    total = pounds_typed(sum(Money(None).read(text) for name, text in stands.items() if name.endswith(".net") and text))
    sound = {"number": "LF-0902", "issued_on": "1/11/2026", "net": total, "gross": total}
    async with school.post(address, data={**stands, **sound, **typed, "step": "check"}) as answer:
        page = await answer.text()
    assert answer.status == 422
    assert told in words_of(page), words_of(page)[300:1500]
    assert 'class="govuk-error-message"' in page


async def test_each_line_bears_its_own_rate_of_vat(own: Settings, school: Client) -> None:
    """One line at 20% beside others at none: VAT that is not theirs is told with what is, and nothing typed is lost."""
    address = await ways(school, await upload(school), "lines")
    stands = await drawn(school, address)
    assert {text for name, text in stands.items() if name.endswith(".vat_rate")} <= {"", "0"}
    nets = {name: Money(None).read(text) for name, text in stands.items() if name.endswith(".net") and text}
    vat, net = nets["expected.0.net"] // 5, sum(nets.values())
    typed = {**stands, "number": "LF-0907", "issued_on": "1/11/2026", "net": pounds_typed(net),
             "expected.0.vat_rate": "20", "step": "check"}  # fmt: skip
    wrong = {**typed, "vat": pounds_typed(vat - 5_000), "gross": pounds_typed(net + vat - 5_000)}
    async with school.post(address, data=wrong) as answer:
        page = await answer.text()
        assert answer.status == 422
    assert f"20% of £{nets['expected.0.net'] / 100:,.2f} is £{vat / 100:,.2f}." in words_of(page)
    assert re.search(r'name="expected\.0\.vat_rate"[^>]*value="20"', page)
    right = {**typed, "vat": pounds_typed(vat), "gross": pounds_typed(net + vat)}
    async with school.post(address, data=right) as answer:
        assert "VAT at 20%" in words_of(await answer.text())
    async with school.post(address, data={**right, "step": "send"}) as answer:
        key = KEY.findall(await answer.text())[0]
    held: list[Any] = []
    with open_ledger(own) as ledger:
        ledger.run(
            lambda work: held.append(work.state(INVOICES, key)),
            command_id="look", digest="", account="clerk", rehearse=True,
        )  # fmt: skip
    assert [line.vat for line in held[0].document.lines] == [vat, *[None] * (len(nets) - 1)]
    assert f"£{vat / 100:,.2f}" in words_of(await page_of(school, f"/your-invoices/{key}"))


async def test_pages_are_shown_as_pictures_and_to_nobody_else(own: Settings) -> None:
    """The browser gets a PNG and never the PDF; another school's people get neither."""
    async with client_of(own, "finance") as finance:
        keying = await upload(finance)
        async with finance.get(f"{keying}/pages/1.png") as answer:
            assert (await answer.read()).startswith(b"\x89PNG\r\n")
            assert answer.headers["Content-Type"] == "image/png"
        await page_of(finance, f"{keying}/pages/2.png", 404)
        assert "Larkfield School, invoice LF-0900" in words_of(await page_of(finance, keying))
    async with client_of(own, "provider", urns=(900002,)) as other:
        await page_of(other, keying, 403)
        await page_of(other, f"{keying}/pages/1.png", 403)
        await page_of(other, keying.replace("900001", "900002"), 404)


async def test_a_file_is_keyed_once(school: Client) -> None:
    """Two people who key the same file at once make one invoice of it; the second is told."""
    address = await ways(school, await upload(school), "as-expected")
    total = re.findall(r"£([\d,.]+) net, £[\d,.]+ VAT", await page_of(school, address))[0]
    typed = {"number": "LF-0903", "issued_on": "1/11/2026", "gross": total, "step": "check"}
    forms = [{**await drawn(school, address), **typed} for _ in range(2)]
    for form in forms:
        async with school.post(address, data=form) as answer:
            assert answer.status == 200
    sent_forms = [school.post(address, data={**form, "step": "send"}) for form in forms]
    answers = await asyncio.gather(*sent_forms)
    assert sorted(answer.status for answer in answers) == [200, 404]


SOME_DAYS = st.dates(FIRST, LAST) | st.sampled_from([FIRST, LAST])


async def test_what_is_no_invoice_is_sent_back(own: Settings, school: Client) -> None:
    """A person says so; the file waits no more and is kept nowhere."""
    keying = await upload(school)
    stands = await drawn(school, keying)
    async with school.post(f"{keying}/back", data=stands) as answer:
        assert answer.status == 200
        assert "No file waits for anything." in words_of(await answer.text())
    await page_of(school, keying, 404)
    assert not [path for path in own.invoice_files.rglob("*") if path.is_file()]


async def test_whoever_keyed_an_invoice_does_not_approve_it(own: Settings) -> None:
    """Not even somebody who may approve; another in finance may, up to the limit."""
    async with client_of(own, "finance", "approver") as both, client_of(own, "approver") as other:
        address = await ways(both, await upload(both), "as-expected")
        total = re.findall(r"£([\d,.]+) net, £[\d,.]+ VAT", await page_of(both, address))[0]
        key = KEY.findall(await send(both, address, number="LF-0904", issued_on="1/11/2026", gross=total))[0]
        assert "You keyed the invoice" in words_of(await page_of(both, f"/invoices/{key}/approve", 403))
        await send(other, f"/invoices/{key}/approve")


RATES = st.sampled_from([None, Decimal(0), Decimal(5), Decimal("12.5"), Decimal(20)])
SINCE = date(2026, 11, 15)
"""From this day on the school is recorded with 20% VAT, and as exempt before."""
SCHOOL = Supplier(
    900001,
    {
        date(2020, 1, 1): Recorded(None, None, "E", Decimal(0)),
        SINCE: Recorded(None, "GB123456782", "S", Decimal(20)),
    },
)


@given(
    st.lists(st.tuples(st.integers(-(10**7), 10**7), RATES, st.booleans()), min_size=1, max_size=12),
    st.sampled_from([0, 0, 1, -1, 3, -40]),
)
def test_the_vat_of_lines_is_the_document_s_or_is_refused(
    typed: list[tuple[int, Decimal | None, bool]], off: int
) -> None:
    """Each line bears its rate to the penny below or above; lines of a rate come to that rate of their sum."""
    lines = [
        replace(LINE, number=number, net=net, vat_rate=rate, vat=None, first_day=SINCE if late else FIRST)
        for number, (net, rate, late) in enumerate(typed, 1)
    ]
    rates = [rate if rate is not None else Decimal(20 if late else 0) for _, rate, late in typed]
    exact = [Fraction(rate) * line.net / 100 for rate, line in zip(rates, lines, strict=True)]
    of_rate = {rate: sum(amount for one, amount in zip(rates, exact, strict=True) if one == rate) for rate in rates}
    vat = sum(whole_pence_up(amount) for amount in of_rate.values()) + off
    nets = sum(line.net for line in lines)
    stated = Stated("invoice", "1", LAST, nets, vat, nets + vat)
    reached = sum(map(floor, exact)) <= vat <= sum(map(ceil, exact)) or off == 0
    if vat and not reached:
        with pytest.raises(Refused, match="VAT of the lines comes to something else"):
            keyed_document(stated, lines, (900001, "Larkfield School"), SCHOOL)
        return
    document = keyed_document(stated, lines, (900001, "Larkfield School"), SCHOOL)
    assert sum(line.vat or 0 for line in document.lines) == vat
    if not vat:
        assert {(line.vat_category, line.vat_rate, line.vat) for line in document.lines} == {(None, None, None)}
        return
    for line, rate, amount in zip(document.lines, rates, exact, strict=True):
        assert line.vat in (floor(amount), ceil(amount))
        assert (line.vat_rate, line.vat_category == "S") == (rate, rate > 0)
    if off == 0:
        for rate, amount in of_rate.items():
            assert sum(line.vat or 0 for line in document.lines if line.vat_rate == rate) == whole_pence_up(amount)


def whole_pence_up(amount: Fraction) -> int:
    """To the nearest penny, a half away from nought."""
    return int(amount + Fraction(1, 2)) if amount >= 0 else -int(-amount + Fraction(1, 2))


def test_vat_that_a_line_states_is_kept() -> None:
    """What a document says of a line stays, right or wrong, for the checks to find; the rest is worked out beside."""
    lines = [replace(LINE, number=one, net=1000, vat_rate=Decimal(20), vat=vat) for one, vat in ((1, 250), (2, None))]
    document = keyed_document(Stated("invoice", "1", LAST, 2000, 450, 2450), lines, (900001, "Larkfield"), SCHOOL)
    assert [line.vat for line in document.lines] == [250, 200]
    with pytest.raises(Refused, match=r"20% of £10.00 is £2.00; lines that state it bear £2.50"):
        keyed_document(Stated("invoice", "1", LAST, 2000, 400, 2400), lines, (900001, "Larkfield"), SCHOOL)


@given(SOME_DAYS, SOME_DAYS, st.integers(-(10**6), 10**6))
def test_what_is_changed_of_a_line_keeps_no_quantity(first: Any, last: Any, net: int) -> None:
    """A confirmed line is the expected one to the letter, its VAT apart; a changed one says nothing it was not told."""
    line = confirmed(LINE, first, last, net)
    same = (first, last, net) == (LINE.first_day, LINE.last_day, LINE.net)
    assert (line == replace(LINE, vat_category=None, vat_rate=None, vat=None)) == same
    assert isinstance(line, BilledLine)
    assert same or (line.quantity, line.unit, line.rate) == (None, None, None)
