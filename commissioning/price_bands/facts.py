"""A national price band: what a place costs a year for whom, as a published table says it. The structure is data."""

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from commissioning.placements.facts import Need
from contracts.terms import Setting


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class PriceBand:
    """One row of a table: `amount` is pence a year. What is None is not told apart by the table.

    `region` is as the table and the schools' local authorities name it.
    """

    band: str | None = None
    need: Need | None = None
    setting: Setting | None = None
    region: str | None = None
    amount: int

    @property
    def place(self) -> tuple[str | None, ...]:
        """For whom it is; a table has one row for each."""
        return self.band, self.need, self.setting, self.region and self.region.lower()
