"""The demonstration: an invented council through the real import, whole and sound."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from commissioning.cli.main import main
from commissioning.demo.names import BOOK
from contracts.terms import CommissioningModel

YEAR = "2026/27"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demonstration was made."""
    data = tmp_path_factory.mktemp("demo") / "council"
    made = CliRunner().invoke(main, ["demo", "--data", str(data), "--no-serve"], catch_exceptions=False)
    assert made.exit_code == 0, made.stderr
    return data


def ask(folder: Path, *words: str) -> dict[str, object]:
    """A command's JSON over the demonstration's ledger."""
    environment = {
        "COMMISSIONING_DATA": str(folder),
        "COMMISSIONING_WITNESS": str(folder / "witness"),
        "COMMISSIONING_KEYS": str(folder / "keys"),
        "COMMISSIONING_BOOK": BOOK,
    }
    answer = CliRunner().invoke(main, [*words, "--format", "json"], env=environment, catch_exceptions=False)
    assert answer.exit_code == 0, answer.stderr
    return json.loads(answer.stdout)


def test_the_demonstration_verifies(folder: Path) -> None:
    """Chain, witness and read tables of the invented council agree."""
    assert ask(folder, "verify")["ok"] is True


def test_every_model_is_in_use_and_the_effects_add_up(folder: Path) -> None:
    """All thirteen ways of buying are compared; each gap is its four effects to the penny."""
    rows = {row["model"]: row for row in ask(folder, "report", "compare", "--year", YEAR)["rows"]}
    assert set(rows) == set(CommissioningModel.__args__)
    spot = Decimal(rows["spot"]["cost_per_fte_year"])
    for row in rows.values():
        effects = sum(Decimal(row[f"{name}_effect"]) for name in ("price", "mix", "void", "unshared"))
        assert effects == Decimal(row["cost_per_fte_year"]) - spot
        assert row["coverage"] > 0
    assert any(row["index"] for row in rows.values())


def test_the_council_has_its_size(folder: Path) -> None:
    """The year costs what a county's would, and earlier years are known as they were."""
    now = ask(folder, "report", "spend", "--year", YEAR)
    then = ask(folder, "report", "spend", "--year", YEAR, "--as-at", "2026-05-01")
    assert 50_000_000 < Decimal(now["total"]["cost"]) < 66_000_000
    assert then["as_at"]["position"] < now["as_at"]["position"]


def test_the_bridge_adds_up(folder: Path) -> None:
    """What moved since May is explained cause by cause, to the penny."""
    document = ask(folder, "report", "bridge", "--year", YEAR, "--from-position", "2026-05-01")
    total = document["total"]
    assert Decimal(total["delta"]) == Decimal(total["cost_to"]) - Decimal(total["cost_from"])
    assert Decimal(total["delta"]) == sum(Decimal(row["delta"]) for row in document["rows"])
    assert {row["cause"] for row in document["rows"]} >= {"new_placement", "ended", "rate_change"}


def test_what_needs_a_person_is_listed(folder: Path) -> None:
    """The demonstration teaches: days without a price, places on an ended agreement, unsigned ones, empty places."""
    kinds = {row["kind"] for row in ask(folder, "report", "exceptions", "--year", YEAR)["rows"]}
    assert len(kinds) >= 4


def test_it_can_be_made_again_in_its_own_folder(folder: Path) -> None:
    """A second demonstration takes the place of the first."""
    before = ask(folder, "verify")["position"]
    again = CliRunner().invoke(main, ["demo", "--data", str(folder), "--no-serve"], catch_exceptions=False)
    assert again.exit_code == 0
    assert ask(folder, "verify")["position"] == before
