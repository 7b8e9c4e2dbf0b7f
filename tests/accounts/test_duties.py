"""Separation of duties as a property: over whatever histories, nobody both orders and pays."""

import dataclasses
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.accounts.duties import Hands, Proposal, may_approve, may_confirm, may_release, takes_two, waits_for
from commissioning.ledger.errors import Refused

PEOPLE = ("ada", "ben", "cyd", "dee")
SOME = st.frozensets(st.sampled_from(PEOPLE))
HANDS = st.builds(Hands, SOME, SOME, SOME, SOME, SOME, SOME)


def allowed(rule: Callable[[str, Hands], None], account: str, hands: Hands) -> bool:
    try:
        rule(account, hands)
    except Refused as refusal:
        return refusal.faults[0].status != 403  # a refusal of another kind would be a defect
    return True


@given(HANDS, st.sampled_from(PEOPLE))
def test_whoever_had_a_hand_in_the_order_never_approves_its_invoice(hands: Hands, account: str) -> None:
    """Logging, agreeing, uploading, confirming and keying each bar, approving before does not, and nothing else."""
    ordered = hands.logged_the_placement | hands.agreed_the_price | hands.uploaded_it | hands.confirmed_it
    barred = ordered | hands.keyed_it
    assert allowed(may_approve, account, hands) == (account not in barred)


@given(HANDS, st.sampled_from(PEOPLE))
def test_whoever_approved_never_releases(hands: Hands, account: str) -> None:
    """Only approving bars from releasing."""
    assert allowed(may_release, account, hands) == (account not in hands.approved_it)


@given(HANDS, HANDS, st.sampled_from(PEOPLE))
def test_an_invoice_of_several_lines_bars_whoever_any_line_bars(one: Hands, other: Hands, account: str) -> None:
    """What is joined is neither forgotten nor spread to others."""
    for rule in (may_approve, may_release):
        assert allowed(rule, account, one.joined(other)) == (
            allowed(rule, account, one) and allowed(rule, account, other)
        )


@given(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE))
def test_from_the_order_to_the_payment_it_takes_three_people(logged: str, approves: str, releases: str) -> None:
    """Of all ways to hand out the three steps only those are allowed in which no two that bar are one person's."""
    hands = Hands(logged_the_placement=frozenset({logged}))
    through = allowed(may_approve, approves, hands) and allowed(
        may_release, releases, dataclasses.replace(hands, approved_it=frozenset({approves}))
    )
    assert through == (approves not in (logged, releases))


@given(st.lists(st.builds(Proposal, st.text(max_size=5), st.sampled_from(PEOPLE))), st.sampled_from(PEOPLE))
def test_a_four_eyes_step_waits_in_the_others_queues(proposals: list[Proposal], account: str) -> None:
    """What stands in one's queue one may confirm, and what does not is one's own."""
    queue = waits_for(account, proposals)
    for proposal in proposals:
        if proposal in queue:
            may_confirm(account, proposal)
        else:
            with pytest.raises(Refused, match="second person"):
                may_confirm(account, proposal)


@given(st.integers(0, 10**10), st.integers(0, 10**10))
def test_an_award_at_the_limit_takes_one_and_above_it_two(pence: int, above: int) -> None:
    """The limit itself is still one person's."""
    assert takes_two(pence, above) == (pence > above)


def test_the_refusal_says_what_was_done() -> None:
    """A person who is refused learns which deed bars them."""
    hands = Hands(agreed_the_price=frozenset({"ada"}), uploaded_it=frozenset({"ada"}))
    with pytest.raises(Refused, match="You agreed the price and uploaded the workbook"):
        may_approve("ada", hands)
