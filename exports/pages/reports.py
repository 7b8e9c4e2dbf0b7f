"""Reports over HTTP: one answer for page, file and API, from the same names in the address (interface.md)."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import cast, get_args

from aiohttp import web

from commissioning.charges.cohorts import with_cohort
from commissioning.charges.pages.asked import FILTERS, PERIOD, Asked, asked, day_of, one_of
from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.finance.closing import month_number
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt
from commissioning.ledger.said import said
from commissioning.web.words import number
from exports.counterfactual.report import counterfactual
from exports.counterfactual.scenarios import scenarios
from exports.counterfactual.sensitivity import Vary, sensitivity
from exports.files import FORMS
from exports.forecast.phase_leavers import POST_16_YEARS
from exports.forecast.report import By, forecast
from exports.forecast.stated import GIVE_OR_TAKE, Stated
from exports.month_end.accruals import accruals
from exports.month_end.budget import budget
from exports.month_end.journal import COMMITMENTS, journal, journal_of_commitments
from exports.month_end.posted import posted
from exports.oversight.exceptions import exceptions
from exports.oversight.reviews import reviews
from exports.pages.files import hand_out
from exports.pages.terms import needs_terms, one_terms, terms_asked
from exports.payments.expected import expected
from exports.payments.pay import BASE_RATE, pay
from exports.places.committed import BYS as COMMITTED_BYS
from exports.places.committed import By as CommittedBy
from exports.places.committed import committed
from exports.places.exits import BYS as EXIT_BYS
from exports.places.exits import By as ExitsBy
from exports.places.exits import exits
from exports.places.voids import Voids, voids_of
from exports.places.year_groups import By as YearGroupsBy
from exports.places.year_groups import year_groups
from exports.prices.local_first import By as SideBySide
from exports.prices.local_first import local_first
from exports.prices.price_bands import By as PriceBandsBy
from exports.prices.price_bands import price_bands
from exports.prices.uplifts import By as UpliftsBy
from exports.prices.uplifts import uplifts
from exports.publications.by_name import publication
from exports.publishing.by_report import in_variant, variant_asked
from exports.records.audit_listing import audit_listing
from exports.result import Result
from exports.spending.bridge import bridge
from exports.spending.compare import Depth, Over, Within, compare
from exports.spending.period_bridge import period_bridge
from exports.spending.spend import spend
from exports.workbook import Variant

COMMON = frozenset({"as_at", "variant", *PERIOD, *FILTERS})
TERMS = frozenset({"scenario", "under"})
DEFAULT_BY = ("month", "model")
MOST = 1_000
ALL = 100
"""Per cent."""
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


async def exceptions_answer(question: Asked) -> Result:
    """What needs a person on the day."""
    return await exceptions(question.reader, question.as_at, question.period, question.filters, question.day)


async def reviews_answer(question: Asked) -> Result:
    """The reviews that fall due in the period; only some kinds with `kind`."""
    kinds = [kind.strip() for text in question.here.all("kind") for kind in text.split(",") if kind.strip()]
    return await reviews(question.reader, question.as_at, question.period, question.filters, question.day, kinds)


async def budget_answer(question: Asked) -> Result:
    """The budget monitor on the day, by `by`: model, provider or month."""
    by = question.here.first("by") or "model"
    return await budget(question.reader, question.as_at, question.period, question.filters, by, question.day)


async def committed_answer(question: Asked) -> Result:
    """What is spent and bound to be spent on the day, `by` school or placement."""
    by = cast("CommittedBy", one_of("by", question.here.first("by") or "provider", COMMITTED_BYS))
    return await committed(question.reader, question.as_at, question.period, question.filters, by, question.day)


async def posted_answer(question: Asked) -> Result:
    """What each close of a month posted."""
    return await posted(question.reader, question.as_at, question.period, question.filters)


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


async def voids_answer(question: Asked) -> Result:
    """Every commitment on the day, breaking even against `reference` where a model is named."""
    return (await voids_found(question)).result


async def voids_found(question: Asked) -> Voids:
    """The same, with whoever is suggested for empty places."""
    reference = question.here.first("reference") or None
    common = (question.reader, question.as_at, question.period, question.filters, question.day)
    return await voids_of(*common, reference)


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


async def forecast_answer(question: Asked) -> Result:
    """The outturn `by` month, model or school, under the assumptions that the address states."""
    by = cast("By", one_of("by", question.here.first("by") or "month", get_args(By)))
    return await forecast(
        question.reader,
        question.as_at,
        question.period,
        by,
        question.filters,
        question.day,
        stated_assumptions(question),
    )


def stated_assumptions(question: Asked) -> Stated:
    """The assumptions of the address; what is blank is taken from the last twelve months."""
    uplift_on = question.here.first("uplift_on")
    return Stated(
        number_of(question, "arrivals"),
        number_of(question, "leavers"),
        GIVE_OR_TAKE if (stated := number_of(question, "give_or_take")) is None else stated,
        number_of(question, "uplift_low") or Decimal(0),
        number_of(question, "uplift_high") or Decimal(0),
        day_of("uplift_on", uplift_on) if uplift_on else None,
        post_16_year_of(question),
        number_of(question, "waiting_agreed_low", ALL) or Decimal(0),
        Decimal(ALL) if (agreed := number_of(question, "waiting_agreed_high", ALL)) is None else agreed,
    )


def number_of(question: Asked, name: str, most: int = MOST) -> Decimal | None:
    """A number of the address from 0 to a most, None where it is blank; `Refused` otherwise."""
    text = question.here.first(name).strip()
    if not text:
        return None
    if not re.fullmatch(r"\d{1,4}(\.\d{1,4})?", text, re.ASCII) or Decimal(text) > most:
        raise Refused(
            Fault(
                name,
                said("“%(text)s” is no number here.", text=text[:40]),
                name,
                said("a number from 0 to %(most)s", most=number(most)),
                status=400,
            )
        )
    return Decimal(text)


def cohort_of(question: Asked) -> Filters:
    """The cohort of a counterfactual, in whose address `agreement` names the terms and not the pupils."""
    return with_cohort(replace(question.filters, agreement=()), question.here.all("cohort"))


def yes_no(question: Asked, name: str) -> bool:
    """A yes or no of the address; no where it is not there."""
    return one_of(name, question.here.first(name), ("", "yes", "no", "true", "false")) in ("yes", "true")


async def year_groups_answer(question: Asked) -> Result:
    """Year groups and phase leavers `by` year group, school, phase or placement."""
    by = cast("YearGroupsBy", one_of("by", question.here.first("by") or "year_group", get_args(YearGroupsBy)))
    return await year_groups(
        question.reader,
        question.as_at,
        question.period,
        question.filters,
        by,
        question.day,
        post_16_year_of(question),
    )


def post_16_year_of(question: Asked) -> int:
    """The year group with which the phase after 16 ends."""
    known = tuple(map(str, POST_16_YEARS))
    return int(one_of("post_16_year", question.here.first("post_16_year") or known[-1], known))


async def accruals_answer(question: Asked) -> Result:
    """Accruals and prepayments at `at`, by default at the end of the month before the day."""
    text = question.here.first("at")
    at = day_of("at", text) if text else question.day.replace(day=1) - timedelta(days=1)
    return await accruals(question.reader, question.as_at, at, question.filters)


async def expected_answer(question: Asked) -> Result:
    """Expected invoices of the billing periods in which `at` lies, by default the day."""
    text = question.here.first("at")
    at = day_of("at", text) if text else question.day
    return await expected(question.reader, question.as_at, at, question.filters)


async def exits_answer(question: Asked) -> Result:
    """Why placements ended, `by` exit, school, need, phase or model."""
    by = cast("ExitsBy", one_of("by", question.here.first("by") or "exit", EXIT_BYS))
    return await exits(question.reader, question.as_at, question.period, question.filters, by)


async def pay_answer(question: Asked) -> Result:
    """How fast schools were paid; late interest by `base_rate`, the Bank of England's in per cent."""
    stated = number_of(question, "base_rate")
    rate = BASE_RATE if stated is None else Fraction(stated) / 100
    return await pay(question.reader, question.as_at, question.period, question.filters, rate)


async def publication_answer(question: Asked) -> Result:
    """What is to be published under `name`."""
    ask = publication(question.here.first("name"))
    return await ask(question.reader, question.as_at, question.period, question.filters)


async def listing_answer(question: Asked) -> Result:
    """Every charge with a sample of `sample` lines drawn from `seed`."""
    text, seed = question.here.first("sample") or "25", question.here.first("seed") or "1"
    if not (text.isascii() and text.isdigit() and len(text) < 9):  # noqa: PLR2004 - no sample has so many digits
        raise Refused(
            Fault("sample", said("“%(text)s” is no number of lines.", text=text[:40]), "sample", "a number", status=400)
        )
    common = (question.reader, question.as_at, question.period, question.filters)
    return await audit_listing(*common, int(text), seed)


async def journal_answer(question: Asked) -> Result:
    """The journal of a close, that of `month` or the last of the period; `of=commitments` of the months to come."""
    month = question.here.first("month")
    common = (question.reader, question.as_at, question.period, question.filters)
    if one_of("of", question.here.first("of"), ("", COMMITMENTS)):
        return await journal_of_commitments(*common, question.day)
    return await journal(*common, month_number(month) if month else None)


Answer = Callable[[Asked], Awaitable[Result]]

REPORTS: Mapping[str, tuple[Answer, frozenset[str]]] = {
    "spend": (spend_answer, frozenset({"by"})),
    "compare": (compare_answer, frozenset({"reference", "within", "over", "spread"})),
    "bridge": (bridge_answer, frozenset({"from_position", "from_year", "to_position", "detail"})),
    "reviews": (reviews_answer, frozenset({"kind"})),
    "exceptions": (exceptions_answer, frozenset()),
    "budget": (budget_answer, frozenset({"by"})),
    "committed": (committed_answer, frozenset({"by"})),
    "posted": (posted_answer, frozenset()),
    "counterfactual": (counterfactual_answer, frozenset({"cohort", "join_roll", *TERMS})),
    "scenarios": (scenarios_answer, frozenset({"cohort", "join_roll", *TERMS})),
    "voids": (voids_answer, frozenset({"reference"})),
    "forecast": (
        forecast_answer,
        frozenset(
            {
                "by",
                "arrivals",
                "leavers",
                "give_or_take",
                "uplift_low",
                "uplift_high",
                "uplift_on",
                "waiting_agreed_low",
                "waiting_agreed_high",
                "post_16_year",
            }
        ),
    ),
    "year_groups": (year_groups_answer, frozenset({"by", "post_16_year"})),
    "exits": (exits_answer, frozenset({"by"})),
    "local_first": (local_first_answer, frozenset({"by"})),
    "uplifts": (uplifts_answer, frozenset({"by"})),
    "price_bands": (price_bands_answer, frozenset({"by"})),
    "sensitivity": (sensitivity_answer, frozenset({"cohort", "vary", *TERMS})),
    "publication": (publication_answer, frozenset({"name"})),
    "listing": (listing_answer, frozenset({"sample", "seed"})),
    "journal": (journal_answer, frozenset({"month", "of"})),
    "accruals": (accruals_answer, frozenset({"at"})),
    "expected": (expected_answer, frozenset({"at"})),
    "pay": (pay_answer, frozenset({"base_rate"})),
}
"""Each report with the names it understands beside the common ones."""


async def answer(request: web.Request) -> Result:
    """The report of the address; a name in the query that it does not understand is refused."""
    name = request.match_info["name"]
    found = REPORTS.get(name)
    if found is None:
        raise Refused(
            Fault(
                "report",
                said("There is no report “%(name)s”.", name=name[:40]),
                expected=said("one of %(reports)s", reports=", ".join(REPORTS)),
                status=404,
            )
        )
    ask, own = found
    known = COMMON | own
    for key in request.query:
        if key not in known:
            raise Refused(
                Fault(
                    "parameter",
                    said("“%(key)s” is not something this report can be asked.", key=key[:40]),
                    where=key[:40],
                    expected=said("one of %(known)s", known=", ".join(sorted(known))),
                    status=400,
                )
            )
    question = await asked(request)
    result = await ask(question)
    return await in_variant(question.reader, result, variant_of(question, result))


def variant_of(question: Asked, result: Result) -> Variant:
    """The variant of a result that the address asks for; that of the report's own where it names none."""
    return variant_asked(question.here.first("variant"), result.report)


async def report_file(request: web.Request) -> web.Response:
    """`/reports/NAME.csv`, `.xlsx`, `.pdf` or `.json`: the result as a file."""
    result = await answer(request)
    variant = variant_asked(request.query.get("variant", ""), result.report)
    return await hand_out(request, [result], request.match_info["form"], variant=variant)


async def file_or_none(request: web.Request, question: Asked, result: Result) -> web.Response | None:
    """The file that a page was asked for by `format`, None where the page itself is wanted."""
    form = one_of("format", question.here.first("format"), ("", *FORMS))
    if not form:
        return None
    variant = variant_of(question, result)
    told = await in_variant(question.reader, result, variant)
    return await hand_out(request, [told], form, variant=variant)
