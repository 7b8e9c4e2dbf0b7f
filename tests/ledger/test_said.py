"""A text that was said is its English sentence, and remembers what it was made of wherever it is handed on."""

import copy
import pickle
from dataclasses import asdict, replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import Said, listed, said

LATE = said("%(school)s answered on %(day)s.", school=said("Larkfield"), day=date(2026, 5, 17))
FIGURES = st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text() | st.integers(), max_size=4)


def parts_of(text: str) -> tuple[str, dict[str, object]]:
    """The message and the figures of a text that was said."""
    assert isinstance(text, Said)
    return text.message, dict(text.figures)


def test_a_text_is_its_english_sentence() -> None:
    """Whoever compares it, logs it or writes it down has a text like any other."""
    assert LATE == "Larkfield answered on 17 May 2026."
    assert f"{LATE} {said('100% of it.')}" == "Larkfield answered on 17 May 2026. 100% of it."


@given(FIGURES)
def test_a_text_is_handed_on_whole(figures: dict[str, object]) -> None:
    """Between processes, in copies, and in a fault that is changed, message and figures stay with the text."""
    text = said("It is 100%% of " + " and ".join(f"%({name})s" for name in figures), **figures) if figures else LATE
    fault = replace(Fault("late", text, mend="Wait."), where="answered_on")
    for again in (pickle.loads(pickle.dumps(text)), copy.deepcopy(text), asdict(fault)["message"]):  # noqa: S301 - our own
        assert again == text
        assert parts_of(again) == parts_of(text)


def test_what_was_said_is_not_said_again() -> None:
    """A wrapper that says what it is given leaves alone what came with figures."""
    assert said(LATE) is LATE
    assert parts_of(said("It is late.")) == ("It is late.", {})


def test_a_list_of_texts_keeps_each() -> None:
    """A place from the outside in is one text, and each of its parts can be said."""
    place = listed(["agreement SPOT-1", said("row %(row)s", row=3), "start_on"])
    assert place == "agreement SPOT-1, row 3, start_on"
    assert parts_of(parts_of(place)[1]["before"])[1]["after"] == said("row %(row)s", row=3)  # type: ignore[arg-type]  # a text


def test_a_fault_in_words_can_be_said() -> None:
    """Place, message, expectation and cure stay texts of their own within the line that logs and errors show."""
    fault = Fault("late", LATE, said("row %(row)s", row=3), "an earlier day", "Wait.")
    words = "row 3: Larkfield answered on 17 May 2026. Expected an earlier day. Wait."
    assert fault.in_words() == str(Refused(fault)) == words
    message, figures = parts_of(fault.in_words())
    assert (message, figures["mend"]) == ("%(fault)s %(mend)s", "Wait.")
    assert isinstance(figures["mend"], Said), "a constant is a text to be said too"
