"""Separation of duties: who, having done one thing with a sum of money, may not do the next; pure.

A person counts as one, however many roles the account holds: what is compared is who did what, never in which role. A
bulk import is the deed of two, who uploaded it and who confirmed it, and bars those two alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Literal

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import Said, said

Barring = Literal["logged_the_placement", "agreed_the_price", "uploaded_it", "confirmed_it", "keyed_it", "approved_it"]

_BEFORE_APPROVAL: tuple[Barring, ...] = (
    "logged_the_placement",
    "agreed_the_price",
    "uploaded_it",
    "confirmed_it",
    "keyed_it",
)
_IN_WORDS: dict[Barring, Said] = {
    "logged_the_placement": said("logged the placement"),
    "agreed_the_price": said("agreed the price"),
    "uploaded_it": said("uploaded the workbook that it came with"),
    "confirmed_it": said("confirmed the workbook that it came with"),
    "keyed_it": said("keyed the invoice"),
    "approved_it": said("approved the invoice"),
}


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose hands something went through: accounts, by what they did with it."""

    logged_the_placement: frozenset[str] = frozenset()
    agreed_the_price: frozenset[str] = frozenset()
    uploaded_it: frozenset[str] = frozenset()
    confirmed_it: frozenset[str] = frozenset()
    approved_it: frozenset[str] = frozenset()
    keyed_it: frozenset[str] = frozenset()

    def joined(self, other: "Hands") -> "Hands":
        """The hands of both, as of an invoice with several lines."""
        return Hands(
            self.logged_the_placement | other.logged_the_placement,
            self.agreed_the_price | other.agreed_the_price,
            self.uploaded_it | other.uploaded_it,
            self.confirmed_it | other.confirmed_it,
            self.approved_it | other.approved_it,
            self.keyed_it | other.keyed_it,
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """A step that takes two people, waiting for the second."""

    what: str
    proposed_by: str


def may_approve(account: str, hands: Hands) -> None:
    """`Refused` where whoever would approve an invoice has ordered, agreed the price, brought these in, or keyed it."""
    _must_be_another(account, hands, _BEFORE_APPROVAL, "approve its invoice")


def may_release(account: str, hands: Hands) -> None:
    """`Refused` where whoever would release a payment run has approved something in it."""
    _must_be_another(account, hands, ("approved_it",), "release the payment")


def may_confirm(account: str, proposal: Proposal) -> None:
    """`Refused` where the second of two people would be the first again."""
    if account == proposal.proposed_by:
        raise Refused(
            Fault(
                "same-person",
                "You proposed this yourself; it takes a second person to confirm it.",
                where=proposal.what,
                mend="It waits in the queue of everybody else who may.",
                status=403,
            )
        )


def takes_two(pence: int | Fraction, above: int) -> bool:
    """Whether an award of a yearly value needs a second person: it is more than the council's own limit (pence)."""
    return pence > above


def waits_for(account: str, proposals: Iterable[Proposal]) -> list[Proposal]:
    """The proposals that the account may confirm: its own stand in the others' queues."""
    return [proposal for proposal in proposals if proposal.proposed_by != account]


def _must_be_another(account: str, hands: Hands, barring: tuple[Barring, ...], deed: str) -> None:
    done = [reason for reason in barring if account in getattr(hands, reason)]
    if done:
        deeds = reduce(_together, (_IN_WORDS[reason] for reason in done))
        raise Refused(
            Fault(
                "same-person",
                said("You %(deeds)s, so you may not %(deed)s.", deeds=deeds, deed=said(deed)),
                expected="somebody who had no hand in it",
                mend="It waits in the queue of everybody else who may.",
                status=403,
            )
        )


def _together(deed: Said, another: Said) -> Said:
    return said("%(deed)s and %(another)s", deed=deed, another=another)
