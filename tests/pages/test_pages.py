"""The pages over a real small ledger: what they say, that they agree with the reports, and how they refuse."""

import csv
import html
import io
import re
from typing import get_args
from urllib.parse import unquote

import pytest
from aiohttp.test_utils import TestClient

from commissioning.charges.causes import MovementCause
from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.charges.words import CAUSES, CURES, UNPRICED
from commissioning.ledger.reading import AsAt, Reader
from commissioning.placements.events import EVENTS as PLACEMENT_EVENTS
from commissioning.placements.facts import Need, Phase, ReviewKind, ReviewOutcome, Route
from commissioning.placements.words import EVENT_TITLES as PLACEMENT_TITLES
from commissioning.placements.words import (
    NEEDS,
    PHASES,
    PUPIL_EVENT_TITLES,
    REVIEW_EVENT_TITLES,
    REVIEW_KINDS,
    REVIEW_OUTCOMES,
    ROUTES,
)
from commissioning.web.words import pounds
from contracts import words
from contracts.events import EVENTS as CONTRACT_EVENTS
from contracts.pricing.unpriced import UnpricedReason
from contracts.rates import Component, Unit
from contracts.terms import Accrual, Billing, CommissioningModel, FeeYear, LeaverRule, Setting, Tiering
from exports.pages.spend import Cube
from exports.result import Column, Result
from exports.scenarios.events import EVENTS as SCENARIO_EVENTS
from exports.scenarios.words import EVENT_TITLES as SCENARIO_TITLES
from providers.events import EVENTS as PROVIDER_EVENTS
from providers.facts import ProviderFacts, ProviderType
from providers.words import EVENT_TITLES as PROVIDER_TITLES
from providers.words import FACTS, TYPES

PAGES = (
    "/",
    "/spend",
    "/spend?by=provider",
    "/spend?by=need&by=model",
    "/spend?by=provider,need,placement",
    "/spend?model=block&year=2026/27",
    "/compare",
    "/compare?reference=block",
    "/compare?within=need&spread=yes",
    "/compare?over=term",
    "/compare/what-if",
    "/compare/what-if?agreement=BLOCK-1&model=spot",
    "/compare/what-if?agreement=BLOCK-1&cohort=agreement=BLOCK-1&join_roll=yes",
    "/compare/scenarios",
    "/compare/scenarios?agreement=BLOCK-1&agreement=SPOT-1",
    "/compare/local-first",
    "/uplifts",
    "/consultations",
    "/consultations?state=open&sort=-offers",
    "/views",
    "/forecast",
    "/year-groups",
    "/year-groups?by=placement",
    "/year-groups?by=provider&post_16_year=13",
    "/scenarios",
    "/forecast?by=model&arrivals=2&uplift_high=5&uplift_on=2027-01-01",
    "/voids",
    "/voids?reference=spot",
    "/bridge",
    "/bridge?from_position=1",
    "/bridge?from_year=2025/26&year=2026/27",
    "/exceptions",
    "/reviews",
    "/reviews?kind=ehc_annual&standing=overdue",
    "/reviews/calendar",
    "/placements/PL-2/reviews/ehc_annual/2026-10-01",
    "/budget",
    "/closing",
    "/publications",
    "/reports/accruals",
    "/reports/publication?name=contracts",
    "/files",
    "/placements",
    "/placements?state=live&sort=-cost",
    "/placements?live_on=2026-05-01&need=SEMH",
    "/placements?search=fenside",
    "/placements/PL-1",
    "/placements/PL-5",
    "/agreements",
    "/agreements?state=live&sort=-void",
    "/agreements/BLOCK-1",
    "/agreements/SPOT-0",
    "/schools",
    "/schools/900001",
    "/calendars",
)


async def text_of(client: TestClient, address: str, status: int = 200) -> str:
    """The words of a page."""
    async with client.get(address) as answer:
        page = await answer.text()
        assert answer.status == status, page
    body = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


async def json_of(client: TestClient, address: str) -> dict:
    """A JSON document."""
    async with client.get(address) as answer:
        assert answer.status == 200
        return await answer.json(content_type=None)


def pence(text: str) -> int:
    """`1234.50` as pence."""
    return round(float(text) * 100)


@pytest.mark.parametrize("address", PAGES)
async def test_every_page_answers_now_and_in_the_past(client: TestClient, address: str) -> None:
    """Each page answers; looking back it says so, and every link of its menu and content keeps the as-at."""
    assert "As known now" in await text_of(client, address)
    past = f"{address}{'&' if '?' in address else '?'}as_at=2026-05-31"
    known_then = "PL-5" not in address
    async with client.get(past) as answer:
        page = await answer.text()
        assert answer.status == (200 if known_then else 404)
    if known_then:
        assert "You are looking at the past" in page
        inside = re.findall(r'href="(/(?!static)[^"#]*)', page)
        returning = {unquote(html.unescape(link)) for link in inside if "as_at=" not in link}
        returning.discard("/account")  # whoever looks is here and now
        assert returning <= {address, address.split("?", maxsplit=1)[0]}, "only “Return to now” may leave the past"


async def test_the_past_shows_what_was_known_then(client: TestClient) -> None:
    """In May the placements learnt in November are not there, and the figure is that of May."""
    now, then = await text_of(client, "/placements"), await text_of(client, "/placements?as_at=2026-05-31")
    assert "PL-4" in now
    assert "PL-4" not in then
    assert (await client.get("/placements/PL-4?as_at=2026-05-31")).status == 404
    figures = [await json_of(client, f"/reports/spend.json{query}") for query in ("", "?as_at=2026-05-31")]
    assert figures[0]["total"]["cost"] != figures[1]["total"]["cost"]


@pytest.mark.parametrize("query", ["", "?as_at=2026-05-31", "?model=spot", "?year=2027/28"])
async def test_page_totals_are_the_reports_to_the_penny(client: TestClient, query: str) -> None:
    """The total on the page of spend, in its files and over the API is one figure, to the penny."""
    report = await json_of(client, f"/reports/spend.json{query}")
    total = pence(report["total"]["cost"])
    assert await json_of(client, f"/api/v1/reports/spend{query or '?'}&by=month,model") == report
    assert pounds(total) in await text_of(client, f"/spend{query}")
    async with client.get(f"/reports/spend.csv{query}") as answer:
        rows = list(csv.DictReader(io.StringIO(await answer.text())))
    assert sum(pence(row["cost"]) for row in rows) == total
    assert (
        sum(pence(row["cost"]) for row in (await json_of(client, f"/spend{query or '?'}&format=json"))["rows"]) == total
    )


async def test_the_spend_page_counts_every_day_on_roll(client: TestClient) -> None:
    """The days of the models on the page come to the report's total, months without any cost included."""
    report = await json_of(client, "/reports/spend.json?by=model")
    text = await text_of(client, "/spend")
    for row in report["rows"]:
        assert f"{row['occupied_days']:,}" in text
    assert f"{report['total']['occupied_days']:,}" in text


def test_a_month_in_which_nothing_was_spent_stands_between_the_others() -> None:
    """A chart by month skips none in the middle of its time, and draws none before or after."""
    columns = (Column("month", "month", "Month"), Column("cost", "money", "Cost"))
    rows = (("2026-05", 100), ("2026-07", 300))
    known = AsAt(1, "", "", latest=True)
    result = Result("spend", "Spend", known, financial_year("2026/27"), Filters(), columns, rows, {"cost": 400})
    chart = Cube(result, ["month"], {}).chart()
    assert chart is not None
    assert chart.categories == ("May 26", "Jun 26", "Jul 26")
    assert chart.series[0].values == (100, 0, 300)


async def test_a_history_names_the_school_of_an_agreement(client: TestClient) -> None:
    """What was recorded of an agreement says with which school it is."""
    assert "School → to Fenside <School>" in await text_of(client, "/agreements/SPOT-1")


async def test_lists_add_up_to_the_report(client: TestClient) -> None:
    """Agreements, schools and placements with the voids each come to the year's spend."""
    report = await json_of(client, "/reports/spend.json?by=kind")
    total = pence(report["total"]["cost"])
    void = sum(pence(row["cost"]) for row in report["rows"] if row["kind"] == "void")
    lists = {
        name: (await json_of(client, f"/{name}?format=json"))["rows"]
        for name in ("agreements", "schools", "placements")
    }
    sums = {name: sum(pence(row["cost"]) for row in rows) for name, rows in lists.items()}
    assert sums == {"agreements": total, "schools": total, "placements": total - void}
    assert sum(pence(row["void"]) for row in lists["agreements"]) == void
    assert pounds(total) in await text_of(client, "/agreements")


async def test_home_says_what_needs_a_person(client: TestClient) -> None:
    """Each planted fault is on the first page with its count, and the list behind it names it."""
    home, behind = await text_of(client, "/"), await json_of(client, "/reports/exceptions.json")
    found = {(row["kind"], row["reference"]) for row in behind["rows"]}
    assert found == {
        ("unpriced", "PL-5"),
        ("agreement_ended", "PL-3"),
        ("never_signed", "PL-4"),
        ("agreement_ending", "SPOT-1"),
        ("empty_places", "BLOCK-1"),
        ("review_overdue", "PL-2"),
        ("review_overdue", "PL-3"),
        ("review_overdue", "PL-5"),
        ("review_overdue", "PL-6"),
    }
    for title in ("Days on roll without a price", "Live under an agreement that has ended", "Started and never signed"):
        assert f"{title} 1" in home
    listed = await text_of(client, "/exceptions")
    assert all(reference in listed for _, reference in found)


async def test_an_agreement_shows_its_roll_and_its_empty_places(client: TestClient) -> None:
    """The block has its places in the order of their starts, its voids in pounds, and its break-even."""
    page = await text_of(client, "/agreements/BLOCK-1")
    roll = page[page.index("On roll on 23 November 2026", page.index("Rate card on")) :]
    assert re.search(r"PL-1 pupil [0-9a-f]{8} 1 .*?10%.*?PL-6 pupil [0-9a-f]{8} 2 ", roll)
    # Three places less 10% for £60,000: two were empty until August and one since, of £4,500 a month each.
    assert "£76,500" in page
    assert "The discount pays for itself from 2.7 filled places; only 2 are filled today." in page


async def test_a_placement_shows_terms_prices_and_history(client: TestClient) -> None:
    """A placement's page says what it costs, at which prices, and who recorded it when."""
    page = await text_of(client, "/placements/PL-2")
    for words_of_it in (
        "Social, emotional and mental health (SEMH)",
        "£66,000.00 a year",
        "Its own price",
        "Placement recorded by a.clerk Recorded 2 April 2026 at 10:00 , true from 1 April 2026",
        "This raised the cost of 2026/27 by £55,000.00.",
    ):
        assert words_of_it in page
    assert "No price holds" in await text_of(client, "/placements/PL-5")
    assert not re.search(r"PPL-\d", page), "the council's own pupil reference is sealed"


async def test_a_search_finds_and_an_empty_list_says_why(client: TestClient) -> None:
    """A list with nothing in it says so and offers the way out; signs of a pattern are plain letters."""
    assert "PL-2" in await text_of(client, "/placements?search=pl-2")
    for search in ("nobody", "%25", "_"):
        assert "No placement matches these filters" in await text_of(client, f"/placements?search={search}")


async def test_text_from_people_is_never_markup(client: TestClient) -> None:
    """A school called “Fenside <School>” is shown as its name."""
    async with client.get("/schools/900002") as answer:
        page = await answer.text()
    assert "Fenside &lt;School&gt;" in page
    assert "<School>" not in page


@pytest.mark.parametrize(
    ("address", "status", "words_of_it"),
    [
        ("/placements/NO-SUCH", 404, "There is no placement “NO-SUCH”"),
        ("/agreements/NO-SUCH", 404, "There is no agreement “NO-SUCH”"),
        ("/schools/1", 404, "There is no school “1”"),
        ("/schools/abc", 404, "There is no such page"),
        ("/?as_at=yesterday", 400, "“yesterday” is not an instant"),
        ("/?as_at=999999", 400, "no position 999999"),
        ("/spend?year=2026", 400, "“2026” is not a financial year"),
        ("/spend?by=colour", 400, "“colour” is not something to group by"),
        ("/spend?from=2026-04-02&to=2026-05-31", 400, "cuts a month"),
        ("/spend?from=2026-04-01", 400, "A period needs its first day and its last"),
        ("/compare?reference=lottery", 400, "“lottery”"),
        ("/placements?sort=colour", 400, "“colour” is not known here"),
        ("/placements?live_on=soon", 400, "“soon” is not a day"),
        ("/placements?page=-1", 400, "“-1” is no page"),
        ("/bridge?from_position=99999", 400, "no position 99999"),
        ("/spend?format=docx", 400, "“docx” is not known here"),
        ("/compare/what-if?agreement=NONE", 400, "There is no agreement “NONE”"),
        ("/compare/what-if?agreement=BLOCK-1&cohort=tall", 400, "does not say which pupils are meant"),
        ("/forecast?arrivals=-1", 400, "“-1” is no number here"),
        ("/forecast?uplift_on=soon", 400, "“soon” is not a day"),
        ("/voids?reference=lottery", 400, "“lottery”"),
        ("/reports/counterfactual.json", 400, "No terms are named"),
        ("/reports/nothing.json", 404, "There is no report “nothing”"),
    ],
)
async def test_what_cannot_be_meant_is_refused_in_words(
    client: TestClient, address: str, status: int, words_of_it: str
) -> None:
    """A wrong address gives a page that says what is wrong, never a traceback."""
    page = await text_of(client, address, status)
    assert words_of_it in page
    assert "Traceback" not in page


async def test_the_api_answers_problems(client: TestClient) -> None:
    """Under /api/ a refusal is a problem document, and a name that a report does not know is refused."""
    async with client.get("/api/v1/reports/spend?colour=blue") as answer:
        assert answer.status == 400
        assert answer.content_type == "application/problem+json"
        assert "colour" in (await answer.json(content_type=None))["detail"]


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/", 27),
        ("/placements", 10),
        ("/placements/PL-1", 15),
        ("/agreements", 10),
        ("/agreements/BLOCK-1", 14),
        ("/schools", 8),
    ],
)
async def test_queries_do_not_grow_with_rows(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, address: str, most: int
) -> None:
    """A page asks a fixed handful of questions, not one a row."""
    asked = []
    query = Reader.query

    async def counted(reader: Reader, sql: str, parameters: object = ()) -> list:
        asked.append(sql)
        return await query(reader, sql, parameters)

    monkeypatch.setattr(Reader, "query", counted)
    await text_of(client, address)
    beside = [sql for sql in asked if "accounts_" in sql]
    assert 0 < len(asked) - len(beside) <= most
    assert len(beside) <= 2, "who is signed in, and at times what everybody is called"


@pytest.mark.parametrize(
    ("labels", "codes"),
    [
        (words.MODELS, get_args(CommissioningModel)),
        (words.MODEL_MEANINGS, get_args(CommissioningModel)),
        (words.SETTINGS, get_args(Setting)),
        (words.COMPONENTS, get_args(Component)),
        (words.UNITS, get_args(Unit)),
        (words.FEE_YEARS, get_args(FeeYear)),
        (words.ACCRUALS, get_args(Accrual)),
        (words.LEAVER_RULES, get_args(LeaverRule)),
        (words.TIERINGS, get_args(Tiering)),
        (words.BILLINGS, get_args(Billing)),
        (words.EVENT_TITLES, [event.__name__ for event in CONTRACT_EVENTS]),
        (TYPES, get_args(ProviderType)),
        (FACTS, ProviderFacts.model_fields),
        (SCENARIO_TITLES, [event.__name__ for event in SCENARIO_EVENTS]),
        (PROVIDER_TITLES, [event.__name__ for event in PROVIDER_EVENTS]),
        (NEEDS, get_args(Need)),
        (PHASES, get_args(Phase)),
        (ROUTES, get_args(Route)),
        (
            {**PLACEMENT_TITLES, **PUPIL_EVENT_TITLES, **REVIEW_EVENT_TITLES},
            [event.__name__ for event in PLACEMENT_EVENTS],
        ),
        (REVIEW_KINDS, get_args(ReviewKind)),
        (REVIEW_OUTCOMES, get_args(ReviewOutcome)),
        (CAUSES, get_args(MovementCause)),
        (UNPRICED, get_args(UnpricedReason)),
        (CURES, get_args(UnpricedReason)),
    ],
)
def test_every_code_has_its_words(labels: dict, codes: list) -> None:
    """No code can be recorded that a page would have to show as it is."""
    assert set(labels) == set(codes)
