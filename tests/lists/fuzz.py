"""`python -m tests.lists.fuzz --examples 200`: thousands of invented requests against the document about programs.

Left out of what is checked: that whatever fits the schema is accepted. The document cannot say that a school must be
known or that a period takes both its ends; such requests are refused in words.
"""

import asyncio
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from commissioning import serving
from commissioning.settings import Settings
from tests.accounts.signing_in import bearer_for
from tests.pages.world import TODAY, make_world
from tests.web.browser import served

LEFT_OUT = "positive_data_acceptance"
PHASES = "examples,coverage,fuzzing"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it: how many requests were sent, and what was found wrong, in the program's own words."""

    requests: int
    failures: int
    said: str


async def fuzz(settings: Settings, examples: int, seed: int, *, only: str = "", phases: str = PHASES) -> Tried:
    """Tries every address (`only` those with these words) with so many examples; the ledger is written to."""
    token = bearer_for(settings, "commissioner", "finance")["Authorization"]
    async with served(serving.web_application(settings, lambda: TODAY)) as address:
        process = await asyncio.create_subprocess_exec(
            *(str(Path(sys.executable).parent / "schemathesis"), "run", f"{address}/api/openapi.json"),
            *("--header", f"Authorization: {token}", "--exclude-checks", LEFT_OUT, "--warnings", "off"),
            *("--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure", "--no-color"),
            *("--phases", phases, "--generation-database", "none", "--request-timeout", "60"),
            *(("--include-path-regex", only) if only else ()),
            env={**os.environ, "COLUMNS": "200"},
            cwd=settings.commissioning_data,  # it keeps what it found beside where it runs
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
    text = said.decode()
    requests = re.search(r"([\d,]+) generated", text)
    failures = re.search(r"(\d+) unique failures?", text)
    found = int(failures[1]) if failures else (0 if process.returncode == 0 else -1)
    return Tried(int(requests[1].replace(",", "")) if requests else 0, found, text)


@click.command()
@click.option("--examples", default=100, show_default=True, help="Examples of each address.")
@click.option("--seed", default=1, show_default=True)
@click.option("--only", default="", help="Addresses that have these words.")
def main(examples: int, seed: int, only: str) -> None:
    """Fuzzes the API over a small invented council."""
    with TemporaryDirectory() as folder:
        with ThreadPoolExecutor(1) as pool:
            settings = pool.submit(asyncio.run, make_world(Path(folder))).result()
        tried = asyncio.run(fuzz(settings, examples, seed, only=only))
    click.echo(tried.said)
    click.echo(f"{tried.requests:,} requests with seed {seed}, {tried.failures} failures")
    sys.exit(1 if tried.failures else 0)


if __name__ == "__main__":
    main()
