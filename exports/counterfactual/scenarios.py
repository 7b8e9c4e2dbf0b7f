"""Several ways to buy the same places, side by side: each a counterfactual of one cohort."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.language import N_, _, ngettext
from commissioning.web.words import number
from contracts.words import MODELS
from exports.counterfactual.charts import scenarios_chart
from exports.counterfactual.cohort import cohort_of
from exports.counterfactual.report import Answer, answer_of
from exports.counterfactual.terms import Target
from exports.result import Column, Result, Value, round_half_away
from exports.schools_named import schools_named
from exports.spending.strata import days_in_year

COLUMNS = (
    Column("terms", "text", N_("Terms")),
    Column("model", "text", N_("Model")),
    Column("priced", "count", N_("Placements priced")),
    Column("unpriced", "count", N_("Without a price")),
    Column("baseline", "money", N_("As bought")),
    Column("scenario", "money", N_("Under these terms")),
    Column("difference", "money", N_("Difference")),
    Column("void", "money", N_("Empty places")),
    Column("whole_difference", "money", N_("Difference with empty places")),
    Column("cost_per_fte_year", "money", N_("Cost per FTE year")),
    Column("break_even", "ratio", N_("Break-even places")),
)
NAMED = 3
"""Placements without a price that a note names; the report of one of the terms names all of them."""
MEASURES = (Column("placements", "count", N_("Placements in the cohort")),)


@schools_named
async def scenarios(
    reader: Reader, as_at: AsAt, period: Period, cohort: Filters, targets: Sequence[Target], *, join_roll: bool = False
) -> Result:
    """One row for each target, of the placements that it prices, so that both sides of each are of the same pupils.

    `cost_per_fte_year` has the target's empty places in it.
    """
    chosen = await cohort_of(reader, period, as_at.position, cohort)
    answers = [
        await answer_of(reader, as_at, period, chosen, target, join_roll=join_roll, told=False) for target in targets
    ]
    year = days_in_year(period)
    rows: list[tuple[Value, ...]] = []
    for answer in answers:
        days = sum(chosen.days[ref] for ref in answer.priced)
        total = answer.total
        whole = _pence(total["scenario"]) + _pence(total["void"])
        each = round_half_away(Fraction(whole, days) * year) if days else None
        rows.append(
            (
                answer.target.label,
                MODELS[answer.target.agreement.model],
                *(total[name] for name in ("priced", "unpriced", "baseline", "scenario", "difference", "void")),
                total["whole_difference"],
                each,
                total["break_even"],
            )
        )
    result = Result(
        "scenarios",
        _("The same pupils under several terms"),
        as_at,
        period,
        cohort,
        COLUMNS,
        tuple(rows),
        {"placements": max((len(answer.rows) for answer in answers), default=0)},
        tuple(_notes(answers)),
        {f"terms_{place}": target.origin for place, target in enumerate(targets, start=1)}
        | ({"join_roll": "yes"} if join_roll else {}),
        measures=MEASURES,
    )
    return replace(result, chart=scenarios_chart(result))


def _notes(answers: Sequence[Answer]) -> list[str]:
    """Whom the terms cannot price, and why, told once for all that miss the same; of many the first are named."""
    alike: dict[tuple[tuple[str, str], ...], list[Answer]] = defaultdict(list)
    for answer in answers:
        if missed := tuple((str(row[0]), str(row[4])) for row in answer.rows if row[1] is None):
            alike[missed].append(answer)
    notes = []
    for missed, of_terms in alike.items():
        named = "; ".join(f"{ref} {reason}" for ref, reason in missed[:NAMED])
        if len(missed) > NAMED:
            named = _("%(named)s; and %(count)s more", named=named, count=number(len(missed) - NAMED))
        told = {
            "terms": ", ".join(one.target.label for one in of_terms),
            "missed": number(len(missed)),
            "all": number(len(of_terms[0].rows)),
            "named": named,
        }
        notes.append(
            ngettext(
                "Under %(terms)s %(missed)s of %(all)s placements have no price and count on neither side of its row: "
                "%(named)s.",
                "Under %(terms)s %(missed)s of %(all)s placements have no price and count on neither side of their "
                "rows: %(named)s.",
                len(of_terms),
                **told,
            )
        )
    return notes


def _pence(value: Value) -> int:
    return value if isinstance(value, int) else 0
