"""The list of excused mutants speaks of the program as it stands."""

from pathlib import Path

import pytest

from tests.architecture.house import ROOT, modules
from tests.mutation.excuses import excuses
from tests.mutation.parts import PARTS


def test_every_excused_line_still_stands() -> None:
    """Each excused mutant names a function of a module, and lines of it that are still there."""
    known = modules(ROOT)
    for mutant in excuses():
        module = max((name for name in known if mutant.function.startswith(f"{name}.")), key=len)
        lines = {line.strip() for line in known[module].read_text(encoding="utf-8").splitlines()}
        assert set(mutant.was.splitlines()) <= lines, mutant
        assert f"def {mutant.function.rpartition('.')[2]}(" in known[module].read_text(encoding="utf-8"), mutant


def test_an_excuse_needs_a_reason(tmp_path: Path) -> None:
    """A list with a mutant that has no reason, or stands there twice, is refused."""
    for text in ('why = ""\nmutants = [["a", "b", "c"]]', 'why = "so"\nmutants = [["a", "b", "c"], ["a", "b", "c"]]'):
        path = tmp_path / "survivors.toml"
        path.write_text(f"[[excused]]\n{text}", encoding="utf-8")
        with pytest.raises(ValueError, match="without a reason"):
            excuses(path)


def test_every_part_has_files_and_tests() -> None:
    """No part's files or tests were moved away from under it."""
    for part in PARTS.values():
        assert all(list(ROOT.glob(pattern)) for pattern in part.files)
        assert all((ROOT / path.partition("::")[0]).exists() for path in part.tests)
