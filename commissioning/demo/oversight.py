"""How the invented county watches its schools: inspections, documents, visits and what they asked for, contacts.

One school fell short a year ago, as its grade tells (schools.py); another does so now and takes no new pupils.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from commissioning.demo.chance import happens
from commissioning.demo.names import person
from commissioning.demo.schools import FELL_SHORT, School
from commissioning.demo.timeline import Timeline
from commissioning.ledger.work import Command
from providers.oversight.commands import (
    AgreeAction,
    RecordActionDone,
    RecordContact,
    RecordDocument,
    RecordInspection,
    RecordVisit,
    SetInspectionMark,
    SuspendNewPlacements,
)
from providers.oversight.facts import ContactPost, DocumentKind, InspectionOutcome

Entered = Iterator[tuple[date, Command]]
"""Commands, each with the day on which what it says came to be known."""

_FALLS_SHORT_NOW = 17
_OUTCOMES: dict[str, InspectionOutcome] = {
    "outstanding": "outstanding",
    "good": "good",
    "requires improvement": "requires_improvement",
}
_YEARLY: tuple[DocumentKind, ...] = ("safeguarding_policy", "public_liability_insurance")
_POSTS: tuple[ContactPost, ...] = ("head", "finance")
_FINDINGS = (
    ("Lessons calm and well planned; the record of physical interventions was a month behind.",
     "Bring the record of interventions up to date and send the last two months of it.", "Head"),
    ("Pupils speak well of staff. Two of five care plans that were read had no named key worker.",
     "Name a key worker on every care plan.", "Head of care"),
    ("Good progress in reading. Attendance of six pupils placed by us is below 80%.",
     "Agree an attendance plan for each of the six pupils with their families.", "SEND co-ordinator"),
    ("The therapy promised in three plans was given every second week, not weekly.",
     "Give the therapy that the plans name, and tell how the missed hours are made good.", "Proprietor"),
)  # fmt: skip


def school_oversight(schools: Sequence[School], timeline: Timeline, dice: Random) -> Entered:
    """Everything the council recorded of its schools beside their facts."""
    yield timeline.opened_on, SetInspectionMark(mark="requires_improvement")
    for index, school in enumerate(schools):
        yield from _inspections(index, school, timeline, dice)
        if school.type not in ("state_special", "resource_base"):
            yield from _documents(school, timeline, dice)
            yield from _contacts(school, timeline, dice)
            if index % 4 == 1:
                yield from _visit(school, timeline, dice)
    urn = schools[_FALLS_SHORT_NOW].urn
    reason = "Ofsted found the independent school standards not met; no new pupils until its action plan is accepted."
    suspended_on = timeline.last_entry_on
    yield suspended_on, SuspendNewPlacements(urn=urn, suspended_from=suspended_on + timedelta(days=1), reason=reason)


def _inspections(index: int, school: School, timeline: Timeline, dice: Random) -> Entered:
    """The inspection that gave the school its grade, years ago, and those since that the story tells of."""
    outcome = _OUTCOMES[school.inspection_grade]
    first = timeline.opened_on - timedelta(days=dice.randint(40, 700))
    yield timeline.opened_on, _inspection(school, first, outcome)
    if index == FELL_SHORT:
        held_on = timeline.last_entry_on - timedelta(days=383)
        yield held_on + timedelta(days=18), _inspection(school, held_on, "inadequate", safeguarding=False)
    elif index == _FALLS_SHORT_NOW:
        held_on = timeline.last_entry_on - timedelta(days=24)
        yield timeline.last_entry_on - timedelta(days=3), _inspection(school, held_on, "standards_not_met")
    elif happens(dice, 35):
        held_on = timeline.opened_on + timedelta(days=dice.randint(200, 800))
        yield held_on + timedelta(days=21), _inspection(school, held_on, outcome)


def _inspection(
    school: School, held_on: date, outcome: InspectionOutcome, *, safeguarding: bool = True
) -> RecordInspection:
    return RecordInspection(
        urn=school.urn,
        inspected_on=held_on,
        body="ofsted",
        outcome=outcome,
        safeguarding_effective=safeguarding,
        published_on=held_on + timedelta(days=17),
        report_ref=f"Report {school.urn}-{held_on:%y%m}",
    )


def _documents(school: School, timeline: Timeline, dice: Random) -> Entered:
    """Documents of the last year; a few have run out, some soon will."""
    for kind in _YEARLY:
        since = timeline.last_entry_on - timedelta(days=dice.choice((20, 90, 160, 220, 300, 345, 372)))
        checked_on = since + timedelta(days=dice.randint(1, 14))
        yield (
            checked_on,
            RecordDocument(
                urn=school.urn,
                kind=kind,
                reference=f"{kind[:2].upper()}-{dice.randint(10_000, 99_999)}",
                valid_from=since,
                valid_until=since + timedelta(days=364),
                checked_on=min(checked_on, timeline.last_entry_on),
            ),
        )


def _contacts(school: School, timeline: Timeline, dice: Random) -> Entered:
    for post in _POSTS:
        name = person(dice)
        address = f"{name.split()[0].lower()}@school-{school.urn}.example"
        yield timeline.opened_on, RecordContact(urn=school.urn, post=post, name=name, email=address)


def _visit(school: School, timeline: Timeline, dice: Random) -> Entered:
    """A visit of the last year and the one action it led to, done or not."""
    visited_on = timeline.last_entry_on - timedelta(days=dice.randint(30, 330))
    findings, action, owner = dice.choice(_FINDINGS)
    due_on = visited_on + timedelta(days=42)
    yield visited_on, RecordVisit(urn=school.urn, visited_on=visited_on, findings=findings)
    yield visited_on, AgreeAction(urn=school.urn, visited_on=visited_on, what=action, owner=owner, due_on=due_on)
    done_on = due_on - timedelta(days=dice.randint(0, 12))
    if done_on <= timeline.last_entry_on and happens(dice, 60):
        yield done_on, RecordActionDone(urn=school.urn, number=1, done_on=done_on)
