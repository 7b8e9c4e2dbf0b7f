"""What checks find is recorded in English whatever is spoken, and said in the language of whoever reads it."""

import re
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import replace
from gettext import NullTranslations
from typing import TypeVar

import pytest

from commissioning.web.language import speak
from invoices.findings import SENTENCES, found_in_words
from tests.invoices.office import Office
from tests.invoices.test_checks import document, office, receive
from tests.pages.test_translated_pages import in_another_language

__all__ = ["office"]

Made = TypeVar("Made")
FIGURES = {
    "day": "17 May 2026", "first": "1 September 2026", "last": "31 December 2026", "amount": "£1,234.56",
    "net": "£10.00", "quantity": "14", "rate": "1,250.00", "share": "50", "year": "2026/27", "line": "3",
    "number": "№ 7", "other": "№ 8", "category": "★", "placement": "☎", "agreement": "☏",
}  # fmt: skip
"""What stands in the places of sentences, without a letter of ours but in days."""


class Wide(NullTranslations):
    """A catalogue that has every message in the invented language."""

    def gettext(self, message: str) -> str:
        """The message, drawn wide."""
        return in_another_language(message)

    def info(self) -> dict[str, str]:
        """It calls itself Welsh, whose months it borrows."""
        return {"language": "cy"}


def in_that_language(make: Callable[[], Made]) -> Made:
    """What is made while the invented language is spoken."""

    def spoken() -> Made:
        speak(Wide())
        return make()

    return copy_context().run(spoken)


def test_an_invoice_is_recorded_alike_in_every_language(office: Office) -> None:
    """The lines of an expected invoice and what a check finds stand in the ledger in English."""
    expected = document(office)
    assert in_that_language(lambda: document(office)) == expected
    receive(office, expected)
    again = in_that_language(lambda: receive(office, replace(expected, number="FS-101")))
    found = [words for one in again.findings for words in (one.expected, one.billed, one.rests_on)]
    assert "1 September 2026 to 31 December 2026 again" in found
    assert [words for words in found if re.search(r"[\uff21-\uff5a]|Medi", words)] == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_finding_is_said_in_the_language(sentence: str) -> None:
    """Its words are those of the catalogue, its figures those that were recorded, its days in the other months."""
    recorded = sentence % FIGURES
    assert found_in_words(recorded) == recorded
    told = in_that_language(lambda: found_in_words(recorded))
    days = re.sub(r"\b(Mai|Medi|Rhagfyr)\b", "", told)
    assert not re.search(r"[A-Za-z]{2}", days), told
    assert all(
        FIGURES[name] in told for name in re.findall(r"%\((\w+)\)s", sentence) if "20" not in FIGURES[name][-4:-2]
    )


@pytest.mark.parametrize("recorded", ["£17,500.00", "Words of a check that nobody has told us of"])
def test_what_is_of_no_sentence_is_shown_as_it_is(recorded: str) -> None:
    """A sum has no words, and what an earlier check recorded is not lost."""
    assert in_that_language(lambda: found_in_words(recorded)) == recorded
