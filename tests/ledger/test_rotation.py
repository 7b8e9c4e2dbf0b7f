"""The master key gives way to a next one: everything opens after it, a crash loses nothing, old copies stay shut."""

import base64
import hashlib
import hmac
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from commissioning.ledger.errors import Refused
from commissioning.ledger.vault.master_key import GivenKey, KeyFile, new_key, read_key
from commissioning.ledger.vault.vault import Vault

ONE, TWO, THREE = bytes(32), bytes([1]) * 32, bytes([2]) * 32


class Stopped(BaseException):
    """The program is stopped here."""


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """A vault whose master key is in a file, as it is by default."""
    with closing(Vault(tmp_path, "norfolk")) as vault:
        yield vault


def admitted(vault: Vault, reference: str) -> tuple[str, str]:
    pupil = vault.admit(reference)
    sealed = vault.seal(pupil, "name", f"Ida {reference}")
    vault.keep()
    return pupil, sealed


def wrapped_keys(folder: Path) -> list[bytes]:
    with closing(sqlite3.connect(folder / "vault.sqlite3")) as database:
        rows = database.execute("SELECT sealed_key FROM pupil_key UNION ALL SELECT sealed FROM vault_secret")
        return [key for (key,) in rows.fetchall()]


def every_byte(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def test_everything_opens_after_a_rotation(vault: Vault, tmp_path: Path) -> None:
    """Seals open, references find the same pupils, in this program, in the next, and in every book of the vault."""
    pupils = [admitted(vault, f"R{number}") for number in range(50)]
    with closing(Vault(tmp_path, "suffolk")) as suffolk:
        other, others_seal = admitted(suffolk, "R1")
    assert vault.rotate() == 51
    with closing(Vault(tmp_path, "norfolk")) as again, closing(Vault(tmp_path, "suffolk")) as suffolk:
        for program in (vault, again):
            for number, (pupil, sealed) in enumerate(pupils):
                assert program.pupil_of(f"R{number}") == pupil
                assert program.open(pupil, "name", sealed) == f"Ida R{number}"
        assert suffolk.open(other, "name", others_seal) == "Ida R1"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["master.key", "vault.sqlite3"]


def test_no_byte_of_what_stood_under_the_old_key_is_left(vault: Vault, tmp_path: Path) -> None:
    """Every wrapped key is another than before, and the old ones and the old master key are in no file."""
    for number in range(300):
        vault.admit(f"R{number}")
    vault.keep()
    before, master = wrapped_keys(tmp_path), (tmp_path / "master.key").read_bytes()
    vault.rotate()
    assert len(wrapped_keys(tmp_path)) == len(before) == 301
    everything = every_byte(tmp_path)
    assert [key for key in (*before, master) if key in everything] == []


def test_an_old_copy_of_the_vault_stays_shut(vault: Vault, tmp_path: Path) -> None:
    """The new key opens no copy that was made before, and the old key does not open the vault."""
    admitted(vault, "R1")
    old = tmp_path / "old"
    shutil.copytree(tmp_path, old)
    vault.rotate()
    old_key = (old / "master.key").read_bytes()
    shutil.copy(tmp_path / "master.key", old / "master.key")
    with pytest.raises(Refused, match="not the one"):
        Vault(old, "norfolk")
    (tmp_path / "master.key").write_bytes(old_key)
    with pytest.raises(Refused, match="not the one"):
        Vault(tmp_path, "norfolk")


@pytest.mark.parametrize(
    ("stop", "rotated"),
    [
        ("commissioning.ledger.vault.master_key.KeyFile.prepare", False),
        ("commissioning.ledger.vault.vault._sealed", False),
        ("commissioning.ledger.vault.vault.Vault._set_up", True),
        ("commissioning.ledger.vault.master_key.Path.replace", True),
    ],
)
def test_a_rotation_that_is_stopped_anywhere_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: str, rotated: bool
) -> None:
    """Whichever step it was stopped at, the next program opens everything, and one key file is left."""
    with closing(Vault(tmp_path, "norfolk")) as vault:
        pupil, sealed = admitted(vault, "R1")
        before = (tmp_path / "master.key").read_bytes()
        with monkeypatch.context() as patched:
            patched.setattr(stop, _stop)
            with pytest.raises(Stopped):
                vault.rotate()
    with closing(Vault(tmp_path, "norfolk")) as again:
        assert again.pupil_of("R1") == pupil
        assert again.open(pupil, "name", sealed) == "Ida R1"
        admitted(again, "R2")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["master.key", "vault.sqlite3"]
    assert ((tmp_path / "master.key").read_bytes() != before) == rotated
    with closing(Vault(tmp_path, "norfolk")) as again:
        assert again.rotate() == 2
        assert again.open(pupil, "name", sealed) == "Ida R1"


def test_a_rotation_stopped_after_another_was_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One program is stopped before it put the new key in place, then a running one while it rotates again."""
    with closing(Vault(tmp_path, "norfolk")) as one, closing(Vault(tmp_path, "norfolk")) as other:
        pupil, sealed = admitted(one, "R1")
        for vault, stop in ((one, "Vault._set_up"), (other, "_sealed")):
            with monkeypatch.context() as patched:
                patched.setattr(f"commissioning.ledger.vault.vault.{stop}", _stop)
                with pytest.raises(Stopped):
                    vault.rotate()
    with closing(Vault(tmp_path, "norfolk")) as again:
        assert again.open(pupil, "name", sealed) == "Ida R1"


def _stop(*_args: object, **_more: object) -> None:
    raise Stopped


def test_a_key_prepared_and_never_used_is_dropped(vault: Vault, tmp_path: Path) -> None:
    """A next key that a stopped rotation left behind is gone once a program has opened the vault."""
    pupil, sealed = admitted(vault, "R1")
    KeyFile(tmp_path / "master.key").prepare()
    assert (tmp_path / "master.key.next").exists()
    with closing(Vault(tmp_path, "norfolk")) as again:
        assert again.open(pupil, "name", sealed) == "Ida R1"
    assert not (tmp_path / "master.key.next").exists()


def test_a_running_program_goes_on_under_the_new_key(vault: Vault, tmp_path: Path) -> None:
    """A program that was open during the rotation opens, finds, and keeps new pupils so that others open them."""
    pupil, sealed = admitted(vault, "R1")
    with closing(Vault(tmp_path, "norfolk")) as running:
        assert running.open(pupil, "name", sealed) == "Ida R1"
        new = running.admit("R2")
        vault.rotate()
        news_seal = running.seal(new, "name", "Ida R2")
        running.keep()
        assert running.open(pupil, "name", sealed) == "Ida R1"
    with closing(Vault(tmp_path, "norfolk")) as again:
        assert again.open(new, "name", news_seal) == "Ida R2"


def test_programs_that_rotate_and_record_at_once_lose_nothing(tmp_path: Path) -> None:
    """Two programs rotate over and over while two others admit pupils: in the end everything opens."""

    def rotate(_: int) -> list[tuple[str, str, str]]:
        with closing(Vault(tmp_path, "norfolk")) as vault:
            for _ in range(8):
                vault.rotate()
        return []

    def record(worker: int) -> list[tuple[str, str, str]]:
        found = []
        with closing(Vault(tmp_path, "norfolk")) as vault:
            for number in range(20):
                reference = f"R{worker}-{number}"
                found.append((reference, *admitted(vault, reference)))
        return found

    Vault(tmp_path, "norfolk").close()
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(deed, worker) for worker, deed in enumerate((rotate, record, rotate, record))]
    recorded = [entry for future in done for entry in future.result()]
    assert len(recorded) == 40
    with closing(Vault(tmp_path, "norfolk")) as vault:
        for reference, pupil, sealed in recorded:
            assert vault.pupil_of(reference) == pupil
            assert vault.open(pupil, "name", sealed) == f"Ida {reference}"


def test_a_key_of_the_environment_gives_way_to_the_next_one(tmp_path: Path) -> None:
    """With both set the vault is rotated and opens; later with the new one alone, and never with the old one."""
    with closing(Vault(tmp_path, "norfolk", GivenKey(ONE))) as vault:
        pupil, sealed = admitted(vault, "R1")
        with pytest.raises(Refused, match="no next one was given"):
            vault.rotate()
    with closing(Vault(tmp_path, "norfolk", GivenKey(ONE, TWO))) as vault:
        assert vault.open(pupil, "name", sealed) == "Ida R1"
        vault.rotate()
        assert vault.open(pupil, "name", sealed) == "Ida R1"
        with pytest.raises(Refused, match="under the next master key already"):
            vault.rotate()
    for keys in (GivenKey(TWO), GivenKey(TWO, THREE), GivenKey(ONE, TWO)):
        with closing(Vault(tmp_path, "norfolk", keys)) as vault:
            assert vault.open(pupil, "name", sealed) == "Ida R1"
    with pytest.raises(Refused, match="not the one"):
        Vault(tmp_path, "norfolk", GivenKey(ONE))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vault.sqlite3"]


def test_a_running_program_with_the_old_key_of_the_environment_says_so(tmp_path: Path) -> None:
    """It cannot know the new key, so it refuses in words instead of sealing under a key that is gone."""
    with closing(Vault(tmp_path, "norfolk", ONE)) as running:
        pupil, sealed = admitted(running, "R1")
        with closing(Vault(tmp_path, "norfolk", GivenKey(ONE, TWO))) as vault:
            vault.rotate()
        deeds: list[Callable[[], object]] = [
            lambda: running.open(pupil, "name", sealed),
            lambda: running.pupil_of("R1"),
            lambda: running.admit("R2"),
        ]
        for deed in deeds:
            with pytest.raises(Refused, match="needs to be started again"):
                deed()


def test_a_vault_is_never_given_a_new_key_in_place_of_a_lost_one(vault: Vault, tmp_path: Path) -> None:
    """Where the key file is missing the vault says so, and no key is made that would open nothing."""
    admitted(vault, "R1")
    (tmp_path / "master.key").rename(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="missing"):
        Vault(tmp_path, "norfolk")
    assert not (tmp_path / "master.key").exists()


def test_a_key_file_that_cannot_be_written_beside_is_told(vault: Vault, tmp_path: Path) -> None:
    """A rotation whose next key cannot be kept is refused before anything is sealed under it."""
    pupil, sealed = admitted(vault, "R1")
    elsewhere = KeyFile(tmp_path / "a-file" / "master.key")
    (tmp_path / "a-file").write_text("in the way of the folder")
    with pytest.raises(Refused, match=r"a-file/master\.key\S*: The master key cannot be written"):
        elsewhere.prepare()
    assert vault.open(pupil, "name", sealed) == "Ida R1"


def test_a_vault_of_the_first_form_opens_and_keeps_its_finders(tmp_path: Path) -> None:
    """A vault from before rotations, whose finders were made from the master key, finds everybody and can rotate."""
    _vault_of_the_first_form(tmp_path, ONE)
    with pytest.raises(Refused, match="not the one"):
        Vault(tmp_path, "norfolk", TWO)
    with closing(Vault(tmp_path, "norfolk", GivenKey(ONE, TWO))) as vault:
        assert vault.pupil_of("R1") == "p1"
        sealed = vault.seal("p1", "name", "Ida R1")
        vault.rotate()
    with closing(Vault(tmp_path, "norfolk", TWO)) as vault:
        assert vault.pupil_of("R1") == "p1"
        assert vault.open("p1", "name", sealed) == "Ida R1"


def _vault_of_the_first_form(folder: Path, master: bytes) -> None:
    """What the first version of the program wrote for pupil p1 of reference R1."""
    finding = hmac.digest(master, b"pupil reference", hashlib.sha256)
    finder = hmac.digest(finding, b"norfolk/R1", hashlib.sha256).hex()
    nonce = os.urandom(12)
    sealed = nonce + AESGCM(master).encrypt(nonce, bytes(range(32)), b"norfolk/p1")
    with closing(sqlite3.connect(folder / "vault.sqlite3")) as database, database:
        database.execute("CREATE TABLE vault_proof (number INTEGER PRIMARY KEY, proof BLOB NOT NULL)")
        database.execute(
            "CREATE TABLE pupil_key (book TEXT NOT NULL, pupil TEXT NOT NULL, finder TEXT NOT NULL, "
            "sealed_key BLOB NOT NULL, PRIMARY KEY (book, pupil), UNIQUE (book, finder))"
        )
        database.execute(
            "INSERT INTO vault_proof VALUES (1, ?)", (hmac.digest(finding, b"this vault", hashlib.sha256),)
        )
        database.execute("INSERT INTO pupil_key VALUES ('norfolk', 'p1', ?, ?)", (finder, sealed))


def test_a_master_key_is_random_and_as_long_as_it_must_be() -> None:
    """What “keys make” prints is a key that the settings take."""
    one, other = new_key(), new_key()
    assert one != other
    assert read_key(one, "here") == base64.b64decode(one)
