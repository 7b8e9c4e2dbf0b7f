"""`python -m tests.benchmarks`: runs the benchmarks, prints what was measured beside what is to be reached.

Never run by pytest, whose tests only prove at a tiny size that every benchmark works: a timed assertion fails on a
busy machine and teaches people to ignore red.
"""

import platform
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import gettempdir

import click
import orjson
import pytest
from rich.console import Console
from rich.table import Table

from tests.benchmarks import (
    appends,
    audit,
    forms,
    imports,
    intake,
    matching,
    packs,
    pages,
    remittances,
    replay,
    reports,
    together,
    value,
    workbooks,
)
from tests.benchmarks.measure import Measure

BENCHMARKS: dict[str, Callable[[str, Path], Iterator[Measure]]] = {
    "import": imports.run,
    "append": appends.run,
    "together": together.run,
    "together-postgres": together.run_on_postgres,
    "replay": replay.run,
    "verify": replay.run_verify,
    "rebuild": replay.run_rebuild,
    "reports": reports.run,
    "growth": reports.run_growth,
    "value": value.run,
    "value-county": value.run_county,
    "workbooks": workbooks.run,
    "pack": packs.run,
    "pages": pages.run,
    "forms": forms.run,
    "intake": intake.run,
    "matching": matching.run,
    "remittances": remittances.run,
    "audit": audit.run,
}
_WIDTH_OF_FILES = 180
SIZES = ("tiny", "small", "county", "million")


@click.command()
@click.option("--size", type=click.Choice(SIZES), default="small", show_default=True, help="How large the ledger is.")
@click.option("--only", type=click.Choice(list(BENCHMARKS)), multiple=True, help="Run these alone.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write what was measured to this file.")
@click.option(
    "--cache",
    type=click.Path(path_type=Path),
    default=Path(gettempdir()) / "commissioning-benchmarks",
    show_default=True,
    help="Where built ledgers are kept.",
)
def main(size: str, only: tuple[str, ...], json_path: Path | None, cache: Path) -> None:
    """Measures the product beside floors taken in the same run. A county takes some minutes to build once."""
    console, found = Console(), list[Measure]()
    if not console.is_terminal:
        console = Console(width=_WIDTH_OF_FILES)
    for name in only or BENCHMARKS:
        try:
            measures = list(BENCHMARKS[name](size, cache))
        except pytest.skip.Exception as skipped:
            console.print(f"{name}: {skipped.msg}")
            continue
        console.print(_table(name, measures))
        found += measures
    if json_path is not None:
        report = {
            "size": size,
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "machine": platform.machine(),
            "measures": [measure.to_json() for measure in found],
        }
        json_path.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))


def _table(name: str, measures: list[Measure]) -> Table:
    table = Table("measure", "measured", "to reach", "reached", "how", title=name, title_justify="left")
    for measure in measures:
        sign = "≤" if measure.direction == "at most" else "≥"
        target = "" if measure.target is None else f"{sign} {_number(measure.target)} {measure.unit}"
        verdict = {True: "[green]yes[/green]", False: "[red]no[/red]", None: ""}[measure.reached]
        table.add_row(measure.name, f"{_number(measure.value)} {measure.unit}", target, verdict, measure.how)
    return table


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    main()
