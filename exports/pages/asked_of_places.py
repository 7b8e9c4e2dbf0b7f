"""Reports of places as an address asks them: who fills them, who leaves, and what is to come."""

from decimal import Decimal
from typing import cast, get_args

from commissioning.charges.pages.asked import Asked, day_of, one_of
from exports.forecast.phase_leavers import POST_16_YEARS
from exports.forecast.report import By, forecast
from exports.forecast.stated import GIVE_OR_TAKE, Stated
from exports.pages.numbers_asked import number_of
from exports.places.committed import BYS as COMMITTED_BYS
from exports.places.committed import By as CommittedBy
from exports.places.committed import committed
from exports.places.exits import BYS as EXIT_BYS
from exports.places.exits import By as ExitsBy
from exports.places.exits import exits
from exports.places.voids import Voids, voids_of
from exports.places.year_groups import By as YearGroupsBy
from exports.places.year_groups import year_groups
from exports.result import Result

ALL = 100
"""Per cent."""


async def voids_answer(question: Asked) -> Result:
    """Every commitment on the day, breaking even against `reference` where a model is named."""
    return (await voids_found(question)).result


async def voids_found(question: Asked) -> Voids:
    """The same, with whoever is suggested for empty places."""
    reference = question.here.first("reference") or None
    common = (question.reader, question.as_at, question.period, question.filters, question.day)
    return await voids_of(*common, reference)


async def year_groups_answer(question: Asked) -> Result:
    """Year groups and phase leavers `by` year group, school, phase or placement."""
    by = cast("YearGroupsBy", one_of("by", question.here.first("by") or "year_group", get_args(YearGroupsBy)))
    return await year_groups(
        question.reader,
        question.as_at,
        question.period,
        question.filters,
        by,
        question.day,
        post_16_year_of(question),
    )


async def exits_answer(question: Asked) -> Result:
    """Why placements ended, `by` exit, school, need, phase or model."""
    by = cast("ExitsBy", one_of("by", question.here.first("by") or "exit", EXIT_BYS))
    return await exits(question.reader, question.as_at, question.period, question.filters, by)


async def committed_answer(question: Asked) -> Result:
    """What is spent and bound to be spent on the day, `by` school or placement."""
    by = cast("CommittedBy", one_of("by", question.here.first("by") or "provider", COMMITTED_BYS))
    return await committed(question.reader, question.as_at, question.period, question.filters, by, question.day)


async def forecast_answer(question: Asked) -> Result:
    """The outturn `by` month, model or school, under the assumptions that the address states."""
    by = cast("By", one_of("by", question.here.first("by") or "month", get_args(By)))
    return await forecast(
        question.reader,
        question.as_at,
        question.period,
        by,
        question.filters,
        question.day,
        stated_assumptions(question),
    )


def stated_assumptions(question: Asked) -> Stated:
    """The assumptions of the address; what is blank is taken from the last twelve months."""
    uplift_on = question.here.first("uplift_on")
    return Stated(
        number_of(question, "arrivals"),
        number_of(question, "leavers"),
        GIVE_OR_TAKE if (stated := number_of(question, "give_or_take")) is None else stated,
        number_of(question, "uplift_low") or Decimal(0),
        number_of(question, "uplift_high") or Decimal(0),
        day_of("uplift_on", uplift_on) if uplift_on else None,
        post_16_year_of(question),
        number_of(question, "waiting_agreed_low", ALL) or Decimal(0),
        Decimal(ALL) if (agreed := number_of(question, "waiting_agreed_high", ALL)) is None else agreed,
    )


def post_16_year_of(question: Asked) -> int:
    """The year group with which the phase after 16 ends."""
    known = tuple(map(str, POST_16_YEARS))
    return int(one_of("post_16_year", question.here.first("post_16_year") or known[-1], known))
