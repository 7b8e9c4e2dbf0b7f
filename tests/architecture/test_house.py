"""The house stands as commissioning/decisions/0001 says, and its tests can see when it does not."""

import ast
from pathlib import Path

import pytest

from tests.architecture.house import (
    ROOT,
    circle_of_rooms,
    homeless_modules,
    import_cycle,
    modules,
    stray_servers,
    upward_imports,
)

LONGEST_FILE, LONGEST_FUNCTION = 450, 70
MONEY = ("contracts.", "invoices.", "commissioning.charges.", "commissioning.ledger.money")
BEFORE_MONEY = ("invoices.intake.", "invoices.formats.cells", "invoices.formats.tables")
"""Where files arrive: seconds of patience, and the cells of a workbook, which are floats until cells.py reads them."""


def test_imports_run_down_the_floors() -> None:
    """No lower floor imports an upper one."""
    assert upward_imports(ROOT) == []


def test_there_is_no_import_cycle() -> None:
    """Imports between files never run in a circle."""
    assert import_cycle(ROOT) == []


def test_rooms_of_exports_need_each_other_one_way() -> None:
    """A report is found in the folder of what it tells of, and the folders stand on each other like floors."""
    assert circle_of_rooms(ROOT) == []


def test_every_module_stands_on_a_floor() -> None:
    """No module escapes the rule of floors by standing outside them."""
    assert homeless_modules(ROOT) == []


def test_only_pages_and_api_know_aiohttp() -> None:
    """Beside the shell and the wiring, HTTP is known to pages and api files alone."""
    assert stray_servers(ROOT) == []


@pytest.mark.parametrize(
    ("where", "planted", "finder"),
    [
        ("contracts/planted.py", "from commissioning.placements.planted import x", upward_imports),
        ("contracts/planted.py", "import commissioning.placements.planted", upward_imports),
        ("providers/planted.py", "from providers import circle", import_cycle),
        ("exports/places/planted.py", "from exports.prices.circle import x", circle_of_rooms),
        ("contracts/planted.py", "from aiohttp import web", stray_servers),
        ("commissioning/planted.py", "x = 1", homeless_modules),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, where: str, planted: str, finder) -> None:  # noqa: ANN001
    """Each rule of the house fails on a file that breaks it."""
    for name, text in {
        where: planted,
        "commissioning/placements/planted.py": "x = 1",
        "providers/circle.py": "import providers.planted",
        "exports/prices/circle.py": "from exports.places.planted import x",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(text)
    assert finder(tmp_path) != []


@pytest.mark.parametrize("module", sorted(modules(ROOT)))
def test_files_and_functions_can_be_read_in_one_sitting(module: str) -> None:
    """Every file opens with what it is for, none is long, no function leaves the screen, packages are empty."""
    path = modules(ROOT)[module]
    text = path.read_text(encoding="utf-8")
    if path.name == "__init__.py":
        assert text == ""
        return
    tree = ast.parse(text)
    if path.parent.name != "migrations":
        assert ast.get_docstring(tree)
        assert text.count("\n") <= LONGEST_FILE
    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_money_is_never_a_float() -> None:
    """Where money is kept or computed nothing is made a float."""
    found = [
        f"{module}:{node.lineno}"
        for module, path in modules(ROOT).items()
        if module.startswith(MONEY) and not module.startswith(BEFORE_MONEY)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]
    assert found == []
