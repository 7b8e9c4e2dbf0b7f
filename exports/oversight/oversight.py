"""Which schools with our pupils need somebody: an inspection below the mark, a document run out, an action late.

What is at stake is the cost in the year of every live placement there, at once and for each of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from commissioning.charges import figures
from commissioning.charges.known import providers_as_at
from commissioning.charges.periods import Period
from commissioning.charges.places import Place
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.language import _
from commissioning.web.words import day as day_words
from commissioning.web.words import number
from providers.oversight.judging import Judged, judged, newest_documents, validity
from providers.oversight.oversight import Oversight
from providers.oversight.queries import oversight_as_at
from providers.oversight.words import BODIES, DOCUMENTS, OUTCOMES
from providers.provider import Provider
from providers.words import told_apart

SchoolKind = Literal["inspection", "document_run_out", "action_overdue"]


@dataclass(frozen=True, slots=True)
class SchoolInNeed:
    """One thing at a school for a person; `money` is what an inspection puts at stake, in pence, None of the others."""

    kind: SchoolKind
    urn: int
    name: str
    what: str
    since: date
    money: int | None
    cure: str


class Named(NamedTuple):
    """What a school is called, and that with how many pupils are there."""

    name: str
    words: str


async def schools_in_need(
    reader: Reader, as_at: AsAt, live: Sequence[Place], period: Period, day: date
) -> list[SchoolInNeed]:
    """Everything of schools with live placements that needs a person on a day, kind by kind, the dearest first."""
    if not live:
        return []
    position = as_at.position
    known, mark = await oversight_as_at(reader, position)
    schools = await providers_as_at(reader, position)
    rolls: dict[int, list[Place]] = defaultdict(list)
    for place in live:
        rolls[place.provider_urn].append(place)
    short = {
        urn: outcome
        for urn in rolls
        if (outcome := judged(known.get(urn), _grade(schools.get(urn)), mark, day)) is not None and outcome.falls_short
    }
    costs = await _costs(reader, position, period, [one for urn in short for one in rolls[urn]])
    names = told_apart(schools.values())
    about = {
        urn: Named(name, _("%(school)s, %(roll)s on roll", school=name, roll=number(len(roll))))
        for urn, roll in rolls.items()
        for name in [names.get(str(urn), roll[0].provider_name)]
    }
    watched = [one for urn in sorted(rolls) if (one := known.get(urn)) is not None]
    inspected = [_inspection(urn, about[urn], outcome, period, costs[urn]) for urn, outcome in short.items()]
    documents = [one for oversight in watched for one in _documents(oversight, about[oversight.urn], day)]
    actions = [one for oversight in watched for one in _actions(oversight, about[oversight.urn], day)]
    return [
        *sorted(inspected, key=lambda one: (-(one.money or 0), one.urn)),
        *sorted(documents, key=lambda one: one.since),
        *sorted(actions, key=lambda one: one.since),
    ]


def _grade(school: Provider | None) -> str | None:
    return None if school is None else school.facts.inspection_grade


def _inspection(urn: int, about: Named, outcome: Judged, period: Period, money: int) -> SchoolInNeed:
    one = outcome.inspection
    words = OUTCOMES[outcome.outcome]
    if one is None:
        what = _("%(outcome)s, as the directory has it: %(about)s", outcome=words, about=about.words)
        since = period.first_day
    else:
        told = {"outcome": words, "body": BODIES[one.body], "day": day_words(one.inspected_on), "about": about.words}
        what = (
            _("%(outcome)s, safeguarding not effective, %(body)s on %(day)s: %(about)s", **told)
            if one.safeguarding_effective is False
            else _("%(outcome)s, %(body)s on %(day)s: %(about)s", **told)
        )
        since = one.published_on or one.inspected_on
    cure = _("Look at every placement there, and decide whether new ones are suspended.")
    return SchoolInNeed("inspection", urn, about.name, what, since, money, cure)


def _documents(oversight: Oversight, about: Named, day: date) -> Iterator[SchoolInNeed]:
    for kind, one in newest_documents(oversight.documents, day).items():
        if validity(one, day) == "run_out" and one.valid_until is not None:
            what = _(
                "%(document)s ran out on %(day)s: %(about)s",
                document=DOCUMENTS[kind],
                day=day_words(one.valid_until),
                about=about.words,
            )
            cure = _("Ask the school for the new document and record that it was checked.")
            yield SchoolInNeed("document_run_out", oversight.urn, about.name, what, one.valid_until, None, cure)


def _actions(oversight: Oversight, about: Named, day: date) -> Iterator[SchoolInNeed]:
    for one in oversight.actions:
        if one.done_on is None and one.due_on < day:
            what = _(
                "%(what)s (%(owner)s), after the visit of %(day)s: %(about)s",
                what=one.what,
                owner=one.owner,
                day=day_words(one.visited_on),
                about=about.words,
            )
            cure = _("See whether it was done and record the day, or visit again.")
            yield SchoolInNeed("action_overdue", oversight.urn, about.name, what, one.due_on, None, cure)


async def _costs(reader: Reader, position: int, period: Period, places: Iterable[Place]) -> dict[int, int]:
    """Pence in the period of live placements, by school."""
    schools = {place.ref: place.provider_urn for place in places}
    costs: dict[int, int] = defaultdict(int)
    if schools:
        only = Filters(placement=tuple(sorted(schools)))
        for item in await figures.sums(reader, ("placement",), period, position, only):
            costs[schools[item.group[0]]] += item.cost
    return costs
