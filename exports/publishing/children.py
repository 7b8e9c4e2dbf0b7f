"""Whom the rows of a report are of: what decides whether a row may be published."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from commissioning.charges import queries
from commissioning.charges.figures import figures
from commissioning.charges.known import providers_as_at
from commissioning.charges.movements import movements
from commissioning.ledger.reading import Reader
from commissioning.web.language import _
from exports.prices.local_first import STATE
from exports.prices.uplifts import SCHOOLS_OF_NO_GROUP
from exports.publishing.protecting import Children
from exports.result import Result, Value, whole
from exports.spending.compare import NO_GROUP
from exports.spending.spend import DAYLESS, FUNDERS, TIMES

OWNER_GROUP = "owner_group"
_NO_GROUP = {"compare": NO_GROUP, "uplifts": SCHOOLS_OF_NO_GROUP}
"""What these reports call the schools that nobody owns."""
_Key = Callable[[Sequence[Any], int], Any]


async def children_by(reader: Reader, result: Result, keys: Sequence[str]) -> dict[tuple[Value, ...], Children]:
    """Who was on roll or was charged for in the result's period, by keys of spend and the schools' owner groups."""
    facts = [key for key in keys if key in queries.DIMENSIONS]
    if OWNER_GROUP in keys and "provider" not in facts:
        facts.append("provider")
    by = (*facts, "pupil")
    keys_of = await _keys_of(reader, result, keys, facts)
    asked = await figures(reader, by, result.period, result.as_at.position, result.filters, monthly=True)
    amounts: list[tuple[Sequence[Any], str | None, Sequence[int]]]
    amounts = [(group, None, costs) for group, (costs,) in (await asked.cost(by)).items()]
    if "funder" in keys:
        borne = (await asked.shares(by)).items()
        amounts = [(group, *one) for group, shares in borne for one in zip(FUNDERS, shares, strict=True)]
    elif not DAYLESS.intersection(keys):
        amounts += [(group, None, days) for group, (days,) in (await asked.days(by)).items()]
    found: dict[tuple[Value, ...], set[str]] = defaultdict(set)
    for group, funder, numbers in amounts:
        pupil = group[-1]
        for month, number in zip(result.period.months(), numbers, strict=True):
            if number and pupil is not None:
                found[tuple(key_of((*group[:-1], funder), month) for key_of in keys_of)].add(str(pupil))
    return {key: frozenset(pupils) for key, pupils in found.items()}


async def _keys_of(reader: Reader, result: Result, keys: Sequence[str], facts: Sequence[str]) -> list[_Key]:
    """What gives each key of a row from the facts of a charge, the funder behind them, and its month."""
    owners: Mapping[int, str] = {}
    if OWNER_GROUP in keys:
        schools = await providers_as_at(reader, result.as_at.position)
        owners = {urn: school.facts.owner_group or _(_NO_GROUP[result.report]) for urn, school in schools.items()}

    def key_of(key: str) -> _Key:
        if key in TIMES:
            return lambda _group, month: TIMES[key](month)
        if key == "funder":
            return lambda group, _month: group[-1]
        if key == OWNER_GROUP:
            return lambda group, _month: owners.get(group[facts.index("provider")])
        return lambda group, _month: None if group[facts.index(key)] is None else str(group[facts.index(key)])

    return [key_of(key) for key in keys]


async def by_keys(reader: Reader, result: Result, keys: Sequence[str]) -> list[Children]:
    """Whom each row is of that is named by these keys, which are columns of the result."""
    found = await children_by(reader, result, keys)
    places = [[column.name for column in result.columns].index(key) for key in keys]
    return [found.get(tuple(row[place] for place in places), frozenset()) for row in result.rows]


async def by_stratum(reader: Reader, result: Result) -> list[Children]:
    """Whom each mix of children is of, in state places or elsewhere, whichever are fewer."""
    strata = ("need", "phase", "setting")
    state: dict[tuple[Value, ...], Children] = {}
    others: dict[tuple[Value, ...], Children] = defaultdict(frozenset)
    for (model, *stratum), pupils in (await children_by(reader, result, ("model", *strata))).items():
        if model == STATE:
            state[tuple(stratum)] = pupils
        else:
            others[tuple(stratum)] |= pupils
    mixes = [tuple(row[: len(strata)]) for row in result.rows]
    return [min((state.get(mix, frozenset()), others[mix]), key=len) for mix in mixes]


async def by_cause(reader: Reader, result: Result) -> list[Children]:
    """The placements that each cause moved; what an agreement or a calendar moved counts as one, whomever it was of."""
    told = result.options
    between = (reader, result.period, int(told["from_position"]), int(told["to_position"]), result.filters)
    found: dict[str, set[str]] = defaultdict(set)
    for moved in await movements(*between):
        found[moved.cause].add(moved.stream)
    return [frozenset(found[str(row[0])]) for row in result.rows]


def apart(result: Result, *counts: str) -> list[Children]:
    """Whom rows are of that have no child in common, the fewest of their counts that are not nought."""
    counted = enumerate(_counts(result, counts))
    return [frozenset(f"{number} {one}" for one in range(count)) for number, count in counted]


def alike(result: Result, *counts: str) -> list[Children]:
    """Whom rows are of that may have every child in common: the smaller rows are taken for parts of the larger."""
    return [frozenset(map(str, range(count))) for count in _counts(result, counts)]


def _counts(result: Result, counts: Sequence[str]) -> list[int]:
    places = [place for place, column in enumerate(result.columns) if column.name in counts]
    return [min((whole(row[place]) for place in places if row[place]), default=0) for row in result.rows]
