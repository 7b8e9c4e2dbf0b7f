"""`commissioning pack`: the monthly pack in one action, as a workbook for finance and as a PDF for members."""

import asyncio
from datetime import date
from pathlib import Path

import click

from commissioning.charges.periods import financial_year
from commissioning.cli.acting import reading_as
from commissioning.cli.handing_out import hand_out
from commissioning.cli.options import as_account, day_of, today
from commissioning.cli.outcome import answering, progress_bar, settings
from commissioning.ledger.time import financial_year_name
from commissioning.web.language import _
from exports.files import name_of
from exports.monthly_pack import REPORT, TITLE, Pack, monthly_pack, readers_of
from exports.policy import may_see_reports
from exports.publishing.by_report import variant_asked
from exports.publishing.together import published_together
from exports.result import Result
from exports.workbook import Variant


@click.command("pack")
@click.option("--year", metavar="2026/27", help="The financial year; this one if left out.")
@click.option("--as-at", help="As known at a position or an instant; now if left out.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=".", help="The folder for both files.")
@click.option("--variant", help="“publish” for everybody: small numbers withheld, lists of single children left out.")
@as_account
@answering
def pack_command(year: str | None, as_at: str | None, out: Path, variant: str | None, account: str | None) -> None:
    """Writes the monthly pack: a workbook for finance, and a PDF without single children for members."""
    out.mkdir(parents=True, exist_ok=True)
    council, told = settings().commissioning_council, variant_asked(variant or "", REPORT)
    for form in ("xlsx", "pdf"):
        results = asyncio.run(_ask(account, year, as_at, form, told))
        path = out / name_of(results[0], council, form, REPORT, told)
        hand_out(results, path, form, account, title=_(TITLE), report_name=REPORT, variant=told)


async def _ask(account: str | None, year: str | None, as_at: str | None, form: str, variant: Variant) -> list[Result]:
    async with reading_as(account, may_see_reports, "see reports") as reader:
        at = await reader.as_at(as_at)
        day: date = day_of(at)
        period = financial_year(year or financial_year_name(today()))
        with progress_bar() as tell:
            results = await monthly_pack(Pack(reader, at, period, day), tell, readers_of(form, variant))
        return await published_together(reader, results) if variant == "publish" else results
