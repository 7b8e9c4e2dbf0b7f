"""Every file that leaves is an event: who, what, as-at, filters, rows and hash."""

import hashlib
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from commissioning.charges.pages.asked import READER
from commissioning.ledger.errors import Refused
from exports.files import FORMS, write_file
from exports.leaving.queries import exports_of, exports_until
from tests.exports.test_workbook import result, silent


@pytest.mark.parametrize("form", FORMS)
def test_the_hash_is_that_of_the_bytes(tmp_path: Path, form: str) -> None:
    """Whatever the form, what is recorded is the SHA-256 and the size of the file itself, and two runs agree."""
    one, other = (write_file([result()], tmp_path / f"{n}.{form}", form, "Norrowshire", silent) for n in "ab")
    content = (tmp_path / f"a.{form}").read_bytes()
    assert (one.sha256, one.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert one.sha256 == other.sha256
    assert (one.rows, one.report, one.position) == (len(result().rows), "spend", 812)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_pack_is_no_single_table(tmp_path: Path, form: str) -> None:
    """Several results cannot be a file that holds one."""
    with pytest.raises(Refused, match="holds one table"):
        write_file([result(), result()], tmp_path / "a", form, "Norrowshire", silent)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("address", "report", "filters"),
    [
        ("/spend?year=2026/27&by=month&model=spot", "spend", {"model": ("spot",)}),
        ("/placements?need=SEMH", "placements", {"need": ("SEMH",)}),
        ("/agreements?", "agreements", {}),
        ("/schools?", "schools", {}),
        ("/exceptions?", "exceptions", {}),
        ("/reports/compare.FORM?", "compare", {}),
    ],
)
async def test_a_download_is_recorded(
    client: TestClient, address: str, report: str, filters: dict[str, tuple[str, ...]], form: str
) -> None:
    """A file from any report or list stands in the ledger by the hash of what was sent, with who asked for what."""
    asked = address.replace("FORM", form)
    answer = await client.get(asked if "/reports/" in asked else f"{asked}&format={form}")
    content = await answer.read()
    assert answer.status == 200
    reader = client.app[READER]
    upto = await reader.end()
    (left, *_) = (await exports_of(reader, hashlib.sha256(content).hexdigest(), upto))[::-1]
    assert left == (await exports_until(reader, upto, 1))[0]
    assert (left.file.report, left.file.form, dict(left.file.filters)) == (report, form, filters)
    assert left.file.position < left.position
    assert left.account


async def test_what_was_searched_for_is_not_recorded(client: TestClient) -> None:
    """A search may be a child's name: that there was one is recorded, its words are not."""
    await client.get("/placements?search=Robin+Example&format=csv")
    reader = client.app[READER]
    (left,) = await exports_until(reader, await reader.end(), 1)
    assert left.file.options["search"] == "(not recorded)"
    assert "Robin" not in str(left)
