"""Whether a witness is signed as it must be: line by line, and in all its places alike."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from commissioning.ledger.said import said
from commissioning.ledger.witness.heads import IntroducedKey, WitnessedHead, parse
from commissioning.ledger.witness.place import Place
from commissioning.ledger.witness.witness import Witness

MOST_FLAWS = 20
"""Flaws told of one place; whoever rewrote all of it need not be told line by line."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a witness: the position that the line speaks of, None where it has none, and words."""

    position: int | None
    message: str


class Signatures:
    """Goes through the lines of a witness in their order and tells what is not signed as it must be.

    `keys` are those that came into force, in their order, of which the first vouched for itself; `last` is the last
    signed head, `unsigned` the number of heads from before heads were signed.
    """

    def __init__(self, book: str) -> None:
        self.keys: list[str] = []
        self.last: WitnessedHead | None = None
        self.last_unsigned: WitnessedHead | None = None
        self.unsigned = 0
        self._book = book

    @property
    def key(self) -> str:
        """The key in force after the lines that were seen, empty while none was signed."""
        return self.keys[-1] if self.keys else ""

    def flaws(self, lines: Iterable[str]) -> Iterator[Flaw]:
        """What is wrong, line by line."""
        for number, text in enumerate(lines, 1):
            line = parse(text)
            if line is None:
                yield Flaw(None, said("Line %(number)s is no head: %(text)s.", number=number, text=f"{text[:100]!a}"))
                continue
            wrong = self._wrong_key(line) if isinstance(line, IntroducedKey) else self._wrong_head(line)
            if wrong:
                yield Flaw(
                    line.position or None,
                    said(
                        "Line %(number)s, position %(position)s: %(wrong)s.",
                        number=number,
                        position=line.position,
                        wrong=wrong,
                    ),
                )

    def _wrong_key(self, line: IntroducedKey) -> str:
        if line.key != (self.key or line.public):
            return said("the new key is not vouched for by the key before it")
        if not line.holds(self._book):
            return said("the signature that vouches for the new key does not hold")
        if line.position != (self.last.position if self.last else 0):
            return said("the new key is not introduced where it came into force")
        self.keys.append(line.public)
        return ""

    def _wrong_head(self, head: WitnessedHead) -> str:
        if not head.signature:
            self.unsigned, self.last_unsigned = self.unsigned + 1, head
            return said("the head is not signed, though an earlier one is") if self.key else ""
        if head.key != self.key:
            return said("the head is signed by another key than the one in force")
        if not head.holds(self._book):
            return said("the signature of the head does not hold")
        if self.last is not None and head.position <= self.last.position:
            return said("the head stands behind a later one")
        self.last = head
        return ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What looking through a witness came to: what is wrong, and how many heads are from before heads were signed."""

    flaws: tuple[Flaw, ...]
    unsigned: int


def inspect(witness: Witness) -> Inspection:
    """Checks every signature in every place, then the key in force, and that no two places say different things."""
    flaws: list[Flaw] = []
    checked: list[tuple[Place, Signatures]] = []
    for place in witness.places:
        signatures = Signatures(witness.book)
        try:
            found = list(islice(signatures.flaws(place.lines()), MOST_FLAWS))
        except OSError as problem:
            found = [Flaw(None, said("This place cannot be read: %(problem)s.", problem=problem.strerror))]
        flaws += _named(place, found)
        checked.append((place, signatures))
    if flaws:
        return Inspection(tuple(flaws), 0)
    furthest, own = witness.furthest(), witness.public_key()
    most = next(signatures for place, signatures in checked if place is furthest)
    flaws += _named(furthest, _foreign(most, [own or most.key]))
    if len(checked) > 1:
        known = {head.position: head.hash for head in witness.heads()}
        for place, signatures in checked:
            flaws += _named(place, _foreign(signatures, ["", *most.keys]))
            flaws += _named(place, islice(_disagreements(place, known), MOST_FLAWS))
    return Inspection(tuple(flaws), most.unsigned)


def _named(place: Place, flaws: Iterable[Flaw]) -> list[Flaw]:
    return [
        Flaw(flaw.position, said("%(flaw)s (%(place)s)", flaw=said(flaw.message), place=place.path)) for flaw in flaws
    ]


def _foreign(signatures: Signatures, right: Sequence[str]) -> Iterator[Flaw]:
    """Tells a place that ends under another key than the right ones, or under none."""
    last = signatures.last or signatures.last_unsigned
    if last is None or signatures.key in right:
        return
    message = (
        said(
            "The last head, at position %(position)s, is signed by another key than the one in the keys folder.",
            position=last.position,
        )
        if signatures.key
        else said("The last head, at position %(position)s, is not signed.", position=last.position)
    )
    yield Flaw(last.position, message)


def _disagreements(place: Place, known: dict[int, str]) -> Iterator[Flaw]:
    for text in place.lines():
        head = parse(text)
        if isinstance(head, WitnessedHead) and known.get(head.position, head.hash) != head.hash:
            yield Flaw(
                head.position,
                said("Another head is witnessed here at position %(position)s than elsewhere.", position=head.position),
            )
