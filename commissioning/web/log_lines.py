"""What the service logs: one JSON object a line on standard error, with the request's and the command's id.

Values are encoded, so that nothing that somebody sends can begin a line of its own. The lines hold routes, codes and
accounts' keys, and nothing that names anybody.
"""

import sys
from typing import Any

import orjson
import structlog

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def log_as_json(level: str) -> None:
    """Has every log line of the program, from a level on, written as JSON."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_encoded),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS.get(level, _LEVELS["info"])),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _encoded(line: dict[str, Any], **_: Any) -> str:
    return orjson.dumps(line, default=str).decode()
