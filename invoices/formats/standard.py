"""What is said of a document by the rules of EN 16931, apart from the engine that runs them."""

from typing import Literal, NamedTuple

Syntax = Literal["ubl", "cii"]
Severity = Literal["fatal", "warning"]
"""A document that breaks a fatal rule is no invoice under the standard; a warning is a warning."""


class RuleFailure(NamedTuple):
    """A rule of the standard that a document breaks: `BR-CO-15`, how grave, in words, and at which element."""

    id: str
    severity: Severity
    message: str
    where: str
