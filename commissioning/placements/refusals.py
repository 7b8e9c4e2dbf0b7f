"""Why something asked of a placement is refused, in words for people: each refusal in one place."""

from datetime import date

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said


def already_logged(ref: str) -> Refused:
    """Another placement, or other facts, stand under the reference."""
    return _refused(
        ref,
        "placement-known",
        "A placement with this reference is already logged, with other facts.",
        mend="Use another reference, or change the placement that is there.",
        status=409,
    )


def unknown_placement(ref: str) -> Refused:
    """No placement has the reference."""
    return _refused(ref, "placement-unknown", "There is no placement with this reference.", status=404)


def unknown_pupil(ref: str) -> Refused:
    """The placement names a pupil nobody identified."""
    return _refused(ref, "pupil-unknown", "The pupil of this placement is not known.", mend="Identify the pupil first.")


def unknown_agreement(ref: str, agreement_ref: str) -> Refused:
    """The placement names an agreement that does not exist."""
    return _refused(
        ref,
        "agreement-unknown",
        said("There is no agreement “%(agreement)s”.", agreement=agreement_ref),
        expected="the reference of an agreement in the ledger",
        mend="Make the agreement first, or mend the reference.",
    )


def ends_before_start(ref: str, start_on: date, end_on: date) -> Refused:
    """The last day lies before the first."""
    return _refused(
        ref,
        "end-before-start",
        said("The placement would end on %(end_on)s, before it starts.", end_on=end_on),
        expected=said("an end on or after %(start_on)s", start_on=start_on),
        mend="Mend the date that is wrong, or withdraw a placement that never started.",
    )


def already_ended(ref: str, end_on: date) -> Refused:
    """An end is recorded, and it was asked to record another."""
    return _refused(
        ref,
        "placement-ended",
        said("An end is already recorded: %(end_on)s.", end_on=end_on),
        mend="Correct the placement's dates or details instead.",
        status=409,
    )


def notice_already_given(ref: str, notice_given_on: date) -> Refused:
    """Notice is recorded, and it was asked to record another."""
    return _refused(
        ref,
        "notice-given",
        said("Notice is already recorded: %(notice_given_on)s.", notice_given_on=notice_given_on),
        mend="Correct the placement's dates instead.",
        status=409,
    )


def version_before_start(ref: str, day: date, start_on: date) -> Refused:
    """A change of package or agreement is dated before the placement began."""
    return _refused(
        ref,
        "version-before-start",
        said("The placement cannot stand anywhere on %(day)s: it starts on %(start_on)s.", day=day, start_on=start_on),
        expected=said("a day from %(start_on)s on", start_on=start_on),
        mend="Correct the start first if that is wrong.",
    )


def rate_not_own(ref: str, line: str) -> Refused:
    """A price of the placement's own has what only a card's price can have."""
    return _refused(
        ref,
        "own-rate",
        said("The price “%(line)s” has a band, a setting or a void.", line=line),
        expected="a price of the placement's own without them",
        mend="Leave them blank, or agree the price on the agreement's card.",
    )


def rates_clash(ref: str, line: str) -> Refused:
    """Two prices for the same thing begin on one day."""
    return _refused(
        ref,
        "rate-twice",
        said("There are two prices for “%(line)s”.", line=line),
        expected="one price for a component and unit on a day",
        mend="Withdraw the one that is wrong.",
    )


def suspension_backwards(ref: str, first_day: date, last_day: date) -> Refused:
    """A suspension ends before it begins."""
    return _refused(
        ref,
        "suspension-dates",
        said("The suspension would end on %(last_day)s, before it begins.", last_day=last_day),
        expected=said("a last day on or after %(first_day)s, or none while it is open", first_day=first_day),
    )


def suspension_percentage(ref: str) -> Refused:
    """A suspension pays less than nothing or more than everything."""
    return _refused(
        ref,
        "suspension-percentage",
        "The part of the price that stays payable is not a percentage.",
        expected="0 to 100",
    )


def suspensions_overlap(ref: str, suspension: str, other: str) -> Refused:
    """Two suspensions share a day."""
    return _refused(
        ref,
        "suspension-overlap",
        said("The suspension %(suspension)s overlaps the one %(other)s.", suspension=suspension, other=other),
        expected="each day in one suspension at most",
        mend="Give the earlier one its last day first, or withdraw one of them.",
    )


def corrects_another(ref: str, position: int) -> Refused:
    """A correction names an event that is not one of the placement's."""
    return _refused(
        ref,
        "corrects-another",
        said("Position %(position)s is no event of this placement.", position=position),
        expected="the position of an event in its history",
    )


def not_ended(ref: str) -> Refused:
    """It is said why a placement ended that has no recorded end."""
    return _refused(
        ref,
        "not-ended",
        "No end of this placement is recorded, so there is nothing to give a reason for.",
        mend="Record the end first.",
        status=409,
    )


def nothing_to_undo(ref: str) -> Refused:
    """The command changed nothing that a reversing entry could put back."""
    return _refused(ref, "undo-nothing", "There is nothing left of this to undo.", status=409)


def no_suspension(ref: str, first_day: date) -> Refused:
    """A suspension is taken back that nobody recorded."""
    return _refused(
        ref,
        "suspension-unknown",
        said("No suspension begins on %(first_day)s.", first_day=first_day),
        expected="the first day of a suspension that is recorded",
        status=404,
    )


def shares_not_whole(ref: str) -> Refused:
    """A funding split has a share out of range, or shares that do not make 100."""
    return _refused(
        ref,
        "funding-shares",
        "The shares of education, health and care do not add up to 100 per cent.",
        expected="three shares from 0 to 100 that add up to 100",
    )


def shares_clash(ref: str) -> Refused:
    """Two funding splits begin on one day."""
    return _refused(
        ref,
        "funding-twice",
        "There are two funding splits from the same day.",
        expected="one split a day",
    )


def no_case_officer(ref: str) -> Refused:
    """The account named as responsible is not there, is closed, or is not of the council."""
    return _refused(
        ref,
        "case-officer",
        "There is no such account of the council that is open.",
        expected="the key of an open account of the council's own people",
        mend="Choose somebody who works here.",
    )


def _refused(ref: str, code: str, message: str, *, expected: str = "", mend: str = "", status: int = 422) -> Refused:
    return Refused(Fault(code, message, said("placement %(placement)s", placement=ref), expected, mend, status))
