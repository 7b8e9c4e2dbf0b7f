"""Which reports and lists may be published and how, and what else to publish in place of those that may not.

A publish variant is the same result with its small numbers withheld (protecting.py), in any form. What lists single
children, placements or payments has none: taking their names away leaves rows that whoever knows a child recognises.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import Reader
from commissioning.ledger.said import said
from exports.publications.by_name import RETURNS, variant_of
from exports.publishing.children import alike, apart, by_cause, by_keys, by_stratum, children_by
from exports.publishing.protecting import Children, Told, protected
from exports.result import PUBLICATION, Result
from exports.workbook import Variant

VARIANTS: tuple[Variant, ...] = ("working", "publish")
MOST_KEYS = 4
"""Keys of a published table: each choice of them is a total in which a small number must not show."""

Whom = Callable[[Reader, Result], Awaitable[list[Children]]]


class Way(NamedTuple):
    """How a report is published: how its columns are told, and whom its rows are of."""

    told: Told
    whom: Whom


def _counted(*counts: str) -> Whom:
    """Rows that have no child in common say themselves how many they are of."""

    async def whom(_reader: Reader, result: Result) -> list[Children]:
        return apart(result, *counts)

    return whom


def _counted_again(*counts: str) -> Whom:
    """The same of rows that may be of the same children."""

    async def whom(_reader: Reader, result: Result) -> list[Children]:
        return alike(result, *counts)

    return whom


def _keyed(told: Told) -> Way:
    async def whom(reader: Reader, result: Result) -> list[Children]:
        return await by_keys(reader, result, told.keys)

    return Way(told, whom)


def _spend(result: Result) -> Way:
    keys = tuple(result.options["by"].split(","))
    if "placement" in keys:
        raise _names_children(said("Spend by placement"), "Leave placement out of what it is grouped by.")
    if len(keys) > MOST_KEYS:
        message = said(
            "Spend by %(keys)s keys is cut so fine that hardly a row is of %(children)s children.",
            keys=len(keys),
            children=MOST_KEYS + 1,
        )
        raise Refused(_fault(message, said("Group by %(most)s keys at most.", most=MOST_KEYS)))
    return _keyed(Told(keys))


_EFFECTS = ("price_effect", "mix_effect", "void_effect", "unshared_effect")
_QUARTILES = ("lower_quartile", "median", "upper_quartile")


def _compare(result: Result) -> Way:
    if "over" in result.options:
        raise Refused(
            _fault("A comparison over several years or terms is of the same children again.", "Publish each by itself.")
        )
    within = result.options.get("within")
    keys = (within, "model") if within else ("model",)
    return _keyed(Told(keys, left_out=_QUARTILES, against=_EFFECTS, notes=False))


def _bridge(result: Result) -> Way:
    if "detail" in result.options:
        raise _names_children("A bridge event by event", "Publish it by cause, without the detail.")
    told = Told(("cause",))
    return Way(told, _counted_again("placements") if "from_period" in result.options else by_cause)


def _budget(result: Result) -> Way:
    return _keyed(
        Told((result.options["by"],), always=("budget", "profiled"), left_out=("movement",), drawn_of_rows=True)
    )


_ALLOWANCES = ("unpriced", "arrivals", "leavers", "phase_leavers", "uplift", "uplifts_waiting", "movement")


def _forecast(result: Result) -> Way:
    by = result.options["by"]
    if by == "provider":
        raise _names_children("What is allowed for at one school", "Publish the forecast by month or by model.")
    return _keyed(Told((by,), always=("budget", "profiled"), left_out=_ALLOWANCES, notes=False))


def _year_groups(result: Result) -> Way:
    by = result.options["by"]
    if by == "placement":
        raise _names_children("Year groups by placement", "Publish them by year group, school or phase.")
    counts = ("leave_in_1", "leave_in_2", "leave_in_3", "later", "end_recorded", "not_expected", "leaving_cost")
    return Way(Told((by,), counts=counts), _counted("on_roll"))


def _price_bands(result: Result) -> Way:
    by = result.options["by"]
    if by == "placement":
        raise _names_children("A comparison by placement", "Publish it by school or agreement.")
    return Way(Told((by,), notes=False), _counted("placements", "compared"))


def _local_first(result: Result) -> Way:
    if result.options["by"] == "component":
        return _keyed(Told(("component",)))
    return Way(Told(("need", "phase", "setting")), by_stratum)


def _committed(result: Result) -> Way:
    if result.options["by"] == "placement":
        raise _names_children("Commitments by placement", "Publish them by school.")
    return _keyed(Told(("provider",), always=("school",)))


def _schools(result: Result) -> Way:
    """What the list of schools tells of our pupils is protected; all else in it is in the public directory."""
    directory = tuple(column.name for column in result.columns if column.name not in ("urn", "places", "cost"))

    async def whom(reader: Reader, result: Result) -> list[Children]:
        found = await children_by(reader, result, ("provider",))
        return [found.get(row[:1], frozenset()) for row in result.rows]

    return Way(Told(("urn",), always=directory, counts=("places",)), whom)


_AHEAD = ("leavers_ahead", "phase_leavers", "under_water_on", "under_water_with_phase", "could_fill", "suggested")
WAYS: Mapping[str, Callable[[Result], Way]] = {
    "spend": _spend,
    "compare": _compare,
    "bridge": _bridge,
    "budget": _budget,
    "forecast": _forecast,
    "year_groups": _year_groups,
    "price_bands": _price_bands,
    "local_first": _local_first,
    "committed": _committed,
    "voids": lambda _: Way(
        Told(("agreement",), always=("places",), left_out=_AHEAD, notes=False), _counted("filled", "in_notice")
    ),
    "empty_places": lambda _: _keyed(Told(("agreement", "provider", "model"), always=("committed",))),
    "exits": lambda result: Way(Told((result.options["by"],), counts=("unplanned", "not_said")), _counted("ended")),
    "uplifts": lambda result: _keyed(Told((result.options["by"],))),
    "scenarios": lambda _: Way(
        Told(("terms", "model"), parts=False, notes=False), _counted_again("priced", "unpriced")
    ),
    "schools": _schools,
}
"""How each report that may be published is, by its name."""
INSTEAD: Mapping[str, tuple[str, str]] = {
    "placements": (said("The list of placements"), said("Publish “spend” by need, phase or school.")),
    "consultations": (
        said("The list of consultations"),
        said("Publish “exits” or “spend”, which count children together."),
    ),
    "agreements": (
        said("The list of agreements"),
        said("Publish the contracts register: “publication”, named “contracts”."),
    ),
    "invoices": (said("The list of invoices"), said("Publish “publication”, named “spend_500” or “payments_30k”.")),
    "reviews": (said("The list of reviews"), said("Publish “spend” or “exits”, which count children together.")),
    "exceptions": (said("The list of what needs a person"), said("Publish the “budget” or the “forecast”.")),
    "counterfactual": (
        said("A price for each placement"),
        said("Publish “scenarios”, which has one row for each of the terms."),
    ),
    "sensitivity": (said("A curve of one agreement's own pupils"), said("Publish “scenarios”.")),
    "posted": (said("What single late entries moved"), said("Publish “spend” by month.")),
    "journal": (said("A journal"), said("It goes to the finance system; publish “spend” by component or model.")),
    "accruals": (said("Accruals by placement"), said("Publish the “budget”, which tells what is invoiced and paid.")),
    "expected": (said("What schools should bill line by line"), said("Publish “spend” by school.")),
    "pay": (said("Payments of single schools"), said("Publish “publication”, named “payment_times”.")),
    "audit_listing": (said("Every charge by itself"), said("It goes to the auditor; publish “spend”.")),
    "statement": (said("A school's statement"), said("It is for that school alone.")),
}
"""What has no publish variant: what it is, and how to come to something that may be published."""


def variant_asked(text: str, report: str) -> Variant:
    """The variant that was asked for; that of the report's own where none was."""
    for variant in VARIANTS:
        if text == variant:
            return variant
    if text:
        expected = said("one of %(variants)s", variants=", ".join(VARIANTS))
        raise Refused(
            Fault(
                "variant", said("“%(text)s” is no variant of a file.", text=text[:40]), "variant", expected, status=400
            )
        )
    return variant_of(report)


async def in_variant(reader: Reader, result: Result, variant: Variant) -> Result:
    """The result as a variant tells it: as it is, or with its small numbers withheld; `Refused` where it has none."""
    return await published(reader, result) if variant == "publish" else result


async def published(reader: Reader, result: Result) -> Result:
    """The result as it may be published; `Refused`, saying what to publish in its place, where it may not."""
    way = way_of(result)
    return result if way is None else protected(result, way.told, await way.whom(reader, result))


def may_be_published(result: Result) -> bool:
    """Whether the result has a publish variant."""
    try:
        way_of(result)
    except Refused:
        return False
    return True


def way_of(result: Result) -> Way | None:
    """How the result is published; None where it withholds its small numbers whatever the variant."""
    if result.report.startswith(PUBLICATION):
        if result.report.removeprefix(PUBLICATION) in RETURNS:
            message = said(
                "%(report)s is a return to the department, and no small number is withheld from it.",
                report=said(result.title),
            )
            raise Refused(_fault(message, "Send it in as its working variant; publish “spend” by phase."))
        return None
    if result.filters.placement:
        raise _names_children(said("A report on chosen placements"), "Ask it without choosing placements.")
    if result.report not in WAYS:
        raise _names_children(*INSTEAD.get(result.report, (f"“{result.report}”", "Publish “spend”.")))
    return WAYS[result.report](result)


def _names_children(what: str, mend: str) -> Refused:
    return Refused(_fault(said("%(what)s may point at single children, so there is none to publish.", what=what), mend))


def _fault(message: str, mend: str) -> Fault:
    return Fault("not-published", message, "variant", "the working variant", mend, status=400)
