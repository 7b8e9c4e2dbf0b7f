"""Reads a table of price bands from text with commas or tabs, as it is pasted or exported; each fault names its line.

The first line names the columns: amount (pounds a year), and any of band, need, setting and region.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any, get_args

from commissioning.ledger.counted import counted
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.money import pence_from_text
from commissioning.ledger.said import said
from commissioning.placements.facts import Need
from commissioning.placements.words import NEEDS
from commissioning.price_bands.facts import PriceBand
from contracts.terms import Setting
from contracts.words import SETTINGS

COLUMNS = ("band", "need", "setting", "region", "amount")
EXAMPLE = "band,need,setting,amount\n1,SEMH,day,52000\n2,SEMH,day,61000"
LONGEST_TEXT = 100_000


def bands_from_text(text: str, where: str = "bands") -> tuple[PriceBand, ...]:
    """The bands of a table; raises `Refused` with every fault."""
    if len(text) > LONGEST_TEXT:
        raise Refused(
            Fault(
                "too-long",
                "The table is too long.",
                where,
                said("at most %(most)s characters", most=counted(LONGEST_TEXT)),
            )
        )
    first = text.lstrip("\ufeff\n\r ").partition("\n")[0]
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff\n\r ")), delimiter="\t" if "\t" in first else ",")
    names = [name.strip().lower().replace(" ", "_") for name in next(rows, [])]
    if unknown := sorted({*names} - {*COLUMNS}):
        raise Refused(
            Fault(
                "columns",
                said("There is no column “%(column)s”.", column=unknown[0][:40]),
                where,
                said("any of %(columns)s", columns=", ".join(COLUMNS)),
            )
        )
    if "amount" not in names or len(set(names)) < len(names):
        raise Refused(Fault("columns", "The first line must name each column once.", where, "amount among them"))
    bands: list[dict[str, str]] = []
    faults: list[Fault] = []
    for number, row in enumerate(rows, start=2):
        if any(cell.strip() for cell in row):
            found = dict(zip(names, (cell.strip() for cell in row), strict=False))
            faults += _faults(found, number, where)
            bands.append(found)
    if faults:
        raise Refused(*faults)
    return tuple(_band(found) for found in bands)


def _faults(found: dict[str, str], number: int, where: str) -> Iterator[Fault]:
    for name, codes in (("need", get_args(Need)), ("setting", get_args(Setting))):
        if (text := found.get(name)) and _code(name, text) is None:
            yield Fault(
                name,
                said("Line %(number)s: “%(text)s” is no %(name)s.", number=number, text=text[:40], name=name),
                where,
                said("one of %(codes)s", codes=", ".join(codes)),
            )
    if _pence(found.get("amount", "")) is None:
        text = found.get("amount", "")
        yield Fault(
            "amount",
            said("Line %(number)s: “%(text)s” is no amount.", number=number, text=text[:40]),
            where,
            "pounds a year, such as 52000",
        )


def _band(found: dict[str, str]) -> PriceBand:
    need: Any = _code("need", found.get("need", ""))
    setting: Any = _code("setting", found.get("setting", ""))
    return PriceBand(
        band=found.get("band") or None,
        need=need,
        setting=setting,
        region=found.get("region") or None,
        amount=_pence(found["amount"]) or 0,
    )


def _code(name: str, text: str) -> str | None:
    """A code as such or in the words that people read."""
    words = NEEDS if name == "need" else SETTINGS
    return next((code for code, said in words.items() if text.lower() in (code.lower(), said.lower())), None)


def _pence(text: str) -> int | None:
    try:
        return pence_from_text(text.replace("£", "").replace(",", "").replace(" ", ""))
    except ValueError:
        return None
