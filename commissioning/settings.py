"""Every setting of the product, typed, in one place; read from the environment or a `.env` file.

Names are those of the environment, upper case (interface.md, Command line).
"""

import os
import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from commissioning.accounts.post import MailServer, Outbox, Post
from commissioning.accounts.settings import Directory, SignInSettings
from commissioning.ledger.actor import ROLES, Role
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.stores.addresses import without_password
from commissioning.ledger.time import Clock
from commissioning.ledger.vault.master_key import GivenKey, KeyFile, MasterKey, read_key
from commissioning.web.settings import LOOPBACK_NAMES
from invoices.formats.limits import Limits

DEFAULT_DATA = Path("commissioning-data")


@dataclass(frozen=True)
class PostgresDatabase:
    """A database on a PostgreSQL server. Its words are its address without the password."""

    url: str = field(repr=False)
    """The login that the program works with."""
    owner_url: str = field(repr=False)
    """The login that owns the tables and migrates them, which may be the same."""

    @property
    def name(self) -> str:
        """The database's name on its server."""
        return urlsplit(self.url).path.strip("/")

    def __str__(self) -> str:
        return without_password(self.url)


Database = Path | PostgresDatabase
"""Where a ledger is kept: an SQLite file, or a database on a PostgreSQL server."""


class Settings(BaseSettings):
    """Where things are kept and how the council is called."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    database_url: str = Field(
        default="",
        description="sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE; blank: a file in the data folder",
    )
    database_owner_url: str = Field(
        default="", description="the login that “migrate” makes PostgreSQL's tables with, if it is another"
    )
    commissioning_data: Path = Field(default=DEFAULT_DATA, description="folder of the product's files")
    commissioning_witness: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(),
        description="folders of witnessed heads, one or several with : between them (; on Windows); in real use on "
        "other disks or machines",
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
    commissioning_translations: Path | None = Field(
        default=None, description="a catalogue (.mo) with the pages' own words in another language; blank: English"
    )
    commissioning_queue: int = Field(
        default=1_000, ge=1, le=100_000, description="changes that may wait at once; one more is refused with 503"
    )
    commissioning_patience: float = Field(
        default=20, gt=0, le=300, description="seconds a change may wait before it is refused unbegun"
    )
    commissioning_award_limit: int | None = Field(
        default=100_000,
        ge=0,
        description="pounds a year above which an award, of a placement or of committed places, takes a second "
        "person, once somebody is approver; blank: none does. The council's to set: a day place costs some 60,000",
    )
    commissioning_address: str = Field(
        default="",
        description="where browsers reach the pages, as in https://commissioning.council.example; blank: on this "
        "machine alone",
    )
    commissioning_behind_proxy: bool = Field(
        default=False, description="whether a proxy passes requests on and says in X-Forwarded-For whose they are"
    )
    commissioning_idle_minutes: int = Field(
        default=30, ge=1, le=720, description="minutes after which a session that nobody uses ends"
    )
    commissioning_session_hours: int = Field(
        default=12, ge=1, le=24, description="hours after which every session ends, used or not"
    )
    commissioning_directory: str = Field(
        default="",
        description="the issuer of the council's sign-in by OpenID Connect, as in "
        "https://login.microsoftonline.com/TENANT/v2.0 of one tenant; blank: none",
    )
    commissioning_directory_tenant: str = Field(default="", description="the tenant's id in Microsoft Entra ID")
    commissioning_directory_client: str = Field(default="", description="the client id that it knows this service by")
    commissioning_directory_secret: SecretStr | None = Field(default=None, description="the client's secret")
    commissioning_directory_roles: Annotated[dict[str, Role], NoDecode] = Field(
        default_factory=dict,
        description="which value of the roles claim gives which role, as in SEN.Commissioner=commissioner,SEN.Audit="
        "auditor",
    )
    commissioning_mail_server: SecretStr | None = Field(
        default=None,
        description="smtp://USER:PASSWORD@HOST:PORT, with STARTTLS, or smtps://…; blank: letters are files in the "
        "folder “outbox” of the data",
    )
    commissioning_mail_from: str = Field(default="placements@localhost", description="the sender of letters")
    commissioning_invoice_files: Path | None = Field(
        default=None, description="folder of the files that schools send; blank: “invoice-files” in the data"
    )
    commissioning_scanner: str = Field(
        default="",
        description="where clamd listens, the path of its socket or HOST:PORT; blank: files are not scanned",
    )
    commissioning_scanner_seconds: int = Field(
        default=30, ge=1, le=600, description="seconds after which a scanner that does not answer counts as away"
    )
    commissioning_file_megabytes: int = Field(
        default=20, ge=1, le=500, description="the largest file a school may send"
    )
    commissioning_unpacked_megabytes: int = Field(
        default=100, ge=1, le=5_000, description="what a file may come to once it is unpacked"
    )
    commissioning_unpacked_ratio: int = Field(
        default=100, ge=2, le=10_000, description="how many times its size a part of a file may unpack to"
    )
    commissioning_file_parts: int = Field(default=500, ge=10, le=100_000, description="parts that a workbook may have")
    commissioning_invoice_lines: int = Field(default=20_000, ge=1, le=200_000, description="rows a table may have")
    commissioning_reading_seconds: int = Field(
        default=30, ge=1, le=600, description="seconds after which the reading of a file is given up"
    )
    commissioning_reading_megabytes: int = Field(
        default=1_024, ge=256, le=65_536, description="memory that the reading of a file may take"
    )
    commissioning_readers: int = Field(default=2, ge=1, le=64, description="files that are read at the same time")
    commissioning_log_level: str = Field(default="info", description="debug, info, warning or error")

    @field_validator("commissioning_witness", mode="before")
    @classmethod
    def _one_folder_or_several(cls, value: Any) -> Any:
        """Folders as the environment writes them, as PATH is written; each counts once."""
        if isinstance(value, str):
            value = [part.strip() for part in value.split(os.pathsep) if part.strip()]
        return tuple(dict.fromkeys([value] if isinstance(value, Path) else value))

    @field_validator(
        *("commissioning_master_key", "commissioning_next_master_key", "commissioning_master_key_file"),
        *("commissioning_mail_server", "commissioning_directory_secret", "commissioning_award_limit"),
        mode="before",
    )
    @classmethod
    def _blank_is_not_set(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("commissioning_book")
    @classmethod
    def _book_is_a_plain_word(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", value):
            raise ValueError(said("must be small letters, digits and hyphens, as in “norrowshire”"))
        return value

    @field_validator("commissioning_directory_roles", mode="before")
    @classmethod
    def _claims_and_roles(cls, value: Any) -> Any:
        """Pairs as the environment writes them; a role that is none, or a provider's, is refused."""
        if not isinstance(value, str):
            return value
        pairs = [part.partition("=") for part in value.split(",") if part.strip()]
        found = {claim.strip(): role.strip() for claim, _, role in pairs}
        if wrong := sorted(set(found.values()) - (set(ROLES) - {"provider"})):
            raise ValueError(said("gives no role of the council's own: %(roles)s", roles=", ".join(wrong)))
        return found

    @field_validator("commissioning_directory")
    @classmethod
    def _directory_is_of_one_tenant(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and parts.scheme != "https" and parts.hostname not in LOOPBACK_NAMES:
            raise ValueError(said("must begin with https:"))
        if parts.path.strip("/").partition("/")[0] in ("common", "organizations", "consumers"):
            raise ValueError(said("must be the issuer of the council's own tenant: “common” lets everybody in"))
        return value.rstrip("/")

    @field_validator("commissioning_address")
    @classmethod
    def _address_is_a_whole_one(cls, value: str) -> str:
        parts = urlsplit(value)
        local = parts.hostname in LOOPBACK_NAMES
        if value and (parts.scheme not in ("https", "http") or not parts.hostname or parts.path.strip("/")):
            raise ValueError(said("must be an address without a path, as in https://commissioning.council.example"))
        if parts.scheme == "http" and not local:
            raise ValueError(said("must begin with https: over http everybody on the way can read what names a child"))
        return value.rstrip("/")

    @property
    def award_limit(self) -> int | None:
        """The limit of an award that one person may make, in pence a year; None where there is none."""
        pounds = self.commissioning_award_limit
        return None if pounds is None else pounds * 100

    @property
    def sign_in(self) -> SignInSettings:
        """How people come in, and for how long they stay."""
        return SignInSettings(
            address=self.commissioning_address,
            idle=timedelta(minutes=self.commissioning_idle_minutes),
            longest=timedelta(hours=self.commissioning_session_hours),
            behind_proxy=self.commissioning_behind_proxy,
            directory=self._directory,
        )

    @property
    def intake_limits(self) -> Limits:
        """How much a file that a school sends may be, and what its reading may take."""
        return Limits(
            file=self.commissioning_file_megabytes * 1024**2,
            unpacked=self.commissioning_unpacked_megabytes * 1024**2,
            entries=self.commissioning_file_parts,
            ratio=self.commissioning_unpacked_ratio,
            rows=self.commissioning_invoice_lines,
            seconds=self.commissioning_reading_seconds,
            memory=self.commissioning_reading_megabytes * 1024**2,
        )

    @property
    def invoice_files(self) -> Path:
        """The folder of the files that schools send."""
        return self.commissioning_invoice_files or self.commissioning_data / "invoice-files"

    @property
    def _directory(self) -> Directory | None:
        if not self.commissioning_directory:
            return None
        secret = self.commissioning_directory_secret
        return Directory(
            issuer=self.commissioning_directory,
            client=self.commissioning_directory_client,
            secret=secret.get_secret_value() if secret else "",
            tenant=self.commissioning_directory_tenant,
            roles=self.commissioning_directory_roles,
        )

    def post(self, clock: Clock) -> Post:
        """Where letters go: to the mail server, else into files."""
        if self.commissioning_mail_server is None:
            return Outbox(self.commissioning_data / "outbox", self.commissioning_mail_from, clock)
        return MailServer(self.commissioning_mail_server.get_secret_value(), self.commissioning_mail_from, clock)

    @property
    def database(self) -> Database:
        """Where the ledger is kept; `Refused` for an address of another kind."""
        if not self.database_url:
            return self.commissioning_data / "ledger.sqlite3"
        kind, found, path = self.database_url.partition("://")
        if kind in ("postgres", "postgresql") and urlsplit(self.database_url).path.strip("/"):
            return PostgresDatabase(self.database_url, self.database_owner_url or self.database_url)
        if kind != "sqlite" or not found or not path:
            raise Refused(
                Fault(
                    "database-url",
                    said("This is no address of a database that the ledger can be kept in: “%(kind)s://…”.", kind=kind),
                    where="DATABASE_URL",
                    expected="sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE",
                    mend="Put it right, or leave it out to keep the ledger in a file of its own.",
                    status=500,
                )
            )
        return Path(path)

    @property
    def database_path(self) -> Path:
        """The SQLite file; `Refused` where the ledger is kept on a server."""
        database = self.database
        if isinstance(database, Path):
            return database
        raise Refused(
            Fault(
                "database-url",
                "This ledger is kept on a server and not in a file.",
                where=str(database),
                expected="sqlite://PATH",
                mend="Use the server's own tools.",
                status=500,
            )
        )

    @property
    def witness_folder(self) -> Path:
        """The first place where heads are witnessed; by default a folder beside the data."""
        return self.witness_folders[0]

    @property
    def witness_folders(self) -> tuple[Path, ...]:
        """All places where heads are witnessed."""
        return self.commissioning_witness or (self._beside("witness"),)

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
        data, database = self.commissioning_data, self.database
        if isinstance(database, PostgresDatabase):
            return data.with_name(f"{data.name}-{database.name}-{word}")
        ledger = database if self.database_url else data
        return ledger.with_name(f"{ledger.name}-{word}")
