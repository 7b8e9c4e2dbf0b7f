"""Varying an agreement: its terms, its discounts, its days, its signature and the facts that have no day."""

from datetime import date

from commissioning.charges.agreement_forms.pages.changing import Changing, standing_now
from commissioning.charges.agreement_forms.pages.questions import (
    TIERED,
    billing_fields,
    day_field,
    terms_asked,
    terms_fields,
    terms_typed,
    tier_set,
    tiers_rows,
    tiers_typed,
)
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.work import UnitOfWork
from commissioning.web.forms.fields import Field, Section, Values, as_typed
from commissioning.web.forms.form import Deed, Sheet
from commissioning.web.forms.kinds import Choice, Text
from commissioning.web.language import N_, _
from contracts.commands import (
    ChangeAgreementDetails,
    CorrectAgreementDates,
    EndAgreement,
    ExtendAgreement,
    SetTiers,
    VaryTerms,
)
from contracts.correcting import last_stated, states_dates
from contracts.versions import version_on
from contracts.words import MODELS
from providers.queries import all_providers
from providers.words import told_apart

_FROM = day_field("effective_from", N_("From"), N_("The first day on which this holds"))


async def terms_sheet(one: Changing) -> Sheet:
    """The terms that hold from a day."""
    agreement = one.agreement
    held = version_on(agreement.terms, date.max, agreement.start_on) or agreement.terms[0]

    def make(values: Values, version: int | None) -> Deed:
        stated = terms_asked(values, values["effective_from"])
        kept = {
            name: getattr(held, name)
            for name in ("tiering", "commitment_places", "void_pct", "void_band", "void_setting")
            if name not in values
        }
        asked = stated.model_copy(update=kept)
        command = VaryTerms(agreement_ref=one.ref, terms=asked, expected_version=version)
        return lambda work: work.execute(command)

    return one.sheet(
        _("Vary the terms of %(ref)s", ref=one.ref),
        _("Vary the terms"),
        make,
        Section("", (_FROM, *terms_fields(agreement.model))),
        known=terms_typed(held),
        text=_(
            "Days before keep the terms that they have. Stated for a day that has a version already, this takes its "
            "place."
        ),
    )


async def tiers_sheet(one: Changing) -> Sheet:
    """The discounts that hold from a day."""
    agreement = one.agreement
    held = version_on(agreement.tier_sets, date.max, agreement.start_on)

    def make(values: Values, version: int | None) -> Deed:
        stated = tier_set(values, values["effective_from"])
        if stated is None:
            raise Refused(Fault("tier-one-missing", "No discount is stated.", expected="one from place 1 at least"))
        command = SetTiers(agreement_ref=one.ref, tier_set=stated, expected_version=version)
        return lambda work: work.execute(command)

    text = _("A set replaces the one before it whole.")
    if agreement.model not in TIERED:
        text = _("A set replaces the one before it whole. This model has no discounts by place as a rule.")
    return one.sheet(
        _("Set the discounts of %(ref)s", ref=one.ref),
        _("Set the discounts"),
        make,
        Section("", (_FROM, tiers_rows())),
        known=tiers_typed(held.tiers) if held else {},
        text=text,
    )


async def signature_sheet(one: Changing) -> Sheet:
    """That the agreement was signed."""

    def make(values: Values, version: int | None) -> Deed:
        return _details(one.ref, version, signed_on=values["signed_on"])

    return one.sheet(
        _("Record the signature of %(ref)s", ref=one.ref),
        _("Record the signature"),
        make,
        Section("", (day_field("signed_on", N_("Signed on"), N_("The day of the last signature")),)),
        known={"signed_on": as_typed(one.agreement.signed_on)} if one.agreement.signed_on else {},
        costs=False,
    )


async def details_sheet(one: Changing) -> Sheet:
    """The facts of the agreement that have no day."""
    agreement = one.agreement
    schools = told_apart(await all_providers(one.reader))

    def make(values: Values, version: int | None) -> Deed:
        return _details(one.ref, version, **(values | {"provider_urn": int(values["provider_urn"])}))

    return one.sheet(
        _("Correct the facts of %(ref)s", ref=one.ref),
        _("Correct the facts"),
        make,
        Section(
            "",
            (
                Field("title", N_("Title"), Text(), required=False),
                Field("provider_urn", N_("School"), Choice(schools, radios=False)),
                Field("model", N_("Model"), Choice(MODELS, radios=False)),
                *billing_fields(),
            ),
        ),
        known={
            name: str(value)
            for name in ("title", "provider_urn", "model", "billing", "instalments")
            if (value := getattr(agreement, name)) is not None
        },
        text=_("These have no day: a change holds for all of the agreement, from its first day on."),
    )


def _details(ref: str, version: int | None, **stated: object) -> Deed:
    """States some of the facts that have no day; the others stay as they are when it is done."""

    def deed(work: UnitOfWork) -> None:
        known = standing_now(work, ref)
        names = ("provider_urn", "model", "title", "billing", "instalments", "signed_on")
        facts = {name: getattr(known, name) for name in names}
        work.execute(ChangeAgreementDetails(agreement_ref=ref, expected_version=version, **(facts | stated)))

    return deed


async def extension_sheet(one: Changing) -> Sheet:
    """A later last day."""
    if one.agreement.end_on is None:
        raise Refused(
            Fault(
                "no-end",
                "The agreement has no recorded end to extend.",
                said("agreement %(agreement)s", agreement=one.ref),
                status=409,
            )
        )

    def make(values: Values, version: int | None) -> Deed:
        command = ExtendAgreement(agreement_ref=one.ref, end_on=values["end_on"], expected_version=version)
        return lambda work: work.execute(command)

    field = day_field("end_on", N_("New last day"), N_("Leave blank where no end is agreed any more"), required=False)
    return one.sheet(
        _("Extend %(ref)s", ref=one.ref),
        _("Extend the agreement"),
        make,
        Section("", (field,)),
        text=_("Placements that stand under it go on at its prices."),
    )


async def end_sheet(one: Changing) -> Sheet:
    """The last day, recorded for the first time."""

    def make(values: Values, version: int | None) -> Deed:
        command = EndAgreement(agreement_ref=one.ref, end_on=values["end_on"], expected_version=version)
        return lambda work: work.execute(command)

    return one.sheet(
        _("End %(ref)s", ref=one.ref),
        _("End the agreement"),
        make,
        Section("", (day_field("end_on", N_("Last day")),)),
        text=_("Nothing is charged under it after that day: placements that go on need another agreement."),
    )


async def dates_sheet(one: Changing) -> Sheet:
    """The first and last day, where they were recorded wrongly."""

    def make(values: Values, version: int | None) -> Deed:
        def deed(work: UnitOfWork) -> None:
            command = CorrectAgreementDates(
                agreement_ref=one.ref,
                start_on=values["start_on"],
                end_on=values["end_on"],
                expected_version=version,
                corrects=last_stated(work, one.ref, states_dates),
            )
            work.execute(command)

        return deed

    return one.sheet(
        _("Correct the dates of %(ref)s", ref=one.ref),
        _("Correct the dates"),
        make,
        Section(
            "",
            (
                day_field("start_on", N_("First day")),
                day_field("end_on", N_("Last day"), N_("Leave blank where no end is recorded"), required=False),
            ),
        ),
        known={"start_on": as_typed(one.agreement.start_on), "end_on": as_typed(one.agreement.end_on)},
        text=_("For dates that were recorded wrongly. An agreement that goes on for longer is extended."),
    )
