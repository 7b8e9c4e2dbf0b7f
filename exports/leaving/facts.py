"""What is known of a file that left: what was asked, as known when, and the hash of its bytes."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from commissioning.charges.queries import Filters
from exports.digest import digest_of
from exports.publications.small_numbers import WITHHELD_OPTIONS
from exports.result import Result

_NOT_RECORDED = ("search",)
"""What a person typed to search by may be a child's name, so that it was searched is all that is recorded."""

_SHARED = ("day", "run", "pay_on")
"""The options that all results of one file have in common; of others each has its own."""


class ExportedFile(BaseModel):
    """One file. `asked` holds the filters and options, each with its values, from which it can be made again.

    `figures` is the digest of the figures alone (digest.py), which survives another program's saving. `rows` counts the
    rows of figures, `size` the bytes; `variant` is `working` or `publish`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    name: str
    size: int
    form: str
    variant: str
    report: str
    position: int
    head: str
    first_day: date
    last_day: date
    filters: Mapping[str, tuple[str, ...]]
    options: Mapping[str, str]
    rows: int
    figures: str = Field(pattern="^[0-9a-f]{64}$")

    def only(self) -> Filters:
        """The filters as reports take them."""
        return Filters(**{name: tuple(values) for name, values in self.filters.items()})


def of_file(
    path: Path, results: Sequence[Result], form: str, variant: str, report: str = "", figures: str = ""
) -> ExportedFile:
    """What is recorded of a file that holds results of one question; several go under a `report` name of their own."""
    result = results[0]
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return ExportedFile(
        sha256=sha256,
        name=path.name,
        size=path.stat().st_size,
        form=form,
        variant=variant,
        report=report or result.report,
        position=result.as_at.position,
        head=result.as_at.head,
        first_day=result.period.first_day,
        last_day=result.period.last_day,
        filters=result.filters.chosen(),
        options=_sayable(_of_several(results)) if len(results) > 1 else _sayable(result.options),
        rows=sum(len(one.rows) for one in results),
        figures=figures or digest_of(results),
    )


def _of_several(results: Sequence[Result]) -> dict[str, str]:
    """The options that results have in common, and what was withheld of each."""
    told = {name: results[0].options[name] for name in _SHARED if name in results[0].options}
    for name in WITHHELD_OPTIONS:
        each = [f"{one.title}: {one.options[name]}" for one in results if name in one.options]
        told |= {name: "; ".join(each)} if each else {}
    return told


def _sayable(options: Mapping[str, Any]) -> dict[str, str]:
    return {name: "(not recorded)" if name in _NOT_RECORDED and value else value for name, value in options.items()}
