"""Credit notes for a bill that is disputed, settled and paid in any order: nothing is taken back that was never paid.

The measure is what the school has in hand: in the end it has credited the whole bill, so it keeps nothing and owes
nothing, neither net nor VAT, whatever was settled as not owed and whenever the credit notes came.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from commissioning.ledger.events import Event
from invoices import approving, commands, disputing, releasing
from invoices.credits.meeting import met_by
from invoices.events import InvoiceChecked, InvoiceReceived
from invoices.held import Code, HeldDocument, HeldLine, LineAmount, LineMatch
from invoices.invoice import INVOICES, Invoice
from invoices.queries import Released, Settlement, listed_of
from invoices.settled import not_owed_by_day, not_owed_of
from invoices.statement import Statement, statement_of
from tests.examples import examples
from tests.golden_events.examples_of_invoices import DOCUMENT
from tests.invoices.test_vat_findings import FIRST, RIGHT_NUMBER, URN, Drawn, drawn_lines, found_of, held_document

BILL = "b" * 32
LAST = date(2099, 12, 31)


def of_places(document: HeldDocument) -> HeldDocument:
    """The bill with its second line for another place than the rest."""
    lines = tuple(replace(one, placement_ref="PL-INV-2") if one.number == 2 else one for one in document.lines)
    return replace(document, lines=lines)


class Credited(RuleBasedStateMachine):
    """A bill and the credit notes for it; what a test asks of the ledger's handlers is done here by hand, in order."""

    @initialize(lines=drawn_lines(), number=st.sampled_from([None, RIGHT_NUMBER]), registered=st.booleans())
    def begin(self, lines: list[Drawn], number: str | None, *, registered: bool) -> None:
        """The bill comes in and is checked."""
        self.day, self.numbers, self.registered = FIRST, count(1), registered
        self.owed = {place: one.owed for place, one in enumerate(lines, 1)}
        self.credits: dict[str, Invoice] = {}
        self.bill = self.received(BILL, of_places(held_document(lines, number, credit=False)))
        self.check_bill()

    def received(self, key: str, document: HeldDocument) -> Invoice:
        """A document as it comes in."""
        event = InvoiceReceived(
            effective_on=self.day, invoice=key, provider_urn=URN, source="file", document=document, sha256=None,
            expected_at=1,
        )  # fmt: skip
        made = INVOICES.fold([event])
        assert made is not None
        return made

    def take(self, events: Sequence[Event], key: str = BILL) -> None:
        """The bill, or a credit note, after some events; days go by, and credit notes are checked again."""
        if key == BILL:
            self.bill = INVOICES.fold(events, self.bill) or self.bill
        else:
            self.credits[key] = INVOICES.fold(events, self.credits[key]) or self.credits[key]
        self.day += timedelta(days=1)
        for one in self.credits:
            self.check_credit(one)

    def check_credit(self, key: str) -> None:
        """A credit note is checked with what its bill leaves to it."""
        credit = self.credits[key]
        if credit.voided or credit.document is None or (credit.releases and not credit.is_open):
            return
        others = [one for other, one in self.credits.items() if other != key and not one.voided]
        met = met_by(credit.document, credit, [self.bill], others)
        matches = tuple(
            LineMatch(
                number=line, expected=0, payable=one.takes, first_day=FIRST, last_day=FIRST, cancels=one.cancels,
                cancels_vat=one.cancels_vat, takes_vat=one.takes_vat,
            )
            for line, one in met.items()
        )  # fmt: skip
        findings = found_of(credit.document, registered=self.registered, settled=False)
        checked = InvoiceChecked(effective_on=self.day, expected_at=1, findings=findings, matches=matches)
        self.credits[key] = INVOICES.fold([checked], credit) or credit

    @rule()
    def check_bill(self) -> None:
        """Every check is made of the bill with what is known now."""
        assert self.bill.document is not None
        findings = found_of(self.bill.document, registered=self.registered, settled=self.bill.vat_number_settled)
        matches = tuple(
            LineMatch(number=line, expected=owed, payable=owed, first_day=FIRST, last_day=FIRST)
            for line, owed in self.owed.items()
        )
        self.take([InvoiceChecked(effective_on=self.day, expected_at=1, findings=findings, matches=matches)])

    @rule(registered=st.booleans())
    def registered_or_not(self, *, registered: bool) -> None:
        """The council records the school's VAT number, or that it has none; nothing is checked yet."""
        self.registered = registered

    @rule(line=st.integers(1, 3), pence=st.integers(1, 300), code=st.sampled_from(["VAT-1", "VAT-3", "RTE-1"]))
    def query(self, line: int, pence: int, code: Code) -> None:
        """Some of a line's VAT, or of its net, is put to the school; at most what is left to ask about."""
        if line not in self.owed:
            return
        of_vat = code != "RTE-1"
        held = self.bill.line(line)
        left = self.bill.undecided_vat_of(held) if of_vat else self.bill.undecided_of(held)
        amounts = (LineAmount(line=line, pence=min(pence, left)),)
        asked = commands.QueryLines(
            invoice=BILL, code=code, amounts=() if of_vat else amounts, vat=amounts if of_vat else ()
        )
        if left > 0:
            self.take(disputing.decide_query(asked, self.bill, self.day))

    @rule(share=st.sampled_from([0, 0, 50, 100]))
    def settle(self, share: int) -> None:
        """The oldest open query ends with none, a part or all of it owed; the bill is checked again."""
        query = next((one for one in self.bill.queries if one.settled_on is None), None)
        if query is not None:
            owed, owed_vat = (
                tuple(LineAmount(line=line, pence=pence * share // 100) for line, pence in amounts.items())
                for amounts in (query.amounts, query.vat)
            )
            command = commands.SettleQuery(invoice=BILL, query=query.number, owed=owed, owed_vat=owed_vat)
            self.take(disputing.decide_settlement(command, self.bill, self.day))
            self.check_bill()

    @rule(share=st.sampled_from([10, 50, 100]), line=st.integers(0, 3), vat=st.booleans())
    def give_credit(self, share: int, line: int, *, vat: bool) -> None:
        """The school credits a share, per cent, of what is not credited of a line, or of all with 0, VAT or not."""
        left = [(one, *self.not_credited(one)) for one in self.lines if line in (0, one.number)]
        self.credit([(one, net * share // 100, of_vat * share // 100 if vat else 0) for one, net, of_vat in left])

    @property
    def lines(self) -> tuple[HeldLine, ...]:
        """The lines of the bill."""
        assert self.bill.document is not None
        return self.bill.document.lines

    def not_credited(self, line: HeldLine) -> tuple[int, int]:
        """The net and VAT of a line that no credit note gives back."""
        given = [
            one
            for credit in self.credits.values()
            if not credit.voided and credit.document
            for one in credit.document.lines
            if one.number == line.number
        ]
        return line.net - sum(one.net for one in given), (line.vat or 0) - sum(one.vat or 0 for one in given)

    def credit(self, given: Sequence[tuple[HeldLine, int, int]]) -> str | None:
        """A credit note of so much net and VAT of some lines comes in; gives its key."""
        lines = tuple(
            replace(line, net=net, vat=vat, quantity=None, unit=None, rate=None)
            for line, net, vat in given
            if net > 0 or vat > 0
        )
        if not lines:
            return None
        key = f"{next(self.numbers):032x}"
        net, vat = sum(one.net for one in lines), sum(one.vat or 0 for one in lines)
        document = replace(
            DOCUMENT, kind="credit_note", number=f"CN-{key}", corrects=DOCUMENT.number, vat_number=None, lines=lines,
            net=net, vat=vat, gross=net + vat,
        )  # fmt: skip
        self.credits[key] = self.received(key, document)
        self.check_credit(key)
        return key

    def one_of(self, choice: int) -> tuple[str, Invoice]:
        """The bill, or one of its credit notes."""
        known = [(BILL, self.bill), *((key, one) for key, one in self.credits.items() if not one.voided)]
        return known[choice % len(known)]

    @rule(choice=st.integers(0, 5))
    def approve(self, choice: int) -> None:
        """Whatever can be of one of them is approved."""
        key, found = self.one_of(choice)
        if found.is_payable:
            self.take(approving.decide_approval(found, 1, (), self.day), key)

    @rule(choice=st.integers(0, 5), back=st.booleans())
    def run(self, choice: int, *, back: bool = False) -> None:
        """What waits of one of them goes into a run, which is paid or taken back."""
        key, found = self.one_of(choice)
        if not found.waits_for_a_run:
            return
        run = f"{next(self.numbers):032x}"
        self.take(releasing.decide_release(found, run, len(found.releases) + 1, self.day), key)
        found = self.one_of(choice)[1]
        if back:
            self.take(releasing.decide_reversal(found, run, self.day), key)
        else:
            self.take(releasing.decide_payment(found, run, self.day, ""), key)

    @rule(choice=st.integers(0, 5))
    def take_out(self, choice: int) -> None:
        """A credit note of which nothing was released is taken out; others keep what they took."""
        key, found = self.one_of(choice)
        if key != BILL and not found.releases:
            self.take(approving.decide_void(found, (), self.day), key)

    @property
    def standing(self) -> list[Invoice]:
        """The credit notes that stand."""
        return [one for one in self.credits.values() if not one.voided]

    @invariant()
    def no_more_is_taken_back_than_was_approved(self) -> None:
        """Of the net and of the VAT; so the school never owes what it was never paid."""
        net = sum(self.bill.approved.values()) - sum(sum(one.approved.values()) for one in self.standing)
        vat = self.bill.approved_vat - sum(one.approved_vat for one in self.standing)
        assert (net >= 0, vat >= 0) == (True, True), (net, vat)

    @invariant()
    def every_penny_of_a_bill_and_of_a_credit_is_in_one_place(self) -> None:
        """Nothing of a line is approved, disputed, settled, cancelled and payable for more than it is."""
        for one in (self.bill, *self.standing):
            disputes = one.disputes
            for line in one.document.lines if one.document else ():
                places = (one.approved_of(line), not_owed_of(one, line), one.cancels_of(line))
                net, vat = (sum(parts) for parts in zip(*places, strict=True))
                net += disputes.disputed.get(line.number, 0) + one.payable.get(line.number, 0)
                vat += one.payable_vat.get(line.number, 0)
                assert 0 <= net <= line.net
                assert 0 <= vat <= (line.vat or 0)

    @invariant()
    def the_statement_says_what_is_outstanding(self) -> None:
        """Billed less paid, less settled as not owed, less credited; and of each document alone, never too little."""
        found = self.statement()
        listed = [listed_of(one, "Larkfield") for one in (self.bill, *self.credits.values())]
        assert found.closing == sum(one.outstanding for one in listed)
        assert listed[0].outstanding >= 0
        assert all(one.outstanding <= 0 for one in listed[1:])
        assert found.awaited >= 0
        gross = sum(one.gross for one in listed if one.status != "voided")
        paid = self.bill.paid_gross + sum(one.paid_gross for one in self.standing)
        assert found.closing == gross - paid - found.awaited

    def statement(self) -> Statement:
        """The school's statement of everything."""
        documents = [(one, listed_of(one, "Larkfield")) for one in (self.bill, *self.credits.values())]
        parts = [
            Released(
                row, part.run, part.part, "", one.sign * sum(part.amounts.values()), one.sign * sum(part.vat.values()),
                FIRST, part.paid_on,
            )
            for one, row in documents
            for part in one.releases
        ]  # fmt: skip
        settled = [
            Settlement(row, day, one.sign * pence, cancels)
            for one, row in documents
            for cancels, by_day in ((False, not_owed_by_day(one)), (True, one.cancelled))
            for day, pence in by_day.items()
        ]
        return statement_of([row for _, row in documents], parts, settled, FIRST, LAST)

    def teardown(self) -> None:
        """In the end the bill closes; credit for what was settled moves nothing, and credit for the rest all."""
        if not hasattr(self, "bill"):
            return
        self.close()
        before = self.statement()
        given = [one for place in {line.placement_ref for line in self.lines} for one in self.awaited_of(place)]
        if key := self.credit(given):
            assert not self.credits[key].is_payable
            assert not self.credits[key].is_open
            assert self.statement().closing == before.closing
        self.credit([(line, *self.not_credited(line)) for line in self.lines])
        self.close()
        assert self.in_hand() == (0, 0), "everything was credited"

    def in_hand(self) -> tuple[int, int]:
        """The net and VAT that the school was paid and has not given back."""
        paid = [(one.sign, part) for one in (self.bill, *self.standing) for part in one.releases if part.paid_on]
        return (
            sum(sign * sum(part.amounts.values()) for sign, part in paid),
            sum(sign * sum(part.vat.values()) for sign, part in paid),
        )

    def awaited_of(self, place: str | None) -> list[tuple[HeldLine, int, int]]:
        """What was settled as not owed of a place's lines and is not cancelled, on lines that are not credited yet."""
        own = [line for line in self.lines if line.placement_ref == place]
        cancelled = [
            credit.cancels_of(one)
            for credit in self.standing
            for one in (credit.document.lines if credit.document else ())
            if one.placement_ref == place
        ]
        left = [sum(parts) for parts in zip(*(not_owed_of(self.bill, line) for line in own), strict=True)]
        left = [one - sum(gone[which] for gone in cancelled) for which, one in enumerate(left)]
        found = []
        for line in own:
            given = [min(one, most) for one, most in zip(left, self.not_credited(line), strict=True)]
            left = [one - part for one, part in zip(left, given, strict=True)]
            found.append((line, *given))
        return found

    def close(self) -> None:
        """Asks about everything that cannot be approved and settles it at nothing; approves and pays all else."""
        for _ in range(3):
            self.check_bill()
            for choice in range(len(self.standing) + 1):
                self.approve(choice)
                self.run(choice)
            for line in self.lines:
                self.query(line.number, line.net, "RTE-1")
                self.query(line.number, line.vat or 0, "VAT-3")
            while any(one.settled_on is None for one in self.bill.queries):
                self.settle(0)


def test_credits_take_back_what_was_paid_and_nothing_else() -> None:
    """Over any history of a bill and the credit notes for it."""
    run_state_machine_as_test(Credited, settings=settings(examples(200), stateful_step_count=16))
