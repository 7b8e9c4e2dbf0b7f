"""A placement of the invented county with everything that ever happened to it, and how the sheets tell it.

What happened and when it became known are kept apart, so that a fact can be recorded late or wrongly.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from commissioning.demo.agreements import Agreement, CardLine, standing_uplifts
from commissioning.demo.exits import EXITS
from commissioning.demo.notebook import Notebook, Row
from commissioning.demo.prices import band_for, fair_price
from commissioning.demo.pupils import Pupil
from commissioning.demo.timeline import Timeline


@dataclass
class Change:
    """Values of the placement that are new from a day on: agreement, band, setting or phase."""

    effective_on: date
    known_on: date
    values: Row


@dataclass
class Extra:
    """A line of the placement's own beside its education price; `ends_on` is the day a price of 0 ends it."""

    line: CardLine
    effective_on: date | None
    known_on: date
    ends_on: date | None = None


@dataclass
class Placement:
    """One pupil at one school. Days are true; `mistakes` and `mended_on` say what was told wrongly."""

    pupil: Pupil
    agreement: Agreement
    need: str
    demanding: bool
    start_on: date
    known_on: date
    ref: str = ""
    setting: str = "day"
    route: str = "council"
    signed_on: date | None = None
    end_on: date | None = None
    end_reason: str | None = None
    notice_given_on: date | None = None
    end_known_on: date | None = None
    band_lowered: bool = False
    priced: bool = True
    left_behind: bool = False
    withdrawn_on: date | None = None
    mistakes: Row = field(default_factory=dict)
    mended_on: date | None = None
    wrong_end: date | None = None
    wrong_price_until: date | None = None
    price_known_on: date | None = None
    changes: list[Change] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)
    suspensions: list[tuple[date, Row]] = field(default_factory=list)
    funding: list[tuple[date, Row]] = field(default_factory=list)
    story: str | None = None

    @property
    def first_agreement(self) -> Agreement:
        """The agreement it started under: the former one, where it began before its agreement did."""
        former = self.agreement.former
        return former if former and self.start_on < self.agreement.start_on else self.agreement

    @property
    def moves_over(self) -> bool:
        """Whether it lived to be moved from the former agreement to the present one."""
        if self.first_agreement is self.agreement or self.left_behind:
            return False
        return self.end_on is None or self.end_on >= self.agreement.start_on

    @property
    def phase(self) -> str:
        """The phase in which it began."""
        return self.pupil.phase_on(self.start_on)

    @property
    def band(self) -> str | None:
        """The band in which it began, under the agreement in which it began."""
        return band_for(self.first_agreement.model, self.need, self.demanding and not self.band_lowered)


def is_quoted(agreement: Agreement) -> bool:
    """Say whether places under an agreement have a price of their own for education."""
    return agreement.quoted is not None


def record_placement(placement: Placement, timeline: Timeline, notebook: Notebook) -> None:
    """Write a placement with its pupil, versions, end, prices, suspensions and funding."""
    notebook.note(placement.known_on, "Pupils", placement.pupil.row())
    for known_on, shared, version, version_from in _tellings(placement):
        notebook.change(known_on, "Placements", placement.ref, shared, version=version, version_from=version_from)
    if placement.priced:
        for known_on, row in _education(placement, timeline):
            notebook.note(known_on, "Rates", row)
    for known_on, row in _extras(placement):
        notebook.note(known_on, "Rates", row)
    for known_on, row in placement.suspensions:
        notebook.note(max(known_on, placement.known_on), "Suspensions", {"placement_ref": placement.ref, **row})
    for known_on, row in placement.funding:
        notebook.note(max(known_on, placement.known_on), "Funding", {"placement_ref": placement.ref, **row})


def _tellings(placement: Placement) -> Iterator[tuple[date, Row, Row | None, date | None]]:
    """Yield each time the register heard of the placement: what was said and from when it held."""
    truth: Row = {
        "pupil_ref": placement.pupil.ref,
        "need": placement.need,
        "start_on": placement.start_on,
        "end_on": None,
        "exit": None,
        "end_reason": None,
        "notice_given_on": None,
        "signed_on": placement.signed_on,
        "birth_month": f"{placement.pupil.born_on:%Y-%m}",
        "home_area": placement.pupil.home_area,
        "route": placement.route,
        "withdrawn": None,
    }
    first: Row = {
        "agreement_ref": placement.first_agreement.ref,
        "phase": placement.phase,
        "setting": placement.setting,
        "band": placement.band,
    }
    yield placement.known_on, truth | placement.mistakes, first, None
    if placement.mistakes and placement.mended_on:
        yield placement.mended_on, {name: truth[name] for name in placement.mistakes}, None, None
    # In order of effect, so that a version is always built on the one before it.
    for change in sorted([*placement.changes, *_moves_over(placement)], key=lambda each: each.effective_on):
        yield max(change.known_on, placement.known_on), {}, change.values, change.effective_on
    yield from _endings(placement)


def _moves_over(placement: Placement) -> Iterator[Change]:
    if placement.moves_over:
        start_on = placement.agreement.start_on
        band = band_for(placement.agreement.model, placement.need, placement.demanding)
        values: Row = {"agreement_ref": placement.agreement.ref, "band": band}
        yield Change(start_on, start_on - timedelta(days=12), values)


def _endings(placement: Placement) -> Iterator[tuple[date, Row, None, None]]:
    if placement.end_on and placement.end_known_on:
        told: Row = {
            "end_on": placement.wrong_end or placement.end_on,
            "exit": EXITS[placement.end_reason] if placement.end_reason else None,
            "end_reason": placement.end_reason,
            "notice_given_on": placement.notice_given_on,
        }
        yield max(placement.end_known_on, placement.known_on), told, None, None
        if placement.wrong_end and placement.mended_on:
            yield placement.mended_on, {"end_on": placement.end_on}, None, None
    if placement.withdrawn_on:
        yield placement.withdrawn_on, {"withdrawn": "yes"}, None, None


def _education(placement: Placement, timeline: Timeline) -> Iterator[tuple[date, Row]]:
    """Yield the price quoted for the child, its uplifts, and the 0 that ends it where a card takes over."""
    agreement = placement.first_agreement
    if agreement.quoted is None:
        return
    owner: Row = {"placement_ref": placement.ref}
    fair = fair_price(placement.need, placement.phase, placement.demanding)
    line = CardLine("education", fair * agreement.quoted / 100, agreement.unit)
    counted_in = max(placement.start_on, timeline.opened_on) + timedelta(days=30)
    first = line.row(owner, counted_in, None, agreement.uplifts)
    known_on = placement.price_known_on or placement.known_on
    if placement.wrong_price_until:
        yield known_on, first | {"amount": digits_swapped(first["amount"])}
        yield placement.wrong_price_until, first
    else:
        yield known_on, first
    leaves_on = placement.agreement.start_on if placement.moves_over else None
    last_on = leaves_on - timedelta(days=1) if leaves_on else placement.end_on
    since = max(placement.start_on, timeline.opened_on)
    for uplift in standing_uplifts(agreement.uplifts, since, last_on):
        day = uplift.effective_on
        yield max(uplift.known_on, known_on), line.row(owner, day, day, agreement.uplifts)
    if leaves_on and not is_quoted(placement.agreement):
        ended: Row = first | {"amount": Decimal(0), "effective_from": leaves_on}
        yield max(leaves_on - timedelta(days=12), known_on), ended


def digits_swapped(amount: object) -> Decimal:
    """Return an amount as a tired hand types it: two neighbouring digits the wrong way about."""
    digits = str(amount)
    place = next(i for i, (one, other) in enumerate(pairwise(digits)) if other not in {one, "0"})
    return Decimal(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :])


def _extras(placement: Placement) -> Iterator[tuple[date, Row]]:
    owner: Row = {"placement_ref": placement.ref}
    for extra in placement.extras:
        known_on = max(extra.known_on, placement.known_on)
        row = extra.line.row(owner, placement.start_on, extra.effective_on, ())
        yield known_on, row
        if extra.ends_on:
            ended: Row = row | {"amount": Decimal(0), "effective_from": extra.ends_on}
            yield max(extra.ends_on + timedelta(days=9), known_on), ended
