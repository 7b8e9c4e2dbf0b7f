"""Takes a file in: kept by its hash, scanned, read by a worker, held to the rules; what became of it is `Taken`.

Nothing here knows the ledger: what is recorded of a file is decided by whoever takes it (recording.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Final, Literal

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from invoices.facts import BilledDocument
from invoices.formats.hardened_xml import as_text, parse
from invoices.formats.limits import Limits
from invoices.formats.mapped import ColumnMapping
from invoices.formats.pdf import Picture
from invoices.formats.reading import FileKind, Reading
from invoices.formats.standard import RuleFailure
from invoices.intake.kept_files import Held, KeptFiles
from invoices.intake.scanning import Scanner, ScannerDownError
from invoices.intake.workers import Workers

Outcome = Literal["read", "to_key", "to_map", "waiting", "refused"]
"""What became of a file: its document is there; a person must confirm or key it; its columns must be mapped first; it
waits for the scanner; or it was sent back and is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A file and what became of it, with the reasons in words."""

    sha256: str
    size: int
    outcome: Outcome
    kind: FileKind | None = None
    document: BilledDocument | None = None
    canonical_sha256: str | None = None
    faults: tuple[Fault, ...] = ()
    rules: tuple[RuleFailure, ...] = ()
    to_key: str = ""
    headings: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()


WAITING: Final = Fault(
    "scanner-away",
    "The file is kept and waits: the scanner for malicious content does not answer.",
    mend="It is taken in by itself once the scanner is back; there is no need to send it again.",
    status=503,
)


class Intake:
    """Where files come in. Safe for several threads: they wait for a worker."""

    def __init__(self, files: KeptFiles, workers: Workers, scanner: Scanner | None = None) -> None:
        self.files = files
        self._workers = workers
        self._scanner = scanner
        # As many files are held in memory as there are readers; the others wait on disk.
        self._turns = BoundedSemaphore(workers.readers)

    @property
    def limits(self) -> Limits:
        """How much a file may be."""
        return self._workers.limits

    def must_keep_the_rules(self, ubl: bytes) -> None:
        """Raises `Refused` where an invoice that we made ourselves breaks a rule of EN 16931."""
        failures = self._workers.failures(as_text(parse(ubl)), "ubl")
        if broken := [fault_of(failure) for failure in failures if failure.severity == "fatal"]:
            raise Refused(*broken)

    def picture(self, sha256: str, page: int) -> Picture:
        """A page of a PDF that is kept, drawn; `Refused` where there is none."""
        content = self.files.content(sha256)
        if not content.startswith(b"%PDF-"):
            raise Refused(Fault("not-found", "The file is no PDF, so it has no pages to show.", status=404))
        return self._workers.picture(content, page)

    def take(self, held: Held, mapping: ColumnMapping | None = None) -> Taken:
        """Takes a file that came in; what is refused is not kept."""
        taken = None
        try:
            with self._turns:
                taken = self._take(held.sha256, held.path.read_bytes(), mapping)
        finally:
            if taken is None or taken.outcome == "refused":
                self.files.drop(held)
            else:
                self.files.keep(held)
        return taken

    def take_kept(self, sha256: str, mapping: ColumnMapping | None = None) -> Taken:
        """Takes a file that is kept already: one that waited, or whose columns have been mapped since."""
        with self._turns:
            return self._take(sha256, self.files.content(sha256), mapping)

    def _take(self, sha256: str, content: bytes, mapping: ColumnMapping | None) -> Taken:
        try:
            self._scan(said("The file"), content)
            return self._read(sha256, content, mapping)
        except ScannerDownError:
            return Taken(sha256=sha256, size=len(content), outcome="waiting", faults=(WAITING,))
        except Refused as refused:
            if any(fault.status == WAITING.status for fault in refused.faults):
                raise  # the fault is ours and not the file's
            return Taken(sha256=sha256, size=len(content), outcome="refused", faults=refused.faults)

    def _read(self, sha256: str, content: bytes, mapping: ColumnMapping | None) -> Taken:
        reading = self._workers.read(content, mapping)
        for attachment in reading.attachments:
            self._scan(said("The attachment “%(name)s”", name=attachment.name[:80]), attachment.content)
        rules = self._rules(reading)
        broken = tuple(failure for failure in rules if failure.severity == "fatal")
        return Taken(
            sha256=sha256,
            size=len(content),
            outcome="refused" if broken else _outcome(reading),
            kind=reading.kind,
            document=None if broken else reading.document,
            canonical_sha256=reading.canonical_sha256,
            faults=tuple(map(fault_of, broken)),
            rules=tuple(rules),
            to_key=reading.to_key,
            headings=reading.headings,
            attachments=tuple(attachment.name for attachment in reading.attachments),
        )

    def _rules(self, reading: Reading) -> Sequence[RuleFailure]:
        if reading.xml is None or reading.syntax is None:
            return ()
        return self._workers.failures(reading.xml, reading.syntax)

    def _scan(self, what: str, content: bytes) -> None:
        found = self._scanner.found_in(content) if self._scanner else None
        if found is not None:
            raise Refused(
                Fault(
                    "malicious",
                    said(
                        "%(what)s holds what the scanner knows as malicious (%(found)s).", what=what, found=found[:100]
                    ),
                    mend="It is not kept. Have the computer that it came from looked at.",
                )
            )


def fault_of(failure: RuleFailure) -> Fault:
    """A broken rule of the standard as a fault, with its id."""
    mend = said("Have it put right in the accounting program and send it again.")
    return Fault(
        failure.id,
        said("%(rule)s: %(message)s", rule=failure.id, message=failure.message),
        failure.where,
        "an invoice that keeps EN 16931",
        mend,
    )


def _outcome(reading: Reading) -> Outcome:
    if reading.document is not None:
        return "read"
    return "to_map" if reading.headings else "to_key"
