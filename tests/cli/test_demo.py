"""The demonstration: an invented council through the real import, whole and sound."""

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from commissioning.cli.main import main
from commissioning.demo.names import BOOK
from contracts.terms import CommissioningModel
from exports.oversight.exceptions import KINDS
from tests.ledger_fixture import empty_database_url

YEAR = "2026/27"


@dataclass(frozen=True)
class Demonstration:
    """Where a demonstration was made: its folder, and its database where it is kept on a server."""

    folder: Path
    database_url: str

    def make(self) -> Result:
        """Runs `commissioning demo`."""
        words = ["demo", "--data", str(self.folder), "--database", self.database_url, "--no-serve"]
        return CliRunner().invoke(main, words, catch_exceptions=False)

    def ask(self, *words: str) -> dict[str, Any]:
        """A command's JSON over the demonstration's ledger."""
        environment = {
            "DATABASE_URL": self.database_url,
            "COMMISSIONING_DATA": str(self.folder),
            "COMMISSIONING_WITNESS": str(self.folder / "witness"),
            "COMMISSIONING_KEYS": str(self.folder / "keys"),
            "COMMISSIONING_BOOK": BOOK,
        }
        answer = CliRunner().invoke(main, [*words, "--format", "json"], env=environment, catch_exceptions=False)
        assert answer.exit_code == 0, answer.stderr
        return json.loads(answer.stdout)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, store: str) -> Demonstration:
    """A demonstration that was made."""
    demo = Demonstration(tmp_path_factory.mktemp("demo") / "council", empty_database_url(store))
    made = demo.make()
    assert made.exit_code == 0, made.stderr
    return demo


def test_the_demonstration_verifies(demo: Demonstration) -> None:
    """Chain, witness and read tables of the invented council agree."""
    assert demo.ask("verify")["ok"] is True


def test_every_model_is_in_use_and_the_effects_add_up(demo: Demonstration) -> None:
    """All thirteen ways of buying are compared; each gap is its four effects to the penny."""
    rows = {row["model"]: row for row in demo.ask("report", "compare", "--year", YEAR)["rows"]}
    assert set(rows) == set(CommissioningModel.__args__)
    spot = Decimal(rows["spot"]["cost_per_fte_year"])
    for row in rows.values():
        effects = sum(Decimal(row[f"{name}_effect"]) for name in ("price", "mix", "void", "unshared"))
        assert effects == Decimal(row["cost_per_fte_year"]) - spot
        assert row["coverage"] > 0
    assert any(row["index"] for row in rows.values())


def test_the_council_has_its_size(demo: Demonstration) -> None:
    """The year costs what a county's would, and earlier years are known as they were."""
    now = demo.ask("report", "spend", "--year", YEAR)
    then = demo.ask("report", "spend", "--year", YEAR, "--as-at", "2026-05-01")
    assert 50_000_000 < Decimal(now["total"]["cost"]) < 66_000_000
    assert then["as_at"]["position"] < now["as_at"]["position"]


def test_the_bridge_adds_up(demo: Demonstration) -> None:
    """What moved since May is explained cause by cause, to the penny."""
    document = demo.ask("report", "bridge", "--year", YEAR, "--from-position", "2026-05-01")
    total = document["total"]
    assert Decimal(total["delta"]) == Decimal(total["cost_to"]) - Decimal(total["cost_from"])
    assert Decimal(total["delta"]) == sum(Decimal(row["delta"]) for row in document["rows"])
    assert {row["cause"] for row in document["rows"]} >= {"new_placement", "ended", "rate_change"}


@pytest.mark.parametrize("day", ["2025-04-30", "2025-06-30"])
def test_the_forecast_of_the_second_year_from_the_first_holds(demo: Demonstration, day: str) -> None:
    """What 2025/26 came to lies in the range forecast then, with prices rising by 1% to 6% in September."""
    uplift = ("--uplift-low", "1", "--uplift-high", "6", "--uplift-on", "2025-09-01")
    then = demo.ask("report", "forecast", "--year", "2025/26", "--as-at", day, *uplift)["total"]
    came_to = Decimal(demo.ask("report", "spend", "--year", "2025/26")["total"]["cost"])
    assert Decimal(then["low"]) <= came_to <= Decimal(then["high"])
    assert Decimal(then["high"]) - Decimal(then["low"]) < came_to / 10


def test_what_needs_a_person_is_listed(demo: Demonstration) -> None:
    """The demonstration teaches: days without a price, places on an ended agreement, unsigned ones, empty places."""
    kinds = {row["kind"] for row in demo.ask("report", "exceptions", "--year", YEAR)["rows"]}
    assert len(kinds) >= 4


def test_it_can_be_made_again_in_its_own_folder(demo: Demonstration) -> None:
    """A second demonstration takes the place of the first, but for one on a server, which is never emptied."""
    before = demo.ask("report", "spend")["as_at"]
    again = demo.make()
    if demo.database_url:
        assert again.exit_code == 1
        assert demo.ask("report", "spend")["as_at"] == before
    else:
        assert again.exit_code == 0
        assert demo.ask("verify")["ok"] is True
        assert demo.ask("report", "spend")["as_at"]["position"] == before["position"]


def test_every_kind_of_work_waits_for_somebody(demo: Demonstration) -> None:
    """The queue of the demonstration holds each kind of thing; agreements end in spring and in summer alone."""
    found = {row["kind"] for row in demo.ask("report", "exceptions", "--year", YEAR)["rows"]}
    assert found | {"agreement_ending"} == set(KINDS)


def test_schools_were_billed_paid_and_disputed(demo: Demonstration) -> None:
    """Bills of this year were paid within thirty days; others are disputed."""
    total = demo.ask("report", "pay", "--year", YEAR)["total"]
    assert total["invoices"] >= 8
    assert total["share_1_30"] == 1
    assert Decimal(total["disputed"]) > 0
