"""A book goes from a file to a server and back by the command line, moved or restored, with every figure and head."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from commissioning.cli.main import main
from tests.brute_force.workbook import world_to_workbook
from tests.ledger_fixture import empty_database_url
from tests.worlds.test_three_changes import COUNCIL, DEARER

pytestmark = pytest.mark.usefixtures("both_stores")

Ask = Callable[..., str]
REPORTS = (
    ("report", "spend", "--year", "2026/27", "--by", "month,placement,component", "--format", "json"),
    ("report", "compare", "--year", "2026/27", "--format", "json"),
    ("report", "bridge", "--year", "2026/27", "--from-position", "5", "--format", "json"),
    ("verify", "--format", "json"),
)


def at(folder: Path, address: str) -> Ask:
    """The command line over a ledger at an address; the witness and the keys are the book's own, wherever it is."""
    environment = {
        "DATABASE_URL": address,
        "COMMISSIONING_DATA": str(folder / "data"),
        "COMMISSIONING_WITNESS": str(folder / "witness"),
        "COMMISSIONING_KEYS": str(folder / "keys"),
    }

    def ask(*words: str) -> str:
        answer = CliRunner(env=environment).invoke(main, list(words), catch_exceptions=False)
        assert answer.exit_code == 0, answer.stderr
        return answer.stdout

    return ask


def test_a_book_moves_to_a_server_and_back(tmp_path: Path) -> None:
    """Exported from one kind of store and imported into the other, it says the same and goes on from there."""
    on_file, on_server = at(tmp_path, ""), at(tmp_path, empty_database_url("postgres"))
    back = at(tmp_path, f"sqlite://{tmp_path / 'back.sqlite3'}")
    for name, world in {"council": COUNCIL, "dearer": DEARER}.items():
        world_to_workbook(world, tmp_path / f"{name}.xlsx")
    on_file("import", str(tmp_path / "council.xlsx"))
    on_file("book", "export", str(tmp_path / "one.zip"))
    on_server("book", "import", str(tmp_path / "one.zip"))
    assert [on_server(*words) for words in REPORTS] == [on_file(*words) for words in REPORTS]
    before = json.loads(on_server("verify", "--format", "json"))["position"]
    on_server("import", str(tmp_path / "dearer.xlsx"))
    on_server("book", "export", str(tmp_path / "two.zip"))
    back("book", "import", str(tmp_path / "two.zip"))
    assert [back(*words) for words in REPORTS] == [on_server(*words) for words in REPORTS]
    the_price_and_who_brought_it = 2
    assert json.loads(back("verify", "--format", "json"))["position"] == before + the_price_and_who_brought_it


def test_a_copy_is_restored_on_the_other_kind_of_store(tmp_path: Path) -> None:
    """A backup of a file comes back on a server, and one of a server in a file; no server's database is replaced."""
    on_file, on_server = at(tmp_path, ""), at(tmp_path, empty_database_url("postgres"))
    back = at(tmp_path, f"sqlite://{tmp_path / 'back.sqlite3'}")
    world_to_workbook(COUNCIL, tmp_path / "council.xlsx")
    on_file("import", str(tmp_path / "council.xlsx"))
    on_file("backup", str(tmp_path / "one.copy"))
    on_server("restore", str(tmp_path / "one.copy"))
    assert [on_server(*words) for words in REPORTS] == [on_file(*words) for words in REPORTS]
    with pytest.raises(AssertionError, match="cannot be set aside"):
        on_server("restore", str(tmp_path / "one.copy"), "--replace")
    on_server("backup", str(tmp_path / "two.copy"))
    back("restore", str(tmp_path / "two.copy"))
    assert [back(*words) for words in REPORTS] == [on_file(*words) for words in REPORTS]
