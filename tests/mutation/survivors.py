"""What became of the mutants of a run: how many each outcome has, and which no test noticed."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant

from tests.mutation.excuses import Mutant

SURVIVED, UNTESTED = 0, 33
"""What mutmut notes of a mutant that all tests passed with, and of one that no test runs."""


def survivors_in(folder: Path) -> Iterator[Mutant]:
    """The survivors of a run whose copy of the checkout is the current folder, in order of the files' names."""
    for meta in sorted((folder / "mutants").rglob("*.meta")):
        for name, code in json.loads(meta.read_text())["exit_code_by_key"].items():
            if code in (SURVIVED, UNTESTED):
                yield _described(name, meta.relative_to(folder / "mutants").with_suffix(""))


def forget_survivors(folder: Path) -> None:
    """Has the survivors of an earlier run tried again: a test may have been written since."""
    for meta in (folder / "mutants").rglob("*.meta"):
        known = json.loads(meta.read_text())
        codes = known["exit_code_by_key"]
        codes.update({name: None for name, code in codes.items() if code in (SURVIVED, UNTESTED)})
        meta.write_text(json.dumps(known, indent=4))


def outcomes_in(folder: Path) -> Mapping[int | None, int]:
    """How many mutants came to each exit code; None stands for those that were not tried."""
    counts: dict[int | None, int] = {}
    for meta in (folder / "mutants").rglob("*.meta"):
        for code in json.loads(meta.read_text())["exit_code_by_key"].values():
            counts[code] = counts.get(code, 0) + 1
    return counts


def _described(name: str, path: Path) -> Mutant:
    lines = get_diff_for_mutant(name, path=path).splitlines()[2:]
    was = [line[1:].strip() for line in lines if line.startswith("-")]
    became = [line[1:].strip() for line in lines if line.startswith("+")]
    return Mutant(_function_of(name), "\n".join(was), "\n".join(became))


def _function_of(name: str) -> str:
    """`package.module.Class.method` of mutmut's own name for a mutant."""
    module, _, mangled = name.rpartition(".")
    mangled = mangled.partition("__mutmut_")[0]
    plain = mangled.removeprefix("xǁ").replace("ǁ", ".") if mangled.startswith("xǁ") else mangled.removeprefix("x_")
    return f"{module}.{plain}"
