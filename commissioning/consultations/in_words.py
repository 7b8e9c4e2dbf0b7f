"""The facts of a consultation on a day, each as one short phrase for people. Nothing sealed is among them."""

from collections.abc import Mapping
from datetime import date

from commissioning.consultations.consultation import Consultation
from commissioning.consultations.facts import ConsultedSchool
from commissioning.consultations.words import CLOSING_REASONS, DECLINE_REASONS, NAMED_BY, STAGES
from commissioning.placements.words import NEEDS, PHASES, ROUTES
from commissioning.web.words import day, month
from contracts import words
from contracts.rates import RateLine


def consultation_facts(
    known: Consultation, _on: date, names: Mapping[int, str] | None = None
) -> Mapping[str, str | None]:
    """A consultation as its events left it; schools go by their `names`, or by their URN where there is none."""
    wanted, issued = known.wanted, known.issued

    def school(urn: int) -> str:
        return (names or {}).get(urn, f"School {urn}")

    return {
        "Need": NEEDS[wanted.need],
        "Phase": PHASES[wanted.phase],
        "Setting": words.SETTINGS[wanted.setting],
        "Band": wanted.band and words.band(wanted.band),
        "Home area": wanted.home_area,
        "Route": wanted.route and ROUTES[wanted.route],
        "Month of birth": wanted.birth_month and month(wanted.birth_month),
        "Wanted from": _day(wanted.wanted_from),
        **{school(one.urn): answer(one) for one in known.schools},
        "Panel": known.approved and f"{school(known.approved[0])} approved on {day(known.approved[1])}",
        "Section I": known.named
        and f"{school(known.named.urn)} named on {day(known.named.named_on)}, {NAMED_BY[known.named.by].lower()}",
        "Placement agreement": issued
        and f"Issued on {day(issued.issued_on)} under {issued.agreement_ref}, from {day(issued.start_on)}",
        "Price contracted": issued and prices(issued.rates),
        "Signed": _day(known.signed_on),
        "Placement": known.placement_ref,
        "Closed": known.closed and f"{day(known.closed.closed_on)}: {CLOSING_REASONS[known.closed.reason].lower()}",
        "Stage": STAGES[known.stage],
    }


def answer(one: ConsultedSchool) -> str:
    """What a school answered."""
    if one.answered_on is None:
        until = f", to answer by {day(one.respond_by)}" if one.respond_by else ""
        return f"Consulted on {day(one.consulted_on)}{until}"
    if one.declined:
        return f"Declined on {day(one.answered_on)}: {DECLINE_REASONS[one.declined].lower()}"
    return f"Offered on {day(one.answered_on)}: {prices(one.rates)}"


def prices(rates: tuple[RateLine, ...]) -> str:
    """Prices as one phrase."""
    return (
        "; ".join(f"{words.COMPONENTS[line.component]} {words.price(line)}" for line in rates) or "no price of its own"
    )


def _day(value: date | None) -> str | None:
    return None if value is None else day(value)
