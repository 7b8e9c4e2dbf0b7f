"""What a placement costs and who pays: prices of its own, funding, and days on which less is paid."""

from dataclasses import replace
from datetime import date

from commissioning.charges.facts_in_words import suspension
from commissioning.charges.forms.pages.changing import Changing, standing_now
from commissioning.charges.forms.pages.questions import FUNDING, day_field, price_fields, price_line, split_of
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.work import UnitOfWork
from commissioning.placements.commands import AgreeFunding, AgreeOwnRate, WithdrawOwnRate
from commissioning.placements.correcting import last_stated, states_price, states_suspension
from commissioning.placements.in_words import RecordSuspension, TakeBackSuspension
from commissioning.web.forms.fields import Field, Section, Values, as_typed
from commissioning.web.forms.form import Deed, Sheet
from commissioning.web.forms.kinds import Choice, Number, Paragraph
from commissioning.web.language import N_, _
from commissioning.web.words import day
from contracts import words
from contracts.rates import RateLine
from contracts.series import line_at
from contracts.versions import as_base, resolved, version_on
from contracts.words import COMPONENTS


async def price_sheet(one: Changing) -> Sheet:
    """A price of the placement's own, agreed from a day or corrected on it."""

    def make(values: Values, version: int | None) -> Deed:
        def deed(work: UnitOfWork) -> None:
            known = standing_now(work, one.ref)
            line = price_line(values, values["effective_from"])
            held = line_at(known.lines, line, known.start_on)
            if held is not None:  # what the form does not ask stays as it was agreed
                line = replace(line, void=held.void, discount=held.discount, notice=held.notice)
            base = as_base(line, known.start_on)
            corrects = None if held is None else last_stated(work, one.ref, lambda event: states_price(event, held))
            work.execute(AgreeOwnRate(placement_ref=one.ref, line=base, expected_version=version, corrects=corrects))

        return deed

    return one.sheet(
        _("Agree a price for %(ref)s", ref=one.ref),
        _("Agree the price"),
        make,
        Section("", (*price_fields(), day_field("effective_from", N_("From"), N_("The first day on which it holds")))),
        known={"effective_from": as_typed(one.placement.start_on)} if not one.placement.lines else {},
        text=_(
            "It holds until another price for the same thing is agreed from a later day. A price of nothing ends it. "
            "Stated for a day that has one already, it corrects that one."
        ),
    )


async def price_withdrawal_sheet(one: Changing) -> Sheet:
    """A price that never held."""
    start = one.placement.start_on
    offered = {str(number): _price(line, start) for number, line in enumerate(one.placement.lines)}
    if not offered:
        raise _nothing(one.ref, "No price of its own is recorded.")

    def make(values: Values, version: int | None) -> Deed:
        line = one.placement.lines[int(values["price"])]

        def deed(work: UnitOfWork) -> None:
            corrects = last_stated(work, one.ref, lambda event: states_price(event, line))
            work.execute(WithdrawOwnRate(placement_ref=one.ref, line=line, expected_version=version, corrects=corrects))

        return deed

    return one.sheet(
        _("Withdraw a price of %(ref)s", ref=one.ref),
        _("Withdraw the price"),
        make,
        Section("", (Field("price", N_("The price that never held"), Choice(offered, blank=N_("Choose a price"))),)),
        text=_("For a price that never held. Where it ended, agree a price of nothing from that day instead."),
    )


def _price(line: RateLine, start: date) -> str:
    return _(
        "%(package)s: %(price)s, from %(day)s",
        package=COMPONENTS[line.component], price=words.price(line), day=day(resolved(line, start)),
    )  # fmt: skip


async def funding_sheet(one: Changing) -> Sheet:
    """Who bears the cost from a day."""

    def make(values: Values, version: int | None) -> Deed:
        split = split_of(values, values["effective_from"])
        if split is None:
            raise Refused(Fault("funding-shares", "No share is stated.", expected="three shares that add up to 100"))
        command = AgreeFunding(
            placement_ref=one.ref,
            expected_version=version,
            effective_from=split.effective_from,
            education_pct=split.education_pct,
            health_pct=split.health_pct,
            care_pct=split.care_pct,
        )
        return lambda work: work.execute(command)

    held = version_on(one.placement.funding, date.max, one.placement.start_on)
    shares = ("education_pct", "health_pct", "care_pct")
    known = {name: as_typed(getattr(held, name)) for name in shares} if held else {"education_pct": "100"}
    return one.sheet(
        _("Agree who pays for %(ref)s", ref=one.ref),
        _("Agree the funding"),
        make,
        Section("", (day_field("effective_from", N_("From"), N_("The first day on which it holds")),)),
        replace(FUNDING, text=N_("The three shares add up to 100%.")),
        known=known,
        text=_("The whole cost stays as it is; what education, health and social care bear of it changes."),
    )


async def suspension_sheet(one: Changing) -> Sheet:
    """Days on which less is paid while the place stays the pupil's."""

    def make(values: Values, version: int | None) -> Deed:
        stated = RecordSuspension(placement_ref=one.ref, expected_version=version, **values)

        def deed(work: UnitOfWork) -> None:
            corrects = last_stated(work, one.ref, lambda event: states_suspension(event, stated.first_day))
            work.execute(stated.model_copy(update={"corrects": corrects}))

        return deed

    return one.sheet(
        _("Suspend %(ref)s", ref=one.ref),
        _("Record the suspension"),
        make,
        Section(
            "",
            (
                day_field("first_day", N_("First day")),
                day_field("last_day", N_("Last day"), N_("Leave blank while it is open"), required=False),
                Field("payable_pct", N_("Part of the price that stays payable"), Number(most=100, suffix="%")),
                Field(
                    "reason",
                    N_("Reason"),
                    Paragraph(),
                    N_("Sealed: it can be opened for this pupil alone"),
                    required=False,
                ),
            ),
        ),
        text=_("The place stays the pupil's. A suspension that begins on a day that is recorded already is corrected."),
    )


async def suspension_withdrawal_sheet(one: Changing) -> Sheet:
    """A suspension that never was."""
    offered = {held.first_day.isoformat(): suspension(held) for held in one.placement.suspensions}
    if not offered:
        raise _nothing(one.ref, "No suspension is recorded.")

    def make(values: Values, version: int | None) -> Deed:
        first_day = date.fromisoformat(values["first_day"])

        def deed(work: UnitOfWork) -> None:
            corrects = last_stated(work, one.ref, lambda event: states_suspension(event, first_day))
            work.execute(
                TakeBackSuspension(
                    placement_ref=one.ref, first_day=first_day, expected_version=version, corrects=corrects
                )
            )

        return deed

    return one.sheet(
        _("Withdraw a suspension of %(ref)s", ref=one.ref),
        _("Withdraw the suspension"),
        make,
        Section("", (Field("first_day", N_("The suspension that never was"), Choice(offered, radios=True)),)),
        text=_("For a suspension that never was. Where it ended early, record it again with its last day."),
    )


def _nothing(ref: str, message: str) -> Refused:
    return Refused(
        Fault(
            "nothing-there",
            message,
            said("placement %(placement)s", placement=ref),
            mend="Go back to the placement.",
            status=404,
        )
    )
