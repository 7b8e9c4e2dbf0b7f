"""Rare moments of the pricing rules that a change of the world cannot show, each with how to see it in a world."""

from collections.abc import Callable
from datetime import date

from tests.brute_force.facts import Book, Placement, World, academic_year, day, days_of, read_world
from tests.brute_force.prices import (
    charges_by_day,
    discount_of,
    fee_year_covered,
    in_span,
    leaver_rule_end,
    package_on,
    payable_until,
    roll_on,
    taken_lines,
    terms_on,
    unpriced_days,
)

FIRST, LAST = date(2026, 4, 1), date(2028, 3, 31)


def roll_of_nobody(world: World) -> bool:
    """See an empty committed place discounted by place 1 because nobody is on roll in a whole-roll agreement."""
    book = read_world(world)
    return any(
        in_span(agreement, one)
        and terms_on(agreement, one).tiering == "whole_roll"
        and terms_on(agreement, one).places > 0
        and discount_of(agreement, 1, one) > 0
        and not roll_on(book, agreement, one)
        and any(line.void and line.discount for line in agreement.card)
        for agreement in book.agreements.values()
        for one in days_of(FIRST, date(2026, 9, 30))
    )


def searched_ends(world: World) -> list[tuple[Placement, date, bool]]:
    """Return of each leaver whose rule looks for a term the rule's end, and whether its first year is covered."""
    book = read_world(world)
    found = []
    for placement in book.placements:
        if placement.end_on is None or payable_until(book, placement) is None:
            continue
        agreement = book.agreements[package_on(placement, placement.end_on).agreement]
        rule = terms_on(agreement, placement.end_on).leaver_rule
        notice = placement.notice_given_on or placement.end_on
        if rule in ("end_of_term", "term_notice"):
            searched = placement.end_on if rule == "end_of_term" else notice
            covered = agreement.calendar.covered(academic_year(searched))
            found.append((placement, leaver_rule_end(agreement, rule, placement.end_on, notice), covered))
    return found


def no_term_found(world: World) -> bool:
    """See a leaver payable to the end of the last covered year, because no term is listed after it."""
    return any((end.month, end.day) == (8, 31) and covered for _, end, covered in searched_ends(world))


def first_year_uncovered(world: World) -> bool:
    """See a leaver whose rule gives end_on, because the year in which a term is looked for is not covered."""
    return any(not covered for _, _, covered in searched_ends(world))


def notice_after_the_end(world: World) -> bool:
    """See a leaver for whom notice was given after the end."""
    return any(
        placement.end_on is not None
        and placement.notice_given_on is not None
        and placement.notice_given_on > placement.end_on
        for placement in read_world(world).placements
    )


def end_outside_the_agreement(world: World) -> bool:
    """See a leaver without notice, because end_on lies outside the agreement."""
    book = read_world(world)
    return any(placement.end_on and payable_until(book, placement) is None for placement in book.placements)


def charge_on_a_leap_day(world: World) -> bool:
    """See a charge on 29 February."""
    charges = charges_by_day(world, date(2028, 2, 1), date(2028, 2, 29))
    return any(date(2028, 2, 29) in days for days in charges.values())


def unpriced_for(world: World, reason: Callable[[Book, Placement, date], bool]) -> bool:
    """See an unpriced day that has the reason given."""
    book = read_world(world)
    placements = {placement.ref: placement for placement in book.placements}
    return any(reason(book, placements[ref], one) for ref, one in unpriced_days(world, FIRST, LAST))


def fee_year_partly_uncovered(world: World) -> bool:
    """See a covered day inside the agreement unpriced, because its fee year reaches into an uncovered year."""

    def reason(book: Book, placement: Placement, one: date) -> bool:
        package = package_on(placement, one)
        agreement = book.agreements[package.agreement]
        return (
            in_span(agreement, one)
            and agreement.calendar.covered(academic_year(one))
            and not fee_year_covered(agreement, one)
            and bool(taken_lines(agreement, placement, package, one))
        )

    return unpriced_for(world, reason)


def starts_before_reference(world: World) -> bool:
    """See a roll in which an earlier start goes before a reference that sorts earlier."""
    book = read_world(world)
    for agreement in book.agreements.values():
        refs = [placement.ref for placement in roll_on(book, agreement, date(2026, 10, 1))]
        if agreement.tiers and refs != sorted(refs):
            return True
    return False


def fact_beyond_its_span(world: World) -> bool:
    """See a suspension or a version of a placement after its end, which has no effect."""
    return without_facts_beyond(world) != world


def without_facts_beyond(world: World) -> World:
    """Return the world without what reaches beyond a placement's or an agreement's own span."""
    spans = {
        str(row[key]): (day(row, "start_on") or date.min, day(row, "end_on") or date.max)
        for sheet, key in (("Agreements", "agreement_ref"), ("Placements", "placement_ref"))
        for row in world[sheet]
    }
    trimmed: World = dict(world)
    for sheet, key in (("Agreements", "agreement_ref"), ("Placements", "placement_ref")):
        trimmed[sheet] = [
            row for row in world[sheet] if (day(row, "effective_from") or date.min) <= spans[str(row[key])][1]
        ]
    trimmed["Rates"] = [
        row
        for row in world["Rates"]
        if not row["agreement_ref"] or (day(row, "effective_from") or date.min) <= spans[str(row["agreement_ref"])][1]
    ]
    trimmed["Suspensions"] = []
    for row in world["Suspensions"]:
        start_on, end_on = spans[str(row["placement_ref"])]
        first = max(day(row, "first_day") or date.min, start_on)
        last = day(row, "last_day")
        clipped = None if last is None else min(last, end_on)
        if first <= (clipped or end_on):
            trimmed["Suspensions"].append(row | {"first_day": first, "last_day": clipped})
    return trimmed


SIGHTS: dict[str, Callable[[World], bool]] = {
    "a roll of nobody has the tier of place 1": roll_of_nobody,
    "no term is found": no_term_found,
    "the first year searched is uncovered": first_year_uncovered,
    "notice is given after the end": notice_after_the_end,
    "an end outside the agreement": end_outside_the_agreement,
    "a charge on a leap day": charge_on_a_leap_day,
    "a fee year is partly uncovered": fee_year_partly_uncovered,
    "an earlier start goes first": starts_before_reference,
    "a fact beyond its span": fact_beyond_its_span,
}
"""Every moment by a name for people."""
