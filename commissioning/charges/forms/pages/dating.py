"""The days of a placement: notice, its end, and dates and facts that were recorded wrongly."""

from commissioning.charges.forms.pages.changing import Changing, standing_now
from commissioning.charges.forms.pages.questions import END_REASON, EXIT, NEED, day_field
from commissioning.ledger.work import Command, UnitOfWork
from commissioning.placements.commands import (
    CorrectPlacementDates,
    GiveNotice,
    ReinstatePlacement,
    StateExit,
    WithdrawPlacement,
)
from commissioning.placements.correcting import (
    Which,
    last_stated,
    states_dates,
    states_exit,
    states_facts,
    states_whether_it_held,
)
from commissioning.placements.in_words import CorrectFacts, RecordEnd
from commissioning.web.forms.fields import Field, Section, Values, as_typed
from commissioning.web.forms.form import Deed, MakeDeed, Sheet, asking
from commissioning.web.forms.kinds import Month
from commissioning.web.language import N_, _

_NOTICE = day_field("notice_given_on", N_("Notice given on"), required=False)


async def notice_sheet(one: Changing) -> Sheet:
    """Notice, given for the first time."""
    return one.sheet(
        _("Record notice on %(ref)s", ref=one.ref),
        _("Record the notice"),
        asking(GiveNotice, placement_ref=one.ref),
        Section("", (day_field("notice_given_on", N_("Notice given on")),)),
        text=_("How long the place is paid for after notice stands in the terms of the agreement."),
    )


async def end_sheet(one: Changing) -> Sheet:
    """An end, recorded for the first time."""
    return one.sheet(
        _("Record the end of %(ref)s", ref=one.ref),
        _("Record the end"),
        asking(RecordEnd, placement_ref=one.ref),
        Section("", (day_field("end_on", N_("Last day on roll")), EXIT, _NOTICE, END_REASON)),
        known={"notice_given_on": as_typed(one.placement.notice_given_on)},
    )


async def exit_sheet(one: Changing) -> Sheet:
    """Why the placement ended, where that was not said or was said wrongly."""

    def make(values: Values, version: int | None) -> Deed:
        def deed(work: UnitOfWork) -> None:
            known = standing_now(work, one.ref)
            corrects = None if known.exit is None else last_stated(work, one.ref, states_exit)
            work.execute(
                StateExit(placement_ref=one.ref, exit=values["exit"], expected_version=version, corrects=corrects)
            )

        return deed

    return one.sheet(
        _("Say why %(ref)s ended", ref=one.ref),
        _("Record why it ended"),
        make,
        Section("", (EXIT,)),
        known={"exit": one.placement.exit or ""},
        text=_("From the list, so that it can be counted. What was said before stays in the history."),
    )


async def dates_sheet(one: Changing) -> Sheet:
    """Dates that were recorded wrongly."""
    placement = one.placement
    return one.sheet(
        _("Correct the dates of %(ref)s", ref=one.ref),
        _("Correct the dates"),
        correcting(CorrectPlacementDates, one.ref, states_dates),
        Section(
            "",
            (
                day_field("start_on", N_("First day")),
                _NOTICE,
                day_field("end_on", N_("Last day"), N_("Leave blank where no end should be recorded"), required=False),
            ),
        ),
        known={name: as_typed(getattr(placement, name)) for name in ("start_on", "end_on", "notice_given_on")},
        text=_(
            "For dates that were recorded wrongly. The history keeps what stood before, and says what is corrected."
        ),
    )


async def signature_sheet(one: Changing) -> Sheet:
    """The day on which the placement agreement was signed by both sides."""

    def make(values: Values, version: int | None) -> Deed:
        def deed(work: UnitOfWork) -> None:
            known = standing_now(work, one.ref)
            stated = {"need": known.need, "birth_month": known.birth_month, "signed_on": values["signed_on"]}
            command = CorrectFacts(placement_ref=one.ref, expected_version=version, **stated)
            corrects = None if known.signed_on is None else last_stated(work, one.ref, states_facts)
            work.execute(command.model_copy(update={"corrects": corrects}))

        return deed

    return one.sheet(
        _("Record the signature of %(ref)s", ref=one.ref),
        _("Record the signature"),
        make,
        Section("", (day_field("signed_on", N_("Signed by both sides on")),)),
        known={"signed_on": as_typed(one.placement.signed_on)},
        text=_("From that day the placement agreement binds both sides. A day that is recorded already is corrected."),
    )


async def facts_sheet(one: Changing) -> Sheet:
    """Facts without a date of their own."""
    placement = one.placement
    return one.sheet(
        _("Correct the facts of %(ref)s", ref=one.ref),
        _("Correct the facts"),
        correcting(CorrectFacts, one.ref, states_facts),
        Section(
            "",
            (
                NEED,
                Field("birth_month", N_("Month of birth"), Month(), N_("For example, 5/2013"), required=False),
                day_field("signed_on", N_("Agreement signed on"), N_("Leave blank until it is signed"), required=False),
                END_REASON,
            ),
        ),
        known={name: as_typed(getattr(placement, name)) for name in ("need", "birth_month", "signed_on")},
        text=_("A reason for the end that is left blank stays as it is recorded."),
    )


async def withdrawal_sheet(one: Changing) -> Sheet:
    """A placement that never held."""
    return one.sheet(
        _("Withdraw %(ref)s", ref=one.ref),
        _("Withdraw the placement"),
        correcting(WithdrawPlacement, one.ref, states_whether_it_held),
        text=_(
            "For a placement that never held: no day of it is charged. Where the pupil left, record the end instead."
        ),
    )


async def reinstatement_sheet(one: Changing) -> Sheet:
    """A placement that holds after all."""
    return one.sheet(
        _("Reinstate %(ref)s", ref=one.ref),
        _("Reinstate the placement"),
        correcting(ReinstatePlacement, one.ref, states_whether_it_held),
        text=_("The placement was withdrawn as never having held. It holds again as it was recorded."),
    )


def correcting(kind: type[Command], ref: str, which: Which) -> MakeDeed:
    """The deed of a form that corrects what an event stated: it says which."""

    def make(values: Values, version: int | None) -> Deed:
        asking(kind, placement_ref=ref)(values, version)  # so that faults are found before the ledger is locked

        def deed(work: UnitOfWork) -> None:
            asking(kind, placement_ref=ref, corrects=last_stated(work, ref, which))(values, version)(work)

        return deed

    return make
