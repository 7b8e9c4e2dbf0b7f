"""An upload is looked at before it is kept: nothing saved, both hands known, sealed while it waits, then gone."""

import asyncio
import io
import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient

from commissioning.app import open_ledger
from commissioning.importing.pages.importing import UPLOADS
from commissioning.ledger.actor import FRONT_DOOR
from commissioning.ledger.errors import Refused
from commissioning.ledger.log import read_book, read_events
from commissioning.ledger.time import system_clock
from commissioning.settings import Settings
from tests.accounts.conftest import settings
from tests.accounts.signing_in import client_of, form_token
from tests.benchmarks.council import write_workbook
from tests.pages.conftest import world
from tests.pages.world import own_price, placement

__all__ = ["settings", "world"]

FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
NEW = {
    "Placements": [placement("PL-9", "SPOT-1", "ASD", date(2026, 12, 1), pupil_ref="CANARY-1")],
    "Rates": [own_price("PL-9", 60_000)],
    "Pupils": [{"pupil_ref": "CANARY-1", "name": "Imogen Canary"}],
}
FAULTY = {
    "Placements": [
        placement("PL-9", "NO-SUCH", "ASD", date(2026, 12, 1)),
        placement("PL-10", "SPOT-1", "XYZ", date(2026, 12, 1)),
        placement("PL-11", "SPOT-1", "QQQ", date(2026, 12, 1)),
    ]
}


def workbook(tmp_path: Path, sheets: dict[str, Any]) -> bytes:
    """An import workbook as bytes."""
    path = tmp_path / "workbook.xlsx"
    write_workbook(sheets, path)
    return path.read_bytes()


async def uploaded(client: TestClient[Any, Any], content: bytes, name: str = "autumn.xlsx") -> str:
    """The address of an upload."""
    form = aiohttp.FormData()
    form.add_field("workbook", io.BytesIO(content), filename=name)
    async with client.post("/imports", data=form, headers=FROM_HERE, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()
        return str(answer.headers["Location"])


async def looked_at(client: TestClient[Any, Any], address: str) -> str:
    """The page of an upload once the work on it is over."""
    async with asyncio.timeout(60):
        while True:
            page = await (await client.get(address)).text()
            if "data-stages" not in page:
                return page
            await asyncio.sleep(0.05)


async def sent(client: TestClient[Any, Any], address: str, page: str) -> aiohttp.ClientResponse:
    """Sends the confirming form of a page."""
    position = re.findall(r'name="position" value="(\d+)"', page)
    form = {"form_token": form_token(client), "position": position[0]}
    return await client.post(f"{address}/confirm", data=form, allow_redirects=False)


def events_of(settings: Settings) -> list[Any]:
    """Every event of the ledger but sessions."""
    with open_ledger(settings) as ledger, ledger.store.reading() as connection:
        number, _ = read_book(connection, ledger.book)
        return [row for row in read_events(connection, number) if "session" not in row.stream]


async def test_nothing_is_saved_before_it_is_confirmed_and_then_all_of_it_once(
    settings: Settings, tmp_path: Path
) -> None:
    """The preview says what would be recorded and what it costs; confirmed twice it lands once, as previewed."""
    async with client_of(settings, "commissioner") as client:
        before = len(events_of(settings))
        address = await uploaded(client, workbook(tmp_path, NEW))
        page = await looked_at(client, address)
        # £5,000 a month from December until its agreement ends with January.
        for words in ("Placement recorded", "Pupil recorded", "£10,000.00", "Placement PL-9", "recorded yet"):
            assert words in page
        assert "Imogen" not in page
        assert len(events_of(settings)) == before
        for _ in range(2):
            assert (await sent(client, address, page)).status == 303
        done = await looked_at(client, address)
        assert "The workbook was taken in" in done
        assert (await client.get("/placements/PL-9")).status == 200
        told = re.findall(r"(\d+)\s+events would be recorded", re.sub(r"<[^>]+>", "", page))
        recorded = events_of(settings)[before:]
        assert len([row for row in recorded if row.type != "WorkbookTakenIn"]) == int(told[0])
        assert [row.type for row in recorded].count("WorkbookTakenIn") == 1
    assert not list((settings.commissioning_data / "uploads").glob("*")), "what was taken in does not lie about"


async def test_somebody_else_may_confirm_and_both_are_named(settings: Settings, tmp_path: Path) -> None:
    """The event of the workbook holds who uploaded it and who confirmed it, each by their own account."""
    async with client_of(settings, "commissioner") as first:
        address = await uploaded(first, workbook(tmp_path, NEW))
        async with client_of(settings, "commissioner", "finance") as second:
            assert "autumn.xlsx" in await (await second.get("/imports")).text()
            page = await looked_at(second, address)
            assert (await sent(second, address, page)).status == 303
            await looked_at(second, address)
    (taken,) = [row for row in events_of(settings) if row.type == "WorkbookTakenIn" and row.position > 20][-1:]
    assert '"uploaded_by":"' in taken.data
    hands = dict(re.findall(r'"(uploaded_by|confirmed_by)":"(\w+)"', taken.data))
    assert hands["uploaded_by"] != hands["confirmed_by"]
    assert hands["confirmed_by"] == taken.account


async def test_a_preview_that_the_ledger_has_passed_is_shown_again(settings: Settings, tmp_path: Path) -> None:
    """Whoever confirms has seen what it changes now, not what it would have changed before a colleague's change."""
    async with client_of(settings, "commissioner") as client:
        address = await uploaded(client, workbook(tmp_path, NEW))
        page = await looked_at(client, address)
        other = {**NEW, "Placements": [placement("PL-8", "SPOT-1", "ASD", date(2026, 12, 1))], "Pupils": []}
        other["Rates"] = [own_price("PL-8", 1_000)]
        another = await uploaded(client, workbook(tmp_path, other))
        assert (await sent(client, another, await looked_at(client, another))).status == 303
        await looked_at(client, another)
        answer = await sent(client, address, page)
        assert answer.headers["Location"].endswith("?moved=yes")
        again = await looked_at(client, answer.headers["Location"])
        assert "Something was recorded since you looked" in again
        assert (await client.get("/placements/PL-9")).status == 404
        assert (await sent(client, address, again)).status == 303


async def test_faults_are_shown_one_class_at_a_time_and_cannot_be_confirmed(settings: Settings, tmp_path: Path) -> None:
    """Rows that fail in one way stand together with their numbers; there is no button that would take them in."""
    async with client_of(settings, "commissioner") as client:
        address = await uploaded(client, workbook(tmp_path, FAULTY))
        page = await looked_at(client, address)
        assert "3 faults" in page
        assert "Confirm" not in page
        pages = [page, await (await client.get(f"{address}?page=2")).text()]
        text = [re.sub(r"<[^>]+>", " ", one.split("<table", 1)[1]) for one in pages]
        assert sum(("XYZ" in one) and ("QQQ" in one) for one in text) == 1, "what is wrong in one way stands together"
        assert sum("NO-SUCH" in one for one in text) == 1
        assert not any("NO-SUCH" in one and "XYZ" in one for one in text)
        dropped = await client.post(f"{address}/drop", data={"form_token": form_token(client)}, allow_redirects=False)
        assert dropped.headers["Location"] == "/imports"
        assert (await client.get(address)).status == 410


async def test_what_waits_is_sealed_and_its_key_dies_with_it(settings: Settings, tmp_path: Path) -> None:
    """No word of the workbook or its name lies on the disk; a copy of the files opens no more once it was dropped."""
    content = workbook(tmp_path, NEW)
    folder, copy = settings.commissioning_data / "uploads", tmp_path / "copy"
    async with client_of(settings, "commissioner") as client:
        address = await uploaded(client, content, "Imogen Canary.xlsx")
        uploads = client.app[UPLOADS]
        (waiting,) = uploads.all()
        assert uploads.content(waiting) == content
        for path in folder.iterdir():
            kept = path.read_bytes()
            assert b"Imogen" not in kept
            assert content[:64] not in kept
        shutil.copytree(folder, copy)
        await client.post(f"{address}/drop", data={"form_token": form_token(client)})
        assert not list(folder.iterdir())
        for path in copy.iterdir():
            shutil.copy(path, folder)
        with pytest.raises(Refused):
            uploads.get(waiting.upload)
        assert uploads.all() == []


async def test_a_changed_or_shortened_file_does_not_open(settings: Settings, tmp_path: Path) -> None:
    """What lies sealed on the disk opens whole and unaltered or not at all."""
    async with client_of(settings, "commissioner") as client:
        await uploaded(client, workbook(tmp_path, NEW))
        uploads = client.app[UPLOADS]
        (waiting,) = uploads.all()
        (path,) = (settings.commissioning_data / "uploads").glob("*.sealed")
        whole = path.read_bytes()
        for spoilt in (whole[:-1], b"", whole[:40] + bytes([whole[40] ^ 1]) + whole[41:]):
            path.write_bytes(spoilt)
            with pytest.raises(Refused):
                uploads.content(waiting)


async def test_what_has_waited_for_a_day_is_dropped(settings: Settings, tmp_path: Path) -> None:
    """An upload that nobody confirms is gone after a day, and not before."""
    async with client_of(settings, "commissioner") as client:
        await uploaded(client, workbook(tmp_path, NEW))
        uploads, now = client.app[UPLOADS], system_clock()
        await uploads.tidy_up(now + timedelta(hours=23), FRONT_DOOR)
        assert len(uploads.all()) == 1
        await uploads.tidy_up(now + timedelta(hours=25), FRONT_DOOR)
        assert uploads.all() == []


@pytest.mark.parametrize("content", [b"", b"urn,name\n1,School\n", b"PK\x03\x04 cut short"])
async def test_what_is_no_workbook_is_told_so(settings: Settings, content: bytes) -> None:
    """A file of another kind comes to words, never to a traceback."""
    async with client_of(settings, "commissioner") as client:
        form = aiohttp.FormData()
        form.add_field("workbook", io.BytesIO(content), filename="schools.csv")
        async with client.post("/imports", data=form, headers=FROM_HERE, allow_redirects=False) as answer:
            assert answer.status == (303 if content else 400)
            location = answer.headers.get("Location", "")
        if content:
            assert "1 fault" in await looked_at(client, location)


async def test_progress_is_told_as_events_until_it_is_over(settings: Settings, tmp_path: Path) -> None:
    """The stream of events ends with one that says so; the plain page has a link to refresh it."""
    async with client_of(settings, "commissioner") as client:
        address = await uploaded(client, workbook(tmp_path, NEW))
        async with client.get(f"{address}/progress") as answer:
            assert answer.content_type == "text/event-stream"
            told = (await answer.read()).decode()
        assert told.endswith("event: over\ndata: {}\n\n")
        async with await sent(client, address, await looked_at(client, address)):
            pass
        await looked_at(client, address)
        async with client.get(f"{address}/progress") as answer:
            assert answer.status == 200, "it is taken in and gone, and whoever asks only now is told so too"
            assert await answer.text() == "event: over\ndata: {}\n\n"


async def test_another_sites_form_uploads_nothing(settings: Settings, tmp_path: Path) -> None:
    """A file is taken only from a form that this service drew."""
    async with client_of(settings, "commissioner") as client:
        form = aiohttp.FormData()
        form.add_field("workbook", io.BytesIO(workbook(tmp_path, NEW)), filename="a.xlsx")
        async with client.post("/imports", data=form, headers={"Sec-Fetch-Site": "cross-site"}) as answer:
            assert answer.status == 403
        assert client.app[UPLOADS].all() == []
