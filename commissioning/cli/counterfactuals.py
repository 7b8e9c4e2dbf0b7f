"""`commissioning report counterfactual`, `scenarios`, `sensitivity`: the same pupils under other terms."""

from collections.abc import Callable
from typing import Any

import click

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.cli.options import Command, cohort_option, output_format, report_options_without
from commissioning.cli.outcome import answering
from commissioning.cli.reports import answer
from commissioning.cli.targets import one_target, several_targets
from commissioning.ledger.reading import AsAt, Reader
from exports.counterfactual.report import counterfactual
from exports.counterfactual.scenarios import scenarios
from exports.counterfactual.sensitivity import Vary, sensitivity
from exports.result import Result

_join_roll = click.option(
    "--join-roll", is_flag=True, help="The cohort joins those who are on the agreement's roll already."
)


def _one_target(command: Command) -> Command:
    """The options that name the terms."""
    options: tuple[Callable[[Command], Command], ...] = (
        click.option("--under", metavar="REF", help="Which agreement of a scenario that has several."),
        click.option("--scenario", metavar="NAME", help="Price it under a saved scenario, or a workbook NAME.xlsx."),
        click.option("--agreement", metavar="REF", help="Price the cohort under this agreement."),
    )
    for option in options:
        command = option(command)
    return command


@click.command("counterfactual")
@_one_target
@cohort_option
@_join_roll
@report_options_without("agreement")
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def counterfactual_command(
    agreement: str | None,
    scenario: str | None,
    under: str | None,
    cohort: tuple[str, ...],
    join_roll: bool,
    kind: str,
    out: str | None,
    as_at: str | None,
    **given: Any,
) -> None:
    """What the same pupils on the same days would have cost under other terms."""

    async def question(reader: Reader, at: AsAt, period: Period, only: Filters) -> Result:
        target = await one_target(reader, at, agreement, scenario, under)
        return await counterfactual(reader, at, period, only, target, join_roll=join_roll)

    answer(question, kind, out, as_at, given, cohort)


@click.command("scenarios")
@click.option("--agreement", "agreements", metavar="REF", multiple=True, help="One of several agreements.")
@click.option("--scenario", "named", metavar="NAME", multiple=True, help="All of a saved scenario or a NAME.xlsx.")
@cohort_option
@_join_roll
@report_options_without("agreement")
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def scenarios_command(
    agreements: tuple[str, ...],
    named: tuple[str, ...],
    cohort: tuple[str, ...],
    join_roll: bool,
    kind: str,
    out: str | None,
    as_at: str | None,
    **given: Any,
) -> None:
    """The same pupils under several terms, side by side."""

    async def question(reader: Reader, at: AsAt, period: Period, only: Filters) -> Result:
        targets = await several_targets(reader, at, agreements, named)
        return await scenarios(reader, at, period, only, targets, join_roll=join_roll)

    answer(question, kind, out, as_at, given, cohort)


@click.command("sensitivity")
@_one_target
@click.option("--vary", type=click.Choice(["occupancy", "price"]), default="occupancy", show_default=True)
@cohort_option
@report_options_without("agreement")
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def sensitivity_command(
    agreement: str | None,
    scenario: str | None,
    under: str | None,
    vary: Vary,
    cohort: tuple[str, ...],
    kind: str,
    out: str | None,
    as_at: str | None,
    **given: Any,
) -> None:
    """How the cost under other terms bends with the places filled, or with the price."""

    async def question(reader: Reader, at: AsAt, period: Period, only: Filters) -> Result:
        target = await one_target(reader, at, agreement, scenario, under)
        return await sensitivity(reader, at, period, only, target, vary)

    answer(question, kind, out, as_at, given, cohort)


COMMANDS = (counterfactual_command, scenarios_command, sensitivity_command)
"""What `report` gains."""
