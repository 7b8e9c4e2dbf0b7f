"""Signed heads: what is signed, by which key, what a new key needs, and that nothing unsigned or foreign passes."""

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from commissioning.ledger.errors import LedgerDamaged
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.verify import Finding, verify
from commissioning.ledger.witness.heads import IntroducedKey, WitnessedHead
from commissioning.ledger.witness.signing import KeyFile, SigningKey
from commissioning.ledger.witness.witness import Witness
from tests.ledger.tally import Count, composition
from tests.ledger_fixture import BOOK, open_test_ledger, opened

HASH = "ab" * 32
INSTANT = "2026-09-01T09:00:00.000000Z"
OTHER = SigningKey(b"\x07" * 32)


def write(ledger: Ledger, *numbers: int) -> None:
    for number in numbers:
        ledger.execute(Count(tally="a", amount=1), command_id=str(number), account="ada")


def heads_file(folder: Path) -> Path:
    return folder / "witness" / f"{BOOK}.heads"


def witness_in(folder: Path) -> Witness:
    return Witness([folder / "witness"], BOOK, folder / "keys")


def key_in(folder: Path) -> SigningKey:
    key = KeyFile(folder / "keys", BOOK).key()
    assert key is not None
    return key


def findings(folder: Path) -> list[Finding]:
    with closing(open_test_ledger(folder, composition(), check=False)) as ledger:
        return list(verify(ledger).findings)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A folder with a ledger of three witnessed commits: line 1 introduces the key, lines 2 to 4 are heads."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 1, 2, 3)
    return tmp_path


def test_a_head_is_signed_over_exactly_what_is_written_of_it(filled: Path) -> None:
    """Book, position, hash and instant, under words that stand before nothing else, give every signature."""
    first, *heads = [line.split() for line in heads_file(filled).read_text().splitlines()]
    public = (filled / "witness" / f"{BOOK}.witness.pub").read_text().strip()
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    message = f"commissioning witness 1\nkey\n{BOOK}\n0\n{public}\n{first[2]}"
    key.verify(bytes.fromhex(first[4]), message.encode())
    assert first[1] == f"key:{public}"
    assert [head[0] for head in heads] == ["1", "2", "3"]
    for position, digest, instant, by, signature in heads:
        assert by == public
        message = f"commissioning witness 1\nhead\n{BOOK}\n{position}\n{digest}\n{instant}"
        key.verify(bytes.fromhex(signature), message.encode())


def test_the_key_is_its_owners_alone_and_stays(filled: Path) -> None:
    """The private key is made once, readable by its owner only, in the keys folder and nowhere else."""
    path = filled / "keys" / f"{BOOK}.witness.key"
    before = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with opened(filled, composition()) as ledger:
        write(ledger, 4)
    assert path.read_bytes() == before
    assert all(before not in file.read_bytes() for file in filled.rglob("*") if file.is_file() and file != path)
    assert findings(filled) == []


def test_programs_that_start_together_make_one_key(tmp_path: Path) -> None:
    """However many programs meet an empty folder at once, one key is introduced, once, and all sign with it."""

    def begin_and_record(position: int) -> None:
        witness = witness_in(tmp_path)
        witness.begin()
        witness.record(position, HASH)
        witness.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(begin_and_record, range(1, 9)))
    lines = heads_file(tmp_path).read_text().splitlines()
    assert [line for line in lines if " key:" in line] == lines[:1]
    assert {line.split()[3] for line in lines} == {key_in(tmp_path).public}


def test_heads_from_before_heads_were_signed_still_count(filled: Path) -> None:
    """Unsigned lines of an earlier version are read, are no fault, and the next start signs what stands there."""
    lines = heads_file(filled).read_text().splitlines()[1:]
    heads_file(filled).write_text("".join(" ".join(line.split()[:2]) + "\n" for line in lines))
    (filled / "keys" / f"{BOOK}.witness.key").unlink()
    with closing(open_test_ledger(filled, composition(), check=False)) as ledger:
        verdict = verify(ledger)
        assert (verdict.findings, verdict.unsigned) == ((), 3)
    with opened(filled, composition()) as ledger:
        assert [bool(head.signature) for head in ledger.witness.heads()] == [False, False, False, True]
        write(ledger, 4)
        verdict = verify(ledger)
        assert (verdict.findings, verdict.unsigned) == ((), 3)
        assert [head.position for head in ledger.witness.heads()] == [1, 2, 3, 3, 4]


def test_an_older_ledger_than_its_unsigned_witness_is_refused(filled: Path) -> None:
    """An unsigned head of an earlier version is missed like any other."""
    heads_file(filled).write_text(f"3 {HASH}\n9 {HASH}\n")
    (filled / "keys" / f"{BOOK}.witness.key").unlink()
    with pytest.raises(LedgerDamaged, match="positions 4 to 9 are missing"):
        open_test_ledger(filled, composition())


def test_an_unsigned_head_after_a_signed_one_is_found(filled: Path) -> None:
    """Whoever has no key can add no head: the line and its position are told, and the start is refused."""
    line = heads_file(filled).read_text().splitlines()[2]
    digest = line.split()[1]
    with heads_file(filled).open("a") as file:
        file.write(f"2 {digest}\n")
    found = findings(filled)
    assert [(finding.what, finding.position) for finding in found] == [("signature", 2)]
    assert found[0].message.startswith("Line 5, position 2: the head is not signed")
    with pytest.raises(LedgerDamaged, match="is not signed, though heads are signed here"):
        open_test_ledger(filled, composition())


def test_a_witness_stripped_of_its_signatures_is_found(filled: Path) -> None:
    """Signed heads cannot be passed off as those of an earlier version while the key that signed them is there."""
    lines = heads_file(filled).read_text().splitlines()[1:]
    heads_file(filled).write_text("".join(" ".join(line.split()[:2]) + "\n" for line in lines))
    found = findings(filled)
    assert [(finding.what, finding.position) for finding in found] == [("signature", 3)]
    assert "is not signed" in found[0].message
    with pytest.raises(LedgerDamaged, match="is not signed, though heads are signed here"):
        open_test_ledger(filled, composition())


@pytest.mark.parametrize("column", range(5), ids=["position", "hash", "instant", "key", "signature"])
@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_changed_head_is_found_by_line_and_position(filled: Path, number: int, column: int) -> None:
    """Every part of a witnessed head is under its signature; the finding names the line and the position it claims."""
    lines = heads_file(filled).read_text().splitlines()
    parts = lines[number - 1].split()
    other = {0: "9", 2: INSTANT, 3: OTHER.public}
    parts[column] = other.get(column) or parts[column][::-1]
    lines[number - 1] = " ".join(parts)
    heads_file(filled).write_text("\n".join(lines) + "\n")
    found = [finding for finding in findings(filled) if finding.what == "signature"]
    assert found[0].position == int(parts[0])
    assert found[0].message.startswith(f"Line {number}, position {parts[0]}: ")


def test_no_character_of_the_witness_can_be_changed(filled: Path) -> None:
    """A changed digit or letter anywhere in the file is a finding."""
    random = Random(3)  # noqa: S311 - repeatable on purpose
    whole = heads_file(filled).read_bytes()
    for _ in range(60):
        place = random.choice([at for at, byte in enumerate(whole) if chr(byte).isalnum()])
        changed = random.choice([letter for letter in b"0123456789abcdefTZk" if letter != whole[place]])
        heads_file(filled).write_bytes(whole[:place] + bytes([changed]) + whole[place + 1 :])
        assert "signature" in [finding.what for finding in findings(filled)], (place, chr(changed))


def forged_head(filled: Path) -> str:
    del filled
    return WitnessedHead.signed(OTHER, BOOK, 4, HASH, INSTANT).line()


def stolen_head(filled: Path) -> str:
    """A head of another book, signed with the right key."""
    return WitnessedHead.signed(key_in(filled), "suffolk", 4, HASH, INSTANT).line()


def renamed_head(filled: Path) -> str:
    """A signature by another key under the right key's name."""
    forged = WitnessedHead.signed(OTHER, BOOK, 4, HASH, INSTANT)
    return WitnessedHead(4, HASH, INSTANT, key_in(filled).public, forged.signature).line()


def key_that_vouches_for_itself(filled: Path) -> str:
    del filled
    return IntroducedKey.signed(OTHER, BOOK, 3, OTHER.public, INSTANT).line()


def key_with_a_false_voucher(filled: Path) -> str:
    forged = IntroducedKey.signed(OTHER, BOOK, 3, OTHER.public, INSTANT)
    return IntroducedKey(3, OTHER.public, INSTANT, key_in(filled).public, forged.signature).line()


def key_out_of_its_place(filled: Path) -> str:
    """A key that the right one vouches for, but beyond another position than the last."""
    return IntroducedKey.signed(key_in(filled), BOOK, 2, OTHER.public, INSTANT).line()


def head_again(filled: Path) -> str:
    """An earlier line of the witness once more."""
    return heads_file(filled).read_text().splitlines()[2]


def head_as_a_key(filled: Path) -> str:
    """A signature made for a head, passed off as one that vouches for a key of the attacker's choosing."""
    head = WitnessedHead.signed(key_in(filled), BOOK, 3, OTHER.public, INSTANT)
    return IntroducedKey(3, OTHER.public, INSTANT, head.key, head.signature).line()


@pytest.mark.parametrize(
    "forge",
    [
        forged_head,
        stolen_head,
        renamed_head,
        key_that_vouches_for_itself,
        key_with_a_false_voucher,
        key_out_of_its_place,
        head_again,
        head_as_a_key,
    ],
)
def test_a_forged_line_is_found(filled: Path, forge: Callable[[Path], str]) -> None:
    """No line passes that the key in force did not sign for this book, this purpose and this place."""
    with heads_file(filled).open("a") as file:
        file.write(forge(filled) + "\n")
    found = [finding for finding in findings(filled) if finding.what == "signature"]
    assert found[0].message.startswith("Line 5, ")


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (forged_head, "positions 4 to 4 are missing"),
        (renamed_head, "positions 4 to 4 are missing"),
        (key_that_vouches_for_itself, "a key that this program does not have"),
        (key_with_a_false_voucher, "a key that this program does not have"),
        (head_as_a_key, "a key that this program does not have"),
    ],
)
def test_a_start_over_a_forged_line_is_refused(filled: Path, forge: Callable[[Path], str], told: str) -> None:
    """A witness that ends in a forged line is not gone on with."""
    with heads_file(filled).open("a") as file:
        file.write(forge(filled) + "\n")
    with pytest.raises(LedgerDamaged, match=told):
        open_test_ledger(filled, composition())


def test_a_start_over_a_last_head_with_a_false_signature_is_refused(filled: Path) -> None:
    """A last head that agrees with the book but was not signed by the key it names is told at the start."""
    *lines, last = heads_file(filled).read_text().splitlines()
    forged = WitnessedHead.signed(OTHER, BOOK, 3, last.split()[1], INSTANT)
    named = WitnessedHead(3, forged.hash, INSTANT, key_in(filled).public, forged.signature)
    heads_file(filled).write_text("\n".join([*lines, named.line()]) + "\n")
    with pytest.raises(LedgerDamaged, match="signature of the head at position 3 does not hold"):
        open_test_ledger(filled, composition())


def test_a_rewritten_history_signed_by_another_key_is_found(filled: Path) -> None:
    """A whole new witness that vouches for itself is not signed by the key in the keys folder."""
    heads = witness_in(filled).heads()
    lines = [IntroducedKey.signed(OTHER, BOOK, 0, OTHER.public, INSTANT).line()]
    lines += [WitnessedHead.signed(OTHER, BOOK, head.position, head.hash, INSTANT).line() for head in heads]
    heads_file(filled).write_text("\n".join(lines) + "\n")
    found = findings(filled)
    assert [(finding.what, finding.position) for finding in found] == [("signature", 3)]
    assert "another key than the one in the keys folder" in found[0].message
    with pytest.raises(LedgerDamaged, match="a key that this program does not have"):
        open_test_ledger(filled, composition())


def test_a_new_key_is_vouched_for_by_the_old_one(filled: Path) -> None:
    """After a change of keys the old heads hold under the old key, the new under the new, and verify is content."""
    old = key_in(filled).public
    with opened(filled, composition()) as ledger:
        new = ledger.witness.change_key()
        write(ledger, 4)
        assert [head.key for head in ledger.witness.heads()] == [old, old, old, new]
    assert (filled / "witness" / f"{BOOK}.witness.pub").read_text() == f"{new}\n"
    assert key_in(filled).public == new != old
    assert findings(filled) == []
    with opened(filled, composition()) as ledger:
        write(ledger, 5)
        assert ledger.witness.change_key() not in (old, new)
    assert findings(filled) == []


def test_a_program_at_work_goes_on_with_the_new_key(filled: Path) -> None:
    """A program that was open while another changed the key signs its next head with the new one."""
    with opened(filled, composition()) as ledger:
        write(ledger, 4)
        other = witness_in(filled)
        new = other.change_key()
        other.close()
        write(ledger, 5)
        last = ledger.witness.last()
        assert last is not None
        assert last.key == new
    assert findings(filled) == []


@pytest.mark.parametrize("step", ["_make", "add", "keep", "show_key"])
@pytest.mark.parametrize("begun", [False, True])
def test_a_change_of_keys_that_was_cut_off_is_finished(
    filled: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, step: str, begun: bool
) -> None:
    """Wherever a program dies while it makes its first key or the next one, the next start goes on from there."""

    class Died(BaseException):
        pass

    def die(*_: object) -> None:
        raise Died

    folder = filled if begun else tmp_path_factory.mktemp("new")
    where = {
        "_make": "commissioning.ledger.witness.signing._make",
        "add": "commissioning.ledger.witness.place.Place._write",
        "keep": "commissioning.ledger.witness.signing.KeyFile.keep",
        "show_key": "commissioning.ledger.witness.place.Place.show_key",
    }[step]
    witness = witness_in(folder)
    with monkeypatch.context() as patched:
        if begun:
            witness.begin()
        patched.setattr(where, die)
        with pytest.raises(Died):
            witness.change_key()
    witness.close()
    with opened(folder, composition()) as ledger:
        write(ledger, 4)
    assert findings(folder) == []
    again = witness_in(folder)
    again.begin()
    assert again.public_key() == (folder / "witness" / f"{BOOK}.witness.pub").read_text().strip()
    assert not (folder / "keys" / f"{BOOK}.witness.key.next").exists()
    again.close()


def test_without_its_key_a_signed_witness_is_not_gone_on_with(filled: Path) -> None:
    """A keys folder that does not belong to the ledger is told at the start, before anything is written."""
    for path in (filled / "keys").glob(f"{BOOK}.witness.*"):
        path.unlink()
    with pytest.raises(LedgerDamaged, match="a key that this program does not have"):
        open_test_ledger(filled, composition())
    assert not (filled / "keys" / f"{BOOK}.witness.key").exists()
