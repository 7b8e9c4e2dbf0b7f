"""The prices of an agreement's card: one, a grid of them by band and setting, and one that never held."""

from collections import Counter
from dataclasses import replace
from datetime import date

from commissioning.charges.agreement_forms.pages.changing import Changing, standing_now
from commissioning.charges.agreement_forms.pages.questions import (
    card_fields,
    card_line,
    day_field,
    grid_lines,
    grid_sections,
    grid_typed,
    pays_voids,
)
from commissioning.charges.facts_in_words import held_on
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.work import UnitOfWork
from commissioning.web.forms.fields import Field, Section, Values
from commissioning.web.forms.form import Deed, Sheet
from commissioning.web.forms.kinds import Choice
from commissioning.web.language import N_, _
from commissioning.web.words import day
from contracts import words
from contracts.agreement import Agreement
from contracts.commands import AgreeCardRate, WithdrawCardRate
from contracts.correcting import last_stated, states_price
from contracts.rates import RateLine
from contracts.series import line_at, same_line, series_of
from contracts.versions import as_base, resolved, version_on

_FROM = day_field("effective_from", N_("From"), N_("The first day on which the prices hold"))


async def price_sheet(one: Changing) -> Sheet:
    """A price of the card, agreed from a day or corrected on it."""
    voids = pays_voids(one.agreement)

    def make(values: Values, version: int | None) -> Deed:
        def deed(work: UnitOfWork) -> None:
            known = standing_now(work, one.ref)
            stated = card_line(values, values["effective_from"])
            _agree(work, known, card_line(values, values["effective_from"], _held(known, stated)), version)

        return deed

    return one.sheet(
        _("Agree a price of %(ref)s", ref=one.ref),
        _("Agree the price"),
        make,
        Section("", (_FROM, *card_fields(voids=voids))),
        text=_(
            "It holds until another price for the same thing is agreed from a later day. A price of nothing ends it. "
            "Stated for a day that has one already, it corrects that one."
        ),
    )


async def prices_sheet(one: Changing) -> Sheet:
    """Many prices of one component from a day, in a grid of bands and settings that begins with what holds last."""
    agreement, voids = one.agreement, pays_voids(one.agreement)
    last = held_on(agreement.card, date.max, agreement.start_on)
    known: dict[str, str] = {"grid_component": "education", "grid_unit": "year"}
    if last:
        (component, unit), _times = Counter((line.component, line.unit) for line in last).most_common(1)[0]
        shown = [line for line in last if (line.component, line.unit) == (component, unit)]
        void = {"grid_void": "yes" if shown[0].void else "no"} if voids else {}
        known = {"grid_component": component, "grid_unit": unit, **void, **grid_typed(shown)}

    def make(values: Values, version: int | None) -> Deed:
        stated = grid_lines(values, values["effective_from"])
        if not stated:
            raise Refused(Fault("no-price", "No cell of the grid holds a price.", "grid", "one price at least"))

        def deed(work: UnitOfWork) -> None:
            before = work.log.head.position
            for line in stated:
                now = standing_now(work, one.ref)
                held = _held(now, line)
                if held is None or not _same_price(held, line):
                    _agree(work, now, line, version if work.log.head.position == before else None)

        return deed

    return one.sheet(
        _("Agree prices of %(ref)s by band and setting", ref=one.ref),
        _("Agree the prices"),
        make,
        Section("", (_FROM,)),
        *grid_sections(voids=voids),
        known=known,
        text=_(
            "The grid begins with the prices that hold last. Change what changes: a price that stays the same is "
            "left as it is, and so is one whose cell is emptied. A price of nothing ends one."
        ),
    )


async def price_withdrawal_sheet(one: Changing) -> Sheet:
    """A price that never held."""
    start = one.agreement.start_on
    offered = {str(number): _price(line, start) for number, line in enumerate(one.agreement.card)}
    if not offered:
        raise Refused(
            Fault(
                "nothing-there",
                "No price stands on the card.",
                said("agreement %(agreement)s", agreement=one.ref),
                status=404,
            )
        )

    def make(values: Values, version: int | None) -> Deed:
        line = one.agreement.card[int(values["price"])]

        def deed(work: UnitOfWork) -> None:
            known = standing_now(work, one.ref)
            corrects = last_stated(work, one.ref, lambda event: states_price(event, line, known))
            work.execute(
                WithdrawCardRate(agreement_ref=one.ref, line=line, expected_version=version, corrects=corrects)
            )

        return deed

    return one.sheet(
        _("Withdraw a price of %(ref)s", ref=one.ref),
        _("Withdraw the price"),
        make,
        Section("", (Field("price", N_("The price that never held"), Choice(offered, blank=N_("Choose a price"))),)),
        text=_("For a price that never held. Where it ended, agree a price of nothing from that day instead."),
    )


def _agree(work: UnitOfWork, agreement: Agreement, line: RateLine, version: int | None) -> None:
    held = line_at(agreement.card, line, agreement.start_on)
    corrects = None
    if held is not None and not same_line(held, line, agreement.start_on):
        corrects = last_stated(work, agreement.ref, lambda event: states_price(event, held, agreement))
    base = as_base(line, agreement.start_on)
    work.execute(AgreeCardRate(agreement_ref=agreement.ref, line=base, expected_version=version, corrects=corrects))


def _held(agreement: Agreement, line: RateLine) -> RateLine | None:
    """The price of the line's series that holds on its day."""
    series = [one for one in agreement.card if series_of(one) == series_of(line)]
    return version_on(series, resolved(line, agreement.start_on), agreement.start_on)


def _same_price(held: RateLine, line: RateLine) -> bool:
    """Whether a price already holds so, since whatever day; what a grid does not ask is not compared."""
    return replace(held, effective_from=None, discount=line.discount, notice=line.notice) == replace(
        line, effective_from=None
    )


def _price(line: RateLine, start: date) -> str:
    component = words.COMPONENTS[line.component]
    package = f"{component}, {words.applies_to(line)}" if line.band or line.setting else component
    return _(
        "%(package)s: %(price)s, from %(day)s",
        package=package, price=words.price(line), day=day(resolved(line, start)),
    )  # fmt: skip
