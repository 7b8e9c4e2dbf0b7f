"""What all forms that change a placement share: the placement as it stands, and what was recorded of it since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from aiohttp import web

from commissioning.accounts.names import Names
from commissioning.charges.facts_in_words import placement_facts
from commissioning.charges.histories import Told, told
from commissioning.charges.pages.asked import NAMES, no_such
from commissioning.ledger.reading import Reader
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.ledger.work import UnitOfWork
from commissioning.placements import refusals
from commissioning.placements.placement import PLACEMENTS, Placement
from commissioning.placements.queries import history
from commissioning.placements.words import EVENT_TITLES
from commissioning.web.forms.fields import Section, Values
from commissioning.web.forms.form import Deed, MakeDeed, Sheet
from commissioning.web.ledger_keys import READER

PLACES = {
    "end-before-start": "end_on",
    "placement-ended": "end_on",
    "not-ended": "exit",
    "notice-given": "notice_given_on",
    "version-before-start": "effective_from",
    "suspension-dates": "last_day",
    "suspension-overlap": "first_day",
    "suspension-unknown": "first_day",
    "suspension-percentage": "payable_pct",
    "funding-shares": "education_pct",
    "rate-twice": "start_on",
    "agreement-unknown": "agreement_ref",
}
"""The field that a refusal is about, by its code."""


@dataclass(frozen=True, slots=True)
class Changing:
    """A placement that somebody is about to change, as it stands now."""

    request: web.Request
    placement: Placement

    @property
    def ref(self) -> str:
        """The placement's reference."""
        return self.placement.ref

    @property
    def reader(self) -> Reader:
        """The book."""
        return self.request.app[READER]

    def sheet(
        self,
        heading: str,
        button: str,
        deed: MakeDeed,
        *sections: Section,
        known: Mapping[str, str] | None = None,
        text: str = "",
    ) -> Sheet:
        """A sheet with what all changes of a placement have in common."""
        home = f"/placements/{quote(self.ref, safe='')}"
        return Sheet(
            heading=heading,
            button=button,
            deed=deed,
            sections=sections,
            known=known or {},
            text=text,
            stream=PLACEMENTS.stream(self.ref),
            changes=self.changes_since,
            places=PLACES,
            breadcrumbs=[("Home", "/"), ("Placements", "/placements"), (self.ref, home), (heading, None)],
        )

    async def changes_since(self, version: int) -> Sequence[Mapping[str, Any]]:
        """What was recorded since a version, the newest first, as a timeline shows it."""
        recorded = await history(self.reader, self.ref, OPEN_POSITION)
        names: Names = self.request.config_dict[NAMES]
        facts = partial(placement_facts, names=await names.known())
        since = told(recorded, PLACEMENTS, facts, EVENT_TITLES)[: len(recorded) - version]
        return await as_timeline(self.request, since)


async def as_timeline(request: web.Request, entries: Sequence[Told]) -> Sequence[Mapping[str, Any]]:
    """Entries of a history as the page of a form shows them."""
    names: Names = request.config_dict[NAMES]
    known = await names.known()
    return [
        {
            "title": entry.title,
            "at": entry.recorded_at,
            "by": known.get(entry.account, entry.account),
            "effective_on": entry.effective_on,
            "position": entry.position,
            "changes": [
                {"what": change.what, "from": change.before, "to": change.after or "none"} for change in entry.changes
            ],
        }
        for entry in entries
    ]


async def changing(request: web.Request) -> Changing:
    """The placement that the address names; `Refused` where there is none."""
    ref = request.match_info["ref"]
    placement = await request.app[READER].state(PLACEMENTS, ref, OPEN_POSITION)
    if placement is None:
        raise no_such("placement", ref, "Placements")
    return Changing(request, placement)


def standing_now(work: UnitOfWork, ref: str) -> Placement:
    """The placement as it stands when the deed is done."""
    known = work.state(PLACEMENTS, ref)
    if known is None:
        raise refusals.unknown_placement(ref)
    return known


def doing(deed: Deed) -> MakeDeed:
    """The deed of a form without answers."""

    def make(_values: Values, _version: int | None) -> Deed:
        return deed

    return make
