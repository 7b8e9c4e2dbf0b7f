"""Checks of what each line bills, against the charges of its days: DUP-3, PLC-1, PLC-2, RTE-1, PRD-1, PRD-2, HRS-1."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from commissioning.ledger.said import said
from commissioning.ledger.time import financial_year_name
from commissioning.web.words import day, number, pounds
from invoices.checks.case import Case, Due, same_quantity, whole_days
from invoices.held import Code, Finding, HeldLine, Outcome


def difference(case: Case) -> Iterator[Finding]:
    """What each line bills beside what it should: one finding a line, by the plainest reason that explains it."""
    if case.document.kind == "credit_note":
        return
    for line in case.document.lines:
        due = case.due_of(line)
        if due is None:
            continue
        if due.before and line.adjustment is None:
            yield _billed_before(line, due)
        elif not case.rules.allows(line.net, due.expected):
            yield _explained(case, line, due)


def signature(case: Case) -> Iterator[Finding]:
    """PLC-2: a signature recorded as after the days that are billed; one not recorded is told and holds nothing."""
    for line in case.document.lines:
        if line.first_day is None or line.agreement_ref is None or case.document.kind == "credit_note":
            continue
        placement = case.placements.get(line.placement_ref or "")
        agreement = case.agreements.get(line.agreement_ref)
        if placement is None and agreement is None:
            continue
        signed = placement.signed_on if placement else agreement.signed_on if agreement else None
        rests_on = f"placement {placement.ref}" if placement else f"agreement {line.agreement_ref}"
        first = max(line.first_day, placement.start_on) if placement else line.first_day
        if signed is None:
            yield _about(line, "PLC-2", "warn", "a signature", "none is recorded", 0, rests_on)
        elif signed > first:
            differing = (f"signed by {day(first)}", f"signed on {day(signed)}")
            yield _about(line, "PLC-2", "hold", *differing, line.net, rests_on)


def period(case: Case) -> Iterator[Finding]:
    """PRD-1 where a line crosses 31 March, PRD-2 where its days lie outside those of the document."""
    document = case.document
    for line in document.lines:
        days = whole_days(line)
        if days is None or line.adjustment is not None:
            continue
        if financial_year_name(days[0]) != financial_year_name(days[1]):
            differing = ("days of one financial year", _days(days))
            yield _about(line, "PRD-1", "warn", *differing, 0, _rests_on(line))
        if document.first_day is None or document.last_day is None:
            continue
        if days[0] < document.first_day or days[1] > document.last_day:
            differing = (_days((document.first_day, document.last_day)), _days(days))
            yield _about(line, "PRD-2", "warn", *differing, 0, _rests_on(line))


def _billed_before(line: HeldLine, due: Due) -> Finding:
    other = due.before[0]
    differing = (f"days that invoice {other.number} does not bill", f"{_days((other.first_day, other.last_day))} again")
    return _about(line, "DUP-3", "hold", *differing, line.net - max(due.expected, 0), f"invoice {other.number}")


def _explained(case: Case, line: HeldLine, due: Due) -> Finding:
    """The difference between a line and its charge, by the first of these that explains it."""
    over = line.net - due.expected
    outcome: Outcome = "dispute" if over > 0 else "warn"
    if over > 0 and (away := _days_away(case, line)) is not None:
        differing = ("days on which the placement is live", away)
        return _about(line, "PLC-1", "hold", *differing, over, _rests_on(line))
    expected = due.line
    if expected is not None and expected.unit == line.unit and line.quantity is not None:
        units = _decimal(expected.units)
        same_rate = line.rate is None or abs(Fraction(line.rate) - expected.rate) < 1
        if not same_quantity(line.quantity, units) and same_rate:
            differing = (f"{number(units, 2)} {line.unit}s", f"{number(line.quantity, 2)} {line.unit}s")
            if line.unit == "hour" and over > 0:
                return _about(line, "HRS-1", "hold", *differing, over, _rests_on(line))
            return _about(line, "PRD-1", outcome, *differing, over, _rests_on(line))
        if line.rate is not None and not same_rate:
            differing = (_rate(expected.rate, expected.unit), _rate(Fraction(line.rate), expected.unit))
            return _about(line, "RTE-1", outcome, *differing, over, _rests_on(line))
    owed = pounds(due.expected)
    if due.beside is not None:
        owed = said("%(amount)s beside line %(line)s", amount=owed, line=due.beside)
    return _about(line, "RTE-1", outcome, owed, pounds(line.net), over, _rests_on(line))


def _days_away(case: Case, line: HeldLine) -> str | None:
    """The first billed days on which the placement is not live, in words; None where it is live on all of them."""
    days, placement = whole_days(line), case.placements.get(line.placement_ref or "")
    if days is None or placement is None or line.kind != "attendance":
        return None
    first, last = days
    if placement.withdrawn:
        return f"the placement never held, {_days(days)}"
    if first < placement.start_on:
        return f"not started until {day(placement.start_on)}"
    if placement.end_on is not None and last > placement.end_on:
        return f"left on {day(placement.end_on)}"
    for suspension in placement.suspensions:
        until = suspension.last_day or last
        if suspension.first_day <= last and until >= first and suspension.payable_pct < 100:  # noqa: PLR2004 - per cent
            return f"suspended from {day(suspension.first_day)} at {number(suspension.payable_pct, 2)}%"
    return None


def _about(
    line: HeldLine, code: Code, outcome: Outcome, expected: str, billed: str, money: int, rests_on: str
) -> Finding:
    return Finding(
        code=code,
        line=line.number,
        outcome=outcome,
        expected=expected,
        billed=billed,
        money=money,
        rests_on=rests_on,
    )


def _rests_on(line: HeldLine) -> str:
    return f"placement {line.placement_ref}" if line.placement_ref else f"agreement {line.agreement_ref}"


def _days(days: tuple[date, date]) -> str:
    return f"{day(days[0])} to {day(days[1])}"


def _rate(rate: Fraction, unit: str) -> str:
    return f"{pounds(round(rate))} a {unit}" if unit != "once" else pounds(round(rate))


def _decimal(exact: Fraction) -> Decimal:
    return Decimal(exact.numerator) / Decimal(exact.denominator)
