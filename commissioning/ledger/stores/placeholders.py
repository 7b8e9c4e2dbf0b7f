"""SQL written with `?` for its parameters, turned into what the PostgreSQL driver takes."""

import re
from functools import lru_cache

_TOKEN = re.compile(r"'(?:[^']|'')*'|[?%]")


@lru_cache(maxsize=4096)
def percent_placeholders(sql: str) -> str:
    """The same SQL with `%s` for each `?` and `%%` for each per cent sign; quoted text keeps its question marks."""
    return _TOKEN.sub(lambda token: "%s" if token[0] == "?" else token[0].replace("%", "%%"), sql)
