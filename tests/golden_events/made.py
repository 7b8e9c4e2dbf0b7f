"""Events of every class at random, made from what the classes themselves say of their fields."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
"""Text of any letters, without the halves of a surrogate pair, which no UTF-8 holds."""
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(-(10**12), 10**12),
    str: _TEXTS,
    date: st.dates(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    NoneType: st.none(),
}


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value that an annotation allows."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    parts = get_args(kind)
    match get_origin(kind):
        case origin if origin is Literal:
            return st.sampled_from(parts)
        case origin if origin in (Union, UnionType):
            return st.one_of(*map(values_of, parts))
        case origin if origin is tuple:
            several = st.lists(values_of(parts[0]), max_size=3).map(tuple)
            return several if parts[-1] is ... else st.tuples(*map(values_of, parts))
        case origin if origin in (dict, Mapping):
            return st.dictionaries(values_of(parts[0]), values_of(parts[1]), max_size=3)
        case _:
            return _objects_of(kind)


def _objects_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    if issubclass(kind, BaseModel):
        fields = {name: _values_in(field, hints[name]) for name, field in kind.model_fields.items()}
    else:
        fields = {field.name: values_of(hints[field.name]) for field in dataclasses.fields(kind)}
    return st.builds(kind, **fields)


def _values_in(field: FieldInfo, annotation: Any) -> st.SearchStrategy[Any]:
    """Values of a field: texts of its pattern, where it demands one."""
    pattern = next((found for one in field.metadata if (found := getattr(one, "pattern", None))), None)
    return values_of(annotation) if pattern is None else st.from_regex(pattern, fullmatch=True)
