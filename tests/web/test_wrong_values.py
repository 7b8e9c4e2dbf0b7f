"""Whatever pydantic finds wrong with a command is said in our own words: what was expected, and how to mend it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from commissioning.app import compose
from commissioning.settings import Settings
from commissioning.web.wrong_values import KNOWN, fault_of
from invoices.formats.mapped import ColumnMapping

MODELS: list[type[BaseModel]] = [*compose().handlers, Settings, ColumnMapping]
"""Everything that somebody outside fills in."""
DAY_FINDINGS = {"date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"}
FINDINGS: dict[str, set[str]] = {
    "str": {"string_type", "string_unicode"},
    "int": {"int_type", "int_parsing", "int_parsing_size", "int_from_float", "finite_number"},
    "float": {"float_type", "float_parsing", "finite_number"},
    "decimal": {"decimal_type", "decimal_parsing", "finite_number"},
    "bool": {"bool_type", "bool_parsing"},
    "date": DAY_FINDINGS,
    "literal": {"literal_error"},
    "tuple": {"tuple_type"},
    "dict": {"dict_type"},
    "model": {"model_type", "json_invalid"},
    "model-fields": {"missing", "extra_forbidden"},
    "dataclass": {"dataclass_type"},
    "dataclass-args": {"missing", "unexpected_keyword_argument"},
    "is-instance": {"is_instance_of"},
    "function-after": {"value_error"},
    "function-before": {"value_error"},
    "definitions": {"recursion_loop"},
}
"""What pydantic can find wrong by each kind of schema that our models are made of."""
OF_OTHERS = {
    "model-field", "dataclass-field", "default", "nullable", "union", "no-info", "function-plain", "json-or-python",
    "lax-or-strict", "definition-ref",
}  # fmt: skip
"""Kinds of schema that find nothing wrong themselves: what they are made of does."""
OF_BOUNDS = {"ge": "greater_than_equal", "gt": "greater_than", "le": "less_than_equal", "lt": "less_than"}
OF_LENGTHS = {"min_length": "too_short", "max_length": "too_long"}
WRONG: list[Any] = [
    None, "", "x" * 5_000, "nonsense", -1, 10**30, 0.1, True, [], {}, {"x": 1}, [1], ["a"], [{}], [[]],
    "2026-02-30", "2026-05-17T08:30:00", "1e5",
]  # fmt: skip


def parts_of(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema within a schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str):
            yield schema
        for part in schema.values():
            yield from parts_of(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            yield from parts_of(part)


def findings_of(schema: dict[str, Any]) -> set[str]:
    """What pydantic can find wrong by a schema; KeyError for a kind of which nothing is known here."""
    found = set() if schema["type"] in OF_OTHERS else set(FINDINGS[schema["type"]])
    found |= {name for bound, name in OF_BOUNDS.items() if bound in schema}
    of_text = "string_" if schema["type"] == "str" else ""
    found |= {of_text + name for length, name in OF_LENGTHS.items() if length in schema}
    found |= {"string_pattern_mismatch"} if "pattern" in schema else set()
    return found | ({schema["custom_error_type"]} if "custom_error_type" in schema else set())


def faults_of(model: type[BaseModel], body: bytes | str, *, strict: bool) -> Iterator[tuple[str, str, Any]]:
    """The type and words of each finding of pydantic, and our fault for it."""
    try:
        model.model_validate_json(body, strict=strict)
    except ValidationError as problem:
        for error in problem.errors():
            yield error["type"], error["msg"], fault_of(error, "body", "place")


def test_every_finding_that_our_models_allow_has_words() -> None:
    """A field of a new kind, or a bound that no field had before, cannot be refused without a sentence of ours."""
    found = {one for model in MODELS for part in parts_of(model.__pydantic_core_schema__) for one in findings_of(part)}
    assert found - KNOWN == set()


@pytest.mark.parametrize("model", compose().handlers, ids=lambda model: model.__name__)
def test_no_command_is_refused_in_pydantics_words(model: type[BaseModel]) -> None:
    """Whatever wrong value stands in a field, the fault says what was expected and how to mend it."""
    for name in model.model_fields:
        for wrong in WRONG:
            for kind, words, fault in faults_of(model, json.dumps({name: wrong, "more": 1}), strict=True):
                assert kind in KNOWN
                if kind != "value_error":
                    assert fault.expected
                    assert fault.mend
                assert words not in fault.in_words()
                assert not re.search(r"%\(\w+\)s|Input should|should (have|match)", fault.in_words())


def test_figures_and_codes_stand_in_what_is_expected() -> None:
    """A bound is given, and the codes to choose from stand without pydantic's English between them."""
    command = next(model for model in MODELS if model.__name__ == "DeclineProposal")
    told = [str(one.in_words()) for _, _, one in faults_of(command, '{"proposal": "1", "why": "no"}', strict=True)]
    assert told == [
        "place: This value does not fit here. Expected text of the form ^[0-9a-f]{16}$. Correct it and send it again.",
        "place: This value does not fit here. Expected one of price, facts, need, later. Correct it and send it again.",
    ]
    ((kind, _, fault),) = faults_of(command, "{", strict=True)
    assert (kind, fault.message) == ("json_invalid", "The JSON is damaged or was cut short.")
