"""What publications and pages ask about redactions: what was decided, and which payments wait for a decision."""

from dataclasses import dataclass

from commissioning.charges.periods import Period
from commissioning.ledger.reading import AsAt, Reader
from exports.redactions.redaction import REDACTIONS, Redaction
from invoices.queries import Listed, Released, register_as_at, released


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment to publish: what a run paid of an invoice.

    `single` says whether it is for one pupil at most; `redaction` what was decided of it.
    """

    part: Released
    single: bool
    redaction: Redaction | None

    @property
    def invoice(self) -> Listed:
        """The invoice that was paid, or a part of it; what is decided is decided of all its payments."""
        return self.part.invoice

    @property
    def waits(self) -> bool:
        """Whether an officer must look at it first."""
        return self.single and self.redaction is None

    @property
    def name_withheld(self) -> bool:
        """Whether the school's name is kept back: as was decided, and until then of every single pupil's payment."""
        return self.single if self.redaction is None else self.redaction.name_withheld


async def payments(reader: Reader, as_at: AsAt, period: Period) -> list[Payment]:
    """What was paid in a period, in order of day, school and number, with what is to be kept back of it."""
    pupils = await _pupils(reader, as_at.position)
    decided = await _decided(reader, as_at.position)
    paid = [
        (one.paid_on, one.invoice.provider_urn, one.number, one)
        for one in await released(reader, as_at, await register_as_at(reader, as_at))
        if one.paid_on is not None and period.first_day <= one.paid_on <= period.last_day
    ]
    listed = [one for *_, one in sorted(paid, key=lambda found: found[:3])]
    return [Payment(one, pupils.get(one.invoice.key, 0) <= 1, decided.get(one.invoice.key)) for one in listed]


async def _pupils(reader: Reader, position: int) -> dict[str, int]:
    """How many placements the lines of each invoice name; one that names none may be for a single pupil too."""
    rows = await reader.query(
        "SELECT invoice, COUNT(DISTINCT placement_ref) FROM invoices_line "
        "WHERE book = ? AND from_position <= ? AND to_position > ? GROUP BY invoice",
        (await reader.number(), position, position),
    )
    return {row[0]: row[1] for row in rows}


async def _decided(reader: Reader, position: int) -> dict[str, Redaction]:
    rows = await reader.query(
        "SELECT DISTINCT stream FROM ledger_event WHERE book = ? AND stream > ? AND stream < ? AND position <= ?",
        (await reader.number(), f"{REDACTIONS.name}:", f"{REDACTIONS.name};", position),
    )
    keys = [stream.partition(":")[2] for (stream,) in rows]
    decided: dict[str, Redaction] = {}
    for key in keys:
        found: Redaction | None = await reader.state(REDACTIONS, key, position)
        if found is not None:
            decided[key] = found
    return decided
