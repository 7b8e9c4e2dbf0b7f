"""What is held about a pupil, told to whom it concerns: all of it, of nobody else, the same in every form."""

import html
import json
import re
import stat
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from exports.records.disclosure import CANNOT_BE_OPENED
from tests.importing.workbooks import write
from tests.privacy.canaries import CANARIES, OTHER, REFERENCE, council
from tests.privacy.conftest import Run


def disclosed(run: Run, reference: str = REFERENCE) -> dict[str, Any]:
    answer = run("disclose", reference, "--format", "json")
    assert answer.exit_code == 0, answer.stderr
    document: dict[str, Any] = json.loads(answer.stdout)
    return document


def changes(entry: dict[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    return {change["what"]: (change["before"], change["after"]) for change in entry["changes"]}


def test_everything_that_is_sealed_is_opened(run: Run) -> None:
    """Every sealed field and the reasons of an end and of suspensions, one that was withdrawn among them."""
    text = run("disclose", REFERENCE).stdout
    for canary in CANARIES:
        assert ("13 May 2016" if canary == "2016-05-13" else canary) in text
    assert CANNOT_BE_OPENED not in text


def test_every_placement_is_told_with_all_that_was_recorded(run: Run) -> None:
    """Both placements with their facts, and each event with its day, who recorded it and what it changed."""
    told = disclosed(run)
    assert [placement["placement"] for placement in told["placements"]] == ["PL1", "PL2"]
    first = told["placements"][0]
    assert first["school"] == "Larkfield School"
    assert first["facts"]["More about the end"] == "Canarymoved away"
    assert first["facts"]["Month of birth"] == "May 2016"
    assert "Canaryhospital stay" in first["facts"]["Suspension from 4 May 2026"]
    assert "Canarymistake" in first["facts"]["Suspension from 8 June 2026 that never was"]
    titles = [entry["title"] for entry in first["history"]]
    assert titles == ["Placement recorded", "Suspension withdrawn", "Suspension recorded"]
    for entry in (*told["pupil"]["history"], *(entry for one in told["placements"] for entry in one["history"])):
        assert entry["account"] == "a.clerk"
        assert date.fromisoformat(entry["effective_on"])
        assert entry["position"] > 0
    assert told["accounts"] == {"a.clerk": 5}
    assert changes(told["pupil"]["history"][0])["Name"] == (None, "Ida Canaryfeather")


def test_the_costs_are_those_of_the_spend_report(run: Run) -> None:
    """Month by month the disclosure says what the report of the same placement says, to the penny."""
    for placement in disclosed(run)["placements"]:
        spent: dict[str, Decimal] = {}
        for year in ("2026/27", "2027/28", "2028/29"):
            asked = ("--year", year, "--by", "month", "--placement", placement["placement"], "--format", "json")
            rows = json.loads(run("report", "spend", *asked).stdout)["rows"]
            spent |= {row["month"]: Decimal(row["cost"]) for row in rows}
        told: dict[str, Decimal] = {}
        for cost in placement["costs"]:
            told[cost["month"]] = told.get(cost["month"], Decimal(0)) + Decimal(cost["cost"])
        assert told
        assert {month: cost for month, cost in told.items() if month < "2029-04"} == spent


def test_a_change_of_name_is_told_with_what_was_before(run: Run, tmp_path: Path) -> None:
    """Earlier details stand in the history, with who changed them."""
    pupil = {**council()["Pupils"][0], "name": "Ida Canaryfeather-Newname"}
    path = write(tmp_path / "a.xlsx", {"Pupils": [pupil]})
    assert run("import", str(path), "--as", "b.clerk").exit_code == 0
    told = disclosed(run)
    assert told["pupil"]["details"]["Name"] == "Ida Canaryfeather-Newname"
    last = told["pupil"]["history"][-1]
    assert (last["title"], last["account"]) == ("Details changed", "b.clerk")
    assert changes(last) == {"Name": ("Ida Canaryfeather", "Ida Canaryfeather-Newname")}


def test_nothing_of_another_pupil_is_told(run: Run) -> None:
    """The disclosure of one pupil holds neither name, reference nor placement of another."""
    text = run("disclose", REFERENCE).stdout
    assert not [word for word in (OTHER, "Olu", "PL3", "2 January 2015") if word in text]
    assert [placement["placement"] for placement in disclosed(run, OTHER)["placements"]] == ["PL3"]


def test_an_event_that_says_more_than_a_page_shows_is_told_whole(run: Run, tmp_path: Path) -> None:
    """Everything that a placement began with is told, its prices and what is said last of it, however much it is."""
    components = ("education", "residential", "therapy", "support", "care", "transport", "assessment", "equipment")
    rates = [
        {"placement_ref": "PL8", "component": component, "unit": "year", "amount": 1000 + number}
        for number, component in enumerate(components)
    ]
    rows = {"Placements": [{**council()["Placements"][1], "placement_ref": "PL8"}], "Rates": rates}
    assert run("import", str(write(tmp_path / "a.xlsx", rows))).exit_code == 0
    (started,) = next(one for one in disclosed(run)["placements"] if one["placement"] == "PL8")["history"]
    said = {after for _, after in changes(started).values()}
    assert {f"£1,00{number}.00 a year" for number in range(len(components))} | {"May 2016"} <= said


def words_of(value: Any) -> list[str]:
    """Every word that JSON holds, at whatever depth, but for its names and instants."""
    if isinstance(value, dict):
        return [word for key, part in value.items() if key not in {"made_at", "as_at"} for word in words_of(part)]
    if isinstance(value, list):
        return [word for part in value for word in words_of(part)]
    return [value] if isinstance(value, str) and not re.match(r"\d{4}-\d{2}|\d+\.\d{2}$", value) else []


@pytest.mark.parametrize("kind", ["text", "html"])
def test_every_form_says_all_of_it(run: Run, kind: str) -> None:
    """Each word of the JSON stands in the text and on the page, and each financial year's total."""
    words = words_of(disclosed(run))
    assert len(words) > 60
    shown = html.unescape(run("disclose", REFERENCE, "--format", kind).stdout)
    spaced = " ".join(shown.split())
    assert [word for word in words if " ".join(word.split()) not in spaced] == []
    assert "Financial year 2026/27" in spaced
    assert "Whole year" in spaced


def test_the_page_needs_nothing_beside_it_and_runs_nothing(run: Run, tmp_path: Path) -> None:
    """No script, no address, and what a name holds is shown as it is written and never obeyed."""
    pupil = {**council()["Pupils"][0], "name": "<script>alert('Ida')</script> & Co"}
    run("import", str(write(tmp_path / "a.xlsx", {"Pupils": [pupil]})))
    page = run("disclose", REFERENCE, "--format", "html").stdout
    assert "&lt;script&gt;alert(&#39;Ida&#39;)&lt;/script&gt; &amp; Co" in page
    assert not re.search(r"<script|http|src=|<link|url\(", page)


def test_a_file_is_its_owners_alone(run: Run, tmp_path: Path) -> None:
    """The file that was asked for is readable by its owner only, also where one stood there before."""
    path = tmp_path / "told.html"
    path.write_text("before")
    path.chmod(0o644)
    answer = run("disclose", REFERENCE, "--format", "html", "--out", str(path))
    assert (answer.exit_code, answer.stdout) == (0, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "Canaryfeather" in path.read_text()
    assert "before" not in path.read_text()[:40]


def test_nobody_is_disclosed_to_whom_it_is_not_for(run: Run) -> None:
    """A reader is refused, and a reference that finds nobody is told without repeating it."""
    forbidden = run("disclose", REFERENCE, "--as", "a.reader")
    assert forbidden.exit_code == 1
    assert "may not" in forbidden.stderr
    unknown = run("disclose", "REF-NEVER-THERE")
    assert unknown.exit_code == 1
    assert "No pupil is found" in unknown.stderr
    assert "NEVER" not in unknown.stderr
