"""Open contracting releases under the standard's own schema, which only the source of one of its tools ships."""

import hashlib
import json
import subprocess
import sys
import tarfile
from datetime import date
from typing import Any

import jsonschema_rs
import orjson
import pytest

from commissioning.ledger.reading import Reader
from exports.publications.contracts_register import contracts_register
from exports.publications.open_contracting import release_package
from tests.exports.schools import YEAR, agreement, child, council_of, price, world
from tests.worlds.council import NO_FILTERS

TOOL = "ocdsmerge==0.8.0"
SOURCE = "a9f6d8f1e854b79d07d378f3effaaefcc2687efd52e9edacd89b6b4a79538160"
"""SHA-256 of the tool's source as its package index has it."""
MEMBER = "ocdsmerge-0.8.0/tests/fixtures/release-schema-1__1__4.json"


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The release schema of edition 1.1.4; the standard's tools themselves fetch it from its site."""
    folder = tmp_path_factory.mktemp("standard")
    words = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--no-binary",
        ":all:",
        TOOL,
        "-d",
        str(folder),
    ]
    try:
        subprocess.run(words, capture_output=True, timeout=180, check=True)
        (path,) = folder.glob("ocdsmerge-*.tar.gz")
    except (subprocess.SubprocessError, ValueError):
        pytest.skip(f"no package index answers; where one does, the schema comes from the source of {TOOL}")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == SOURCE
    with tarfile.open(path) as source:
        member = source.extractfile(MEMBER)
        assert member is not None
        return dict(json.load(member))


def released() -> list[dict[str, Any]]:
    """The releases of a council with two agreements of six pupils and more, as they stand in the file."""
    facts = world(
        [agreement("AG-1", "spot"), agreement("AG-2", "spot", end_on=date(2027, 3, 31))],
        [price(50_000, agreement_ref="AG-1"), price(60_000, agreement_ref="AG-2")],
        [child(f"PL-{number}", "AG-1" if number < 6 else "AG-2") for number in range(13)],
    )

    async def ask(reader: Reader) -> Any:
        return await contracts_register(reader, await reader.as_at(None), YEAR, NO_FILTERS)

    with council_of(facts) as council:
        package = release_package(council.ask(ask), "Norrowshire County Council")
    return list(json.loads(orjson.dumps(package))["releases"])


def test_every_release_is_valid_under_the_schema_of_the_standard(schema: dict[str, Any]) -> None:
    """Both agreements are released, and the schema finds fault with neither, but with one that is spoilt."""
    releases = released()
    assert len(releases) == 2
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    assert [error.message for release in releases for error in validator.iter_errors(release)] == []
    spoilt = releases[0] | {"tag": ["contracted"], "date": "yesterday"}
    assert len(list(validator.iter_errors(spoilt))) == 2
