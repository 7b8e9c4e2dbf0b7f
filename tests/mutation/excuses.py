"""Mutants that may survive, each with the reason: what `survivors.toml` says.

A mutant is known by its function and by the lines that it changes, not by a number, which any edit above would move.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

EXCUSES = Path(__file__).with_name("survivors.toml")


@dataclass(frozen=True, order=True)
class Mutant:
    """One change of one function: the lines that stood there, and those in their place."""

    function: str
    was: str
    became: str


def excuses(path: Path = EXCUSES) -> dict[Mutant, str]:
    """Why each mutant that may survive does; ValueError where one stands there twice or without a reason."""
    found: dict[Mutant, str] = {}
    for group in tomllib.loads(path.read_text(encoding="utf-8")).get("excused", []):
        for lines in group["mutants"]:
            mutant = Mutant(*lines)
            if mutant in found or not group["why"]:
                raise ValueError(f"stands there twice, or without a reason: {mutant}")
            found[mutant] = group["why"]
    return found
