"""What an individual placement agreement says, gathered from the ledger as it is known at a position.

Nothing in it is written by hand: parties, pupil, package, prices, terms and who pays are those that are charged by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from commissioning.charges import figures
from commissioning.charges.facts_in_words import funding, held_on
from commissioning.charges.pages.asked import no_such
from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.said import said
from commissioning.ledger.time import financial_year_name
from commissioning.placements.facts import PlacementVersion, PupilField
from commissioning.placements.placement import Placement
from commissioning.placements.queries import placement as placement_as_at
from commissioning.placements.words import NEEDS, PHASES, PUPIL_FIELDS
from commissioning.web.language import _
from commissioning.web.words import day, pounds
from contracts import words
from contracts.agreement import Agreement
from contracts.queries import agreement_as_at
from contracts.rates import RateLine
from contracts.terms import Terms, Tier
from contracts.versions import resolved, version_on
from providers.provider import Provider
from providers.queries import provider_as_at

Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Price:
    """A line of the price, in words."""

    component: str
    price: str
    since: str
    source: str


@dataclass(frozen=True, slots=True)
class PlacementAgreement:
    """The document: each part as names and values, the prices, and what it rests on."""

    council: str
    ref: str
    school: str
    parties: Rows
    pupil: Rows
    place: Rows
    prices: tuple[Price, ...]
    charges: Rows
    terms: Rows
    signed_on: date | None
    as_at: AsAt
    made_on: date

    @property
    def title(self) -> str:
        """What the document is called."""
        return _("Individual placement agreement %(ref)s", ref=self.ref)


async def placement_agreement(
    reader: Reader, as_at: AsAt, ref: str, details: Mapping[PupilField, str], council: str, made_on: date
) -> PlacementAgreement:
    """The agreement of one placement; `details` name its pupil, opened. `Refused` where there is no such placement."""
    placement = await placement_as_at(reader, ref, as_at.position)
    if placement is None:
        raise no_such(said("placement"), ref, said("Placements"))
    on = max(placement.start_on, min(made_on, placement.end_on or made_on))
    version = version_on(placement.versions, on, placement.start_on) or placement.versions[0]
    agreement = await agreement_as_at(reader, version.agreement_ref, as_at.position)
    assert agreement is not None  # noqa: S101 - a placement stands on an agreement that is known
    school = await provider_as_at(reader, agreement.provider_urn, as_at.position)
    return PlacementAgreement(
        council=council,
        ref=ref,
        school=school.facts.name if school else str(agreement.provider_urn),
        parties=_parties(council, school, agreement),
        pupil=_pupil(placement, details),
        place=_place(placement, version, on),
        prices=_prices(placement, version, agreement, on),
        charges=await _charges(reader, as_at, ref, made_on),
        terms=_terms(agreement, on),
        signed_on=placement.signed_on,
        as_at=as_at,
        made_on=made_on,
    )


def _parties(council: str, school: Provider | None, agreement: Agreement) -> Rows:
    rows = [(_("The council"), council)]
    if school is not None:
        facts = school.facts
        where = ", ".join(part for part in (facts.local_authority, facts.postcode) if part)
        rows += [(_("The school"), facts.name), (_("URN"), str(school.urn))]
        rows += [(_("Where it is"), where)] if where else []
        rows += [(_("Owner"), facts.owner_group)] if facts.owner_group else []
    model, title = words.MODELS[agreement.model], agreement.title or ""
    named = title if model.lower() in title.lower() else ", ".join(part for part in (model, title) if part)
    rows.append((_("Under the agreement"), f"{agreement.ref}, {named[:1].lower()}{named[1:]}"))
    return tuple(rows)


def _pupil(placement: Placement, details: Mapping[PupilField, str]) -> Rows:
    rows = [(name, _detail(field, details[field])) for field, name in PUPIL_FIELDS.items() if field in details]
    return (*rows, (_("Main need"), NEEDS[placement.need]))


def _detail(field: PupilField, text: str) -> str:
    return day(date.fromisoformat(text)) if field == "date_of_birth" else text


def _place(placement: Placement, version: PlacementVersion, on: date) -> Rows:
    split = version_on(placement.funding, on, placement.start_on)
    rows = [
        (_("Placement"), placement.ref),
        (_("Phase"), PHASES[version.phase]),
        (_("Setting"), words.SETTINGS[version.setting]),
        *([(_("Band"), words.band(version.band))] if version.band else []),
        (_("First day"), day(placement.start_on)),
        (
            _("Last day"),
            day(placement.end_on) if placement.end_on else _("Until notice is given or the placement ends"),
        ),
        (_("Paid for by"), funding(split) if split else _("Education 100%")),
    ]
    return tuple(rows)


def _prices(placement: Placement, version: PlacementVersion, agreement: Agreement, on: date) -> tuple[Price, ...]:
    """The lines that hold: the placement's own, and those of the card that match its band and setting."""
    tiered = bool(_tiers(agreement, on))
    own = [_price(line, placement.start_on, _("Agreed for this placement"), tiered=tiered) for line in held_on(
        placement.lines, on, placement.start_on)]  # fmt: skip
    card = [
        _price(line, agreement.start_on, _("Card of %(ref)s", ref=agreement.ref), tiered=tiered)
        for line in held_on(agreement.card, on, agreement.start_on)
        if line.band in (None, version.band) and line.setting in (None, version.setting)
    ]
    return (*own, *card)


def _price(line: RateLine, start: date, source: str, *, tiered: bool) -> Price:
    """A line as it was agreed; where tiers of places take something off it, that is said beside it."""
    where = _("%(source)s, less the discount below", source=source) if tiered and line.discount else source
    return Price(words.COMPONENTS[line.component], words.price(line), day(resolved(line, start)), where)


def _tiers(agreement: Agreement, on: date) -> tuple[Tier, ...]:
    """What comes off by the places filled on a day."""
    held = version_on(agreement.tier_sets, max(on, agreement.start_on), agreement.start_on)
    return held.tiers if held else ()


async def _charges(reader: Reader, as_at: AsAt, ref: str, made_on: date) -> Rows:
    """What the council expects to pay, this financial year and the next."""
    this = financial_year_name(made_on)
    following = financial_year_name(made_on.replace(year=made_on.year + 1, day=1))
    rows = []
    for name in (this, following):
        sums = await figures.sums(
            reader, ("placement",), financial_year(name), as_at.position, Filters(placement=(ref,))
        )
        rows.append((_("Financial year %(year)s", year=name), pounds(sum(one.cost for one in sums))))
    return tuple(rows)


def _terms(agreement: Agreement, on: date) -> Rows:
    terms = version_on(agreement.terms, max(on, agreement.start_on), agreement.start_on) or agreement.terms[0]
    billing = _(
        "%(billing)s; instalments %(instalments)s",
        billing=words.BILLINGS[agreement.billing],
        instalments=words.INSTALMENTS[agreement.instalments].lower(),
    )
    return (
        (_("Fee year"), words.FEE_YEARS[terms.fee_year]),
        (_("A yearly price falls"), words.ACCRUALS[terms.accrual]),
        (_("When the pupil leaves"), words.notice(terms)),
        *_discount(_tiers(agreement, on), terms),
        (_("Billing"), billing),
        (_("Prices"), _("Without VAT. They change by agreement at review, and stay until then.")),
    )  # fmt: skip


def _discount(tiers: tuple[Tier, ...], terms: Terms) -> Rows:
    """What comes off the prices by the places filled, as the agreement has it."""
    if not tiers:
        return ()
    rows = [(_("Discount"), words.tiers(tiers).capitalize())]
    return (*rows, (_("How tiers count"), words.TIERINGS[terms.tiering])) if len(tiers) > 1 else tuple(rows)
