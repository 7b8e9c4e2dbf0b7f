"""How a command ends: the one place of the command line that turns refusals into words and exit codes.

0 done; 1 the work ran and found faults, or could not be done; 2 wrong use (interface.md, Command line).
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click
import orjson
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from commissioning.ledger.errors import Fault, Refused, Unwitnessed
from commissioning.settings import Settings
from commissioning.web.language import _, speak, spoken
from commissioning.web.settings import translations_of
from commissioning.web.wrong_values import fault_of

FAULTS, WRONG_USE = 1, 2
_BAD_REQUEST = 400

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

errors = Console(stderr=True, highlight=False, soft_wrap=True)
"""Where progress, logs and errors go: standard output is for results alone."""


def answering(command: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Turns a refusal into words on standard error and an exit code."""

    @wraps(command)
    def carried_out(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        try:
            return command(*args, **kwargs)
        except Refused as refusal:
            with suppress(ValidationError, Refused):
                settings()  # it may have been refused before anybody asked for them
            for fault in refusal.faults:
                say(fault, _("Not acknowledged.") if isinstance(refusal, Unwitnessed) else _("Refused."))
            wrong_use = all(fault.status == _BAD_REQUEST for fault in refusal.faults)
            sys.exit(WRONG_USE if wrong_use else FAULTS)
        except ValidationError as problem:
            for item in problem.errors():
                errors.print(f"[red]{'.'.join(str(part) for part in item['loc'])}:[/red]", end=" ")
                errors.print(spoken(fault_of(item, "value", "").in_words()), markup=False)
            sys.exit(WRONG_USE)

    return carried_out


def say(fault: Fault, verdict: str) -> None:
    """Prints what became of the command and the fault, for a person."""
    errors.print(f"[red]{verdict}[/red]", end=" ")
    errors.print(spoken(fault.in_words()), markup=False)


def print_json(document: Any) -> None:
    """Prints one JSON document to standard output."""
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


def settings() -> Settings:
    """The settings of the environment; from here on the command names codes in their language, as the pages do."""
    read = Settings()
    speak(translations_of(read.commissioning_translations))
    return read


@contextmanager
def progress_bar(quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on the terminal, told of a stage and how much of it is done; nothing where there is no terminal."""
    if quiet or not errors.is_terminal:
        yield lambda _stage, _done, _total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(_(stage).capitalize(), total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield tell
