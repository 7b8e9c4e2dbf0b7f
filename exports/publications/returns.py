"""Rows for two returns to the Department for Education: placements for SEN2, and line 1.2.3 of section 251.

Returns go to the department and are not published as they are; no small number is withheld from them.
"""

from collections import Counter, defaultdict

from commissioning.charges import places
from commissioning.charges.figures import figures
from commissioning.charges.known import placements_as_at, providers_as_at
from commissioning.charges.periods import Period
from commissioning.charges.places import Wanted
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.language import N_, _
from exports.result import Column, Result, Value, whole
from providers.words import TYPES

SEN2_LAYOUT = N_(
    "Draft layout: SEN2 person level return, placement detail; not checked against the published specification."
)
S251_LAYOUT = N_(
    "Draft layout: section 251 statements, line 1.2.3, top up and other funding for non-maintained and independent "
    "providers; not checked against the published specification."
)
_SEN2 = (
    Column("placement", "text", N_("Placement")),
    Column("urn", "text", N_("URN"), N_("The placement's establishment.")),
    Column("start_date", "day", N_("Entry date"), N_("The first day on roll.")),
    Column("end_date", "day", N_("Leaving date"), N_("The last day on roll; empty while the pupil is there.")),
    Column("need", "text", N_("Primary need"), N_("The main need by its SEN2 code.")),
    Column("setting", "text", N_("Residential setting"), N_("Day or residential, in the ledger's own words.")),
    Column("phase", "text", N_("Phase")),
    Column("route", "text", N_("Route")),
)
_PHASES = {
    "early_years": N_("Early years"),
    "primary": N_("Primary"),
    "secondary": N_("Secondary"),
    "post_16": N_("Post 16"),
}
_TYPES = ("independent_special", "non_maintained_special", "special_post_16")
_S251 = (
    Column("line", "text", N_("Line"), N_("The line of the statement.")),
    Column("provider_type", "text", N_("Provider type"), N_("The kind of school."), names=TYPES),
    *(Column(phase, "money", label, N_("Education's share of charges.")) for phase, label in _PHASES.items()),
    Column("no_phase", "money", N_("No phase"), N_("Empty places that are paid for: they are of no phase.")),
    Column("total", "money", N_("Total"), N_("All of the line for the kind of school.")),
)


async def sen2_placements(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> Result:
    """A row for each placement with a day on roll in the period."""
    chosen = tuple((name, values) for name, values in filters.chosen().items())
    known = await placements_as_at(reader, as_at.position)
    found = await places.places(reader, as_at.position, period.last_day, Wanted(chosen))
    rows: list[tuple[Value, ...]] = []
    for place in found:
        if place.first_day > period.last_day or (place.last_day and place.last_day < period.first_day):
            continue
        end = place.last_day.isoformat() if place.last_day else None
        route = known[place.ref].versions[-1].route
        urn = str(place.provider_urn)
        rows.append((place.ref, urn, place.first_day.isoformat(), end, place.need, place.setting, place.phase, route))
    return Result(
        "publication_sen2", _("SEN2 placements"), as_at, period, filters, _SEN2, tuple(sorted(rows, key=str)), {},
        (_(SEN2_LAYOUT),), draft=True,
    )  # fmt: skip


async def section_251(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> Result:
    """Line 1.2.3 by kind of school and phase: what education bears at independent and non-maintained schools."""
    schools = await providers_as_at(reader, as_at.position)
    asked = await figures(reader, ("provider", "phase"), period, as_at.position, filters, monthly=False)
    cells: dict[str, Counter[str]] = defaultdict(Counter)
    for (urn, phase), shares in (await asked.shares(("provider", "phase"))).items():
        cells[schools[urn].facts.type][phase or "no_phase"] += sum(shares[0])
    rows: list[tuple[Value, ...]] = []
    for kind in _TYPES:
        if any(cells[kind].values()):
            amounts = [cells[kind][phase] for phase in (*_PHASES, "no_phase")]
            rows.append(("1.2.3", kind, *amounts, sum(amounts)))
    total: dict[str, Value] = {
        column.name: sum(whole(row[place]) for row in rows)
        for place, column in enumerate(_S251)
        if column.kind == "money"
    }
    return Result(
        "publication_s251",
        _("Section 251, line 1.2.3"),
        as_at,
        period,
        filters,
        _S251,
        tuple(rows),
        total,
        (_(S251_LAYOUT),),
        draft=True,
    )
