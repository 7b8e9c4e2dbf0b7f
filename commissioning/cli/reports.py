"""`commissioning report …`: one command for each report, all forms from one result."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import click

from commissioning.charges.cohorts import with_cohort
from commissioning.charges.periods import Period, financial_year
from commissioning.charges.queries import Filters
from commissioning.cli.acting import reading_as
from commissioning.cli.handing_out import hand_out_as, show
from commissioning.cli.options import (
    day_of,
    filters_of,
    output_format,
    period_of,
    report_options,
    today,
)
from commissioning.cli.outcome import answering, print_json, settings
from commissioning.finance.closing import month_number
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.said import said
from exports.files import write_releases
from exports.leaving.facts import ExportedFile
from exports.month_end.accruals import accruals
from exports.month_end.budget import KEYS as BUDGET_KEYS
from exports.month_end.budget import budget
from exports.month_end.journal import journal, journal_of_commitments
from exports.month_end.posted import posted
from exports.oversight.exceptions import exceptions
from exports.oversight.reviews import reviews
from exports.payments.expected import expected
from exports.payments.pay import BASE_RATE, pay
from exports.places.committed import BYS as COMMITTED_BYS
from exports.places.committed import By as CommittedBy
from exports.places.committed import committed
from exports.places.exits import BYS as EXIT_BYS
from exports.places.exits import By as ExitsBy
from exports.places.exits import exits
from exports.places.voids import voids
from exports.policy import may_see_reports
from exports.prices.local_first import By as SideBySide
from exports.prices.local_first import local_first
from exports.prices.price_bands import By as PriceBandsBy
from exports.prices.price_bands import price_bands
from exports.prices.uplifts import By as UpliftsBy
from exports.prices.uplifts import uplifts
from exports.publications.by_name import NAMES as PUBLICATION_NAMES
from exports.publications.by_name import OPEN_CONTRACTING, publication
from exports.publications.contracts_register import contracts_register
from exports.publications.open_contracting import release_package
from exports.publishing.by_report import in_variant, variant_asked
from exports.records.audit_listing import audit_listing
from exports.result import Result
from exports.spending.bridge import bridge
from exports.spending.compare import Depth, Over, Within, compare
from exports.spending.period_bridge import period_bridge
from exports.spending.spend import spend
from exports.workbooks.figures import Progress

_DAY = click.DateTime(formats=["%Y-%m-%d"])
Question = Callable[[Reader, AsAt, Period, Filters], Awaitable[Result]]


@click.group()
def report() -> None:
    """Answers questions about the money, now or as it was known at any earlier position."""


@report.command("spend")
@click.option("--by", default="model", show_default=True, help="A comma list of keys to group by.")
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def spend_command(by: str, kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """What did it cost, by whatever grouping."""
    keys = [key.strip() for key in by.split(",") if key.strip()]
    answer(lambda reader, at, period, only: spend(reader, at, period, keys, only), kind, out, as_at, given)


@report.command("compare")
@click.option("--reference", metavar="MODEL", help="The model that the effects are measured against.")
@click.option("--within", type=click.Choice(get_args(Within)), help="A comparison for each value of this.")
@click.option("--over", type=click.Choice(get_args(Over)), help="A comparison for each year or term of the period.")
@click.option("--spread", is_flag=True, help="Quartiles over pupils, and a 95% interval of each average.")
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def compare_command(
    reference: str | None,
    within: Within | None,
    over: Over | None,
    spread: bool,
    kind: str,
    out: str | None,
    as_at: str | None,
    **given: Any,
) -> None:
    """Which way of buying is better value, like for like."""
    depth = Depth(within, over, spread)
    answer(
        lambda reader, at, period, only: compare(reader, at, period, only, reference, depth), kind, out, as_at, given
    )


@report.command("bridge")
@click.option("--from-position", metavar="A", help="The earlier position or instant.")
@click.option("--from-year", metavar="2025/26", help="Another financial year: bridge two periods as known now.")
@click.option("--to-position", metavar="B", help="The later position or instant; now if left out.")
@click.option("--detail", is_flag=True, help="A row for each event.")
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def bridge_command(
    from_position: str | None,
    from_year: str | None,
    to_position: str | None,
    detail: bool,
    kind: str,
    out: str | None,
    as_at: str | None,
    **given: Any,
) -> None:
    """Why the figure is not what it was: every pound between two positions, or between two years."""
    if (from_position is None) == (from_year is None):
        raise Refused(
            Fault(
                "bridge",
                "A bridge needs one beginning.",
                said("--from-position or --from-year"),
                "one of the two",
                status=400,
            )
        )

    async def moved(reader: Reader, at: AsAt, period: Period, only: Filters) -> Result:
        if from_year:
            return await period_bridge(reader, at, financial_year(from_year), period, only)
        return await bridge(reader, await reader.as_at(from_position), at, period, only, detail=detail)

    answer(moved, kind, out, to_position or as_at, given)


@report.command("local-first")
@click.option("--by", type=click.Choice(get_args(SideBySide)), default="stratum", show_default=True)
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def local_first_command(by: SideBySide, kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """What children in independent schools cost beside a place in a state special school."""
    answer(lambda reader, at, period, only: local_first(reader, at, period, only, by), kind, out, as_at, given)


@report.command("price-bands")
@click.option("--by", type=click.Choice(get_args(PriceBandsBy)), default="provider", show_default=True)
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def price_bands_command(by: PriceBandsBy, kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """Who on roll costs more and who less than the national price bands, today or on the day of an as-at."""
    answer(lambda reader, at, _period, only: price_bands(reader, at, only, day_of(at), by), kind, out, as_at, given)


@report.command("exits")
@click.option("--by", type=click.Choice(EXIT_BYS), default="exit", show_default=True)
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def exits_command(by: ExitsBy, kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """Why placements ended in the period, and how many ends nobody had agreed to beforehand."""
    answer(lambda reader, at, period, only: exits(reader, at, period, only, by), kind, out, as_at, given)


@report.command("uplifts")
@click.option("--by", type=click.Choice(get_args(UpliftsBy)), default="owner_group", show_default=True)
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def uplifts_command(by: UpliftsBy, kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """What schools asked, what was offered and agreed, and what that costs in the period and in a full year."""
    answer(lambda reader, at, period, only: uplifts(reader, at, period, only, by), kind, out, as_at, given)


@report.command("voids")
@click.option("--reference", metavar="MODEL", help="Break-even against this model, not the card without its discount.")
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def voids_command(reference: str | None, kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """Every commitment: filled and empty places, what empty ones cost, when it goes under water."""
    answer(
        lambda reader, at, period, only: voids(reader, at, period, only, day_of(at), reference),
        kind,
        out,
        as_at,
        given,
    )


@report.command("reviews")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only this kind; may be given several times.")
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def reviews_command(kinds: tuple[str, ...], kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """Which reviews are due, held and overdue, with the yearly fee that rides on each."""
    answer(lambda reader, at, period, only: reviews(reader, at, period, only, today(), kinds), kind, out, as_at, given)


@report.command("budget")
@click.option("--by", default="model", show_default=True, type=click.Choice(BUDGET_KEYS), help="What makes the rows.")
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def budget_command(by: str, kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """Budget, profile, actual to date, committed, forecast, variance, and movement since the last close."""
    answer(lambda reader, at, period, only: budget(reader, at, period, only, by, day_of(at)), kind, out, as_at, given)


@report.command("committed")
@click.option("--by", type=click.Choice(COMMITTED_BYS), default="provider", show_default=True)
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def committed_command(by: CommittedBy, kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """What is spent and what is bound to be spent in the period, school by school or placement by placement."""
    answer(
        lambda reader, at, period, only: committed(reader, at, period, only, by, day_of(at)), kind, out, as_at, given
    )


@report.command("accruals")
@click.option(
    "--at", "on_day", type=click.DateTime(formats=["%Y-%m-%d"]), help="The date; the last month's end if left out."
)
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def accruals_command(on_day: datetime | None, kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """At a date: received and not invoiced, invoiced and not paid, paid ahead, placement by placement."""

    async def accrued(reader: Reader, at: AsAt, _period: Period, only: Filters) -> Result:
        day = on_day.date() if on_day else day_of(at).replace(day=1) - timedelta(days=1)
        return await accruals(reader, at, day, only)

    answer(accrued, kind, out, as_at, given)


@report.command("expected")
@click.option("--at", "on_day", type=_DAY, help="A day of the billing period; today if left out.")
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def expected_command(on_day: datetime | None, kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """What schools should bill for the period in which a day lies, line by line, and is not billed yet."""

    async def to_bill(reader: Reader, at: AsAt, _period: Period, only: Filters) -> Result:
        return await expected(reader, at, on_day.date() if on_day else day_of(at), only)

    answer(to_bill, kind, out, as_at, given)


@report.command("pay")
@click.option("--base-rate", type=float, help="The Bank of England's base rate in per cent, for late interest.")
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def pay_command(base_rate: float | None, kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """How fast schools were paid, what is disputed, and what paying late costs."""
    rate = BASE_RATE if base_rate is None else Fraction(str(base_rate)) / 100
    answer(lambda reader, at, period, only: pay(reader, at, period, only, rate), kind, out, as_at, given)


@report.command("publication")
@click.option("--name", required=True, type=click.Choice(PUBLICATION_NAMES), help="What is to be published.")
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def publication_command(name: str, kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """What must be published or sent in; small numbers are withheld from what the public sees."""
    if name != OPEN_CONTRACTING:
        answer(publication(name), kind, out, as_at, given)
        return
    account, _ = given.pop("account"), given.pop("variant")
    period, filters, chosen = period_of(given), filters_of(given), settings()

    async def ask() -> tuple[dict[str, Any], Result]:
        async with reading_as(account, may_see_reports, "see reports") as reader:
            at = await reader.as_at(as_at)
            register = await contracts_register(reader, at, period, filters)
            return release_package(register, chosen.commissioning_council), register

    document, register = asyncio.run(ask())
    if out is None:
        print_json(document)
        return

    def write(path: Path, _tell: Progress) -> ExportedFile:
        return write_releases(document, register, path)

    hand_out_as(Path(out), write, account)


@report.command("listing")
@click.option("--sample", type=int, default=25, show_default=True, help="How many lines to draw.")
@click.option("--seed", default="1", show_default=True, help="The same seed draws the same lines.")
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def listing_command(sample: int, seed: str, kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """Every charge of a period for an auditor, with a sample drawn from a seed."""
    answer(
        lambda reader, at, period, only: audit_listing(reader, at, period, only, sample, seed), kind, out, as_at, given
    )


@report.command("posted")
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def posted_command(kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """What each close of a month posted, beside what is known of the month now."""
    answer(posted, kind, out, as_at, given)


@report.command("journal")
@click.option("--month", metavar="2026-04", help="The close of this month; the last of the period if left out.")
@click.option("--commitments", is_flag=True, help="What is committed for the months to come, in place of a close.")
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def journal_command(
    month: str | None, commitments: bool, kind: str, out: str | None, as_at: str | None, **given: Any
) -> None:
    """What a close posts, or what is committed, as coded lines for the finance system."""

    async def coded(reader: Reader, at: AsAt, period: Period, only: Filters) -> Result:
        if commitments:
            return await journal_of_commitments(reader, at, period, only, day_of(at))
        return await journal(reader, at, period, only, month_number(month) if month else None)

    answer(coded, kind, out, as_at, given)


@report.command("exceptions")
@report_options
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def exceptions_command(kind: str, out: str | None, as_at: str | None, **given: Any) -> None:
    """What needs a person: days without a price, live places on ended agreements, empty places paid for."""
    answer(lambda reader, at, period, only: exceptions(reader, at, period, only, today()), kind, out, as_at, given)


def answer(
    question: Question,
    kind: str,
    out: str | None,
    as_at: str | None,
    given: dict[str, Any],
    cohort: tuple[str, ...] = (),
) -> None:
    """Asks a question of the ledger and shows what comes of it; `given` holds account, variant, period and filters."""
    account, asked_for = given.pop("account"), given.pop("variant")
    period, filters = period_of(given), with_cohort(filters_of(given), cohort)

    async def ask() -> Result:
        async with reading_as(account, may_see_reports, "see reports") as reader:
            result = await question(reader, await reader.as_at(as_at), period, filters)
            return await in_variant(reader, result, variant_asked(asked_for or "", result.report))

    show(asyncio.run(ask()), kind, out, account, asked_for)
