"""`commissioning report forecast` and `year-groups`: the outturn with its assumptions as options, and phase leavers."""

from decimal import Decimal, InvalidOperation
from typing import Any, get_args

import click

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.cli.options import day_of, output_format, report_options
from commissioning.cli.outcome import answering, progress_bar
from commissioning.cli.reports import answer
from commissioning.ledger.reading import AsAt, Reader
from exports.forecast.phase_leavers import POST_16_YEARS
from exports.forecast.report import By, forecast
from exports.forecast.stated import GIVE_OR_TAKE, Stated
from exports.places.year_groups import BYS, year_groups
from exports.places.year_groups import By as YearGroupsBy
from exports.result import Result

MOST = 1_000
ALL = 100
"""Per cent."""


class Number(click.ParamType[Decimal]):
    """An exact number from zero to a most."""

    name = "number"

    def __init__(self, most: int = MOST) -> None:
        self._most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The number that was written."""
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            self.fail(f"“{value}” is not a number.", param, ctx)
        if not number.is_finite() or not 0 <= number <= self._most:
            self.fail(f"{value} is not between 0 and {self._most}.", param, ctx)
        return number


_post_16_year = click.option(
    "--post-16-year",
    type=click.Choice([str(year) for year in POST_16_YEARS]),
    default=str(max(POST_16_YEARS)),
    show_default=True,
    help="The year group with which the phase after 16 ends.",
)


@click.command("forecast")
@click.option("--by", type=click.Choice(get_args(By)), default="month", show_default=True)
@click.option("--arrivals", type=Number(), help="New placements a month; as in the last twelve months if left out.")
@click.option("--leavers", type=Number(), help="Leavers a month; as in the last twelve months if left out.")
@click.option("--give-or-take", type=Number(), default=GIVE_OR_TAKE, show_default=True, help="By how many % both vary.")
@click.option("--uplift-low", type=Number(), default=Decimal(0), show_default=True, help="Least uplift, %.")
@click.option("--uplift-high", type=Number(), default=Decimal(0), show_default=True, help="Greatest uplift, %.")
@click.option("--uplift-on", type=click.DateTime(formats=["%Y-%m-%d"]), help="Its day; at once if left out.")
@click.option(
    "--waiting-agreed-low",
    type=Number(ALL),
    default=Decimal(0),
    show_default=True,
    help="Least that is agreed of what requests that wait ask beyond their offers, %.",
)
@click.option(
    "--waiting-agreed-high",
    type=Number(ALL),
    default=Decimal(ALL),
    show_default=True,
    help="Most that is agreed of it, %.",
)
@_post_16_year
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def forecast_command(
    by: By,
    arrivals: Decimal | None,
    leavers: Decimal | None,
    give_or_take: Decimal,
    uplift_low: Decimal,
    uplift_high: Decimal,
    uplift_on: Any,
    waiting_agreed_low: Decimal,
    waiting_agreed_high: Decimal,
    post_16_year: str,
    kind: str,
    out: str | None,
    as_at: str | None,
    **given: Any,
) -> None:
    """What the year will come to, with a range from stated assumptions."""
    first = uplift_on.date() if uplift_on else None
    stated = Stated(
        arrivals,
        leavers,
        give_or_take,
        uplift_low,
        uplift_high,
        first,
        int(post_16_year),
        waiting_agreed_low,
        waiting_agreed_high,
    )

    async def question(reader: Reader, at: AsAt, period: Period, only: Filters) -> Result:
        with progress_bar() as tell:
            return await forecast(reader, at, period, by, only, day_of(at), stated, tell)

    answer(question, kind, out, as_at, given)


@click.command("year-groups")
@click.option("--by", type=click.Choice(BYS), default="year_group", show_default=True)
@_post_16_year
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def year_groups_command(
    by: YearGroupsBy, post_16_year: str, kind: str, out: str | None, as_at: str | None, **given: Any
) -> None:
    """Who is in which year group, and who leaves with the end of a phase in which summer."""

    async def question(reader: Reader, at: AsAt, period: Period, only: Filters) -> Result:
        return await year_groups(reader, at, period, only, by, day_of(at), int(post_16_year))

    answer(question, kind, out, as_at, given)
