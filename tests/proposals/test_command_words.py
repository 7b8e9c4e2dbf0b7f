"""Whoever is asked to agree as the second person reads what is asked in words, whatever waits."""

from types import ModuleType

import pytest

from commissioning.consultations import commands as consultations
from commissioning.ledger.work import Command
from commissioning.placements import commands as placements
from commissioning.proposals.command_words import COMMANDS, FIELDS
from commissioning.uplifts import commands as uplifts
from contracts import commands as contracts
from providers.bank import commands as bank

OF_THE_PROGRAM = {"expected_version", "holder", "pupil", "sealed"}
"""What is not shown to whoever is asked."""


@pytest.mark.parametrize("module", [contracts, placements, uplifts, consultations, bank], ids=lambda one: one.__name__)
def test_every_command_that_may_wait_is_called_by_name(module: ModuleType) -> None:
    """Each command of a package whose deeds may take two people has a name, and so has each of its fields."""
    kinds = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Command) and kind.__module__ == module.__name__
        and kind.kept_as == "itself" and not any(issubclass(other, kind) and other is not kind
                                                 for other in vars(module).values() if isinstance(other, type))
    ]  # fmt: skip
    assert kinds
    assert [kind.__name__ for kind in kinds if kind.__name__ not in COMMANDS] == []
    assert {name for kind in kinds for name in kind.model_fields} - set(FIELDS) - OF_THE_PROGRAM == set()
