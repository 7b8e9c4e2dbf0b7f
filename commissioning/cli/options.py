"""Options that several commands share, so that they are named and explained once."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, TypeVar

import click

from commissioning.charges.periods import Period, financial_year, whole_months
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt
from commissioning.ledger.time import financial_year_name, instant_from_text, london_day, system_clock

Command = TypeVar("Command", bound=Callable[..., Any])

FILTERS = ("provider", "model", "agreement", "need", "phase", "setting", "area", "placement")

as_account = click.option("--as", "account", metavar="ACCOUNT", help="Act as this account (you, if left out).")

variant_option = click.option(
    "--variant",
    type=click.Choice(("working", "publish")),
    help="“publish” withholds small numbers and leaves single children out.",
)


def output_format(*kinds: str) -> Callable[[Command], Command]:
    """`--format`, the first kind being the default."""
    return click.option("--format", "kind", type=click.Choice(kinds), default=kinds[0], show_default=True)


def report_options(command: Command) -> Command:
    """Period, as-at and filters, which every report takes."""
    return report_options_without()(command)


def cohort_option(command: Command) -> Command:
    """`--cohort NAME=VALUE`, for a report in which a filter's own name means something else."""
    words = "Only pupils of whom this is so, such as agreement=AG-001 or need=SEMH; may be given several times."
    return click.option("--cohort", multiple=True, metavar="NAME=VALUE", help=words)(command)


def report_options_without(*taken: str) -> Callable[[Command], Command]:
    """The same less the filters whose names a report takes for something else."""
    return partial(_with_report_options, taken=taken)


def _with_report_options(command: Command, taken: tuple[str, ...]) -> Command:
    for name in reversed([name for name in FILTERS if name not in taken]):
        words = f"Only this {name}; may be given several times."
        command = click.option(f"--{name}", f"only_{name}", multiple=True, metavar=name.upper(), help=words)(command)
    days = click.DateTime(formats=["%Y-%m-%d"])
    for option in (
        as_account,
        click.option("--out", type=click.Path(dir_okay=False), help="Write to this file."),
        variant_option,
        click.option("--as-at", help="As known at a position or an instant; now if left out."),
        click.option("--year", metavar="2026/27", help="A financial year; this one if no period is given."),
        click.option("--to", "to_day", type=days, help="Last day of the period, the end of a month."),
        click.option("--from", "from_day", type=days, help="First day of the period, the first of a month."),
    ):
        command = option(command)
    return command


def period_of(given: dict[str, Any]) -> Period:
    """The period that the options ask for; `Refused` when they contradict each other."""
    year, first, last = given.pop("year"), given.pop("from_day"), given.pop("to_day")
    if year and (first or last):
        raise _wrong("--year and --from or --to are two ways to say the same.", "one of them")
    if bool(first) != bool(last):
        raise _wrong("A period needs its first day and its last.", "--from and --to together")
    if first and last:
        return whole_months(first.date(), last.date())
    return financial_year(year or financial_year_name(today()))


def filters_of(given: dict[str, Any]) -> Filters:
    """The filters that the options ask for."""
    return Filters(**{name: given.pop(f"only_{name}", ()) for name in FILTERS})


def today() -> date:
    """The London day on which the command runs."""
    return london_day(system_clock())


def day_of(as_at: AsAt) -> date:
    """The day that “live” is judged on: today, or looking back the London day on which the position was recorded."""
    if as_at.latest or not as_at.recorded_at:
        return today()
    return min(today(), london_day(instant_from_text(as_at.recorded_at)))


def _wrong(message: str, expected: str) -> Refused:
    return Refused(Fault("period", message, "period", expected, status=400))
