"""Lists asked again from what is recorded of their files: what narrowed and ordered them, and the day they were of.

An address that named several values of one thing is recorded with commas between them, and a value may hold a comma
itself. So of the ways to read it that one was asked which gives the very figures that left; where none does, the list
cannot be made again, as when somebody searched it, which is not recorded.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain

from commissioning.charges.pages.asked import Asked
from commissioning.charges.periods import Period
from commissioning.ledger.actor import Actor
from commissioning.ledger.reading import Reader
from commissioning.web.address import Address
from exports.digest import digest_of
from exports.leaving.facts import ExportedFile
from exports.pages.lists import LISTS, list_answer
from exports.publishing.by_report import in_variant
from exports.result import Result

NO_FILTER = frozenset({"day", "withheld", "counts_withheld", "left_out"})
"""What the options of a file say of it that its address did not ask for."""


def is_list(report: str) -> bool:
    """Whether a file of this report is that of a list."""
    return f"/{report}" in LISTS


async def list_again(
    reader: Reader, file: ExportedFile, position: int, account: str, names: Mapping[str, str]
) -> list[Result] | None:
    """The list as known at a position, for the account that asked; None where it cannot be made as it left."""
    for address in _addresses(file):
        then = await _list_at(reader, file, address, file.position, account, names)
        if digest_of([then]) == file.figures:
            return [await _list_at(reader, file, address, position, account, names)]
    return None


def _addresses(file: ExportedFile) -> Iterator[Address]:
    """What may have been asked: with commas as part of a value, and between values."""
    filters = [(name, value) for name, values in file.filters.items() for value in values]
    options = [(name, value) for name, value in file.options.items() if name not in NO_FILTER]
    yield Address(f"/{file.report}", (*filters, *options))
    if any("," in value for _, value in options):
        parted = chain.from_iterable([(name, part) for part in value.split(",")] for name, value in options)
        yield Address(f"/{file.report}", (*filters, *parted))


async def _list_at(
    reader: Reader, file: ExportedFile, address: Address, position: int, account: str, names: Mapping[str, str]
) -> Result:
    as_at, day = await reader.as_at(str(position)), date.fromisoformat(file.options["day"])
    period = Period(file.first_day, file.last_day)
    question = Asked(reader, as_at, day, period, file.only(), address, names, Actor(account))
    result = await list_answer(question, LISTS[address.path])
    return await in_variant(reader, result, "publish" if file.variant == "publish" else "working")
