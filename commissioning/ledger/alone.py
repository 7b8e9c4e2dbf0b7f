"""One program at a time: keeps others away from a file while something is done with it."""

from collections.abc import Iterator
from contextlib import contextmanager

try:
    import fcntl
except ImportError:  # Windows has none; there one program at a time works with a book
    fcntl = None  # type: ignore[assignment]


@contextmanager
def alone(file: int) -> Iterator[None]:
    """Waits until no other program is within such a with-block on the same file."""
    if fcntl is None:
        yield
        return
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
