"""Mutants that may survive, each with the reason: what `survivors.toml` says.

A mutant is known by its function and by the lines that it changes, not by a number, which any edit above would move.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

EXCUSES = Path(__file__).with_name("survivors.toml")


@dataclass(frozen=True, order=True)
class Mutant:
    """One change of one function: the lines that stood there, and those in their place."""

    function: str
    was: str
    became: str


def _is_sql_in_other_letters(mutant: Mutant) -> bool:
    return mutant.was.casefold() == mutant.became.casefold() and re.search(_SQL, mutant.was, re.IGNORECASE) is not None


def _has_none_for_false(mutant: Mutant) -> bool:
    return mutant.became == mutant.was.replace("False", "None", 1)


def _is_not_strict_by_default(mutant: Mutant) -> bool:
    return mutant.became == mutant.was.replace("strict=False", "")


_SQL = r"\b(select|insert into|update|delete from|and|where|order by|savepoint|pragma|begin) "
_ALIKE: tuple[tuple[Callable[[Mutant], bool], str], ...] = (
    (_is_sql_in_other_letters, "SQL does not tell capital letters from small ones"),
    (_has_none_for_false, "whoever asks whether it holds is answered no by None and False alike"),
    (_is_not_strict_by_default, "not to be strict is what zip does unasked"),
)
"""Changes that change nothing, whatever function they are in."""


def reason_for(mutant: Mutant, excused: Mapping[Mutant, str]) -> str | None:
    """Why a mutant may survive; None where a test must be written."""
    alike = (reason for holds, reason in _ALIKE if holds(mutant))
    return next(alike, excused.get(mutant))


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
