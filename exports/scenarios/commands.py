"""What may be asked about saved scenarios."""

from commissioning.ledger.work import Command
from contracts.commands import ListAcademicYear, MakeAgreement


class SaveScenario(Command):
    """Save agreements that nobody has made under a name; under a name that is known, as its next version.

    A calendar of which `years` state any stands for the ledger's calendar of that name.
    """

    name: str
    agreements: tuple[MakeAgreement, ...]
    years: tuple[ListAcademicYear, ...] = ()


class DropScenario(Command):
    """Take a scenario from the list; a report that names one of its versions can still be asked as at then."""

    name: str
