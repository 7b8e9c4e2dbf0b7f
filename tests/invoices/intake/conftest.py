"""One set of worker processes for the tests of taking files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from invoices.formats.limits import LIMITS
from invoices.intake.kept_files import KeptFiles
from invoices.intake.taking import Intake, Taken
from invoices.intake.workers import Workers


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """The processes, ended with the module."""
    with Workers(LIMITS) as workers:
        yield workers


@pytest.fixture
def intake(tmp_path: Path, workers: Workers) -> Intake:
    """An intake with a folder of its own and without a scanner."""
    return Intake(KeptFiles(tmp_path, LIMITS), workers)


def take(intake: Intake, content: bytes) -> Taken:
    """What becomes of a file with this content."""
    with intake.files.receive() as incoming:
        incoming.write(content)
        return intake.take(incoming.hold())
