"""Values as people in a council read them: `£1,234.56`, `£54.2m`, `17 May 2026`. Templates use these as filters.

Money comes as whole pence. Nothing here rounds by binary fractions; what is absent is shown as a dash.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache, partial

from babel.core import Locale
from babel.dates import format_date, get_month_names
from babel.numbers import format_decimal, get_group_symbol

from commissioning.ledger.counted import LOCALE
from commissioning.ledger.time import LONDON
from commissioning.web.language import _, language

ABSENT = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"

SHORT_FORMS = (
    (999_500, 1_000_000, 1, "#,##0.0", "m"),
    (99_950, 1_000, 0, "#,##0", "k"),
    (1_000, 1_000, 1, "0.0", "k"),
    (0, 1, 0, "#,##0", ""),
)
"""From how many pounds on, in which unit, with how many decimals; each bound is where rounding carries over."""

# Asked for once and not at every value: a list writes hundreds of days and sums on a page.
_month_names = cache(partial(get_month_names, "wide"))
_GROUP = get_group_symbol(LOCALE)
_PLURAL_FORM = Locale.parse(LOCALE).plural_form

Exact = int | Decimal | Fraction


def pounds(pence: int | None) -> str:
    """Pence as pounds and pence, `£1,234.56`; a true minus sign, which screen readers say."""
    if pence is None:
        return ABSENT
    whole, rest = divmod(abs(pence), 100)
    return f"{_sign(pence)}£{_whole_number(whole)}.{rest:02d}"


def whole_pounds(pence: int | Fraction | None) -> str:
    """Pence, whole or exact, as whole pounds, halves away from zero: `£1,235`."""
    if pence is None:
        return ABSENT
    amount = _rounded(abs(Fraction(pence)) / 100, 0)
    return f"{_sign(pence) if amount else ''}£{format_decimal(amount, locale=LOCALE)}"


def short_pounds(pence: int | None) -> str:
    """Pence as a figure for a tile or an axis: `£54.0m`, `£67.5k`, `£400k`, `£850`."""
    if pence is None:
        return ABSENT
    size = Fraction(abs(pence), 100)
    text = next(
        f"{format_decimal(_rounded(size / unit, places), format=form, locale=LOCALE)}{suffix}"
        for least, unit, places, form, suffix in SHORT_FORMS
        if size >= least
    )
    return f"{_sign(pence) if text != '0' else ''}£{text}"


def percent(value: Exact | None, places: int = 1) -> str:
    """A number of per cent, `5.5` as `5.5%`; without a decimal where there is none."""
    return ABSENT if value is None else f"{number(value, places)}%"


def share(value: Exact | None, places: int = 1) -> str:
    """A part of one, `0.055` as `5.5%`."""
    return ABSENT if value is None else percent(Fraction(value) * 100, places)


def number(value: Exact | None, places: int = 1) -> str:
    """A number with thousands marked and at most `places` decimals: `1,234.5`, `1,234`."""
    if value is None:
        return ABSENT
    text = _grouped(abs(Fraction(value)), places)
    return f"{MINUS if value < 0 and text != '0' else ''}{text}"


def with_decimals(value: Exact | None, places: int) -> str:
    """A number with thousands marked and all of its decimals, so that a column of them lines up: `1,234.50`."""
    if value is None:
        return ABSENT
    amount = _rounded(abs(Fraction(value)), places)
    text = format_decimal(amount, format=f"#,##0.{'0' * places}", locale=LOCALE)
    return f"{MINUS if value < 0 and amount else ''}{text}"


def how_many(count: int, one: str, more: str) -> str:
    """A count with its noun, in the form that the language has for it: `1 row`, `1,234 rows`."""
    noun = one if _PLURAL_FORM(count) == "one" else more
    return f"{number(count)} {noun}"


def day(value: date | None) -> str:
    """A day as `17 May 2026`; of an instant, its day in London."""
    if value is None:
        return ABSENT
    there = _in_london(value)
    return f"{there.day} {_month_names(locale=language())[there.month]} {there.year}"


def moment(value: datetime | None) -> str:
    """An aware instant as London's clocks showed it: `17 May 2026 at 16:02`."""
    if value is None:
        return ABSENT
    return _("%(day)s at %(time)s", day=day(value), time=f"{value.astimezone(LONDON):%H:%M}")


def month(value: date | str | None) -> str:
    """A day or a key such as `2026-04` as `April 2026`."""
    if value is None:
        return ABSENT
    if isinstance(value, str):
        value = date.fromisoformat(f"{value}-01")
    return format_date(_in_london(value), "MMMM yyyy", locale=language())


def short_month(value: date | str | None) -> str:
    """A day or a key such as `2026-04` as `Apr 26`, for axes."""
    if value is None:
        return ABSENT
    if isinstance(value, str):
        value = date.fromisoformat(f"{value}-01")
    return format_date(_in_london(value), "MMM yy", locale=language())


def iso_day(value: date | None) -> str:
    """A day as date fields of forms want it, `2026-05-17`; of an instant, its day in London."""
    return "" if value is None else _in_london(value).isoformat()[:10]


FILTERS = {
    made.__name__: made
    for made in (
        pounds,
        whole_pounds,
        short_pounds,
        percent,
        share,
        number,
        day,
        moment,
        month,
        short_month,
        iso_day,
    )
}


def _whole_number(value: int) -> str:
    return f"{value:,}".replace(",", _GROUP)


def _sign(value: int | Fraction) -> str:
    return MINUS if value < 0 else ""


def _rounded(value: Fraction, places: int) -> Decimal:
    """The value at `places` decimals, halves away from zero, exactly."""
    scaled = value * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-places)


def _grouped(value: Fraction, places: int) -> str:
    """A value of zero or more with thousands marked and no trailing zeros."""
    amount = _rounded(value, places)
    if amount == amount.to_integral_value(ROUND_HALF_UP):
        amount = amount.to_integral_value(ROUND_HALF_UP)
    return format_decimal(amount, format="#,##0.######", locale=LOCALE)


def _in_london(value: date) -> date:
    return value.astimezone(LONDON).date() if isinstance(value, datetime) else value
