"""Why a deed waits is recorded in English and known again by its message, so that it can be said in any language."""

import ast
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.ledger.said import Said, said
from commissioning.proposals.reasons import REASONS, said_again
from commissioning.web.extracting import is_said
from tests.architecture.house import ROOT, modules

FIGURES = st.text(st.characters(codec="ascii", exclude_characters="%"), min_size=1).filter(str.strip)
MESSAGES = [reason.message for reason in REASONS]


def messages_of(path: str) -> set[str]:
    """What a module that holds a rule says of whatever takes two people."""
    module = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    makers = [
        node for node in ast.walk(module) if isinstance(node, ast.FunctionDef) and "TakesASecond" in ast.dump(node)
    ]
    return {str(ast.literal_eval(node.args[0])) for maker in makers for node in ast.walk(maker) if is_said(node)}


def test_every_reason_that_a_rule_gives_is_known_again() -> None:
    """A rule that says a sentence of its own, which no page could say in another language, is found."""
    rules = [
        path.relative_to(ROOT).as_posix()
        for path in modules(ROOT).values()
        if re.search(r"\bTakesASecond\(\"", path.read_text(encoding="utf-8"))
    ]
    assert len(rules) == 2
    assert set().union(*map(messages_of, rules)) == set(MESSAGES)


@pytest.mark.parametrize("message", MESSAGES)
@given(data=st.data())
def test_a_recorded_reason_keeps_its_sentence(message: str, data: st.DataObject) -> None:
    """Whatever stands in its places, the sentence reads as it did, and has its message again."""
    names = re.findall(r"%\((\w+)\)s", message)
    recorded = str(said(message, **{name: data.draw(FIGURES) for name in names}))
    again = said_again(recorded)
    assert again == recorded
    assert isinstance(again, Said)
    assert again.message == message


def test_the_figures_are_taken_out() -> None:
    """What an older program recorded has its figures again too."""
    again = said_again("School 900001 would be paid to an account that ends in 5678")
    assert isinstance(again, Said)
    assert again.figures == {"urn": "900001", "ending": "5678"}


def test_another_sentence_is_left_as_it_stands() -> None:
    """What no rule of ours says is shown as it was recorded."""
    assert said_again(f"It waits since {date(2026, 5, 17)}") == "It waits since 2026-05-17"
