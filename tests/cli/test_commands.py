"""The console command as people and scripts use it: answers, files, exit codes (interface.md, Command line)."""

import csv
import io
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from commissioning.cli.main import main
from commissioning.ledger.stores.sqlite_guards import TRIGGERS
from commissioning.placements.words import NEEDS
from tests.brute_force.workbook import world_to_workbook
from tests.ledger_fixture import copy_of_database, empty_database_url
from tests.pages.test_scenario_form import offers
from tests.postgres_server import postgres_server

BAR = "\N{BOX DRAWINGS LIGHT VERTICAL}"
"""Stands between the cells of a table that is printed."""

Run = Callable[..., Result]


@pytest.fixture
def address(store: str) -> str:
    """What `DATABASE_URL` says of this test's ledger."""
    return empty_database_url(store)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> Run:
    """Runs the command in an empty folder, with its ledger there or on the server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMMISSIONING_BOOK", raising=False)
    for name, value in {**environment(tmp_path, address), "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)
    runner = CliRunner()
    return lambda *words: runner.invoke(main, list(words), catch_exceptions=False)


def environment(folder: Path, address: str) -> dict[str, str]:
    """The settings of a ledger whose files lie in a folder."""
    folders = {f"COMMISSIONING_{name.upper()}": str(folder / name) for name in ("data", "witness", "keys")}
    return {**folders, "DATABASE_URL": address}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, store: str) -> tuple[Path, str]:
    """A folder with the template's example, its year filled in, and a ledger that holds it; tests copy it."""
    folder, address = tmp_path_factory.mktemp("made"), empty_database_url(store)
    path = folder / "example.xlsx"
    runner = CliRunner(env=environment(folder, address))
    assert runner.invoke(main, ["template", str(path)], catch_exceptions=False).exit_code == 0
    book = openpyxl.load_workbook(path)
    calendar, year, *_ = [cell.value for cell in book["Calendar"][2]]
    spring = int(str(year)[:4]) + 1
    book["Calendar"].append([calendar, year, "spring", date(spring, 1, 5), date(spring, 3, 26)])
    book["Calendar"].append([calendar, year, "summer", date(spring, 4, 13), date(spring, 7, 21)])
    book.save(path)
    assert runner.invoke(main, ["import", str(path)], catch_exceptions=False).exit_code == 0
    return folder, address


@pytest.fixture
def example(made: tuple[Path, str], tmp_path: Path) -> Path:
    """The example workbook."""
    return Path(shutil.copy(made[0] / "example.xlsx", tmp_path))


@pytest.fixture
def filled(run: Run, example: Path, made: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command over a ledger that holds the example."""
    assert example.exists()
    folder, address = made
    for name in ("data", "witness", "keys"):
        if (folder / name).exists():
            shutil.copytree(folder / name, tmp_path / name)
    if address:
        monkeypatch.setenv("DATABASE_URL", copy_of_database(address))
    return run


def year_of(run: Run) -> str:
    """A financial year in which the example costs something."""
    rows = json.loads(
        run("report", "spend", "--from", "2020-04-01", "--to", "2035-03-31", "--by", "year", "--format", "json").stdout
    )["rows"]
    return str(rows[0]["year"])


def test_an_import_answers_with_position_events_and_changed_rows(run: Run, example: Path) -> None:
    """The JSON of an import has the names that scripts rely on, and a second import does nothing."""
    first = json.loads(run("import", str(example), "--format", "json").stdout)
    again = json.loads(run("import", str(example), "--format", "json").stdout)
    assert first["faults"] == []
    assert first["position"] == first["events"] + 1 > 1  # the last says who brought it
    assert first["changed"]["Placements"] == 1
    assert again == {"position": first["position"], "events": 0, "changed": {}, "faults": []}


def test_a_dry_run_keeps_nothing(run: Run, example: Path) -> None:
    """A rehearsal tells what would happen and leaves the ledger where it was."""
    rehearsed = json.loads(run("import", str(example), "--dry-run", "--format", "json").stdout)
    real = json.loads(run("import", str(example), "--format", "json").stdout)
    assert rehearsed["position"] == 0
    assert rehearsed["events"] == real["events"] == real["position"] - 1


def test_every_fault_is_named_and_nothing_lands(run: Run, example: Path) -> None:
    """A workbook with two slips is refused whole, each slip with sheet, row, column, value and expectation."""
    book = openpyxl.load_workbook(example)
    headers = {cell.value: cell.column for cell in book["Placements"][1]}
    book["Placements"].cell(2, headers["need"]).value = "WRONG"
    book["Placements"].cell(2, headers["start_on"]).value = "soon"
    book.save(example)
    answer = run("import", str(example), "--format", "json")
    faults = json.loads(answer.stdout)["faults"]
    assert answer.exit_code == 1
    assert {(fault["sheet"], fault["row"], fault["column"], fault["value"]) for fault in faults} >= {
        ("Placements", 2, "need", "WRONG"),
        ("Placements", 2, "start_on", "soon"),
    }
    assert all(fault["expected"] and fault["message"] for fault in faults)
    assert run("verify").exit_code == 0
    assert json.loads(run("import", str(example), "--format", "json").stdout)["position"] == 0


@pytest.mark.parametrize("content", [b"", b"no workbook at all", b"PK\x03\x04 torn"])
def test_a_file_that_is_no_workbook_is_refused_with_words(run: Run, tmp_path: Path, content: bytes) -> None:
    """Whatever the file is, the answer is a fault and exit code 1."""
    (tmp_path / "odd.xlsx").write_bytes(content)
    answer = run("import", "odd.xlsx", "--format", "json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["faults"][0]["message"]


def test_a_missing_file_is_refused_with_words(run: Run) -> None:
    """A path that leads nowhere is a fault, not a traceback."""
    answer = run("import", "nowhere.xlsx", "--format", "json")
    assert answer.exit_code == 1
    assert "nowhere.xlsx" in answer.stdout


def test_a_report_needs_a_ledger_and_says_how_to_make_one(run: Run) -> None:
    """Without a ledger a report ends with 1 and names the cure."""
    answer = run("report", "spend")
    assert answer.exit_code == 1
    assert "commissioning migrate" in answer.stderr


def test_spend_says_the_same_in_every_form(filled: Run, tmp_path: Path) -> None:
    """Table, JSON, CSV and workbook come from one result and do not disagree by a penny."""
    year = year_of(filled)
    asked = ("report", "spend", "--year", year, "--by", "month,component")
    document = json.loads(filled(*asked, "--format", "json").stdout)
    rows = list(csv.DictReader(io.StringIO(filled(*asked, "--format", "csv").stdout)))
    assert rows == document["rows"]
    assert list(rows[0]) == ["month", "component", "cost"]
    table = filled(*asked).stdout
    assert f"£{float(document['total']['cost']):,.2f}" in table
    assert filled(*asked, "--format", "xlsx", "--out", "spend.xlsx").exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "spend.xlsx")["Data"]
    costs = [row[2] for row in sheet.iter_rows(min_row=2, max_row=len(rows) + 1, values_only=True)]
    assert costs == [float(row["cost"]) for row in rows]


def test_a_result_says_what_it_rests_on(filled: Run) -> None:
    """Every JSON carries position, instant, head, signed head, period and filters."""
    document = json.loads(filled("report", "spend", "--year", "2026/27", "--model", "spot", "--format", "json").stdout)
    assert document["report"] == "spend"
    assert document["as_at"].keys() == {"position", "recorded_at", "head", "witness"}
    assert document["as_at"]["witness"].keys() == {"position", "head", "witnessed_at", "key", "signature"}
    assert document["as_at"]["witness"]["head"] == document["as_at"]["head"]
    assert document["period"] == {"from": "2026-04-01", "to": "2027-03-31"}
    assert document["filters"] == {"model": "spot"}


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("spend", "--from", "2026-04-02", "--to", "2026-05-31"), "1 April 2026 to 31 May 2026"),
        (("spend", "--from", "2026-05-01", "--to", "2026-04-30"), "before it begins"),
        (("spend", "--from", "2026-04-01"), "--from and --to together"),
        (("spend", "--year", "2026/27", "--from", "2026-04-01", "--to", "2026-04-30"), "one of them"),
        (("spend", "--year", "2026-27"), "2026/27"),
        (("spend", "--by", "month,colour"), "colour"),
        (("spend", "--as-at", "999999"), "no position 999999"),
        (("spend", "--as-at", "yesterday"), "2026-09-30"),
        (("compare", "--reference", "barter"), "barter"),
        (("bridge", "--from-position", "5", "--to-position", "1"), "earlier position first"),
        (("spend", "--format", "docx"), "docx"),
    ],
)
def test_wrong_use_ends_with_two_and_a_hint(filled: Run, words: tuple[str, ...], hint: str) -> None:
    """What was asked wrongly is answered with exit code 2, nothing on stdout, and how to ask."""
    answer = filled("report", *words)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert hint in " ".join(answer.stderr.split())


def test_verify_and_rebuild_of_a_sound_ledger(filled: Run) -> None:
    """A sound ledger verifies, rebuilds and still verifies."""
    verdict = json.loads(filled("verify", "--format", "json").stdout)
    assert verdict == {"ok": True, "position": verdict["position"], "first_bad": None, "faults": []}
    assert filled("rebuild").exit_code == 0
    assert filled("verify").exit_code == 0


def test_verify_names_the_first_bad_position(filled: Run, tmp_path: Path) -> None:
    """A changed byte is found and located, with exit code 1."""
    tamper(tmp_path, "UPDATE ledger_event SET data = replace(data, '2', '3') WHERE position = 3")
    answer = filled("verify", "--format", "json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["first_bad"] == 3


def test_verify_sees_a_lost_tail_by_the_witness(filled: Run, tmp_path: Path) -> None:
    """Cut-off events, with a head row that hides the cut, are missed from the witness, and writing is refused."""
    last = json.loads(filled("verify", "--format", "json").stdout)["position"]
    tamper(
        tmp_path,
        f"DELETE FROM ledger_event WHERE position = {last}",
        "UPDATE ledger_book SET (position, hash, recorded_at) = (SELECT position, hash, recorded_at FROM ledger_event "
        "ORDER BY position DESC LIMIT 1)",
    )
    answer = filled("verify", "--format", "json")
    assert answer.exit_code == 1
    verdict = json.loads(answer.stdout)
    assert verdict["first_bad"] == last
    assert "were witnessed and are missing" in verdict["faults"][0]["message"]
    refused = filled("import", "example.xlsx")
    assert refused.exit_code == 1
    assert "missing" in refused.stderr


def test_schools_come_in_from_an_extract(run: Run, tmp_path: Path) -> None:
    """A school list under other headings comes in by a mapping, and a second time changes nothing."""
    (tmp_path / "schools.csv").write_text(
        "urn,name,kind,local_authority\n"
        "900101,Invented Lodge School,Other independent special school,Norrowshire\n"
        "900102,Invented Primary School,Community school,Norrowshire\n",
        encoding="utf-8",
    )
    asked = ("providers", "import", "schools.csv", "--map", "type=kind", "--format", "json")
    first, again = json.loads(run(*asked).stdout), json.loads(run(*asked).stdout)
    assert (first["registered"], first["left_out"]) == (1, 1)
    assert (again["registered"], again["changed"], again["unchanged"]) == (0, 0, 1)
    assert again["changes"] == []
    text = (tmp_path / "schools.csv").read_text(encoding="utf-8")
    (tmp_path / "schools.csv").write_text(text.replace("Lodge School,", "Grange School,"), encoding="utf-8")
    rehearsed, changed = json.loads(run(*asked, "--dry-run").stdout), json.loads(run(*asked).stdout)
    told = {
        "urn": 900101,
        "name": "Invented Lodge School",
        "what": "Name",
        "from": "Invented Lodge School",
        "to": "Invented Grange School",
    }
    assert rehearsed["changes"] == changed["changes"] == [told]
    assert changed["position"] == again["position"] + 1
    assert "Invented Grange School" not in run(*asked).stderr


def test_serve_listens_on_this_machine_alone(filled: Run) -> None:
    """Until there is sign-in, no other host can be asked for."""
    answer = filled("serve", "--host", "0.0.0.0")  # noqa: S104 - to see it refused
    assert answer.exit_code != 0
    assert "sign-in" in answer.stderr


def test_demo_never_touches_another_ledger(filled: Run, tmp_path: Path, store: str) -> None:
    """A folder or a database with a real ledger in it is refused and stays as it is."""
    before = json.loads(filled("verify", "--format", "json").stdout)
    place = {"sqlite": ("--data", str(tmp_path / "data")), "postgres": ("--database", os.environ["DATABASE_URL"])}
    answer = filled("demo", *place[store], "--no-serve")
    assert answer.exit_code == 1
    assert "not a demonstration" in answer.stderr
    assert json.loads(filled("verify", "--format", "json").stdout) == before


def tamper(folder: Path, *statements: str) -> None:
    """Runs statements past every guard of the database."""
    if address := os.environ["DATABASE_URL"]:
        with postgres_server().administrator(address.rpartition("/")[2]) as session:
            session.execute("SET session_replication_role = replica")
            for statement in statements:
                session.execute(statement)
        return
    with closing(sqlite3.connect(folder / "data" / "ledger.sqlite3", isolation_level=None)) as database:
        guards = database.execute(TRIGGERS).fetchall()
        for name, _ in guards:
            database.execute(f"DROP TRIGGER {name}")
        for statement in (*statements, *(guard for _, guard in guards)):
            database.execute(statement)


def test_a_scenario_is_saved_listed_asked_by_its_name_and_dropped(
    filled: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--scenario` takes the name of a saved scenario as it takes a workbook, and gives the same figures."""
    world_to_workbook(offers("OFFER"), tmp_path / "offer.xlsx")
    assert "saved at position" in filled("scenario", "save", "Two places", "offer.xlsx").output
    (listed,) = json.loads(filled("scenario", "list", "--format", "json").output)["scenarios"]
    assert (listed["name"], listed["version"], listed["agreements"]) == ("Two places", 1, ["OFFER"])
    monkeypatch.setenv("COLUMNS", "200")
    printed = filled("scenario", "list").stdout
    assert "Two places" in printed
    assert not any(listed[key] in printed for key in ("owner", "saved_at")), "a person and a moment are said in words"
    answers = [
        json.loads(filled("report", "counterfactual", "--scenario", named, "--format", "json").output)
        for named in ("offer.xlsx", "Two places", "Two places@1")
    ]
    assert answers[0]["rows"] == answers[1]["rows"] == answers[2]["rows"]
    assert answers[1]["saved_scenario"] == "Two places, version 1"
    assert filled("scenario", "drop", "Two places").exit_code == 0
    assert "No scenario is saved" in filled("report", "counterfactual", "--scenario", "Two places").stderr


def test_a_table_says_codes_and_schools_as_pages_do(filled: Run) -> None:
    """Needs stand in words and a school by its name, with the number behind it by which the next command asks."""
    asked = ("report", "spend", "--year", year_of(filled))
    rows = json.loads(filled(*asked, "--by", "need,provider", "--format", "json").stdout)["rows"]
    needs, urns = ({row[key] for row in rows if row[key]} for key in ("need", "provider"))
    printed = filled(*asked, "--by", "need").stdout
    assert needs
    assert all(NEEDS[need] in printed for need in needs)
    urn = min(urns)
    printed = filled(*asked, "--by", "provider", "--provider", urn).stdout
    (named,) = [line.split(BAR)[1].strip() for line in printed.splitlines() if f"({urn})" in line]
    assert f"Filter: school: {named.removesuffix(f' ({urn})')}" in printed


def test_the_publish_variant_withholds_what_is_of_one_child_and_refuses_a_list_of_them(filled: Run) -> None:
    """`--variant publish` prints and writes what may be published; by placement there is nothing that may be."""
    year = year_of(filled)
    working = json.loads(filled("report", "committed", "--year", year, "--format", "json").stdout)
    asked = ("report", "committed", "--year", year, "--variant", "publish")
    publish = json.loads(filled(*asked, "--format", "json").stdout)
    assert [row["cost"] for row in publish["rows"]] == ["[c]"] * len(working["rows"])
    assert publish["total"] == {}
    assert filled(*asked, "--format", "xlsx", "--out", "told.xlsx").exit_code == 0
    assert openpyxl.load_workbook("told.xlsx").sheetnames == ["Cover", "Control", "Data", "Notes"]
    refused = filled(*asked, "--by", "placement")
    assert refused.exit_code == 2
    assert "Publish them by school." in refused.stderr
