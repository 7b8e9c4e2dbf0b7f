"""What a school's places cost beside those of its peers: other schools with pupils of the same need and setting.

Averages mislead where the mix of needs differs, so each need in each setting stands by itself, with how many pupils and
schools its average rests on. Empty places are left out. State places are compared with state places alone.
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from commissioning.charges.figures import figures
from commissioning.charges.periods import Period
from commissioning.charges.queries import JOINED, Filters
from commissioning.ledger.reading import Reader
from commissioning.ledger.time import financial_year_days, financial_year_name

STATE_MODEL = "state_place"
FEW_PUPILS = 5
"""An average of fewer pupils than this says more about the children than about the price."""

_PUPILS = (
    "SELECT h.need, h.setting, COUNT(DISTINCT CASE WHEN h.provider_urn = ? THEN s.pupil END), "
    "COUNT(DISTINCT CASE WHEN h.provider_urn <> ? THEN s.pupil END), "
    "COUNT(DISTINCT CASE WHEN h.provider_urn <> ? THEN h.provider_urn END) "
    f"FROM charges_occupancy c {JOINED} WHERE c.book = ? AND c.last_day >= ? AND c.first_day <= ? "
    "AND c.from_position <= ? AND c.to_position > ? AND (CASE WHEN h.model = ? THEN 1 ELSE 0 END) = ? "
    "GROUP BY h.need, h.setting ORDER BY h.need, h.setting"
)


@dataclass(frozen=True, slots=True)
class Average:
    """The price of a year of attendance, in pence exactly, over some pupils of some schools; None without days."""

    pupils: int
    schools: int
    yearly: Fraction | None

    @property
    def is_small(self) -> bool:
        """Whether it rests on too few pupils to be read as a price."""
        return self.pupils < FEW_PUPILS


@dataclass(frozen=True, slots=True)
class Comparison:
    """One need in one setting: the school's own average and that of its peers."""

    need: str
    setting: str
    own: Average
    peers: Average

    @property
    def difference(self) -> Fraction | None:
        """Pence a year by which the school is dearer than its peers; None where either has no days."""
        if self.own.yearly is None or self.peers.yearly is None:
            return None
        return self.own.yearly - self.peers.yearly


async def peers_of_school(
    reader: Reader, urn: int, period: Period, position: int, *, state: bool = False
) -> list[Comparison]:
    """The needs and settings in which the school had pupils in a period, each beside its peers.

    `state` compares its state places; otherwise all others.
    """
    by = ("provider", "model", "need", "setting")
    asked = await figures(reader, (*by, "kind"), period, position, Filters(), monthly=False)
    days: dict[tuple[bool, str, str], int] = defaultdict(int)
    pence: dict[tuple[bool, str, str], int] = defaultdict(int)
    for (provider, model, need, setting), ((count,),) in (await asked.days(by)).items():
        if (model == STATE_MODEL) == state:
            days[provider == urn, need, setting] += count
    for (provider, model, need, setting, kind), ((cost,),) in (await asked.cost((*by, "kind"))).items():
        if (model == STATE_MODEL) == state and kind != "void":
            pence[provider == urn, need, setting] += cost
    year = _days_in_year(period)
    counted = await reader.query(
        _PUPILS,
        [
            *(urn, urn, urn, await reader.number(), period.first_day.isoformat(), period.last_day.isoformat()),
            *(position, position, STATE_MODEL, int(state)),
        ],
    )
    found = []
    for need, setting, own, others, schools in counted:
        if not own:
            continue
        sides = [
            Average(pupils, among, Fraction(pence[side, need, setting] * year, count) if count else None)
            for side, pupils, among in ((True, own, 1), (False, others, schools))
            for count in (days[side, need, setting],)
        ]
        found.append(Comparison(need, setting, *sides))
    return sorted(found, key=lambda one: -one.own.pupils)


def _days_in_year(period: Period) -> int:
    first, last = financial_year_days(financial_year_name(period.first_day))
    return (last - first).days + 1
