"""Later workbooks: random changes to a council that is known already, as officers send them in.

A change turns a valid world into another; the workbook that brings it states the rows that are new or other
than before, or the whole world again. Both must come to the same.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Literal

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from tests.brute_force.facts import Row, World, day, sure, text, yes
from tests.brute_force.school_years import Draw
from tests.brute_force.validity import faults
from tests.brute_force.worlds import worlds
from tests.worlds.changes_of_agreements import AGREEMENT_CHANGES
from tests.worlds.changes_of_placements import PLACEMENT_CHANGES

CHANGES: list[Callable[[Draw, World], None]] = [*PLACEMENT_CHANGES, *PLACEMENT_CHANGES, *AGREEMENT_CHANGES]
"""What can happen in a later workbook; placements change the more often."""

Interlude = Literal["none", "restart", "rehearsal"]


@dataclass(frozen=True)
class Step:
    """One import: its rows, the world that is known after it, and what happens to the program just before."""

    workbook: World
    world: World
    before: Interlude = "none"


@dataclass(frozen=True)
class History:
    """Imports in order, and how often checkpoints are written and how many rows are kept in memory."""

    steps: list[Step]
    least_changes: int
    rows_kept: int

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        """Tells a failing history in few words: its workbooks without calendars, pupils and blank cells."""
        lines = [f"a checkpoint every {self.least_changes}, {self.rows_kept} rows kept"]
        for number, step in enumerate(self.steps, start=1):
            lines.append(f"workbook {number}, before it {step.before}")
            lines += [
                f"  {sheet}: " + ", ".join(f"{name}={value}" for name, value in row.items() if value is not None)
                for sheet, rows in step.workbook.items()
                if number > 1 or sheet not in {"Calendar", "Pupils"}
                for row in rows
            ]
        printer.text("\n".join(lines))


@st.composite
def histories(draw: Draw) -> History:
    """Make a council and one to four later workbooks that change it."""
    world = draw(worlds())
    steps = [Step(world, world)]
    for _ in range(draw(st.integers(1, 4))):
        changed = world
        for change in draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3)):
            changed = changed_by(draw, change, changed)
        workbook = changed if draw(st.integers(1, 4)) == 4 else difference(world, changed)
        steps.append(Step(workbook, changed, draw(st.sampled_from(["none", "none", "restart", "rehearsal"]))))
        world = changed
    return History(steps, draw(st.sampled_from([1, 6, 40, 20_000])), draw(st.sampled_from([400_000, 400_000, 0, 15])))


def changed_by(draw: Draw, change: Callable[[Draw, World], None], world: World) -> World:
    """Return the world after a change; the same world where the change would be a fault."""
    changed = deepcopy(world)
    change(draw, changed)
    return world if faults(changed) or prices_clash(changed) else changed


def difference(before: World, after: World) -> World:
    """Return the rows of a workbook that turns one world into another: what is new or other than before."""
    found: World = {}
    for sheet, rows in after.items():
        found[sheet] = [row for row in rows if row not in before.get(sheet, [])]
    sets = {(row["agreement_ref"], row["effective_from"]) for row in found["Tiers"]}
    old = [row for row in before["Tiers"] if row not in after["Tiers"]]
    sets |= {(row["agreement_ref"], row["effective_from"]) for row in old}
    found["Tiers"] = [row for row in after["Tiers"] if (row["agreement_ref"], row["effective_from"]) in sets]
    return found


def prices_clash(world: World) -> bool:
    """Say whether a price stands where a withdrawn one says that exactly this price never held."""
    starts = {
        str(row[column]): sure(day(row, "start_on"))
        for sheet, column in (("Agreements", "agreement_ref"), ("Placements", "placement_ref"))
        for row in world[sheet]
    }
    held: set[tuple[object, ...]] = set()
    withdrawn: set[tuple[object, ...]] = set()
    for row in world["Rates"]:
        (held, withdrawn)[yes(row, "withdrawn", blank=False)].add(identity(row, starts))
    return bool(held & withdrawn)


def identity(row: Row, starts: dict[str, date]) -> tuple[object, ...]:
    """Return what says which price a row is: whose, of what, from when, how much."""
    owner = text(row, "agreement_ref") or text(row, "placement_ref") or ""
    named = [row[column] for column in ("component", "unit", "band", "setting", "amount")]
    return owner, *named, day(row, "effective_from") or starts[owner]
