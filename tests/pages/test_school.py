"""A school's page and its forms, from what is typed to what needs a person; and the refresh of the directory."""

import html
import io
import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient

from commissioning.ledger.tables import OPEN_POSITION
from commissioning.settings import Settings
from commissioning.web.ledger_keys import READER
from providers.oversight.oversight import OVERSIGHT, Oversight
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of
from tests.pages.form_filling import carry_out, drawn, send, words_of
from tests.pages.test_logging_a_placement import TYPED
from tests.pages.test_pages import json_of, pence, text_of

FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
SCHOOL = "/schools/900002"
INSPECTION = {
    "inspected_on": "3/11/2026",
    "body": "ofsted",
    "outcome": "inadequate",
    "safeguarding_effective": "no",
    "report_ref": "https://inspections.example/900002",
}


@pytest.fixture
async def client(world: Settings, tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    """The application over a council of the test's own."""
    async with client_of(copy_of(world, tmp_path / "own"), "commissioner") as client:
        yield client


async def record(client: TestClient[Any, Any], path: str, **typed: str) -> str:
    """Fills a form in, checks it and sends it; gives the words of the receipt."""
    if typed:
        return (await carry_out(client, SCHOOL + path, **typed))[1]
    form = await drawn(client, SCHOOL + path)
    page, led_to = await send(client, SCHOOL + path, "send", **form)
    assert led_to == f"/receipts/{form['command_id']}", words_of(page)
    return words_of(page)


async def oversight(client: TestClient[Any, Any]) -> Oversight:
    """What is known of the school's oversight."""
    state = await client.app[READER].state(OVERSIGHT, "900002", OPEN_POSITION)
    assert state is not None
    return state


async def test_an_inspection_below_the_mark_shows_the_money_at_once(client: TestClient[Any, Any]) -> None:
    """The page lists every live placement with its cost, and the same sum is at stake among what needs a person."""
    before = {row["kind"] for row in (await json_of(client, "/reports/exceptions.json"))["rows"]}
    assert "inspection" not in before
    assert "Inspection recorded" in await record(client, "/inspections/record", **INSPECTION)
    page = await text_of(client, SCHOOL)
    assert "The newest inspection outcome is “Inadequate”" in page
    report = await json_of(client, "/reports/exceptions.json")
    (row,) = [row for row in report["rows"] if row["kind"] == "inspection"]
    assert row["reference"] == "900002"
    assert row["since"] == "2026-11-03"
    live = (await json_of(client, "/placements?provider=900002&live_on=2026-11-23&format=json"))["rows"]
    assert pence(row["money"]) == sum(pence(one["cost"]) for one in live) > 0
    section = page[page.index("Our pupils on 23 November 2026 Sort") if "Sort by" in page else 0 :]
    assert all(one["placement"] in section for one in live)
    assert "safeguarding not effective" in await text_of(client, "/exceptions")


async def test_what_waits_at_a_school_stands_under_its_name(client: TestClient[Any, Any]) -> None:
    """On the first page and in the list the way to a school is its name, and never its number."""
    await record(client, "/inspections/record", **INSPECTION)
    for address in ("/", "/exceptions?kind=inspection"):
        async with client.get(address) as answer:
            page = await answer.text()
        assert re.search(r'href="/schools/900002[^"]*">Fenside &lt;School&gt;</a>', page), address
        assert ">900002<" not in page


async def test_a_withdrawn_inspection_counts_no_more(client: TestClient[Any, Any]) -> None:
    """An inspection that never was is withdrawn from the school's page, and nothing is at stake any more."""
    await record(client, "/inspections/record", **INSPECTION)
    assert "withdrawn" in await record(client, "/inspections/2026-11-03/ofsted/withdraw")
    assert (await oversight(client)).inspections == ()
    kinds = {row["kind"] for row in (await json_of(client, "/reports/exceptions.json"))["rows"]}
    assert "inspection" not in kinds


async def test_another_mark_judges_otherwise(client: TestClient[Any, Any]) -> None:
    """A mark of outstanding finds a good school short, and that is told as known from then on."""
    await record(client, "/inspections/record", **INSPECTION | {"outcome": "good", "safeguarding_effective": ""})
    known = {row["kind"] for row in (await json_of(client, "/reports/exceptions.json"))["rows"]}
    form = await drawn(client, "/schools/mark")
    await send(client, "/schools/mark", "check", **form, mark="outstanding")
    await send(client, "/schools/mark", "send", **form)
    now = {row["kind"] for row in (await json_of(client, "/reports/exceptions.json"))["rows"]}
    assert "inspection" not in known
    assert "inspection" in now


async def test_a_document_that_has_run_out_needs_a_person(client: TestClient[Any, Any]) -> None:
    """It is tagged on the school's page, told among what needs a person, and gone once a new one is recorded."""
    typed = {"kind": "registration", "reference": "R-1", "checked_on": "1/9/2026"}
    await record(client, "/documents/record", valid_from="1/9/2025", valid_until="31/8/2026", **typed)
    assert "Run out" in await text_of(client, SCHOOL)
    assert "Registration ran out on 31 August 2026" in await text_of(client, "/exceptions")
    await record(client, "/documents/record", valid_from="1/9/2026", valid_until="31/8/2027", **typed)
    page = await text_of(client, SCHOOL)
    assert "Replaced" in page
    assert "Run out" not in page
    assert "ran out" not in await text_of(client, "/exceptions")
    assert "Somebody who is commissioner" in page, "who checked it stands beside it"


async def test_a_suspended_school_takes_no_placement_but_one_that_is_permitted(client: TestClient[Any, Any]) -> None:
    """The form that logs a placement is refused with the reason until the placement is permitted by name."""
    await record(client, "/new-placements/suspend", suspended_from="1/12/2026", reason="No head in post")
    placement = TYPED | {"start_on": "4/1/2027"}
    form = await drawn(client, "/new/placement")
    page, _ = await send(client, "/new/placement", "check", 409, **form, **placement)
    assert "suspended from 1 December 2026: No head in post" in words_of(page)
    await record(client, "/new-placements/permit", placement_ref="PL-7", reason="Ordered by the tribunal")
    page, _ = await send(client, "/new/placement", "check", **form, **placement)
    assert "Check your answers" in words_of(page)
    page = await text_of(client, f"{SCHOOL}")
    assert "PL-7 Ordered by the tribunal" in page
    assert "Not begun yet" in page


async def test_contact_persons_stand_on_the_schools_page_alone(
    client: TestClient[Any, Any], world: Settings, tmp_path: Path
) -> None:
    """Who may write to schools sees them there; no list, file, history or reader's page names them."""
    await record(client, "/contacts/record", post="admissions", name="Perpetua Quill", email="p.quill@school.example")
    page = await text_of(client, SCHOOL)
    assert "Perpetua Quill Admissions p.quill@school.example" in page
    key = (await oversight(client)).contacts[0].contact
    assert "Perpetua" not in page[page.rindex("Facts") :], "the history names nobody"
    for address in ("/schools", "/schools?format=csv", "/schools?format=json", "/exceptions", "/drafts"):
        async with client.get(address) as answer:
            assert "Perpetua" not in await answer.text()
    await record(client, f"/contacts/{key}/record", post="head", name="Perpetua Quill")
    (contact,) = (await oversight(client)).contacts
    assert (contact.contact, contact.post, sorted(contact.sealed)) == (key, "head", ["name"])
    await record(client, f"/contacts/{key}/remove")
    page = await text_of(client, SCHOOL)
    assert "Perpetua" not in page
    async with client_of(copy_of(world, tmp_path / "reader"), "reader") as reader:
        assert "Contacts" not in await text_of(reader, SCHOOL)


async def test_visits_lead_to_actions_that_are_done_or_late(client: TestClient[Any, Any]) -> None:
    """An action after a visit is late once its day has gone, until it is recorded as done."""
    await record(client, "/visits/record", visited_on="1/10/2026", findings="The fence is down")
    await record(
        client, "/actions/agree", visited_on="1/10/2026", what="Mend the fence", owner="Site", due_on="1/11/2026"
    )
    assert "Mend the fence (Site), after the visit of 1 October 2026" in await text_of(client, "/exceptions")
    await record(client, "/actions/1/done", done_on="20/11/2026")
    assert "Mend the fence" not in await text_of(client, "/exceptions")
    assert (await oversight(client)).actions[0].done_on == date(2026, 11, 20)


async def test_what_cannot_be_is_said_at_its_field(client: TestClient[Any, Any]) -> None:
    """A day to come, of an inspection that has been, comes back at the field with everything else as typed."""
    path = f"{SCHOOL}/inspections/record"
    form = await drawn(client, path)
    sent, _ = await send(client, path, "check", 422, **form, **INSPECTION | {"inspected_on": "3/11/2030"})
    assert "The inspection would be on 3 November 2030" in words_of(sent)
    async with client.get(f"{path}?draft={form['command_id']}") as answer:
        page = await answer.text()
    assert "3/11/2030" in page
    assert "https://inspections.example/900002" in page


async def test_the_second_of_two_sees_what_the_first_recorded(client: TestClient[Any, Any]) -> None:
    """A form drawn before somebody else recorded a visit is shown that visit, and what was typed is still there."""
    path = f"{SCHOOL}/inspections/record"
    form = await drawn(client, path)
    await record(client, "/visits/record", visited_on="1/10/2026", findings="Calm")
    sent, _ = await send(client, path, "check", 409, **form, **INSPECTION)
    assert "Quality visit recorded" in words_of(sent)
    async with client.get(f"{path}?draft={form['command_id']}") as answer:
        assert "3/11/2026" in await answer.text()


async def test_the_past_knows_nothing_of_what_was_recorded_later(client: TestClient[Any, Any]) -> None:
    """As at an earlier position the school has no inspection, and nobody can record one in the past."""
    await record(client, "/inspections/record", **INSPECTION)
    then = await text_of(client, f"{SCHOOL}?as_at=2026-11-10")
    assert "No inspection is recorded" in then
    assert "Record an inspection" not in then


def extract(*rows: str) -> bytes:
    return "\n".join(["urn,name,kind,status,capacity", *rows]).encode()


def upload(content: bytes, columns: str = "type=kind") -> FormData:
    sent = FormData({"columns": columns}, default_to_multipart=True)
    sent.add_field("file", io.BytesIO(content), filename="extract.csv")
    return sent


CHANGES = extract(
    "900001,Larkfield School,Other independent special school,Open,72",
    "900002,Fenside <School>,Non-maintained special school,Closed,",
    "900003,Ash Lodge (invented),Special post 16 institution,Open,20",
)


async def test_a_refresh_shows_what_would_change_and_records_exactly_that(client: TestClient[Any, Any]) -> None:
    """New, changed fact by fact and closed are shown first; nothing is recorded before it is confirmed."""
    end = await client.app[READER].end()
    async with client.post("/schools/refresh", data=upload(CHANGES), headers=FROM_HERE) as answer:
        page = await answer.text()
        assert answer.status == 200, page
    assert await client.app[READER].end() == end
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    assert "Larkfield School URN 900001 Capacity 60 72" in words
    assert re.search(r"Fenside <School> URN 900002 \d+ \w+ \d{4}", words), "closed on the day of asking"
    assert "Ash Lodge (invented) URN 900003 Special post-16 institution" in words
    carried = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    async with client.post("/schools/refresh/confirm", data=carried) as answer:
        done = await answer.text()
        assert answer.status == 200, done
    assert "The directory was refreshed" in done
    assert "Ash Lodge (invented)" in await text_of(client, "/schools")
    assert "This school closed on" in await text_of(client, SCHOOL)
    assert "Ash Lodge" not in await text_of(client, "/schools?standing=closed")
    async with client.post("/schools/refresh/confirm", data=carried) as again:
        assert again.url.path == f"/receipts/{carried['command_id']}"


async def test_a_refresh_that_was_overtaken_shows_the_changes_anew(client: TestClient[Any, Any]) -> None:
    """Where somebody else refreshed meanwhile, nothing is recorded and what is left to change is shown."""
    pages = []
    for _ in range(2):
        async with client.post("/schools/refresh", data=upload(CHANGES), headers=FROM_HERE) as answer:
            pages.append(dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', await answer.text())))
    async with client.post("/schools/refresh/confirm", data=pages[0]) as first:
        assert first.status == 200
    async with client.post("/schools/refresh/confirm", data=pages[1]) as second:
        page = await second.text()
        assert second.status == 409
    assert "The schools have changed since" in page
    assert "The extract changes nothing" in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (extract("900001,,Other independent special school,Open,many"), "The cell is blank."),
        (b"", "No file was chosen"),
        (b"a,b\n1,2\n", "There is no column"),
        (b"\x81\xff\x00", "cannot be read"),
    ],
)
async def test_a_bad_extract_is_refused_in_words(client: TestClient[Any, Any], content: bytes, words: str) -> None:
    """What cannot be read is said with its row and column, and nothing is recorded."""
    end = await client.app[READER].end()
    async with client.post("/schools/refresh", data=upload(content), headers=FROM_HERE) as answer:
        page = await answer.text()
        assert answer.status in (400, 422), page
    assert words in html.unescape(page)
    assert await client.app[READER].end() == end


async def test_a_file_with_faults_is_named_where_it_is_chosen_again(client: TestClient[Any, Any]) -> None:
    """A browser keeps no file in a form, so that the page says which one was sent and has to be chosen again."""
    async with client.post("/schools/refresh", data=upload(b"a,b\n1,2\n"), headers=FROM_HERE) as answer:
        page = html.unescape(await answer.text())
    assert re.search(r'id="file-hint"[^>]*>You sent [\w.]+\. Choose it again', page), page


async def test_a_forged_confirmation_is_refused(client: TestClient[Any, Any]) -> None:
    """What a form carries is checked again: no text that is no extract gets anywhere."""
    async with client.post("/schools/refresh", data=upload(CHANGES), headers=FROM_HERE) as answer:
        sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', await answer.text()))
    for forged in ("", "????", "eJwDAAAAAAE="):
        async with client.post("/schools/refresh/confirm", data=sent | {"carried": forged}) as answer:
            assert answer.status == 400


@pytest.mark.parametrize(
    ("query", "urns"),
    [
        ("type=non_maintained_special", {900002}),
        ("inspection=short", {900002}),
        ("inspection=unknown", {900001}),
        ("standing=suspended", {900002}),
        ("places=some", {900001, 900002}),
        ("capacity=60", {900001}),
        ("capacity=61", set()),
        ("section_41=unknown", {900001, 900002}),
        ("search=fenside", {900002}),
    ],
)
async def test_the_directory_is_narrowed_by_its_address(client: TestClient[Any, Any], query: str, urns: set) -> None:
    """Each filter lets exactly its schools through, on the page and in the file."""
    await record(client, "/inspections/record", **INSPECTION)
    await record(client, "/new-placements/suspend", suspended_from="1/11/2026", reason="No head in post")
    listed = await json_of(client, f"/schools?{query}&format=json")
    assert {int(row["urn"]) for row in listed["rows"]} == urns


@pytest.mark.parametrize("query", ["capacity=many", "standing=x", "inspection=x", "places=x", "sort=x", "section_41=x"])
async def test_a_filter_that_cannot_be_meant_is_refused(client: TestClient[Any, Any], query: str) -> None:
    """An unknown value in the address is refused in words."""
    await text_of(client, f"/schools?{query}", 400)
