"""Checks a pack of a council's commissioning ledger. Needs Python 3.9 or newer and nothing else.

    python3 verify_bundle.py PACK [--key KEY] [--head "LINE"]

PACK is the zip file or the folder it was unpacked to. KEY is a public key that you know from elsewhere: it must have
signed heads of this pack. LINE is the “Signed head” printed on a report: it must be a head of this very history.
Prints what holds and ends with 0, or prints what does not, with its position, and ends with 1. It imports none of
the program that wrote the pack; README.txt in the pack says what the files hold and what this checks.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import json
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any, Iterator

EVENT = ["position", "stream", "version", "type", "schema", "effective_on", "recorded_at", "command_id", "account"]
EVENT += ["corrects", "data", "hash"]
RECEIPT = ["command_id", "digest", "first_position", "last_position"]
TORN = (zipfile.BadZipFile, zlib.error)
BEFORE_THE_FIRST = {"position": 0, "hash": "0" * 64, "recorded_at": ""}


class UnsoundError(Exception):
    """Something that does not hold, in words that name its position."""


class Pack:
    """The files of a pack, line by line, from the zip file or the folder."""

    def __init__(self, path: Path) -> None:
        self._folder = path
        self._zip = zipfile.ZipFile(path) if path.is_file() else None

    def lines(self, name: str) -> Iterator[str]:
        """The lines of a file, without their ends."""
        try:
            file = self._zip.open(name) if self._zip else (self._folder / name).open("rb")
        except (KeyError, OSError):
            raise UnsoundError(f"The pack has no {name}.") from None
        with file:
            for raw in file:
                yield raw.decode("utf-8").rstrip("\n")

    def records(self, name: str, columns: list[str]) -> Iterator[dict[str, Any]]:
        """The JSON objects of a file; each has these names, each once, in this order, and no others."""
        for number, line in enumerate(self.lines(name), 1):
            pairs = json.loads(line, object_pairs_hook=list)
            if [pair[0] for pair in pairs] != columns:
                raise UnsoundError(f"Line {number} of {name} does not hold {', '.join(columns)}.")
            yield dict(pairs)


def check_events(pack: Pack, book: str, wanted: dict[int, str]) -> tuple[dict[str, Any], int]:
    """Checks chain, order and receipts. Gives the last event and the number of receipts.

    `wanted` maps positions to the hash that was witnessed there; those that are met are taken out of it.
    """
    before, receipt, count, versions = dict[str, Any](BEFORE_THE_FIRST), None, 0, dict[str, int]()
    receipts = pack.records("receipts.jsonl", RECEIPT)
    for event in pack.records("events.jsonl", EVENT):
        position = before["position"] + 1
        if event["position"] != position:
            raise UnsoundError(f"Position {position} is missing: {event['position']!r} stands in its place.")
        if receipt is None:
            receipt, count = next(receipts, None), count + 1
            if receipt is None or receipt["first_position"] != position:
                raise UnsoundError(f"Position {position}: the receipt of its command is missing or was changed.")
        wrong = wrong_with_event(event, before, receipt, book, versions.get(event["stream"], 0))
        if wrong is None and wanted.pop(position, event["hash"]) != event["hash"]:
            wrong = "another hash was witnessed there; the history was rewritten"
        if wrong is not None:
            raise UnsoundError(f"Position {position}: {wrong}.")
        before, versions[event["stream"]] = event, event["version"]
        if receipt["last_position"] == position:
            receipt = None
        tell("events", position)
    if receipt is not None or next(receipts, None) is not None:
        raise UnsoundError(f"Position {before['position'] + 1} is missing: a receipt speaks of it.")
    return before, count


def wrong_with_event(
    event: dict[str, Any], before: dict[str, Any], receipt: dict[str, Any], book: str, version: int
) -> str | None:
    """What is wrong with an event that follows another and belongs to the command of the receipt."""
    columns = [before["hash"], book, receipt["digest"], *[event[name] for name in EVENT[:-1]]]
    chained = json.dumps(columns, separators=(",", ":"), ensure_ascii=False).encode()
    if hashlib.sha256(chained).hexdigest() != event["hash"]:
        return "the event, or the digest in its receipt, was changed after it was written"
    if event["command_id"] != receipt["command_id"]:
        return "its receipt is another command's"
    if event["version"] != version + 1:
        return "the event is not the next of its stream"
    if event["recorded_at"] < before["recorded_at"]:
        return "the event was recorded before the one ahead of it"
    return None


class Heads:
    """The witnessed heads, by position, and the keys that signed them, in their order."""

    def __init__(self, book: str) -> None:
        self.book = book
        self.hashes: dict[int, str] = {}
        self.keys: list[str] = []
        self.last = self.signed = self.unsigned = 0

    def check(self, pack: Pack) -> None:
        """Takes every line in and checks its signature."""
        for number, line in enumerate(pack.lines("heads.txt"), 1):
            position, subject, *signed = line.split(" ")
            wrong = (
                self._wrong_signed(position, subject, *signed) if signed else self._wrong_unsigned(position, subject)
            )
            if wrong is not None:
                raise UnsoundError(f"Position {position} (line {number} of heads.txt): {wrong}.")
            tell("signatures", number)

    def check_printed(self, line: str) -> tuple[int, str]:
        """Checks a “Signed head” as reports print it; gives its position and hash."""
        position, digest, instant, key, signature = line.split()
        if key not in self.keys:
            raise UnsoundError(
                f"Position {position}: the printed head is signed by a key that this pack does not know."
            )
        if not signature_holds(key, signature, self._message("head", position, digest, instant)):
            raise UnsoundError(f"Position {position}: the signature of the printed head does not hold.")
        return int(position), digest

    def _wrong_unsigned(self, position: str, digest: str) -> str | None:
        if self.keys:
            return "the head is not signed, though an earlier one is"
        self.unsigned += 1
        self.hashes[int(position)] = digest
        return None

    def _wrong_signed(self, position: str, subject: str, instant: str, key: str, signature: str) -> str | None:
        kind, subject = ("key", subject[4:]) if subject.startswith("key:") else ("head", subject)
        first = subject if kind == "key" else ""  # the first key vouches for itself
        if key != (self.keys[-1] if self.keys else first):
            return "signed by another key than the one in force"
        if not signature_holds(key, signature, self._message(kind, position, subject, instant)):
            return "the signature does not hold"
        if kind == "key":
            self.keys.append(subject)
        elif int(position) <= self.last:
            return "the head stands behind a later one"
        else:
            self.last, self.signed = int(position), self.signed + 1
            self.hashes[self.last] = subject
        return None

    def _message(self, kind: str, position: str, subject: str, instant: str) -> bytes:
        return f"commissioning witness 1\n{kind}\n{self.book}\n{position}\n{subject}\n{instant}".encode()


# Ed25519 as in RFC 8032. Points are X, Y, Z, T with x = X/Z, y = Y/Z and x·y = T/Z.
Point = tuple[int, int, int, int]
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ZERO: Point = (0, 1, 1, 0)
ROOT = pow(2, (P - 1) // 4, P)  # a square root of -1


def add(a: Point, b: Point) -> Point:
    """The sum of two points (5.1.4)."""
    first = (a[1] - a[0]) * (b[1] - b[0]) % P
    second = (a[1] + a[0]) * (b[1] + b[0]) % P
    third, fourth = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = second - first, fourth - third, fourth + third, second + first
    return e * f % P, g * h % P, f * g % P, e * h % P


def decode(raw: bytes) -> Point | None:
    """The point of 32 bytes (5.1.3); None where they are no point."""
    number = int.from_bytes(raw, "little")
    y, odd = number % 2**255, number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    if y >= P or x * x % P != square or (x == 0 and odd):
        return None
    x = x if x % 2 == odd else P - x
    return x, y, 1, x * y % P


def encode(point: Point) -> bytes:
    """The 32 bytes of a point (5.1.2)."""
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x % 2) << 255).to_bytes(32, "little")


def multiples(point: Point) -> list[list[Point]]:
    """For each of 32 bytes of a number, the 256 multiples of the point that the byte can stand for."""
    table = []
    for _ in range(32):
        row = [ZERO]
        for _ in range(256):
            row.append(add(row[-1], point))
        point = row.pop()
        table.append(row)
    return table


def times(table: list[list[Point]], number: int) -> Point:
    """The point of the table, that many times."""
    product = ZERO
    for row, byte in zip(table, number.to_bytes(32, "little")):
        product = add(product, row[byte])
    return product


BASE = multiples(decode((4 * pow(5, -1, P) % P).to_bytes(32, "little")) or ZERO)


@functools.lru_cache(None)
def opposite(key: bytes) -> list[list[Point]] | None:
    """The multiples of the opposite of a public key's point, worked out once; None where the key is no point."""
    point = decode(key) if len(key) == 32 else None
    return multiples((P - point[0], point[1], 1, P - point[3])) if point else None


def signature_holds(key: str, signature: str, message: bytes) -> bool:
    """Whether the signature of the message was made with this key (5.1.7); both are hexadecimal text."""
    public, raw = bytes.fromhex(key), bytes.fromhex(signature)
    table, number = opposite(public), int.from_bytes(raw[32:], "little")
    if table is None or len(raw) != 64 or number >= ORDER:
        return False
    hashed = int.from_bytes(hashlib.sha512(raw[:32] + public + message).digest(), "little") % ORDER
    return encode(add(times(BASE, number), times(table, hashed))) == raw[:32]


def tell(what: str, count: int) -> None:
    """Says on a terminal how far it has come."""
    if count % 10_000 == 0 and sys.stderr.isatty():
        print(f"\r{count:,} {what}", end="", file=sys.stderr)


def check(pack: Pack, key: str | None, printed: str | None) -> Iterator[str]:
    """Checks everything; gives what holds, as lines of text."""
    about = json.loads("".join(pack.lines("book.json")))
    heads = Heads(about["book"])
    heads.check(pack)
    if "".join(pack.lines("witness.pub")) != "".join(heads.keys[-1:]):
        raise UnsoundError(f"Position {heads.last}: the key in witness.pub is not the one that signed last.")
    if key is not None and key.strip().lower() not in heads.keys:
        raise UnsoundError(f"Position {heads.last}: the heads are not signed by the key you gave.")
    wanted = dict(heads.hashes)
    if printed is not None:
        position, digest = heads.check_printed(printed)
        if wanted.setdefault(position, digest) != digest:
            raise UnsoundError(f"Position {position}: the printed head is not one of this history.")
    end, receipts = check_events(pack, heads.book, wanted)
    if wanted:
        message = f"Positions {end['position'] + 1} to {max(wanted)} were witnessed and are missing: cut off."
        raise UnsoundError(message)
    if heads.last != end["position"]:
        raise UnsoundError(f"Positions {heads.last + 1} to {end['position']} are not witnessed.")
    if (about["position"], about["head"]) != (end["position"], end["hash"]):
        raise UnsoundError(f"Position {end['position']}: book.json tells of another end.")
    yield f"Book {heads.book}: {end['position']:,} events of {receipts:,} commands, as they were written, none missing."
    yield f"{heads.signed:,} signed heads, {heads.unsigned:,} from before heads were signed; every signature holds."
    yield from (f"Key {number}: {each}" for number, each in enumerate(heads.keys, 1))
    yield f"Head at position {end['position']}: {end['hash']}"


def main() -> int:
    """The program: its arguments, its answer, and the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=Path, help="the zip file, or the folder it was unpacked to")
    parser.add_argument("--key", help="a public key you know: it must have signed here")
    parser.add_argument("--head", metavar="LINE", help="the “Signed head” of a report")
    given = parser.parse_args()
    try:
        print("\n".join([*check(Pack(given.pack), given.key, given.head), "SOUND."]))
    except UnsoundError as found:
        print(f"NOT SOUND. {found}")
        return 1
    except (OSError, EOFError, LookupError, RuntimeError, TypeError, ValueError, AttributeError, *TORN) as problem:
        print(f"NOT SOUND. The pack cannot be read: {problem!r}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
