"""Every setting of the product, typed, in one place; read from the environment or a `.env` file.

Names are those of the environment, upper case (interface.md, Command line).
"""

import re
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.master_key import GivenKey, KeyFile, MasterKey, read_key

DEFAULT_DATA = Path("commissioning-data")


class Settings(BaseSettings):
    """Where things are kept and how the council is called."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    database_url: str = Field(default="", description="sqlite://PATH; blank: a file in the data folder")
    commissioning_data: Path = Field(default=DEFAULT_DATA, description="folder of the product's files")
    commissioning_witness: Path | None = Field(
        default=None, description="folder of witnessed heads; in real use on another disk or machine"
    )
    commissioning_keys: Path | None = Field(
        default=None, description="folder of the vault's keys; in real use elsewhere, and never in a backup"
    )
    commissioning_master_key: SecretStr | None = Field(
        default=None, description="the vault's master key in base64; blank: in a key file"
    )
    commissioning_next_master_key: SecretStr | None = Field(
        default=None, description="the key that takes the place of COMMISSIONING_MASTER_KEY by “keys rotate”"
    )
    commissioning_master_key_file: Path | None = Field(
        default=None, description="the file of the master key; blank: master.key in the folder of keys"
    )
    commissioning_retention_years: int = Field(
        default=31,
        ge=1,
        le=150,
        description="years from birth for which a pupil's details are kept; where no birth is recorded, years from "
        "the end of the last placement. The council's to set: 31 is a plan's last day at 25 and six years",
    )
    commissioning_retention_years_after_end: int = Field(
        default=6,
        ge=0,
        le=150,
        description="years for which they are kept after the end of the last placement in any case. The council's to "
        "set: six is how long a claim about a contract may be brought",
    )
    commissioning_book: str = Field(default="council", description="the council whose book this is")
    commissioning_council: str = Field(default="Norrowshire County Council", description="name on every page")
    commissioning_queue: int = Field(
        default=1_000, ge=1, le=100_000, description="changes that may wait at once; one more is refused with 503"
    )
    commissioning_patience: float = Field(
        default=20, gt=0, le=300, description="seconds a change may wait before it is refused unbegun"
    )
    commissioning_log_level: str = Field(default="info", description="debug, info, warning or error")

    @field_validator(
        "commissioning_master_key", "commissioning_next_master_key", "commissioning_master_key_file", mode="before"
    )
    @classmethod
    def _blank_is_not_set(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("commissioning_book")
    @classmethod
    def _book_is_a_plain_word(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", value):
            raise ValueError("must be small letters, digits and hyphens, as in “norrowshire”")
        return value

    @property
    def database_path(self) -> Path:
        """The SQLite file; `Refused` for an address of another kind."""
        if not self.database_url:
            return self.commissioning_data / "ledger.sqlite3"
        kind, found, path = self.database_url.partition("://")
        if kind != "sqlite" or not found or not path:
            raise Refused(
                Fault(
                    "database-url",
                    f"“{kind}” databases are not supported by this version.",
                    where="DATABASE_URL",
                    expected="sqlite://PATH",
                    mend="Set DATABASE_URL to the path of an SQLite file, or leave it out.",
                    status=500,
                )
            )
        return Path(path)

    @property
    def witness_folder(self) -> Path:
        """Where heads are witnessed; by default a folder beside the data."""
        return self.commissioning_witness or self._beside("witness")

    @property
    def keys_folder(self) -> Path:
        """Where the vault keeps its keys; by default a folder beside the data."""
        return self.commissioning_keys or self._beside("keys")

    @property
    def master_key(self) -> MasterKey:
        """Where the vault's master key comes from: the environment, else a file."""
        if self.commissioning_master_key is None:
            return KeyFile(self.commissioning_master_key_file or self.keys_folder / "master.key")
        given = read_key(self.commissioning_master_key.get_secret_value(), "COMMISSIONING_MASTER_KEY")
        following = self.commissioning_next_master_key
        if following is None:
            return GivenKey(given)
        return GivenKey(given, read_key(following.get_secret_value(), "COMMISSIONING_NEXT_MASTER_KEY"))

    def _beside(self, word: str) -> Path:
        """A folder that goes with this one ledger: with its data folder, or with a database put elsewhere."""
        ledger = self.database_path if self.database_url else self.commissioning_data
        return ledger.with_name(f"{ledger.name}-{word}")
