"""Saved scenarios: who may save and drop one, what its versions are, and that it prices as its workbook does."""

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient

from commissioning.app import open_reader
from commissioning.importing.scenario import scenario_asked, scenario_targets
from commissioning.ledger.errors import Refused
from commissioning.ledger.reading import Reader
from commissioning.settings import Settings
from contracts.agreement import AGREEMENTS
from contracts.agreement import decide as decide_agreement
from contracts.commands import ListAcademicYear, MakeAgreement, TermsAsked
from contracts.rates import RateLine
from contracts.school_year import TermDates
from exports.counterfactual.report import counterfactual
from exports.counterfactual.scenarios import scenarios
from exports.counterfactual.sensitivity import sensitivity
from exports.counterfactual.targets import target_of
from exports.handed_back.verdict import judge
from exports.result import Result
from exports.scenarios.commands import DropScenario, SaveScenario
from exports.scenarios.events import ScenarioDropped, ScenarioSaved
from exports.scenarios.queries import saved_scenarios, saved_targets, targets_of, versions_of
from exports.scenarios.scenario import SCENARIOS, Scenario, decide, tried
from exports.scenarios.variation import Variation, varied
from tests.accounts.signing_in import client_of, form_token
from tests.exports.schools import YEAR, council_of
from tests.exports.test_counterfactual import SPOT, block_of_25, only, scenario_of
from tests.exports.test_handed_back import tampered
from tests.pages.test_scenario_form import FROM_HERE, offers, workbook
from tests.pages.world import make_world
from tests.worlds.council import Council

DAY = date(2026, 11, 23)
OFFER = MakeAgreement(
    agreement_ref="OFFER",
    provider_urn=900001,
    model="block",
    start_on=date(2026, 4, 1),
    terms=(TermsAsked(fee_year="financial", accrual="calendar_days", commitment_places=25, void_pct=Decimal(100)),),
)
AUTUMN = ListAcademicYear(
    calendar="default",
    academic_year="2026-27",
    terms={"autumn": TermDates(first_day=date(2026, 9, 1), last_day=date(2026, 12, 18))},
)
SAVE = SaveScenario(name="  Block   of 25 ", agreements=(OFFER,), years=(AUTUMN,))


def saved_by(account: str, command: SaveScenario = SAVE, scenario: Scenario | None = None) -> Scenario:
    """The scenario after an account has saved one."""
    found = SCENARIOS.fold(decide(command, scenario, account, DAY), scenario)
    assert found is not None
    return found


def test_a_scenario_is_what_making_its_agreements_would_give() -> None:
    """Saved, it states each agreement with every default filled in, belongs to who saved it, and is version 1."""
    scenario = saved_by("ada")
    assert (scenario.name, scenario.owner, scenario.version) == ("Block of 25", "ada", 1)
    (agreement,) = scenario.agreements()
    assert (agreement.ref, agreement.billing, agreement.terms[0].void_pct) == ("OFFER", "termly_advance", 100)
    assert scenario.calendars()[0].years["2026-27"].terms == AUTUMN.terms
    assert tried(SAVE).agreements() == scenario.agreements()


def test_saving_the_same_again_is_nothing_and_anything_else_the_next_version() -> None:
    """Versions count on, also over a scenario that was dropped and saved anew."""
    first = saved_by("ada")
    assert decide(SAVE, first, "ada", DAY) == []
    second = saved_by("ada", SAVE.model_copy(update={"years": ()}), first)
    assert (second.version, second.calendars()) == (2, ())
    dropped = SCENARIOS.fold(decide(DropScenario(name="Block of 25"), second, "ada", DAY), second)
    assert dropped is not None
    assert decide(DropScenario(name="Block of 25"), dropped, "ada", DAY) == []
    again = saved_by("grace", SAVE, dropped)
    assert (again.version, again.owner, again.dropped) == (3, "grace", False)


@pytest.mark.parametrize("command", [SAVE, DropScenario(name="Block of 25")])
def test_only_its_owner_changes_or_drops_a_scenario(command: SaveScenario | DropScenario) -> None:
    """Whoever else would is told to save one of their own."""
    with pytest.raises(Refused, match="scenario of somebody else"):
        decide(command, saved_by("ada"), "grace", DAY)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": " "}, "no name"),
        ({"name": "x" * 81}, "no name"),
        ({"name": "Block@2"}, "no name"),
        ({"name": "offer.XLSX"}, "no name"),
        ({"agreements": ()}, "states 0 agreements"),
        ({"agreements": (OFFER, OFFER)}, "states OFFER twice"),
        ({"agreements": (OFFER.model_copy(update={"terms": ()}),)}, "No terms hold from the start"),
        ({"years": (AUTUMN.model_copy(update={"academic_year": "2026"}),)}, "not an academic year"),
    ],
)
def test_what_cannot_be_a_scenario_is_refused(change: dict[str, object], words: str) -> None:
    """A scenario is judged as the agreements and calendars would be if they were recorded."""
    with pytest.raises(Refused, match=words):
        decide(SAVE.model_copy(update=change), None, "ada", DAY)


def execute(council: Council, command: SaveScenario | DropScenario, account: str = "officer") -> None:
    """Have the council's ledger carry out a command."""
    council.ledger.execute(command, command_id=secrets.token_hex(16), account=account)


def workbook_of(folder: Path, places: int = 25) -> Path:
    """The block of the worked question as a scenario workbook."""
    stated = only(block_of_25(1), "Agreements", "Tiers", "Rates")
    stated["Agreements"], stated["Rates"] = stated["Agreements"][:1], stated["Rates"][:1]
    stated["Agreements"][0]["commitment_places"] = places
    return scenario_of(folder, stated)


def test_a_saved_scenario_prices_as_its_workbook_does_and_every_version_stays(tmp_path: Path) -> None:
    """By its name it is the latest version, by its number any; a result says which version it rests on."""

    def asking(name: str) -> Callable[[Reader], object]:
        async def question(reader: Reader) -> Result:
            at = await reader.as_at()
            (target,) = await saved_targets(reader, name, at.position)
            return await counterfactual(reader, at, YEAR, SPOT, target)

        return question

    async def of_workbook(reader: Reader) -> tuple[Result, SaveScenario]:
        at, path = await reader.as_at(), workbook_of(tmp_path)
        (target,) = await scenario_targets(reader, at, path)
        return await counterfactual(reader, at, YEAR, SPOT, target), await scenario_asked(reader, at, path, "Offer")

    async def smaller(reader: Reader) -> SaveScenario:
        return await scenario_asked(reader, await reader.as_at(), workbook_of(tmp_path, 24), "Offer")

    with council_of(block_of_25(23)) as council:
        tried_once, command = council.ask(of_workbook)
        execute(council, command)
        first = council.ask(asking("Offer"))
        execute(council, council.ask(smaller))
        second, again = council.ask(asking("Offer")), council.ask(asking("Offer@1"))
        execute(council, DropScenario(name="Offer"))
        after = council.ask(asking("Offer@2"))
        with pytest.raises(Refused, match="No scenario is saved as “Offer”"):
            council.ask(asking("Offer"))
    assert (first.rows, first.total) == (tried_once.rows, tried_once.total)
    assert (again.rows, again.total) == (first.rows, first.total)
    assert (after.rows, after.total) == (second.rows, second.total)
    assert second.total["void"] == 3_248_500, "one of 24 places is empty"
    assert first.options == {"scenario": "BLOCK", "saved_scenario": "Offer, version 1"}


def test_several_saved_scenarios_stand_side_by_side(tmp_path: Path) -> None:
    """Two versions that state the same reference are told apart in the rows and in the chart."""

    async def command(reader: Reader, places: int) -> SaveScenario:
        return await scenario_asked(reader, await reader.as_at(), workbook_of(tmp_path, places), "Offer")

    async def question(reader: Reader) -> Result:
        at = await reader.as_at()
        targets = [target for name in ("Offer@1", "Offer") for target in await saved_targets(reader, name, at.position)]
        return await scenarios(reader, at, YEAR, SPOT, targets)

    with council_of(block_of_25(23)) as council:
        for places in (25, 23):
            execute(council, council.ask(lambda reader, places=places: command(reader, places)))
        result = council.ask(question)
    assert [row[0] for row in result.rows] == ["BLOCK (Offer, version 1)", "BLOCK (Offer, version 2)"]
    assert [row[7] for row in result.rows] == [2 * 3_248_500, 0]


def test_a_scenario_is_listed_as_it_was_known_then(tmp_path: Path) -> None:
    """Before it was saved it is not there; before it was dropped it still is."""

    async def question(reader: Reader) -> list[list[str]]:
        saved = await versions_of(reader, "Offer", await reader.end())
        ends = (saved[0].position - 1, saved[0].position, await reader.end())
        return [[one.scenario.name for one in await saved_scenarios(reader, end)] for end in ends]

    async def command(reader: Reader) -> SaveScenario:
        return await scenario_asked(reader, await reader.as_at(), workbook_of(tmp_path), "Offer")

    with council_of(block_of_25(1)) as council:
        execute(council, council.ask(command))
        execute(council, DropScenario(name="Offer"))
        assert council.ask(question) == [[], ["Offer"], []]


def test_a_school_that_nobody_knows_is_refused() -> None:
    """A scenario is of schools in the ledger."""
    stranger = SAVE.model_copy(update={"agreements": (OFFER.model_copy(update={"provider_urn": 900_009}),)})
    with council_of(block_of_25(1)) as council, pytest.raises(Refused, match="900009"):
        execute(council, stranger)


def test_events_say_all_that_a_scenario_is() -> None:
    """What is saved and what is dropped are two events, and no other."""
    assert [type(event) for event in decide(SAVE, None, "ada", DAY)] == [ScenarioSaved]
    assert [type(event) for event in decide(DropScenario(name="Block of 25"), saved_by("ada"), "ada", DAY)] == [
        ScenarioDropped
    ]


@pytest.mark.parametrize("per_cent", [-20, 0, 5])
def test_a_varied_agreement_prices_as_the_curve_over_its_prices_says(per_cent: int) -> None:
    """Changed by so many per cent and in nothing else, it costs what `sensitivity` works out for that level."""

    async def question(reader: Reader) -> tuple[Result, Result]:
        at = await reader.as_at()
        target = await target_of(reader, "BLOCK", at.position)
        scenario = tried(SaveScenario(name="", agreements=(varied(target.agreement, Variation(Decimal(per_cent))),)))
        (other,) = await targets_of(reader, scenario, at.position)
        curve = await sensitivity(reader, at, YEAR, SPOT, target, "price")
        return await counterfactual(reader, at, YEAR, SPOT, other), curve

    with council_of(block_of_25(20)) as council:
        one, curve = council.ask(question)
    level = next(row for row in curve.rows if row[0] == per_cent)
    assert (one.total["scenario"], one.total["void"]) == level[1:3]


def test_terms_that_are_varied_are_those_and_no_others() -> None:
    """A spot card that commits to places pays for empty ones; fewer places, another discount; blank stays agreed."""
    made = AGREEMENTS.fold(decide_agreement(OFFER, None))
    assert made is not None
    assert varied(made, Variation()).terms[0].commitment_places == 25
    fewer = varied(made, Variation(commitment_places=10, void_pct=Decimal(40), discount_pct=Decimal(11)))
    assert (fewer.terms[0].commitment_places, fewer.terms[0].void_pct) == (10, 40)
    assert fewer.tier_sets[0].tiers[0].discount_pct == 11
    assert varied(made, Variation(commitment_places=0)).terms[0].void_pct is None
    line = RateLine(
        component="education", unit="year", amount=101, quantity=Decimal(1), void=False, discount=True, notice=True
    )
    spot = made._replace(
        model="spot", card=(line,), terms=(replace(made.terms[0], commitment_places=0, void_pct=Decimal(0)),)
    )
    committed = varied(spot, Variation(price_pct=Decimal("-0.5"), commitment_places=3))
    assert committed.terms[0].void_pct == 100
    assert [(one.amount, one.void) for one in committed.rates] == [(100, True)]


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """A small council's ledger of its own, because scenarios are written to it."""
    return await make_world(tmp_path)


def sent(client: TestClient, content: bytes, **fields: str) -> FormData:
    """The form that saves a workbook, as a browser sends it."""
    form = FormData({"form_id": "1" * 32} | fields | {"form_token": form_token(client)}, default_to_multipart=True)
    form.add_field("workbook", content, filename="offer.xlsx")
    return form


async def words_of(client: TestClient, address: str) -> str:
    """The words of a page."""
    async with client.get(address) as answer:
        page = await answer.text()
        assert answer.status == 200, page
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def test_a_scenario_saved_from_a_page_is_listed_priced_and_dropped(settings: Settings, tmp_path: Path) -> None:
    """Sent twice it lands once; the pages of pricing offer it; a file says on which version it rests."""
    content = workbook(tmp_path, offers("OFFER", "OTHER"))
    async with client_of(settings, "commissioner") as client:
        for _ in range(2):
            form = sent(client, content, name="Block of two")
            async with client.post("/scenarios/save", data=form, headers=FROM_HERE, allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"]) == (303, "/scenarios/Block%20of%20two")
        assert "Block of two 1 OFFER, OTHER Block" in await words_of(client, "/scenarios")
        page = await words_of(client, "/scenarios/Block%20of%20two")
        assert "Version 1, saved by" in page
        assert "Version 2" not in page
        together = await words_of(client, "/compare/scenarios?scenario=Block+of+two&model=spot")
        assert "OTHER (Block of two, version 1)" in together
        async with client.get("/compare/what-if?scenario=Block+of+two", allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/compare/what-if?scenario=Block+of+two&under=OFFER"
        asked = "scenario=Block+of+two&under=OTHER&model=spot&from=2026-04-01&to=2026-08-31"
        assert "Under OTHER" in await words_of(client, f"/compare/what-if?{asked}")
        async with client.get(f"/api/v1/reports/counterfactual?{asked}") as answer:
            assert (await answer.json())["saved_scenario"] == "Block of two, version 1"
        async with client.get("/api/v1/reports/counterfactual?scenario=Block+of+two") as answer:
            assert answer.status == 400
        async with client.get("/compare/what-if?scenario=Unheard") as answer:
            assert (answer.status, "No scenario is saved as “Unheard”" in await answer.text()) == (404, True)
        drop = {"name": "Block of two", "form_token": form_token(client), "form_id": "2" * 32}
        async with client.post("/scenarios/drop", data=drop) as answer:
            assert "No scenario is saved yet" in await answer.text()
        assert "Version 1, saved by" in await words_of(client, "/scenarios/Block%20of%20two@1")
        assert (await client.get("/scenarios/Block%20of%20two@9")).status == 404


async def test_a_scenario_is_written_from_an_agreement_on_a_form(settings: Settings) -> None:
    """Checked first, then saved; its page states the places and the discount that were typed."""
    typed = {"name": "Two for less", "agreement": "BLOCK-1", "commitment_places": "2", "discount_pct": "15"}
    async with client_of(settings, "commissioner") as client:
        drawn = await (await client.get("/scenarios/new?agreement=BLOCK-1")).text()
        draft = re.search(r'name="command_id" value="([^"]+)"', drawn)
        assert draft, drawn
        form = typed | {"command_id": draft[1], "form_token": form_token(client)}
        checked = await (await client.post("/scenarios/new", data=form | {"step": "check"})).text()
        assert "Two for less" in checked
        async with client.post("/scenarios/new", data=form | {"step": "send"}) as answer:
            assert answer.status == 200, await answer.text()
            assert "/scenarios/Two%20for%20less" in await answer.text()
        page = await words_of(client, "/scenarios/Two%20for%20less")
        assert "2 places" in page
        assert "15%" in page


async def save(client: TestClient, name: str, content: bytes, form_id: str) -> None:
    """Saves a scenario workbook under a name."""
    form = sent(client, content, name=name, form_id=form_id)
    async with client.post("/scenarios/save", data=form, headers=FROM_HERE, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()


async def test_saving_a_scenario_leaves_every_other_report_where_it_was(settings: Settings, tmp_path: Path) -> None:
    """“Now” stays, and so does a file to the byte; what was known then can be priced under what is saved since."""
    async with client_of(settings, "commissioner") as client:
        before = await (await client.get("/spend?format=xlsx")).read()
        await save(client, "Two", workbook(tmp_path, offers("OFFER", "OTHER")), "3" * 32)
        assert await (await client.get("/spend?format=xlsx")).read() == before
        asked = "/api/v1/reports/counterfactual?scenario=Two&under=OTHER&as_at=1"
        async with client.get(asked) as answer:
            told = await answer.json()
        assert (told["as_at"]["position"], told["saved_scenario"]) == (1, "Two, version 1")


async def test_terms_side_by_side_are_found_again_by_their_version(settings: Settings, tmp_path: Path) -> None:
    """A file of them is checked after the scenario has its next version, and its cells are compared with what left."""
    asked = "/compare/scenarios?agreement=BLOCK-1&scenario=Two&model=spot&from=2026-04-01&to=2026-08-31&format=xlsx"
    async with client_of(settings, "commissioner") as client:
        await save(client, "Two", workbook(tmp_path, offers("OFFER", "OTHER")), "4" * 32)
        path = tmp_path / "left.xlsx"
        path.write_bytes(await (await client.get(asked)).read())
        await save(client, "Two", workbook(tmp_path, offers("ELSE")), "5" * 32)
    async with open_reader(settings) as reader:
        verdict = await judge(reader, path, settings.commissioning_council)
        assert (verdict.became, verdict.since) == ("unaltered", ())
        assert verdict.left is not None
        options = verdict.left.file.options
        origins = ("agreement BLOCK-1", "scenario Two@1, OFFER", "scenario Two@1, OTHER")
        assert tuple(options[f"terms_{number}"] for number in (1, 2, 3)) == origins
        other = tampered(path, "sheet4", rb'(<c r="C3"[^>]*><v>)[^<]*', rb"\g<1>77")
        altered = await judge(reader, other, settings.commissioning_council)
        assert [(one.sheet, one.cell, one.came_as) for one in altered.cells] == [("Data", "C3", "77")]


async def test_a_view_of_a_scenario_pins_its_version(settings: Settings, tmp_path: Path) -> None:
    """Saved under a name alone, it asks for the version of that day ever after."""
    async with client_of(settings, "commissioner") as client:
        await save(client, "Two", workbook(tmp_path, offers("OFFER")), "6" * 32)
        page = await (await client.get("/compare/what-if?scenario=Two&under=OFFER")).text()
        position = re.search(r'name="position" value="(\d+)"', page)
        assert position, page
        view = {"name": "Offer", "path": "/compare/what-if", "position": position[1], "scenario": "Two"}
        async with client.post("/views/save", data=view | {"form_token": form_token(client)}) as answer:
            listed = await answer.text()
    assert f"/compare/what-if?scenario=Two%401&amp;as_at={position[1]}" in listed
