"""Everything the ledger holds about one pupil, opened and in words, for a subject access request.

A parent or their solicitor reads it. So nothing is left out or summed up: who the pupil is, every placement with all
that was ever recorded of it, what it cost month by month, and who recorded what when.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from commissioning.accounts.names import names_of_accounts
from commissioning.charges import figures
from commissioning.charges.facts_in_words import Facts, placement_facts, review_facts, suspension
from commissioning.charges.histories import Told, newest_first, told
from commissioning.charges.periods import Period, month_days
from commissioning.charges.queries import Filters
from commissioning.charges.words import KINDS
from commissioning.consultations.consultation import CONSULTATIONS, Consultation
from commissioning.consultations.in_words import consultation_facts
from commissioning.consultations.queries import ConsultationFilter, ConsultationSummary, consultations
from commissioning.consultations.words import EVENT_TITLES as CONSULTATION_TITLES
from commissioning.ledger.errors import Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.time import london_day
from commissioning.ledger.vault.vault import Vault
from commissioning.placements.erasing import nobody_found
from commissioning.placements.facts import Suspension
from commissioning.placements.placement import PLACEMENTS, Placement
from commissioning.placements.pupil import PUPILS, Pupil
from commissioning.placements.queries import Page, PlacementFilter, history_of_reviews, list_placements
from commissioning.placements.review import REVIEWS
from commissioning.placements.words import EVENT_TITLES, PUPIL_EVENT_TITLES, PUPIL_FIELDS, REVIEW_EVENT_TITLES
from commissioning.web.language import N_, _
from commissioning.web.words import day, month, pounds
from contracts.queries import agreement_as_at
from contracts.words import COMPONENTS
from invoices.held import HeldLine
from invoices.invoice import Invoice
from invoices.looking_up import SEALED_TEXT
from invoices.queries import invoices_naming
from invoices.query_words import QUERY_WORDS
from providers.queries import provider_as_at

CANNOT_BE_OPENED = N_("Recorded, but it cannot be opened")
_ALL = Page(1, 10_000)


@dataclass(frozen=True, slots=True)
class Cost:
    """Pence of one month (`202604`) for one component and kind of charge, both in words."""

    month: int
    what: str
    pence: int


@dataclass(frozen=True, slots=True)
class DisclosedPlacement:
    """One placement: what holds of it now, what was recorded of it in order, and what it costs by month."""

    ref: str
    school: str
    facts: tuple[tuple[str, str], ...]
    history: tuple[Told, ...]
    costs: tuple[Cost, ...]


@dataclass(frozen=True, slots=True)
class DisclosedConsultation:
    """One search for a place: what holds of it now, with every school's words, and what was recorded in order."""

    ref: str
    facts: tuple[tuple[str, str], ...]
    history: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Everything held about one pupil as at a position. `accounts` tells who recorded how many of the entries."""

    council: str
    made_at: datetime
    as_at: AsAt
    details: tuple[tuple[str, str], ...]
    history: tuple[Told, ...]
    placements: tuple[DisclosedPlacement, ...]
    consultations: tuple[DisclosedConsultation, ...]
    accounts: tuple[tuple[str, int], ...]

    @property
    def title(self) -> str:
        """What the document is called: by the pupil's name, where one is recorded."""
        name = dict(self.details).get(PUPIL_FIELDS["name"])
        return _("Everything held about %(name)s", name=name) if name else _("Everything held about a pupil")


async def disclose(reader: Reader, vault: Vault, reference: str, council: str, made_at: datetime) -> Disclosure:
    """Everything held now about the pupil of a reference; `Refused` where the reference finds nobody."""
    key = vault.pupil_of(reference)
    as_at = await reader.as_at()
    recorded = [] if key is None else await reader.history(PUPILS.stream(key), as_at.position)
    pupil = PUPILS.fold(entry.event for entry in recorded)
    if key is None or pupil is None:
        raise nobody_found()
    opened, today = _Opened(vault, key), london_day(made_at)
    names = await names_of_accounts(reader, vault)
    history = _named(names, _in_order(told(recorded, PUPILS, opened.details, PUPIL_EVENT_TITLES, most=None)))
    found = await list_placements(reader, PlacementFilter(pupil=key), _ALL)
    placements = [await _placement(reader, as_at, listed.ref, opened, today) for listed in found.rows]
    placements = [replace(one, history=_named(names, one.history)) for one in placements]
    placements.sort(key=lambda placement: (placement.history[0].effective_on, placement.ref))
    consulted = [await _consultation(reader, as_at, opened, one.ref) for one in await _searches(reader, as_at, key)]
    consulted = [replace(one, history=_named(names, one.history)) for one in consulted]
    histories = [history, *(one.history for one in placements), *(one.history for one in consulted)]
    entries = [entry for told_of in histories for entry in told_of]
    return Disclosure(
        council,
        made_at,
        as_at,
        _held(opened.details(pupil, today)),
        history,
        tuple(placements),
        tuple(consulted),
        tuple(sorted(Counter(entry.account for entry in entries).items())),
    )


def _named(names: Mapping[str, str], history: Iterable[Told]) -> tuple[Told, ...]:
    """A history with the names of those who recorded it in place of their accounts' keys."""
    return tuple(replace(entry, account=names.get(entry.account, entry.account)) for entry in history)


class _Opened:
    """One pupil's records with what is sealed in them opened."""

    def __init__(self, vault: Vault, key: str) -> None:
        self._vault = vault
        self._key = key

    def details(self, pupil: Pupil, _on: date) -> Facts:
        """What names the pupil."""
        sealed = pupil.sealed
        return {name: self._words(field, sealed[field]) for field, name in PUPIL_FIELDS.items() if field in sealed}

    def placement(self, placement: Placement, on: date) -> Facts:
        """A placement as it stands on a day, with its reasons."""
        facts = dict(placement_facts(placement, on))
        facts[_("Month of birth")] = placement.birth_month and month(placement.birth_month)
        if placement.end_reason:
            facts[_("More about the end")] = self._words("end_reason", placement.end_reason)
        for one in placement.suspensions:
            facts[_("Suspension from %(day)s", day=day(one.first_day))] = self._suspension(one)
        for one in placement.withdrawn_suspensions:
            facts[_("Suspension from %(day)s that never was", day=day(one.first_day))] = self._suspension(one)
        return facts

    def consultation(self, known: Consultation, on: date) -> Facts:
        """A consultation with what schools said, and why it was closed, in words."""
        facts = dict(consultation_facts(known, on))
        for one in known.schools:
            if one.words:
                facts[_("School %(urn)s in its words", urn=one.urn)] = self._words(f"decline {one.urn}", one.words)
        if known.closed and known.closed.words:
            facts[_("Closed, in words")] = self._words("closing", known.closed.words)
        return facts

    def _suspension(self, held: Suspension) -> str:
        words = suspension(held)
        return (
            _("%(suspension)s. Reason: %(reason)s", suspension=words, reason=self._words("suspension", held.reason))
            if held.reason
            else words
        )

    def billed(self, line: HeldLine) -> str:
        """What a school billed for the pupil, with the words of its line."""
        component = COMPONENTS[line.component] if line.component else _("Not said what for")
        billed = _("%(component)s, %(net)s without VAT", component=component, net=pounds(line.net))
        return f"{billed}: {self._words(SEALED_TEXT, line.sealed_text)}" if line.sealed_text else billed

    def queried(self, invoice: Invoice, name: str) -> dict[str, str]:
        """What the council and the school wrote to each other about the pupil's days on an invoice."""
        return {
            _written_by_whom(name, query.number, number, by_school=one.by_school): self._words(QUERY_WORDS, one.words)
            for query in invoice.queries
            for number, one in enumerate(query.written, 1)
            if one.holder == self._key
        }

    def _words(self, field: str, sealed: str) -> str:
        try:
            text = self._vault.open(self._key, field, sealed)
        except Refused:
            return _(CANNOT_BE_OPENED)
        return day(date.fromisoformat(text)) if field == "date_of_birth" else text


def _written_by_whom(invoice: str, query: int, number: int, *, by_school: bool) -> str:
    """What some words of a query are called: of which invoice and query and by whom, counted from 1."""
    told = {"invoice": invoice, "query": query, "number": number}
    if by_school:
        return _("Written about %(invoice)s, query %(query)s, by the school, %(number)s", **told)
    return _("Written about %(invoice)s, query %(query)s, by the council, %(number)s", **told)


async def _placement(reader: Reader, as_at: AsAt, ref: str, opened: _Opened, today: date) -> DisclosedPlacement:
    recorded = await reader.history(PLACEMENTS.stream(ref), as_at.position)
    placement = PLACEMENTS.fold(entry.event for entry in recorded)
    assert placement is not None  # noqa: S101 - it is listed, so it was started
    on = max(min(today, placement.end_on or today), placement.start_on)
    reviewed = await history_of_reviews(reader, ref, as_at.position)
    reviews = REVIEWS.fold(entry.event for entry in reviewed)
    return DisclosedPlacement(
        ref,
        await _school(reader, as_at, placement),
        _held(
            {
                **opened.placement(placement, on),
                **(review_facts(reviews, on) if reviews else {}),
                **await _billed(reader, as_at, ref, opened),
            }
        ),
        _in_order(
            newest_first(
                told(recorded, PLACEMENTS, opened.placement, EVENT_TITLES, most=None),
                told(reviewed, REVIEWS, review_facts, REVIEW_EVENT_TITLES, most=None),
            )
        ),
        await _costs(reader, as_at, ref),
    )


async def _billed(reader: Reader, as_at: AsAt, ref: str, opened: _Opened) -> dict[str, str]:
    """Every line that schools ever billed for a placement, on invoices that were taken out too."""
    found: dict[str, str] = {}
    for invoice in await invoices_naming(reader, ref, as_at.position):
        document = invoice.document
        for line in document.lines if document else ():
            if document and line.placement_ref == ref:
                found[_("Billed on %(number)s, line %(line)s", number=document.number, line=line.number)] = (
                    opened.billed(line)
                )
        if document:
            found |= opened.queried(invoice, document.number)
    return found


async def _searches(reader: Reader, as_at: AsAt, key: str) -> list[ConsultationSummary]:
    found, _rest = await consultations(reader, as_at.position, ConsultationFilter(pupil=key), "identified")
    return found


async def _consultation(reader: Reader, as_at: AsAt, opened: _Opened, ref: str) -> DisclosedConsultation:
    recorded = await reader.history(CONSULTATIONS.stream(ref), as_at.position)
    known = CONSULTATIONS.fold(entry.event for entry in recorded)
    assert known is not None  # noqa: S101 - it is listed, so it was begun
    entries = told(recorded, CONSULTATIONS, opened.consultation, CONSULTATION_TITLES, most=None)
    return DisclosedConsultation(ref, _held(opened.consultation(known, known.identified_on)), _in_order(entries))


async def _school(reader: Reader, as_at: AsAt, placement: Placement) -> str:
    """The name of the school at which the placement's last version puts it."""
    agreement = await agreement_as_at(reader, placement.versions[-1].agreement_ref, as_at.position)
    school = None if agreement is None else await provider_as_at(reader, agreement.provider_urn, as_at.position)
    return _("a school that is not recorded") if school is None else school.facts.name


async def _costs(reader: Reader, as_at: AsAt, ref: str) -> tuple[Cost, ...]:
    """What the placement has cost and is known to cost, in order of months."""
    period = await _charged_months(reader, as_at, ref)
    if period is None:
        return ()
    sums = await figures.sums(reader, ("component", "kind"), period, as_at.position, Filters(placement=(ref,)))
    costs = []
    for found in sums:
        component, kind = found.group
        what = COMPONENTS.get(component, component)
        if kind != "attendance":
            what = f"{what}, {KINDS.get(kind, kind).lower()}"
        costs.append(Cost(found.month, what, found.cost))
    return tuple(sorted(costs, key=lambda cost: (cost.month, cost.what)))


async def _charged_months(reader: Reader, as_at: AsAt, ref: str) -> Period | None:
    """From the first month in which the placement costs something to the last; None where it costs nothing."""
    book = await reader.number()
    rows = await reader.query(
        "SELECT MIN(c.month), MAX(c.month) FROM charges_series s "
        "JOIN charges_charge c ON c.series_id = s.id AND c.book = s.book "
        "WHERE s.book = ? AND s.placement_ref = ? AND c.from_position <= ? AND c.to_position > ?",
        (book, ref, as_at.position, as_at.position),
    )
    first, last = rows[0]
    return None if first is None else Period(month_days(first)[0], month_days(last)[1])


def _in_order(newest_first: Sequence[Told]) -> tuple[Told, ...]:
    return tuple(reversed(newest_first))


def _held(facts: Facts) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in facts.items() if value)
