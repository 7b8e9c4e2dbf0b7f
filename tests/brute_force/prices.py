"""The price of every placement and empty place, worked plainly, day after day, from the written rules.

This is the independent second opinion on the product's pricing: slow, exact, sharing no line of code with it.
Money is exact pounds as a Fraction inside a day and whole pence in the rows that come out.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tests.brute_force.facts import (
    ONE_DAY,
    Agreement,
    Book,
    Line,
    Package,
    Placement,
    Terms,
    World,
    academic_year,
    days_of,
    read_world,
)

Key = tuple[str, str | None, str, str]
"""Agreement, placement (None for a void), component, kind (attendance, notice or void)."""

SpendKey = tuple[str, str, str | None, str, str, str]
"""Month `YYYY-MM`, agreement, placement, component, kind, funder."""


@dataclass
class DayCost:
    """What one key costs on one day, in exact pounds, and the parts of it that health and care pay."""

    cost: Fraction = Fraction(0)
    health: Fraction = Fraction(0)
    care: Fraction = Fraction(0)


def spend_rows(world: World, first: date, last: date) -> dict[SpendKey, int]:
    """Return pence by month, agreement, placement, component, kind and funder, without rows of 0."""
    rows: dict[SpendKey, int] = defaultdict(int)
    for (agreement, placement, component, kind), days in charges_by_day(world, first, last).items():
        for one, (cost, health, care) in day_pence(days, first, last).items():
            month = f"{one.year:04d}-{one.month:02d}"
            key = month, agreement, placement, component, kind
            rows[*key, "education"] += cost - health - care
            rows[*key, "health"] += health
            rows[*key, "care"] += care
    return {key: pence for key, pence in rows.items() if pence}


def unpriced_days(world: World, first: date, last: date) -> set[tuple[str, date]]:
    """Return each placement and day on roll that has no price."""
    book = read_world(world)
    return {
        (placement.ref, one)
        for placement in book.placements
        for one in days_of(first, last)
        if on_roll(placement, one) and unpriced(book, placement, one)
    }


def occupied_days(world: World, first: date, last: date) -> dict[str, int]:
    """Return the calendar days on roll of each placement; one without any is left out."""
    counts = {
        placement.ref: sum(on_roll(placement, one) for one in days_of(first, last))
        for placement in read_world(world).placements
    }
    return {ref: days for ref, days in counts.items() if days}


def committed_days(world: World, first: date, last: date) -> dict[str, tuple[int, int]]:
    """Return by agreement its committed place-days and those of them occupied (roll up to commitment)."""
    book = read_world(world)
    found: dict[str, tuple[int, int]] = {}
    for agreement in book.agreements.values():
        committed = occupied = 0
        for one in days_of(first, last):
            if in_span(agreement, one):
                places = terms_on(agreement, one).places
                committed += places
                occupied += min(places, len(roll_on(book, agreement, one)))
        if committed:
            found[agreement.ref] = committed, occupied
    return found


def charges_by_day(world: World, first: date, last: date) -> dict[Key, dict[date, DayCost]]:
    """Return every key's exact cost by day from 1 April of the first day's financial year to the last."""
    book = read_world(world)
    payable = {placement.ref: payable_until(book, placement) for placement in book.placements}
    found: dict[Key, dict[date, DayCost]] = defaultdict(dict)
    for one in days_of(financial_year_start(first), last):
        for agreement in book.agreements.values():
            if in_span(agreement, one) and agreement.calendar.covered(academic_year(one)):
                for key, cost in agreement_day(book, payable, agreement, one):
                    if not cost.cost:
                        continue
                    so_far = found[key].setdefault(one, DayCost())
                    so_far.cost += cost.cost
                    so_far.health += cost.health
                    so_far.care += cost.care
    return dict(found)


def day_pence(days: dict[date, DayCost], first: date, last: date) -> dict[date, tuple[int, int, int]]:
    """Return the whole pence that each day of a period adds to its financial year: whole, health, care.

    A day's pence are the rounded cumulative at its end less the one before, so any span's pence are the sum of
    its days', and a month's amount is exactly the difference of the rounded cumulatives at its ends.
    """
    found: dict[date, tuple[int, int, int]] = {}
    total, before = DayCost(), (0, 0, 0)
    for one in days_of(financial_year_start(first), last):
        if (one.month, one.day) == (4, 1):
            total, before = DayCost(), (0, 0, 0)
        if one not in days:
            continue
        added = days[one]
        total = DayCost(total.cost + added.cost, total.health + added.health, total.care + added.care)
        after = pence(total.cost), pence(total.health), pence(total.care)
        if one >= first:
            found[one] = after[0] - before[0], after[1] - before[1], after[2] - before[2]
        before = after
    return found


def pence(pounds: Fraction) -> int:
    """Round exact pounds to pence, halves away from zero."""
    over, under = abs(pounds.numerator) * 100, pounds.denominator
    size = (2 * over + under) // (2 * under)
    return size if pounds >= 0 else -size


def financial_year_start(one: date) -> date:
    """Return the 1 April that begins the financial year of a day."""
    return date(one.year if one.month >= 4 else one.year - 1, 4, 1)


def fee_year_span(kind: str, one: date) -> tuple[date, date]:
    """Return the first and last day of the academic or financial fee year that contains a day."""
    month = 9 if kind == "academic" else 4
    start = one.year if one.month >= month else one.year - 1
    return date(start, month, 1), date(start + 1, month, 1) - ONE_DAY


def last_of_month(one: date) -> date:
    """Return the last day of a day's month."""
    return (one.replace(day=1) + timedelta(days=31)).replace(day=1) - ONE_DAY


def in_span(agreement: Agreement, one: date) -> bool:
    """Say whether a day lies inside the agreement's own start_on to end_on."""
    return agreement.start_on <= one <= agreement.end_on


def terms_on(agreement: Agreement, one: date) -> Terms:
    """Return the terms that hold on a day of the agreement's span."""
    return [terms for terms in agreement.versions if terms.effective_from <= one][-1]


def package_on(placement: Placement, one: date) -> Package:
    """Return the version of a placement that holds on a day from its start_on."""
    return [package for package in placement.versions if package.effective_from <= one][-1]


def on_roll(placement: Placement, one: date) -> bool:
    """Say whether the placement is on roll on a day."""
    return placement.start_on <= one and (placement.end_on is None or one <= placement.end_on)


def roll_on(book: Book, agreement: Agreement, one: date) -> list[Placement]:
    """Return the placements on roll under the agreement in the order of their places."""
    found = [
        placement
        for placement in book.placements
        if on_roll(placement, one) and package_on(placement, one).agreement == agreement.ref
    ]
    return sorted(found, key=lambda placement: (placement.start_on, placement.ref))


def leavers_on(book: Book, payable: dict[str, date | None], agreement: Agreement, one: date) -> list[Placement]:
    """Return the placements that left the agreement and are still payable on a day."""
    found = []
    for placement in book.placements:
        until = payable[placement.ref]
        if (
            placement.end_on is not None
            and until is not None
            and placement.end_on < one <= until
            and package_on(placement, placement.end_on).agreement == agreement.ref
        ):
            found.append(placement)
    return found


def payable_until(book: Book, placement: Placement) -> date | None:
    """Return the last day a placement stays payable, None where it has no end or no claim to notice."""
    end_on = placement.end_on
    if end_on is None:
        return None
    agreement = book.agreements[package_on(placement, end_on).agreement]
    if not in_span(agreement, end_on):
        return None
    terms = terms_on(agreement, end_on)
    notice = placement.notice_given_on or end_on
    ends = [end_on, leaver_rule_end(agreement, terms.leaver_rule, end_on, notice)]
    if terms.notice_weeks > 0:
        ends.append(notice + timedelta(days=7 * terms.notice_weeks))
    return max(ends)


def leaver_rule_end(agreement: Agreement, rule: str, end_on: date, notice: date) -> date:
    """Return the day to which the agreement's leaver rule keeps a placement payable."""
    if rule == "last_day":
        return end_on
    if rule == "end_of_month":
        return last_of_month(end_on)
    searched = end_on if rule == "end_of_term" else notice
    end = end_on
    year = academic_year(searched)
    while agreement.calendar.covered(year):
        for first, last in agreement.calendar.terms_of(year):
            reached = last >= searched if rule == "end_of_term" else first > searched
            if reached:
                return last
        end = date(int(year[:4]) + 1, 8, 31)
        year = academic_year(end + ONE_DAY)
    return end


def held_lines(lines: list[Line], one: date) -> list[Line]:
    """Return of each series the line that holds on a day; a series ended by 0 has none, nor has once."""
    latest: dict[tuple[str, str, str | None, str | None], Line] = {}
    for line in lines:
        if line.unit == "once" or line.effective_from > one:
            continue
        series = line.component, line.unit, line.band, line.setting
        if series not in latest or line.effective_from > latest[series].effective_from:
            latest[series] = line
    return [line for line in latest.values() if line.amount != 0]


def once_lines(lines: list[Line], one: date) -> list[Line]:
    """Return the once lines whose day this is."""
    return [line for line in lines if line.unit == "once" and line.effective_from == one]


def fits(line: Line, band: str | None, setting: str | None) -> bool:
    """Say whether a card's line is for a band and setting."""
    return line.band in (None, band) and line.setting in (None, setting)


def taken_lines(agreement: Agreement, placement: Placement, package: Package, one: date) -> list[Line]:
    """Return the held lines that a placement takes on a day: the card's that fit it, then its own."""
    card = [line for line in held_lines(agreement.card, one) if fits(line, package.band, package.setting)]
    return card + held_lines(placement.own, one)


def daily_cost(agreement: Agreement, line: Line, setting: str | None, one: date) -> Fraction:
    """Return the exact pounds of a line on a covered day, before discount, for a place in a setting."""
    amount = line.amount * line.quantity
    if line.unit == "once":
        return amount
    if line.unit == "year":
        return yearly_cost(agreement, amount, one)
    if line.unit == "week" and setting == "residential_52":
        return amount / 7
    if not agreement.calendar.is_school_day(one):
        return Fraction(0)
    return amount / school_days_of_term(agreement, one) if line.unit == "term" else amount / 5


def yearly_cost(agreement: Agreement, amount: Fraction, one: date) -> Fraction:
    """Return the exact pounds of a yearly amount on a covered day, by the accrual that holds on it."""
    terms = terms_on(agreement, one)
    first, last = fee_year_span(terms.fee_year, one)
    if terms.accrual == "calendar_days":
        return amount / ((last - first).days + 1)
    if terms.accrual == "months":
        return amount / 12 / last_of_month(one).day
    if not agreement.calendar.is_school_day(one):
        return Fraction(0)
    if terms.accrual == "terms":
        return amount / 3 / school_days_of_term(agreement, one)
    if not fee_year_covered(agreement, one):
        return Fraction(0)
    return amount / agreement.calendar.school_days(first, last)


def school_days_of_term(agreement: Agreement, one: date) -> int:
    """Return the school days of the term that contains a school day."""
    term = agreement.calendar.term_of(one)
    assert term is not None
    return agreement.calendar.school_days(*term)


def fee_year_covered(agreement: Agreement, one: date) -> bool:
    """Say whether every day of the fee year that contains a day is covered by the calendar."""
    first, last = fee_year_span(terms_on(agreement, one).fee_year, one)
    return all(agreement.calendar.covered(academic_year(end)) for end in (first, last))


def discount_of(agreement: Agreement, place: int, one: date) -> Fraction:
    """Return the discount of a place's tier on a day as a share of 1; none before the first set."""
    sets = [held_from for held_from in agreement.tiers if held_from <= one]
    if not sets:
        return Fraction(0)
    tiers = agreement.tiers[max(sets)]
    return tiers[max(from_place for from_place in tiers if from_place <= place)] / 100


def agreement_day(
    book: Book, payable: dict[str, date | None], agreement: Agreement, one: date
) -> Iterator[tuple[Key, DayCost]]:
    """Yield every cost of one agreement on one covered day of its span."""
    terms = terms_on(agreement, one)
    roll = roll_on(book, agreement, one)
    leavers = leavers_on(book, payable, agreement, one)
    whole_roll = terms.tiering == "whole_roll"
    of_roll = discount_of(agreement, max(len(roll), 1), one)
    for place, placement in enumerate(roll, start=1):
        discount = of_roll if whole_roll else discount_of(agreement, place, one)
        yield from attendance(agreement, placement, one, discount)
    for placement in leavers:
        discount = of_roll if whole_roll else discount_of(agreement, 1, one)
        yield from notice(agreement, placement, one, discount)
    for place in range(len(roll) + len(leavers) + 1, terms.places + 1):
        discount = of_roll if whole_roll else discount_of(agreement, place, one)
        yield from void(agreement, terms, one, discount)


def attendance(
    agreement: Agreement, placement: Placement, one: date, discount: Fraction
) -> Iterator[tuple[Key, DayCost]]:
    """Yield what a placement on roll costs on a day, its suspension taken into account."""
    package = package_on(placement, one)
    payable = Fraction(1)
    for first, last, share in placement.suspensions:
        if first <= one <= last:
            payable = share
    card_once = [line for line in once_lines(agreement.card, one) if fits(line, package.band, package.setting)]
    lines = taken_lines(agreement, placement, package, one) + card_once + once_lines(placement.own, one)
    for line in lines:
        cost = daily_cost(agreement, line, package.setting, one) * payable
        if line.discount and discount:
            cost *= 1 - discount
        yield (agreement.ref, placement.ref, line.component, "attendance"), shared(placement, cost, one)


def notice(agreement: Agreement, placement: Placement, one: date, discount: Fraction) -> Iterator[tuple[Key, DayCost]]:
    """Yield what a leaver in notice costs on a day, in the band and setting of its end_on."""
    assert placement.end_on is not None
    package = package_on(placement, placement.end_on)
    for line in taken_lines(agreement, placement, package, one):
        if line.notice:
            cost = daily_cost(agreement, line, package.setting, one)
            if line.discount:
                cost *= 1 - discount
            yield (agreement.ref, placement.ref, line.component, "notice"), shared(placement, cost, one)


def void(agreement: Agreement, terms: Terms, one: date, discount: Fraction) -> Iterator[tuple[Key, DayCost]]:
    """Yield what one committed place costs on a day that it stands empty; education pays all of it."""
    for line in held_lines(agreement.card, one):
        if line.void and fits(line, terms.void_band, terms.void_setting):
            cost = daily_cost(agreement, line, terms.void_setting, one) * terms.void_pct / 100
            if line.discount:
                cost *= 1 - discount
            yield (agreement.ref, None, line.component, "void"), DayCost(cost)


def shared(placement: Placement, cost: Fraction, one: date) -> DayCost:
    """Return a placement's cost with the parts of it that health and care pay on that day."""
    if not placement.funding:
        return DayCost(cost)
    health = care = Fraction(0)
    for _, health_share, care_share in sorted(split for split in placement.funding if split[0] <= one)[-1:]:
        health, care = health_share, care_share
    return DayCost(cost, cost * health, cost * care)


def unpriced(book: Book, placement: Placement, one: date) -> bool:
    """Say whether a day on roll has no price."""
    package = package_on(placement, one)
    agreement = book.agreements[package.agreement]
    if not in_span(agreement, one) or not agreement.calendar.covered(academic_year(one)):
        return True
    lines = taken_lines(agreement, placement, package, one)
    accrual = terms_on(agreement, one).accrual
    yearly_by_school_days = accrual == "school_days" and any(line.unit == "year" for line in lines)
    return not lines or (yearly_by_school_days and not fee_year_covered(agreement, one))
