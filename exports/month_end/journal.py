"""What a close posts, and what is committed, as journals for the finance system: coded lines that balance to the penny.

The codes are the council's own, dated, and mapped to models and components. A line without one is named, not guessed.
"""

from collections import Counter, defaultdict
from datetime import date
from typing import Any

from commissioning.charges import figures
from commissioning.charges.periods import Period, month_days, month_name
from commissioning.charges.queries import Filters
from commissioning.charges.words import value_in_words
from commissioning.finance.coding import Coding, code_for
from commissioning.finance.queries import ClosedMonth, closed_months, coding_of
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.said import said
from commissioning.web.language import N_, _
from commissioning.web.words import month as month_words
from exports.result import Column, Result, Value
from exports.schools_named import schools_named

COLUMNS = (
    Column("status_code", "text", "Status code", N_("NEW: a line that the finance system has not seen."), fixed=True),
    Column(
        "effective_date",
        "day",
        "Effective date of transaction",
        N_("The last day of the month that was closed."),
        fixed=True,
    ),
    Column("journal_source", "text", "Journal source", fixed=True),
    Column("journal_category", "text", "Journal category", fixed=True),
    Column("currency_code", "text", "Currency code", fixed=True),
    Column(
        "actual_flag",
        "text",
        "Actual flag",
        N_("A: actual figures. E: an encumbrance, committed and not spent yet."),
        fixed=True,
    ),
    Column(
        "account",
        "text",
        "Account combination",
        N_("The code mapped to model and component, segments and all."),
        fixed=True,
    ),
    Column("entered_debit", "money", "Entered debit amount", fixed=True),
    Column("entered_credit", "money", "Entered credit amount", fixed=True),
    Column("journal_entry_name", "text", "Journal entry name", fixed=True),
    Column("line_description", "text", "Line description", fixed=True),
)
LAYOUT = N_(
    "Draft layout: the columns of Oracle Fusion's journal import, by their names; the template of your release may "
    "have them in another order."
)
COMMITMENTS = "commitments"
Key = tuple[str, str]
"""A model and a component."""


@schools_named
async def journal(reader: Reader, as_at: AsAt, period: Period, filters: Filters, month: int | None) -> Result:
    """The journal of one close, by default the last of the period: debits for what is charged, one credit for all."""
    closes = await closed_months(reader, as_at.position)
    close = _chosen(closes, period, month)
    coding = await coding_of(reader, as_at.position)
    posted = await _posted(reader, closes[: closes.index(close) + 1], filters)
    day = month_days(close.month)[1]
    lines = [_line(key, pence, coding, day) for key, pence in sorted(posted.items()) if pence]
    unmapped = sorted(_in_words(key) for key in posted if _code(coding, key, day) is None)
    balance = sum(posted.values())
    rows = [*lines, _row(day, coding.balance_on(day), -balance, _("Balance of the journal"))] if lines else []
    name = month_name(close.month)
    notes = [_(LAYOUT)]
    if unmapped:
        notes.append(_("No code is mapped to: %(codes)s.", codes="; ".join(unmapped)))
    if rows and coding.balance_on(day) is None:
        notes.append(_("No code is mapped to the balance."))
    debit, credit = (sum(int(str(row[place])) for row in rows) for place in (7, 8))
    return Result(
        "journal", _("Journal of %(month)s", month=month_words(name)), as_at, period, filters, COLUMNS, tuple(rows),
        {"entered_debit": debit, "entered_credit": credit}, tuple(notes), {"month": name}, draft=True,
    )  # fmt: skip


@schools_named
async def journal_of_commitments(reader: Reader, as_at: AsAt, period: Period, filters: Filters, day: date) -> Result:
    """What is committed for the months to come, month by month: a debit for each code, and one credit for all."""
    coding = await coding_of(reader, as_at.position)
    months: dict[int, Counter[Key]] = defaultdict(Counter)
    for item in await figures.sums(reader, ("model", "component"), period, as_at.position, filters):
        if month_days(item.month)[1] >= day:
            months[item.month][item.group[0], item.group[1]] += item.cost
    rows: list[tuple[Value, ...]] = []
    unmapped: set[str] = set()
    for month, pence in sorted(months.items()):
        last = month_days(month)[1]
        rows += [_line(key, amount, coding, last, "E") for key, amount in sorted(pence.items()) if amount]
        rows.append(_row(last, coding.balance_on(last), -pence.total(), _("Balance of the month"), "E"))
        unmapped |= {_in_words(key) for key in pence if _code(coding, key, last) is None}
    if any(coding.balance_on(month_days(month)[1]) is None for month in months):
        unmapped.add(_("the balance"))
    missing = [_("No code is mapped to: %(codes)s.", codes="; ".join(sorted(unmapped)))] if unmapped else []
    notes = (_(LAYOUT), *missing)
    debit, credit = (sum(int(str(row[place])) for row in rows) for place in (7, 8))
    return Result(
        "journal", _("Journal of commitments"), as_at, period, filters, COLUMNS, tuple(rows),
        {"entered_debit": debit, "entered_credit": credit}, notes, {"of": COMMITMENTS, "day": day.isoformat()},
        draft=True,
    )  # fmt: skip


def _chosen(closes: list[ClosedMonth], period: Period, month: int | None) -> ClosedMonth:
    within = [close for close in closes if close.month in set(period.months())]
    found = [close for close in closes if close.month == month] if month else within[-1:]
    if not found:
        message = (
            said("%(month)s is not closed.", month=month_name(month))
            if month
            else said("No month of %(period)s is closed.", period=period.in_words())
        )
        raise Refused(Fault("not-closed", message, "journal", mend="Close it first."))
    return found[0]


async def _posted(reader: Reader, closes: list[ClosedMonth], filters: Filters) -> Counter[Key]:
    """What the last of the closes posts by model and component: its month, and what moved on those before it."""
    period = Period(month_days(closes[0].month)[0], month_days(closes[-1].month)[1])
    posted: Counter[Key] = Counter()
    for close, sign in ((closes[-1], 1), *((one, -1) for one in closes[-2:-1])):
        upto = close.month
        for item in await figures.sums(reader, ("model", "component"), period, close.position, filters):
            if item.month <= upto:
                posted[item.group[0], item.group[1]] += sign * item.cost
    return posted


def _code(coding: Coding, key: Key, day: date) -> str | None:
    return code_for(coding, key[0], key[1], day)


def _line(key: Key, pence: int, coding: Coding, day: date, flag: str = "A") -> tuple[Value, ...]:
    return _row(day, _code(coding, key, day), pence, _in_words(key), flag)


def _in_words(key: Key) -> str:
    """The model and the component as people call them."""
    model, component = key
    return f"{value_in_words('model', model)}, {value_in_words('component', component).lower()}"


def _row(day: date, code: str | None, pence: int, words: str, flag: str = "A") -> tuple[Any, ...]:
    debit, credit = (pence, 0) if pence >= 0 else (0, -pence)
    name = f"Placements {day:%Y-%m}"
    return ("NEW", day.isoformat(), "Commissioning", "Placements", "GBP", flag, code, debit, credit, name, words)
