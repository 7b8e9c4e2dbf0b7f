"""Every publication by its name (interface.md, Reports)."""

from collections.abc import Awaitable, Callable, Mapping

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from exports.publications.contracts_register import contracts_register
from exports.publications.fees_by_need import fees_by_need
from exports.publications.returns import section_251, sen2_placements
from exports.result import Result
from exports.workbook import Variant

Publication = Callable[[Reader, AsAt, Period, Filters], Awaitable[Result]]

PUBLICATIONS: Mapping[str, Publication] = {
    "contracts": contracts_register,
    "sen2": sen2_placements,
    "s251": section_251,
    "foi": fees_by_need,
}
PREFIX = "publication_"
"""How the reports of publications begin."""
OPEN_CONTRACTING = "ocds"
"""Is a document of its own (open_contracting.py) and no table."""
OF_PAYMENTS = ("spend_500", "payments_30k", "payment_times")
NAMES = (*PUBLICATIONS, OPEN_CONTRACTING, *OF_PAYMENTS)
RETURNS = ("sen2", "s251")
"""Go to the department, not to the public."""


def variant_of(report: str) -> Variant:
    """How a workbook of a report is made: plain where it is for the public."""
    name = report.removeprefix(PREFIX)
    return "publish" if report.startswith(PREFIX) and name not in RETURNS else "working"


def publication(name: str) -> Publication:
    """The publication of a name; `Refused` where there is none, or where the ledger does not hold what it is of."""
    if name in PUBLICATIONS:
        return PUBLICATIONS[name]
    if name in OF_PAYMENTS:
        raise Refused(
            Fault(
                "no-payments",
                "This publication lists payments, and the ledger holds none yet: invoices are not taken in.",
                where=name,
                mend="Publish it from the finance system until invoices are recorded here.",
            )
        )
    raise Refused(
        Fault(
            "publication", f"There is no publication “{name[:40]}”.", "name", "one of " + ", ".join(NAMES), status=400
        )
    )
