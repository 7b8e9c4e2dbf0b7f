"""From a pupil who needs a place to the placement: schools consulted, quotes side by side, the offer that is chosen."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from commissioning.charges.figures import sums
from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.consultations.consultation import CONSULTATIONS, Consultation
from commissioning.consultations.facts import Wanted
from commissioning.consultations.quotes import peers_of, yearly_price
from commissioning.consultations.tasks import tasks
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.placements.placement import PLACEMENTS
from commissioning.settings import Settings
from commissioning.web.ledger_keys import READER, VAULT
from contracts.rates import RateLine
from exports.records.disclosure import disclose
from exports.records.disclosure_forms import FORMS
from providers.oversight.oversight import OVERSIGHT
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of
from tests.pages.form_filling import Client, carry_out, drawn, send, words_of
from tests.pages.world import TODAY

SEEKING = {
    "pupil_ref": "P-SOUGHT",
    "name": "Wilfred Quillfeather",
    "date_of_birth": "3/2/2014",
    "consultation_ref": "CN-0001",
    "need": "SEMH",
    "phase": "secondary",
    "setting": "day",
    "wanted_from": "4/1/2027",
    "schools.0.urn": "900001",
    "schools.0.answer": "offered",
    "schools.0.amount": "58,500",
    "schools.0.agreement_ref": "BLOCK-1",
    "schools.1.urn": "900002",
}
PLACING = {
    "provider_urn": "900002",
    "approved_on": "24/11/2026",
    "named_on": "25/11/2026",
    "by": "council",
    "agreement_ref": "SPOT-1",
    "issued_on": "26/11/2026",
    "start_on": "4/1/2027",
    "signed_on": "27/11/2026",
    "placement_ref": "PL-7",
    "rates.0.component": "education",
    "rates.0.amount": "62,000",
    "rates.0.unit": "year",
}
ANSWER = {
    "answer_900002": "offered",
    "answered_on_900002": "23/11/2026",
    "agreement_900002": "SPOT-1",
    "rates_900002.0.component": "education",
    "rates_900002.0.amount": "64,000",
    "rates_900002.0.unit": "year",
}
DO = "/consultations/CN-0001/do"


@pytest.fixture
async def client(world: Settings, tmp_path: Path) -> AsyncIterator[Client]:
    """The application over a council of the test's own."""
    async with client_of(copy_of(world, tmp_path / "own"), "commissioner") as client:
        yield client


async def known(client: Client) -> Consultation:
    """The consultation as it stands."""
    found = await client.app[READER].state(CONSULTATIONS, "CN-0001", OPEN_POSITION)
    assert found is not None
    return found


async def text(client: Client, address: str) -> str:
    """The words of a page."""
    async with client.get(address) as answer:
        return words_of(await answer.text())


async def test_a_placement_comes_of_the_offer_that_was_chosen(client: Client) -> None:
    """Quotes come in on two days; the price asked stays beside the price contracted, which is what is charged."""
    await carry_out(client, "/new/consultation", **SEEKING)
    assert (await known(client)).stage == "offered"
    await carry_out(client, f"{DO}/answers", **ANSWER)
    page = await text(client, "/consultations/CN-0001")
    assert "£58,500.00 a year" in page
    assert "£64,000.00 a year" in page
    checked, receipt, _ = await carry_out(client, f"{DO}/place", **PLACING)
    assert "In this financial year, 2026/27 +£" in checked
    assert "Placement PL-7" in receipt
    consultation = await known(client)
    offer, issued = consultation.school(900002), consultation.issued
    assert offer is not None
    assert issued is not None
    assert (offer.rates[0].amount, issued.rates[0].amount) == (6_400_000, 6_200_000)
    placement = await client.app[READER].state(PLACEMENTS, "PL-7", OPEN_POSITION)
    assert placement is not None
    assert (placement.lines, placement.signed_on, placement.birth_month) == (
        issued.rates, date(2026, 11, 27), "2014-02",
    )  # fmt: skip
    assert placement.pupil == client.app[VAULT].pupil_of("P-SOUGHT")
    now = (await client.app[READER].as_at()).position
    only = Filters(placement=("PL-7",))
    assert sum(one.cost for one in await sums(client.app[READER], ("placement",), financial_year("2026/27"), now, only))
    assert [task.state for task in tasks(consultation)] == ["done"] * 7


async def test_every_step_has_a_form_of_its_own(client: Client) -> None:
    """The steps that one form takes at once can be taken one by one, each on its day, and come to the same."""
    await carry_out(client, "/new/consultation", **SEEKING)
    await carry_out(client, f"{DO}/answers", **ANSWER)
    await carry_out(client, f"{DO}/approve", **_only("provider_urn", "approved_on"))
    await carry_out(client, f"{DO}/name", **_only("provider_urn", "named_on", "by"))
    await carry_out(client, f"{DO}/issue", **_only("agreement_ref", "issued_on", "start_on"))
    await carry_out(client, f"{DO}/sign", **_only("signed_on"))
    await carry_out(client, f"{DO}/start", **_only("placement_ref"))
    one_by_one = await known(client)
    assert one_by_one.issued is not None
    assert one_by_one.issued.rates[0].amount == 6_400_000, "left blank, the price asked is the price contracted"
    assert one_by_one.stage == "started"


def _only(*names: str) -> dict[str, str]:
    return {name: PLACING[name] for name in names}


async def test_a_decline_is_sealed_and_a_closed_search_takes_no_more_steps(client: Client, tmp_path: Path) -> None:
    """A school's words about a child stand nowhere in the clear; what is closed says so to whoever goes on with it."""
    await carry_out(client, "/new/consultation", **SEEKING)
    decline = {"answer_900002": "declined full", "answered_on_900002": "23/11/2026",
               "words_900002": "Quillfeather would be the ninth in a class of eight"}  # fmt: skip
    await carry_out(client, f"{DO}/answers", **decline)
    await carry_out(client, f"{DO}/close", reason="moved_area", closed_on="24/11/2026", words="Quillfeather moved")
    written = b"".join(path.read_bytes() for path in (tmp_path / "own").rglob("*") if path.is_file())
    assert b"Quillfeather" not in written
    hidden = await drawn(client, f"{DO}/consult")
    page, _ = await send(client, f"{DO}/consult", "check", 409, **hidden, **{"schools.0.urn": "900002"})
    assert "This consultation was closed on 24 November 2026." in page
    assert "Closed without a placement" in await text(client, "/consultations?state=over")


async def test_faults_stand_at_the_row_in_which_they_were_made(client: Client) -> None:
    """An offer without a price is refused at its own row, and an agreement of another school at its field."""
    hidden = await drawn(client, "/new/consultation")
    without = {name: text for name, text in SEEKING.items() if not name.endswith("amount")}
    page, _ = await send(client, "/new/consultation", "check", 422, **hidden, **without)
    assert 'id="field-schools-0-amount-error"' in page
    await carry_out(client, "/new/consultation", **SEEKING)
    await carry_out(client, f"{DO}/answers", **ANSWER)
    hidden = await drawn(client, f"{DO}/place")
    page, _ = await send(client, f"{DO}/place", "check", 422, **hidden, **PLACING | {"agreement_ref": "BLOCK-1"})
    assert 'id="field-agreement-ref-error"' in page


async def test_a_form_of_one_school_stays_with_it(client: Client) -> None:
    """The school that the address names is asked about alone, through faults, drafts and checked answers."""
    await carry_out(client, "/new/consultation", **SEEKING | {"schools.0.answer": "", "schools.0.amount": ""})
    alone = f"{DO}/answers?school=900002"
    hidden = await drawn(client, alone)
    answer = {"answer_900002": "offered", "answered_on_900002": "23/11/2026"}
    page, _ = await send(client, alone, "check", 422, **hidden, **answer)
    assert f'action="{alone}"' in page, "a form without a price is shown again at the same address"
    assert "answer_900001" not in page
    page = await (await client.get("/drafts")).text()
    again = f"{alone}&amp;draft={hidden['command_id']}"
    assert again in page, "the draft is opened at the same address"
    page = await (await client.get(again.replace("&amp;", "&"))).text()
    assert (f'action="{alone}"' in page, "answer_900001" in page) == (True, False)
    page, _ = await send(client, alone, "check", **hidden, **ANSWER)
    assert f'action="{alone}"' in page
    assert page.count(again) > len(answer), "each answer leads back to the form, and so does the link below them"
    await send(client, alone, "send", **hidden)
    assert [one.urn for one in (await known(client)).schools if one.offered] == [900002]


async def test_the_consultations_with_furthest_to_go_lead_the_list(client: Client) -> None:
    """What waits for a school's answer stands before what is closed, whichever was begun first."""
    await carry_out(client, "/new/consultation", **SEEKING)
    await carry_out(client, f"{DO}/close", reason="moved_area", closed_on="24/11/2026")
    later = SEEKING | {
        "consultation_ref": "CN-0002",
        "pupil_ref": "P-LATER",
        "schools.0.answer": "",
        "schools.0.amount": "",
    }
    await carry_out(client, "/new/consultation", **later)
    for query, refs in (("", ["CN-0002", "CN-0001"]), ("?sort=-stage", ["CN-0001", "CN-0002"])):
        async with client.get(f"/api/v1/lists/consultations{query}") as answer:
            assert [row["consultation"] for row in (await answer.json())["rows"]] == refs


async def test_an_offer_is_priced_as_it_would_be_charged(client: Client) -> None:
    """A full year of an offer is what the ledger charges for a pupil who is there all year; peers are counted."""
    reader = client.app[READER]
    wanted = Wanted(need="SEMH", phase="secondary", setting="day")
    line = RateLine(
        component="education", unit="year", amount=6_600_000, quantity=Decimal(1), void=False, discount=False,
        notice=True,
    )  # fmt: skip
    year = financial_year("2027/28")
    now = (await reader.as_at()).position
    assert await yearly_price(reader, now, 900002, "SPOT-1", (line,), wanted, year) == 6_600_000
    peers = await peers_of(reader, now, TODAY, wanted)
    assert peers.live == 2, "PL-1 on the block and PL-2 on its own price"
    assert peers.yearly is not None
    assert 5_000_000 < peers.yearly < 6_700_000


async def test_consultations_are_known_as_at_any_day(client: Client) -> None:
    """The list as known before a consultation does not hold it, and the page of it is not there then."""
    before = (await client.app[READER].as_at()).position
    await carry_out(client, "/new/consultation", **SEEKING)
    assert "CN-0001" in await text(client, "/consultations")
    assert "CN-0001" not in await text(client, f"/consultations?as_at={before}")
    assert (await client.get(f"/consultations/CN-0001?as_at={before}")).status == 404


async def test_what_schools_said_is_disclosed_to_the_pupil(client: Client) -> None:
    """A subject access request tells of every consultation, with each school's words opened."""
    await carry_out(client, "/new/consultation", **SEEKING)
    said = {"answer_900002": "declined full", "answered_on_900002": "23/11/2026", "words_900002": "The class is full"}
    await carry_out(client, f"{DO}/answers", **said)
    reader, vault = client.app[READER], client.app[VAULT]
    told = await disclose(reader, vault, "P-SOUGHT", "Smallshire", datetime(2026, 11, 24, 9, tzinfo=UTC))
    (one,) = told.consultations
    assert dict(one.facts)["School 900002 in its words"] == "The class is full"
    for form in FORMS.values():
        assert "The class is full" in form(told)


async def test_a_suspended_school_is_consulted_only_where_that_was_permitted(client: Client) -> None:
    """A search names the school in vain while new placements are suspended; permitted, it leads to the placement."""
    await carry_out(
        client,
        "/schools/900002/new-placements/suspend",
        suspended_from="1/12/2026",
        reason="No head in post",
    )
    form = await drawn(client, "/new/consultation")
    page, _ = await send(client, "/new/consultation", "check", 409, **form, **SEEKING)
    assert "suspended from 1 December 2026: No head in post" in words_of(page)
    assert "have “CN-0001” permitted" in words_of(page)
    await carry_out(
        client,
        "/schools/900002/new-placements/permit",
        placement_ref="CN-0001",
        reason="Ordered by the tribunal",
    )
    await carry_out(client, "/new/consultation", **SEEKING)
    await carry_out(client, f"{DO}/answers", **ANSWER)
    await carry_out(client, f"{DO}/place", **PLACING)
    oversight = await client.app[READER].state(OVERSIGHT, "900002", OPEN_POSITION)
    assert oversight is not None
    assert [one.reason for one in oversight.permissions] == [
        "Ordered by the tribunal",
        "Permitted as consultation CN-0001",
    ]
