"""The parts of the program whose mutants are tried, each with the tests that are quick enough to meet every one."""

from dataclasses import dataclass

SOURCES = ("commissioning", "contracts", "providers", "invoices", "exports")
"""The packages that tests import; mutants are made of a part's own files alone."""

_LEDGER = "commissioning/ledger"


@dataclass(frozen=True)
class Part:
    """Files to change, as patterns of paths, and the tests that must notice."""

    files: tuple[str, ...]
    tests: tuple[str, ...]


PARTS = {
    "append": Part(
        files=tuple(f"{_LEDGER}/{name}.py" for name in ("buffer", "chain", "log", "ledger", "work", "writer")),
        tests=(
            "tests/failure/test_torn_files.py::test_a_torn_write_ahead_log_names_the_missing_positions",
            "tests/failure/test_torn_files.py::test_an_older_copy_under_a_running_program_takes_no_writes",
            "tests/ledger/test_buffer.py",
            "tests/ledger/test_chain.py",
            "tests/ledger/test_commands.py",
            "tests/ledger/test_log.py",
            "tests/ledger/test_rebuild.py",
            "tests/ledger/test_second_look.py",
            "tests/ledger/test_together.py",
            "tests/ledger/test_witness.py",
            "tests/ledger/test_writer.py",
        ),
    ),
    "vault": Part(
        files=(f"{_LEDGER}/vault/*.py",),
        tests=("tests/ledger/test_erasure.py", "tests/ledger/test_rotation.py", "tests/ledger/test_vault.py"),
    ),
    "pricing": Part(
        files=("contracts/pricing/*.py",),
        tests=("tests/pricing", "tests/brute_force/test_golden.py"),
    ),
}

WORDING = (
    r"^(?!.*\bdef\b).*\b(return|raise) (Refused|Conflict|LedgerDamaged|Unavailable|Unwitnessed|ValueError)\($",
    r"raise (ValueError|RuntimeError)\(",
)
"""Statements that put a fault into words are left as they are: what they say is read by people and no test."""
