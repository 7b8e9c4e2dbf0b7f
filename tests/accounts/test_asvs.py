"""SECURITY.md says which test shows what, and each of those tests is there."""

import ast
import re
from pathlib import Path

import pytest

from tests.accounts.asvs import SECURITY, SHOWN, with_table

FOLDER = Path(__file__).parent


def test_the_table_is_the_one_that_is_made() -> None:
    """Whoever changes the list makes the table anew: python -m tests.accounts.asvs."""
    text = SECURITY.read_text(encoding="utf-8")
    assert with_table(text) == text


@pytest.mark.parametrize(("item", "file", "name"), [(item, file, name) for item, _, file, name in SHOWN])
def test_the_test_that_shows_an_item_is_there(item: str, file: str, name: str) -> None:
    """A test that was renamed or taken away fails here, by the item that nothing shows any more."""
    assert re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{1,2}", item)
    tree = ast.parse((FOLDER / file).read_text(encoding="utf-8"))
    known = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert name in known if name else any(test.startswith("test_") for test in known), f"nothing shows {item}"


def test_no_item_stands_twice_and_all_stand_in_order() -> None:
    """The list can be read beside the standard."""
    items = [tuple(map(int, item.split("."))) for item, *_ in SHOWN]
    assert items == sorted(set(items))
