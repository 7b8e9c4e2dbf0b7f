"""The cached ledgers that benchmarks ask: built through the real import, kept so that a second run starts at once.

A ledger is built anew when the invented council or the tables change. When only pricing changed, delete the cache
folder, or run the rebuild benchmark, which makes the read tables anew.
"""

import asyncio
import hashlib
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from commissioning import migrations
from commissioning.app import open_ledger
from commissioning.database import migrate
from commissioning.importing.taking_in import import_workbook
from commissioning.settings import Settings
from tests.benchmarks import council
from tests.benchmarks.council import Council, write_workbook

Tell = Callable[[str], None]


class StandingClock:
    """A clock that shows what it was set to."""

    def __init__(self) -> None:
        self.now = datetime(2016, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The instant that was set."""
        return self.now


def settings_of(folder: Path) -> Settings:
    """The settings of a ledger whose data, witness and keys all lie under a folder."""
    return Settings(
        database_url="",
        commissioning_data=folder / "data",
        commissioning_witness=folder / "witness",
        commissioning_keys=folder / "keys",
        commissioning_book="county",
    )


def new_ledger(folder: Path) -> Settings:
    """An empty ledger in a folder of its own, in place of what was there."""
    shutil.rmtree(folder, ignore_errors=True)
    settings = settings_of(folder)
    asyncio.run(migrate(settings.database_path))
    return settings


def county(cache: Path, placements: int, years: int, tell: Tell) -> Settings:
    """The ledger of a council with so many placements, from the cache or built now."""
    folder = cache / f"county-{placements}-{years}-{_made_by()}"
    done = folder / "done"
    if not done.exists():
        _build(folder, placements, years, tell)
        done.touch()
    return settings_of(folder)


def _build(folder: Path, placements: int, years: int, tell: Tell) -> None:
    settings, clock, path = new_ledger(folder), StandingClock(), folder / "workbook.xlsx"
    with open_ledger(settings, clock) as ledger:
        for number, recording in enumerate(Council(placements, years).history(), start=1):
            clock.now = recording.recorded_at
            write_workbook(recording.sheets, path)
            imported = import_workbook(ledger, path, account="benchmark", command_id=f"workbook-{number}")
            if imported.faults:
                raise RuntimeError(f"{recording.recorded_at}: {imported.faults[:3]}")
            tell(f"building: workbook {number} of {2 * years}, position {imported.position}")
    with suppress(FileNotFoundError):
        path.unlink()


def _made_by() -> str:
    """A short digest of what shapes the ledger: the invented council and the tables."""
    sources = [Path(council.__file__), *sorted(Path(migrations.__path__[0]).glob("*.py"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:10]
