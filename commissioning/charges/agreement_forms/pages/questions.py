"""The questions that forms about agreements share, and which of them a commissioning model needs."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from commissioning.web.forms.fields import Field, Rows, Section, Values, as_typed, pounds_typed
from commissioning.web.forms.kinds import Choice, Day, Money, Number, Text
from commissioning.web.language import N_, Labels, _
from commissioning.web.words import pounds
from contracts import words
from contracts.agreement import Agreement
from contracts.commands import TermsAsked
from contracts.rates import RateLine, usual_notice, usual_quantity
from contracts.terms import CommissioningModel, Setting, Terms, Tier, TierSet

COMMITS: frozenset[CommissioningModel] = frozenset({"block", "retained", "cost_volume"})
"""Models that commit the council to places, and so ask what an empty one costs."""
TIERED: frozenset[CommissioningModel] = frozenset({"block", "cost_volume", "volume_discount"})
"""Models whose discount depends on the place or the roll."""
QUOTED: frozenset[CommissioningModel] = frozenset(
    {"spot", "national_contract", "dynamic_market", "approved_list", "open_framework"}
)
"""Models whose prices are quoted for each child, so that the agreement has no card."""
VOID_PCT: Mapping[str, str] = {"block": "100", "cost_volume": "100"}
"""What an empty place of a model usually costs, in per cent of a filled one."""
YES_NO = Labels({"yes": N_("Yes"), "no": N_("No")})
GRID_SETTINGS: Mapping[str, str] = Labels({"any": N_("Any setting"), **words.SETTINGS})
_EVERY_UNIT_OF_A_GRID: Mapping[str, str] = Labels(
    {"year": N_("year"), "term": N_("term"), "week": N_("week"), "day": N_("day"), "hour": N_("hour")}
)
_EACH: Mapping[str, str] = Labels({**_EVERY_UNIT_OF_A_GRID, "once": N_("once")})


def day_field(name: str, label: str, hint: str = N_("For example, 1/9/2026"), *, required: bool = True) -> Field:
    """A question for a day."""
    return Field(name, label, Day(), hint, required=required)


def billing_fields() -> tuple[Field, ...]:
    """How the school bills."""
    return (
        Field("billing", N_("Billing"), Choice(words.BILLINGS)),
        Field("instalments", N_("Instalments"), Choice(words.INSTALMENTS)),
    )


def terms_fields(model: CommissioningModel) -> tuple[Field, ...]:
    """The terms that agreements of a model have."""
    fields = [
        Field("fee_year", N_("Fee year"), Choice(words.FEE_YEARS)),
        Field("accrual", N_("A yearly price falls"), Choice(words.ACCRUALS)),
        Field("leaver_rule", N_("Leavers"), Choice(words.LEAVER_RULES)),
        Field(
            "notice_weeks", N_("Weeks of notice"), Number(most=104, places=0), N_("0 where only the rule above counts")
        ),
    ]
    if model in TIERED:
        fields.append(Field("tiering", N_("How the discounts count"), Choice(words.TIERINGS)))
    if model in COMMITS:
        fields += [
            Field("commitment_places", N_("Places committed"), Number(least=1, most=1_000, places=0)),
            Field(
                "void_pct",
                N_("An empty place is paid at"),
                Number(most=100, places=4, suffix="%"),
                N_("Of the prices that are paid on empty places"),
            ),
            Field(
                "void_band", N_("Band of an empty place"), Text(200, 10), N_("If the card has bands"), required=False
            ),
            Field(
                "void_setting",
                N_("Setting of an empty place"),
                Choice(words.SETTINGS, blank=N_("None"), radios=False),
                N_("If the card has settings"),
                required=False,
            ),
        ]
    return tuple(fields)


def terms_asked(values: Values, effective_from: date | None) -> TermsAsked:
    """The terms that were answered; what a model does not ask is as it is by default."""
    whole = {name: int(values[name]) for name in ("notice_weeks", "commitment_places") if values.get(name) is not None}
    names = set(TermsAsked.model_fields) - {"effective_from"}
    stated = {name: value for name, value in values.items() if name in names and value is not None}
    return TermsAsked(effective_from=effective_from, **(stated | whole))


def terms_typed(terms: Terms) -> dict[str, str]:
    """Terms as somebody would type them."""
    names = set(TermsAsked.model_fields) - {"effective_from"}
    return {name: as_typed(value) for name in names if (value := getattr(terms, name)) is not None}


def tiers_rows(*, hint: str = "") -> Rows:
    """The tiers of a set."""
    return Rows(
        "tiers",
        N_("Discounts by place"),
        (
            Field("from_place", N_("From place"), Number(least=1, most=1_000, places=0)),
            Field("discount_pct", N_("Discount"), Number(-100, 100, 4, suffix="%"), N_("Below 0 for a surcharge")),
        ),
        N_("Add another discount"),
        lambda row: words.tier(_tier(row)).capitalize(),
        hint or N_("The first begins at place 1, with 0 where there is no discount."),
    )


def tier_set(values: Values, effective_from: date | None) -> TierSet | None:
    """The tiers that were answered; None where there are none."""
    tiers = tuple(_tier(row) for row in values.get("tiers") or ())
    return TierSet(effective_from=effective_from, tiers=tiers) if tiers else None


def tiers_typed(held: Iterable[Tier]) -> dict[str, str]:
    """Tiers as somebody would type them."""
    return {
        f"tiers.{number}.{name}": as_typed(getattr(tier, name))
        for number, tier in enumerate(held)
        for name in ("from_place", "discount_pct")
    }


def _tier(row: Values) -> Tier:
    return Tier(from_place=int(row["from_place"]), discount_pct=row["discount_pct"])


def grid_sections(*, voids: bool) -> tuple[Section, ...]:
    """One component's prices by band and setting, and with `voids` whether empty places pay them."""
    paid = (Field("grid_void", N_("Are these paid on empty places?"), Choice(YES_NO)),) if voids else ()
    return (
        Section(
            N_("Prices by band and setting"),
            (
                Field("grid_component", N_("For"), Choice(words.COMPONENTS, radios=False)),
                Field("grid_unit", N_("Each"), Choice(_EVERY_UNIT_OF_A_GRID, radios=False)),
                *paid,
                Rows(
                    "grid",
                    N_("Prices by band and setting"),
                    (
                        Field("band", N_("Band"), Text(200, 10), required=False),
                        *(
                            Field(code, label, Money(least=None), required=False)
                            for code, label in GRID_SETTINGS.items()
                        ),
                    ),
                    N_("Add another band"),
                    _grid_row_shown,
                    N_(
                        "A row for each band, without VAT. A blank band is any band; leave blank what is not offered. "
                        "A placement takes every price that matches it, so do not price the same thing twice."
                    ),
                ),
            ),
        ),
    )


def grid_lines(values: Values, effective_from: date | None) -> tuple[RateLine, ...]:
    """The prices in the cells of a grid that were filled in."""
    component, unit = values["grid_component"], values["grid_unit"]
    return tuple(
        RateLine(
            component=component,
            unit=unit,
            amount=amount,
            quantity=usual_quantity(unit),
            band=row["band"],
            setting=_setting(code),
            effective_from=effective_from,
            void=values.get("grid_void") == "yes",
            discount=True,
            notice=usual_notice(component, unit),
        )
        for row in values["grid"]
        for code in GRID_SETTINGS
        if (amount := row.get(code)) is not None
    )


def grid_typed(lines: Iterable[RateLine]) -> dict[str, str]:
    """Prices of one component and unit as the grid holds them: a row for each band."""
    found: dict[str, str] = {}
    bands: dict[str | None, int] = {}
    for line in sorted(lines, key=lambda line: line.band or ""):
        row = bands.setdefault(line.band, len(bands))
        if line.band is not None:
            found[f"grid.{row}.band"] = line.band
        found[f"grid.{row}.{line.setting or 'any'}"] = pounds_typed(line.amount)
    return found


def _setting(code: str) -> Setting | None:
    found: Any = None if code == "any" else code
    setting: Setting | None = found
    return setting


def _grid_row_shown(row: Values) -> str:
    cells = [f"{label} {pounds(row[code])}" for code, label in GRID_SETTINGS.items() if row.get(code) is not None]
    no_price = _("no price")
    band = words.band(row["band"]) if row["band"] else _("Any band")
    return f"{band}: {', '.join(cells) or no_price}"


def card_fields(*, voids: bool) -> tuple[Field, ...]:
    """One price of a card."""
    paid = (Field("void", N_("Paid on empty places?"), Choice(YES_NO)),) if voids else ()
    return (
        Field("component", N_("For"), Choice(words.COMPONENTS, radios=False)),
        Field("amount", N_("Price"), Money(least=None), N_("Without VAT")),
        Field("unit", N_("Each"), Choice(_EACH, radios=False)),
        Field("quantity", N_("How many a week"), Number(places=2), N_("Days or hours"), required=False),
        Field("band", N_("Band"), Text(200, 10), required=False),
        Field("setting", N_("Setting"), Choice(words.SETTINGS, blank=N_("Any setting"), radios=False), required=False),
        *paid,
    )


def card_line(values: Values, effective_from: date | None, held: RateLine | None = None) -> RateLine:
    """A price of a card; what is not asked stays as it was agreed, or is as usual."""
    component, unit, quantity = values["component"], values["unit"], values["quantity"]
    usual = Decimal(usual_quantity(unit)) if held is None else held.quantity
    void = values.get("void")
    return RateLine(
        component=component,
        unit=unit,
        amount=values["amount"],
        quantity=usual if quantity is None else quantity,
        band=values["band"],
        setting=values["setting"],
        effective_from=effective_from,
        void=void == "yes" if void is not None else held is not None and held.void,
        discount=True if held is None else held.discount,
        notice=usual_notice(component, unit) if held is None else held.notice,
    )


def card_rows(*, voids: bool) -> Rows:
    """Prices of a card, as many as there are."""
    return Rows(
        "rates",
        N_("Other prices"),
        card_fields(voids=voids),
        N_("Add another price"),
        lambda row: _line_shown(card_line(row, None)),
    )


def _line_shown(line: RateLine) -> str:
    component, price = words.COMPONENTS[line.component], words.price(line)
    package = f"{component}, {words.applies_to(line)}" if line.band or line.setting else component
    if line.void:
        return _("%(package)s: %(price)s, paid on empty places", package=package, price=price)
    return f"{package}: {price}"


def pays_voids(agreement: Agreement) -> bool:
    """Whether an agreement has ever committed places, or a price that empty ones pay."""
    return any(terms.commitment_places for terms in agreement.terms) or any(line.void for line in agreement.card)
