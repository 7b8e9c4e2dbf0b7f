"""Erase one pupil and search everything: no canary is in any file, totals and chain are as before."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from commissioning.ledger.stores.sqlite import SqliteStore
from commissioning.settings import Settings
from tests.accounts.signing_in import client_of
from tests.ledger_fixture import empty_database_url
from tests.postgres_server import postgres_server
from tests.privacy.canaries import CANARIES, OTHER, REFERENCE, council_file, found_in
from tests.privacy.conftest import Run

YEAR = ("--year", "2026/27")
REPORTS = (
    ("spend", "--by", "month,placement,component"),
    ("compare",),
    ("bridge", "--from-position", "0", "--detail"),
    ("exceptions",),
)


def every_content(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The bytes of every file under a folder, and of what is packed in those that are zips."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            yield str(path), content
            if zipfile.is_zipfile(io.BytesIO(content)):
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    yield from ((f"{path}/{name}", archive.read(name)) for name in archive.namelist())


def hits(folder: Path) -> list[tuple[str, set[str]]]:
    """Where canaries stand."""
    return [(name, found) for name, content in every_content(folder) if (found := found_in(content))]


def logged(answers: list[Result], folder: Path) -> None:
    """Keeps what commands printed where it is searched too."""
    folder.mkdir(exist_ok=True)
    (folder / "log").write_text("".join(answer.stdout + answer.stderr for answer in answers))


def exported(run: Run, folder: Path) -> list[Result]:
    """Every report in every form, as it comes by default."""
    folder.mkdir()
    answers = []
    for report in REPORTS:
        for kind in ("table", "json", "csv", "xlsx"):
            out = ("--out", str(folder / f"{report[0]}.{kind}"))
            answers.append(run("report", *report, *YEAR, "--format", kind, *out))
    assert [answer.exit_code for answer in answers] == [0] * len(answers)
    return answers


def test_the_search_finds_a_canary_that_is_there(run: Run, tmp_path: Path) -> None:
    """The search can fail: it sees every canary in a disclosure, which opens what is sealed, also packed in a zip."""
    (tmp_path / "disclosed").mkdir()
    text = run("disclose", REFERENCE, "--format", "json").stdout.replace("13 May 2016", "2016-05-13")
    with zipfile.ZipFile(tmp_path / "disclosed" / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", text)
    ((_, found),) = hits(tmp_path / "disclosed")
    assert found == set(CANARIES)


def test_no_canary_is_anywhere_before_or_after_an_erasure(
    run: Run, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Database, write-ahead log, witness, vault, reports, copies and output hold none; what was counted stays."""
    database = tmp_path / "fresh" / "data" / "ledger.sqlite3"
    monkeypatch.setenv("COMMISSIONING_DATA", str(database.parent))
    workbook = council_file(tmp_path_factory.mktemp("elsewhere"))
    answers = [run("migrate")]
    with SqliteStore(database).reading() as reader:  # keeps all that follows in the write-ahead log
        reader.query("SELECT * FROM ledger_book")
        answers += [run("import", str(workbook)), *exported(run, tmp_path / "reports-before")]
        answers.append(run("backup", "before.copy"))
        position = json.loads(run("verify", "--format", "json").stdout)["position"]
        as_at = ("report", "spend", *YEAR, "--by", "month,placement", "--as-at", str(position), "--format", "json")
        before, now_before = run(*as_at).stdout, run(*as_at[:-4], "--format", "json").stdout
        assert database.with_name("ledger.sqlite3-wal").stat().st_size > database.stat().st_size / 2
        logged(answers, tmp_path / "logs")
        assert hits(tmp_path) == []

        answers.append(run("erase", REFERENCE))
        assert answers[-1].exit_code == 0
        answers += exported(run, tmp_path / "reports-after")
        answers += [run("backup", "after.copy"), run("disclose", REFERENCE), run("erase", REFERENCE)]
        assert run(*as_at).stdout == before
        now_after = run(*as_at[:-4], "--format", "json").stdout
        assert json.loads(now_after)["rows"] == json.loads(now_before)["rows"] != []
        assert json.loads(run("verify", "--format", "json").stdout) == {
            "ok": True,
            "position": position + 1 + len(list((tmp_path / "reports-after").iterdir())),  # each file is recorded
            "first_bad": None,
            "faults": [],
        }
        logged(answers, tmp_path / "logs")
        assert database.with_name("ledger.sqlite3-wal").stat().st_size > database.stat().st_size / 2
        assert hits(tmp_path) == []
    assert hits(tmp_path) == []


def test_after_an_erasure_the_others_are_as_they_were(run: Run) -> None:
    """Another pupil's details open as before, word for word but for where the ledger ends."""
    before = json.loads(run("disclose", OTHER, "--format", "json").stdout)
    run("erase", REFERENCE)
    erased_at = json.loads(run("verify", "--format", "json").stdout)["position"]
    after = json.loads(run("disclose", OTHER, "--format", "json").stdout)
    assert after["as_at"]["position"] == erased_at > before["as_at"]["position"]
    assert {**after, "as_at": 0, "made_at": 0} == {**before, "as_at": 0, "made_at": 0}
    assert "Olu Invented" in json.dumps(after)


async def test_no_page_and_no_log_line_of_a_page_holds_a_canary(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    """The pages name a pupil by a random key, and what the service logs names nobody."""
    async with client_of(settings, "commissioner") as client:
        for address in ("/", "/placements", "/placements/PL1", "/placements?search=PL1", "/exceptions", "/bridge"):
            answer = await client.get(address)
            assert answer.status == 200
            assert found_in(await answer.read()) == set()
    printed = "".join(capfd.readouterr())
    assert "answered" in printed
    assert found_in(printed.encode()) == set()


@pytest.mark.usefixtures("both_stores")
def test_no_canary_is_anywhere_on_a_server(
    run: Run, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's tables, its write-ahead log and its own log hold none either, before and after the erasure."""
    monkeypatch.setenv("DATABASE_URL", empty_database_url("postgres"))
    monkeypatch.setenv("COMMISSIONING_DATA", str(tmp_path / "data"))
    assert run("import", str(council_file(tmp_path_factory.mktemp("elsewhere")))).exit_code == 0
    for words in (("verify",), ("erase", REFERENCE)):
        assert run(*words).exit_code == 0
        with postgres_server().administrator() as session:
            session.execute("CHECKPOINT")
        contents = [path.read_bytes() for path in postgres_server().folder.rglob("*") if path.is_file()]
        assert any(b"Larkfield School" in content for content in contents)
        assert set().union(*map(found_in, contents)) == set()
    assert run("verify").exit_code == 0
