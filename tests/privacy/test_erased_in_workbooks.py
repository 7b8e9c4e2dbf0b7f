"""Workbooks after an erasure: nobody is named again unseen, and what stays of the placements can still be put right.

What the council has to do is documented in commissioning/decisions/0006-a-pupils-key-is-destroyed.md.
"""

import json
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from commissioning.app import open_ledger, open_reader
from commissioning.ledger.verify import verify
from commissioning.placements.placement import PLACEMENTS
from commissioning.placements.pupil import PUPILS, Pupil
from commissioning.settings import Settings
from tests.accounts.signing_in import client_of
from tests.importing.workbooks import COLUMNS, Rows, write
from tests.privacy.canaries import OTHER, REFERENCE, council, council_file, found_in
from tests.privacy.conftest import Run


@pytest.fixture
def erased(run: Run) -> Run:
    """The command, over the council's ledger after the erasure."""
    assert run("erase", REFERENCE).exit_code == 0
    return run


def take_in(run: Run, path: Path) -> dict[str, Any]:
    """Imports a workbook and gives its answer."""
    answer: dict[str, Any] = json.loads(run("import", str(path), "--format", "json").stdout)
    return answer


def places(answer: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(fault["sheet"], fault["row"], fault["column"]) for fault in answer["faults"]]


def without_column(rows: Rows, sheet: str, column: str) -> Rows:
    """The rows without a column of a sheet; the sheet is written with the columns that are left."""
    return {**rows, sheet: [{key: value for key, value in row.items() if key != column} for row in rows[sheet]]}


def narrow_file(folder: Path, rows: Rows) -> Path:
    """A workbook whose sheets have the columns of their first rows alone."""
    path = folder / "narrow.xlsx"
    full = dict(COLUMNS)
    try:
        for sheet, lines in rows.items():
            COLUMNS[sheet] = list(lines[0])
        return write(path, rows)
    finally:
        COLUMNS.update(full)


def pupil_of(settings: Settings, placement_ref: str) -> Pupil:
    """The pupil of a placement, as the ledger knows one now."""
    found: list[Pupil] = []

    def look(work: Any) -> None:
        placement = work.state(PLACEMENTS, placement_ref)
        found.append(work.state(PUPILS, placement.pupil))

    with open_ledger(settings) as ledger:
        ledger.run(look, command_id="look", digest="", account="ada", rehearse=True)
        assert verify(ledger).findings == ()
    return found[0]


ACCOUNTS = 5
"""Those who have a key of their own in the vault, as pupils have."""


def keys_in_the_vault(site: Path) -> int:
    with sqlite3.connect(site / "data-keys" / "vault.sqlite3") as database:
        count: int = database.execute("SELECT COUNT(*) FROM pupil_key").fetchone()[0]
    database.close()
    return count


def test_the_whole_workbook_again_is_refused_row_by_row(erased: Run, site: Path, tmp_path: Path) -> None:
    """Each row that names the erased pupil is told with the cure, no other row is, and nothing lands anywhere."""
    before = take_in(erased, write(tmp_path / "a.xlsx", {"Providers": council()["Providers"]}))
    answer = take_in(erased, council_file(tmp_path))
    named = [("Pupils", 2, "pupil_ref"), ("Placements", 2, "pupil_ref"), ("Placements", 3, "pupil_ref")]
    reasons = [("Suspensions", 2, "reason"), ("Suspensions", 3, "reason")]
    assert sorted(places(answer)) == sorted([*named, *reasons])
    assert (answer["position"], answer["events"]) == (before["position"], 0)
    for fault in answer["faults"]:
        assert "was erased on" in fault["message"]
        assert ("Take the pupil out of the workbook" in fault["message"]) == (fault["sheet"] != "Suspensions")
    assert found_in(json.dumps(answer).encode()) == set()
    assert keys_in_the_vault(site) == 1 + ACCOUNTS


def test_without_the_rows_of_the_erased_pupil_the_workbook_does_nothing(erased: Run, tmp_path: Path) -> None:
    """As the refusal says: once the pupil is out of the workbook, it is what the ledger holds."""
    rows = council()
    rows["Placements"] = [row for row in rows["Placements"] if row["pupil_ref"] != REFERENCE]
    rows["Pupils"] = [row for row in rows["Pupils"] if row["pupil_ref"] != REFERENCE]
    for row in rows["Suspensions"]:
        row["reason"] = None
    answer = take_in(erased, council_file(tmp_path, rows))
    assert (answer["faults"], answer["events"]) == ([], 0)


def test_a_placement_is_put_right_without_naming_its_pupil(erased: Run, settings: Settings, tmp_path: Path) -> None:
    """Without the column pupil_ref a correction lands, a blank reason leaves what was sealed, words are refused."""
    rows = without_column({"Placements": council()["Placements"][:1]}, "Placements", "pupil_ref")
    rows["Placements"][0].update(need="ASD", end_reason=None)
    answer = take_in(erased, narrow_file(tmp_path, rows))
    assert (answer["faults"], answer["events"]) == ([], 1)
    assert pupil_of(settings, "PL1").erased_on is not None
    rows["Placements"][0].update(end_reason="Ida moved away")
    refused = take_in(erased, narrow_file(tmp_path, rows))
    assert places(refused) == [("Placements", 2, "end_reason")]
    assert "no words about the pupil can be sealed" in refused["faults"][0]["message"]
    assert "Ida" not in json.dumps(refused)


def test_a_suspension_is_recorded_without_words(erased: Run, tmp_path: Path) -> None:
    """Days and per cent of an erased pupil's suspension can be recorded and changed; a reason cannot."""
    row: dict[str, object] = {"placement_ref": "PL2", "first_day": date(2026, 10, 5), "payable_pct": 50}
    assert take_in(erased, write(tmp_path / "a.xlsx", {"Suspensions": [row]}))["events"] == 1
    earlier = {**council()["Suspensions"][0], "payable_pct": 25, "reason": None}
    assert take_in(erased, write(tmp_path / "b.xlsx", {"Suspensions": [earlier]}))["events"] == 1
    refused = take_in(erased, write(tmp_path / "c.xlsx", {"Suspensions": [{**row, "reason": "in hospital"}]}))
    assert places(refused) == [("Suspensions", 2, "reason")]
    assert "hospital" not in json.dumps(refused)


def test_another_pupils_reference_does_not_take_the_erased_pupils_place(erased: Run, tmp_path: Path) -> None:
    """A known or a new reference on the placement of an erased pupil is refused and never silently accepted."""
    for reference in (OTHER, "REF-NEW-3"):
        row = {**council()["Placements"][0], "pupil_ref": reference, "end_reason": None}
        refused = take_in(erased, write(tmp_path / f"{reference}.xlsx", {"Placements": [row]}))
        assert places(refused) == [("Placements", 2, "pupil_ref")]


def test_a_new_reference_on_anothers_placement_leaves_no_key_behind(run: Run, site: Path, tmp_path: Path) -> None:
    """Where nobody was erased the refusal is that the placement is another pupil's, and nobody is admitted for it."""
    before = keys_in_the_vault(site)
    row = {**council()["Placements"][2], "pupil_ref": "REF-NEW-3"}
    refused = take_in(run, write(tmp_path / "a.xlsx", {"Placements": [row]}))
    assert "is another pupil's" in refused["faults"][0]["message"]
    assert keys_in_the_vault(site) == before


def test_a_child_who_comes_back_is_identified_anew(erased: Run, settings: Settings, tmp_path: Path) -> None:
    """A new placement under the old reference is a new pupil; nothing ties it to what was erased."""
    old = pupil_of(settings, "PL2")
    back = {**council()["Placements"][1], "placement_ref": "PL9", "start_on": date(2026, 11, 2)}
    rows: Rows = {"Placements": [back], "Pupils": council()["Pupils"][:1]}
    assert take_in(erased, write(tmp_path / "a.xlsx", rows))["faults"] == []
    assert pupil_of(settings, "PL9").key != old.key
    assert pupil_of(settings, "PL2") == old
    told = json.loads(erased("disclose", REFERENCE, "--format", "json").stdout)
    assert [placement["placement"] for placement in told["placements"]] == ["PL9"]
    mixed = {**rows, "Placements": [back, council()["Placements"][1]]}
    assert places(take_in(erased, write(tmp_path / "b.xlsx", mixed))) == [("Placements", 3, "pupil_ref")]


async def test_a_page_says_that_the_details_were_erased(erased: Run, settings: Settings) -> None:
    """The placement of an erased pupil has its page, which says so, also as at a position before the erasure."""
    assert erased
    async with open_reader(settings) as reader:
        last = (await reader.as_at()).position
    async with client_of(settings, "commissioner") as client:
        answers = [await client.get(f"/placements/{address}") for address in ("PL1", f"PL1?as_at={last - 1}", "PL3")]
        assert [answer.status for answer in answers] == [200, 200, 200]
        now, before, other = [await answer.text() for answer in answers]
    assert "whose details were erased on" in now
    assert "whose details were erased on" in before
    assert "were erased on" not in other
