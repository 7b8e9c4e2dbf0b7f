"""The console command over the council whose words are canaries."""

import getpass
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commissioning.accounts.identities import system_user
from commissioning.app import open_vault
from commissioning.cli.main import main
from commissioning.settings import Settings
from tests.privacy.canaries import council_file

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the council's ledger; tests copy it."""
    folder = tmp_path_factory.mktemp("made")
    path = council_file(tmp_path_factory.mktemp("workbook"))
    runner = CliRunner(env={"COMMISSIONING_DATA": str(folder / "data")})
    answer = runner.invoke(main, ["import", str(path), "--as", "a.clerk"], catch_exceptions=False)
    assert answer.exit_code == 0, answer.stderr
    people = {
        "a.officer": ("commissioner",),
        "b.clerk": ("commissioner",),
        "a.reader": ("reader",),
        getpass.getuser(): ("commissioner", "administrator"),  # who backs up, and runs what names nobody with --as
    }
    for name, roles in people.items():
        given = [word for role in roles for word in ("--role", role)]
        words = ["users", "open", name, "--name", name, *given, "--as", "a.clerk"]
        assert runner.invoke(main, words, catch_exceptions=False).exit_code == 0
    return folder


@pytest.fixture
def site(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a test's own with the council's data, witness and keys, and the command's settings for it."""
    folder = tmp_path / "site"
    shutil.copytree(made, folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMMISSIONING_DATA", str(folder / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("DATABASE_URL", "COMMISSIONING_BOOK", "COMMISSIONING_WITNESS", "COMMISSIONING_KEYS"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def settings(site: Path) -> Settings:
    """The settings of the council's ledger."""
    assert site.exists()
    return Settings()


@pytest.fixture
def officer(settings: Settings) -> str:
    """The key of the account of “a.officer”, who may erase and disclose."""
    with closing(open_vault(settings)) as vault:
        key = vault.pupil_of(system_user("a.officer"))
    assert key is not None
    return key


@pytest.fixture
def run(site: Path) -> Run:
    """Runs the command over the council's ledger."""
    assert site.exists()
    runner = CliRunner()
    return lambda *words: runner.invoke(main, list(words), catch_exceptions=False)
