"""A disclosure as a file that a person keeps: plain text, a page that can be printed, or JSON. All say all of it."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader

from commissioning.charges.histories import Told
from commissioning.charges.periods import month_name, year_name
from commissioning.ledger.money import pounds_text
from commissioning.web.language import N_, _, catalogue, language, ngettext
from commissioning.web.words import FILTERS, day, moment, month, pounds
from exports.records.disclosure import Cost, Disclosure

_WIDTH = 96
_NAMES = 34
FOREWORD = N_(
    "This is everything that the ledger of school places holds about this pupil. The ledger records at which school "
    "the council pays for a place, from when to when, and what it costs. Nothing is left out. What was wrong and was "
    "put right stands here too, with its correction, because the ledger never forgets what it once said."
)
COSTS_FOREWORD = N_(
    "What the place has cost and, in months still to come, is known to cost the council by what is recorded now, "
    "without VAT."
)
ACCOUNTS_FOREWORD = N_("The accounts under which this was recorded, with how many entries each of them made.")


def as_text(disclosure: Disclosure) -> str:
    """The disclosure as plain text, no wider than a page."""
    lines = [
        disclosure.title.upper(),
        disclosure.council,
        _("Made on %(moment)s", moment=moment(disclosure.made_at)),
        "",
        *_wrapped(_(FOREWORD)),
        "",
    ]
    lines += _heading(_("Who the pupil is"))
    lines += [*_facts(disclosure.details), "", _("How this was recorded"), "", *_history(disclosure.history)]
    for placement in disclosure.placements:
        lines += _heading(_("Placement %(ref)s at %(school)s", ref=placement.ref, school=placement.school))
        lines += [*_facts(placement.facts), "", _("How this was recorded"), "", *_history(placement.history)]
        lines += [_("What it costs"), "", *_wrapped(_(COSTS_FOREWORD)), "", *_costs(placement.costs)]
    for one in disclosure.consultations:
        lines += _heading(_("Consultation %(ref)s: a place was looked for", ref=one.ref))
        lines += [*_facts(one.facts), "", _("How this was recorded"), "", *_history(one.history)]
    lines += [*_heading(_("Who recorded it")), *_wrapped(_(ACCOUNTS_FOREWORD)), ""]
    lines += _facts([(account, _entries(count)) for account, count in disclosure.accounts])
    lines += ["", *_wrapped(_evidence(disclosure))]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def as_html(disclosure: Disclosure) -> str:
    """The disclosure as one page of HTML that needs nothing beside it."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(catalogue(), newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    environment.filters.update(FILTERS)
    words = {"foreword": _(FOREWORD), "costs": _(COSTS_FOREWORD), "accounts": _(ACCOUNTS_FOREWORD)}
    years = {placement.ref: by_year(placement.costs) for placement in disclosure.placements}
    template = environment.get_template("disclosure.html")
    return template.render(
        held=disclosure,
        words=words,
        years=years,
        evidence=_evidence(disclosure),
        month_name=month_name,
        lang=language().replace("_", "-"),
    )


def as_json(disclosure: Disclosure) -> str:
    """The disclosure as one JSON document; money is text with two decimals."""
    as_at = disclosure.as_at
    document = {
        "council": disclosure.council,
        "made_at": disclosure.made_at.isoformat(),
        "as_at": {"position": as_at.position, "recorded_at": as_at.recorded_at, "head": as_at.head},
        "pupil": {"details": dict(disclosure.details), "history": [_entry(entry) for entry in disclosure.history]},
        "placements": [
            {
                "placement": placement.ref,
                "school": placement.school,
                "facts": dict(placement.facts),
                "history": [_entry(entry) for entry in placement.history],
                "costs": [
                    {"month": month_name(cost.month), "what": cost.what, "cost": pounds_text(cost.pence)}
                    for cost in placement.costs
                ],
            }
            for placement in disclosure.placements
        ],
        "consultations": [
            {"consultation": one.ref, "facts": dict(one.facts), "history": [_entry(entry) for entry in one.history]}
            for one in disclosure.consultations
        ],
        "accounts": dict(disclosure.accounts),
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


FORMS = {"text": as_text, "html": as_html, "json": as_json}


def by_year(costs: Sequence[Cost]) -> list[tuple[str, list[Cost], int]]:
    """Costs by financial year, `2026/27`, with the pence of the whole year."""
    years = groupby(costs, key=lambda cost: year_name(cost.month))
    listed = [(name, list(found)) for name, found in years]
    return [(name, found, sum(cost.pence for cost in found)) for name, found in listed]


def _evidence(disclosure: Disclosure) -> str:
    as_at = disclosure.as_at
    return _(
        "This rests on the ledger up to entry %(position)s, whose seal is %(head)s. With that number it can later be "
        "proved what the ledger held when this was made.",
        position=as_at.position,
        head=as_at.head,
    )


def _heading(text: str) -> list[str]:
    return ["", text, "=" * len(text), ""]


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


def _facts(facts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Names and values in two columns; a name too long for its column has a line of its own."""
    for name, value in facts:
        lines = textwrap.wrap(value, _WIDTH - _NAMES)
        if len(name) >= _NAMES:
            yield name
            name = ""  # noqa: PLW2901 - said already
        yield from (f"{label:<{_NAMES}}{line}" for label, line in zip_longest([name], lines, fillvalue=""))


def _history(history: Iterable[Told]) -> Iterator[str]:
    for entry in history:
        yield _("%(what)s, true from %(day)s", what=entry.title, day=day(entry.effective_on))
        known = {"moment": moment(entry.recorded_at), "account": entry.account, "position": entry.position}
        recorded = (
            _("Recorded on %(moment)s by %(account)s (entry %(position)s)", **known)
            if entry.corrects is None
            else _(
                "Recorded on %(moment)s by %(account)s (entry %(position)s, correcting entry %(corrected)s)",
                corrected=entry.corrects,
                **known,
            )
        )
        yield f"  {recorded}"
        for change in entry.changes:
            yield from _wrapped(f"{change.what}: {_changed(change.before, change.after)}", "    ")
        yield ""


def _changed(before: str | None, after: str | None) -> str:
    if before is None:
        return str(after)
    return (
        _("no longer %(before)s", before=before)
        if after is None
        else _("%(after)s (before: %(before)s)", after=after, before=before)
    )


def _costs(costs: Sequence[Cost]) -> Iterator[str]:
    if not costs:
        yield _("Nothing.")
        yield ""
    for name, found, total in by_year(costs):
        yield _("Financial year %(year)s", year=name)
        for cost in found:
            yield f"  {month(month_name(cost.month)):<20}{cost.what:<50}{pounds(cost.pence):>16}"
        yield f"  {_('Whole year'):<70}{pounds(total):>16}"
        yield ""


def _entries(count: int) -> str:
    return ngettext("%(num)s entry", "%(num)s entries", count)


def _entry(entry: Told) -> dict[str, Any]:
    return {
        "title": entry.title,
        "position": entry.position,
        "corrects": entry.corrects,
        "effective_on": entry.effective_on.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "account": entry.account,
        "changes": [{"what": change.what, "before": change.before, "after": change.after} for change in entry.changes],
    }
