"""Money, numbers and days for people are written in one place, so that another language can be added there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, modules

OF_THEIR_OWN = {
    "commissioning.web.words": "is that place",
    "commissioning.web.charts.svg": "writes coordinates of drawings",
    "exports.pdf.drawn": "writes coordinates of drawings",
    "commissioning.ledger.copies.audit.verify_bundle": "is handed to auditors, who have nothing else of ours",
}
FOR_PROGRAMS = re.compile(r"%[Yy]-?%m")
"""A month or an instant from the year on is read by programs: in addresses, sealed facts and names of files."""
BY_HAND = re.compile(r"[,_]|\.\d+[f%]|%[A-Za-z]")
IN_TEMPLATES = re.compile(r"strftime|\|\s*(round|format)\b|\.format\(|£\{\{")


def made_by_hand(source: str) -> Iterator[str]:
    """Every value of a source that is made into words by a format of its own."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FormattedValue(format_spec=ast.JoinedStr(values=[ast.Constant(value=str(shape)), *_])):
                if BY_HAND.search(shape) and not FOR_PROGRAMS.match(shape):
                    yield f"line {node.lineno}: {shape}"
            case ast.Call(func=ast.Attribute(attr="strftime")):
                yield f"line {node.lineno}: strftime"
            case ast.Call(func=ast.Name(id="format"), args=[_, ast.Constant(value=str(shape))]) if "," in shape:
                yield f"line {node.lineno}: format with {shape}"


def test_no_module_writes_money_numbers_or_days_in_its_own_way() -> None:
    """Whatever a person reads goes through `commissioning.web.words`, or `commissioning.ledger.counted` below it."""
    found = {
        module: made
        for module, path in modules(ROOT).items()
        if module not in OF_THEIR_OWN and (made := list(made_by_hand(path.read_text(encoding="utf-8"))))
    }
    assert found == {}


def test_no_template_writes_them_in_its_own_way() -> None:
    """Templates have filters for all of it."""
    for package in ("commissioning", "providers", "contracts", "invoices", "exports"):
        for path in sorted((ROOT / package).rglob("templates/**/*.html")):
            assert IN_TEMPLATES.findall(path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize(
    "planted", ['f"£{pence / 100:,.2f}"', 'f"{share:.1%}"', 'f"{day:%d %B}"', "day.strftime('%d')", "format(1, ',')"]
)
def test_a_planted_format_is_found(planted: str, tmp_path: Path) -> None:
    """What was written by hand before is found again, and what programs read is not."""
    (tmp_path / "planted.py").write_text(planted)
    assert list(made_by_hand((tmp_path / "planted.py").read_text()))
    assert not list(made_by_hand('f"{born:%Y-%m} {count:>4} {rest:02d}"'))
