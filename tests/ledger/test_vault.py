"""The vault: what is sealed opens for its own pupil only, and nothing of it is readable anywhere."""

import base64
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from commissioning.ledger.errors import Refused
from commissioning.ledger.vault.master_key import KeyFile
from commissioning.ledger.vault.vault import Vault
from commissioning.ledger.verify import verify
from tests.ledger.tally import NotePupil, composition
from tests.ledger_fixture import opened

KEY = bytes(32)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with closing(Vault(tmp_path, "norfolk", KEY)) as vault:
        yield vault


def test_what_was_sealed_opens_again(vault: Vault) -> None:
    """Text of any script comes back as it was, and two seals of one text look different."""
    pupil = vault.admit("R1")
    for text in ("", "Ida Invented", "Žofie Smyšlená 🎒", "x" * 10_000):
        one, other = vault.seal(pupil, "name", text), vault.seal(pupil, "name", text)
        assert one != other
        assert vault.open(pupil, "name", one) == vault.open(pupil, "name", other) == text


def test_a_seal_opens_for_its_own_pupil_field_and_book_only(vault: Vault, tmp_path: Path) -> None:
    """Moved to another pupil, field or book, or changed in any byte, a seal does not open."""
    pupil, other = vault.admit("R1"), vault.admit("R2")
    vault.keep()
    sealed = vault.seal(pupil, "name", "Ida Invented")
    with pytest.raises(Refused, match="cannot be opened"):
        vault.open(other, "name", sealed)
    with pytest.raises(Refused, match="cannot be opened"):
        vault.open(pupil, "postcode", sealed)
    with closing(Vault(tmp_path, "suffolk", KEY)) as elsewhere, pytest.raises(Refused, match="cannot be opened"):
        elsewhere.open(pupil, "name", sealed)
    with closing(Vault(tmp_path, "suffolk", KEY)) as elsewhere:
        elsewhere._keys[pupil] = vault._keys[pupil]  # noqa: SLF001 - even where the other book had the same key
        with pytest.raises(Refused, match="cannot be opened"):
            elsewhere.open(pupil, "name", sealed)
    raw = base64.b64decode(sealed)
    for index in range(len(raw)):
        changed = raw[:index] + bytes([raw[index] ^ 1]) + raw[index + 1 :]
        with pytest.raises(Refused, match="cannot be opened"):
            vault.open(pupil, "name", base64.b64encode(changed).decode())
    for nonsense in ("", "é", "AA", sealed[:-3], "!" + sealed):
        with pytest.raises(Refused, match="cannot be opened"):
            vault.open(pupil, "name", nonsense)


def test_a_reference_finds_the_same_pupil(vault: Vault, tmp_path: Path) -> None:
    """One reference is one pupil, before and after it is kept and reopened; another book knows other pupils."""
    pupil = vault.admit("R1")
    assert vault.admit("R1") == vault.pupil_of("R1") == pupil
    assert vault.pupil_of("R2") is None
    sealed = vault.seal(pupil, "name", "Ida Invented")
    vault.keep()
    with closing(Vault(tmp_path, "norfolk", KEY)) as again, closing(Vault(tmp_path, "suffolk", KEY)) as other:
        assert again.admit("R1") == pupil
        assert again.open(pupil, "name", sealed) == "Ida Invented"
        assert other.pupil_of("R1") is None
        assert other.admit("R1") != pupil


def test_nothing_kept_tells_that_two_books_know_one_reference(tmp_path: Path) -> None:
    """The finder of a reference differs from book to book, so that councils' vaults cannot be matched."""
    for book in ("norfolk", "suffolk"):
        with closing(Vault(tmp_path, book, KEY)) as vault:
            vault.admit("R1")
            vault.keep()
    with closing(sqlite3.connect(tmp_path / "vault.sqlite3")) as database:
        assert len({finder for (finder,) in database.execute("SELECT finder FROM pupil_key")}) == 2


def test_keys_of_a_command_that_came_to_nothing_are_dropped(vault: Vault) -> None:
    """What was not kept is forgotten; what was kept before stays."""
    kept = vault.admit("R1")
    vault.keep()
    dropped = vault.admit("R2")
    vault.forget_unkept()
    assert vault.pupil_of("R1") == kept
    assert vault.pupil_of("R2") is None
    with pytest.raises(Refused, match="cannot be opened"):
        vault.seal(dropped, "name", "Ida Invented")
    assert vault.admit("R2") != dropped


def test_the_same_text_keeps_its_seal(vault: Vault) -> None:
    """Sealing again what did not change gives the earlier seal, so that no change stays no change."""
    pupil = vault.admit("R1")
    sealed = vault.seal_again(pupil, "name", "Ida Invented", None)
    assert sealed is not None
    assert vault.seal_again(pupil, "name", "Ida Invented", sealed) == sealed
    renamed = vault.seal_again(pupil, "name", "Ada Invented", sealed)
    assert renamed is not None
    assert vault.open(pupil, "name", renamed) == "Ada Invented"
    assert vault.seal_again(pupil, "name", None, sealed) is None


def test_a_destroyed_key_leaves_nothing_to_open(vault: Vault, tmp_path: Path) -> None:
    """Without the pupil's key the ciphertext stays shut, and the key's bytes are gone from the file."""
    pupil = vault.admit("R1")
    sealed = vault.seal(pupil, "name", "Ida Invented")
    vault.keep()
    with closing(Vault(tmp_path, "norfolk", KEY)) as again:
        database = again._database  # noqa: SLF001 - the vault has no erasure of its own yet
        ((wrapped,),) = database.execute("SELECT sealed_key FROM pupil_key").fetchall()
        assert wrapped in (tmp_path / "vault.sqlite3").read_bytes()
        database.execute("DELETE FROM pupil_key")
        assert wrapped not in (tmp_path / "vault.sqlite3").read_bytes()
        with pytest.raises(Refused, match="cannot be opened"):
            again.open(pupil, "name", sealed)


def test_the_master_key_is_the_owners_alone(tmp_path: Path) -> None:
    """A new vault makes a random key file that nobody else may read, in a folder nobody else may enter."""
    for name in ("a", "b"):
        Vault(tmp_path / name, "norfolk").close()
        file = tmp_path / name / "master.key"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert sorted(path.name for path in file.parent.iterdir()) == ["master.key", "vault.sqlite3"]
    one, other = ((tmp_path / name / "master.key").read_bytes() for name in ("a", "b"))
    assert one != other
    assert len(base64.b64decode(one)) == 32


def test_a_vault_opens_again_with_its_key_file(tmp_path: Path) -> None:
    """The key file made on the first start is used on every later one."""
    with closing(Vault(tmp_path, "norfolk")) as vault:
        pupil = vault.admit("R1")
        sealed = vault.seal(pupil, "name", "Ida Invented")
        vault.keep()
    with closing(Vault(tmp_path, "norfolk")) as vault:
        assert vault.open(pupil, "name", sealed) == "Ida Invented"


def test_a_key_file_is_made_with_its_folders(tmp_path: Path) -> None:
    """Folders that are not there yet are made, for the owner alone; where none can be made, the file is named."""
    KeyFile(tmp_path / "keys" / "deep" / "master.key").first()
    assert stat.S_IMODE((tmp_path / "keys" / "deep").stat().st_mode) == 0o700
    (tmp_path / "file").write_text("in the way of the folder")
    with pytest.raises(Refused, match=r"file/master\.key\.\w+: The master key cannot be written: (File|Not)"):
        KeyFile(tmp_path / "file" / "master.key").first()


def test_a_vault_opens_with_the_next_key_alone(tmp_path: Path) -> None:
    """Where somebody put back only the next key of a rotation, and the vault stands under it, it opens."""
    with closing(Vault(tmp_path, "norfolk")) as vault:
        pupil = vault.admit("R1")
        sealed = vault.seal(pupil, "name", "Ida Invented")
        vault.keep()
    (tmp_path / "master.key").rename(tmp_path / "master.key.next")
    with closing(Vault(tmp_path, "norfolk")) as vault:
        assert vault.open(pupil, "name", sealed) == "Ida Invented"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        base64.b64encode(bytes(16)),
        base64.b64encode(bytes(33)),
        b"\xff",
        b"!" + base64.b64encode(bytes(32)),
    ],
)
def test_a_key_file_without_a_key_is_refused(tmp_path: Path, content: bytes) -> None:
    """A damaged key file is refused in words, and is not written over."""
    file = tmp_path / "master.key"
    file.write_bytes(content)
    with pytest.raises(Refused, match=r"master\.key: What should be the master key does not hold a key"):
        Vault(tmp_path, "norfolk")
    assert file.read_bytes() == content


def test_another_master_key_is_refused_before_it_does_harm(vault: Vault, tmp_path: Path) -> None:
    """A vault does not open with a key it was not made with: it would find nobody and admit every pupil twice."""
    vault.admit("R1")
    vault.keep()
    with pytest.raises(Refused, match="not the one that this vault was made with"):
        Vault(tmp_path, "norfolk", bytes(31) + b"\x01")
    (tmp_path / "master.key").write_bytes(base64.b64encode(os.urandom(32)))
    with pytest.raises(Refused, match=r"master\.key: The master key is not the one that this vault was made with"):
        Vault(tmp_path, "norfolk")


def test_a_damaged_pupil_key_is_refused_in_words(vault: Vault, tmp_path: Path) -> None:
    """When a pupil's wrapped key was changed, opening and sealing say so."""
    pupil = vault.admit("R1")
    sealed = vault.seal(pupil, "name", "Ida Invented")
    vault.keep()
    with closing(sqlite3.connect(tmp_path / "vault.sqlite3")) as database, database:
        database.execute("UPDATE pupil_key SET sealed_key = CAST('nonsense' AS BLOB)")
    with closing(Vault(tmp_path, "norfolk", KEY)) as again:
        with pytest.raises(Refused, match="cannot be opened"):
            again.open(pupil, "name", sealed)
        with pytest.raises(Refused, match="cannot be opened"):
            again.seal(pupil, "name", "Ida Invented")


def test_no_byte_of_a_name_or_reference_reaches_the_disk(tmp_path: Path) -> None:
    """Neither name nor reference stands in any file of database, write-ahead log, vault, witness or keys."""
    canaries = (b"Canaryfeather", b"REF-4711-CANARY")
    with opened(tmp_path, composition()) as ledger:
        for number in range(3):
            command = NotePupil(reference=canaries[1].decode(), name=f"{canaries[0].decode()} {number}")
            ledger.execute(command, command_id=str(number), account="ada")
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert any(path.name.endswith("-wal") for path in files)
        everything = b"".join(path.read_bytes() for path in files)
        assert b"PupilNoted" in everything
        for canary in canaries:
            for form in (canary, base64.b64encode(canary)[:-4], canary.decode().encode("utf-16-le")):
                assert form not in everything
        assert verify(ledger).findings == ()
