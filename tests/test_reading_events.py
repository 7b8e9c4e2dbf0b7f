"""What stands in the log is read exactly as it was written, and what was damaged is refused by name, never guessed."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from commissioning.app import AGGREGATES, TYPES
from commissioning.ledger.errors import LedgerDamaged
from commissioning.ledger.events import Event, Stored, encode
from tests.golden_events.examples import EXAMPLES
from tests.golden_events.made import values_of

POSITION = 7
CLASSES = sorted({type(event) for _, event in EXAMPLES}, key=lambda kind: kind.__name__)
WRONG: tuple[Any, ...] = (None, True, 7, -2.5, "", "x", "2026-02-30", "7", "1e400", "NaN", [], ["x"], {}, {"x": 1})
"""Values that some field or other does not take."""


def row(kind: type[Event], data: str) -> Stored:
    """A row that holds the data."""
    return Stored(POSITION, "s:1", 1, kind.__name__, kind.schema_version, "", "", "1", "ada", None, data, "")


def read(kind: type[Event], data: str) -> Event:
    """The event of a row, which both ways of reading must agree on."""
    event = TYPES.decode(row(kind, data)).event
    found = TYPES.decode_history([(POSITION, "s:1", kind.__name__, kind.schema_version, data)])
    assert list(found) == [("s:1", event)]
    return event


def with_types(value: Any) -> Any:
    """A value with the type of everything in it, so that 1, True and Decimal(1) are three things."""
    if isinstance(value, BaseModel):
        return type(value), [(name, with_types(getattr(value, name))) for name in type(value).model_fields]
    if is_dataclass(value):
        return type(value), [(field.name, with_types(getattr(value, field.name))) for field in fields(value)]
    if isinstance(value, Mapping):
        return type(value), [(with_types(key), with_types(held)) for key, held in value.items()]
    if isinstance(value, tuple):
        return tuple, [with_types(held) for held in value]
    return type(value), str(value)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=25)
def test_whatever_was_written_is_read_back(kind: type[Event], data: st.DataObject) -> None:
    """Any event comes back from its JSON equal, of the same types throughout, and gives the same bytes again."""
    event: Event = data.draw(values_of(kind))
    written = encode(event)
    again = read(kind, written)
    assert with_types(again) == with_types(event) == with_types(kind.model_validate_json(written))
    assert again == event
    assert encode(again) == written


def changed(data: Any) -> Iterator[tuple[bool, Any]]:
    """The data with one thing in it changed, everything in turn; and whether that must be refused in any case."""
    if isinstance(data, dict):
        yield True, {**data, "intruder": 1}
        for key, held in data.items():
            yield False, {other: value for other, value in data.items() if other != key}
            for refused, other in changed(held):
                yield refused, {**data, key: other}
    elif isinstance(data, list):
        for place, held in enumerate(data):
            for refused, other in changed(held):
                yield refused, [*data[:place], other, *data[place + 1 :]]
    for wrong in WRONG:
        if wrong != data or type(wrong) is not type(data):
            yield isinstance(wrong, dict) and len(wrong) > 0, wrong


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example[1]).__name__)
def test_damage_is_refused_as_the_class_refuses_it(example: tuple[str, Event]) -> None:
    """Of every part missing, added or of another kind: read as the class says, or refused with the position."""
    event = example[1]
    kind, refusals = type(event), 0
    for must, damaged in changed(orjson.loads(encode(event))):
        data = orjson.dumps(damaged).decode()
        try:
            wanted = kind.model_validate_json(data)
        except ValidationError:
            refusals += 1
            with pytest.raises(LedgerDamaged, match=f"position {POSITION}: .*“{kind.__name__}”"):
                read(kind, data)
        else:
            assert not must, data
            assert with_types(read(kind, data)) == with_types(wanted)
    assert refusals > len(WRONG)


@pytest.mark.parametrize("aggregate", AGGREGATES, ids=lambda one: one.name)
def test_an_event_in_another_s_stream_is_refused(aggregate: Any) -> None:
    """Folding an event that no stream of the kind holds, or that cannot begin one, is a refusal in words."""
    streams = {stream for stream, _ in EXAMPLES if stream.startswith(f"{aggregate.name}:")}
    told = {each: [event for stream, event in EXAMPLES if stream == each] for each in sorted(streams)}
    own = max(told.values(), key=len, default=[])
    others = [event for stream, event in EXAMPLES if not stream.startswith(f"{aggregate.name}:")]
    begun = aggregate.fold(own)
    for event in others:
        with pytest.raises(LedgerDamaged, match=f"“{type(event).__name__}” cannot begin a stream"):
            aggregate.evolve(None, event)
        with pytest.raises(LedgerDamaged, match=f"“{type(event).__name__}” cannot follow in a stream"):
            aggregate.evolve(begun, event)
    for event in own:
        with suppress(LedgerDamaged):
            aggregate.evolve(None, event)
