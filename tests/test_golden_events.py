"""Every event ever written can still be read: one golden file for each type and schema version there has been."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from commissioning.app import AGGREGATES, TYPES
from commissioning.ledger.events import Event, Stored, encode
from tests.golden_events.examples import EXAMPLES
from tests.golden_events.write import FOLDER, file_name, write_missing

FILES = sorted(FOLDER.glob("*.json"))
CLASSES: dict[str, type[Event]] = {type(event).__name__: type(event) for _, event in EXAMPLES}


def parts(path: Path) -> tuple[str, int]:
    """The type and schema version a file is of."""
    found = re.fullmatch(r"([A-Za-z]+)\.v([1-9][0-9]*)\.json", path.name)
    assert found, f"{path.name} is not named Type.vN.json"
    return found[1], int(found[2])


def read(path: Path) -> tuple[Stored, dict[str, Any]]:
    """A file as the row of a log."""
    kind, version = parts(path)
    golden = orjson.loads(path.read_bytes())
    data = orjson.dumps(golden["data"]).decode()
    row = Stored(1, golden["stream"], 1, kind, version, golden["effective_on"], "", "1", "ada", None, data, "")
    return row, golden


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_golden_event_is_read_today(path: Path) -> None:
    """The file is understood by today's class, on a stream that exists; today's version is written byte for byte so."""
    row, golden = read(path)
    event = TYPES.decode(row).event
    assert event.effective_on.isoformat() == golden["effective_on"] == golden["data"]["effective_on"]
    assert row.stream.partition(":")[0] in {aggregate.name for aggregate in AGGREGATES}
    if row.schema == type(event).schema_version:
        assert encode(event) == row.data


def test_every_type_and_version_has_its_golden_file() -> None:
    """No event class lacks a file of any of its versions; `python -m tests.golden_events.write` makes new ones."""
    assert sorted(CLASSES) == TYPES.names()
    wanted = {(name, version) for name, kind in CLASSES.items() for version in range(1, kind.schema_version + 1)}
    assert {parts(path) for path in FILES} >= wanted


def test_every_golden_file_has_its_class() -> None:
    """An event that was once written is never forgotten: a file whose class or version is gone is a defect."""
    for path in FILES:
        kind, version = parts(path)
        assert kind in TYPES.names(), f"{path.name}: no event class of this name"
        assert version <= CLASSES[kind].schema_version


def test_golden_files_are_never_written_over(tmp_path: Path) -> None:
    """Writing adds what is missing and leaves what is there as it is."""
    assert len(write_missing(tmp_path)) == len(CLASSES)
    kept = tmp_path / file_name(type(EXAMPLES[0][1]))
    kept.write_text("as it was")
    gone = tmp_path / file_name(type(EXAMPLES[1][1]))
    gone.unlink()
    assert write_missing(tmp_path) == [gone.name]
    assert kept.read_text() == "as it was"
