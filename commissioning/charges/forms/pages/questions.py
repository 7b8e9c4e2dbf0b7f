"""The questions that forms about placements share, and the choices they offer."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from aiohttp import web

from commissioning.ledger.reading import Reader
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.placements.facts import FundingSplit
from commissioning.placements.queries import PlacementFilter, list_placements, pupil
from commissioning.placements.words import EXITS, NEEDS, PHASES, ROUTES, pupil_in_words
from commissioning.web.forms.fields import Field, Rows, Section, Values
from commissioning.web.forms.form import Answer
from commissioning.web.forms.kinds import Choice, Day, Money, Number, Paragraph, Text
from commissioning.web.ledger_keys import READER, VAULT
from contracts import words
from contracts.queries import all_agreements
from contracts.rates import RateLine, usual_notice, usual_quantity
from contracts.words import COMPONENTS, MODELS, SETTINGS, UNITS
from providers.queries import all_providers


async def agreements_offered(reader: Reader) -> dict[str, str]:
    """Every agreement by its reference: the school first, because that is what people look for."""
    schools = {one.urn: one.facts.name for one in await all_providers(reader)}
    found = {
        one.ref: f"{schools.get(one.provider_urn, one.provider_urn)}: {one.ref}, {MODELS[one.model].lower()}"
        for one in await all_agreements(reader)
    }
    return dict(sorted(found.items(), key=lambda item: item[1]))


def package(agreements: Mapping[str, str]) -> tuple[Field, ...]:
    """Where a placement stands: the fields of a version."""
    return (
        Field("agreement_ref", "School and agreement", Choice(agreements, blank="Choose an agreement", radios=False)),
        *package_alone(),
    )


def package_alone() -> tuple[Field, ...]:
    """The fields of a package: everything but the agreement."""
    return (
        Field("phase", "Phase", Choice(PHASES)),
        Field("setting", "Setting", Choice(SETTINGS)),
        Field("band", "Band", Text(width=10), "As the agreement's card names it", required=False),
        Field("home_area", "Home area", Text(width=20), "For local government reorganisation", required=False),
        Field("route", "Route", Choice(ROUTES, blank="Not recorded", radios=False), required=False),
    )


NEED = Field("need", "Main need", Choice(NEEDS, blank="Choose a need"))
EXIT = Field("exit", "Why it ended", Choice(EXITS, blank="Choose why", radios=False))
END_REASON = Field(
    "end_reason", "More about the end", Paragraph(), "Sealed: it can be opened for this pupil alone", required=False
)


def price_fields() -> tuple[Field, ...]:
    """The fields of one price."""
    return (
        Field("component", "For", Choice(COMPONENTS)),
        Field("amount", "Price", Money(least=None), "Without VAT"),
        Field("unit", "Paid", Choice(UNITS)),
        Field("quantity", "How many a week", Number(places=2), "Days or hours", required=False),
    )


def price_line(values: Values, effective_from: date | None = None) -> RateLine:
    """The line that the fields of a price state; what they do not ask is as usual."""
    component, unit, quantity = values["component"], values["unit"], values["quantity"]
    return RateLine(
        component=component,
        unit=unit,
        amount=values["amount"],
        quantity=usual_quantity(unit) if quantity is None else quantity,
        effective_from=effective_from,
        void=False,
        discount=False,
        notice=usual_notice(component, unit),
    )


def prices(title: str, hint: str) -> Rows:
    """Prices of the placement's own, as many as there are."""
    return Rows("rates", title, price_fields(), "Add another price", _price_shown, hint)


def _price_shown(values: Values) -> str:
    line = price_line(values)
    return f"{COMPONENTS[line.component]}: {words.price(line)}"


def shares() -> tuple[Field, ...]:
    """Who bears the cost, in per cent."""
    return tuple(
        Field(f"{name}_pct", label, Number(most=100, places=4, suffix="%"), required=False)
        for name, label in (("education", "Education"), ("health", "Health"), ("care", "Social care"))
    )


def split_of(values: Values, effective_from: date | None = None) -> FundingSplit | None:
    """The funding split that the shares state, None where all are blank; a blank share beside others is nothing."""
    stated = [values[f"{name}_pct"] for name in ("education", "health", "care")]
    if all(share is None for share in stated):
        return None
    education, health, care = (Decimal(0) if share is None else share for share in stated)
    return FundingSplit(effective_from=effective_from, education_pct=education, health_pct=health, care_pct=care)


FUNDING = Section(
    "Who pays",
    shares(),
    "Leave all three blank where education pays everything.",
)


def day_field(name: str, label: str, hint: str = "For example, 17/5/2026", *, required: bool = True) -> Field:
    """A question for a day."""
    return Field(name, label, Day(), hint, required=required)


PUPIL_DETAILS = ("pupil_ref", "name", "date_of_birth", "upn", "postcode")
PUPIL = Section(
    "The pupil",
    (
        Field("pupil_ref", "The council's reference", Text(64, 20)),
        Field("name", "Name", Text(), required=False),
        day_field("date_of_birth", "Date of birth", "For example, 17/5/2013", required=False),
        Field("upn", "Unique pupil number (UPN)", Text(width=20), required=False),
        Field("postcode", "Home postcode", Text(width=10), required=False),
    ),
    "Everything here is sealed under a key of the pupil's own. Of a pupil who is known, the reference is enough.",
)


def without(values: Values, *names: str) -> dict[str, Any]:
    """The values but some of them, which a form reads itself."""
    return {name: value for name, value in values.items() if name not in names}


async def about_pupil(request: web.Request, values: Values) -> list[Answer]:
    """Whether the pupil is known already, and where else: a slip in a reference shows here."""
    reader = request.app[READER]
    key = request.app[VAULT].pupil_of(values["pupil_ref"])
    known = await pupil(reader, key, OPEN_POSITION) if key else None
    if key is None or known is None:
        return [Answer("Pupil in this ledger", "New: nobody has this reference yet")]
    found = await list_placements(reader, PlacementFilter(pupil=key))
    others = ", ".join(row.ref for row in found.rows) or "none yet"
    return [Answer("Pupil in this ledger", f"Known already as {pupil_in_words(known)}; placements: {others}")]
