"""The identities of series and cohorts: what a charge is for, stored once (projections.py)."""

from typing import NamedTuple, cast

from commissioning.charges.projections import Cohort, Series
from commissioning.ledger.tables import Tables
from commissioning.placements.facts import PlacementVersion
from commissioning.placements.placement import Placement
from contracts.agreement import Agreement

CohortKey = tuple[str, int, str | None, str | None, str | None, str]
"""Model, provider's URN, need, phase, setting and kind."""
SeriesKey = tuple[int, str | None, str | None, str | None, str | None, str | None, str | None]
"""Cohort, placement, pupil, component, band, home area and route."""


class Place(NamedTuple):
    """Whose charges: the facts of a placement's version, or none of them for a void."""

    placement_ref: str | None
    pupil: str | None
    need: str | None
    phase: str | None
    setting: str | None
    band: str | None
    home_area: str | None
    route: str | None


NO_PUPIL = Place(None, None, None, None, None, None, None, None)


def place_of(placement: Placement, version: PlacementVersion) -> Place:
    """The place a placement fills under one of its versions."""
    return Place(
        placement.ref,
        placement.pupil,
        placement.need,
        version.phase,
        version.setting,
        version.band,
        version.home_area,
        version.route,
    )


class SeriesIndex:
    """Series and cohort identities, read once an agreement and made where they are new."""

    def __init__(self) -> None:
        self._cohorts: dict[CohortKey, int] = {}
        self._facts: dict[int, CohortKey] = {}
        self._met: dict[int, tuple[int, str | None]] = {}
        self._agreements: dict[str, dict[SeriesKey, int]] = {}
        self._loaded = False

    def forget(self) -> None:
        """Drops everything that was read."""
        self._cohorts.clear()
        self._facts.clear()
        self._met.clear()
        self._agreements.clear()
        self._loaded = False

    def begin(self, agreement_ref: str) -> None:
        """Notes an agreement that is new, so that nothing is read for it."""
        self._agreements[agreement_ref] = {}

    def cohort_of(self, series: int) -> int:
        """The cohort of a series that was met."""
        return self._met[series][0]

    def pupil_of(self, series: int) -> str | None:
        """The pupil of a series that was met; None of a void."""
        return self._met[series][1]

    def facts_of(self, tables: Tables, cohort: int) -> CohortKey:
        """What a cohort stands for."""
        self._load_cohorts(tables)
        return self._facts[cohort]

    def of_place(self, tables: Tables, agreement_ref: str, placement_ref: str | None) -> dict[int, str | None]:
        """All series of one place under an agreement, with the component of each."""
        known = self._of_agreement(tables, agreement_ref)
        return {identity: key[3] for key, identity in known.items() if key[1] == placement_ref}

    def identity(self, tables: Tables, agreement: Agreement, place: Place, component: str | None, kind: str) -> int:
        """The identity of a series, new where it was never met."""
        known = self._of_agreement(tables, agreement.ref)
        cohort = self._cohort(
            tables,
            (agreement.model, agreement.provider_urn, place.need, place.phase, place.setting, kind),
        )
        key: SeriesKey = (
            cohort,
            place.placement_ref,
            place.pupil,
            component,
            place.band,
            place.home_area,
            place.route,
        )
        found = known.get(key)
        if found is None:
            found = known[key] = tables.new_identity(Series)
            self._met[found] = (cohort, place.pupil)
            tables.insert(Series, (found, tables.book, cohort, agreement.ref, *key[1:]))
        return found

    def _cohort(self, tables: Tables, key: CohortKey) -> int:
        self._load_cohorts(tables)
        found = self._cohorts.get(key)
        if found is None:
            found = self._cohorts[key] = tables.new_identity(Cohort)
            self._facts[found] = key
            tables.insert(Cohort, (found, tables.book, *key))
        return found

    def _load_cohorts(self, tables: Tables) -> None:
        if not self._loaded:
            rows = tables.query(
                "SELECT id, model, provider_urn, need, phase, setting, kind FROM charges_cohort WHERE book = ?",
                (tables.book,),
            )
            self._facts = {row[0]: cast(CohortKey, row[1:]) for row in rows}
            self._cohorts = {key: identity for identity, key in self._facts.items()}
            self._loaded = True

    def _of_agreement(self, tables: Tables, agreement_ref: str) -> dict[SeriesKey, int]:
        known = self._agreements.get(agreement_ref)
        if known is None:
            rows = tables.query(
                "SELECT id, cohort_id, placement_ref, pupil, component, band, home_area, route "
                "FROM charges_series WHERE book = ? AND agreement_ref = ?",
                (tables.book, agreement_ref),
            )
            known = {cast(SeriesKey, row[1:]): row[0] for row in rows}
            self._met.update((row[0], (row[1], row[3])) for row in rows)
            self._agreements[agreement_ref] = known
        return known
