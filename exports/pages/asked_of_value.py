"""Reports of spending and value as an address asks them: what it cost, why, and what it had cost otherwise."""

from dataclasses import replace
from datetime import timedelta
from typing import cast, get_args

from commissioning.charges.cohorts import with_cohort
from commissioning.charges.pages.asked import Asked, one_of
from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt
from exports.counterfactual.report import counterfactual
from exports.counterfactual.scenarios import scenarios
from exports.counterfactual.sensitivity import Vary, sensitivity
from exports.pages.numbers_asked import yes_no
from exports.pages.terms import needs_terms, one_terms, terms_asked
from exports.prices.local_first import By as SideBySide
from exports.prices.local_first import local_first
from exports.prices.price_bands import By as PriceBandsBy
from exports.prices.price_bands import price_bands
from exports.prices.uplifts import By as UpliftsBy
from exports.prices.uplifts import uplifts
from exports.result import Result
from exports.spending.bridge import bridge
from exports.spending.compare import Depth, Over, Within, compare
from exports.spending.period_bridge import period_bridge
from exports.spending.spend import spend

DEFAULT_BY = ("month", "model")
LOOK_BACK = timedelta(days=30)


async def spend_answer(question: Asked) -> Result:
    """Spend by the keys of `by`: a comma list, or the name several times; by month and model where none is given."""
    return await spend(question.reader, question.as_at, question.period, keys_of(question), question.filters)


def keys_of(question: Asked) -> list[str]:
    """The keys to group by."""
    asked_for = [key.strip() for text in question.here.all("by") for key in text.split(",")]
    return [key for key in asked_for if key] or list(DEFAULT_BY)


async def compare_answer(question: Asked) -> Result:
    """The models compared, against `reference` where it is given."""
    reference = question.here.first("reference") or None
    return await compare(
        question.reader, question.as_at, question.period, question.filters, reference, depth_of(question)
    )


def depth_of(question: Asked) -> Depth:
    """How deep a comparison goes: `within` a grouping, `over` years or terms, with its `spread`."""
    within = one_of("within", question.here.first("within"), ("", *get_args(Within)))
    over = one_of("over", question.here.first("over"), ("", *get_args(Over)))
    return Depth(cast("Within | None", within or None), cast("Over | None", over or None), yes_no(question, "spread"))


async def bridge_answer(question: Asked) -> Result:
    """The movement between `from_position` and `to_position`, by event with `detail`; or from another year."""
    if earlier := question.here.first("from_year"):
        return await period_bridge(
            question.reader, question.as_at, financial_year(earlier), question.period, question.filters
        )
    before, after = await ends_of(question)
    detail = yes_no(question, "detail")
    return await bridge(question.reader, before, after, question.period, question.filters, detail=detail)


async def ends_of(question: Asked) -> tuple[AsAt, AsAt]:
    """The two as-ats of a bridge: by default from thirty days before to the as-at that was asked for."""
    later = question.here.first("to_position")
    after = await question.reader.as_at(later) if later else question.as_at
    earlier = question.here.first("from_position") or (question.day - LOOK_BACK).isoformat()
    return await question.reader.as_at(earlier), after


async def counterfactual_answer(question: Asked) -> Result:
    """The cohort re-priced under `agreement` or `scenario`; an agreement's own pupils are `cohort=agreement=REF`."""
    at, join = question.as_at, yes_no(question, "join_roll")
    target = await one_terms(question)
    return await counterfactual(question.reader, at, question.period, cohort_of(question), target, join_roll=join)


async def scenarios_answer(question: Asked) -> Result:
    """The cohort under each `agreement` and each `scenario` that is named, side by side."""
    at, join = question.as_at, yes_no(question, "join_roll")
    targets = await terms_asked(question)
    if not targets:
        raise needs_terms("at least one agreement or saved scenario")
    return await scenarios(question.reader, at, question.period, cohort_of(question), targets, join_roll=join)


async def sensitivity_answer(question: Asked) -> Result:
    """The curve of a counterfactual over `occupancy` or `price`."""
    target = await one_terms(question)
    vary: Vary = (
        "price" if one_of("vary", question.here.first("vary"), ("", *get_args(Vary))) == "price" else "occupancy"
    )
    return await sensitivity(question.reader, question.as_at, question.period, cohort_of(question), target, vary)


def cohort_of(question: Asked) -> Filters:
    """The cohort of a counterfactual, in whose address `agreement` names the terms and not the pupils."""
    return with_cohort(replace(question.filters, agreement=()), question.here.all("cohort"))


async def local_first_answer(question: Asked) -> Result:
    """State places as the comparator, `by` stratum or component."""
    by_part = one_of("by", question.here.first("by"), ("", *get_args(SideBySide))) == "component"
    by: SideBySide = "component" if by_part else "stratum"
    return await local_first(question.reader, question.as_at, question.period, question.filters, by)


async def price_bands_answer(question: Asked) -> Result:
    """Places over and under the national price bands on the day, `by` school, agreement or placement."""
    by = cast("PriceBandsBy", one_of("by", question.here.first("by") or "provider", get_args(PriceBandsBy)))
    return await price_bands(question.reader, question.as_at, question.filters, question.day, by)


async def uplifts_answer(question: Asked) -> Result:
    """Rises of prices asked, offered and agreed, `by` owner group, school, component or need."""
    by = cast("UpliftsBy", one_of("by", question.here.first("by") or "owner_group", get_args(UpliftsBy)))
    return await uplifts(question.reader, question.as_at, question.period, question.filters, by)
