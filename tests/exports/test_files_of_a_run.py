"""The files of a payment run for a finance system: which follow another program's layout, and say so."""

from exports.files import name_of
from exports.payments.run_files import headers, lines, plain
from invoices.coded_lines import uncoded
from tests.benchmarks.remittances import run_of


def test_only_files_in_another_programs_layout_are_called_drafts() -> None:
    """Headers and lines have Oracle Fusion's columns, unchecked; the plain file has our own and is what it is."""
    full = run_of(2, 3)
    names = [name_of(made(full), "Norrowshire", "csv") for made in (headers, lines, plain)]
    assert ["draft-layout" in name for name in names] == [True, True, False]
    assert [bool(made(full).notes) for made in (headers, lines)] == [True, True]
    assert not any("Oracle" in note for note in plain(full).notes)


def test_files_of_two_runs_are_told_apart_by_their_names() -> None:
    """Both may be made at one position of the ledger: whoever loads or posts one must not take it for the other."""
    full = run_of(2, 3)
    other = full._replace(run=full.run._replace(key="ab" * 16))
    for made in (headers, lines, plain):
        assert name_of(made(full), "Norrowshire", "csv") != name_of(made(other), "Norrowshire", "csv")


def test_lines_without_a_code_are_told_and_no_others() -> None:
    """A CSV has no room for a word about a blank code: the page of the run and the other forms say what lacks one."""
    full = run_of(2, 3)
    assert uncoded(full.lines) == []
    assert uncoded([*full.lines, full.lines[0]._replace(code=None)]) == ["No code is mapped to: Education."]
    assert "No code is mapped to: Education." in lines(full._replace(lines=[full.lines[0]._replace(code=None)])).notes
