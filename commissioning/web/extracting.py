"""Finds what is to be translated in Python: what Babel finds, and the words of refusals, which are said at the door.

A text that stands as it is in the call that makes a fault needs no mark: `texts_of` knows which arguments of which call
are read by people. What has figures in it, or stands elsewhere, is marked by `said`. Babel is told of `extract` in
pyproject.toml.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import Any, BinaryIO, Final, NamedTuple, TypeGuard, cast

from babel.messages.extract import extract_python

READ_BY_PEOPLE: Final = frozenset({"message", "expected", "mend", "deed"})
"""The arguments of a fault, or of the refusal of a deed, that hold words. `where` beside them names a place: a name of
the ledger, or words that were `said`."""
MADE_ELSEWHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "commissioning.ledger.actor.forbidden": ("deed",),
    "commissioning.ledger.errors.Fault": ("code", "message", "where", "expected", "mend", "status"),
    "commissioning.spreadsheets.package.UnreadableError": ("name", "message", "expected"),
    "commissioning.web.forms.kinds.UnreadableError": ("message", "expected"),
    "commissioning.importing.cells.Wrong": ("expected", "message"),
    "commissioning.importing.faults.Fault": ("sheet", "row", "column", "value", "expected", "message"),
    "commissioning.importing.faults.file_fault": ("name", "message", "expected"),
}
"""What other modules make faults with, and its arguments in order."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Text(NamedTuple):
    """What is given for one argument of a fault, or of a function of the module that makes one."""

    argument: str
    given: ast.expr


def extract(
    file: BinaryIO, keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, Any, Any, Any]]:
    """What Babel finds in a module by its own keywords, then the words of refusals, in the form that Babel asks for."""
    yield from extract_python(file, keywords, comment_tags, cast("Any", options))
    file.seek(0)
    for given in messages_of(ast.parse(file.read())):
        yield given.lineno, None, given.value, []


def messages_of(module: ast.Module) -> Iterator[ast.Constant]:
    """Every message that the refusals of a module are made of."""
    for node in ast.walk(module):
        if is_said(node):
            yield from _constants(node.args[0])
    for text in texts_of(module):
        if text.argument in READ_BY_PEOPLE:
            yield from _constants(text.given)


def is_said(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether this is a message that is said: `said("...", day=day)`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "said"


def texts_of(module: ast.Module) -> Iterator[Text]:
    """Every argument of a fault, wherever the module makes one, and what stands for those that are left out."""
    makers = {**_imported(module), **_of_its_own(module)}
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and (arguments := makers.get(_name(node.func))):
            given = [*zip(arguments, node.args, strict=False), *((one.arg, one.value) for one in node.keywords)]
            yield from (Text(name, value) for name, value in given if name in {*READ_BY_PEOPLE, "where"})
        elif isinstance(node, Function) and node.name in makers:
            yield from (Text(name, value) for name, value in _defaults(node) if name in READ_BY_PEOPLE)


def _imported(module: ast.Module) -> dict[str, tuple[str, ...]]:
    """What the module makes faults with that stands in another, under the name that it has here."""
    return {
        alias.asname or alias.name: arguments
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (arguments := MADE_ELSEWHERE.get(f"{node.module}.{alias.name}"))
    }


def _of_its_own(module: ast.Module) -> dict[str, tuple[str, ...]]:
    """The functions and classes of the module that take words for people, and their arguments in order."""
    found = {}
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            taken = _fields(node)
        elif isinstance(node, Function):
            taken = {one.arg: one.annotation for one in (*node.args.args, *node.args.kwonlyargs)}
        else:
            continue
        if any(name in READ_BY_PEOPLE and _is_text(annotation) for name, annotation in taken.items()):
            found[node.name] = tuple(name for name in taken if name not in {"self", "cls"})
    return found


def _fields(kind: ast.ClassDef) -> dict[str, ast.expr | None]:
    """What a class is made of: the arguments of its `__init__`, or else its fields."""
    for node in kind.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            return {one.arg: one.annotation for one in node.args.args}
    fields = [one for one in kind.body if isinstance(one, ast.AnnAssign)]
    return {one.target.id: one.annotation for one in fields if isinstance(one.target, ast.Name)}


def _is_text(annotation: ast.expr | None) -> bool:
    return isinstance(annotation, ast.Name) and annotation.id == "str"


def _defaults(function: Function) -> Iterator[tuple[str, ast.expr]]:
    """The arguments of a function that may be left out, and what then stands for each."""
    given = function.args
    if given.defaults:
        yield from zip((one.arg for one in given.args[-len(given.defaults) :]), given.defaults, strict=True)
    yield from ((one.arg, value) for one, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value)


def _name(called: ast.expr) -> str:
    match called:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _constants(given: ast.expr) -> Iterator[ast.Constant]:
    """The texts that may stand there as they are written: one, or several that a condition chooses from."""
    match given:
        case ast.Constant(value=str(text)) if text:
            yield given
        case ast.IfExp():
            yield from _constants(given.body)
            yield from _constants(given.orelse)
        case ast.BoolOp():
            for value in given.values:
                yield from _constants(value)
