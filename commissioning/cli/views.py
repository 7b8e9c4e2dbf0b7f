"""`commissioning views` and `report saved NAME`: saved views of reports and lists, listed and asked again."""

import asyncio
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from commissioning.cli.acting import names_known, reading_as
from commissioning.cli.handing_out import show
from commissioning.cli.options import as_account, output_format, today, variant_option
from commissioning.cli.outcome import answering, print_json
from commissioning.ledger.time import instant_from_text
from commissioning.web.address import Address
from commissioning.web.words import moment
from exports.policy import may_see_reports
from exports.publishing.by_report import in_variant, variant_asked
from exports.result import Result
from exports.views.queries import saved_view, saved_views


@click.command("views")
@as_account
@output_format("table", "json")
@answering
def views_command(account: str | None, kind: str) -> None:
    """Lists the saved views of reports and lists."""
    # Imported here, because every other command would wait for the web server's libraries too.
    from commissioning.charges.pages.asked import asked_at  # noqa: PLC0415
    from exports.pages.views import asked_in_words, in_words  # noqa: PLC0415

    async def ask() -> tuple[list[dict[str, Any]], list[tuple[str, str, str, str, str]]]:
        async with reading_as(account, may_see_reports, "see reports") as reader:
            at, names = await reader.as_at(), await names_known(reader)
            found = await saved_views(reader, await reader.upto(at))
            question = await asked_at(reader, Address("/", ()), today(), names)
            rows = [
                {
                    "name": saved.view.name,
                    "address": saved.address(),
                    "position": saved.view.position,
                    "saved_at": saved.recorded_at,
                    "saved_by": saved.account,
                }
                for saved in found
            ]
            told = [
                (
                    saved.view.name,
                    in_words(saved.view.path),
                    await asked_in_words(saved.view, question),
                    moment(instant_from_text(saved.recorded_at)),
                    names.get(saved.account, saved.account),
                )
                for saved in found
            ]
            return rows, told

    rows, told = asyncio.run(ask())
    if kind == "json":
        print_json({"views": rows})
        return
    table = Table("Name", "Report", "Asked for", "Saved at", "By")
    for row in told:
        table.add_row(*map(escape, row))
    Console(highlight=False).print(table)


@click.command("saved")
@click.argument("name")
@click.option("--now", is_flag=True, help="As known now, not as at the position that it was saved at.")
@click.option("--out", type=click.Path(dir_okay=False), help="Write to this file.")
@variant_option
@as_account
@output_format("table", "json", "csv", "xlsx", "pdf")
@answering
def saved_command(name: str, now: bool, variant: str | None, account: str | None, kind: str, out: str | None) -> None:
    """Asks a saved view again: pinned to its position it gives the very same figures."""
    # Imported here, because every other command would wait for the web server's libraries too.
    from commissioning.charges.pages.asked import asked_at  # noqa: PLC0415
    from exports.pages.lists import LISTS, list_answer  # noqa: PLC0415
    from exports.pages.reports import REPORTS  # noqa: PLC0415
    from exports.views.view import REPORTS as SAVED  # noqa: PLC0415

    async def ask() -> Result:
        async with reading_as(account, may_see_reports, "see reports") as reader:
            view = await saved_view(reader, name, await reader.end())
            pinned = () if now else (("as_at", str(view.position)),)
            question = await asked_at(reader, Address(view.path, (*view.query, *pinned)), today(), {})
            if view.path in LISTS:
                result = await list_answer(question, LISTS[view.path])
            else:
                answer, _ = REPORTS[SAVED[view.path]]
                result = await answer(question)
            return await in_variant(reader, result, variant_asked(variant or "", result.report))

    show(asyncio.run(ask()), kind, out, account, variant)
