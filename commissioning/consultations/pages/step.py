"""What all steps of a consultation share: the consultation as it stands, the schools, where refusals belong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from aiohttp import web

from commissioning.charges.forms.pages.changing import as_timeline
from commissioning.charges.histories import told
from commissioning.charges.pages.asked import TODAY
from commissioning.consultations.consultation import CONSULTATIONS, Consultation
from commissioning.consultations.in_words import consultation_facts
from commissioning.consultations.in_words import prices as prices_in_words
from commissioning.consultations.queries import history
from commissioning.consultations.words import EVENT_TITLES
from commissioning.ledger.reading import Reader
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.web.forms.fields import Field, Section, as_typed
from commissioning.web.forms.form import MakeDeed, Sheet
from commissioning.web.forms.kinds import Choice
from commissioning.web.language import N_, _
from commissioning.web.ledger_keys import READER
from contracts.queries import all_agreements
from contracts.words import MODELS

_PLACES = {
    "no-offer": "provider_urn",
    "agreement-school": "agreement_ref",
    "agreement-unknown": "agreement_ref",
    "placement-known": "placement_ref",
    "rate-twice": "rates",
    "too-early-signed_on": "signed_on",
    "outside-agreement": "start_on",
}
SEALED = N_("Sealed: it can be opened for this pupil alone")


@dataclass(frozen=True, slots=True)
class Step:
    """A consultation that somebody takes a step with, and the names of all schools."""

    request: web.Request
    known: Consultation
    schools: Mapping[int, str]

    @property
    def reader(self) -> Reader:
        """The book."""
        return self.request.app[READER]

    @property
    def today(self) -> str:
        """Today, as somebody would type it."""
        return as_typed(self.request.config_dict[TODAY]())

    def offering(self) -> dict[str, str]:
        """The schools that offer a place, with the price they ask."""
        return {
            str(one.urn): f"{self.schools[one.urn]}: {prices_in_words(one.rates)}"
            for one in self.known.schools
            if one.offered
        }

    async def agreements(self, urn: int | None) -> dict[str, str]:
        """The agreements with a school, or with any that offers."""
        urns = {one.urn for one in self.known.schools if one.offered} if urn is None else {urn}
        return {
            one.ref: f"{one.ref}, {MODELS[one.model].lower()}, {self.schools.get(one.provider_urn, '')}"
            for one in await all_agreements(self.reader)
            if one.provider_urn in urns
        }

    def sheet(
        self,
        heading: str,
        button: str,
        deed: MakeDeed,
        *sections: Section,
        known: Mapping[str, str] | None = None,
        text: str = "",
        costs: bool = False,
    ) -> Sheet:
        """A sheet with what all steps have in common."""
        ref = self.known.ref
        home = f"/consultations/{quote(ref, safe='')}"
        return Sheet(
            heading=heading,
            button=button,
            deed=deed,
            sections=sections,
            known=known or {},
            text=text,
            costs=costs,
            places=_PLACES,
            stream=CONSULTATIONS.stream(ref),
            changes=self.changes_since,
            breadcrumbs=[(_("Home"), "/"), (_("Consultations"), "/consultations"), (ref, home), (heading, None)],
        )

    async def changes_since(self, version: int) -> Sequence[Mapping[str, Any]]:
        """What was recorded since a version, as a timeline shows it."""
        recorded = await history(self.reader, self.known.ref, OPEN_POSITION)
        facts = partial(consultation_facts, names=self.schools)
        since = told(recorded, CONSULTATIONS, facts, EVENT_TITLES)[: len(recorded) - version]
        return await as_timeline(self.request, since)


def school_field(schools: Mapping[str, str]) -> Field:
    """A question for one of some schools."""
    return Field("provider_urn", N_("School"), Choice(schools, blank=N_("Choose a school")))
