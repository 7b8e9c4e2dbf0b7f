"""Every change of an agreement from its page: what is shown before is what comes of it, and undone it never was."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from commissioning.charges.agreement_forms.pages.routes import CHANGES
from commissioning.charges.facts_in_words import agreement_facts
from commissioning.charges.figures import sums
from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.settings import Settings
from commissioning.web.ledger_keys import READER
from commissioning.web.words import pounds
from contracts.agreement import AGREEMENTS, Agreement
from contracts.words import MODELS
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of
from tests.pages.form_filling import Client, carry_out, drawn, send, words_of
from tests.pages.test_pages import text_of

YEAR = financial_year("2026/27")
TERMS = {
    "fee_year": "financial",
    "accrual": "months",
    "leaver_rule": "end_of_month",
    "notice_weeks": "4",
    "tiering": "marginal",
    "commitment_places": "2",
    "void_pct": "50",
}
GRID = {"grid_component": "education", "grid_unit": "year", "grid_void": "yes"}
CASES = {
    "prices": ("BLOCK-1", {"effective_from": "1/1/2027", **GRID, "grid.0.any": "61,000", "grid.1.band": "C",
                           "grid.1.day": "70,000"}),
    "price": ("BLOCK-1", {"effective_from": "1/12/2026", "component": "therapy", "amount": "1,200", "unit": "year",
                          "void": "no"}),
    "price-withdrawal": ("BLOCK-1", {"price": "0"}),
    "terms": ("BLOCK-1", {"effective_from": "1/1/2027", **TERMS}),
    "discounts": ("BLOCK-1", {"effective_from": "1/12/2026", "tiers.0.from_place": "1", "tiers.0.discount_pct": "11",
                              "tiers.1.from_place": "4", "tiers.1.discount_pct": "0"}),
    "signature": ("SPOT-1", {"signed_on": "2/3/2026"}),
    "extension": ("SPOT-0", {"end_on": "31/3/2027"}),
    "end": ("BLOCK-1", {"end_on": "31/12/2026"}),
    "dates": ("SPOT-1", {"start_on": "1/4/2026", "end_on": "31/12/2026"}),
    "facts": ("BLOCK-1", {"title": "Renamed (invented)", "provider_urn": "900002", "model": "block",
                          "billing": "monthly_arrears", "instalments": "equal"}),
}  # fmt: skip
CORRECTIONS = {"price-withdrawal", "dates"}


@pytest.fixture
async def client(world: Settings, tmp_path: Path) -> AsyncIterator[Client]:
    """The application over a council of the test's own."""
    async with client_of(copy_of(world, tmp_path / "own"), "commissioner") as client:
        yield client


async def cost(client: Client) -> int:
    """Pence of the year, of all placements and empty places."""
    reader = client.app[READER]
    now = (await reader.as_at()).position
    return sum(one.cost for one in await sums(reader, ("agreement",), YEAR, now, Filters()))


async def known(client: Client, ref: str) -> Agreement:
    """An agreement as it stands."""
    agreement = await client.app[READER].state(AGREEMENTS, ref, OPEN_POSITION)
    assert agreement is not None
    return agreement


async def facts(client: Client, ref: str) -> list[dict[str, str | None]]:
    """An agreement in words, on days on which all that the cases change would hold; no discount at all is none."""
    agreement = await known(client, ref)
    days = (date(2026, 6, 1), date(2026, 12, 5), date(2027, 2, 1))
    nothing = {"Tiers": None, "How tiers count": None}
    told = [dict(agreement_facts(agreement, on)) for on in days]
    return [one | (nothing if one["Tiers"] == "from place 1, no discount" else {}) for one in told]


@pytest.mark.parametrize("change", CASES)
async def test_a_change_costs_what_was_shown_and_undone_it_never_was(client: Client, change: str) -> None:
    """The cost shown before is what the year's total moves by; corrections name what they correct; undoing restores."""
    ref, typed = CASES[change]
    before, stood = await cost(client), await facts(client, ref)
    checked, receipt, path = await carry_out(client, f"/agreements/{ref}/change/{change}", **typed)
    moved = await cost(client) - before
    if moved:
        assert f"In this financial year, 2026/27 {'+' if moved > 0 else ''}{pounds(moved)}" in checked
    events = await client.app[READER].history(f"agreement:{ref}", OPEN_POSITION)
    assert (events[-1].corrects is not None) == (change in CORRECTIONS)
    assert "Undo this" in receipt
    assert await facts(client, ref) != stood or change == "dates"
    hidden = await drawn(client, f"{path}/undo")
    page, _ = await send(client, f"{path}/undo", "send", **hidden)
    assert "Receipt" in page or "recorded" in words_of(page)
    assert (await cost(client), await facts(client, ref)) == (before, stood)


def test_every_change_is_tried() -> None:
    """The cases above leave none out."""
    assert set(CHANGES) == set(CASES)


def asked_for(model: str) -> dict[str, str]:
    """A new agreement of a model with Larkfield, with everything that its form asks."""
    typed = {
        "agreement_ref": "AG-NEW",
        "provider_urn": "900001",
        "start_on": "1/1/2027",
        "billing": "termly_advance",
        "instalments": "by_days",
        **{name: TERMS[name] for name in ("fee_year", "accrual", "leaver_rule", "notice_weeks")},
    }
    if model in {"block", "retained", "cost_volume"}:
        typed |= {name: TERMS[name] for name in ("commitment_places", "void_pct")} | {"grid_void": "yes"}
    if model in {"block", "cost_volume", "volume_discount"}:
        typed |= {"tiering": "marginal", "tiers.0.from_place": "1", "tiers.0.discount_pct": "11"}
    if model == "state_place":
        typed |= {"grid_void": "yes"}
    if model not in {"spot", "national_contract", "dynamic_market", "approved_list", "open_framework"}:
        typed |= {"grid_component": "education", "grid_unit": "year", "grid.0.any": "40,000"}
    return typed


@pytest.mark.parametrize("model", MODELS)
async def test_an_agreement_is_recorded_by_its_model(client: Client, model: str) -> None:
    """Each model's form asks what it needs and no more, and the agreement says what was typed."""
    address = f"/new/agreement/{model}"
    async with client.get(address) as answer:
        page = await answer.text()
    commits = model in {"block", "retained", "cost_volume"}
    assert ("commitment_places" in page) == commits
    assert ("tiers.0.from_place" in page) == (model in {"block", "cost_volume", "volume_discount"})
    checked, receipt, _ = await carry_out(client, address, **asked_for(model))
    assert "Agreement recorded" in receipt
    assert "Undo this" not in receipt
    made = await known(client, "AG-NEW")
    assert (made.model, made.terms[0].commitment_places) == (model, 2 if commits else 0)
    assert [line.amount for line in made.card] == ([4_000_000] if "grid.0.any" in asked_for(model) else [])
    if commits:
        assert "In this financial year, 2026/27 +" in checked, "two empty places are paid from January"


async def test_a_grid_prices_each_band_and_setting(client: Client) -> None:
    """A filled cell is a price of its band and setting, a blank one none; a price that stays is not stated again."""
    grid = {"grid.0.band": "A", "grid.0.day": "50,000", "grid.1.band": "B", "grid.1.day": "60,000",
            "grid.1.residential_52": "190,000", "grid.0.any": "", "grid_component": "education",
            "grid_unit": "year"}  # fmt: skip
    typed = {name: value for name, value in asked_for("need_band").items() if not name.startswith("grid")} | grid
    await carry_out(client, "/new/agreement/need_band", **typed)
    made = await known(client, "AG-NEW")
    assert {(line.band, line.setting, line.amount) for line in made.card} == {
        ("A", "day", 5_000_000),
        ("B", "day", 6_000_000),
        ("B", "residential_52", 19_000_000),
    }
    again = grid | {"grid.1.day": "62,000", "effective_from": "1/9/2027"}
    await carry_out(client, "/agreements/AG-NEW/change/prices", **again)
    later = await known(client, "AG-NEW")
    assert [(line.band, line.setting, line.amount) for line in later.card[len(made.card) :]] == [
        ("B", "day", 6_200_000)
    ]
    page = await text_of(client, "/agreements/AG-NEW")
    assert "Every price that the card has had or will have" in page
    assert "3.3%" in page


@pytest.mark.parametrize(
    ("model", "typed", "field"),
    [
        ("block", {"agreement_ref": "BLOCK-1"}, "agreement-ref"),
        ("block", {"commitment_places": "none"}, "commitment-places"),
        ("block", {"end_on": "1/1/2020"}, "end-on"),
        ("block", {"tiers.0.from_place": "2"}, "tiers"),
        ("spot", {"notice_weeks": "-1"}, "notice-weeks"),
        ("need_band", {"grid.1.any": "50,000"}, "grid"),
    ],
)
async def test_a_slip_is_told_at_its_field(client: Client, model: str, typed: dict[str, str], field: str) -> None:
    """Nothing is recorded, and the form comes back as it was typed."""
    hidden, end = await drawn(client, f"/new/agreement/{model}"), await client.app[READER].end()
    form = {**asked_for(model), **typed}
    address = f"/new/agreement/{model}"
    status = 409 if typed.get("agreement_ref") else 422
    page, _ = await send(client, address, "check", status, **hidden, **form)
    assert f'href="#field-{field}"' in page
    for value in typed.values():
        assert value in page
    assert await client.app[READER].end() == end
