"""What all forms that change an agreement share: the agreement as it stands, and what was recorded of it since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from aiohttp import web

from commissioning.charges.agreement_forms.pages.making import PLACES
from commissioning.charges.facts_in_words import agreement_facts
from commissioning.charges.forms.pages.changing import as_timeline
from commissioning.charges.histories import told
from commissioning.charges.pages.asked import no_such
from commissioning.ledger.errors import Refused
from commissioning.ledger.reading import Reader
from commissioning.ledger.said import said
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.ledger.work import UnitOfWork
from commissioning.web.forms.fields import Section
from commissioning.web.forms.form import MakeDeed, Sheet
from commissioning.web.language import _
from commissioning.web.ledger_keys import READER
from contracts.agreement import AGREEMENTS, Agreement, unknown_agreement
from contracts.words import EVENT_TITLES
from providers.queries import all_providers
from providers.words import told_apart

_PLACES = {
    **PLACES,
    "terms-before-start": "effective_from",
    "no-extension": "end_on",
    "two-prices-on-one-date": "start_on",
}
"""The field that a refusal is about, by its code."""


@dataclass(frozen=True, slots=True)
class Changing:
    """An agreement that somebody is about to change, as it stands now."""

    request: web.Request
    agreement: Agreement

    @property
    def ref(self) -> str:
        """The agreement's reference."""
        return self.agreement.ref

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
        costs: bool = True,
    ) -> Sheet:
        """A sheet with what all changes of an agreement have in common."""
        home = f"/agreements/{quote(self.ref, safe='')}"
        return Sheet(
            heading=heading,
            button=button,
            deed=deed,
            sections=sections,
            known=known or {},
            text=text,
            stream=AGREEMENTS.stream(self.ref),
            changes=self.changes_since,
            places=_PLACES,
            costs=costs,
            breadcrumbs=[(_("Home"), "/"), (_("Agreements"), "/agreements"), (self.ref, home), (heading, None)],
        )

    async def changes_since(self, version: int) -> Sequence[Mapping[str, Any]]:
        """What was recorded since a version, the newest first, as a timeline shows it."""
        recorded = await self.reader.history(AGREEMENTS.stream(self.ref), OPEN_POSITION)
        facts = partial(agreement_facts, schools=told_apart(await all_providers(self.reader)))
        since = told(recorded, AGREEMENTS, facts, EVENT_TITLES)[: len(recorded) - version]
        return await as_timeline(self.request, since)


async def changing(request: web.Request) -> Changing:
    """The agreement that the address names; `Refused` where there is none."""
    ref = request.match_info["ref"]
    agreement = await request.app[READER].state(AGREEMENTS, ref, OPEN_POSITION)
    if agreement is None:
        raise no_such(said("agreement"), ref, said("Agreements"))
    return Changing(request, agreement)


def standing_now(work: UnitOfWork, ref: str) -> Agreement:
    """The agreement as it stands when the deed is done."""
    known = work.state(AGREEMENTS, ref)
    if known is None:
        raise Refused(unknown_agreement(ref))
    return known
