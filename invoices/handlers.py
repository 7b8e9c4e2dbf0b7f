"""Carries commands about invoices, payment runs and suppliers out: loads, decides, appends.

The rule that nothing is paid twice holds under any concurrency because a decision reads the approvals of a key, and
its charges, in the transaction that adds to them, and writers of a book take turns (decisions, note 2): between the
reading and the adding nobody else can approve, and nobody can change what a day costs.
"""

from collections.abc import Callable
from functools import partial

from commissioning.accounts.acting import person_of
from commissioning.accounts.duties import may_approve, may_release
from commissioning.ledger.actor import forbidden
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from commissioning.ledger.tables import OPEN_POSITION, table_name
from commissioning.ledger.work import Command, Handler, UnitOfWork
from commissioning.web.words import pounds
from contracts.agreement import AGREEMENTS, unknown_agreement
from invoices import approving, commands, disputing, payment_file, policy, releasing, rules, run, supplier
from invoices.approvals import Approval, Stretch, approvals_of, excess_in, stretches_of
from invoices.casework import case_of, credits_naming, must_not_be_credited, rules_of
from invoices.checks.all_checks import findings_of, matches_of
from invoices.checks.due import Decided, charge_of
from invoices.credits.handlers import HANDLERS as CREDIT_HANDLERS
from invoices.events import InvoiceChecked, InvoiceReceived, InvoiceRefused
from invoices.expected.document import document_of
from invoices.expected.history import history_of
from invoices.expected.invoice import expected_invoice
from invoices.expected.words import line_in_words
from invoices.facts import BilledDocument
from invoices.hands import hands_of_approval, hands_of_keying, hands_of_order
from invoices.held import ChargedDays, Source
from invoices.invoice import INVOICES, Invoice
from invoices.looking_up import as_stated, look_up
from invoices.numbers import normalised_number
from invoices.payment_file import LAYOUT_KEY, PAYMENT_LAYOUTS
from invoices.query_words import QUERY_WORDS, holder_of
from invoices.questions import answered_in
from invoices.refusals import unknown_invoice
from invoices.release_tables import ListedRelease
from invoices.rules import RULES, RULES_KEY
from invoices.run import PAYMENT_RUNS
from invoices.standing import approvals_of_invoice, approvals_standing, billed_lines, sha256_of_invoice
from invoices.supplier import SUPPLIERS, Supplier
from providers.provider import PROVIDERS, Provider, unknown_provider


def receive_invoice(command: commands.ReceiveInvoice, work: UnitOfWork) -> None:
    """Takes in a document, looks its references up, checks it, and records it or sends it back."""
    _ask_to_send(command.provider_urn, work)
    _take_in(command.invoice, command.provider_urn, command.document, command.source, command.sha256, work)


def agree_expected_invoice(command: commands.AgreeExpectedInvoice, work: UnitOfWork) -> None:
    """Takes in the expected invoice as the school's own, by the same way as any other."""
    agreement = work.state(AGREEMENTS, command.agreement_ref)
    if agreement is None:
        raise Refused(unknown_agreement(command.agreement_ref))
    urn = agreement.provider_urn
    provider = _ask_to_send(urn, work)
    position = work.log.head.position
    history = answered_in(work, history_of(agreement.ref, position))
    billed = [line for line, _ in answered_in(work, billed_lines(agreement.ref, position))]
    expected = expected_invoice(history, command.day, billed, position)
    if expected is None or not expected.lines:
        raise Refused(Fault("nothing-expected", "Nothing is to be billed for this period.", agreement.ref, status=409))
    if expected.net != command.net:
        raise Refused(
            Fault(
                "expected-moved",
                said(
                    "The expected invoice is %(expected)s now; the page showed %(shown)s.",
                    expected=pounds(expected.net),
                    shown=pounds(command.net),
                ),
                said("agreement %(agreement)s", agreement=agreement.ref),
                mend="Look at it again, and agree it as it is now.",
                status=409,
            )
        )
    known = work.state(SUPPLIERS, str(urn)) or Supplier(urn, {})
    document = document_of(expected, command.number, command.issued_on, provider.facts.name, known)
    _take_in(command.invoice, urn, document, "agreed", None, work)


def check_again(command: commands.CheckInvoiceAgain, work: UnitOfWork) -> None:
    """Makes every check of an invoice again with what is known now."""
    if not policy.may_query_invoices(work.actor):
        raise forbidden("check invoices")
    _record(command, _checked_now(_invoice(command, work), work), work)


def query_lines(command: commands.QueryLines, work: UnitOfWork) -> None:
    """Records that lines are disputed."""
    if not policy.may_query_invoices(work.actor):
        raise forbidden("query invoices")
    _record(command, disputing.decide_query(command, _invoice(command, work), work.today), work)


def answer_query(command: commands.AnswerQuery, work: UnitOfWork) -> None:
    """Records a school's answer; a provider answers for its own schools alone."""
    found = _invoice(command, work)
    if not policy.may_answer_queries(work.actor) or not _speaks_for(found.provider_urn, work):
        raise forbidden("answer this query")
    _record(command, disputing.decide_answer(command, found, work.today), work)


def write_query_words(command: commands.WriteQueryWords, work: UnitOfWork) -> None:
    """Seals what one side writes to the other and records it; whoever may send invoices of a school only is its."""
    found = _invoice(command, work)
    if not policy.may_answer_queries(work.actor) or not _speaks_for(found.provider_urn, work):
        raise forbidden("write about this query")
    holder = holder_of(found, command.query, work.vault)
    words = work.vault.seal(holder, QUERY_WORDS, command.words)
    by_school = not policy.may_query_invoices(work.actor)
    _record(command, disputing.decide_words(command, found, work.today, (holder, words), by_school=by_school), work)


def settle_query(command: commands.SettleQuery, work: UnitOfWork) -> None:
    """Records how a query ended, and checks again: the price that was in dispute may be recorded by now."""
    if not policy.may_query_invoices(work.actor):
        raise forbidden("settle queries")
    found = _invoice(command, work)
    settled = disputing.decide_settlement(command, found, work.today)
    _record(command, [*settled, *_checked_now(INVOICES.fold(settled, found) or found, work)], work)


def approve_invoice(command: commands.ApproveInvoice, work: UnitOfWork) -> None:
    """Approves what may be paid: by somebody who had no hand in the order, within the limit, within the charge."""
    found, known_at = _invoice(command, work), work.log.head.position
    approving.must_be_payable(found)
    _ask_to_approve(found, work)
    held_against = _held_against(approvals_of(found, found.payable), _above_charge, work)
    _record(command, approving.decide_approval(found, known_at, held_against, work.today), work)


def void_invoice(command: commands.VoidInvoice, work: UnitOfWork) -> None:
    """Takes an invoice out of the register; not where what it gave back was paid again, or it is credited itself."""
    if not policy.may_query_invoices(work.actor):
        raise forbidden("take invoices out")
    found = _invoice(command, work)
    standing = answered_in(work, approvals_of_invoice(found.key, work.log.head.position))
    held_against = _held_against([one._replace(pence=-one.pence) for one in standing], _paid_again, work)
    events = approving.decide_void(found, held_against, work.today)
    if events:
        must_not_be_credited(found, work)
    _record(command, events, work)


def make_payment_run(command: commands.MakePaymentRun, work: UnitOfWork) -> None:
    """Releases what is approved of invoices and in no other run: by somebody who approved none of them."""
    if not policy.may_release_payments(work.actor):
        raise forbidden("release payments")
    found = [_known(key, work) for key in command.invoices]
    may_release(person_of(work, work.account), hands_of_approval(found, work))
    taken = _numbers_released({one.provider_urn for one in found}, work)
    released = []
    for one in found:
        part = releasing.free_part(one, taken[one.provider_urn])
        released.append((one, releasing.decide_release(one, command.run, part, work.today)))
        taken[one.provider_urn].add(normalised_number(releasing.number_of_part(one.number, part)))
    work.record(PAYMENT_RUNS, command.run, run.decide_run(command, found, work.today), expected_version=0)
    for one, events in released:
        work.record(INVOICES, one.key, events)


def reverse_payment_run(command: commands.ReversePaymentRun, work: UnitOfWork) -> None:
    """Takes a run back, with every invoice in it."""
    if not policy.may_release_payments(work.actor):
        raise forbidden("take payment runs back")
    made = work.state(PAYMENT_RUNS, command.run)
    events = run.decide_reversal_of_run(made, command.run, work.today)
    if made is None or not events:
        return
    back = [(key, releasing.decide_reversal(_known(key, work), command.run, work.today)) for key in made.invoices]
    work.record(PAYMENT_RUNS, command.run, events)
    for key, reversal in back:
        work.record(INVOICES, key, reversal)


def record_payment(command: commands.RecordPayment, work: UnitOfWork) -> None:
    """Records that an invoice was paid."""
    if not policy.may_release_payments(work.actor):
        raise forbidden("record payments")
    found = _known(command.invoice, work)
    events = releasing.decide_payment(found, command.run, command.paid_on, command.reference)
    work.record(INVOICES, command.invoice, events)


def record_supplier(command: commands.RecordSupplier, work: UnitOfWork) -> None:
    """Records what finance knows of a school as a supplier."""
    key = _supplier_asked(command.provider_urn, "record what is known of suppliers", work)
    work.record(SUPPLIERS, key, supplier.decide(command, work.state(SUPPLIERS, key)))


def record_payee(command: commands.RecordPayee, work: UnitOfWork) -> None:
    """Records as which supplier of the finance system a school is paid."""
    key = _supplier_asked(command.provider_urn, "record who is paid", work)
    work.record(SUPPLIERS, key, supplier.decide_payee(command, work.state(SUPPLIERS, key)))


def _supplier_asked(urn: int, doing: str, work: UnitOfWork) -> str:
    """The key of a known school as a supplier, for whoever may say anything of suppliers."""
    if not policy.may_set_invoice_rules(work.actor):
        raise forbidden(doing)
    if work.state(PROVIDERS, str(urn)) is None:
        raise Refused(unknown_provider(urn))
    return str(urn)


def _numbers_released(urns: set[int], work: UnitOfWork) -> dict[int, set[str]]:
    """The numbers, normalised, that the finance system knows of some schools: those of every run that stands."""
    listed = sorted(urns)
    rows = work.tables.query(
        f"SELECT provider_urn, normalised FROM {table_name(ListedRelease)} WHERE book = ? AND to_position = ? "
        f"AND provider_urn IN ({', '.join('?' * len(listed))})",
        (work.tables.book, OPEN_POSITION, *listed),
    )
    return {urn: {number for whose, number in rows if whose == urn} for urn in listed}


def map_payment_file(command: commands.MapPaymentFile, work: UnitOfWork) -> None:
    """Records the columns of the finance system's own file of payments."""
    if not policy.may_release_payments(work.actor):
        raise forbidden("say what stands in files of payments")
    known = work.state(PAYMENT_LAYOUTS, LAYOUT_KEY)
    work.record(PAYMENT_LAYOUTS, LAYOUT_KEY, payment_file.decide(command, known))


def set_invoice_rules(command: commands.SetInvoiceRules, work: UnitOfWork) -> None:
    """Records tolerances and limits."""
    if not policy.may_set_invoice_rules(work.actor):
        raise forbidden("set tolerances and limits")
    work.record(RULES, RULES_KEY, rules.decide(command, work.state(RULES, RULES_KEY), work.today))


def _checked_now(found: Invoice, work: UnitOfWork) -> list[Event]:
    """Every check of an invoice as it comes out now; nothing where that is as before or nothing is open any more.

    The document's bank details are not kept, so what was found of them stays.
    """
    if found.document is None or found.voided or (found.releases and not found.is_open):
        return []
    stated = as_stated(found.document)
    decided = Decided(found.approved, found.disputes.not_owed, vat_number_settled=found.vat_number_settled)
    sha256 = answered_in(work, sha256_of_invoice(found.key))
    case, position = case_of(found.key, found.provider_urn, stated, found.document, sha256, work, decided)
    of_bank_details = (one for one in found.findings if one.code == "BNK-1")
    findings = (*findings_of(case), *of_bank_details)
    checked = InvoiceChecked(effective_on=work.today, expected_at=position, findings=findings, matches=matches_of(case))
    return [] if (checked.findings, checked.matches) == (found.findings, found.matches) else [checked]


def _take_in(
    key: str, urn: int, document: BilledDocument, source: Source, sha256: str | None, work: UnitOfWork
) -> None:
    held = look_up(document, urn, work, seal=source != "agreed")
    case, position = case_of(key, urn, document, held, sha256, work)
    findings = findings_of(case)
    today = work.today
    events: list[Event]
    if codes := tuple(dict.fromkeys(one.code for one in findings if one.outcome == "reject")):
        events = [InvoiceRefused(effective_on=today, invoice=key, provider_urn=urn, codes=codes, sha256=sha256)]
    else:
        matches = matches_of(case)
        events = [
            InvoiceReceived(
                effective_on=today,
                invoice=key,
                provider_urn=urn,
                source=source,
                document=case.document,
                sha256=sha256,
                expected_at=position,
            ),
            InvoiceChecked(effective_on=today, expected_at=position, findings=findings, matches=matches),
        ]
    work.record(INVOICES, key, events, expected_version=0)
    _bring_credits_after(key, work)


def _bring_credits_after(key: str, work: UnitOfWork) -> None:
    """Checks the credit notes again that a bill, or another credit note for the same bill, leaves more or less to."""
    changed = work.state(INVOICES, key)
    number = (
        changed.document and (changed.document.corrects if changed.sign < 0 else changed.number) if changed else None
    )
    if changed is None or not number:
        return
    for credit in credits_naming(changed.provider_urn, number, work):
        if credit != key:
            work.record(INVOICES, credit, _checked_now(_known(credit, work), work))


def _ask_to_send(urn: int, work: UnitOfWork) -> Provider:
    provider = work.state(PROVIDERS, str(urn))
    if not policy.may_send_invoices(work.actor) or not _speaks_for(urn, work):
        raise forbidden("send invoices of this school")
    if provider is None:
        raise Refused(unknown_provider(urn))
    return provider


def _speaks_for(urn: int, work: UnitOfWork) -> bool:
    """Whether the actor is the council's own, or speaks for the school."""
    actor = work.actor
    if policy.may_receive_invoices(actor):
        return True
    provider = work.state(PROVIDERS, str(urn))
    group = provider.facts.owner_group if provider else None
    return urn in actor.schools.urns or (group is not None and group == actor.schools.owner_group)


def _ask_to_approve(found: Invoice, work: UnitOfWork) -> None:
    actor, limit = work.actor, rules_of(work).finance_up_to
    if not policy.may_approve_invoices(actor):
        raise forbidden("approve invoices")
    lines = found.document.lines if found.document else ()
    hands = hands_of_order(lines, work).joined(hands_of_keying(found, work))
    may_approve(person_of(work, work.account), hands)
    above = found.document is not None and found.document.net > limit
    steps_up = any(one.outcome == "step_up" for one in found.findings)
    if (above or steps_up) and not policy.may_approve_any_amount(actor):
        raise Refused(
            Fault(
                "above-limit",
                "This invoice is above what finance may approve by itself."
                if above
                else "This invoice takes a placement over what was committed.",
                expected="an approver",
                mend="It waits in the queue of those who approve.",
                status=403,
            )
        )


def _held_against(
    asked: list[Approval], fault: Callable[[Stretch], Fault], work: UnitOfWork
) -> tuple[ChargedDays, ...]:
    """The days that must bear what is asked, with their charges as known now; `Refused` where they cannot."""
    position = work.log.head.position
    refs = sorted({approval.key.agreement_ref for approval in asked})
    histories = {ref: answered_in(work, history_of(ref, position)) for ref in refs}
    before = [approval for ref in refs for approval in answered_in(work, approvals_standing(ref, position))]
    stretches = list(stretches_of(asked, before, partial(charge_of, histories, position)))
    if (excess := excess_in(stretches)) is not None:
        raise Refused(fault(excess))
    return tuple(
        ChargedDays(**one.key._asdict(), first_day=one.first_day, last_day=one.last_day, charged=one.charged)
        for one in stretches
    )


def _above_charge(excess: Stretch) -> Fault:
    return Fault(
        "above-charge",
        said(
            "From %(first_day)s to %(last_day)s %(approved)s for %(line)s would be approved where %(charged)s is "
            "charged.",
            first_day=excess.first_day,
            last_day=excess.last_day,
            approved=pounds(excess.approved),
            line=line_in_words(excess.key),
            charged=pounds(excess.charged),
        ),
        excess.key.agreement_ref,
        "no more than the charge as it is known now",
        "Check the invoice again: what it bills has changed, or was approved on another.",
        status=409,
    )


def _paid_again(excess: Stretch) -> Fault:
    return Fault(
        "paid-again",
        said(
            "What it gives back was approved again since: without it %(approved)s for %(line)s would be approved "
            "from %(first_day)s to %(last_day)s, where %(charged)s is charged.",
            approved=pounds(excess.approved),
            line=line_in_words(excess.key),
            first_day=excess.first_day,
            last_day=excess.last_day,
            charged=pounds(excess.charged),
        ),
        excess.key.agreement_ref,
        "an invoice whose days were not paid again",
        "Take the later invoice out first.",
        status=409,
    )


def _invoice(command: commands.InvoiceCommand, work: UnitOfWork) -> Invoice:
    return _known(command.invoice, work)


def _known(key: str, work: UnitOfWork) -> Invoice:
    found = work.state(INVOICES, key)
    if found is None:
        raise unknown_invoice(key)
    return found


def _record(command: commands.InvoiceCommand, events: list[Event], work: UnitOfWork) -> None:
    work.record(INVOICES, command.invoice, events, expected_version=command.expected_version)
    _bring_credits_after(command.invoice, work)


HANDLERS: dict[type[Command], Handler] = {
    commands.ReceiveInvoice: receive_invoice,
    commands.AgreeExpectedInvoice: agree_expected_invoice,
    commands.CheckInvoiceAgain: check_again,
    commands.QueryLines: query_lines,
    commands.AnswerQuery: answer_query,
    commands.SettleQuery: settle_query,
    commands.WriteQueryWords: write_query_words,
    commands.ApproveInvoice: approve_invoice,
    commands.VoidInvoice: void_invoice,
    commands.MakePaymentRun: make_payment_run,
    commands.ReversePaymentRun: reverse_payment_run,
    commands.RecordPayment: record_payment,
    commands.RecordSupplier: record_supplier,
    commands.RecordPayee: record_payee,
    commands.MapPaymentFile: map_payment_file,
    commands.SetInvoiceRules: set_invoice_rules,
    **CREDIT_HANDLERS,
}
