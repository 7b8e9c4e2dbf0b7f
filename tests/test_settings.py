"""Settings: where a ledger, its witness and its keys are kept."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from commissioning.ledger.errors import Refused
from commissioning.settings import Settings


def test_witness_and_keys_stand_beside_the_data() -> None:
    """By default a ledger's folders are neighbours, so that none of them lies within another."""
    settings = Settings(commissioning_data=Path("/srv/ledger"), database_url="")
    assert settings.database_path == Path("/srv/ledger/ledger.sqlite3")
    assert settings.witness_folder == Path("/srv/ledger-witness")
    assert settings.keys_folder == Path("/srv/ledger-keys")


def test_each_database_has_a_witness_of_its_own() -> None:
    """Two databases named by DATABASE_URL never share a witness, which would call the newer one too old."""
    one, other = (Settings(database_url=f"sqlite:///srv/{name}.db") for name in ("one", "other"))
    assert one.database_path == Path("/srv/one.db")
    assert one.witness_folder != other.witness_folder
    assert one.keys_folder != other.keys_folder


def test_a_witness_can_be_put_elsewhere() -> None:
    """What is set holds."""
    settings = Settings(commissioning_witness=Path("/mnt/witness"), commissioning_keys=Path("/mnt/keys"))
    assert (settings.witness_folder, settings.keys_folder) == (Path("/mnt/witness"), Path("/mnt/keys"))


def test_a_ledger_on_a_server_has_an_address_without_its_password() -> None:
    """The words for it, which come into messages and logs, keep the password and every other parameter out."""
    settings = Settings(database_url="postgres://council:secret@db.example:5433/ledger?sslpassword=other")
    assert str(settings.database) == "postgres://council@db.example:5433/ledger"
    assert "secret" not in repr(settings.database)
    with pytest.raises(Refused, match="kept on a server"):
        _ = settings.database_path


def test_each_database_of_a_server_has_a_witness_of_its_own() -> None:
    """By default witness and keys stand beside the data folder and are named after the database."""
    folders = [
        Settings(commissioning_data=Path("/srv/data"), database_url=f"postgres://council@db/{name}").witness_folder
        for name in ("one", "other")
    ]
    assert folders == [Path("/srv/data-one-witness"), Path("/srv/data-other-witness")]


@pytest.mark.parametrize("url", ["postgres://council@db", "postgres://", "sqlite://", "ledger.sqlite3"])
def test_an_address_without_a_database_is_refused_with_words(url: str) -> None:
    """An address that names a server and no database, or nothing at all, says how one is written."""
    with pytest.raises(Refused, match="HOST:PORT/DATABASE"):
        _ = Settings(database_url=url).database


def test_another_kind_of_database_is_refused_with_words() -> None:
    """An address this version cannot open is named, with the form that it can."""
    with pytest.raises(Refused, match="sqlite://PATH"):
        _ = Settings(database_url="mysql://somewhere").database_path


@pytest.mark.parametrize("book", ["", "Two Words", "../up", "x" * 64])
def test_a_book_is_a_plain_word(book: str) -> None:
    """A book's name goes into file names and is kept plain."""
    with pytest.raises(ValidationError):
        Settings(commissioning_book=book)
