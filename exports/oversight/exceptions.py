"""What needs a person today: each kind with its rows, the money at stake where it is known, and what mends it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, get_args

from commissioning.charges import commitments, figures, places, queries
from commissioning.charges.commitments import Commitment
from commissioning.charges.known import agreements_as_at, placements_as_at, school_names
from commissioning.charges.periods import Period, month_days
from commissioning.charges.places import Place, Wanted
from commissioning.charges.queries import Filters, UnpricedDays
from commissioning.charges.words import CURES, UNPRICED
from commissioning.ledger.reading import AsAt, Reader
from commissioning.placements.queries import Page, PlacementFilter, list_placements
from commissioning.placements.words import REVIEW_KINDS
from commissioning.uplifts.queries import WaitingUplift, uplifts_waiting
from commissioning.uplifts.words import meant
from commissioning.web.language import N_, Labels, _
from commissioning.web.words import day as day_words
from commissioning.web.words import number, share
from contracts.agreement import Agreement
from contracts.words import MODELS
from exports.oversight.oversight import SchoolInNeed, schools_in_need
from exports.oversight.reviews import PlacementReview, reviews_of_places
from exports.result import Column, Result
from exports.schools_named import schools_named
from invoices.credits.queries import ListedRequest, credit_requests
from invoices.queries import Listed, register_as_at

ExceptionKind = Literal[
    "unpriced",
    "agreement_ended",
    "never_signed",
    "agreement_ending",
    "empty_places",
    "review_overdue",
    "inspection",
    "document_run_out",
    "action_overdue",
    "uplift_waiting",
    "invoice_held",
    "credit_drafted",
]
KINDS = get_args(ExceptionKind)
About = Literal["placements", "agreements", "schools", "uplifts/requests", "invoices", "invoices/credits"]
ABOUT: Mapping[ExceptionKind, About] = {
    "unpriced": "placements",
    "agreement_ended": "placements",
    "never_signed": "placements",
    "agreement_ending": "agreements",
    "empty_places": "agreements",
    "review_overdue": "placements",
    "inspection": "schools",
    "document_run_out": "schools",
    "action_overdue": "schools",
    "uplift_waiting": "uplifts/requests",
    "invoice_held": "invoices",
    "credit_drafted": "invoices/credits",
}
"""What the reference of each kind names, as the pages of such things are addressed."""
ENDING_WITHIN_DAYS = 90
"""The title below says it too."""
TITLES: Mapping[str, str] = Labels(
    {
        "unpriced": N_("Days on roll without a price"),
        "agreement_ended": N_("Live under an agreement that has ended"),
        "never_signed": N_("Started and never signed"),
        "agreement_ending": N_("Agreements that end within 90 days"),
        "empty_places": N_("Empty places paid for"),
        "review_overdue": N_("Reviews that are overdue"),
        "inspection": N_("Schools with our pupils whose inspection fell short"),
        "document_run_out": N_("Documents of schools that have run out"),
        "action_overdue": N_("Actions after a visit that are late"),
        "uplift_waiting": N_("Uplifts that wait for a decision"),
        "invoice_held": N_("Invoices that are held"),
        "credit_drafted": N_("Credits to ask schools for"),
    }
)
"""What each kind is called, wherever people read it."""

COLUMNS = (
    Column("kind", "text", N_("Kind"), N_("What sort of matter it is."), names=TITLES),
    Column("reference", "text", N_("Reference"), keys=True),
    Column("what", "text", N_("What")),
    Column("since", "day", N_("Since")),
    Column("money", "money", N_("Money at stake")),
)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing for a person. `money` is pence of the period, None where no price tells it; `since` a day.

    `reason` is the code of what stands behind it, where a kind has several; `called` its name where the reference is a
    key; `provider_urn` the school where the reference is not one.
    """

    kind: ExceptionKind
    reference: str
    what: str
    since: date
    money: int | None
    cure: str
    reason: str = ""
    called: str = ""
    provider_urn: int | None = None


@schools_named
async def exceptions(reader: Reader, as_at: AsAt, period: Period, filters: Filters, day: date) -> Result:
    """The exceptions as a report; its total is the money of those whose money is known."""
    found = await find_exceptions(reader, as_at, period, filters, day)
    called = {one.reference: one.called for one in found if one.called}
    columns = tuple(replace(one, names=called) if one.name == "reference" else one for one in COLUMNS)
    return Result(
        "exceptions",
        _("What needs a person"),
        as_at,
        period,
        filters,
        columns,
        tuple((one.kind, one.reference, one.what, one.since.isoformat(), one.money) for one in found),
        {"money": sum(one.money or 0 for one in found)},
        options={"day": day.isoformat()},
    )


async def find_exceptions(reader: Reader, as_at: AsAt, period: Period, filters: Filters, day: date) -> list[Found]:
    """Everything that needs a person on a day, kind by kind, the dearest or longest first."""
    position = as_at.position
    agreements = await agreements_as_at(reader, position)
    wanted = Wanted(tuple((name, values) for name, values in filters.chosen().items()), on=day)
    live = await places.places(reader, position, day, wanted)
    unpriced = await queries.unpriced(reader, period, position, filters)
    ended = _on_ended(live, agreements, day)
    elsewhere = {one.reference for one in ended}
    ending = [one for one in agreements.values() if _ends_soon(one, day) and _let_through(one, filters)]
    held = await commitments.by_agreement(reader, Period(period.first_day, _last_gone(period, day)), position, filters)
    costs, voids = await _costs(reader, period, position, {*held, *(one.ref for one in ending)}, day)
    return [
        *_unpriced(unpriced, period, elsewhere, day),
        *ended,
        *await _never_signed(reader, as_at, live, period, day),
        *_ending(ending, live, costs),
        *_empty(held, voids, period, day),
        *_reviews(await reviews_of_places(reader, as_at, live, Period(date.min, day), filters, day), day),
        *_schools(await schools_in_need(reader, as_at, live, period, day)),
        *_uplifts(await uplifts_waiting(reader, position), await school_names(reader, position), filters, day),
        *_invoices(await register_as_at(reader, as_at), filters),
        *_credits(await credit_requests(reader) if as_at.latest else [], filters),
    ]


async def _costs(
    reader: Reader, period: Period, position: int, refs: set[str], day: date
) -> tuple[dict[str, int], dict[str, int]]:
    """Pence of some agreements: of the period, and of empty places in its months gone."""
    costs: dict[str, int] = defaultdict(int)
    voids: dict[str, int] = defaultdict(int)
    last = _last_gone(period, day)
    only = Filters(agreement=tuple(sorted(refs)) or ("",))
    for item in await figures.sums(reader, ("agreement", "kind"), period, position, only):
        agreement, kind = item.group
        costs[agreement] += item.cost
        if kind == "void" and month_days(item.month)[1] <= last:
            voids[agreement] += item.cost
    return costs, voids


def _last_gone(period: Period, day: date) -> date:
    """The end of the last month of the period that is over; in its first month, the end of that month."""
    ends = [month_days(month)[1] for month in period.months()]
    return max((end for end in ends if end < day), default=ends[0])


def _unpriced(spans: list[UnpricedDays], period: Period, elsewhere: set[str], day: date) -> list[Found]:
    """Placements with days on roll that have no price, less those that another kind tells of.

    These stand on an ended agreement now, or will once their agreement ends.
    """
    found = []
    for span in spans:
        first, last = max(span.first_day, period.first_day), min(span.last_day, period.last_day)
        if span.reason == "outside_agreement" and (span.placement_ref in elsewhere or first > day):
            continue
        reason = UNPRICED.get(span.reason, span.reason)
        if span.academic_year:
            reason += f" ({span.calendar}, {span.academic_year})"
        days = (last - first).days + 1
        known = {"reason": reason, "days": number(days), "period": period.in_words()}
        one_day = _("%(reason)s: %(days)s day in %(period)s", **known)
        what = one_day if days == 1 else _("%(reason)s: %(days)s days in %(period)s", **known)
        cure = CURES.get(span.reason, "")
        found.append((days, Found("unpriced", span.placement_ref, what, first, None, cure, span.reason)))
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])]


def _on_ended(live: list[Place], agreements: dict[str, Agreement], day: date) -> list[Found]:
    """Live placements whose agreement is over: every such day goes without a price."""
    found = []
    for place in live:
        agreement = agreements.get(place.agreement_ref)
        if agreement is None or agreement.end_on is None or agreement.end_on >= day:
            continue
        ended = day_words(agreement.end_on)
        what = _("On roll under %(agreement)s, which ended on %(day)s", agreement=agreement.ref, day=ended)
        since = agreement.end_on + timedelta(days=1)
        found.append(Found("agreement_ended", place.ref, what, since, None, CURES["outside_agreement"]))
    return sorted(found, key=lambda one: one.since)


async def _never_signed(reader: Reader, as_at: AsAt, live: list[Place], period: Period, day: date) -> list[Found]:
    """Placements that have started and of which no signature is recorded, with what they cost in the period."""
    unsigned = await _unsigned(reader, as_at, live, day)
    if not unsigned:
        return []
    refs = tuple(place.ref for place in unsigned)
    costs: dict[str, int] = defaultdict(int)
    for item in await figures.sums(reader, ("placement",), period, as_at.position, Filters(placement=refs)):
        costs[item.group[0]] += item.cost
    found = [
        Found(
            "never_signed",
            place.ref,
            _("At %(school)s; no signature is recorded", school=place.provider_name),
            place.first_day,
            costs[place.ref],
            _("Have the placement agreement signed and record the day."),
        )
        for place in unsigned
    ]
    return sorted(found, key=lambda one: -(one.money or 0))


async def _unsigned(reader: Reader, as_at: AsAt, live: list[Place], day: date) -> list[Place]:
    """The read table knows signatures as they are now; of the past they are read from the events."""
    if as_at.latest:
        everything = Page(1, 1_000_000)
        listed = await list_placements(reader, PlacementFilter(live_on=day, signed=False), everything)
        refs = {one.ref for one in listed.rows}
        return [place for place in live if place.ref in refs]
    known = await placements_as_at(reader, as_at.position)
    return [place for place in live if known[place.ref].signed_on is None]


def _ends_soon(agreement: Agreement, day: date) -> bool:
    return agreement.end_on is not None and day <= agreement.end_on <= day + timedelta(days=ENDING_WITHIN_DAYS)


def _let_through(agreement: Agreement, filters: Filters) -> bool:
    """Whether the filters that an agreement itself has let it pass."""
    return all(
        value in wanted
        for value, wanted in (
            (agreement.ref, filters.agreement),
            (agreement.model, filters.model),
            (str(agreement.provider_urn), filters.provider),
        )
        if wanted
    )


def _ending(ending: list[Agreement], live: list[Place], costs: dict[str, int]) -> list[Found]:
    """Agreements that end soon, with how many pupils stand under them and what they cost in the period."""
    roll: dict[str, int] = defaultdict(int)
    for place in live:
        roll[place.agreement_ref] += 1
    found = []
    for agreement in ending:
        ref, end = agreement.ref, agreement.end_on
        assert end is not None  # noqa: S101 - it ends soon
        what = _("%(model)s agreement with %(roll)s on roll", model=MODELS[agreement.model], roll=number(roll[ref]))
        cure = _("Agree an extension or its successor, and move the placements.")
        found.append(Found("agreement_ending", ref, what, end, costs.get(ref, 0), cure))
    return sorted(found, key=lambda one: one.since)


def _empty(held: dict[str, Commitment], voids: dict[str, int], period: Period, day: date) -> list[Found]:
    """Commitments with empty places paid for in the months gone: what they have cost so far."""
    last = _last_gone(period, day)
    found = []
    for ref, lost in voids.items():
        if not lost or ref not in held:
            continue
        what = _(
            "%(empty)s place-days stood empty up to %(day)s; %(used)s of the places used",
            empty=number(held[ref].empty),
            day=day_words(last),
            used=share(held[ref].utilisation),
        )
        cure = _("Fill the places, or agree fewer at the next review.")
        found.append(Found("empty_places", ref, what, period.first_day, lost, cure))
    return sorted(found, key=lambda one: -(one.money or 0))


def _schools(found: list[SchoolInNeed]) -> list[Found]:
    return [Found(one.kind, str(one.urn), one.what, one.since, one.money, one.cure, called=one.name) for one in found]


def _uplifts(waiting: list[WaitingUplift], names: Mapping[str, str], filters: Filters, day: date) -> list[Found]:
    """Requests for higher prices that nobody has decided; what they come to is told where they are."""
    found = []
    for one in waiting:
        subject = one.request.subject
        if filters.provider and str(subject.provider_urn) not in filters.provider:
            continue
        urn = str(subject.provider_urn)
        known = {"school": names.get(urn, urn), "day": day_words(one.round.applies_from)}
        what = _("%(school)s asks for more from %(day)s", **known)
        if one.is_overdue(day):
            what = _("%(school)s asks for more from %(day)s, which is over: the prices hold unknown", **known)
        cure = _("Offer, agree or refuse it.")
        called = _("%(round)s: %(prices)s", round=one.request.round, prices=meant(subject))
        found.append(
            Found(
                "uplift_waiting",
                one.request.key,
                what,
                one.request.received_on,
                None,
                cure,
                called=called,
                provider_urn=subject.provider_urn,
            )
        )
    return found


def _invoices(known: list[Listed], filters: Filters) -> list[Found]:
    """Invoices that checks hold and nobody has put to the school, and those to which the school has answered."""
    held = [one for one in known if one.status in ("held", "answered")]
    return [
        Found(
            "invoice_held",
            one.key,
            _("%(number)s of %(school)s: held by a check", number=one.number, school=one.provider_name)
            if one.status == "held"
            else _("%(number)s of %(school)s: answered", number=one.number, school=one.provider_name),
            one.received_on,
            one.net,
            _("Query it with the school, settle it, or check it again."),
            called=one.number,
        )
        for one in sorted(held, key=lambda one: -one.net)
        if not filters.provider or str(one.provider_urn) in filters.provider
    ]


def _credits(known: list[ListedRequest], filters: Filters) -> list[Found]:
    """Credits that are drafted and not asked of the school, the dearest first."""
    drafted = [one for one in known if one.status == "drafted"]
    return [
        Found(
            "credit_drafted",
            one.key,
            _(
                "%(what)s at %(school)s: more was approved than is charged",
                what=one.placement_ref or _("Empty places of %(agreement)s", agreement=one.agreement_ref),
                school=one.provider_name,
            ),
            one.drafted_on,
            one.outstanding,
            _("Ask the school for it."),
            called=one.placement_ref or one.agreement_ref,
        )
        for one in sorted(drafted, key=lambda one: -one.outstanding)
        if not filters.provider or str(one.provider_urn) in filters.provider
    ]


def _reviews(found: list[PlacementReview], day: date) -> list[Found]:
    """Reviews that should have been held: what the placement costs in the year has gone unchallenged since."""
    overdue = [one for one in found if one.is_overdue(day)]
    return [
        Found(
            "review_overdue",
            one.place.ref,
            _(
                "%(review)s at %(school)s, %(days)s days late",
                review=REVIEW_KINDS[one.review.kind],
                school=one.place.provider_name,
                days=number(one.days_overdue(day)),
            ),
            one.review.due_on,
            one.yearly_cost,
            _("Hold the review, and look at the fee in it."),
            one.review.kind,
        )
        for one in sorted(overdue, key=lambda one: (-one.yearly_cost, one.place.ref))
    ]
