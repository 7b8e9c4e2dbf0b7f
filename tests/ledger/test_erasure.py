"""Destroying a pupil's key: listed first, gone from every file, never used again, never brought back."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from commissioning.ledger.errors import LedgerDamaged, Refused
from commissioning.ledger.vault.erasure import Erasure, ErasureList
from commissioning.ledger.vault.vault import Vault

KEY = bytes(32)
AT = "2027-05-03T09:00:00.000000Z"
PUPIL, OTHER = "0123456789abcdef" * 2, "fedcba9876543210" * 2


def opened(folder: Path, book: str = "norfolk") -> Vault:
    """A program's vault of a book, whose list lies beside it in a folder of its own."""
    return Vault(folder / "keys", book, KEY, ErasureList(folder / "witness", book))


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with closing(opened(tmp_path)) as vault:
        yield vault


def admitted(vault: Vault, reference: str) -> tuple[str, str]:
    """A pupil whose key is kept, and the seal of a name."""
    pupil = vault.admit(reference)
    sealed = vault.seal(pupil, "name", f"Ida {reference}")
    vault.keep()
    return pupil, sealed


def erase(vault: Vault, pupil: str) -> None:
    vault.destroy(pupil, AT)
    vault.keep()


def row_of(folder: Path, pupil: str) -> tuple[bytes, str]:
    """The sealed key and the finder of a pupil, as they lie in the vault's file."""
    with closing(sqlite3.connect(folder / "keys" / "vault.sqlite3")) as database:
        row: tuple[bytes, str] = database.execute(
            "SELECT sealed_key, finder FROM pupil_key WHERE pupil = ?", (pupil,)
        ).fetchone()
    return row


def every_byte(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_pupil_erased_by_the_command_that_admits_it_never_opens(vault: Vault) -> None:
    """A key that is made and destroyed before it was ever kept is not left in memory either; others of it are."""
    pupil, other = vault.admit("R1"), vault.admit("R2")
    sealed = vault.seal(pupil, "name", "Ida R1"), vault.seal(other, "name", "Ida R2")
    erase(vault, pupil)
    with pytest.raises(Refused, match="cannot be opened"):
        vault.open(pupil, "name", sealed[0])
    assert vault.open(other, "name", sealed[1]) == "Ida R2"


def test_a_destroyed_key_is_gone_from_every_file(vault: Vault, tmp_path: Path) -> None:
    """Neither the sealed key nor the finder is left in any file, while the program still has the vault open."""
    pupils = [vault.admit(f"R{number}") for number in range(300)]
    vault.keep()
    key, finder = row_of(tmp_path, pupils[150])
    assert key in every_byte(tmp_path)
    assert finder.encode() in every_byte(tmp_path)
    erase(vault, pupils[150])
    assert key not in every_byte(tmp_path)
    assert finder.encode() not in every_byte(tmp_path)
    assert sum(vault.holds(pupil) for pupil in pupils) == 299


def test_nothing_of_an_erased_pupil_opens_and_nobody_is_found(vault: Vault) -> None:
    """The seal stays shut, nothing new can be sealed, the reference finds nobody, and others are as before."""
    pupil, sealed = admitted(vault, "R1")
    other, others_seal = admitted(vault, "R2")
    erase(vault, pupil)
    for attempt in (lambda: vault.open(pupil, "name", sealed), lambda: vault.seal(pupil, "name", "Ida")):
        with pytest.raises(Refused, match="cannot be opened"):
            attempt()
    assert vault.pupil_of("R1") is None
    assert vault.pupil_of("R2") == other
    assert vault.open(other, "name", others_seal) == "Ida R2"
    assert vault.admit("R1") != pupil


def test_another_program_does_not_go_on_with_a_key_it_had_in_memory(vault: Vault, tmp_path: Path) -> None:
    """What another program opened before the erasure it cannot open, seal or find after it."""
    pupil, sealed = admitted(vault, "R1")
    with closing(opened(tmp_path)) as elsewhere:
        assert elsewhere.open(pupil, "name", sealed) == "Ida R1"
        assert elsewhere.pupil_of("R1") == pupil
        erase(vault, pupil)
        assert elsewhere.pupil_of("R1") is None
        with pytest.raises(Refused, match="cannot be opened"):
            elsewhere.open(pupil, "name", sealed)
        with pytest.raises(Refused, match="cannot be opened"):
            elsewhere.seal(pupil, "name", "Ida R1")


def test_an_erasure_is_listed_before_the_key_goes(vault: Vault, tmp_path: Path) -> None:
    """Where the list cannot be written, here because a folder stands in its place, the key stays."""
    pupil, sealed = admitted(vault, "R1")
    (tmp_path / "witness" / "norfolk.erasures").mkdir(parents=True)
    vault.destroy(pupil, AT)
    with pytest.raises(OSError, match="directory"):
        vault.keep()
    assert vault.open(pupil, "name", sealed) == "Ida R1"
    assert vault.holds(pupil)


def test_a_listed_key_that_still_stands_is_destroyed_when_the_vault_opens(vault: Vault, tmp_path: Path) -> None:
    """A crash between list and vault, or an old copy of the vault put back, brings nobody back."""
    pupil, sealed = admitted(vault, "R1")
    other, others_seal = admitted(vault, "R2")
    key, _ = row_of(tmp_path, pupil)
    copy = shutil.copy(tmp_path / "keys" / "vault.sqlite3", tmp_path / "an-old-copy-of-the-vault")
    erase(vault, pupil)
    shutil.copy(copy, tmp_path / "keys" / "vault.sqlite3")
    Path(copy).unlink()
    with closing(opened(tmp_path)) as again:
        assert key not in every_byte(tmp_path)
        assert again.pupil_of("R1") is None
        with pytest.raises(Refused, match="cannot be opened"):
            again.open(pupil, "name", sealed)
        assert again.open(other, "name", others_seal) == "Ida R2"


def test_only_the_books_own_pupils_are_destroyed(vault: Vault, tmp_path: Path) -> None:
    """Two books of one vault have lists of their own."""
    pupil, sealed = admitted(vault, "R1")
    with closing(opened(tmp_path, "suffolk")) as suffolk:
        other, _ = admitted(suffolk, "R1")
        for key in (pupil, other):
            erase(suffolk, key)
        assert not suffolk.holds(other)
    with closing(opened(tmp_path)) as again:
        assert again.open(pupil, "name", sealed) == "Ida R1"


def test_an_erasure_of_a_command_that_came_to_nothing_is_forgotten(vault: Vault, tmp_path: Path) -> None:
    """What was to be destroyed stays where the command was refused, and is not listed."""
    pupil, sealed = admitted(vault, "R1")
    vault.destroy(pupil, AT)
    vault.forget_unkept()
    vault.admit("R2")
    vault.keep()
    assert vault.open(pupil, "name", sealed) == "Ida R1"
    assert not (tmp_path / "witness").exists()


def test_a_vault_without_a_list_destroys_nothing(tmp_path: Path) -> None:
    """A program that cannot list an erasure is not let near a key."""
    with closing(Vault(tmp_path, "norfolk", KEY)) as vault, pytest.raises(ValueError, match="erasure list"):
        vault.destroy(vault.admit("R1"), AT)


def test_a_pupil_is_listed_once_with_the_first_instant(tmp_path: Path) -> None:
    """Listing again changes nothing; a line holds the book, the random key and the instant, and nothing else."""
    erasures = ErasureList(tmp_path, "norfolk")
    erasures.add([Erasure(PUPIL, AT)])
    erasures.add([Erasure(PUPIL, "2028-01-01T09:00:00.000000Z"), Erasure(OTHER, AT)])
    assert erasures.listed() == [Erasure(PUPIL, AT), Erasure(OTHER, AT)]
    assert (tmp_path / "norfolk.erasures").read_text() == f"norfolk {PUPIL} {AT}\nnorfolk {OTHER} {AT}\n"


@pytest.mark.parametrize("torn", ["n", f"norfolk {OTHER[:9]}", f"norfolk {OTHER} {AT}"])
def test_a_torn_last_line_was_never_acted_on(tmp_path: Path, torn: str) -> None:
    """A line without its end is not read, and the next takes its place."""
    erasures = ErasureList(tmp_path, "norfolk")
    erasures.add([Erasure(PUPIL, AT)])
    with (tmp_path / "norfolk.erasures").open("a") as file:
        file.write(torn)
    assert erasures.listed() == [Erasure(PUPIL, AT)]
    erasures.add([Erasure(OTHER, AT)])
    assert erasures.listed() == [Erasure(PUPIL, AT), Erasure(OTHER, AT)]


@pytest.mark.parametrize("line", ["", "nonsense", f"suffolk {PUPIL} {AT}", f"norfolk {PUPIL[:-1]} {AT}"])
def test_a_damaged_list_stops_the_vault(vault: Vault, tmp_path: Path, line: str) -> None:
    """Who cannot read whom to erase opens no vault, or somebody erased might come back."""
    pupil, _ = admitted(vault, "R1")
    erase(vault, pupil)
    with (tmp_path / "witness" / "norfolk.erasures").open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(LedgerDamaged, match=r"norfolk\.erasures: .* no erasure"):
        opened(tmp_path)
