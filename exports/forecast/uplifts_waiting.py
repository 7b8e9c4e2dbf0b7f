"""What requests for higher prices that nobody has decided may add to a forecast; agreed ones are prices already."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from commissioning.uplifts.queries import WaitingUplift, requests_as_at, uplifts_waiting
from commissioning.uplifts.schools import schools_at
from commissioning.uplifts.waiting import Counted, added_by_waiting
from exports.counterfactual.cohort import versions_chosen
from exports.forecast.simulation import Undecided
from exports.forecast.to_date import has_voids


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many requests wait that would tell in a period, and what they add by month, model and school."""

    requests: int
    costs: Mapping[tuple[int, str, str], Undecided]

    def by_month(self) -> dict[int, Undecided]:
        """What they add in each month."""
        found: dict[int, Undecided] = {}
        for (month, _, _), added in self.costs.items():
            found[month] = found.get(month, Undecided()).plus(added)
        return found


async def waiting_in(reader: Reader, position: int, period: Period, filters: Filters) -> Waiting:
    """The requests that wait and would tell in a period, of the places that filters let through.

    A rise that would hold from an earlier day tells too: it would be paid for after the event.
    """
    waiting = [one for one in await uplifts_waiting(reader, position) if one.round.applies_from <= period.last_day]
    of_school: dict[int, list[WaitingUplift]] = defaultdict(list)
    for one in waiting:
        of_school[one.request.subject.provider_urn].append(one)
    known = (await requests_as_at(reader, position)).values()
    costs: dict[tuple[int, str, str], Undecided] = {}
    for urn, school in (await schools_at(reader, of_school, period, position)).items():
        agreements = {ref: basis.agreement for ref, basis in school.bases.items()}
        counted = Counted(
            partial(versions_chosen, agreements=agreements, filters=filters), partial(has_voids, filters=filters)
        )
        for added in added_by_waiting(school, of_school[urn], known, period, counted):
            key = (added.month, agreements[added.agreement_ref].model, str(urn))
            more = Undecided(added.offered, added.asked - added.offered)
            costs[key] = costs.get(key, Undecided()).plus(more)
    return Waiting(len(waiting), costs)
