"""From a document as its file states it to one with its references looked up, and nothing in it that names a child."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from commissioning.ledger.work import UnitOfWork
from commissioning.placements.placement import PLACEMENTS, Placement
from contracts.agreement import AGREEMENTS
from contracts.versions import version_on
from invoices.expected.lines import ExpectedLine
from invoices.facts import BilledDocument, BilledLine, ChargeKind, StatedSupplier
from invoices.held import HeldDocument, HeldLine
from invoices.vat_shares import shares_of_vat

SEALED_TEXT = "invoice_line"
"""The field under which the words of a line are sealed."""
NO_EVENT = 0
"""The event that a credit cites which takes days back for no change that the ledger knows of."""


def look_up(document: BilledDocument, provider_urn: int, work: UnitOfWork, *, seal: bool) -> HeldDocument:
    """The document with placements, agreements and kinds found out; its lines' words sealed, or left out."""
    supplier = document.supplier
    lines = [_held_line(line, document, provider_urn, work, seal=seal) for line in document.lines]
    return HeldDocument(
        kind=document.kind,
        number=document.number.strip(),
        issued_on=document.issued_on,
        due_on=document.due_on,
        company_number=supplier.company_number,
        vat_number=supplier.vat_number,
        first_day=document.first_day,
        last_day=document.last_day,
        corrects=document.corrects,
        part_of=document.part_of,
        lines=tuple(_with_vat(lines) if document.vat else lines),
        net=document.net,
        vat=document.vat,
        gross=document.gross,
    )


def with_components(document: HeldDocument, pool: Iterable[ExpectedLine]) -> HeldDocument:
    """The document with what its lines leave out taken from the expected lines, where there it can only be one thing.

    A credit takes over the event that its days are to be credited for.
    """
    of_place = defaultdict[tuple[str | None, str | None], list[ExpectedLine]](list)
    for one in pool:
        of_place[one.key.agreement_ref, one.key.placement_ref].append(one)
    credit = document.kind == "credit_note"
    lines = tuple(
        _completed(line, of_place[line.agreement_ref, line.placement_ref], credit=credit) for line in document.lines
    )
    return replace(document, lines=lines)


def as_stated(document: HeldDocument) -> BilledDocument:
    """A document that is held as its file stated it, as far as that is kept: to be checked again."""
    lines = tuple(
        BilledLine(
            number=line.number,
            text="",
            placement_ref=line.placement_ref,
            agreement_ref=line.agreement_ref,
            component=line.component,
            kind=line.kind,
            first_day=line.first_day,
            last_day=line.last_day,
            quantity=line.quantity,
            unit=line.unit,
            rate=line.rate,
            net=line.net,
            vat_category=line.vat_category,
            vat_rate=line.vat_rate,
            vat=line.vat,
            adjustment=line.adjustment,
        )
        for line in document.lines
    )
    return BilledDocument(
        kind=document.kind,
        number=document.number,
        issued_on=document.issued_on,
        due_on=document.due_on,
        supplier=StatedSupplier(company_number=document.company_number, vat_number=document.vat_number),
        first_day=document.first_day,
        last_day=document.last_day,
        corrects=document.corrects,
        part_of=document.part_of,
        lines=lines,
        net=document.net,
        vat=document.vat,
        gross=document.gross,
    )


def is_school_s(placement: Placement, provider_urn: int, work: UnitOfWork) -> bool:
    """Whether a placement ever stood under an agreement of the school."""
    found = (work.state(AGREEMENTS, version.agreement_ref) for version in placement.versions)
    return any(agreement is not None and agreement.provider_urn == provider_urn for agreement in found)


def _held_line(
    line: BilledLine, document: BilledDocument, provider_urn: int, work: UnitOfWork, *, seal: bool
) -> HeldLine:
    first, last = line.first_day or document.first_day, line.last_day or document.last_day
    placement = _placement_of(line, provider_urn, work)
    pupil = placement.pupil if placement and work.vault.holds(placement.pupil) else None
    return HeldLine(
        number=line.number,
        placement_ref=placement.ref if placement else None,
        pupil=placement.pupil if placement else None,
        sealed_text=work.vault.seal(pupil, SEALED_TEXT, line.text) if seal and pupil and line.text else None,
        agreement_ref=_agreement_of(line, document, placement, first),
        component=line.component,
        kind=line.kind or _kind_of(placement, first),
        first_day=first,
        last_day=last,
        quantity=line.quantity,
        unit=line.unit,
        rate=line.rate,
        net=line.net,
        vat_category=line.vat_category,
        vat_rate=line.vat_rate,
        vat=line.vat,
        adjustment=line.adjustment,
    )


def _with_vat(lines: list[HeldLine]) -> list[HeldLine]:
    """The lines with their shares of the VAT, where the document states it by category and rate alone."""
    if any(line.vat is not None for line in lines):
        return lines
    shares = shares_of_vat((line.vat_category, line.vat_rate, line.net) for line in lines)
    return [
        line if line.vat_rate is None else replace(line, vat=share) for line, share in zip(lines, shares, strict=True)
    ]


def _placement_of(line: BilledLine, provider_urn: int, work: UnitOfWork) -> Placement | None:
    """The school's own placement that a line names, by its reference or by the pupil's."""
    if line.placement_ref is not None:
        placement = work.state(PLACEMENTS, line.placement_ref)
        return placement if placement and is_school_s(placement, provider_urn, work) else None
    pupil = work.vault.pupil_of(line.pupil_ref) if line.pupil_ref else None
    if pupil is None:
        return None
    rows = work.tables.query(
        "SELECT ref FROM placements_placement WHERE book = ? AND pupil = ? ORDER BY ref", (work.tables.book, pupil)
    )
    known = [placement for (ref,) in rows if (placement := work.state(PLACEMENTS, ref)) is not None]
    own = [placement for placement in known if is_school_s(placement, provider_urn, work)]
    return own[0] if len(own) == 1 else None


def _agreement_of(
    line: BilledLine, document: BilledDocument, placement: Placement | None, first: date | None
) -> str | None:
    if stated := line.agreement_ref or document.agreement_ref:
        return stated
    if placement is None:
        return None
    version = version_on(placement.versions, first or placement.start_on, placement.start_on)
    return (version or placement.versions[0]).agreement_ref


def _kind_of(placement: Placement | None, first: date | None) -> ChargeKind | None:
    """What a line bills that does not say: days after the placement's last are those of its notice."""
    if placement is None:
        return None
    left = placement.end_on is not None and first is not None and first > placement.end_on
    return "notice" if left else "attendance"


def _completed(line: HeldLine, of_place: list[ExpectedLine], *, credit: bool) -> HeldLine:
    """A line with what it leaves out, of the expected lines of its place."""
    if line.component is None:
        fitting = [one for one in of_place if one.adjustment == line.adjustment]
        components = {one.key.component for one in fitting}
        of_its_net = {one.key.component for one in fitting if one.net == line.net}
        only = components if len(components) == 1 else of_its_net
        line = replace(line, component=next(iter(only)) if len(only) == 1 else None)
    if credit and line.adjustment is None:
        changed = [
            one
            for one in of_place
            if one.adjustment is not None
            and one.net < 0
            and (one.key.component, one.key.kind) == (line.component, line.kind)
            and _overlap(line, one)
        ]
        line = replace(line, adjustment=changed[0].adjustment if changed else NO_EVENT)
    return line


def _overlap(line: HeldLine, one: ExpectedLine) -> bool:
    if line.first_day is None or line.last_day is None:
        return False
    return line.first_day <= one.last_day and one.first_day <= line.last_day
