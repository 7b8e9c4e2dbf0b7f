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
from commissioning.web.language import N_, _
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
        Field(
            "agreement_ref",
            N_("School and agreement"),
            Choice(agreements, blank=N_("Choose an agreement"), radios=False),
        ),
        *package_alone(),
    )


def package_alone() -> tuple[Field, ...]:
    """The fields of a package: everything but the agreement."""
    return (
        Field("phase", N_("Phase"), Choice(PHASES)),
        Field("setting", N_("Setting"), Choice(SETTINGS)),
        Field("band", N_("Band"), Text(width=10), N_("As the agreement's card names it"), required=False),
        Field("home_area", N_("Home area"), Text(width=20), N_("For local government reorganisation"), required=False),
        Field("route", N_("Route"), Choice(ROUTES, blank=N_("Not recorded"), radios=False), required=False),
    )


NEED = Field("need", N_("Main need"), Choice(NEEDS, blank=N_("Choose a need")))
EXIT = Field("exit", N_("Why it ended"), Choice(EXITS, blank=N_("Choose why"), radios=False))
END_REASON = Field(
    "end_reason",
    N_("More about the end"),
    Paragraph(),
    N_("Sealed: it can be opened for this pupil alone"),
    required=False,
)


def price_fields() -> tuple[Field, ...]:
    """The fields of one price."""
    return (
        Field("component", N_("For"), Choice(COMPONENTS)),
        Field("amount", N_("Price"), Money(least=None), N_("Without VAT")),
        Field("unit", N_("Paid"), Choice(UNITS)),
        Field("quantity", N_("How many a week"), Number(places=2), N_("Days or hours"), required=False),
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
    return Rows("rates", title, price_fields(), N_("Add another price"), _price_shown, hint)


def _price_shown(values: Values) -> str:
    line = price_line(values)
    return f"{COMPONENTS[line.component]}: {words.price(line)}"


def shares() -> tuple[Field, ...]:
    """Who bears the cost, in per cent."""
    return tuple(
        Field(f"{name}_pct", label, Number(most=100, places=4, suffix="%"), required=False)
        for name, label in (("education", N_("Education")), ("health", N_("Health")), ("care", N_("Social care")))
    )


def split_of(values: Values, effective_from: date | None = None) -> FundingSplit | None:
    """The funding split that the shares state, None where all are blank; a blank share beside others is nothing."""
    stated = [values[f"{name}_pct"] for name in ("education", "health", "care")]
    if all(share is None for share in stated):
        return None
    education, health, care = (Decimal(0) if share is None else share for share in stated)
    return FundingSplit(effective_from=effective_from, education_pct=education, health_pct=health, care_pct=care)


FUNDING = Section(
    N_("Who pays"),
    shares(),
    N_("Leave all three blank where education pays everything."),
)


def day_field(name: str, label: str, hint: str = N_("For example, 17/5/2026"), *, required: bool = True) -> Field:
    """A question for a day."""
    return Field(name, label, Day(), hint, required=required)


PUPIL_DETAILS = ("pupil_ref", "name", "date_of_birth", "upn", "postcode")
PUPIL = Section(
    N_("The pupil"),
    (
        Field("pupil_ref", N_("The council's reference"), Text(64, 20)),
        Field("name", N_("Name"), Text(), required=False),
        day_field("date_of_birth", N_("Date of birth"), N_("For example, 17/5/2013"), required=False),
        Field("upn", N_("Unique pupil number (UPN)"), Text(width=20), required=False),
        Field("postcode", N_("Home postcode"), Text(width=10), required=False),
    ),
    N_("Everything here is sealed under a key of the pupil's own. Of a pupil who is known, the reference is enough."),
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
        return [Answer(_("Pupil in this ledger"), _("New: nobody has this reference yet"))]
    found = await list_placements(reader, PlacementFilter(pupil=key))
    others = ", ".join(row.ref for row in found.rows) or _("none yet")
    return [
        Answer(
            _("Pupil in this ledger"),
            _("Known already as %(pupil)s; placements: %(others)s", pupil=pupil_in_words(known), others=others),
        )
    ]
