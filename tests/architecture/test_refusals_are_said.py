"""What a refusal says can be said in another language: every text of a fault is one that translators are given."""

from importlib import import_module
from inspect import signature

import pytest

from commissioning.web.extracting import MADE_ELSEWHERE
from tests.architecture.house import ROOT, modules
from tests.architecture.sayings import Sayings

RECORDED = {"invoices.checks.vat"}
"""Modules whose words are no refusal's: what a check finds of an invoice is recorded as it was worded."""
FAULT = "from commissioning.ledger.errors import Fault\n"


def test_no_refusal_is_glued_from_halves() -> None:
    """A text of a fault is a constant, or a message with named places for figures that was said."""
    found = {
        module: unsaid
        for module, path in modules(ROOT).items()
        if module not in RECORDED and (unsaid := list(Sayings(path.read_text(encoding="utf-8")).unsaid()))
    }
    assert found == {}


@pytest.mark.parametrize(
    "planted",
    [
        'Fault("late", f"It ended on {day}.")',
        'Fault("late", "It ended on " + day)',
        'what = "inspection"\nFault("late", said("The %(what)s is late.", what=what))',
        'Fault("late", said("It ended on %(day)s.", date=day))',
        'CURE = "Send it again."\nFault("late", "It is late.", mend=CURE)',
        'Fault("late", "It is late.", expected=" or ".join(days))',
        'Fault("late", "It is late.", f"row {row}")',
        'place = f"row {row}"\nFault("late", "It is late.", place)',
        'Fault("late", said("It ended on %(day)s.", day=day.isoformat()))',
        'Fault("late", said("It ended on %(day)s.", day=f"{day:%Y-%m-%d}"))',
        'def _late(message: str) -> Fault: ...\n_late(f"It ended on {day}.")',
        'def cure() -> str:\n    return "Send it again."\nFault("late", "It is late.", mend=cure())',
    ],
)
def test_a_planted_half_is_found(planted: str) -> None:
    """Each way in which a sentence could stay English is seen."""
    assert list(Sayings(FAULT + planted).unsaid())


def test_what_is_said_whole_passes() -> None:
    """Constants where they are looked for, messages with figures, codes, and what comes from elsewhere may stand."""
    texts = 'said("Ends on %(day)s.", day=day), f"row.{row}", ", ".join(codes), cures[row] if row else "Wait."'
    assert list(Sayings(f'{FAULT}Fault("late", {texts})').unsaid()) == []


@pytest.mark.parametrize("name", MADE_ELSEWHERE)
def test_arguments_are_where_they_are_looked_for(name: str) -> None:
    """What makes faults has the arguments that its texts are looked for among, in that order."""
    module, _, made = name.rpartition(".")
    assert tuple(signature(getattr(import_module(module), made)).parameters) == MADE_ELSEWHERE[name]
