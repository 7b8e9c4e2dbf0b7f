"""`/exceptions`: the queue of what needs a person, as a list; each thing with its one next step, where it is mended."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from aiohttp import web

from commissioning.charges.pages.asked import FILTERS, Asked, one_of
from commissioning.charges.pages.lists import Column, ListOf, Window, list_page, window_on
from commissioning.charges.pages.lists import Found as FoundRows
from commissioning.charges.pages.showing import school_names, select
from commissioning.placements.policy import may_record_placements
from commissioning.web.language import N_, Labels, Tags, _
from commissioning.web.words import number, whole_pounds
from contracts.words import MODELS
from exports.oversight.exceptions import ABOUT, KINDS, TITLES, About, ExceptionKind, Found, find_exceptions
from exports.oversight.mine import mine

STEPS = Tags(
    {
        "unpriced": (N_("Agree a price"), "/placements/{ref}/change/price"),
        "unpriced:outside_agreement": (N_("Move it"), "/placements/{ref}/change/move"),
        "unpriced:calendar": (N_("See the calendar"), "/calendars"),
        "agreement_ended": (N_("Move it"), "/placements/{ref}/change/move"),
        "never_signed": (N_("Record the signature"), "/placements/{ref}/change/signature"),
        "agreement_ending": (N_("Extend it"), "/agreements/{ref}/change/extension"),
        "empty_places": (N_("See who would fit"), "/voids?agreement={ref}"),
        "review_overdue": (N_("See the review"), "/placements/{ref}/reviews/{reason}/{since}"),
        "inspection": (N_("See who is there"), "/schools/{ref}"),
        "document_run_out": (N_("See the document"), "/schools/{ref}"),
        "action_overdue": (N_("See the action"), "/schools/{ref}"),
        "uplift_waiting": (N_("Decide it"), "/uplifts/requests/{ref}"),
        "invoice_held": (N_("See the invoice"), "/invoices/{ref}"),
        "credit_drafted": (N_("Ask for it"), "/invoices/credits/{ref}/send"),
    }
)
"""The next step of each kind, `kind:reason` where the reason makes it another, and where it is taken."""
SEE: Mapping[str, str] = Labels(
    {
        "placements": N_("See the placement"),
        "agreements": N_("See the agreement"),
        "schools": N_("See the school"),
        "uplifts/requests": N_("See the request"),
        "invoices": N_("See the invoice"),
        "invoices/credits": N_("See the credit"),
    }
)
"""Where whoever may not take a step is led instead, by what the thing is about."""
_AT_SCHOOLS = ("document_run_out", "action_overdue")
_COUNTED: Mapping[About, tuple[str, str]] = {
    "placements": (N_("%(count)s placement"), N_("%(count)s placements")),
    "agreements": (N_("%(count)s agreement"), N_("%(count)s agreements")),
    "schools": (N_("%(count)s school"), N_("%(count)s schools")),
    "uplifts/requests": (N_("%(count)s request"), N_("%(count)s requests")),
    "invoices": (N_("%(count)s invoice"), N_("%(count)s invoices")),
    "invoices/credits": (N_("%(count)s credit"), N_("%(count)s credits")),
}
_PHRASES: Mapping[ExceptionKind, str] = {
    "unpriced": N_("%(things)s, money not known until a price holds"),
    "agreement_ended": N_("%(things)s, money not known until a price holds"),
    "never_signed": N_("%(things)s, %(money)s this year"),
    "agreement_ending": N_("%(things)s, %(money)s this year"),
    "empty_places": N_("%(money)s lost so far at %(things)s"),
    "review_overdue": N_("%(things)s, %(money)s this year"),
    "inspection": N_("%(things)s, %(money)s of live places this year"),
    "document_run_out": N_("%(count)s at %(things)s"),
    "action_overdue": N_("%(count)s at %(things)s"),
    "uplift_waiting": N_("%(things)s, %(money)s billed"),
    "invoice_held": N_("%(things)s, %(money)s billed"),
    "credit_drafted": N_("%(things)s, %(money)s to be given back"),
}
_SOMETIMES_PRICED = ("uplift_waiting", "invoice_held", "credit_drafted")
WHOSE = Labels({"mine": N_("Mine: of placements whose case officer I am")})


async def exceptions_page(request: web.Request) -> web.Response:
    """The page; `?format=` gives the list as a file."""
    return await list_page(request, EXCEPTION_LIST)


async def _find(question: Asked, window: Window) -> FoundRows:
    kinds = [one_of("kind", kind, KINDS) for kind in question.here.all("kind")]
    everything = await find_exceptions(question.reader, question.as_at, question.period, question.filters, question.day)
    everything = await of_whom(question, everything)
    rows = [row_of(question, one) for one in everything if not kinds or one.kind in kinds]
    found = window_on(rows, window, _sortable)
    return replace(found, beside={"groups": groups(question, everything)})


async def of_whom(question: Asked, found: Sequence[Found]) -> list[Found]:
    """Of what was found, with `whose=mine` what is of placements whose case officer the reader is; else all."""
    if not one_of("whose", question.here.first("whose"), ("", *WHOSE)):
        return list(found)
    own = await mine(question.reader, question.as_at, question.day, question.actor.account)
    return [one for one in found if own.holds(one)]


def _sortable(row: dict[str, Any], order: str) -> Any:
    """The queue stands kind by kind, in each the dearest or longest first, unless another order is asked for."""
    return KINDS.index(row["kind"]) if order == "kind" else row[order]


def row_of(question: Asked, one: Found) -> dict[str, Any]:
    """One thing for a person as a row: what it is, since when, the money at stake and the next step."""
    return {
        "kind": one.kind,
        "kind_words": TITLES[one.kind],
        "reference": one.reference,
        "link": {
            "text": one.called or one.reference.replace("|", ", "),
            "href": question.link(*ABOUT[one.kind].split("/"), one.reference),
        },
        "what": one.what,
        "thing": {"text": TITLES[one.kind], "note": one.what},
        "since": one.since,
        "money": one.money,
        "cure": one.cure,
        "next": step_of(question, one),
    }


def step_of(question: Asked, one: Found) -> dict[str, str]:
    """The one next step. Whoever may change nothing, or looks at the past, is led to the record."""
    text, path = STEPS.get(f"{one.kind}:{one.reason}") or STEPS[one.kind]
    if "/change/" in path and not (question.as_at.latest and may_record_placements(question.actor)):
        page = ABOUT[one.kind]
        return {"text": SEE[page], "href": question.link(page, one.reference)}
    way = path.format(ref=quote(one.reference, safe=""), reason=one.reason, since=one.since.isoformat())
    if "/change/" in path:
        return {"text": text, "href": way}
    return {"text": text, "href": question.here.beside(way)}


def groups(question: Asked, found: Sequence[Found]) -> list[dict[str, Any]]:
    """The kinds of which something was found, in their order, with their count and money."""
    return [_group(question, kind, those) for kind in KINDS if (those := [one for one in found if one.kind == kind])]


def _group(question: Asked, kind: ExceptionKind, found: Sequence[Found]) -> dict[str, Any]:
    known = [one.money for one in found if one.money is not None]
    return {
        "kind": kind,
        "title": {"text": TITLES[kind], "href": question.link("exceptions", kind=kind)},
        "count": len(found),
        "money": sum(known) if known else None,
        "oldest": min(one.since for one in found),
        "words": _words(kind, found),
    }


def _words(kind: ExceptionKind, found: Sequence[Found]) -> str:
    """Count and money of a kind in a phrase."""
    money = sum(one.money or 0 for one in found)
    about = len({one.reference for one in found})
    things = _things(ABOUT[kind], about if kind in ("empty_places", "inspection", *_AT_SCHOOLS) else len(found), about)
    if kind in _SOMETIMES_PRICED and not money:
        return things
    return _(_PHRASES[kind], money=whole_pounds(money), things=things, count=number(len(found)))


def _things(about: About, count: int, different: int) -> str:
    """So many things of a kind, in the form of the word that goes with how many different ones there are."""
    one, more = _COUNTED[about]
    return _(one if different == 1 else more, count=number(count))


async def _fields(question: Asked, _found: FoundRows) -> list[dict[str, Any]]:
    return [
        select("kind", _("What"), TITLES),
        select("whose", _("Whose"), WHOSE),
        select("provider", _("School"), await school_names(question)),
        select("model", _("Model"), MODELS),
    ]


EXCEPTION_LIST = ListOf(
    name="exceptions",
    columns=(
        Column("kind", heading=N_("What"), shown="thing", sort="kind"),
        Column("reference", heading=N_("Where"), shown="link", sort="reference", keys=True),
        Column("what"),
        Column("since", "day", N_("Since"), sort="since"),
        Column(
            "money", "money", N_("Money at stake"), sort="money", summed=False
        ),  # two kinds may speak of one placement
        Column("next", heading=N_("Next step"), filed=False),
        Column("cure"),
    ),
    filters=("kind", "whose", *FILTERS),
    order="kind",
    nothing=N_("Nothing that matches these filters needs a person."),
    template="exports/exceptions.html",
    find=_find,
    fields=_fields,
    codes={"kind": TITLES, "whose": WHOSE},
)
