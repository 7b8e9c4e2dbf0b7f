"""Refreshes the ledger's schools from an extract: first what would change, fact by fact, then the change itself."""

import base64
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import orjson

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.work import UnitOfWork
from providers.commands import ChangeProvider, CloseProvider, RegisterProvider, ReopenProvider
from providers.establishments import Closed, Establishment, Extract
from providers.facts import ProviderFacts
from providers.provider import PROVIDERS, Provider

Known = Callable[[int], Provider | None]
"""The school of a URN as it is known."""
_LARGEST_PACKED = 20_000_000
"""Bytes that a form may unfold to; the schools of all England come to less than one million."""


class FactChanged(NamedTuple):
    """One fact of a school before and after."""

    fact: str
    before: object
    after: object


class SchoolChanged(NamedTuple):
    """A known school with every fact that changes; `facts` are all of them afterwards."""

    known: Provider
    facts: ProviderFacts
    changes: tuple[FactChanged, ...]


class SchoolClosed(NamedTuple):
    """A known school that has closed, with the day."""

    known: Provider
    closed_on: date


@dataclass(frozen=True, slots=True)
class Changes:
    """What an extract changes in the schools that are known; each list is in order of URNs."""

    new: tuple[Establishment, ...]
    changed: tuple[SchoolChanged, ...]
    closed: tuple[SchoolClosed, ...]
    reopened: tuple[Provider, ...]
    unchanged: int
    left_out: int

    def counts(self) -> dict[str, int]:
        """How many schools each of it befalls, how many stay as they are, and how many rows were left out."""
        return {
            "registered": len(self.new),
            "changed": len(self.changed),
            "closed": len(self.closed),
            "reopened": len(self.reopened),
            "unchanged": self.unchanged,
            "left_out": self.left_out,
        }

    def is_nothing(self) -> bool:
        """Whether nothing changes."""
        return not (self.new or self.changed or self.closed or self.reopened)

    def digest(self) -> str:
        """The same for the same changes alone, so that what is confirmed is what was shown."""
        told = (
            [(one.urn, one.facts) for one in self.new],
            [(one.known.urn, one.changes) for one in self.changed],
            [(one.known.urn, one.closed_on) for one in self.closed],
            [one.urn for one in self.reopened],
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()


def changes_of(extract: Extract, known: Known, today: date) -> Changes:
    """What an extract changes, given what is known; raises `Refused` with the extract's faults where it has any.

    A school that closed on a day that the extract does not give counts as closed from today.
    """
    if extract.faults:
        raise Refused(*extract.faults)
    new, changed, reopened = [], [], []
    unchanged = 0
    for one in sorted(extract.establishments, key=lambda each: each.urn):
        provider = known(one.urn)
        if provider is None:
            new.append(one)
            continue
        facts = one.onto(provider.facts)
        found = _facts_changed(provider.facts, facts)
        if found:
            changed.append(SchoolChanged(provider, facts, found))
        if provider.closed_on is not None:
            reopened.append(provider)
        unchanged += not found and provider.closed_on is None
    closed = []
    for gone in sorted(extract.closed, key=lambda each: each.urn):
        provider = known(gone.urn)
        if provider is not None and provider.closed_on is None:
            closed.append(SchoolClosed(provider, gone.closed_on or today))
    return Changes(tuple(new), tuple(changed), tuple(closed), tuple(reopened), unchanged, extract.left_out)


def refresh(work: UnitOfWork, extract: Extract) -> Changes:
    """Registers, changes, closes and reopens schools as the extract says, from today on; all or none.

    Gives what changed. Raises `Refused` with the extract's faults where it has any.
    """
    changes = changes_of(extract, lambda urn: work.state(PROVIDERS, str(urn)), work.today)
    for one in changes.new:
        work.execute(RegisterProvider(urn=one.urn, facts=one.facts, effective_on=work.today))
    for school in changes.changed:
        work.execute(ChangeProvider(urn=school.known.urn, facts=school.facts, effective_on=work.today))
    for gone in changes.closed:
        work.execute(CloseProvider(urn=gone.known.urn, closed_on=gone.closed_on))
    for provider in changes.reopened:
        work.execute(ReopenProvider(urn=provider.urn, effective_on=work.today))
    return changes


def refresh_as_shown(work: UnitOfWork, extract: Extract, digest: str) -> Changes:
    """Refreshes if that comes to the very changes of the digest; `Refused` where others were recorded since."""
    changes = changes_of(extract, lambda urn: work.state(PROVIDERS, str(urn)), work.today)
    if changes.digest() != digest:
        raise Refused(
            Fault(
                "changed-since",
                "The schools have changed since you were shown what this extract would change. Nothing was recorded.",
                mend="Look at the changes again and confirm them.",
                status=409,
            )
        )
    return refresh(work, extract)


def only_changes(extract: Extract, changes: Changes) -> Extract:
    """The part of an extract that changes something, which is all that a confirmation needs."""
    urns = {
        *(one.urn for one in changes.new),
        *(one.known.urn for one in changes.changed),
        *(one.urn for one in changes.reopened),
    }
    gone = {one.known.urn: one.closed_on for one in changes.closed}
    return Extract(
        tuple(one for one in extract.establishments if one.urn in urns),
        extract.left_out,
        (),
        tuple(Closed(urn, closed_on) for urn, closed_on in gone.items()),
    )


def packed(extract: Extract) -> str:
    """An extract as text for a form to carry until it is confirmed."""
    content = {
        "open": [
            [one.urn, {fact: getattr(one.facts, fact) for fact in sorted(one.stated)}] for one in extract.establishments
        ],
        "closed": [[one.urn, one.closed_on] for one in extract.closed],
        "left_out": extract.left_out,
    }
    return base64.b64encode(zlib.compress(orjson.dumps(content))).decode()


def unpacked(text: str) -> Extract:
    """The extract that a form carried; `Refused` where it is none."""
    try:
        inflater = zlib.decompressobj()
        content = orjson.loads(inflater.decompress(base64.b64decode(text, validate=True), _LARGEST_PACKED))
        open_ones = tuple(
            Establishment(int(urn), ProviderFacts.model_validate(facts), frozenset(facts))
            for urn, facts in content["open"]
        )
        closed = tuple(Closed(int(urn), day and date.fromisoformat(day)) for urn, day in content["closed"])
        return Extract(open_ones, int(content["left_out"]), (), closed)
    except (ValueError, TypeError, KeyError, zlib.error):
        raise Refused(
            Fault("extract", "What the form carried cannot be read.", mend="Send the file again.", status=400)
        ) from None


def _facts_changed(before: ProviderFacts, after: ProviderFacts) -> tuple[FactChanged, ...]:
    return tuple(
        FactChanged(fact, getattr(before, fact), getattr(after, fact))
        for fact in ProviderFacts.model_fields
        if getattr(before, fact) != getattr(after, fact)
    )
