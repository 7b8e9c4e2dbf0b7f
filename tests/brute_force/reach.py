"""Which pricing rules a world reaches: those which, taken out of the world, change what comes out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from tests.brute_force.facts import FOREVER, Row, Value, World, by_key, dated, day
from tests.brute_force.prices import charges_by_day, unpriced_days

FIRST, LAST = date(2026, 4, 1), date(2027, 3, 31)

Change = Callable[[World], World]
Outcome = Callable[[World], Any]


def everything(world: World) -> Any:
    """Return all exact costs of a year, and its unpriced days."""
    return charges_by_day(world, FIRST, LAST), unpriced_days(world, FIRST, LAST)


@cache
def of_kind(kind: str) -> Outcome:
    """Return the outcome that is the exact costs of one kind alone."""

    def outcome(world: World) -> Any:
        return {key: days for key, days in charges_by_day(world, FIRST, LAST).items() if key[3] == kind}

    return outcome


def over_leap_year(world: World) -> Any:
    """Return the exact costs of a financial year with a 29 February."""
    return charges_by_day(world, date(2027, 4, 1), date(2028, 3, 31))


def unpriced(world: World) -> Any:
    """Return the unpriced days alone."""
    return unpriced_days(world, FIRST, LAST)


@dataclass
class Rule:
    """A rule: the change that takes it out, what must then differ, and a first narrowing of the world."""

    change: Change
    outcome: Outcome = everything
    narrow: Change | None = None


def reached(world: World, rules: dict[str, Rule]) -> list[str]:
    """Return the names of the rules that the world reaches."""
    found = []
    as_it_is: dict[Outcome, Any] = {}
    for name, rule in rules.items():
        before = world if rule.narrow is None else rule.narrow(world)
        after = rule.change(before)
        if after == before:
            continue
        if rule.narrow is not None:
            first = rule.outcome(before)
        elif rule.outcome in as_it_is:
            first = as_it_is[rule.outcome]
        else:
            first = as_it_is[rule.outcome] = rule.outcome(before)
        if first != rule.outcome(after):
            found.append(name)
    return found


def setting(sheet: str, where: Callable[[Row], bool], **values: Value) -> Change:
    """Return the change that gives the chosen rows of a sheet other values."""
    return lambda world: (
        world
        | {
            sheet: [row | values if where(row) else row for row in world[sheet]],
        }
    )


def without(sheet: str, where: Callable[[Row], bool]) -> Change:
    """Return the change that leaves out the chosen rows of a sheet."""
    return lambda world: world | {sheet: [row for row in world[sheet] if not where(row)]}


def replacing(sheet: str, column: str, old: Value, new: Value, **also: Value) -> Change:
    """Return the change of one value of a column into another, in rows that also have the values named."""
    return setting(
        sheet,
        lambda row: row[column] == old and all(row[name] == value for name, value in also.items()),
        **{column: new},
    )


def is_own(row: Row) -> bool:
    """Say whether a rate line is a placement's own."""
    return row["placement_ref"] is not None


def is_on_card(row: Row) -> bool:
    """Say whether a rate line is a card's."""
    return not is_own(row)


def having(**values: Value) -> Callable[[Row], bool]:
    """Return the question whether a row has the values named."""
    return lambda row: all(row[column] == value for column, value in values.items())


def both(one: Callable[[Row], bool], other: Callable[[Row], bool]) -> Callable[[Row], bool]:
    """Return the question whether both hold of a row."""
    return lambda row: one(row) and other(row)


def unmoved(column: str) -> Change:
    """Return the change that undoes every dated move of one column of a placement."""

    def change(world: World) -> World:
        first = {ref: rows[0][column] for ref, rows in by_key(world, "Placements").items()}
        return world | {"Placements": [row | {column: first[str(row["placement_ref"])]} for row in world["Placements"]]}

    return change


def unversioned(column: str) -> Change:
    """Return the change that undoes every later version of one column of an agreement's terms."""

    def change(world: World) -> World:
        first = {ref: rows[0][column] for ref, rows in by_key(world, "Agreements").items()}
        return world | {"Agreements": [row | {column: first[str(row["agreement_ref"])]} for row in world["Agreements"]]}

    return change


def nobody_in_notice(world: World) -> World:
    """Return the world in which nobody stays payable after leaving."""
    return world | {"Agreements": [row | {"leaver_rule": None, "notice_weeks": None} for row in world["Agreements"]]}


def first_tiers_only(world: World) -> World:
    """Return the world with the first dated set of tiers of each agreement alone."""
    start_on = {ref: dated(rows[0]) for ref, rows in by_key(world, "Agreements").items()}

    def held_from(row: Row) -> date:
        return day(row, "effective_from") or start_on[str(row["agreement_ref"])]

    first: dict[Value, date] = {}
    for row in world["Tiers"]:
        first[row["agreement_ref"]] = min(held_from(row), first.get(row["agreement_ref"], FOREVER))
    return without("Tiers", lambda row: held_from(row) != first[row["agreement_ref"]])(world)


def lines_of(unit: str, *, own: bool) -> Change:
    """Return the narrowing to the lines of one unit, of cards or of placements, that are for any setting."""
    return without("Rates", lambda row: row["unit"] != unit or is_own(row) != own or row["setting"] is not None)


def in_order(world: World, *, by_reference: Callable[[str], Any]) -> World:
    """Return the world with references renamed so that they sort otherwise, each keeping its facts."""
    refs = sorted({str(row["placement_ref"]) for row in world["Placements"]})
    renamed: dict[Value, Value] = {ref: refs[place] for place, ref in enumerate(sorted(refs, key=by_reference))}
    return {
        sheet: [
            row | {"placement_ref": renamed[row["placement_ref"]]} if row.get("placement_ref") else row for row in rows
        ]
        for sheet, rows in world.items()
    }


def for_people(reference: str) -> tuple[str, int]:
    """Return the key of a dictionary's order, in which PL-2 comes before PL-10 and capitals do not count."""
    name, number = reference.split("-")
    return name.lower(), int(number)


def of_pupils(world: World) -> Any:
    """Return the exact cost of each pupil, by whatever reference the placement goes."""
    pupils = {row["placement_ref"]: row["pupil_ref"] for row in world["Placements"]}
    found: dict[Value, Fraction] = {}
    for (_, ref, _, _), days in charges_by_day(world, FIRST, LAST).items():
        pupil = pupils.get(ref)
        found[pupil] = found.get(pupil, Fraction(0)) + sum(one.cost for one in days.values())
    return found


def anything(_row: Row) -> bool:
    """Say yes of every row."""
    return True


def later(row: Row) -> bool:
    """Say whether a dated row states a day of its own."""
    return row["effective_from"] is not None


def accrual_rules() -> dict[str, Rule]:
    """Return the rules on how a rate becomes a day."""
    accruals = ["calendar_days", "school_days", "months", "terms"]
    units = ["year", "term", "week", "day", "hour", "once"]
    rules = {
        f"accrual {old}": Rule(replacing("Agreements", "accrual", old, new))
        for old, new in zip(accruals, [*accruals[1:], accruals[0]], strict=True)
    }
    rules |= {
        f"accrual {accrual} with fee year {old}": Rule(
            replacing("Agreements", "fee_year", old, new, accrual=accrual), outcome
        )
        for accrual, outcome in (("calendar_days", over_leap_year), ("school_days", everything))
        for old, new in (("academic", "financial"), ("financial", "academic"))
    }
    rules |= {f"unit {unit} on a card": Rule(without("Rates", having(unit=unit))) for unit in units}
    rules |= {f"unit {unit} on an own line": Rule(without("Rates", both(having(unit=unit), is_own))) for unit in units}
    return rules | {
        "week over seven days for a placement": Rule(
            replacing("Placements", "setting", "residential_52", "day"), narrow=lines_of("week", own=True)
        ),
        "week over seven days for a void": Rule(
            replacing("Agreements", "void_setting", "residential_52", None),
            of_kind("void"),
            lines_of("week", own=False),
        ),
        "quantity of parts": Rule(setting("Rates", lambda row: str(row["quantity"]) == "12.5", quantity=12)),
        "quantity of a day line is five": Rule(replacing("Rates", "quantity", None, 1, unit="day")),
        "closures": Rule(without("Closures", anything)),
        "a calendar of its own": Rule(setting("Providers", anything, calendar=None)),
        "the default calendar": Rule(
            without("Calendar", lambda row: row["calendar"] == "default"),
            narrow=setting("Providers", anything, calendar=None),
        ),
    }


def line_rules() -> dict[str, Rule]:
    """Return the rules on which line holds and what its flags say."""
    flags = {
        (flag, value, owner): Rule(
            setting(
                "Rates",
                both(having(**{flag: value}), is_own if owner == "own" else is_on_card),
                **{flag: other},
            )
        )
        for flag, value, other in (
            ("void", "yes", "no"),
            ("void", None, "yes"),
            ("void", "no", "yes"),
            ("discount", "yes", "no"),
            ("discount", "no", "yes"),
            ("notice", "yes", "no"),
            ("notice", "no", "yes"),
        )
        for owner in ("card", "own")
        if flag != "void" or owner == "card"
    }
    return {" ".join(map(str, name)): rule for name, rule in flags.items()} | {
        "discount is blank on a card": Rule(
            setting("Rates", lambda row: row["discount"] is None and not is_own(row), discount="no")
        ),
        "discount is blank on an own line": Rule(
            setting("Rates", lambda row: row["discount"] is None and is_own(row), discount="yes")
        ),
        "notice is blank for transport": Rule(replacing("Rates", "notice", None, "yes", component="transport")),
        "notice is blank for hours": Rule(replacing("Rates", "notice", None, "yes", unit="hour")),
        "notice is blank for the rest": Rule(replacing("Rates", "notice", None, "no", component="education")),
        "a band on a card": Rule(setting("Rates", lambda row: row["band"] is not None, band=None)),
        "a setting on a card": Rule(setting("Rates", lambda row: row["setting"] is not None, setting=None)),
        "a line from a later day": Rule(without("Rates", lambda row: later(row) and not is_own(row))),
        "an own line from a later day": Rule(without("Rates", lambda row: later(row) and is_own(row))),
        "a series ended by nothing": Rule(without("Rates", lambda row: row["amount"] == 0)),
        "a series ended by nothing leaves unpriced days": Rule(
            without("Rates", lambda row: row["amount"] == 0),
            unpriced,
            without("Rates", lambda row: row["unit"] != "year"),
        ),
        "a deduction": Rule(setting("Rates", lambda row: str(row["amount"]).startswith("-"), amount=1)),
        "a withdrawn line": Rule(replacing("Rates", "withdrawn", "yes", None)),
        "a once line leaves its day unpriced": Rule(
            replacing("Rates", "unit", "once", "day"),
            unpriced,
            without("Rates", lambda row: row["unit"] != "once"),
        ),
    }


def leaver_rules() -> dict[str, Rule]:
    """Return the rules on notice."""
    return {
        f"leaver rule {rule}": Rule(replacing("Agreements", "leaver_rule", rule, "last_day"), of_kind("notice"))
        for rule in ("end_of_month", "end_of_term", "term_notice")
    } | {
        "leaver rule last_day": Rule(
            replacing("Agreements", "leaver_rule", "last_day", "end_of_month"), of_kind("notice")
        ),
        "leaver rule is blank": Rule(replacing("Agreements", "leaver_rule", None, "end_of_month"), of_kind("notice")),
        "notice weeks": Rule(setting("Agreements", anything, notice_weeks=0), of_kind("notice")),
        "the day notice was given": Rule(setting("Placements", anything, notice_given_on=None)),
        "a leaver holds a committed place": Rule(nobody_in_notice, of_kind("void")),
        "an agreement ends notice": Rule(setting("Agreements", anything, end_on=None), of_kind("notice")),
        "tiers in notice": Rule(without("Tiers", anything), of_kind("notice")),
        "whole roll in notice": Rule(replacing("Agreements", "tiering", "whole_roll", "marginal"), of_kind("notice")),
        "funding in notice": Rule(without("Funding", anything), of_kind("notice")),
        "a dated line in notice": Rule(without("Rates", later), of_kind("notice")),
    }


def place_rules() -> dict[str, Rule]:
    """Return the rules on commitments, voids and tiers."""
    return {
        "commitment": Rule(setting("Agreements", anything, commitment_places=None), of_kind("void")),
        "void of the whole price": Rule(replacing("Agreements", "void_pct", 100, 50), of_kind("void")),
        "void of a retainer": Rule(replacing("Agreements", "void_pct", 40, 100), of_kind("void")),
        "void of nothing": Rule(replacing("Agreements", "void_pct", 0, 100), of_kind("void")),
        "void band": Rule(setting("Agreements", anything, void_band=None), of_kind("void")),
        "void setting": Rule(setting("Agreements", anything, void_setting=None), of_kind("void")),
        "tiers of a void": Rule(without("Tiers", anything), of_kind("void")),
        "whole roll of a void": Rule(replacing("Agreements", "tiering", "whole_roll", "marginal"), of_kind("void")),
        "tiers, marginal": Rule(
            without("Tiers", anything), narrow=replacing("Agreements", "tiering", "whole_roll", None)
        ),
        "tiers, whole roll": Rule(replacing("Agreements", "tiering", "whole_roll", None)),
        "a later set of tiers": Rule(first_tiers_only),
        "places go by code point": Rule(lambda world: in_order(world, by_reference=for_people), of_pupils),
        **{
            f"later terms: {column}": Rule(unversioned(column))
            for column in (
                "fee_year",
                "accrual",
                "leaver_rule",
                "notice_weeks",
                "commitment_places",
                "void_pct",
                "void_band",
                "void_setting",
                "tiering",
            )
        },
    }


def placement_rules() -> dict[str, Rule]:
    """Return the rules on placements, suspensions and funding."""

    def suspended(where: Callable[[Row], bool]) -> Rule:
        return Rule(without("Suspensions", where), narrow=without("Suspensions", is_withdrawn))

    return {
        **{f"a placement moves {column}": Rule(unmoved(column)) for column in ("agreement_ref", "band", "setting")},
        "a placement ends": Rule(setting("Placements", anything, end_on=None)),
        "a withdrawn placement": Rule(replacing("Placements", "withdrawn", "yes", None)),
        "a placement outside its agreement": Rule(setting("Agreements", anything, end_on=None), unpriced),
        "a missing year or term": Rule(without("Calendar", anything), unpriced),
        "an open suspension": suspended(lambda row: row["last_day"] is None),
        "a closed suspension": suspended(lambda row: row["last_day"] is not None),
        "a suspension paid in part": Rule(replacing("Suspensions", "payable_pct", 50, 100)),
        "a suspension paid nothing": Rule(replacing("Suspensions", "payable_pct", 0, 100)),
        "a withdrawn suspension": Rule(replacing("Suspensions", "withdrawn", "yes", None)),
        "health pays": Rule(setting("Funding", anything, health_pct=0)),
        "care pays": Rule(setting("Funding", anything, care_pct=0)),
        "a later split": Rule(without("Funding", later)),
    }


def is_withdrawn(row: Row) -> bool:
    """Say whether a row was withdrawn."""
    return row["withdrawn"] == "yes"


RULES: dict[str, Rule] = accrual_rules() | line_rules() | leaver_rules() | place_rules() | placement_rules()
"""Every rule by a name for people."""
