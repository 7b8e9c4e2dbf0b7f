"""Every publication by its name (interface.md, Reports)."""

from collections.abc import Awaitable, Callable, Mapping

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.said import said
from exports.publications.contracts_register import contracts_register
from exports.publications.fees_by_need import fees_by_need
from exports.publications.payments import payment_times, payments_30k, spend_500
from exports.publications.returns import section_251, sen2_placements
from exports.result import PUBLICATION, Result
from exports.schools_named import schools_named
from exports.workbook import Variant

Publication = Callable[[Reader, AsAt, Period, Filters], Awaitable[Result]]

PUBLICATIONS: Mapping[str, Publication] = {
    "contracts": contracts_register,
    "sen2": sen2_placements,
    "s251": section_251,
    "foi": fees_by_need,
    "spend_500": spend_500,
    "payments_30k": payments_30k,
    "payment_times": payment_times,
}

OPEN_CONTRACTING = "ocds"
"""Is a document of its own (open_contracting.py) and no table."""
NAMES = (*PUBLICATIONS, OPEN_CONTRACTING)
RETURNS = ("sen2", "s251")
"""Go to the department, not to the public."""


def variant_of(report: str) -> Variant:
    """How a workbook of a report is made: plain where it is for the public."""
    name = report.removeprefix(PUBLICATION)
    return "publish" if report.startswith(PUBLICATION) and name not in RETURNS else "working"


def publication(name: str) -> Publication:
    """The publication of a name; `Refused` where there is none."""
    if name in PUBLICATIONS:
        return schools_named(PUBLICATIONS[name])
    raise Refused(
        Fault(
            "publication",
            said("There is no publication “%(name)s”.", name=name[:40]),
            "name",
            said("one of %(names)s", names=", ".join(PUBLICATIONS)),
            status=400,
        )
    )
