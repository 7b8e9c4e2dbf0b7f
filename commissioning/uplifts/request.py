"""A school's request for higher prices: what may be said of it, and how it stands after its events. Pure.

Asked, offered and agreed are three figures and all are kept. A decision is changed by taking it back, so that the rates
which came of it are withdrawn by name and nothing is raised twice.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import Said, listed, said
from commissioning.uplifts import commands, events
from commissioning.uplifts.facts import RaisedRate, Rise, Subject
from commissioning.uplifts.raising import Meant, is_one_price, raised_rates
from contracts.words import COMPONENTS

RequestState = Literal["asked", "offered", "agreed", "agreed_in_part", "refused", "withdrawn"]
WAITING: Final = frozenset[RequestState]({"asked", "offered"})
MOST_PER_CENT: Final = Decimal(100)


class UpliftRequest(NamedTuple):
    """One request as it is known. `decided_on` is the day of an agreement, a refusal or a withdrawal."""

    round: str
    subject: Subject
    asked: Rise
    received_on: date
    evidence: str
    offered: Rise | None = None
    offered_on: date | None = None
    offer_reason: str | None = None
    state: RequestState = "asked"
    agreed: Rise | None = None
    applies_from: date | None = None
    decided_on: date | None = None
    reason: str | None = None
    rates: tuple[RaisedRate, ...] = ()

    @property
    def key(self) -> str:
        """The key of its stream."""
        return key_of(self.round, self.subject)

    @property
    def waits(self) -> bool:
        """Whether somebody still has to decide it."""
        return self.state in WAITING


def key_of(round_name: str, subject: Subject) -> str:
    """The key of a request's stream: its round, and what it is about, the parts that narrow nothing left out."""
    parts = (
        ("", round_name),
        ("", str(subject.provider_urn)),
        ("", subject.component),
        ("agreement=", subject.agreement_ref),
        ("placement=", subject.placement_ref),
        ("band=", subject.band),
        ("setting=", subject.setting),
    )
    return "|".join(f"{name}{value}" for name, value in parts if value is not None)


def decide(command: commands.RequestCommand, request: UpliftRequest | None, meant: Sequence[Meant]) -> list[Event]:
    """Give the events of a command, `meant` being the prices it is about; none where nothing would change.

    Raises `Refused`, with the field of the command that is at fault.
    """
    if isinstance(command, commands.AskUplift):
        return _ask(command, request, meant)
    if request is None:
        raise unknown_request(command.round, command.subject)
    match command:
        case commands.OfferUplift():
            return _offer(command, request, meant)
        case commands.AgreeUplift():
            return _agree(command, request, meant)
        case commands.RefuseUplift():
            return _refuse(command, request)
        case commands.TakeBackUpliftDecision():
            return _take_back(command, request)
        case commands.WithdrawUplift():
            return _withdraw(command, request)
        case _:
            raise AssertionError(command)


def _ask(command: commands.AskUplift, request: UpliftRequest | None, meant: Sequence[Meant]) -> list[Event]:
    _check(command.asked, "asked", meant)
    if request is not None:
        if (request.asked, request.received_on, request.evidence) == (
            command.asked,
            command.received_on,
            command.evidence,
        ) and request.state != "withdrawn":
            return []
        if not request.waits and request.state != "withdrawn":
            raise _decided(request)
    return [
        events.UpliftAsked(
            effective_on=command.received_on,
            round=command.round,
            subject=command.subject,
            asked=command.asked,
            received_on=command.received_on,
            evidence=command.evidence,
        )
    ]


def _offer(command: commands.OfferUplift, request: UpliftRequest, meant: Sequence[Meant]) -> list[Event]:
    _check(command.offered, "offered", meant)
    _must_wait(request)
    stands = (request.offered, request.offered_on, request.offer_reason)
    if stands == (command.offered, command.offered_on, command.reason):
        return []
    return [
        events.UpliftOffered(effective_on=command.offered_on, offered=command.offered, reason=command.reason),
    ]


def _agree(command: commands.AgreeUplift, request: UpliftRequest, meant: Sequence[Meant]) -> list[Event]:
    stands = (request.agreed, request.applies_from, request.decided_on, request.reason)
    if stands == (command.agreed, command.applies_from, command.decided_on, command.reason):
        return []
    _check(command.agreed, "agreed", meant)
    _must_wait(request)
    if not meant:
        raise Refused(
            Fault(
                "no-price",
                said(
                    "No price of this request is held on the eve of %(applies_from)s, so there is none to raise.",
                    applies_from=command.applies_from,
                ),
                "applies_from",
                mend="Choose a day on which the prices hold, or record them first.",
            )
        )
    return [
        events.UpliftAgreed(
            effective_on=command.applies_from,
            agreed=command.agreed,
            decided_on=command.decided_on,
            reason=command.reason,
            rates=raised_rates(meant, command.agreed, command.applies_from),
        )
    ]


def _refuse(command: commands.RefuseUplift, request: UpliftRequest) -> list[Event]:
    if (request.state, request.decided_on, request.reason) == ("refused", command.decided_on, command.reason):
        return []
    _must_wait(request)
    return [events.UpliftRefused(effective_on=command.decided_on, reason=command.reason)]


def _take_back(command: commands.TakeBackUpliftDecision, request: UpliftRequest) -> list[Event]:
    if request.waits or request.state == "withdrawn":
        raise Refused(
            Fault(
                "not-decided",
                "There is no decision to take back.",
                in_words(request.round, request.subject),
                status=409,
            )
        )
    return [events.UpliftDecisionTakenBack(effective_on=command.taken_back_on, reason=command.reason)]


def _withdraw(command: commands.WithdrawUplift, request: UpliftRequest) -> list[Event]:
    if request.state == "withdrawn":
        return []
    _must_wait(request)
    return [events.UpliftWithdrawn(effective_on=command.withdrawn_on, reason=command.reason)]


def _check(rise: Rise, field: str, meant: Sequence[Meant]) -> None:
    """A rise is a percentage or an amount, within reason, and a new amount is of one price."""
    if (rise.percent is None) == (rise.amount is None):
        raise Refused(
            Fault("rise", "A rise is a percentage or a new amount.", field, "one of the two, the other left blank")
        )
    if rise.percent is not None and not -MOST_PER_CENT <= rise.percent <= MOST_PER_CENT:
        raise Refused(
            Fault(
                "percent",
                said("%(percent)s%% is no rise of a price.", percent=rise.percent),
                field,
                "-100 to 100 per cent",
            )
        )
    if rise.amount == 0:
        raise Refused(Fault("amount", "A price of nothing ends it.", field, "an amount, or a percentage"))
    if rise.amount is not None and meant and not is_one_price(meant):
        raise Refused(
            Fault(
                "not-one-price",
                said(
                    "One new amount cannot stand for the %(count)s prices that this is about: they differ.",
                    count=len(meant),
                ),
                field,
                "a percentage, or a request for one of the prices",
                "Narrow the request to an agreement, a placement, a band or a setting.",
            )
        )


def _must_wait(request: UpliftRequest) -> None:
    if not request.waits:
        raise _decided(request)


_DECIDED: dict[RequestState, Said] = {
    "agreed": said("agreed"),
    "agreed_in_part": said("agreed in part"),
    "refused": said("refused"),
    "withdrawn": said("withdrawn"),
}


def _decided(request: UpliftRequest) -> Refused:
    return Refused(
        Fault(
            "decided",
            said(
                "The request was %(state)s on %(decided_on)s.",
                state=_DECIDED[request.state],
                decided_on=request.decided_on,
            ),
            in_words(request.round, request.subject),
            mend="Take that decision back first."
            if request.state != "withdrawn"
            else "Record that the school asks again.",
            status=409,
        )
    )


def unknown_request(round_name: str, subject: Subject) -> Refused:
    """The refusal of naming a request that nobody recorded."""
    return Refused(
        Fault(
            "request-unknown",
            "No such request is recorded.",
            in_words(round_name, subject),
            mend="Record what the school asks first.",
            status=404,
        )
    )


def in_words(round_name: str, subject: Subject) -> str:
    """Name a request in a fault: `uplift round 2027, school 900001, education, agreement AG01`."""
    of_the_school = [
        said("uplift round %(round)s", round=round_name),
        said("school %(urn)s", urn=subject.provider_urn),
        COMPONENTS[subject.component].lower(),
    ]
    narrowed = [
        subject.agreement_ref and said("agreement %(agreement)s", agreement=subject.agreement_ref),
        subject.placement_ref and said("placement %(placement)s", placement=subject.placement_ref),
        subject.band and said("band %(band)s", band=subject.band),
        subject.setting and said("setting %(setting)s", setting=subject.setting),
    ]
    return listed([*of_the_school, *filter(None, narrowed)])


def evolve(request: UpliftRequest | None, event: Event) -> UpliftRequest:
    """Give the request after an event; raise `LedgerDamaged` where the event cannot follow."""
    if isinstance(event, events.UpliftAsked):
        return _asked(request, event)
    evolution = _EVOLUTIONS.get(type(event))
    if request is None or evolution is None:
        raise misplaced(event, request)
    return evolution(request, event)


def _asked(request: UpliftRequest | None, event: events.UpliftAsked) -> UpliftRequest:
    """A request that was withdrawn begins anew; an offer stands until another is made."""
    asked = UpliftRequest(event.round, event.subject, event.asked, event.received_on, event.evidence)
    if request is None or not request.waits:
        return asked
    return request._replace(asked=event.asked, received_on=event.received_on, evidence=event.evidence)


def _offered(request: UpliftRequest, event: events.UpliftOffered) -> UpliftRequest:
    return request._replace(
        state="offered", offered=event.offered, offered_on=event.effective_on, offer_reason=event.reason
    )


def _offer_withdrawn(request: UpliftRequest, _event: events.UpliftOfferWithdrawn) -> UpliftRequest:
    return request._replace(state="asked", offered=None, offered_on=None, offer_reason=None)


def _agreed(request: UpliftRequest, event: events.UpliftAgreed) -> UpliftRequest:
    return request._replace(
        state="agreed" if _in_full(event.agreed, request.asked) else "agreed_in_part",
        agreed=event.agreed,
        applies_from=event.effective_on,
        decided_on=event.decided_on,
        reason=event.reason,
        rates=event.rates,
    )


def _refused(request: UpliftRequest, event: events.UpliftRefused) -> UpliftRequest:
    return request._replace(state="refused", decided_on=event.effective_on, reason=event.reason)


def _decision_taken_back(request: UpliftRequest, _event: events.UpliftDecisionTakenBack) -> UpliftRequest:
    return request._replace(
        state="asked" if request.offered is None else "offered",
        agreed=None,
        applies_from=None,
        decided_on=None,
        reason=None,
        rates=(),
    )


def _withdrawn(request: UpliftRequest, event: events.UpliftWithdrawn) -> UpliftRequest:
    return request._replace(state="withdrawn", decided_on=event.effective_on, reason=event.reason)


def _in_full(agreed: Rise, asked: Rise) -> bool:
    """Whether what is agreed is no less than what was asked; a percentage and an amount are not compared."""
    if agreed.percent is not None and asked.percent is not None:
        return agreed.percent >= asked.percent
    if agreed.amount is not None and asked.amount is not None:
        return agreed.amount >= asked.amount
    return False


_EVOLUTIONS: dict[type[Event], Callable[[UpliftRequest, Any], UpliftRequest]] = {
    events.UpliftOffered: _offered,
    events.UpliftOfferWithdrawn: _offer_withdrawn,
    events.UpliftAgreed: _agreed,
    events.UpliftRefused: _refused,
    events.UpliftDecisionTakenBack: _decision_taken_back,
    events.UpliftWithdrawn: _withdrawn,
}
UPLIFTS = Aggregate("uplift", evolve)
