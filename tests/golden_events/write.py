"""Writes the golden file of every event and version that has none: `python -m tests.golden_events.write`.

A golden file is an event exactly as some version of the program wrote it. It is made once, when the version is new,
and never written over: a ledger somewhere holds such events, and its readers must go on understanding them.
"""

import sys
from pathlib import Path

import orjson

from commissioning.ledger.events import Event, encode
from tests.golden_events.examples import EXAMPLES

FOLDER = Path(__file__).parent / "files"


def file_name(kind: type[Event]) -> str:
    """The golden file of an event's present version."""
    return f"{kind.__name__}.v{kind.schema_version}.json"


def write_missing(folder: Path = FOLDER) -> list[str]:
    """Writes what is missing and gives the names of the files written."""
    folder.mkdir(exist_ok=True)
    written = []
    for stream, event in EXAMPLES:
        path = folder / file_name(type(event))
        if path.exists():
            continue
        content = {"stream": stream, "effective_on": event.effective_on, "data": orjson.loads(encode(event))}
        path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        written.append(path.name)
    return written


if __name__ == "__main__":
    names = write_missing()
    sys.stdout.write("\n".join(names or ["Nothing is missing."]) + "\n")
