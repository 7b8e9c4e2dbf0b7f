"""The history of Norrowshire County Council, an invented council, as the workbooks it imported.

Pure and seeded: the same day and the same seed give the same history. Every district, school, owner and pupil
in it is made up (see `names`).
"""

from collections.abc import Iterator
from datetime import date

from commissioning.demo.agreements import Agreement, record_agreement
from commissioning.demo.budgets import record_budgets
from commissioning.demo.calendars import record_calendars
from commissioning.demo.catalogue import Catalogue
from commissioning.demo.chance import seeded
from commissioning.demo.cohort import Cohort
from commissioning.demo.notebook import Notebook, Recording
from commissioning.demo.packages import (
    add_band_change,
    add_boarding,
    add_extras,
    add_funding,
    add_phase_changes,
    add_suspension,
)
from commissioning.demo.placements import Placement, record_placement
from commissioning.demo.reviews import record_reviews
from commissioning.demo.schools import invent_schools, record_schools
from commissioning.demo.stories import STORIES, Troubles
from commissioning.demo.timeline import Timeline, timeline_until


def council_history(today: date, seed: int = 20260401) -> Iterator[Recording]:
    """Yield the workbooks of three to four years in order of `recorded_at`, the last on a weekday before today.

    The first, on 1 April three financial years before today's, brings the standing picture over. Sheets
    and columns are those of the import workbook; amounts are pounds with two decimals, yes/no cells are "yes",
    "no" or None.
    """
    timeline = timeline_until(today)
    notebook = Notebook()
    schools = invent_schools(timeline, seeded(seed, "schools"))
    agreements = Catalogue(schools, timeline, seeded(seed, "agreements")).agreements()
    record_schools(schools, timeline, notebook)
    record_calendars(timeline, notebook)
    record_budgets(agreements, timeline, notebook)
    for agreement in agreements:
        if agreement.former:
            record_agreement(agreement.former, timeline, notebook)
        record_agreement(agreement, timeline, notebook)
    live, others = _placements(agreements, timeline, seed)
    for placement in live + others:
        record_placement(placement, timeline, notebook)
    reviewing = seeded(seed, "reviews")
    for placement in live:
        if placement.agreement.model != "state_place":
            record_reviews(placement, timeline, notebook, reviewing)
    yield from notebook.recordings(timeline)


def _placements(
    agreements: tuple[Agreement, ...], timeline: Timeline, seed: int
) -> tuple[list[Placement], list[Placement]]:
    """Invent the live placements and the others (leavers, and starters of the coming weeks), numbered."""
    cohort = Cohort(timeline, seeded(seed, "cohort"))
    live = cohort.live(agreements)
    cohort.leaving_soon(live)
    leavers = [*cohort.leavers(live), *cohort.earlier_schools(live, agreements)]
    packing = seeded(seed, "packages")
    add_boarding(live, packing)
    for placement in live + leavers:
        if placement.agreement.model != "state_place":
            if placement.first_agreement.model != "block" and placement.agreement.model != "block":
                add_extras(placement, packing)
            add_funding(placement, timeline, packing)
        add_phase_changes(placement, timeline, packing)
        add_band_change(placement, timeline, packing)
        add_suspension(placement, timeline, packing)
    Troubles(timeline, seeded(seed, "troubles")).befall(live, leavers)
    others = leavers + list(cohort.starting_soon(agreements))
    _number(live + others)
    return live, others


def _number(placements: list[Placement]) -> None:
    """Give references in the order of becoming known; the first of each story has its story's own."""
    told: set[str] = set()
    for number, placement in enumerate(sorted(placements, key=lambda p: (p.known_on, p.start_on)), start=1):
        placement.ref = f"PL-{10000 + number}"
    for placement in placements:
        if placement.story and placement.story not in told:
            told.add(placement.story)
            placement.ref = STORIES[placement.story].ref
