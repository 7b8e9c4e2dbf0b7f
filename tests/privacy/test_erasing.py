"""Erasing a pupil by the console command: once and for good, on the ledger, and finished whenever it was stopped."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from commissioning.app import TYPES, open_ledger, open_vault
from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Recorded
from commissioning.ledger.log import read_book, read_events
from commissioning.ledger.vault.erasure import ErasureList
from commissioning.ledger.verify import verify
from commissioning.placements.commands import ErasePupil
from commissioning.placements.events import PupilErased
from commissioning.settings import Settings
from tests.placements.notation import start
from tests.privacy.canaries import OTHER, REFERENCE
from tests.privacy.conftest import Run


def erased_events(settings: Settings) -> list[Recorded]:
    """The erasures that stand on the ledger."""
    with open_ledger(settings, against_witness=False) as ledger, ledger.store.reading() as connection:
        number, _ = read_book(connection, ledger.book)
        rows = [TYPES.decode(stored) for stored in read_events(connection, number)]
    return [recorded for recorded in rows if isinstance(recorded.event, PupilErased)]


def listed(settings: Settings) -> list[str]:
    erasures = ErasureList(settings.witness_folder, settings.commissioning_book).listed()
    return [erasure.pupil for erasure in erasures]


def key_of(settings: Settings, reference: str) -> str | None:
    vault = open_vault(settings)
    key = vault.pupil_of(reference)
    vault.close()
    return key


def test_who_erased_whom_when_stands_on_the_ledger_without_a_name(run: Run, settings: Settings, officer: str) -> None:
    """One event under the random key, by the account, and one line on the list; other pupils are found as before."""
    pupil, other = key_of(settings, REFERENCE), key_of(settings, OTHER)
    answer = run("erase", REFERENCE, "--as", "a.officer")
    assert answer.exit_code == 0
    (recorded,) = erased_events(settings)
    assert (recorded.stream, recorded.account) == (f"pupil:{pupil}", officer)
    assert f"position {recorded.position}" in answer.stdout
    assert listed(settings) == [pupil]
    assert key_of(settings, REFERENCE) is None
    assert key_of(settings, OTHER) == other


def test_erasing_twice_and_an_unknown_reference_are_told_alike(run: Run, settings: Settings) -> None:
    """The ledger cannot know any more who was erased, and says both; the reference is not repeated."""
    run("erase", REFERENCE)
    again, never = run("erase", REFERENCE), run("erase", "REF-NEVER-THERE")
    assert again.exit_code == never.exit_code == 1
    assert again.stderr == never.stderr
    assert "either nobody was recorded under it, or the pupil was erased" in again.stderr
    assert REFERENCE not in again.stderr
    assert len(erased_events(settings)) == 1


def test_who_may_not_erase_leaves_no_line_on_the_list(run: Run, settings: Settings) -> None:
    """A refused erasure is not listed, or the next start would carry it out."""
    answer = run("erase", REFERENCE, "--as", "a.reader")
    assert answer.exit_code == 1
    assert "may not erase pupils" in answer.stderr
    assert listed(settings) == []
    assert key_of(settings, REFERENCE) is not None


def test_a_rehearsed_erasure_destroys_nothing(settings: Settings, officer: str) -> None:
    """What is tried and undone is neither listed nor destroyed."""
    pupil = key_of(settings, REFERENCE)
    assert pupil is not None
    command = ErasePupil(pupil=pupil, effective_on=date(2026, 11, 23))
    with open_ledger(settings) as ledger:
        ledger.run(lambda work: work.execute(command), command_id="1", digest="", account=officer, rehearse=True)
    assert listed(settings) == []
    assert key_of(settings, REFERENCE) == pupil


def test_no_placement_begins_for_a_pupil_who_was_erased(run: Run, settings: Settings, officer: str) -> None:
    """A form that was drawn before the erasure and names the random key is refused in words."""
    pupil = key_of(settings, REFERENCE)
    assert pupil is not None
    run("erase", REFERENCE)
    asked = start(placement_ref="PL9", pupil=pupil, agreement_ref="AG1")
    with open_ledger(settings) as ledger, pytest.raises(Refused, match="was erased on"):
        ledger.execute(asked, command_id="1", account=officer)


STOPPED = """
import os, sys
from commissioning.cli.main import main
from commissioning.ledger import log
from commissioning.ledger.vault import erasure, vault
from commissioning.ledger.witness import witness
def stop(*_args, **_more):
    os._exit(9)
def stop_after(deed):
    def stopped(*args, **more):
        deed(*args, **more)
        os._exit(9)
    return stopped
{patch}
main(["erase", sys.argv[1], "--as", "a.officer"])
"""
POINTS = {
    "before it was listed": "erasure.ErasureList.add = stop",
    "after it was listed": "erasure.ErasureList.add = stop_after(erasure.ErasureList.add)",
    "in the middle of destroying the key": "vault.Vault._delete = stop_after(vault.Vault._delete)",
    "after the key was destroyed": "log.Log.finish = stop",
    "after the ledger committed": "witness.Witness.record = stop",
}


@pytest.mark.parametrize("point", POINTS)
def test_an_erasure_that_is_killed_anywhere_is_whole_or_has_not_begun(
    run: Run, site: Path, settings: Settings, officer: str, point: str
) -> None:
    """Once it is listed, the next start destroys the key and records it, once; before that, nothing has happened."""
    pupil = key_of(settings, REFERENCE)
    script = STOPPED.format(patch=POINTS[point])
    killed = subprocess.run(
        [sys.executable, "-c", script, REFERENCE],
        env={**os.environ, "COMMISSIONING_DATA": str(site / "data")},
        capture_output=True,
        check=False,
    )
    assert killed.returncode == 9, killed.stderr
    if point == "before it was listed":
        assert run("erase", REFERENCE, "--as", "a.officer").exit_code == 0
    for _ in range(2):
        with open_ledger(settings) as ledger:
            assert ledger.vault.pupil_of(REFERENCE) is None
            assert verify(ledger).findings == ()
        (recorded,) = erased_events(settings)
        recorded_by_it = point in {"before it was listed", "after the ledger committed"}
        assert recorded.account == (officer if recorded_by_it else "erasure-list")
        assert recorded.stream == f"pupil:{pupil}"
    assert run("disclose", REFERENCE).exit_code == 1


def test_the_master_key_is_rotated_by_a_command(run: Run, site: Path) -> None:
    """All keys are sealed anew, what was sealed opens, and the earlier key file opens nothing."""
    before = (site / "data-keys" / "master.key").read_bytes()
    answer = run("keys", "rotate")
    assert (answer.exit_code, "7 keys, of pupils and of accounts," in answer.stdout) == (0, True)
    assert "Ida Canaryfeather" in run("disclose", REFERENCE).stdout
    (site / "data-keys" / "master.key").write_bytes(before)
    assert "not the one" in run("disclose", REFERENCE).stderr


def test_the_master_key_may_come_from_the_environment(run: Run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file's key may move there, give way to a next one, and a word that is no key is refused by its setting."""
    file = site / "data-keys" / "master.key"
    monkeypatch.setenv("COMMISSIONING_MASTER_KEY", file.read_text())
    file.unlink()
    assert "Ida Canaryfeather" in run("disclose", REFERENCE).stdout
    assert "COMMISSIONING_NEXT_MASTER_KEY" in run("keys", "rotate").stderr
    following = run("keys", "make").stdout.strip()
    monkeypatch.setenv("COMMISSIONING_NEXT_MASTER_KEY", following)
    assert run("keys", "rotate").exit_code == 0
    monkeypatch.setenv("COMMISSIONING_MASTER_KEY", following)
    monkeypatch.setenv("COMMISSIONING_NEXT_MASTER_KEY", "")
    assert "Ida Canaryfeather" in run("disclose", REFERENCE).stdout
    monkeypatch.setenv("COMMISSIONING_MASTER_KEY", "hunter2")
    refused = run("disclose", REFERENCE)
    assert refused.exit_code == 1
    assert "COMMISSIONING_MASTER_KEY" in refused.stderr
    assert "hunter2" not in refused.stderr
    assert not file.exists()


def test_a_key_file_may_lie_elsewhere(run: Run, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of the master key need not be with the vault, and is rotated where it is."""
    file = tmp_path / "safe" / "the.key"
    file.parent.mkdir()
    (site / "data-keys" / "master.key").rename(file)
    monkeypatch.setenv("COMMISSIONING_MASTER_KEY_FILE", str(file))
    before = file.read_bytes()
    assert run("keys", "rotate").exit_code == 0
    assert file.read_bytes() != before
    assert "Ida Canaryfeather" in run("disclose", REFERENCE).stdout
    assert [path.name for path in file.parent.iterdir()] == ["the.key"]


def test_the_settings_never_show_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printed or dumped, settings hide the keys."""
    monkeypatch.setenv("COMMISSIONING_MASTER_KEY", "c2VjcmV0")
    settings = Settings()
    assert "c2VjcmV0" not in f"{settings!r} {settings} {json.dumps(settings.model_dump(mode='json'))}"
