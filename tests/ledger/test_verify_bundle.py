"""The auditor's program as an auditor runs it: alone, with nothing installed, on sound packs and every tampering."""

import ast
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from commissioning.ledger.copies.bundle import write_bundle
from commissioning.ledger.witness.heads import IntroducedKey, WitnessedHead
from commissioning.ledger.witness.signing import SigningKey
from tests.ledger.auditor import PROGRAM, VERIFIER
from tests.ledger.tally import Count, NotePupil, composition
from tests.ledger_fixture import BOOK, SettableClock, opened

EVENTS = 9
OTHER = SigningKey(b"\x07" * 32)
INSTANT = "2026-09-01T09:00:00.000000Z"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of nine events in seven commands, with a change of keys after the fifth event."""
    folder, clock = tmp_path_factory.mktemp("made"), SettableClock()
    commands = (
        Count(tally="a", amount=1, note="first"),
        Count(tally="b", amount=2, note="three", times=3),
        Count(tally="a", amount=3, note='é\n\u2028\u007f"\\', corrects=1),
        NotePupil(reference="R1", name="Ida Invented"),
        Count(tally="a", amount=5),
        Count(tally="c", amount=6),
        Count(tally="b", amount=7, note="last"),
    )
    with opened(folder, composition(), clock=clock) as ledger:
        for number, command in enumerate(commands):
            clock.advance(hours=1)
            ledger.execute(command, command_id=f"command-{number}", account="ada")
            if number == 2:
                ledger.witness.change_key()
        write_bundle(ledger, folder / "pack.zip", lambda *_: None, for_auditors=True)
    return folder / "pack.zip"


@pytest.fixture
def pack(made: Path, tmp_path: Path) -> Path:
    """The pack unpacked, for one test to damage."""
    zipfile.ZipFile(made).extractall(tmp_path / "pack")
    return tmp_path / "pack"


def audit(pack: Path, *words: str) -> tuple[int, str]:
    """What the auditor sees: exit code and answer of the pack's own program, alone in an empty environment."""
    folder = pack if pack.is_dir() else pack.parent
    program = folder / "verify_bundle.py" if (folder / "verify_bundle.py").exists() else PROGRAM
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(program), str(pack), *words],
        cwd=folder, env={}, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout


def lines(pack: Path, name: str) -> list[str]:
    return (pack / name).read_text("utf-8").split("\n")[:-1]


def put(pack: Path, name: str, content: list[str]) -> None:
    (pack / name).write_text("".join(f"{line}\n" for line in content), "utf-8")


def change(pack: Path, name: str, number: int, column: str, value: object) -> None:
    """Changes one column of one line of JSON."""
    content = lines(pack, name)
    record = json.loads(content[number - 1])
    assert record[column] != value
    content[number - 1] = json.dumps({**record, column: value}, ensure_ascii=False)
    put(pack, name, content)


def test_a_sound_pack_is_sound_as_folder_and_as_zip(made: Path, pack: Path) -> None:
    """The auditor is told what was found whole: events, commands, heads, keys and the head."""
    answers = {audit(pack), audit(made)}
    assert len(answers) == 1
    code, answer = answers.pop()
    assert code == 0
    assert f"Book {BOOK}: {EVENTS} events of 7 commands" in answer
    assert answer.count("Key ") == 2
    assert answer.endswith("SOUND.\n")


def test_the_program_stands_alone() -> None:
    """It imports Python's own library and nothing else, and an older Python can read it."""
    tree = ast.parse(PROGRAM.read_text("utf-8"), feature_version=(3, 9))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


CHANGES: dict[str, object] = {
    "position": 50, "stream": "tally:z", "version": 7, "type": "Uncounted", "schema": 2, "effective_on": "2026-09-02",
    "recorded_at": "2026-09-01T12:00:00.000001Z", "command_id": "command-x", "account": "eve", "corrects": 2,
    "data": '{"effective_on":"2026-09-01","amount":9,"note":""}', "hash": "ab" * 32,
}  # fmt: skip


@pytest.mark.parametrize("column", CHANGES)
@pytest.mark.parametrize("position", [1, 5, EVENTS])
def test_a_changed_column_of_any_event_is_located(pack: Path, column: str, position: int) -> None:
    """Every column of an event is under the chain."""
    change(pack, "events.jsonl", position, column, CHANGES[column])
    code, answer = audit(pack)
    assert code == 1
    assert answer.startswith(f"NOT SOUND. Position {position}")


@pytest.mark.parametrize(
    ("column", "value"),
    [("command_id", "command-x"), ("digest", "ab" * 32), ("first_position", 3), ("last_position", 3)],
)
def test_a_changed_receipt_is_located(pack: Path, column: str, value: object) -> None:
    """The receipt of the three events from position 2 on cannot be changed; the first place it shows is named."""
    change(pack, "receipts.jsonl", 2, column, value)
    code, answer = audit(pack)
    assert code == 1
    assert answer.startswith(f"NOT SOUND. Position {4 if column == 'last_position' else 2}")


def swapped_events(pack: Path) -> None:
    content = lines(pack, "events.jsonl")
    content[5], content[6] = content[6], content[5]
    put(pack, "events.jsonl", content)


def swapped_and_renumbered(pack: Path) -> None:
    swapped_events(pack)
    change(pack, "events.jsonl", 6, "position", 6)
    change(pack, "events.jsonl", 7, "position", 7)


def missing_event(pack: Path) -> None:
    put(pack, "events.jsonl", [line for number, line in enumerate(lines(pack, "events.jsonl"), 1) if number != 6])


def missing_receipt(pack: Path) -> None:
    put(pack, "receipts.jsonl", [line for number, line in enumerate(lines(pack, "receipts.jsonl"), 1) if number != 4])


def receipt_too_many(pack: Path) -> None:
    receipt = {"command_id": "command-x", "digest": "ab" * 32, "first_position": 10, "last_position": 10}
    put(pack, "receipts.jsonl", [*lines(pack, "receipts.jsonl"), json.dumps(receipt)])


def column_twice(pack: Path) -> None:
    content = lines(pack, "events.jsonl")
    content[5] = content[5].replace('"account":"ada"', '"account":"eve","account":"ada"')
    put(pack, "events.jsonl", content)


def column_too_many(pack: Path) -> None:
    content = lines(pack, "events.jsonl")
    content[5] = content[5].replace('"account":', '"note":"unseen","account":')
    put(pack, "events.jsonl", content)


def rewritten_from_there(pack: Path, column: str = "account", value: object = "eve") -> None:
    """An event changed and everything after it chained anew, as only the witness can tell."""
    digests = [json.loads(line) for line in lines(pack, "receipts.jsonl")]
    events = [json.loads(line) for line in lines(pack, "events.jsonl")]
    events[5][column] = value
    for event in events[5:]:
        digest = next(each["digest"] for each in digests if each["command_id"] == event["command_id"])
        row = [events[event["position"] - 2]["hash"], BOOK, digest, *list(event.values())[:-1]]
        event["hash"] = hashlib.sha256(json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
    put(pack, "events.jsonl", [json.dumps(event, ensure_ascii=False) for event in events])
    about = json.loads("".join(lines(pack, "book.json")))
    put(pack, "book.json", [json.dumps({**about, "head": events[-1]["hash"]})])


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (swapped_events, "Position 6 is missing"),
        (swapped_and_renumbered, "Position 6"),
        (missing_event, "Position 6 is missing"),
        (missing_receipt, "Position 6"),
        (receipt_too_many, "Position 10 is missing: a receipt speaks of it"),
        (column_twice, "Line 6 of events.jsonl"),
        (column_too_many, "Line 6 of events.jsonl"),
        (rewritten_from_there, "Position 6: another hash was witnessed there"),
    ],
)
def test_events_out_of_place_are_located(pack: Path, damage: Callable[[Path], None], told: str) -> None:
    """Swapped, dropped, doubled or rewritten events are found where they begin to differ."""
    damage(pack)
    code, answer = audit(pack)
    assert (code, answer[: len("NOT SOUND. ") + len(told)]) == (1, f"NOT SOUND. {told}")


def cut(pack: Path, *names: str) -> None:
    """Cuts off what the last command left in these files: position 9."""
    for name in names:
        put(pack, name, lines(pack, name)[:-1])
    if "book.json" in names:
        last = json.loads(lines(pack, "events.jsonl")[-1])
        put(pack, "book.json", [json.dumps({"book": BOOK, "position": last["position"], "head": last["hash"]})])


@pytest.mark.parametrize(
    "names", [("events.jsonl",), ("events.jsonl", "receipts.jsonl"), ("events.jsonl", "receipts.jsonl", "book.json")]
)
def test_a_cut_tail_is_missed(pack: Path, names: tuple[str, ...]) -> None:
    """Events cut off at the end are missed by their receipt or by the head that was witnessed there."""
    cut(pack, *names)
    code, answer = audit(pack)
    assert code == 1
    assert f"{EVENTS}" in answer
    assert "missing" in answer


def test_events_beyond_the_witness_are_told(pack: Path) -> None:
    """Events that no signed head covers are told as not witnessed."""
    cut(pack, "heads.txt")
    assert audit(pack) == (1, f"NOT SOUND. Positions {EVENTS} to {EVENTS} are not witnessed.\n")


def test_a_pack_cut_off_with_its_heads_is_told_by_a_printed_one(made: Path, pack: Path) -> None:
    """What is whole in itself may still be too short: the signed head on a report tells."""
    printed = lines(pack, "heads.txt")[-1]
    assert audit(made, "--head", printed)[0] == 0
    cut(pack, "events.jsonl", "receipts.jsonl", "heads.txt", "book.json")
    assert audit(pack)[0] == 0
    code, answer = audit(pack, "--head", printed)
    assert code == 1
    assert f"Positions {EVENTS} to {EVENTS} were witnessed and are missing" in answer


def test_a_printed_head_of_another_history_is_told(pack: Path) -> None:
    """A head with a right position and a wrong hash, or signed by somebody else, is not of this pack."""
    forged = WitnessedHead.signed(OTHER, BOOK, 5, "ab" * 32, INSTANT)
    code, answer = audit(pack, "--head", forged.line())
    assert (code, "Position 5: the printed head is signed by a key that this pack does not know" in answer) == (1, True)
    printed = lines(pack, "heads.txt")[-1].split()
    code, answer = audit(pack, "--head", " ".join([printed[0], "ab" * 32, *printed[2:]]))
    assert (code, f"Position {EVENTS}: the signature of the printed head" in answer) == (1, True)


@pytest.mark.parametrize("column", range(5), ids=["position", "hash", "instant", "key", "signature"])
@pytest.mark.parametrize("number", [2, 6, 9])
def test_a_changed_head_is_located(pack: Path, number: int, column: int) -> None:
    """Every part of a head, before and after the change of keys, is under its signature."""
    content = lines(pack, "heads.txt")
    parts = content[number - 1].split()
    parts[column] = {0: "3", 2: INSTANT, 3: OTHER.public}.get(column) or parts[column][::-1]
    content[number - 1] = " ".join(parts)
    put(pack, "heads.txt", content)
    code, answer = audit(pack)
    assert code == 1
    assert answer.startswith(f"NOT SOUND. Position {parts[0]} (line {number} of heads.txt)")


@pytest.mark.parametrize("number", [1, 5])
@pytest.mark.parametrize("column", range(5), ids=["position", "public", "instant", "key", "signature"])
def test_a_changed_introduction_of_a_key_is_located(pack: Path, number: int, column: int) -> None:
    """The first key's own line and the line that vouches for the second cannot be changed."""
    content = lines(pack, "heads.txt")
    parts = content[number - 1].split()
    assert parts[1].startswith("key:")
    parts[column] = {0: "4", 1: f"key:{OTHER.public}", 2: INSTANT, 3: OTHER.public, 4: "0" * 128}[column]
    content[number - 1] = " ".join(parts)
    put(pack, "heads.txt", content)
    code, answer = audit(pack)
    assert code == 1
    assert f"(line {number} of heads.txt)" in answer


def unsigned_head(pack: Path) -> list[str]:
    content = lines(pack, "heads.txt")
    return [*content[:-1], " ".join(content[-1].split()[:2])]


def foreign_head(pack: Path) -> list[str]:
    content = lines(pack, "heads.txt")
    digest = content[-1].split()[1]
    return [*content[:-1], WitnessedHead.signed(OTHER, BOOK, EVENTS, digest, INSTANT).line()]


def key_from_nowhere(pack: Path) -> list[str]:
    content = lines(pack, "heads.txt")
    digest = content[-1].split()[1]
    introduction = IntroducedKey.signed(OTHER, BOOK, 8, OTHER.public, INSTANT)
    return [*content[:-1], introduction.line(), WitnessedHead.signed(OTHER, BOOK, EVENTS, digest, INSTANT).line()]


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (unsigned_head, "Position 9 (line 9 of heads.txt): the head is not signed"),
        (foreign_head, "Position 9 (line 9 of heads.txt): signed by another key"),
        (key_from_nowhere, "Position 8 (line 9 of heads.txt): signed by another key"),
    ],
)
def test_a_head_without_the_right_signature_is_located(
    pack: Path, forge: Callable[[Path], list[str]], told: str
) -> None:
    """A head that is unsigned, or signed by a key that nobody vouched for, does not pass."""
    put(pack, "heads.txt", forge(pack))
    code, answer = audit(pack)
    assert (code, answer[: len("NOT SOUND. ") + len(told)]) == (1, f"NOT SOUND. {told}")


def test_a_pack_signed_all_over_by_another_key_is_told_by_the_key_one_knows(pack: Path) -> None:
    """A forger's pack can be whole in itself; the key on an earlier report tells."""
    known = lines(pack, "witness.pub")[0]
    assert audit(pack, "--key", known)[0] == 0
    heads = [line.split() for line in lines(pack, "heads.txt") if " key:" not in line]
    forged = [IntroducedKey.signed(OTHER, BOOK, 0, OTHER.public, INSTANT).line()]
    forged += [WitnessedHead.signed(OTHER, BOOK, int(head[0]), head[1], INSTANT).line() for head in heads]
    put(pack, "heads.txt", forged)
    assert audit(pack) == (
        1,
        f"NOT SOUND. Position {EVENTS}: the key in witness.pub is not the one that signed last.\n",
    )
    put(pack, "witness.pub", [OTHER.public])
    assert audit(pack)[0] == 0
    assert audit(pack, "--key", known) == (
        1, f"NOT SOUND. Position {EVENTS}: the heads are not signed by the key you gave.\n",
    )  # fmt: skip


def signed_all_over(pack: Path) -> None:
    """Every event's position and hash as a head, signed by a key that vouches for itself."""
    events = [json.loads(line) for line in lines(pack, "events.jsonl")]
    heads = [WitnessedHead.signed(OTHER, BOOK, event["position"], event["hash"], INSTANT) for event in events]
    introduction = IntroducedKey.signed(OTHER, BOOK, 0, OTHER.public, INSTANT)
    put(pack, "heads.txt", [introduction.line(), *(head.line() for head in heads)])
    put(pack, "witness.pub", [OTHER.public])


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("version", 5, "the event is not the next of its stream"),
        ("recorded_at", "2026-09-01T09:00:00.000000Z", "the event was recorded before the one ahead of it"),
    ],
)
def test_what_no_ledger_would_write_is_told_whoever_signs_it(pack: Path, column: str, value: object, told: str) -> None:
    """Even the owner of the key cannot sign streams with gaps or time that runs backwards into a sound pack."""
    rewritten_from_there(pack)
    signed_all_over(pack)
    assert audit(pack)[0] == 0
    rewritten_from_there(pack, column, value)
    signed_all_over(pack)
    assert audit(pack) == (1, f"NOT SOUND. Position 6: {told}.\n")


def test_a_head_that_stands_twice_is_located(pack: Path) -> None:
    """Heads rise from line to line; an earlier one cannot be put in again."""
    content = lines(pack, "heads.txt")
    put(pack, "heads.txt", [*content, content[-2]])
    code, answer = audit(pack)
    assert (code, "Position 8 (line 10 of heads.txt): the head stands behind a later one" in answer) == (1, True)


@pytest.mark.parametrize(("column", "value"), [("position", 8), ("head", "ab" * 32)])
def test_a_changed_summary_is_told(pack: Path, column: str, value: object) -> None:
    """What the pack says of itself must be what it holds."""
    change(pack, "book.json", 1, column, value)
    assert audit(pack) == (1, f"NOT SOUND. Position {EVENTS}: book.json tells of another end.\n")


def test_a_torn_zip_is_told_in_words(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A byte of the file turned over anywhere was of no account, or is told; never is anything but the truth."""
    whole, told = made.read_bytes(), set()
    monkeypatch.setattr(sys, "argv", ["verify_bundle.py", str(tmp_path / "torn.zip")])
    sound = audit(made)[1]
    for place in range(0, len(whole), 61):
        torn = bytearray(whole)
        torn[place] ^= 0x5A
        (tmp_path / "torn.zip").write_bytes(torn)
        code = VERIFIER.main()
        answer = capsys.readouterr().out
        assert answer.startswith("NOT SOUND. ") if code else answer == sound
        told.add(code)
    assert told == {0, 1}


@pytest.mark.parametrize("name", ["book.json", "events.jsonl", "receipts.jsonl", "heads.txt", "witness.pub"])
@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"{", b"[1]\n", b"null\n", b"1 2 3 4 5 6 7\n"])
def test_whatever_is_in_a_pack_there_is_an_answer(
    pack: Path, name: str, content: bytes | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing, empty or senseless file is told in words and never passes."""
    if content is None:
        (pack / name).unlink()
    else:
        (pack / name).write_bytes(content)
    monkeypatch.setattr(sys, "argv", ["verify_bundle.py", str(pack)])
    assert VERIFIER.main() == 1
    assert capsys.readouterr().out.startswith("NOT SOUND. ")
