"""The witness: signed heads written outside the database after every commit, in every place the operator chose.

A chain cannot see that its last links were cut off; a head kept elsewhere can (architecture.md, The ledger 4). One
line stands for one commit, which may be of several commands. Every place is a folder, at best on a disk or machine
of its own; a commit is acknowledged when all of them have its head. Several programs may write to them: a head that
comes after a later one is left out, because the chain makes the later one speak for it too.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from pathlib import Path

from commissioning.ledger.errors import Fault, LedgerDamaged, Unwitnessed
from commissioning.ledger.said import said
from commissioning.ledger.time import Clock, instant_to_text, system_clock
from commissioning.ledger.witness.heads import IntroducedKey, WitnessedHead
from commissioning.ledger.witness.place import End, Place
from commissioning.ledger.witness.signing import KeyFile, SigningKey

WITNESS_SECONDS = 2.0
"""How long a commit of another program may take to be witnessed before its events count as unwitnessed."""


class Witness:
    """The witness of one book. Any program may read it; writing needs the signing key in the keys folder."""

    def __init__(self, folders: Sequence[Path], book: str, keys: Path, clock: Clock = system_clock) -> None:
        self.book = book
        self.places = [Place(folder, book) for folder in folders]
        self._key_file = KeyFile(keys, book)
        self._key: SigningKey | None = None
        self._clock = clock

    def heads(self) -> list[WitnessedHead]:
        """Every head of the place that knows most, lowest position first; `LedgerDamaged` where a line is no head."""
        heads = (line for line in self.furthest().read() if isinstance(line, WitnessedHead))
        return sorted(heads, key=lambda head: head.position)

    def ends(self) -> list[WitnessedHead]:
        """The last head of each place that has one, the furthest first; `LedgerDamaged` where one cannot be read."""
        lasts = (last for _, last in self._lasts() if last is not None)
        return sorted(lasts, key=lambda head: head.position, reverse=True)

    def last(self) -> WitnessedHead | None:
        """The highest witnessed head, None where nothing was witnessed yet."""
        return next(iter(self.ends()), None)

    def reached(self) -> int:
        """The position up to which every place has heads."""
        return min(last.position if last else 0 for _, last in self._lasts())

    def furthest(self) -> Place:
        """The place that knows most."""
        return max(self._lasts(), key=lambda found: found[1].position if found[1] else -1)[0]

    def covering(self, position: int) -> WitnessedHead | None:
        """The first signed head at or beyond a position, None where there is none yet; then it stays the same.

        A place that cannot be read just now is passed over: the others say the same.
        """
        found = (head for place in self.places if (head := _if_there(place.covering, position)))
        return next(found, None)

    def awaits(self, position: int) -> bool:
        """Whether this position may be witnessed any moment: heads are kept here, and none so far yet."""
        lasts = [last for place in self.places if (last := _if_there(place.last)) is not None]
        return bool(lasts) and all(last.position < position for last in lasts)

    def lines_to(self, head: WitnessedHead) -> Iterator[str]:
        """The lines of a place that holds a signed head, from the first to that one."""
        line = head.line()
        for place in self.places:
            if _if_there(place.covering, head.position) == head:
                yield from takewhile(lambda each: each != line, place.lines())
                yield line
                return

    def public_key(self) -> str | None:
        """The public key of the signing key in the keys folder, None before the first start."""
        key = self._key_file.key()
        return key.public if key else None

    def begin(self) -> int:
        """Readies every place for writing and gives the position up to which all of them hold signed heads.

        A place that lags behind catches up; the first start makes the key. `LedgerDamaged` where a place was last
        signed by a key that this program does not have, or is no longer signed.
        """
        with self._key_file.alone():
            return self._begin()

    def record(self, position: int, digest: str) -> None:
        """Adds a head everywhere and waits until the disks have it.

        Raises `Unwitnessed` with the places that could not be written to; the others have the head then.
        `LedgerDamaged` where another head stands at the position.
        """
        if self._key is None:
            self.begin()
        try:
            self._record(position, digest)
        except _KeyChangedError:
            self.begin()
            self._record(position, digest)

    def change_key(self) -> str:
        """Signs from now on with a new key, for which the old one vouches in every place; gives its public key."""
        with self._key_file.alone():
            if self._key_file.draft() is None:  # else somebody was stopped on the way, and this goes on from there
                self._begin()
                self._key_file.new_draft()
            self._begin()
            return self._signing_key().public

    def adopt(self, lines: Callable[[], Iterable[str]], key: str) -> bool:
        """Takes over a witness kept elsewhere, where nothing stands yet and the key in force there is ours."""
        if self.public_key() != key or any(place.path.exists() for place in self.places):
            return False
        self._everywhere(lambda place: place.add(lambda _: lines()))
        return True

    def close(self) -> None:
        """Gives the files back."""
        for place in self.places:
            place.close()

    def _lasts(self) -> Iterator[tuple[Place, WitnessedHead | None]]:
        for place in self.places:
            try:
                yield place, place.last()
            except OSError as problem:
                raise _unreachable([(place, problem)]) from problem

    def _begin(self) -> int:
        draft, own = self._key_file.draft(), self._key_file.key()
        furthest, known = self.furthest(), {key.public for key in (draft, own) if key}
        self._check(furthest, known, signed=own is not None)
        for place in self.places:
            if place.end().key not in known:  # it lags behind a change of keys
                known |= {line.public for line in furthest.read() if isinstance(line, IntroducedKey)}
            self._check(place, known, signed=own is not None)
        self._catch_up(furthest)
        new = draft or own or self._key_file.new_draft()
        first = own or new
        now = instant_to_text(self._clock())
        self._everywhere(lambda place: place.add(lambda end: self._introductions(end, first, new, now)))
        if new is not own:
            self._key_file.keep()
        self._key = new
        self._everywhere(lambda place: place.show_key(new.public))
        return min(place.end().position for place in self.places)

    def _check(self, place: Place, known: set[str], *, signed: bool) -> None:
        """Refuses a place that goes on in a way that this program, with the keys it knows, did not write."""
        end, last = place.end(), place.last()
        if end.hash and not end.key and signed:
            raise _not_signed(
                place,
                said(
                    "The head at position %(position)s is not signed, though heads are signed here.",
                    position=end.position,
                ),
            )
        if end.key and end.key not in known:
            raise _not_signed(place, "The last line is signed by a key that this program does not have.")
        if last is not None and last.signature and not last.holds(self.book):
            raise _not_signed(
                place, said("The signature of the head at position %(position)s does not hold.", position=last.position)
            )

    def _catch_up(self, furthest: Place) -> None:
        """Copies to every other place the lines beyond its last."""
        self._everywhere(
            lambda place: None if place is furthest else place.add(lambda end: furthest.beyond(end.position, end.key))
        )

    def _introductions(self, end: End, first: SigningKey, new: SigningKey, instant: str) -> list[str]:
        """The lines that a place lacks in which the first key vouches for itself and for the new one."""
        position = end.position if end.key else 0
        lines = []
        if not end.key:
            lines.append(IntroducedKey.signed(first, self.book, position, first.public, instant).line())
        if new.public not in (first.public, end.key):
            lines.append(IntroducedKey.signed(first, self.book, position, new.public, instant).line())
        return lines

    def _record(self, position: int, digest: str) -> None:
        key = self._signing_key()
        head = WitnessedHead.signed(key, self.book, position, digest, instant_to_text(self._clock()))
        self._everywhere(lambda place: place.add(lambda end: self._following(place, end, head, key)), position)

    def _following(self, place: Place, end: End, head: WitnessedHead, key: SigningKey) -> list[str]:
        """The lines that bring a head to a place which ends like this."""
        if (end.hash and not end.key) or end.key not in ("", key.public):
            raise _KeyChangedError
        if end.position == head.position and end.hash not in ("", head.hash):
            raise _contradicted(place, head.position)
        if end.key and end.position >= head.position:
            return []
        return [*self._introductions(end, key, key, head.witnessed_at), head.line()]

    def _signing_key(self) -> SigningKey:
        if self._key is None:
            raise RuntimeError("the witness was not begun")
        return self._key

    def _everywhere(self, deed: Callable[[Place], None], recorded: int | None = None) -> None:
        """Does the deed in every place and waits until the disk has it; then tells which places failed."""
        failed = []
        for place in self.places:
            try:
                deed(place)
                place.flush()
            except OSError as problem:
                place.close()
                failed.append((place, problem))
        if failed:
            raise _unreachable(failed) if recorded is None else _unwitnessed(failed, recorded)


def not_as_witnessed(book: str, position: int) -> LedgerDamaged:
    """The refusal of a book that holds something else at a witnessed position."""
    return LedgerDamaged(
        Fault(
            "not-as-witnessed",
            said("What stands at position %(position)s is not what was witnessed there.", position=position),
            where=said("book %(book)s, position %(position)s", book=book, position=position),
            mend="Run “commissioning verify” and restore a copy that agrees with the witness.",
            status=503,
        )
    )


def _if_there(read: Callable[..., WitnessedHead | None], *asked: int) -> WitnessedHead | None:
    """What is read from a place; None where the place cannot be read."""
    try:
        return read(*asked)
    except OSError:
        return None


class _KeyChangedError(Exception):
    """Another program has changed the key since this one read it, or somebody meddled with a place."""


def _unwitnessed(failed: Sequence[tuple[Place, OSError]], position: int) -> Unwitnessed:
    return Unwitnessed(
        *(
            Fault(
                "unwitnessed",
                said(
                    "The outcome is recorded, up to position %(position)s, but could not be witnessed: %(problem)s.",
                    position=position,
                    problem=_words(problem),
                ),
                where=str(place.path),
                mend="Make this place writable and send the same again under the same id: it is then acknowledged and "
                "not recorded twice.",
                status=503,
            )
            for place, problem in failed
        )
    )


def _unreachable(failed: Sequence[tuple[Place, OSError]]) -> LedgerDamaged:
    return LedgerDamaged(
        *(
            Fault(
                "witness-place",
                said("This place of the witness cannot be used: %(problem)s.", problem=_words(problem)),
                where=str(place.path),
                mend="Make it readable and writable, or take it out of COMMISSIONING_WITNESS; nothing is written "
                "until then.",
                status=503,
            )
            for place, problem in failed
        )
    )


def _contradicted(place: Place, position: int) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "witness-contradicts",
            said("Another head was witnessed at position %(position)s than the one just committed.", position=position),
            where=str(place.path),
            mend="Stop every program that writes to this book and run “commissioning verify”.",
            status=503,
        )
    )


def _not_signed(place: Place, message: str) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "witness-signature",
            message,
            where=str(place.path),
            mend="Run “commissioning verify”. Put back the keys folder that belongs to this ledger; where the key is "
            "lost for good, keep this folder for the auditor and begin the witness in an empty one.",
            status=503,
        )
    )


def _words(problem: OSError) -> str:
    return problem.strerror or str(problem)
