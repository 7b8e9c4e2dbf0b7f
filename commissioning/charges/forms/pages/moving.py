"""Where a placement stands: a package that changes, and a move to another agreement."""

from datetime import date
from typing import Any

from commissioning.charges.forms.pages.changing import Changing, standing_now
from commissioning.charges.forms.pages.questions import agreements_offered, day_field, package, package_alone
from commissioning.ledger.work import UnitOfWork
from commissioning.placements.commands import ChangePlacementVersion
from commissioning.placements.facts import PlacementVersion
from commissioning.web.forms.fields import Section, Values, as_typed
from commissioning.web.forms.form import Deed, Sheet, asking
from commissioning.web.language import N_, _
from contracts.versions import version_on

_FROM = day_field("effective_from", N_("From"), N_("The first day on which it holds, for example 17/5/2026"))


async def package_sheet(one: Changing) -> Sheet:
    """A package that changes from a day, under whatever agreement holds on that day."""

    def make(values: Values, version: int | None) -> Deed:
        def deed(work: UnitOfWork) -> None:
            known = standing_now(work, one.ref)
            held = version_on(known.versions, values["effective_from"], known.start_on) or known.versions[0]
            fixed = {"placement_ref": one.ref, "agreement_ref": held.agreement_ref}
            asking(ChangePlacementVersion, **fixed)(values, version)(work)

        return deed

    return one.sheet(
        _("Change the package of %(ref)s", ref=one.ref),
        _("Change the package"),
        make,
        Section("", (_FROM,)),
        Section(N_("The package from that day"), package_alone()),
        known=_known(one.placement.versions[-1]),
        text=_("The agreement stays. What holds before that day stays as it is."),
    )


async def move_sheet(one: Changing) -> Sheet:
    """A move to another agreement, of the same school or another."""
    return one.sheet(
        _("Move %(ref)s to another agreement", ref=one.ref),
        _("Move the placement"),
        asking(ChangePlacementVersion, placement_ref=one.ref),
        Section("", (_FROM,)),
        Section(N_("Where it stands from that day"), package(await agreements_offered(one.reader))),
        known=_known(one.placement.versions[-1]),
        text=_("The placement goes on under another agreement. Its own prices go with it until others are agreed."),
    )


def _known(version: PlacementVersion) -> dict[str, str]:
    values: dict[str, Any] = {
        name: getattr(version, name) for name in ("agreement_ref", "phase", "setting", "band", "home_area", "route")
    }
    return {name: as_typed(value) for name, value in values.items() if not isinstance(value, date)}
