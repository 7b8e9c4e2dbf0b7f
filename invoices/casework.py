"""Puts together, under the book's lock, everything that the checks of one invoice look at."""

from collections import Counter
from collections.abc import Iterable, Mapping

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.time import financial_year_name
from commissioning.ledger.work import UnitOfWork
from commissioning.placements.placement import PLACEMENTS, Placement
from contracts.agreement import AGREEMENTS, Agreement
from invoices.checks.case import Case
from invoices.checks.due import NOTHING_DECIDED, Decided, Known, dues_of, expected_lines
from invoices.credits.meeting import NOTHING_MET, Met, met_by
from invoices.expected.history import history_of
from invoices.facts import BilledDocument, StatedAccount
from invoices.held import HeldDocument
from invoices.invoice import INVOICES, Invoice
from invoices.looking_up import with_components
from invoices.numbers import normalised_number
from invoices.questions import answered_in
from invoices.rules import NO_RULES_SET, RULES, RULES_KEY, InvoiceRules
from invoices.standing import (
    billed_lines,
    bills_numbered,
    credit_notes,
    earlier_invoices,
    owner_group_of,
    suppliers,
)
from invoices.supplier import Supplier
from providers.bank.bank_details import BANK_DETAILS
from providers.bank.sealing import opened


def known_of(document: HeldDocument, provider_urn: int, work: UnitOfWork, without: str) -> Known:
    """Reads what is known of the school's agreements that a document names; one invoice counts as not there."""
    position = work.log.head.position
    refs = sorted(_agreements(document, provider_urn, work))
    histories = {ref: answered_in(work, history_of(ref, position)) for ref in refs}
    billed = [line for ref in refs for line in answered_in(work, billed_lines(ref, position, without))]
    pool = expected_lines(document, histories, [line for line, _ in billed], position)
    return Known(position, histories, billed, pool)


def case_of(
    invoice: str,
    provider_urn: int,
    stated: BilledDocument,
    document: HeldDocument,
    sha256: str | None,
    work: UnitOfWork,
    decided: Decided = NOTHING_DECIDED,
) -> tuple[Case, int]:
    """The case of a document, with what its lines leave out filled in, and the position as at which it is known."""
    known = known_of(document, provider_urn, work, invoice)
    document = with_components(document, known.pool)
    recorded = answered_in(work, suppliers())
    supplier = recorded.get(provider_urn, Supplier(provider_urn, {}))
    group = answered_in(work, owner_group_of(provider_urn))
    related = group | _same_numbers(supplier, recorded)
    normalised, gross = normalised_number(document.number), _signed(document)
    case = Case(
        invoice=invoice,
        provider_urn=provider_urn,
        stated=stated,
        document=document,
        sha256=sha256,
        rules=rules_of(work),
        supplier=supplier,
        approved_account=_account_of(provider_urn, work),
        group=group,
        earlier=answered_in(work, earlier_invoices(invoice, related, normalised, gross, sha256)),
        agreements=_agreements(document, provider_urn, work),
        placements=_placements(document, work),
        others_refs=_others(stated, document, provider_urn, work),
        due=dues_of(document.lines, known, decided),
        tolerated=_tolerated(document, invoice, work),
        vat_number_settled=decided.vat_number_settled,
        met=_met(invoice, provider_urn, document, work),
    )
    return case, known.position


def credits_naming(provider_urn: int, number: str, work: UnitOfWork) -> list[str]:
    """The credit notes of a school that stand and name the bill of a number, in the order in which they came."""
    normalised = normalised_number(number)
    return [key for key, corrects in answered_in(work, credit_notes(provider_urn)) if corrects == normalised]


def must_not_be_credited(found: Invoice, work: UnitOfWork) -> None:
    """Raises `Refused` where a bill's credit note is approved: without the bill it takes back what was never paid."""
    if found.sign < 0:
        return
    numbered = answered_in(work, bills_numbered(found.provider_urn, normalised_number(found.number)))
    notes = _standing(credits_naming(found.provider_urn, found.number, work), work)
    if numbered == [found.key] and any(one.approved or one.vat_approved for one in notes):
        raise Refused(
            Fault(
                "credited",
                "A credit note for this invoice is approved.",
                said("invoice %(invoice)s", invoice=found.key[:8]),
                mend="Take the credit note out first.",
                status=409,
            )
        )


def _met(invoice: str, provider_urn: int, document: HeldDocument, work: UnitOfWork) -> Mapping[int, Met]:
    """What a credit note meets of the bill that it names; nothing where it is none, or no such bill stands."""
    if document.kind != "credit_note" or document.corrects is None:
        return NOTHING_MET
    keys = answered_in(work, bills_numbered(provider_urn, normalised_number(document.corrects)))
    others = [key for key in credits_naming(provider_urn, document.corrects, work) if key != invoice]
    own = work.state(INVOICES, invoice)
    return met_by(document, own, _standing(keys, work), _standing(others, work))


def _standing(keys: Iterable[str], work: UnitOfWork) -> list[Invoice]:
    return [one for key in keys if (one := work.state(INVOICES, key)) is not None]


def rules_of(work: UnitOfWork) -> InvoiceRules:
    """The council's rules for invoices."""
    return work.state(RULES, RULES_KEY) or NO_RULES_SET


def _account_of(provider_urn: int, work: UnitOfWork) -> StatedAccount | None:
    """Where the school is paid, as two people approved it; None where nothing is recorded or its key is gone."""
    details = work.state(BANK_DETAILS, str(provider_urn))
    if details is None or not work.vault.holds(details.holder):
        return None
    plain = opened(work.vault, details)
    return StatedAccount(sort_code=plain["sort_code"], account_number=plain["account_number"])


def _agreements(document: HeldDocument, provider_urn: int, work: UnitOfWork) -> dict[str, Agreement]:
    found = {ref: work.state(AGREEMENTS, ref) for line in document.lines if (ref := line.agreement_ref) is not None}
    return {ref: one for ref, one in found.items() if one is not None and one.provider_urn == provider_urn}


def _placements(document: HeldDocument, work: UnitOfWork) -> dict[str, Placement]:
    found = {ref: work.state(PLACEMENTS, ref) for line in document.lines if (ref := line.placement_ref) is not None}
    return {ref: one for ref, one in found.items() if one is not None}


def _others(stated: BilledDocument, document: HeldDocument, provider_urn: int, work: UnitOfWork) -> frozenset[str]:
    """The references that a document names and that are another school's."""
    own = {line.placement_ref for line in document.lines}
    placements = {line.placement_ref for line in stated.lines if line.placement_ref is not None} - own
    agreements = {line.agreement_ref for line in document.lines if line.agreement_ref is not None}
    known = {ref for ref in agreements if (one := work.state(AGREEMENTS, ref)) and one.provider_urn != provider_urn}
    return frozenset({ref for ref in placements if work.state(PLACEMENTS, ref) is not None} | known)


def _same_numbers(supplier: Supplier, recorded: Mapping[int, Supplier]) -> frozenset[int]:
    """The schools that are recorded with the same company or VAT number."""
    own = {number for one in supplier.records.values() for number in (one.company_number, one.vat_number) if number}
    return frozenset(
        urn
        for urn, other in recorded.items()
        if any(number in own for one in other.records.values() for number in (one.company_number, one.vat_number))
    )


def _tolerated(document: HeldDocument, invoice: str, work: UnitOfWork) -> dict[tuple[str, str], int]:
    """By how much other standing invoices were above their charges, by placement and financial year."""
    refs = sorted({line.placement_ref for line in document.lines if line.placement_ref is not None})
    if not refs or not rules_of(work).tolerates_more_than_rounding:
        return {}
    rows = work.tables.query(
        f"SELECT DISTINCT l.invoice FROM invoices_line l WHERE l.book = ? AND l.placement_ref IN "
        f"({', '.join('?' * len(refs))}) AND l.invoice <> ?",
        (work.tables.book, *refs, invoice),
    )
    found: Counter[tuple[str, str]] = Counter()
    for (key,) in rows:
        other = work.state(INVOICES, key)
        if other is None or other.document is None or other.voided:
            continue
        expected = {match.number: match.expected for match in other.matches}
        for line in other.document.lines:
            if line.placement_ref in refs and line.first_day is not None and line.number in expected:
                over = line.net - expected[line.number]
                if rules_of(work).allows(line.net, expected[line.number]):
                    found[line.placement_ref, financial_year_name(line.first_day)] += over
    return dict(found)


def _signed(document: HeldDocument) -> int:
    return -document.gross if document.kind == "credit_note" else document.gross
