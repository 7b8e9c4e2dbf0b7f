"""The facts of a placement, its reviews, an agreement and a school on a day, each as one short phrase for people.

Nothing sealed is among them: a suspension is its days and percentage, an end its day.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from commissioning.ledger.time import OPEN_DAY
from commissioning.placements.facts import FundingSplit, Review, Suspension
from commissioning.placements.placement import Placement
from commissioning.placements.review import Reviews
from commissioning.placements.words import ESCALATION_STEPS, EXITS, NEEDS, PHASES, REVIEW_KINDS, REVIEW_OUTCOMES, ROUTES
from commissioning.web.language import N_, _
from commissioning.web.words import day
from contracts import words
from contracts.agreement import Agreement
from contracts.rates import RateLine
from contracts.series import series_of
from contracts.versions import resolved, version_on
from providers.provider import Provider
from providers.words import FACTS as FACT_NAMES
from providers.words import fact

Facts = Mapping[str, str | None]
NOBODY_IS_NAMED: Mapping[str, str] = MappingProxyType({})


def placement_facts(placement: Placement, on: date, names: Mapping[str, str] = NOBODY_IS_NAMED) -> Facts:
    """A placement as it stands on a day; accounts are told by name where `names` has them, else by their keys."""
    start = placement.start_on
    version = version_on(placement.versions, max(on, start), start) or placement.versions[0]
    split = version_on(placement.funding, on, start)
    return {
        _("Agreement"): version.agreement_ref,
        _("Need"): NEEDS[placement.need],
        _("Phase"): PHASES[version.phase],
        _("Setting"): words.SETTINGS[version.setting],
        _("Band"): version.band and words.band(version.band),
        _("Home area"): version.home_area,
        _("Route"): version.route and ROUTES[version.route],
        _("First day"): day(start),
        _("Last day"): day(placement.end_on) if placement.end_on else None,
        _("Notice given"): day(placement.notice_given_on) if placement.notice_given_on else None,
        _("Signed"): day(placement.signed_on) if placement.signed_on else None,
        _("Why it ended"): EXITS[placement.exit] if placement.exit else None,
        _("More about the end"): placement.end_reason and _("Recorded, and sealed"),
        _("Withdrawn"): _("Yes, it never held") if placement.withdrawn else None,
        _("Case officer"): placement.case_officer and _account(placement.case_officer, names),
        _("Funding"): funding(split) if split else None,
        **{_("Suspension from %(day)s", day=day(one.first_day)): suspension(one) for one in placement.suspensions},
        **_prices(placement.lines, on, start),
    }


def agreement_facts(agreement: Agreement, on: date, schools: Mapping[str, str] = NOBODY_IS_NAMED) -> Facts:
    """An agreement as it stands on a day, with its card's prices; its school by name where `schools` has one."""
    start, urn = agreement.start_on, str(agreement.provider_urn)
    terms = version_on(agreement.terms, max(on, start), start) or agreement.terms[0]
    tier_set = version_on(agreement.tier_sets, on, start)
    return {
        _("Title"): agreement.title,
        _("School"): schools.get(urn) or _("URN %(urn)s", urn=urn),
        _("Model"): words.MODELS[agreement.model],
        _("First day"): day(start),
        _("Last day"): day(agreement.end_on) if agreement.end_on else None,
        _("Signed"): day(agreement.signed_on) if agreement.signed_on else None,
        _("Billing"): words.BILLINGS[agreement.billing],
        _("Instalments"): words.INSTALMENTS[agreement.instalments],
        _("Fee year"): words.FEE_YEARS[terms.fee_year],
        _("A yearly price falls"): words.ACCRUALS[terms.accrual],
        _("Leavers"): words.notice(terms),
        _("Commitment"): words.commitment(terms),
        _("Tiers"): words.tiers(tier_set.tiers).capitalize() if tier_set else None,
        _("How tiers count"): words.TIERINGS[terms.tiering] if tier_set else None,
        **_prices(agreement.card, on, start),
    }


def provider_facts(provider: Provider, _on: date) -> Facts:
    """A school's recorded facts."""
    facts = {name: fact(key, getattr(provider.facts, key)) for key, name in FACT_NAMES.items()}
    return {**facts, _("Closed"): day(provider.closed_on) if provider.closed_on else None}


def review_facts(reviews: Reviews, _on: date) -> Facts:
    """What is known of each review of a placement: `held 2 July 2026, concluded 20 July 2026, plan amended`."""
    return {
        _("%(review)s due on %(day)s", review=REVIEW_KINDS[one.kind], day=day(one.due_on)): _review(one)
        for one in reviews.reviews
    }


def suspension(held: Suspension) -> str:
    """The days of a suspension and what is paid on them."""
    known = {"first": day(held.first_day), "last": day(held.last_day), "paid": words.per_cent(held.payable_pct)}
    if held.last_day in (None, OPEN_DAY):
        return _("%(first)s with no end recorded, %(paid)s paid", **known)
    return _("%(first)s to %(last)s, %(paid)s paid", **known)


def funding(split: FundingSplit) -> str:
    """Who bears the cost: `Education 60%, health 40%`."""
    shares = ((_("education"), split.education_pct), (_("health"), split.health_pct), (_("care"), split.care_pct))
    return ", ".join(f"{name} {words.per_cent(share)}" for name, share in shares if share).capitalize()


def held_on(lines: Iterable[RateLine], on: date, start: date) -> list[RateLine]:
    """The line of each series that holds on a day; an ended series (0) and a `once` line of another day are none."""
    latest: dict[object, RateLine] = {}
    for line in sorted(lines, key=lambda line: resolved(line, start)):
        if resolved(line, start) <= on:
            latest[series_of(line)] = line
    return [line for line in latest.values() if line.amount and (line.unit != "once" or resolved(line, start) == on)]


def _account(key: str, names: Mapping[str, str]) -> str:
    return names.get(key) or _("account %(key)s", key=key[:8])


def _review(one: Review) -> str:
    done = ((N_("held on %(day)s"), one.held_on), (N_("concluded on %(day)s"), one.concluded_on))
    known = [_(what, day=day(on)) for what, on in done if on]
    if one.outcome:
        known.append(REVIEW_OUTCOMES[one.outcome].lower())
    known = known or [_("not held yet")]
    stages = (
        (N_("arranged for %(day)s"), one.arranged),
        (N_("invitations %(day)s"), one.invited),
        (N_("report %(day)s"), one.reported),
        (N_("final plan %(day)s"), one.final_plan),
    )
    known += [_(what, day=day(on)) for what, on in stages if on]
    known += [_("escalated %(step)s", step=_begun_small(ESCALATION_STEPS[step])) for step in one.escalated]
    return known[0][0].upper() + ", ".join(known)[1:]


def _begun_small(words_of_step: str) -> str:
    return f"{words_of_step[0].lower()}{words_of_step[1:]}"


def _prices(lines: Iterable[RateLine], on: date, start: date) -> dict[str, str | None]:
    prices: dict[str, str | None] = {}
    for line in held_on(lines, on, start):
        package = words.applies_to(line) if line.band or line.setting else ""
        name = ", ".join(part for part in (words.COMPONENTS[line.component], package) if part)
        prices[name if name not in prices else f"{name}, {words.UNITS[line.unit]}"] = words.price(line)
    return prices
