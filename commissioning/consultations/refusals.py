"""Why something asked of a consultation is refused, in words for people: each refusal in one place."""

from datetime import date

from commissioning.ledger.errors import Fault, Refused
from commissioning.web.words import day


def already_known(ref: str) -> Refused:
    """Another consultation stands under the reference."""
    return _refused(ref, "consultation-known", "A consultation with this reference is recorded already.",
                    mend="Use another reference.", status=409)  # fmt: skip


def unknown(ref: str) -> Refused:
    """No consultation has the reference."""
    return _refused(ref, "consultation-unknown", "There is no consultation with this reference.", status=404)


def closed(ref: str, closed_on: date) -> Refused:
    """The search is over."""
    return _refused(ref, "consultation-closed", f"This consultation was closed on {day(closed_on)}.",
                    mend="Begin another one for the pupil.", status=409)  # fmt: skip


def started(ref: str, placement_ref: str) -> Refused:
    """The placement was logged."""
    return _refused(ref, "consultation-started", f"The placement {placement_ref} was logged from this consultation.",
                    mend="Change the placement instead.", status=409)  # fmt: skip


def consulted_already(ref: str, urn: int, consulted_on: date) -> Refused:
    """The school was asked on another day."""
    return _refused(ref, "consulted-already", f"The school {urn} was consulted on {day(consulted_on)} already.",
                    status=409)  # fmt: skip


def not_consulted(ref: str, urn: int) -> Refused:
    """An answer comes from a school that nobody asked."""
    return _refused(ref, "not-consulted", f"The school {urn} was not consulted.", mend="Record that it was, first.")


def unknown_school(ref: str, urn: int) -> Refused:
    """The school is not in the ledger."""
    return _refused(ref, "provider-unknown", f"There is no school {urn} in the ledger.",
                    mend="Add the school first.", status=404)  # fmt: skip


def no_offer(ref: str, urn: int) -> Refused:
    """A school is chosen that offers no place."""
    return _refused(ref, "no-offer", f"The school {urn} has not offered a place.",
                    expected="a school that offered one", mend="Record its offer first.")  # fmt: skip


def chosen(ref: str, urn: int) -> Refused:
    """A school that was chosen is said to have declined."""
    return _refused(ref, "chosen", f"The school {urn} is approved or named already.",
                    mend="Name another school first.", status=409)  # fmt: skip


def other_school(ref: str, agreement_ref: str) -> Refused:
    """The agreement is another school's."""
    return _refused(ref, "agreement-school", f"The agreement {agreement_ref} is not with this school.",
                    expected="an agreement with the school")  # fmt: skip


def unknown_agreement(ref: str, agreement_ref: str) -> Refused:
    """There is no such agreement."""
    return _refused(ref, "agreement-unknown", f"There is no agreement “{agreement_ref}”.",
                    mend="Make the agreement first.")  # fmt: skip


def not_yet(ref: str, why: str, mend: str) -> Refused:
    """A step comes before the one that it rests on."""
    return _refused(ref, "not-yet", f"This cannot be recorded yet: {why}.", mend=mend)


def before(ref: str, field: str, what: str, earliest: date) -> Refused:
    """A day lies before the one that it follows from."""
    return Refused(
        Fault(f"too-early-{field}", f"It would {what} before {day(earliest)}.", f"consultation {ref}",
              f"a day on or after {day(earliest)}")
    )  # fmt: skip


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
    return Refused(Fault(code, message, f"consultation {ref}", expected, mend, status))
