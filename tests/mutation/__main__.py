"""`python -m tests.mutation`: changes the program in one place at a time and sees whether a test notices.

Mutants of the append, the vault and the pricing are made by mutmut in a copy of the checkout. Those that no test
notices are compared with `survivors.toml`, which gives the reason for each that may survive; one that does not stand
there fails the run. It takes some minutes to an hour a part, so pytest does not run it.
"""

import configparser
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tests.mutation.excuses import Mutant, excuses, reason_for
from tests.mutation.parts import PARTS, SOURCES, WORDING, Part
from tests.mutation.survivors import forget_survivors, outcomes_in, survivors_in

ROOT = Path(__file__).parents[2]
_COPIED = (*SOURCES, "tests", "pyproject.toml", "README.md", "hatch_build.py", "package.json", "package-lock.json")
_PATIENCE = {"timeout_constant": "5", "timeout_multiplier": "3"}
"""Seconds and times its usual length after which a test that a mutant has made endless counts as having noticed."""
_TOLD = 3_000
"""Letters of mutmut's own output that are shown where it fails."""
_OUTCOMES = {0: "survived", 33: "untested", **dict.fromkeys((-24, 24, 36, 152, 255), "noticed by running too long")}
"""By mutmut's codes; any other is a test that failed, which is noticed."""


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(PARTS)), metavar="[PART]...")
@click.option("--only", multiple=True, help="Files to change, in place of all of the part's.")
@click.option("--processes", default=1, show_default=True, help="Mutants tried at once.")
@click.option("--keep", type=click.Path(path_type=Path), help="Do the work in this folder and leave it there.")
def main(names: Sequence[str], only: Sequence[str], processes: int, keep: Path | None) -> None:
    """Tries the mutants of the parts that are named, or of all, and lists the survivors."""
    known, strangers = excuses(), list[Mutant]()
    for name in names or PARTS:
        part = Part(tuple(only) or PARTS[name].files, PARTS[name].tests)
        with TemporaryDirectory() as temporary:
            folder = (keep or Path(temporary)) / name
            _try(part, folder, processes)
            with chdir(folder):  # where mutmut looks for what a mutant changed
                survivors = sorted(set(survivors_in(folder)))
            click.echo(f"{name}: {_told(folder)}")
        for mutant in survivors:
            click.echo(f"\n{mutant.function}\n{_marked('-', mutant.was)}\n{_marked('+', mutant.became)}")
            click.echo(f"  {reason_for(mutant, known) or 'NOT EXCUSED: write a test that notices it, or its reason'}")
        strangers += [mutant for mutant in survivors if reason_for(mutant, known) is None]
    click.echo(f"\n{len(strangers)} survivors without a reason in survivors.toml")
    sys.exit(1 if strangers else 0)


def _try(part: Part, folder: Path, processes: int) -> None:
    """Runs mutmut in a copy of the checkout; mutants that were noticed in an earlier run there are not tried again."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, folder / name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / name, folder / name)
    forget_survivors(folder)
    with (folder / "setup.cfg").open("w") as file:
        _settings(part).write(file)
    environment = os.environ | {"PYTHONPATH": str(folder)}
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(processes)]
    with (folder / "mutmut.log").open("wb") as log:
        done = subprocess.run(command, cwd=folder, env=environment, stdout=log, stderr=log, check=False)
    if done.returncode:
        raise click.ClickException((folder / "mutmut.log").read_text(errors="replace")[-_TOLD:])


def _settings(part: Part) -> configparser.ConfigParser:
    settings = configparser.ConfigParser(interpolation=None)
    lists = {
        "source_paths": SOURCES,
        "only_mutate": part.files,
        "do_not_mutate_patterns": WORDING,
        "pytest_add_cli_args_test_selection": part.tests,
        "pytest_add_cli_args": ("--store=sqlite", "-pno:cacheprovider", "-ptests.mutation.anew"),
    }
    settings["mutmut"] = {key: "\n".join(("", *values)) for key, values in lists.items()} | _PATIENCE
    return settings


def _told(folder: Path) -> str:
    counts: dict[str, int] = {}
    for code, number in outcomes_in(folder).items():
        told = "not tried" if code is None else _OUTCOMES.get(code, "noticed")
        counts[told] = counts.get(told, 0) + number
    return f"{sum(counts.values())} mutants, " + ", ".join(
        f"{number} {told}" for told, number in sorted(counts.items())
    )


def _marked(sign: str, lines: str) -> str:
    return "\n".join(f"  {sign} {line}" for line in lines.splitlines())


if __name__ == "__main__":
    main()
