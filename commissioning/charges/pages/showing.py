"""How the pages of placements, agreements and schools show what they share: tags, prices, charts, histories."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from commissioning.charges.commitments import Commitment
from commissioning.charges.histories import Told
from commissioning.charges.known import agreements_as_at
from commissioning.charges.known import school_names as school_names_as_at
from commissioning.charges.pages.asked import Asked
from commissioning.charges.periods import Period, month_days, month_name
from commissioning.placements.facts import Review
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.language import N_, Tags, _
from commissioning.web.words import number, pounds, short_month, whole_pounds
from contracts import words
from contracts.queries import all_agreements
from contracts.rates import RateLine
from providers.queries import all_providers
from providers.words import told_apart

TAGS = Tags(
    {
        "live": (N_("Live"), "green"),
        "future": (N_("Not begun yet"), "blue"),
        "ended": (N_("Ended"), "grey"),
        "withdrawn": (N_("Withdrawn"), "red"),
    }
)
SHORT_HISTORY = 20


def tag_of(state: str) -> dict[str, str]:
    """A state as a tag."""
    text, colour = TAGS[state]
    return {"tag": text, "colour": colour}


def review_tag(review: Review, day: date, *, scheduled: bool, live: bool) -> dict[str, str]:
    """How a review stands on a day, as a tag; `scheduled` is false of one that only the rules ask for."""
    if review.concluded_on is not None:
        return {"tag": _("Concluded"), "colour": "green"}
    if review.held_on is not None:
        return {"tag": _("Held, not concluded"), "colour": "blue"}
    if not live:
        return {"tag": _("Not held"), "colour": "grey"}
    if review.due_on < day:
        return {"tag": _("Overdue"), "colour": "red"}
    return {"tag": _("Due"), "colour": "yellow"} if scheduled else {"tag": _("Not scheduled yet"), "colour": "grey"}


def select(name: str, label: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """A select of a filter form."""
    return {"name": name, "label": label, "kind": "select", "options": list(labels.items())}


async def school_names(question: Asked) -> dict[str, str]:
    """The schools known by the as-at, for a select of a filter form: now from the read table, then from the log."""
    if question.as_at.latest:
        return told_apart(await all_providers(question.reader))
    return await school_names_as_at(question.reader, question.as_at.position)


async def agreement_refs(question: Asked) -> dict[str, str]:
    """The agreements known by the as-at, for a select of a filter form."""
    if question.as_at.latest:
        return {one.ref: one.ref for one in await all_agreements(question.reader)}
    return {ref: ref for ref in sorted(await agreements_as_at(question.reader, question.as_at.position))}


def price_rows(lines: Iterable[RateLine], start: date, source: object, *, tiered: bool) -> list[dict[str, Any]]:
    """Rate lines as rows of a table, with where they come from; `tiered` says that discounts are agreed at all."""
    return [
        {
            "component": words.COMPONENTS[line.component],
            "applies": words.applies_to(line),
            "price": words.price(line),
            "since": words.line_day(line, start),
            "flags": words.flags(line, tiered=tiered) or None,
            "source": source,
        }
        for line in sorted(lines, key=lambda line: (line.component, line.band or "", line.setting or ""))
    ]


def history_entries(asked: Asked, entries: Sequence[Told], deltas: Mapping[int, int]) -> dict[str, Any]:
    """A history as the timeline shows it: the newest few, or all by `?history=all`."""
    whole = asked.here.first("history") == "all"
    shown = entries if whole else entries[:SHORT_HISTORY]
    return {
        "events": [_entry(asked, entry, deltas.get(entry.position)) for entry in shown],
        "all": len(entries),
        "more": None if len(shown) == len(entries) else asked.here.with_values({"history": "all"}) + "#history",
    }


def _entry(asked: Asked, entry: Told, delta: int | None) -> dict[str, Any]:
    parts = []
    if delta:
        period, much = asked.period.in_words(), pounds(abs(delta))
        raised = _("This raised the cost of %(period)s by %(much)s.", period=period, much=much)
        lowered = _("This lowered the cost of %(period)s by %(much)s.", period=period, much=much)
        parts.append(raised if delta > 0 else lowered)
    if entry.more:
        parts.append(_("%(count)s more changes are not listed here.", count=number(entry.more)))
    if entry.corrects is not None:
        parts.append(_("It corrects position %(position)s.", position=number(entry.corrects)))
    if not entry.changes:
        parts.append(_("Nothing that this page shows was changed by it."))
    return {
        "title": entry.title,
        "at": entry.recorded_at,
        "by": asked.names.get(entry.account, entry.account),
        "effective_on": entry.effective_on,
        "position": entry.position,
        "receipt": asked.link("events", entry.position),
        "text": " ".join(parts),
        "changes": [
            {"what": change.what, "from": change.before, "to": change.after if change.after is not None else _("none")}
            for change in entry.changes
        ],
    }


def component_chart(period: Period, cells: Mapping[str, Mapping[int, int]]) -> ChartSpec | None:
    """A placement's cost by month, stacked by component; None where there is none."""
    if not cells:
        return None
    months = period.months()
    totals = {month: sum(row.get(month, 0) for row in cells.values()) for month in months}
    dearest = max(totals, key=lambda month: totals[month])
    whole = sum(totals.values())
    sentence = _(
        "%(whole)s in %(period)s; the dearest month is %(month)s at %(cost)s.",
        whole=whole_pounds(whole),
        period=period.in_words(),
        month=short_month(month_name(dearest)),
        cost=whole_pounds(totals[dearest]),
    )
    return ChartSpec(
        "stacked_bars" if len(cells) > 1 else "grouped_bars",
        _("Cost by month"),
        sentence,
        tuple(short_month(month_name(month)) for month in months),
        tuple(Series(name, tuple(row.get(month, 0) for month in months)) for name, row in sorted(cells.items())),
    )


def commitment_chart(period: Period, months: Mapping[int, Commitment]) -> ChartSpec | None:
    """Filled and empty committed places by month, as averages over the days; None where nothing is committed."""
    known = [(month, held) for month in period.months() if (held := months.get(month)) and held.committed]
    if not known:
        return None
    empty = sum(held.empty for _, held in known)
    committed = sum(held.committed for _, held in known)
    parts = ("filled", "in_notice", "empty")
    names = {"filled": _("Filled"), "in_notice": _("Held by leavers in notice"), "empty": _("Empty")}
    lengths = {month: Fraction((last - first).days + 1) for month, _ in known for first, last in [month_days(month)]}
    sentence = (
        _("Every committed place is filled or held by a leaver in notice all year.")
        if not empty
        else _(
            "%(empty)s of %(committed)s committed place-days in %(period)s stand empty.",
            empty=number(empty),
            committed=number(committed),
            period=period.in_words(),
        )
    )
    return ChartSpec(
        "stacked_bars",
        _("Committed places by month"),
        sentence,
        tuple(short_month(month_name(month)) for month, _ in known),
        tuple(
            Series(names[part], tuple(getattr(held, part) / lengths[month] for month, held in known)) for part in parts
        ),
        unit="number",
    )
