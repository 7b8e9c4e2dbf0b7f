"""Saved views: what may be saved, and that a view asked again gives the very same bytes whatever came later."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from commissioning.app import open_ledger
from commissioning.ledger.errors import Refused
from commissioning.settings import Settings
from exports.views.commands import DropView, SaveView
from exports.views.events import ViewDropped, ViewSaved
from exports.views.view import VIEWS, View, decide
from tests.accounts.signing_in import client_of, form_token
from tests.pages.world import make_world

DAY = date(2026, 11, 23)
SAVED = ViewSaved(effective_on=DAY, name="Blocks", path="/compare", query=(("model", "block"),), position=7)
VIEW = View("Blocks", "/compare", (("model", "block"),), 7)


def save(**changed: object) -> SaveView:
    """A command that saves the view above."""
    facts = {"name": "Blocks", "path": "/compare", "query": (("model", "block"),), "position": 7}
    return SaveView(**(facts | changed))  # type: ignore[arg-type]


def test_a_view_is_the_question_and_its_position() -> None:
    """What a page adds of its own, its format, page and as-at, is no part of the question."""
    asked = (("model", "block"), ("as_at", "3"), ("format", "csv"), ("page", "2"), ("need", ""))
    assert decide(save(name="  Blocks ", query=asked), None, DAY, 9) == [SAVED]
    assert VIEWS.fold([SAVED]) == VIEW


def test_the_same_view_again_is_nothing_and_another_of_its_name_is_refused() -> None:
    """A name stands for one view until it is dropped; then it is free."""
    assert decide(save(), VIEW, DAY, 9) == []
    with pytest.raises(Refused, match="Another view"):
        decide(save(position=8), VIEW, DAY, 9)
    dropped = ViewDropped(effective_on=DAY, name="Blocks")
    assert decide(DropView(name="Blocks"), VIEW, DAY, 9) == [dropped]
    gone = VIEWS.fold([SAVED, dropped])
    assert decide(DropView(name="Blocks"), gone, DAY, 9) == []
    assert decide(save(position=8), gone, DAY, 9) == [SAVED.model_copy(update={"position": 8})]


@pytest.mark.parametrize(
    "changed", [{"name": " "}, {"name": "x" * 81}, {"path": "/account"}, {"position": 10}, {"position": -1}]
)
def test_what_cannot_be_a_view_is_refused(changed: dict[str, object]) -> None:
    """A view has a name, is of a report, and as at a position that there is."""
    with pytest.raises(Refused):
        decide(save(**changed), None, DAY, 9)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small council's ledger of this file's own, because views are written to it."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, make_world(tmp_path_factory.mktemp("views"))).result()


def saved_events(settings: Settings) -> int:
    """How many events have saved a view."""
    with open_ledger(settings) as ledger, ledger.store.reading() as connection:
        ((count,),) = connection.query("SELECT COUNT(*) FROM ledger_event WHERE type = 'ViewSaved'")
        return int(count)


async def test_a_view_saved_from_a_page_gives_the_same_figures_after_the_ledger_moved_on(settings: Settings) -> None:
    """Saved once however often the form is sent; listed; asked again later it is byte for byte what it was."""
    async with client_of(settings, "commissioner") as client:
        before = await (await client.get("/api/v1/reports/spend?model=block&by=month")).text()
        position = (await (await client.get("/api/v1/reports/spend")).json())["as_at"]["position"]
        token = {"form_token": form_token(client)}
        form = token | {"name": "Blocks by month", "path": "/spend", "position": position}
        form |= {"model": "block", "by": "month"}
        for _ in range(2):
            answer = await client.post("/views/save", data=form, allow_redirects=False)
            assert (answer.status, answer.headers["Location"]) == (303, "/views")
        assert saved_events(settings) == 1, "the form was sent twice and is one event"
        listed = await (await client.get("/views")).text()
        assert "Blocks by month" in listed
        pinned = f"/spend?model=block&amp;by=month&amp;as_at={position}"
        assert pinned in listed
        again = await (await client.get(f"/api/v1/reports/spend?model=block&by=month&as_at={position}")).text()
        assert again == before
        other = await client.post("/views/save", data=form | {"model": "spot"})
        assert other.status == 409
        dropped = await client.post("/views/drop", data=token | {"name": "Blocks by month", "position": position})
        assert "Nothing is saved yet" in await dropped.text()
