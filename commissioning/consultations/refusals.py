"""Why something asked of a consultation is refused, in words for people: each refusal in one place."""

from datetime import date

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said


def already_known(ref: str) -> Refused:
    """Another consultation stands under the reference."""
    return _refused(
        ref,
        "consultation-known",
        "A consultation with this reference is recorded already.",
        mend="Use another reference.",
        status=409,
    )


def unknown(ref: str) -> Refused:
    """No consultation has the reference."""
    return _refused(ref, "consultation-unknown", "There is no consultation with this reference.", status=404)


def closed(ref: str, closed_on: date) -> Refused:
    """The search is over."""
    return _refused(
        ref,
        "consultation-closed",
        said("This consultation was closed on %(closed_on)s.", closed_on=closed_on),
        mend="Begin another one for the pupil.",
        status=409,
    )


def started(ref: str, placement_ref: str) -> Refused:
    """The placement was logged."""
    return _refused(
        ref,
        "consultation-started",
        said("The placement %(placement)s was logged from this consultation.", placement=placement_ref),
        mend="Change the placement instead.",
        status=409,
    )


def consulted_already(ref: str, urn: int, consulted_on: date) -> Refused:
    """The school was asked on another day."""
    return _refused(
        ref,
        "consulted-already",
        said(
            "The school %(school)s was consulted on %(consulted_on)s already.",
            school=urn,
            consulted_on=consulted_on,
        ),
        status=409,
    )


def not_consulted(ref: str, urn: int) -> Refused:
    """An answer comes from a school that nobody asked."""
    return _refused(
        ref,
        "not-consulted",
        said("The school %(school)s was not consulted.", school=urn),
        mend="Record that it was, first.",
    )


def unknown_school(ref: str, urn: int) -> Refused:
    """The school is not in the ledger."""
    return _refused(
        ref,
        "provider-unknown",
        said("There is no school %(school)s in the ledger.", school=urn),
        mend="Add the school first.",
        status=404,
    )


def no_offer(ref: str, urn: int) -> Refused:
    """A school is chosen that offers no place."""
    return _refused(
        ref,
        "no-offer",
        said("The school %(school)s has not offered a place.", school=urn),
        expected="a school that offered one",
        mend="Record its offer first.",
    )


def chosen(ref: str, urn: int) -> Refused:
    """A school that was chosen is said to have declined."""
    return _refused(
        ref,
        "chosen",
        said("The school %(school)s is approved or named already.", school=urn),
        mend="Name another school first.",
        status=409,
    )


def other_school(ref: str, agreement_ref: str) -> Refused:
    """The agreement is another school's."""
    return _refused(
        ref,
        "agreement-school",
        said("The agreement %(agreement)s is not with this school.", agreement=agreement_ref),
        expected="an agreement with the school",
    )


def unknown_agreement(ref: str, agreement_ref: str) -> Refused:
    """There is no such agreement."""
    return _refused(
        ref,
        "agreement-unknown",
        said("There is no agreement “%(agreement)s”.", agreement=agreement_ref),
        mend="Make the agreement first.",
    )


def not_yet(ref: str, message: str, mend: str) -> Refused:
    """A step comes before the one that it rests on."""
    return _refused(ref, "not-yet", message, mend=mend)


def not_issued(ref: str) -> Refused:
    """What rests on the placement agreement comes before one was issued."""
    return not_yet(ref, "This cannot be recorded yet: no agreement was issued.", "Record the agreement first.")


def before(ref: str, field: str, message: str, earliest: date) -> Refused:
    """A day lies before the one that it follows from."""
    return Refused(
        Fault(
            f"too-early-{field}",
            message,
            said("consultation %(consultation)s", consultation=ref),
            said("a day on or after %(earliest)s", earliest=earliest),
        )
    )


def without_price(ref: str) -> Refused:
    """An offer names no price."""
    return _refused(ref, "offer-price", "The offer has no price.", expected="at least one price")


def card_price(ref: str) -> Refused:
    """A price has what only a card's can have."""
    return _refused(ref, "own-rate", "A price of one pupil has no band, no setting and no void.")


def price_twice(ref: str) -> Refused:
    """Two prices for the same thing begin on one day."""
    return _refused(ref, "rate-twice", "There are two prices for the same thing.", expected="one price for each")


def _refused(ref: str, code: str, message: str, *, expected: str = "", mend: str = "", status: int = 422) -> Refused:
    return Refused(
        Fault(code, message, said("consultation %(consultation)s", consultation=ref), expected, mend, status)
    )
