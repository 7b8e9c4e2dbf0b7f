"""Credit requests: drafted with the very event that makes them due, and always as much as was approved too much."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from random import Random

import pytest
from hypothesis import strategies as st

from commissioning.ledger.errors import Refused
from commissioning.placements.commands import CorrectPlacementDates, EndPlacement, SuspendPlacement
from invoices.commands import AnswerCreditRequest, ReceiveInvoice, SendCreditRequest, VoidInvoice
from invoices.credits.request import CREDIT_REQUESTS, CreditRequest
from invoices.events import CreditRequestDrafted
from invoices.facts import BilledDocument
from tests.brute_force.facts import World
from tests.brute_force.prices import Key
from tests.examples import on_each_store
from tests.invoices.office import AUTUMN, BLOCK, SPOT, SPRING, Office, new_office
from tests.invoices.test_expected import between, daily_pence, set_billing
from tests.invoices.test_nothing_is_paid_twice import DAYS, Register
from tests.worlds.changes import History, histories
from tests.worlds.council import new_council

PL_2_LEFT = date(2026, 10, 31)


@pytest.fixture
def office(store: str) -> Iterator[Office]:  # noqa: ARG001 - the store on which the office's ledger is kept
    """The office of the small council."""
    with new_office() as made:
        yield made


def requests_of(office: Office) -> list[CreditRequest]:
    """The credit requests as they stand, in the order in which they were drafted."""
    keys = [row[0] for row in office.rows("SELECT request FROM invoices_credit ORDER BY id")]
    found: list[CreditRequest] = []

    def look(work: object) -> None:
        found.extend(work.state(CREDIT_REQUESTS, key) for key in keys)  # type: ignore[attr-defined]  # a unit of work

    office.ledger.run(look, command_id="look", digest="", account="f.clerk", rehearse=True)
    return found


def paid_for_autumn(office: Office) -> str:
    """An approved invoice of PL-2's autumn; gives its key."""
    key = office.agree(SPOT, AUTUMN)
    office.approve(key)
    return key


def leave(office: Office, on: date = PL_2_LEFT) -> int:
    """Records late that PL-2 left; gives the position of the event."""
    receipt = office.do("w.officer", EndPlacement(placement_ref="PL-2", end_on=on, end_reason=None))
    assert receipt.first_position is not None
    return receipt.first_position


def credit_note(office: Office, key: str, pence: int) -> BilledDocument:
    """A credit note of some pence of an invoice's first line."""
    document = office.document_of(key)
    line = document.lines[0]
    changed = {"number": 1, "net": pence, "vat": None, "quantity": None, "unit": None, "rate": None}
    fields = {name: getattr(line, name) for name in type(line).__dataclass_fields__} | changed
    whole = {name: getattr(document, name) for name in type(document).__dataclass_fields__}
    return BilledDocument(
        **whole
        | {"kind": "credit_note", "number": "CN-1", "corrects": "INV-1", "lines": (type(line)(**fields),)}
        | {"net": pence, "vat": 0, "gross": pence}
    )


def test_a_leaver_logged_late_drafts_the_credit_at_once(office: Office) -> None:
    """With the leaving itself stands who, since when and how much: what was approved above the charge of the days."""
    key = paid_for_autumn(office)
    assert requests_of(office) == []
    position = leave(office)
    (request,) = requests_of(office)
    assert (request.status, request.placement_ref, request.provider_urn) == ("drafted", "PL-2", 900002)
    assert request.caused_by == position
    assert [line.invoices for line in request.lines] == [(key,)]
    # £66,000 a year in twelfths: two of the autumn's four months are no longer owed.
    assert request.pence == request.outstanding == 1_100_000
    drafted = [entry for entry in office.events() if isinstance(entry.event, CreditRequestDrafted)]
    assert [(entry.command_id, entry.account) for entry in drafted] == [
        (next(one.command_id for one in office.events() if one.position == position), "w.officer")
    ]


def test_a_suspension_drafts_its_part(office: Office) -> None:
    """Days that are suspended at half the price are asked back at half the price."""
    paid_for_autumn(office)
    november = {"first_day": date(2026, 11, 1), "last_day": date(2026, 11, 30)}
    office.do("w.officer", SuspendPlacement(placement_ref="PL-2", **november, payable_pct=50, reason=None))
    (request,) = requests_of(office)
    assert request.pence == 275_000


def test_what_was_never_approved_asks_for_no_credit(office: Office) -> None:
    """A bill that nobody approved is held by its checks; nothing was given, so nothing is asked back."""
    office.agree(SPOT, AUTUMN)
    leave(office)
    assert requests_of(office) == []


def test_a_credit_note_gives_the_request_back(office: Office) -> None:
    """Approved, the credit note reverses the days and ends the request that asked for them, and no day twice."""
    key = paid_for_autumn(office)
    leave(office)
    (request,) = requests_of(office)
    office.do("f.clerk", SendCreditRequest(request=request.key))
    office.do("fenside", AnswerCreditRequest(request=request.key, agrees=True))
    note = office.key()
    document = credit_note(office, key, request.pence)
    office.do("f.clerk", ReceiveInvoice(invoice=note, provider_urn=900002, source="keyed", document=document))
    assert [one.status for one in requests_of(office)] == ["agreed"]
    office.approve(note)
    (after,) = requests_of(office)
    assert (after.status, after.outstanding, after.credited) == ("credited", 0, {note: request.pence})
    with pytest.raises(Refused):
        office.approve(note)


def test_the_next_invoice_gives_it_back_too(office: Office) -> None:
    """A school that takes the credit off its next invoice has given it as soon as that is approved."""
    office.approve(office.agree(BLOCK, AUTUMN))
    november = {"first_day": date(2026, 11, 1), "last_day": date(2026, 11, 30)}
    office.do("w.officer", SuspendPlacement(placement_ref="PL-1", **november, payable_pct=50, reason=None))
    (request,) = requests_of(office)
    following = office.agree(BLOCK, SPRING, "INV-2")
    office.approve(following)
    (after,) = requests_of(office)
    assert (after.status, after.credited) == ("credited", {following: request.pence})


def test_a_school_that_comes_back_drops_the_request(office: Office) -> None:
    """Where the days are charged again nothing is asked for any more, and what was asked stays in the history."""
    paid_for_autumn(office)
    leave(office)
    began = date(2026, 4, 1)
    office.do("w.officer", CorrectPlacementDates(placement_ref="PL-2", start_on=began, end_on=date(2026, 11, 30)))
    (request,) = requests_of(office)
    assert (request.status, request.outstanding) == ("drafted", 550_000)
    office.do("w.officer", CorrectPlacementDates(placement_ref="PL-2", start_on=began, end_on=date(2026, 12, 31)))
    (request,) = requests_of(office)
    assert (request.status, request.pence) == ("dropped", 1_100_000)


def test_an_invoice_taken_out_leaves_nothing_to_credit(office: Office) -> None:
    """What was approved and never released is taken out with its invoice: there is nothing to ask back."""
    key = paid_for_autumn(office)
    leave(office)
    office.do("f.clerk", VoidInvoice(invoice=key))
    assert [(one.status, one.outstanding) for one in requests_of(office)] == [("dropped", 0)]


@pytest.mark.parametrize("account", ["a.head", "larkfield", "fenside"])
def test_only_finance_asks_a_school(office: Office, account: str) -> None:
    """A school is asked by finance and by nobody else, and nobody speaks for another school."""
    paid_for_autumn(office)
    leave(office)
    (request,) = requests_of(office)
    with pytest.raises(Refused):
        office.do(account, SendCreditRequest(request=request.key))
    office.do("f.clerk", SendCreditRequest(request=request.key))
    if account == "fenside":
        office.do(account, AnswerCreditRequest(request=request.key, agrees=False))
        assert [one.status for one in requests_of(office)] == ["contested"]
        return
    with pytest.raises(Refused):
        office.do(account, AnswerCreditRequest(request=request.key, agrees=True))


def above_by_brute_force(register: Register, world: World) -> dict[Key, int]:
    """By how much approvals whose days reach each other are above what the brute force charges for these days."""
    daily, by_key = daily_pence(world), defaultdict(list)
    for key, first, last, pence in register.approvals():
        by_key[key].append((first, last, pence))
    found: dict[Key, int] = {}
    for key, rows in by_key.items():
        runs: list[list[tuple[date, date, int]]] = []
        for row in sorted(rows):
            if runs and row[0] <= max(one[1] for one in runs[-1]):
                runs[-1].append(row)
            else:
                runs.append([row])
        for run in runs:
            first, last = run[0][0], max(one[1] for one in run)
            above = sum(one[2] for one in run) - between(daily, key[0], first, last).get(key, 0)
            if above > 0:
                found[key] = found.get(key, 0) + above
    return found


def asked_for(register: Register) -> dict[Key, int]:
    """What all requests together ask for still, by key."""
    found: dict[Key, int] = {}
    with register.council.ledger.store.reading() as connection:
        keys = [row[0] for row in connection.query("SELECT request FROM invoices_credit WHERE outstanding > 0")]
    states: list[CreditRequest] = []
    register.council.ledger.run(
        lambda work: states.extend(one for key in keys if (one := work.state(CREDIT_REQUESTS, key))),
        command_id="look", digest="", account="clerk", rehearse=True,
    )  # fmt: skip
    for request in states:
        for line in request.lines:
            key = (request.agreement_ref, request.placement_ref, line.component, line.kind)
            found[key] = found.get(key, 0) + request.left[line.number]
    return {key: pence for key, pence in found.items() if pence}


@on_each_store(
    6,
    history=histories(),
    seed=st.integers(0, 10**6),
    billing=st.sampled_from(["termly_advance", "monthly_advance", "half_termly_advance"]),
)
def test_what_is_asked_for_is_what_was_approved_too_much(history: History, seed: int, billing: str) -> None:
    """Whatever changes, is approved, adjusted, disputed or taken out: requests add up to approvals above the charge."""
    with new_council() as council:
        register = Register(council, Random(seed))  # noqa: S311 - a test's own dice
        for step in history.steps:
            for world in (step.workbook, step.world):
                set_billing(world, billing)
            council.take_in(step.workbook)
            assert asked_for(register) == above_by_brute_force(register, step.world)
            for agreement in sorted({str(row["agreement_ref"]) for row in step.world["Agreements"]}):
                register.bill(agreement, register.chance.choice(DAYS))
            for key in register.open:
                if register.chance.random() < 0.2:
                    register.anything(key)
                if register.chance.random() < 0.6:
                    register.approve(key, step.world)
            assert asked_for(register) == above_by_brute_force(register, step.world)
