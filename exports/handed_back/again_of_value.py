"""Reports of value asked again from what is recorded of their files: the terms, assumptions and days that they had."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import cast

from commissioning.charges.periods import Period
from commissioning.ledger.reading import AsAt, Reader
from exports.counterfactual.report import counterfactual
from exports.counterfactual.scenarios import scenarios
from exports.counterfactual.sensitivity import Vary, sensitivity
from exports.counterfactual.targets import target_of
from exports.counterfactual.terms import Target
from exports.forecast.report import By as ForecastBy
from exports.forecast.report import forecast
from exports.forecast.stated import Stated
from exports.leaving.facts import ExportedFile
from exports.places.voids import voids
from exports.places.year_groups import By as YearGroupsBy
from exports.places.year_groups import year_groups
from exports.prices.local_first import By as SideBySide
from exports.prices.local_first import local_first
from exports.prices.uplifts import By as UpliftsBy
from exports.prices.uplifts import uplifts
from exports.result import Result
from exports.scenarios.queries import saved_targets
from exports.scenarios.scenario import VERSION_SIGN, version_name
from exports.spending.compare import Depth, Over, Within, compare

_VERSION = ", version "


async def _compare(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    """The comparison, as deep as it was."""
    told = file.options
    depth = Depth(
        cast("Within | None", told.get("within")), cast("Over | None", told.get("over")), spread="spread" in told
    )
    return [await compare(reader, at, period, file.only(), told.get("reference"), depth)]


async def _counterfactual(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result] | None:
    target = await _target(reader, at, file.options)
    if target is None:
        return None
    join = "join_roll" in file.options
    return [await counterfactual(reader, at, period, file.only(), target, join_roll=join)]


async def _sensitivity(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result] | None:
    target = await _target(reader, at, file.options)
    if target is None:
        return None
    return [await sensitivity(reader, at, period, file.only(), target, cast("Vary", file.options["vary"]))]


async def _scenarios(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result] | None:
    told = file.options
    origins = [told[name] for name in (f"terms_{number}" for number in range(1, len(told) + 1)) if name in told]
    targets = [target for origin in origins if (target := await _target_from(reader, at, origin))]
    if not origins or len(targets) < len(origins):
        return None
    return [await scenarios(reader, at, period, file.only(), targets, join_roll="join_roll" in told)]


async def _target_from(reader: Reader, at: AsAt, origin: str) -> Target | None:
    """The terms of an origin as a result prints it; None where they stood in a workbook alone."""
    kind, _, named = origin.partition(" ")
    match kind:
        case "agreement":
            return await target_of(reader, named, at.position)
        case "scenario":
            name, _, rest = named.partition(VERSION_SIGN)
            version, _, ref = rest.partition(", ")
            stated = await saved_targets(reader, version_name(name, int(version)), at.position)
            return next(target for target in stated if target.ref == ref)
        case _:
            return None


async def _uplifts(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    return [await uplifts(reader, at, period, file.only(), cast("UpliftsBy", file.options["by"]))]


async def _target(reader: Reader, at: AsAt, told: Mapping[str, str]) -> Target | None:
    """The terms that were priced under; None where they stood in a workbook alone, which was read and forgotten."""
    if agreement := told.get("agreement"):
        return await target_of(reader, agreement, at.position)
    if saved := told.get("saved_scenario"):
        name, _, version = saved.rpartition(_VERSION)
        stated = await saved_targets(reader, version_name(name, int(version)), at.position)
        return next(target for target in stated if target.ref == told["scenario"])
    return None


async def _voids(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    told = file.options
    return [await voids(reader, at, period, file.only(), date.fromisoformat(told["day"]), told.get("reference"))]


async def _forecast(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    told = file.options
    stated = Stated(
        Decimal(told["arrivals_a_month"]),
        Decimal(told["leavers_a_month"]),
        Decimal(told["give_or_take"]),
        Decimal(told["uplift_low"]),
        Decimal(told["uplift_high"]),
        date.fromisoformat(told["uplift_on"]),
        int(told["post_16_year"]),
        Decimal(told["waiting_agreed_low"]),
        Decimal(told["waiting_agreed_high"]),
    )
    by, day = cast("ForecastBy", told["by"]), date.fromisoformat(told["day"])
    return [await forecast(reader, at, period, by, file.only(), day, stated)]


async def _local_first(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    return [await local_first(reader, at, period, file.only(), cast("SideBySide", file.options["by"]))]


async def _year_groups(reader: Reader, at: AsAt, period: Period, file: ExportedFile) -> list[Result]:
    told = file.options
    by, day = cast("YearGroupsBy", told["by"]), date.fromisoformat(told["day"])
    return [await year_groups(reader, at, period, file.only(), by, day, int(told["post_16_year"]))]


AGAIN_OF_VALUE = {
    "compare": _compare,
    "counterfactual": _counterfactual,
    "scenarios": _scenarios,
    "sensitivity": _sensitivity,
    "voids": _voids,
    "forecast": _forecast,
    "local_first": _local_first,
    "year_groups": _year_groups,
    "uplifts": _uplifts,
}
"""Every report of value says in its files all that it was asked."""
