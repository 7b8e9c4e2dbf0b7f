"""`/new/agreement`: an agreement is recorded by its model, with the questions that the model needs and no others."""

import re
from typing import cast

from aiohttp import web

from commissioning.charges.agreement_forms.pages.questions import (
    COMMITS,
    QUOTED,
    TIERED,
    VOID_PCT,
    billing_fields,
    card_line,
    card_rows,
    day_field,
    grid_lines,
    grid_sections,
    terms_asked,
    terms_fields,
    tier_set,
    tiers_rows,
)
from commissioning.charges.pages.asked import one_of
from commissioning.ledger.reading import Reader
from commissioning.web.forms.fields import Field, Section, Values
from commissioning.web.forms.form import Deed, Sheet
from commissioning.web.forms.kinds import Choice, Text
from commissioning.web.language import N_, _
from commissioning.web.ledger_keys import READER
from commissioning.web.rendering import render
from contracts.commands import MakeAgreement
from contracts.queries import all_agreements
from contracts.terms import CommissioningModel
from contracts.words import MODEL_MEANINGS, MODELS
from providers.queries import all_providers
from providers.words import told_apart

PLACES = {
    "agreement-known": "agreement_ref",
    "agreement-ref": "agreement_ref",
    "end-before-start": "end_on",
    "notice-weeks": "notice_weeks",
    "commitment": "commitment_places",
    "void-pct": "void_pct",
    "void-pct-missing": "void_pct",
    "tier-twice": "tiers",
    "tier-one-missing": "tiers",
    "tier-place": "tiers",
    "discount": "tiers",
    "two-prices-on-one-date": "grid",
    "quantity": "rates",
    "provider-unknown": "provider_urn",
}
_USUAL = {
    "fee_year": "academic",
    "accrual": "terms",
    "leaver_rule": "last_day",
    "notice_weeks": "0",
    "tiering": "marginal",
    "billing": "termly_advance",
    "instalments": "by_days",
    "grid_component": "education",
    "grid_unit": "year",
}


def _breadcrumbs() -> list[tuple[str, str | None]]:
    return [(_("Home"), "/"), (_("Agreements"), "/agreements")]


async def choose_model(request: web.Request) -> web.Response:
    """The models, each with what it means: the form that follows asks what the chosen one needs."""
    models = [(code, name, MODEL_MEANINGS[code]) for code, name in MODELS.items()]
    breadcrumbs = [*_breadcrumbs(), (_("Record an agreement"), None)]
    kept = f"?{request.query_string}" if request.query_string else ""
    context = {"models": models, "breadcrumbs": breadcrumbs, "kept": kept}
    return render(request, "charges/new_agreement.html", context)


async def make_sheet(request: web.Request) -> Sheet:
    """`/new/agreement/{model}`: the form of a model; the address may name the school."""
    model = cast("CommissioningModel", one_of("model", request.match_info["model"], MODELS))
    reader = request.app[READER]
    known = {name: value for name, value in _USUAL.items() if not (name == "tiering" and model not in TIERED)}
    known |= {"agreement_ref": await next_reference(reader)}
    if model in COMMITS:
        known |= {"void_pct": VOID_PCT.get(model, ""), "grid_void": "yes"}
    if model == "state_place":
        known |= {"grid_void": "yes"}
    if urn := request.query.get("provider_urn"):
        known["provider_urn"] = urn

    def deed(values: Values, _version: int | None) -> Deed:
        command = _command(model, values)
        return lambda work: work.execute(command)

    return Sheet(
        heading=_("Record an agreement: %(model)s", model=MODELS[model].lower()),
        button=_("Record the agreement"),
        text=MODEL_MEANINGS[model],
        sections=await _sections(reader, model),
        known={name: value for name, value in known.items() if value},
        deed=deed,
        places=PLACES,
        breadcrumbs=[*_breadcrumbs(), (_("Record an agreement"), "/new/agreement"), (MODELS[model], None)],
    )


async def _sections(reader: Reader, model: CommissioningModel) -> tuple[Section, ...]:
    schools = told_apart(await all_providers(reader))
    found = [
        Section(
            N_("With whom, from when"),
            (
                Field("agreement_ref", N_("The council's reference"), Text(64, 20)),
                Field("provider_urn", N_("School"), Choice(schools, blank=N_("Choose a school"), radios=False)),
                Field("title", N_("Title"), Text(), N_("What people call it"), required=False),
                day_field("start_on", N_("First day")),
                day_field("end_on", N_("Last day"), N_("Leave blank where no end is agreed"), required=False),
                day_field("signed_on", N_("Signed on"), N_("Leave blank until it is signed"), required=False),
            ),
        ),
        Section(N_("Terms"), terms_fields(model)),
        Section(N_("Billing"), billing_fields()),
    ]
    if model in TIERED:
        hint = N_("From place 1 the discount of the block; from the place after the last, what further pupils get off.")
        found.append(Section(N_("Discounts"), (tiers_rows(hint=hint if model == "block" else ""),)))
    if model not in QUOTED:
        voids = model in COMMITS or model == "state_place"
        found += grid_sections(voids=voids)
        found.append(Section(N_("Other prices of the card"), (card_rows(voids=voids),)))
    return tuple(found)


def _command(model: CommissioningModel, values: Values) -> MakeAgreement:
    """The agreement that the answers state; its terms, tiers and prices hold from its first day."""
    tiers = tier_set(values, None)
    rates = () if model in QUOTED else grid_lines(values, None)
    rates += tuple(card_line(row, None) for row in values.get("rates") or ())
    return MakeAgreement(
        agreement_ref=values["agreement_ref"],
        provider_urn=int(values["provider_urn"]),
        model=model,
        title=values["title"],
        start_on=values["start_on"],
        end_on=values["end_on"],
        billing=values["billing"],
        instalments=values["instalments"],
        signed_on=values["signed_on"],
        terms=(terms_asked(values, None),),
        tier_sets=() if tiers is None else (tiers,),
        rates=rates,
    )


async def next_reference(reader: Reader) -> str:
    """The next free reference of the form that most agreements have, `AG-001` where there are none."""
    known = {one.ref for one in await all_agreements(reader)}
    numbered = [match for ref in known if (match := re.fullmatch(r"(AG-?)(\d{1,9})", ref))]
    if not numbered:
        return "AG-001" if "AG-001" not in known else ""
    last = max(numbered, key=lambda match: int(match[2]))
    return f"{last[1]}{int(last[2]) + 1:0{len(last[2])}d}"
