"""What a workbook would change, found by taking it in and undoing that: its events in words, and what they cost."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from commissioning.charges.effects import effects_by_model
from commissioning.importing.faults import Fault
from commissioning.importing.taking_in import Imported, TakingIn
from commissioning.ledger.work import UnitOfWork
from commissioning.placements import words as placements
from commissioning.web.language import N_, Labels
from contracts import words as contracts
from providers import words as providers

LISTED = 100
"""Events that are told one by one; the rest by their number."""
_KINDS = Labels(
    {
        "provider": N_("School"),
        "calendar": N_("Term calendar"),
        "agreement": N_("Agreement"),
        "placement": N_("Placement"),
        "review": N_("Reviews of placement"),
        "budget": N_("Budget"),
    }
)
"""What each kind of stream is called; a pupil's says nothing, because its key is made anew each time it is tried."""
_TITLES: Sequence[Mapping[str, str]] = (
    providers.EVENT_TITLES,
    contracts.EVENT_TITLES,
    placements.EVENT_TITLES,
    placements.REVIEW_EVENT_TITLES,
    placements.PUPIL_EVENT_TITLES,
)


class ToldEvent(NamedTuple):
    """One event that would be recorded: its kind, of which stream, and from when it is true.

    It is found where no reader is known, and said in words when it is read.
    """

    kind: str
    stream: str
    effective_on: date

    @property
    def title(self) -> str:
        """What the event is called."""
        return title_of(self.kind)

    @property
    def record(self) -> str:
        """Of which record it is."""
        kind, _, key = self.stream.partition(":")
        return f"{_KINDS[kind]} {key}" if kind in _KINDS else kind.capitalize()


@dataclass(slots=True)
class Preview:
    """What trying a workbook came to. `costs` are signed pence of this financial year by model, `kinds` count events.

    `position` is where the ledger stood, and `second_person` says why another than the uploader has to confirm it.
    """

    position: int
    kinds: Mapping[str, int] = field(default_factory=dict)
    listed: Sequence[ToldEvent] = ()
    costs: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    second_person: str = ""

    @property
    def count(self) -> int:
        """How many events would be recorded."""
        return sum(self.kinds.values())

    @property
    def events(self) -> Mapping[str, int]:
        """How many would be recorded of each kind, by what it is called; the most first."""
        told: Counter[str] = Counter()
        for kind, number in self.kinds.items():
            told[title_of(kind)] += number
        return dict(told.most_common())


class Trying:
    """The deed that takes a workbook in and looks at what came of it; to be rehearsed, never kept."""

    def __init__(self, deed: TakingIn) -> None:
        self._deed = deed
        self.preview = Preview(0)

    def __call__(self, work: UnitOfWork) -> None:
        """Carries every row out and reads, inside the transaction, what was recorded and what it costs."""
        before = self.preview.position = work.log.head.position
        self._deed(work)
        work.finish_projections()
        rows = work.tables.query(
            "SELECT type, stream, effective_on FROM ledger_event WHERE book = ? AND position > ? AND type <> ? "
            "ORDER BY position",
            (work.tables.book, before, "WorkbookTakenIn"),
        )
        self.preview.kinds = Counter(kind for kind, _stream, _day in rows)
        self.preview.listed = [ToldEvent(kind, stream, date.fromisoformat(day)) for kind, stream, day in rows[:LISTED]]
        self.preview.costs = effects_by_model(work, before)
        self.preview.changed = self._deed.changed

    def refused(self, imported: Imported) -> Preview:
        """What is known where the workbook has faults."""
        return Preview(imported.position, faults=imported.faults)


def title_of(kind: str) -> str:
    """An event in words; one that no package names is called by its own name."""
    named = next((titles[kind] for titles in _TITLES if kind in titles), "")
    return named or re.sub(r"(?<!^)(?=[A-Z])", " ", kind).capitalize()
