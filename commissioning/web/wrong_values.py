"""What is wrong with a value that a command or a setting cannot hold, in words of our own for whoever gave it.

A command is checked by pydantic, which says what it found for programmers and in English. Here each of its findings is
put into what was expected and how to mend it.
"""

from collections.abc import Mapping
from typing import Final

from pydantic_core import ErrorDetails

from commissioning.ledger.errors import Fault
from commissioning.ledger.said import Said, said

_UNFIT: Final = said("This value does not fit here.")
_EMPTY: Final = said("Nothing stands here.")
_UNKNOWN: Final = said("Nothing of this name is known here.")

_EXPECTED: Final[Mapping[str, tuple[Said, Said]]] = {
    "missing": (_EMPTY, said("a value")),
    "extra_forbidden": (_UNKNOWN, said("the names that are described, and no others")),
    "unexpected_keyword_argument": (_UNKNOWN, said("the names that are described, and no others")),
    "json_invalid": (said("The JSON is damaged or was cut short."), said("one whole JSON object")),
    "string_type": (_UNFIT, said("text")),
    "string_unicode": (_UNFIT, said("text in plain characters")),
    "string_too_short": (_UNFIT, said("text of at least %(min_length)s characters")),
    "string_too_long": (_UNFIT, said("text of at most %(max_length)s characters")),
    "string_pattern_mismatch": (_UNFIT, said("text of the form %(pattern)s")),
    "literal_error": (_UNFIT, said("one of %(expected)s")),
    "bool_type": (_UNFIT, said("true or false")),
    "bool_parsing": (_UNFIT, said("true or false")),
    "int_type": (_UNFIT, said("a whole number")),
    "int_parsing": (_UNFIT, said("a whole number")),
    "int_parsing_size": (_UNFIT, said("a whole number of fewer digits")),
    "int_from_float": (_UNFIT, said("a whole number")),
    "float_type": (_UNFIT, said("a number")),
    "float_parsing": (_UNFIT, said("a number")),
    "decimal_type": (_UNFIT, said("a number")),
    "decimal_parsing": (_UNFIT, said("a number")),
    "finite_number": (_UNFIT, said("a number")),
    "greater_than": (_UNFIT, said("more than %(gt)s")),
    "greater_than_equal": (_UNFIT, said("%(ge)s or more")),
    "less_than": (_UNFIT, said("less than %(lt)s")),
    "less_than_equal": (_UNFIT, said("%(le)s or less")),
    "date_type": (_UNFIT, said("a day such as 2026-05-17")),
    "date_parsing": (_UNFIT, said("a day such as 2026-05-17")),
    "date_from_datetime_parsing": (_UNFIT, said("a day such as 2026-05-17")),
    "date_from_datetime_inexact": (_UNFIT, said("a day such as 2026-05-17, without a time")),
    "tuple_type": (_UNFIT, said("a list")),
    "too_short": (_UNFIT, said("a list of at least %(min_length)s")),
    "too_long": (_UNFIT, said("a list of at most %(max_length)s")),
    "dict_type": (_UNFIT, said("an object with named values")),
    "model_type": (_UNFIT, said("an object with named values")),
    "dataclass_type": (_UNFIT, said("an object with named values")),
    "recursion_loop": (_UNFIT, said("values that do not hold themselves")),
    "is_instance_of": (_UNFIT, said("a value as it is described")),
    "path_type": (_UNFIT, said("the path of a file or folder")),
}
"""What is the matter and what was expected instead, by the finding; its figures go by pydantic's own names."""

KNOWN: Final = frozenset({*_EXPECTED, "value_error"})
"""The findings that have words of their own here, or that a command words itself."""


def fault_of(error: ErrorDetails, code: str, where: str, *, status: int = 422) -> Fault:
    """The fault of a value: what a command has against it in its own words, or what was expected there."""
    figures = dict(error.get("ctx", {}))
    ours = figures.get("error")
    if isinstance(ours, ValueError) and ours.args and isinstance(ours.args[0], Said):
        return Fault(code, ours.args[0], where, status=status)
    if "expected" in figures:  # codes in quotation marks, the last after an English “or”
        figures["expected"] = figures["expected"].replace("'", "").replace(" or ", ", ")
    matter, expected = _EXPECTED.get(error["type"], (_UNFIT, said("a value as it is described")))
    return Fault(
        code,
        matter,
        where,
        Said(expected.message, figures) if "%(" in expected.message else expected,
        _CURES.get(error["type"], said("Correct it and send it again.")),
        status,
    )


_CURES: Final = {
    "missing": said("State it."),
    "extra_forbidden": said("Leave it out, or correct its name."),
    "unexpected_keyword_argument": said("Leave it out, or correct its name."),
}
"""How to mend what takes more than another value."""
