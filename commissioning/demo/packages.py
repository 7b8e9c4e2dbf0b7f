"""What comes with a place: boarding, extras, changes of phase and band, suspensions, and shared funding."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from commissioning.demo.agreements import CardLine
from commissioning.demo.calendars import school_days
from commissioning.demo.chance import happens
from commissioning.demo.notebook import Row
from commissioning.demo.placements import Change, Extra, Placement, is_quoted
from commissioning.demo.prices import band_for
from commissioning.demo.timeline import Timeline, academic_year_of

_BOARDING = {
    "residential_term": CardLine("residential", Decimal(45_900), "term"),
    "residential_weekly": CardLine("residential", Decimal(37_240), "week"),
    "residential_52": CardLine("residential", Decimal(82_080), "week"),
}
_NIGHT_CARE = CardLine("care", Decimal(13_300), "week")
_EXTRA_PERCENT = 26
_PASSING_SUPPORT_PERCENT = 30
_SUSPENDED_PERCENT = 6
_FIRST_TOLD_OPEN_PERCENT = 40
_SHARED_COST_PERCENT = 5
_NEW_SPLIT_PERCENT = 33
_REASONS = (
    "Suspended by the school",
    "In hospital",
    "Reduced timetable agreed",
    "Refusing school, place held",
)


def add_boarding(live: list[Placement], dice: Random) -> None:
    """Make the agreed number of each agreement's live places residential."""
    by_agreement: dict[str, list[Placement]] = {}
    for placement in live:
        by_agreement.setdefault(placement.agreement.ref, []).append(placement)
    for placements in by_agreement.values():
        dice.shuffle(placements)
        settings = [s for s, number in placements[0].agreement.residential.items() for _ in range(number)]
        for placement, setting in zip(placements, settings, strict=False):
            board(placement, setting)


def board(placement: Placement, setting: str) -> None:
    """Make a placement residential from its start; a card prices the nights or the placement's own line does."""
    placement.setting = setting
    if is_quoted(placement.first_agreement):
        placement.extras.append(Extra(_BOARDING[setting], None, placement.known_on))
    if setting == "residential_52":
        placement.extras.append(Extra(_NIGHT_CARE, None, placement.known_on))


def add_extras(placement: Placement, dice: Random) -> None:
    """Agree therapy, support, transport, equipment or a deduction for about three places in ten."""
    if not happens(dice, _EXTRA_PERCENT):
        return
    kinds = dice.choices(
        ("therapy", "support", "transport", "equipment", "assessment", "deduction"),
        (32, 30, 24, 7, 4, 3),
        k=2,
    )
    for kind in dict.fromkeys(kinds[: dice.choice((1, 1, 2))]):
        extra = Extra(_extra_line(kind, dice), None, placement.known_on)
        if kind == "support" and happens(dice, _PASSING_SUPPORT_PERCENT):
            ends_on = placement.start_on + timedelta(days=dice.choice((84, 182, 273)))
            extra.ends_on = ends_on if ends_on < (placement.end_on or date.max) else None
        placement.extras.append(extra)


def _extra_line(kind: str, dice: Random) -> CardLine:
    if kind == "therapy":
        weekly = Decimal(dice.choice(("1", "1.5", "2", "3")))
        return CardLine("therapy", Decimal(dice.choice(("62.50", "68.00", "74.25"))), "hour", quantity=weekly)
    if kind == "support":
        hours = Decimal(dice.choice(("10", "12.5", "15", "25")))
        return CardLine("support", Decimal(dice.choice(("17.95", "18.60", "19.40"))), "hour", quantity=hours)
    if kind == "transport":
        days = Decimal(dice.choice((3, 5, 5, 5)))
        return CardLine("transport", Decimal(dice.randrange(5_700, 11_400, 190)), "day", quantity=days)
    if kind == "equipment":
        return CardLine("equipment", Decimal(dice.randrange(450, 2_600, 25)), "once")
    if kind == "assessment":
        return CardLine("assessment", Decimal(dice.choice((380, 450, 620))), "once")
    return CardLine("other", Decimal(-dice.randrange(750, 3_250, 250)))


def add_phase_changes(placement: Placement, timeline: Timeline, dice: Random) -> None:
    """Record each September in which the pupil went up to the next phase at the same school."""
    year = academic_year_of(placement.start_on) + 1
    last_on = min(placement.end_on or date.max, timeline.last_entry_on)
    while date(year, 9, 1) <= last_on:
        day = date(year, 9, 1)
        phase = placement.pupil.phase_on(day)
        if phase != placement.pupil.phase_on(day - timedelta(days=1)):
            known_on = max(day + timedelta(days=dice.randint(-30, 20)), timeline.opened_on)
            placement.changes.append(Change(day, known_on, {"phase": phase}))
        year += 1


def add_band_change(placement: Placement, timeline: Timeline, dice: Random) -> None:
    """Let some pupils under a banded agreement be assessed a band higher after a year or so."""
    higher = band_for(placement.agreement.model, placement.need, demanding=True)
    change_on = placement.start_on + timedelta(days=dice.choice((196, 364, 392)))
    room = timeline.last_entry_on - timedelta(days=30)
    lived = (placement.end_on or date.max) > change_on > timeline.opened_on and change_on < room
    fits = placement.first_agreement is placement.agreement and placement.demanding and not placement.changes
    if fits and lived and higher and placement.setting == "day":
        placement.band_lowered = True
        known_on = change_on + timedelta(days=dice.randint(5, 70))
        placement.changes.append(Change(change_on, known_on, {"band": higher}))


def add_suspension(placement: Placement, timeline: Timeline, dice: Random) -> None:
    """Put a few days or weeks of some placements at half pay, no pay or full pay; a few are still open today."""
    if not happens(dice, _SUSPENDED_PERCENT):
        return
    last_on = min(placement.end_on or date.max, timeline.last_entry_on)
    first_on = max(placement.start_on, timeline.opened_on)
    years = range(academic_year_of(first_on), academic_year_of(last_on) + 1)
    days = [day for year in years for day in school_days(year) if first_on < day < last_on]
    if not days:
        return
    first_day = dice.choice(days)
    last_day = first_day + timedelta(days=dice.choice((2, 4, 9, 18, 32)))
    row: Row = {
        "first_day": first_day,
        "last_day": None if last_day > last_on else last_day,
        "payable_pct": Decimal(dice.choice((0, 50, 50, 100))),
        "reason": dice.choice(_REASONS),
        "withdrawn": None,
    }
    if last_day <= last_on and happens(dice, _FIRST_TOLD_OPEN_PERCENT):
        placement.suspensions.append((first_day + timedelta(days=2), row | {"last_day": None}))
    known_on = first_day + timedelta(days=3) if row["last_day"] is None else last_day + timedelta(days=5)
    placement.suspensions.append((min(known_on, timeline.last_entry_on), row))


def add_funding(placement: Placement, timeline: Timeline, dice: Random) -> None:
    """Share the cost of places that also meet health or care needs; one in three shares changes a year on."""
    boards = placement.setting == "residential_52"
    if not boards and not happens(dice, _SHARED_COST_PERCENT):
        return
    splits = ((40, 20, 40), (45, 15, 40)) if boards else ((80, 20, 0), (75, 0, 25), (70, 20, 10))
    placement.funding.append((placement.known_on, split_row(dice.choice(splits), None)))
    later = placement.start_on + timedelta(days=365)
    if happens(dice, _NEW_SPLIT_PERCENT) and timeline.opened_on < later < timeline.last_entry_on:
        placement.funding.append((later + timedelta(days=40), split_row((60, 20, 20), later)))


def split_row(percents: tuple[int, int, int], effective_from: date | None) -> Row:
    """Return the values of the Funding sheet for education, health and care per cent."""
    education, health, care = percents
    return {
        "education_pct": Decimal(education),
        "health_pct": Decimal(health),
        "care_pct": Decimal(care),
        "effective_from": effective_from,
    }
