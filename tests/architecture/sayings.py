"""Finds what a refusal would say in English whatever is spoken: sentences that no translator is given whole."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from commissioning.web.extracting import Function, is_said, texts_of

WORDS = re.compile(r"(?<!_)\b[A-Za-z]{2,}\b(?!_)")
"""A word of English; a name such as `commissioning_application` is none."""

PLACES = re.compile(r"%\((\w+)\)s")


class Sayings:
    """The texts of a module's refusals, followed to where each is written in the module."""

    def __init__(self, source: str) -> None:
        self.module = ast.parse(source)
        self._seen: set[int] = set()

    def unsaid(self) -> Iterator[str]:
        """Every text that is glued, or that stands as a constant where nobody looks for one."""
        for text in texts_of(self.module):
            if text.argument == "where":
                yield from self._place(text.given)
            else:
                yield from self._argument(text.given)
        for node in ast.walk(self.module):
            if is_said(node):
                yield from self._said(node)

    def _place(self, given: ast.expr) -> Iterator[str]:
        """A place is a name, such as a field's, or words that were said: a name has no space in it."""
        if id(given) in self._seen:
            return
        self._seen.add(id(given))
        if any(" " in text and WORDS.search(text) for text in _texts_in(given)):
            yield _told(given)
        for part in self._made_of(given):
            yield from self._place(part)

    def _argument(self, given: ast.expr) -> Iterator[str]:
        """What is given to a call that makes a fault: a constant is found there."""
        match given:
            case ast.Constant():
                return
            case ast.IfExp():
                yield from self._argument(given.body)
                yield from self._argument(given.orelse)
            case ast.BoolOp():
                for value in given.values:
                    yield from self._argument(value)
            case _:
                yield from self._elsewhere(given)

    def _elsewhere(self, given: ast.expr) -> Iterator[str]:
        """What becomes a text, written anywhere else: words have to be said there."""
        if id(given) in self._seen:
            return
        self._seen.add(id(given))
        if any(WORDS.search(text) for text in _texts_in(given)):
            yield _told(given)
        for part in self._made_of(given):
            yield from self._elsewhere(part)

    def _made_of(self, given: ast.expr) -> Sequence[ast.expr]:
        """What stands for an expression, one step on: what a name was given, what a function answers."""
        match given:
            case ast.Name(id=name):
                return list(self._values_of(name, given))
            case ast.Subscript(value=ast.Name(id=name)):
                tables = [value for value in self._values_of(name, given) if isinstance(value, ast.Dict)]
                return [value for table in tables for value in table.values]
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if not is_said(given):
                return [*self._answers.get(name, []), *_separators(given)]
            case ast.IfExp(body=body, orelse=orelse):
                return [body, orelse]
            case ast.BoolOp(values=parts) | ast.Tuple(elts=parts):
                return parts
        return []

    def _said(self, given: ast.Call) -> Iterator[str]:
        """A message stands where it is said, and its figures are of the ledger, or words that were said themselves."""
        named = {figure.arg for figure in given.keywords}
        if named and not (isinstance(given.args[0], ast.Constant) and self._fits(str(given.args[0].value), named)):
            yield _told(given)
        for figure in given.keywords:
            if not isinstance(figure.value, ast.Call):
                yield from self._elsewhere(figure.value)
            if any(map(_is_day_for_programs, ast.walk(figure.value))):
                yield _told(figure.value)

    def _fits(self, message: str, named: set[str | None]) -> bool:
        """Whether each place has its figure; where figures are handed on together, their names stand elsewhere."""
        return None in named or set(PLACES.findall(message)) == named

    @cached_property
    def _homes(self) -> dict[int, Function]:
        """The innermost function of every expression in one."""
        functions = [node for node in ast.walk(self.module) if isinstance(node, Function)]
        return {id(node): function for function in functions for node in ast.walk(function)}

    @cached_property
    def _answers(self) -> dict[str, list[ast.expr]]:
        """What each function that gives a text answers."""
        return {
            function.name: [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
            for function in ast.walk(self.module)
            if isinstance(function, Function)
            and isinstance(function.returns, ast.Name)
            and function.returns.id == "str"
        }

    def _values_of(self, name: str, used: ast.expr) -> Iterator[ast.expr]:
        """What a name is given: in the function in which it is used, else in the module."""
        home = self._homes.get(id(used))
        in_function = list(_given_to(name, home)) if home else []
        yield from in_function or _given_to(name, self.module)


def _given_to(name: str, scope: ast.AST) -> Iterator[ast.expr]:
    at_the_top = scope.body if isinstance(scope, ast.Module) else ast.walk(scope)
    for node in at_the_top:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and target.id == name and value is not None:
                yield value
            elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                for one, part in zip(target.elts, value.elts, strict=True):
                    if isinstance(one, ast.Name) and one.id == name:
                        yield part


def _texts_in(given: ast.expr) -> Iterator[str]:
    """The constant texts of an expression; those of codes that are put into it by a call or a table do not count."""
    match given:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            for part in parts:
                yield from _texts_in(part)
        case ast.BinOp(op=ast.Add() | ast.Mod()):
            yield from _texts_in(given.left)
            yield from _texts_in(given.right)


def _is_day_for_programs(given: ast.AST) -> bool:
    """Whether a day is written as programs read it, `2026-05-17`: a figure is the day itself, and is said in words."""
    match given:
        case ast.Attribute(attr="isoformat" | "strftime"):
            return True
        case ast.FormattedValue(format_spec=ast.JoinedStr() as form):
            return any("%" in text for text in _texts_in(form))
    return False


def _separators(given: ast.Call) -> list[ast.expr]:
    """The text that a list is joined by, `" or ".join(codes)`."""
    return [given.func.value] if isinstance(given.func, ast.Attribute) else []


def _told(given: ast.expr) -> str:
    return f"line {given.lineno}: {ast.unparse(given)[:100]}"
