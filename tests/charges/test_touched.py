"""Which agreements and placements an event makes the charges look at again. All facts are invented.

Two schools: one follows the calendar `default`, the other its own, `north`. The block B and the spot agreement S
are with the first school, T with the second.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tortoise.models import Model

from commissioning.accounts.events import WorkbookTakenIn
from commissioning.app import compose
from commissioning.charges.touched import touches
from commissioning.importing.taking_in import import_workbook
from commissioning.ledger.events import Recorded
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.work import UnitOfWork
from tests.brute_force.facts import World
from tests.brute_force.school_years import year_of_terms
from tests.brute_force.workbook import full_row, world_to_workbook
from tests.brute_force.worlds import provider
from tests.ledger_fixture import open_test_ledger
from tests.worlds.test_three_changes import agreement, child, price

pytestmark = pytest.mark.usefixtures("store")

ELSEWHERE = 900002
COUNCIL: World = {
    "Providers": [provider(0, None), provider(1, "north")],
    "Calendar": [
        row for name in ("default", "north") for year in (2025, 2026) for row in year_of_terms(name, year, timedelta())
    ],
    "Agreements": [
        agreement("B", "block", commitment_places=2, void_pct=100),
        agreement("S", "spot"),
        agreement("T", "spot") | {"provider_urn": ELSEWHERE},
    ],
    "Rates": [price(36_500, agreement_ref="B", void="yes"), price(73_000, placement_ref="P2")],
    "Placements": [child("P1", "B"), child("P2", "S"), child("P3", "T")],
}


class Listener:
    """Hears what each event touches, in the place of the charges."""

    models: Sequence[type[Model]] = ()

    def __init__(self) -> None:
        self.heard: list[tuple[str, list[tuple[str, str | None]]]] = []

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        """Notes the event's kind and what it touches."""
        touched = [(touch.agreement_ref, touch.placement) for touch in touches(recorded, work)]
        self.heard.append((type(recorded.event).__name__, touched))

    def finish(self, work: UnitOfWork) -> None:
        """Nothing waits."""

    def forget(self) -> None:
        """Nothing is held."""


class Heard:
    """A ledger that tells what each event of a workbook touched."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.listener, self.imports = folder, Listener(), 0
        whole = compose()
        projections = (*whole.projections[:-1], self.listener, whole.projections[-1])
        self.ledger: Ledger = open_test_ledger(folder, replace(whole, projections=projections))
        self.of(COUNCIL)

    def of(self, world: World) -> list[tuple[str, list[tuple[str, str | None]]]]:
        """Each event's kind with the agreements, and the placement, that it touches."""
        self.imports += 1
        path = self.folder / f"{self.imports}.xlsx"
        world_to_workbook(world, path)
        self.listener.heard.clear()
        imported = import_workbook(self.ledger, path, account="officer", command_id=path.name)
        assert imported.faults == ()
        *heard, taken_in = self.listener.heard
        assert taken_in == (WorkbookTakenIn.__name__, []), "whose hands a workbook went through touches no price"
        return heard


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[Heard]:
    made = Heard(tmp_path / "ledger")
    yield made
    made.ledger.close()


def test_a_calendar_touches_the_agreements_of_all_schools_that_follow_it(heard: Heard) -> None:
    """`default` touches those of schools without a calendar of their own; another, those of its schools."""
    for name, expected in (("default", ["B", "S"]), ("north", ["T"])):
        closed = full_row("Closures", calendar=name, first_day=date(2026, 5, 4), last_day=date(2026, 5, 4))
        touched = [(ref, None) for ref in expected]
        assert heard.of({"Closures": [closed]}) == [("AcademicYearListed", touched)]


def test_a_school_s_calendar_touches_its_agreements_and_its_new_calendar_follows(heard: Heard) -> None:
    """A school that takes to `default` touches its agreements, and from then on `default` touches them too."""
    assert heard.of({"Providers": [provider(1, None)]}) == [("ProviderChanged", [("T", None)])]
    closed = full_row("Closures", calendar="default", first_day=date(2026, 5, 4), last_day=date(2026, 5, 4))
    assert heard.of({"Closures": [closed]}) == [("AcademicYearListed", [("B", None), ("S", None), ("T", None)])]


def test_an_event_of_an_agreement_touches_everyone_on_it(heard: Heard) -> None:
    """Another commitment touches the agreement whole; another school lets the new school's calendar touch it."""
    more = agreement("B", "block", commitment_places=3, void_pct=100, effective_from=date(2026, 9, 1))
    assert heard.of({"Agreements": [more]}) == [("TermsVaried", [("B", None)])]
    moved = agreement("S", "spot") | {"provider_urn": ELSEWHERE}
    assert heard.of({"Agreements": [moved]}) == [("AgreementDetailsChanged", [("S", None)])]
    closed = full_row("Closures", calendar="north", first_day=date(2026, 5, 4), last_day=date(2026, 5, 4))
    assert heard.of({"Closures": [closed]}) == [("AcademicYearListed", [("S", None), ("T", None)])]


def test_a_placement_that_moves_touches_the_agreement_it_leaves_and_the_one_it_goes_to(heard: Heard) -> None:
    """A move from the very start leaves no version on the old agreement, and that one is still looked at."""
    assert heard.of({"Placements": [child("P2", "T")]}) == [("PlacementMoved", [("T", "P2"), ("S", "P2")])]
    later = child("P1", "S", effective_from=date(2026, 9, 1))
    assert heard.of({"Placements": [later]}) == [("PlacementMoved", [("B", "P1"), ("S", "P1")])]
    assert heard.of({"Placements": [child("P1", "B", end_on=date(2026, 12, 18))]}) == [
        ("PlacementEnded", [("B", "P1"), ("S", "P1")])
    ]


def test_what_names_a_pupil_touches_nothing(heard: Heard) -> None:
    """A name is no price."""
    named = full_row("Pupils", pupil_ref="PUP1", name="Ada Invented")
    assert heard.of({"Pupils": [named]}) == [("PupilDetailsChanged", [])]
