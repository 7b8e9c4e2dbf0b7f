"""Every charge of a period for an auditor, with a sample that anybody can draw again from the same seed."""

import hashlib

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.said import said
from commissioning.web.language import N_, _
from commissioning.web.words import number, pounds
from exports.result import Column, Result, Value
from exports.schools_named import schools_named
from exports.spending.spend import spend

KEYS = ("month", "provider", "agreement", "placement", "component", "kind")
MOST = 10_000
_LINE = Column("line", "text", N_("Line"), N_("The line's number in this listing."))
_SCHOOL = Column("provider", "text", N_("URN"))
_SAMPLE = Column(
    "sample", "text", N_("In the sample"), N_("The order in which the line was drawn; empty where it was not.")
)


@schools_named
async def audit_listing(reader: Reader, as_at: AsAt, period: Period, filters: Filters, size: int, seed: str) -> Result:
    """The listing. Drawn are the lines with the least SHA-256 of seed and key: the same seed draws the same lines."""
    if not 0 <= size <= MOST:
        raise Refused(
            Fault(
                "sample",
                said("A sample of %(size)s is not drawn.", size=size),
                "sample",
                said("0 to %(most)s lines", most=MOST),
                status=400,
            )
        )
    listed = await spend(reader, as_at, period, KEYS, filters)
    drawn = {place: order for order, place in enumerate(draw([_key(row) for row in listed.rows], size, seed), start=1)}
    rows: list[tuple[Value, ...]] = [
        (str(place + 1), *row, str(drawn[place]) if place in drawn else None) for place, row in enumerate(listed.rows)
    ]
    sampled = sum(int(str(row[-2])) for row in rows if row[-1] is not None)
    return Result(
        "audit_listing",
        _("Audit listing"),
        as_at,
        period,
        filters,
        (_LINE, *(_SCHOOL if one.name == "provider" else one for one in listed.columns), _SAMPLE),
        tuple(rows),
        listed.total | {"sampled": sampled},
        (
            _(
                "%(drawn)s of %(lines)s lines are drawn with the seed “%(seed)s”: %(sampled)s.",
                drawn=number(len(drawn)),
                lines=number(len(rows)),
                seed=seed,
                sampled=pounds(sampled),
            ),
        ),
        {"size": str(size), "seed": seed},
        measures=(Column("sampled", "money", N_("Of the lines drawn")),),
    )


def draw(keys: list[str], size: int, seed: str) -> list[int]:
    """The places of the keys that are drawn, in the order of their hashes; of equal keys each has its own number."""
    seen: dict[str, int] = {}
    ranked = []
    for place, key in enumerate(keys):
        seen[key] = seen.get(key, 0) + 1
        ranked.append((hashlib.sha256(f"{seed}\0{key}\0{seen[key]}".encode()).digest(), place))
    return [place for _, place in sorted(ranked)[:size]]


def _key(row: tuple[Value, ...]) -> str:
    return "\0".join("" if value is None else str(value) for value in row[: len(KEYS)])
