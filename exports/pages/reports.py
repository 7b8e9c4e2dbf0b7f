"""Reports over HTTP: one answer for page, file and API, from the same names in the address (interface.md)."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from commissioning.charges.pages.asked import FILTERS, PERIOD, Asked, asked, one_of
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from exports.files import FORMS
from exports.pages.asked_of_money import (
    accruals_answer,
    budget_answer,
    exceptions_answer,
    expected_answer,
    journal_answer,
    listing_answer,
    pay_answer,
    posted_answer,
    publication_answer,
    reviews_answer,
)
from exports.pages.asked_of_places import (
    committed_answer,
    exits_answer,
    forecast_answer,
    voids_answer,
    year_groups_answer,
)
from exports.pages.asked_of_value import (
    bridge_answer,
    compare_answer,
    counterfactual_answer,
    local_first_answer,
    price_bands_answer,
    scenarios_answer,
    sensitivity_answer,
    spend_answer,
    uplifts_answer,
)
from exports.pages.files import hand_out
from exports.publishing.by_report import in_variant, variant_asked
from exports.result import Result
from exports.workbook import Variant

COMMON = frozenset({"as_at", "variant", *PERIOD, *FILTERS})
TERMS = frozenset({"scenario", "under"})

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
