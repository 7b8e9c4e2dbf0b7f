"""Reads the house as its imports really run: which module imports which, on which floor each stands."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("commissioning", "providers", "contracts", "invoices", "exports")

FLOORS: tuple[tuple[str, ...], ...] = (
    (
        "commissioning.__main__",
        "commissioning.cli",
        "commissioning.serving",
        "commissioning.app",
        "commissioning.database",
        "commissioning.settings",
        "commissioning.migrations",
    ),
    ("commissioning.demo",),
    ("commissioning.importing",),
    ("exports",),
    ("invoices",),
    ("commissioning.finance",),
    ("commissioning.consultations",),
    ("commissioning.uplifts", "commissioning.price_bands"),
    ("commissioning.charges",),
    ("commissioning.placements",),
    ("contracts",),
    ("providers",),
    ("commissioning.proposals",),
    ("commissioning.accounts",),
    ("commissioning.web",),
    ("commissioning.spreadsheets",),
    ("commissioning.ledger",),
)
"""From the roof down; a module may import from its own floor and from those below."""

MAY_SERVE = ("commissioning.web", "commissioning.serving", "commissioning.app")
"""Beside these, only files called pages.py or api.py, or in a folder called pages, may import aiohttp."""


def modules(root: Path) -> dict[str, Path]:
    """Every module of the product under a root, by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(path: Path) -> Iterator[str]:
    """The dotted names a module imports; `from a import b` gives `a` and `a.b`, either of which may be the module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floor_of(module: str) -> int | None:
    """The floor of a module, 0 being the roof; None for what stands on no floor."""
    for number, floor in enumerate(FLOORS):
        if any(module == name or module.startswith(f"{name}.") for name in floor):
            return number
    return None


def upward_imports(root: Path) -> list[str]:
    """Every import that runs from a lower floor to an upper one, in words."""
    known, found = modules(root), []
    for module, path in known.items():
        own = floor_of(module)
        for name in imports_of(path):
            other = floor_of(name) if name in known else None
            if own is not None and other is not None and other < own:
                found.append(f"{module} imports {name}, which stands above it")
    return found


def homeless_modules(root: Path) -> list[str]:
    """Modules with code that stand on no floor."""
    known = modules(root)
    return [module for module, path in known.items() if path.name != "__init__.py" and floor_of(module) is None]


def import_cycle(root: Path) -> list[str]:
    """The modules of one import cycle, empty where there is none."""
    known = modules(root)
    graph = {
        module: {name for name in imports_of(path) if name in known and name != module and not _is_package(known[name])}
        for module, path in known.items()
        if not _is_package(path)
    }
    return _circle(graph)


def circle_of_rooms(root: Path) -> list[str]:
    """The folders of `exports` that need each other in a circle; its pages, each of another, stand apart."""
    known, graph = modules(root), defaultdict[str, set[str]](set)
    for module, path in known.items():
        room = _room(module)
        if room is not None:
            graph[room] |= {other for name in imports_of(path) if (other := _room(name)) is not None and other != room}
    return _circle(graph)


def stray_servers(root: Path) -> list[str]:
    """Modules that import aiohttp though they serve no pages."""
    return [
        module
        for module, path in modules(root).items()
        if not module.startswith(MAY_SERVE)
        and path.name not in ("pages.py", "api.py")
        and path.parent.name != "pages"
        and any(name.split(".")[0] == "aiohttp" for name in imports_of(path))
    ]


def _room(module: str) -> str | None:
    package, _, rest = module.partition(".")
    room, _, file = rest.partition(".")
    return room if package == "exports" and file and room != "pages" else None


def _circle(graph: Mapping[str, set[str]]) -> list[str]:
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as cycle:
        return list(cycle.args[1])
    return []


def _is_package(path: Path) -> bool:
    return path.name == "__init__.py"
