"""Annual reviews of the invented county's live placements: most in time, some late, some never concluded."""

from datetime import date, timedelta
from random import Random

from commissioning.demo.chance import happens
from commissioning.demo.notebook import Notebook, Row
from commissioning.demo.placements import Placement
from commissioning.demo.timeline import Timeline

ANNUAL = "ehc_annual"
SIX_WEEKS = "six_week_check"
_OUTCOMES = ("maintain", "maintain", "maintain", "amend", "amend", "cease")
_NOT_HELD_PERCENT = 6
_YEAR = timedelta(days=365)


def record_reviews(placement: Placement, timeline: Timeline, notebook: Notebook, dice: Random) -> None:
    """Write the review that fell due in the last year, how it went, and the one that follows from it."""
    started_on = max(placement.start_on, timeline.opened_on)
    if timeline.last_entry_on - started_on < timedelta(days=75):
        _check_after_six_weeks(placement, timeline, notebook, dice)
        return
    if timeline.last_entry_on - started_on < _YEAR + timedelta(days=30):
        notebook.note(placement.known_on, "Reviews", _row(placement, ANNUAL, placement.start_on + _YEAR))
        return
    due_on = timeline.last_entry_on - timedelta(days=dice.randint(5, 330))
    if happens(dice, _NOT_HELD_PERCENT):
        known_on = max(due_on - timedelta(days=60), placement.known_on)
        notebook.note(known_on, "Reviews", _row(placement, ANNUAL, due_on))
        return
    held_on = due_on + timedelta(days=dice.randint(-25, 20))
    concluded_on = held_on + timedelta(days=dice.choice((14, 21, 26, 28, 40, 55, 84)))
    row = _row(placement, ANNUAL, due_on)
    if concluded_on > timeline.last_entry_on:
        known_on = max(min(held_on + timedelta(days=6), timeline.last_entry_on), placement.known_on)
        notebook.note(known_on, "Reviews", row | {"held_on": held_on if held_on <= known_on else None})
        return
    known_on = max(min(concluded_on + timedelta(days=8), timeline.last_entry_on), placement.known_on)
    outcome = dice.choice(_OUTCOMES)
    held: Row = {"held_on": held_on, "concluded_on": concluded_on, "outcome": outcome}
    notebook.note(known_on, "Reviews", row | held)
    if outcome != "cease":
        notebook.note(known_on, "Reviews", _row(placement, ANNUAL, concluded_on + _YEAR))


def _check_after_six_weeks(placement: Placement, timeline: Timeline, notebook: Notebook, dice: Random) -> None:
    """Write the check of a new placement; most of those whose day has come were held within the week."""
    due_on = placement.start_on + timedelta(days=42)
    row = _row(placement, SIX_WEEKS, due_on)
    held_on = due_on + timedelta(days=dice.randint(-4, 3))
    if held_on < timeline.last_entry_on and not happens(dice, _NOT_HELD_PERCENT):
        row |= {"held_on": held_on, "concluded_on": held_on, "outcome": "satisfactory"}
        notebook.note(max(held_on, placement.known_on), "Reviews", row)
        return
    notebook.note(placement.known_on, "Reviews", row)


def _row(placement: Placement, kind: str, due_on: date) -> Row:
    """Return a review that is due and not yet held."""
    return {
        "placement_ref": placement.ref,
        "kind": kind,
        "due_on": due_on,
        "held_on": None,
        "concluded_on": None,
        "outcome": None,
    }
