"""`/new/placement`: logging a placement with everything known of it, from the pupil to who pays."""

from aiohttp import web

from commissioning.charges.forms.pages.questions import (
    END_REASON,
    FUNDING,
    NEED,
    PUPIL,
    PUPIL_DETAILS,
    about_pupil,
    agreements_offered,
    day_field,
    package,
    price_line,
    prices,
    split_of,
    without,
)
from commissioning.ledger.reading import Reader
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.placements.in_words import LogPlacement, PupilInWords
from commissioning.placements.placement import PLACEMENTS
from commissioning.web.forms.fields import Field, Section, Values, reference_after
from commissioning.web.forms.form import Deed, Sheet
from commissioning.web.forms.kinds import Text
from commissioning.web.language import N_, _
from commissioning.web.ledger_keys import READER

_FUNDING = ("education_pct", "health_pct", "care_pct")
_PLACES = {
    "placement-known": "placement_ref",
    "end-before-start": "end_on",
    "funding-shares": "education_pct",
    "rate-twice": "rates",
    "agreement-unknown": "agreement_ref",
    "pupil-erased": "pupil_ref",
}


async def log_sheet(request: web.Request) -> Sheet:
    """The form, with the next reference already in it; the address may name the agreement."""
    reader = request.app[READER]
    known = {"placement_ref": await next_reference(reader)}
    if agreement := request.query.get("agreement_ref"):
        known["agreement_ref"] = agreement
    return Sheet(
        heading=_("Log a placement"),
        button=_("Log the placement"),
        text=_("A placement is one pupil's place at one school, from a day to a day."),
        sections=_sections(await agreements_offered(reader)),
        known=known,
        deed=_deed,
        places=_PLACES,
        also=lambda values: about_pupil(request, values),
        breadcrumbs=[(_("Home"), "/"), (_("Placements"), "/placements"), (_("Log a placement"), None)],
    )


def _sections(agreements: dict[str, str]) -> tuple[Section, ...]:
    return (
        PUPIL,
        Section(
            N_("The place"),
            (
                Field("placement_ref", N_("Reference of the placement"), Text(64, 20)),
                *package(agreements),
                NEED,
                day_field("start_on", N_("First day")),
                day_field("signed_on", N_("Agreement signed on"), N_("Leave blank until it is signed"), required=False),
            ),
        ),
        Section(
            N_("Prices of its own"),
            (
                prices(
                    N_("Prices of its own"),
                    N_("Each holds from the first day. Leave blank what the card of the agreement says already."),
                ),
            ),
        ),
        FUNDING,
        Section(
            N_("If its end is known already"),
            (
                day_field("notice_given_on", N_("Notice given on"), required=False),
                day_field("end_on", N_("Last day"), required=False),
                END_REASON,
            ),
        ),
    )


def _deed(values: Values, _version: int | None) -> Deed:
    split = split_of(values)
    command = LogPlacement(
        **without(values, *PUPIL_DETAILS, *_FUNDING, "rates"),
        pupil=PupilInWords(**{name: values[name] for name in PUPIL_DETAILS}),
        rates=tuple(price_line(row) for row in values["rates"]),
        funding=() if split is None else (split,),
    )
    return lambda work: work.execute(command)


async def next_reference(reader: Reader) -> str:
    """The reference after that of the placement logged last, where it ends in a number; blank where it does not."""
    rows = await reader.query(
        "SELECT ref FROM placements_placement WHERE book = ? ORDER BY id DESC LIMIT 1", (await reader.number(),)
    )
    ref = reference_after(rows[0][0]) if rows else "PL-0001"
    while ref and await reader.state(PLACEMENTS, ref, OPEN_POSITION) is not None:
        ref = reference_after(ref)
    return ref
