"""An agreement of the invented county and how it is told: its terms, tiers and card with yearly uplifts.

Which agreements there are stands in `catalogue`; this module knows only how one is written on the sheets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from commissioning.demo.notebook import Notebook, Row
from commissioning.demo.prices import Uplift, in_unit, price_on
from commissioning.demo.schools import School
from commissioning.demo.timeline import Timeline

_SETTLING_DAYS = 30
_UPLIFTED = ("education", "residential", "therapy")
_BLANK_TERMS: Row = {
    "leaver_rule": "last_day",
    "notice_weeks": 0,
    "commitment_places": 0,
    "void_pct": None,
    "void_band": None,
    "void_setting": None,
    "tiering": "marginal",
}


@dataclass(frozen=True)
class CardLine:
    """A price at today's level in pounds a year (pounds a unit where the unit is hour or once)."""

    component: str
    yearly: Decimal
    unit: str = "year"
    band: str | None = None
    setting: str | None = None
    void: str | None = None
    discount: str | None = None
    notice: str | None = None
    quantity: Decimal | None = None

    def row(self, owner: Row, day: date, effective_from: date | None, uplifts: Sequence[Uplift]) -> Row:
        """Return its row of the Rates sheet at the price of `day`; no effective_from is the owner's start."""
        price = price_on(day, self.yearly, uplifts) if self.component in _UPLIFTED else self.yearly
        amount = price if self.unit in ("hour", "once") else in_unit(price, self.unit)
        return {
            "agreement_ref": None,
            "placement_ref": None,
            **owner,
            "component": self.component,
            "unit": self.unit,
            "amount": amount.quantize(Decimal("0.01")),
            "quantity": self.quantity,
            "band": self.band,
            "setting": self.setting,
            "effective_from": effective_from,
            "void": self.void,
            "discount": self.discount,
            "notice": self.notice,
            "withdrawn": None,
        }


@dataclass(frozen=True)
class Agreement:
    """One agreement as a whole.

    `roll` is the number of its live placements today, `taste` how strongly it draws each need, `young` how
    strongly it draws primary pupils (100 = as the county), `replaced` the per cent of starters who took a
    leaver's place. `quoted` per cent of the fair price is asked for each child where the card has no price.
    """

    ref: str
    school: School
    model: str
    title: str
    start_on: date
    roll: int
    terms: Row
    card: tuple[CardLine, ...] = ()
    end_on: date | None = None
    later_terms: Mapping[date, Row] = field(default_factory=dict)
    tiers: tuple[tuple[int, Decimal], ...] = ()
    taste: Mapping[str, int] = field(default_factory=dict)
    young: int = 100
    replaced: int = 52
    quoted: Decimal | None = None
    unit: str = "year"
    billing: str = "termly_advance"
    instalments: str = "by_days"
    signed: bool = True
    former: "Agreement | None" = None
    national_uplifts: tuple[Uplift, ...] = ()
    residential: Mapping[str, int] = field(default_factory=dict)

    @property
    def uplifts(self) -> tuple[Uplift, ...]:
        """The price changes of the national table where it follows one, else of its school."""
        return self.national_uplifts or self.school.uplifts


def standing_uplifts(uplifts: Sequence[Uplift], start_on: date, end_on: date | None) -> list[Uplift]:
    """Return the uplifts that change a price of something that runs from `start_on` to `end_on`.

    A price agreed in the last weeks before an uplift already counts it in.
    """
    settled = start_on + timedelta(days=_SETTLING_DAYS)
    return [u for u in uplifts if u.effective_on > settled and (end_on is None or u.effective_on <= end_on)]


def record_agreement(agreement: Agreement, timeline: Timeline, notebook: Notebook) -> None:
    """Write an agreement, its tiers and its card; the opening load states the prices then in force."""
    known_on = max(timeline.opened_on, agreement.start_on - timedelta(days=25))
    shared: Row = {
        "provider_urn": agreement.school.urn,
        "model": agreement.model,
        "title": agreement.title,
        "start_on": agreement.start_on,
        "end_on": agreement.end_on,
        "billing": agreement.billing,
        "instalments": agreement.instalments,
        "signed_on": agreement.start_on - timedelta(days=18) if agreement.signed else None,
    }
    notebook.change(known_on, "Agreements", agreement.ref, shared, version=_BLANK_TERMS | agreement.terms)
    for day, terms in agreement.later_terms.items():
        told_on = max(known_on, day - timedelta(days=10))
        notebook.change(told_on, "Agreements", agreement.ref, {}, version=terms, version_from=day)
    for from_place, percent in agreement.tiers:
        notebook.note(
            known_on,
            "Tiers",
            {
                "agreement_ref": agreement.ref,
                "from_place": from_place,
                "discount_pct": percent,
                "effective_from": None,
            },
        )
    _record_card(agreement, known_on, timeline, notebook)


def _record_card(agreement: Agreement, known_on: date, timeline: Timeline, notebook: Notebook) -> None:
    owner: Row = {"agreement_ref": agreement.ref}
    priced_on = max(agreement.start_on, timeline.opened_on) + timedelta(days=_SETTLING_DAYS)
    for line in agreement.card:
        notebook.note(known_on, "Rates", line.row(owner, priced_on, None, agreement.uplifts))
    since = max(agreement.start_on, timeline.opened_on)
    for uplift in standing_uplifts(agreement.uplifts, since, agreement.end_on):
        for line in agreement.card:
            if line.component in _UPLIFTED:
                day = uplift.effective_on
                notebook.note(max(uplift.known_on, known_on), "Rates", line.row(owner, day, day, agreement.uplifts))
