"""Errors as values with words for people: what is wrong, where, what was expected and how to mend it.

A `Fault` is the value; `Refused` carries one or more of them up to the one place in the command line, the
pages or the API that says them. `status` is the HTTP status a page or problem+json answers with.
"""

from dataclasses import dataclass

from commissioning.ledger.said import Said, said


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, in words that a commissioner understands.

    `code` is stable and for programs; `where` names the place (a stream, a field, a position). Words with figures in
    them are `said`, so that whoever shows the fault can say it in the reader's language.
    """

    code: str
    message: str
    where: str = ""
    expected: str = ""
    mend: str = ""
    status: int = 422

    def in_words(self) -> Said:
        """The fault as one line of text: place, message, expectation and cure."""
        words = said(self.message)
        if self.where:
            words = said("%(place)s: %(fault)s", place=self.where, fault=words)
        if self.expected:
            words = said("%(fault)s Expected %(expected)s.", fault=words, expected=said(self.expected))
        return said("%(fault)s %(mend)s", fault=words, mend=said(self.mend)) if self.mend else words


class Refused(Exception):  # noqa: N818 - a refusal is an answer, named in the past tense like an event
    """What was asked is refused; nothing was written. `faults` say why, at least one."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(fault.in_words() for fault in faults))
        self.faults = faults


class Conflict(Refused):
    """The stream has moved on since the caller read it, or a command id came again with another body."""


class Waits(Refused):
    """What was asked takes a second person: none of it stands yet, and the ledger has recorded that it waits."""


class LedgerDamaged(Refused):
    """The log, its chain or its witness does not hold what it must; writing stops until it is looked at."""


class Unavailable(Refused):
    """The database cannot be reached now, or was lost while it answered.

    Whether the command landed may be unknown then. The same command under the same id settles it: it gives the first
    receipt, or is carried out.
    """


class Unwitnessed(LedgerDamaged):
    """What was asked stands recorded, but not every place of the witness has it: it is not acknowledged.

    Sent again under the same id, it is witnessed and acknowledged once the places can be written to.
    """
