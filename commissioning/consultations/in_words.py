"""The facts of a consultation on a day, each as one short phrase for people. Nothing sealed is among them."""

from collections.abc import Mapping
from datetime import date

from commissioning.consultations.consultation import Consultation
from commissioning.consultations.facts import ConsultedSchool
from commissioning.consultations.words import CLOSING_REASONS, DECLINE_REASONS, NAMED_BY, STAGES
from commissioning.placements.words import NEEDS, PHASES, ROUTES
from commissioning.web.language import _
from commissioning.web.words import day, month
from contracts import words
from contracts.rates import RateLine


def consultation_facts(
    known: Consultation, _on: date, names: Mapping[int, str] | None = None
) -> Mapping[str, str | None]:
    """A consultation as its events left it; schools go by their `names`, or by their URN where there is none."""
    wanted, issued = known.wanted, known.issued

    def school(urn: int) -> str:
        return (names or {}).get(urn, _("School %(urn)s", urn=urn))

    return {
        _("Need"): NEEDS[wanted.need],
        _("Phase"): PHASES[wanted.phase],
        _("Setting"): words.SETTINGS[wanted.setting],
        _("Band"): wanted.band and words.band(wanted.band),
        _("Home area"): wanted.home_area,
        _("Route"): wanted.route and ROUTES[wanted.route],
        _("Month of birth"): wanted.birth_month and month(wanted.birth_month),
        _("Wanted from"): _day(wanted.wanted_from),
        **{school(one.urn): answer(one) for one in known.schools},
        _("Panel"): known.approved
        and _("%(school)s approved on %(day)s", school=school(known.approved[0]), day=day(known.approved[1])),
        _("Section I"): known.named
        and _(
            "%(school)s named on %(day)s, %(by)s",
            school=school(known.named.urn),
            day=day(known.named.named_on),
            by=NAMED_BY[known.named.by].lower(),
        ),
        _("Placement agreement"): issued
        and _(
            "Issued on %(day)s under %(agreement)s, from %(start)s",
            day=day(issued.issued_on),
            agreement=issued.agreement_ref,
            start=day(issued.start_on),
        ),
        _("Price contracted"): issued and prices(issued.rates),
        _("Signed"): _day(known.signed_on),
        _("Placement"): known.placement_ref,
        _("Closed"): known.closed and f"{day(known.closed.closed_on)}: {CLOSING_REASONS[known.closed.reason].lower()}",
        _("Stage"): STAGES[known.stage],
    }


def answer(one: ConsultedSchool) -> str:
    """What a school answered."""
    if one.answered_on is None:
        consulted = day(one.consulted_on)
        if one.respond_by is None:
            return _("Consulted on %(day)s", day=consulted)
        return _("Consulted on %(day)s, to answer by %(until)s", day=consulted, until=day(one.respond_by))
    answered = day(one.answered_on)
    if one.declined:
        return _("Declined on %(day)s: %(reason)s", day=answered, reason=DECLINE_REASONS[one.declined].lower())
    return _("Offered on %(day)s: %(prices)s", day=answered, prices=prices(one.rates))


def prices(rates: tuple[RateLine, ...]) -> str:
    """Prices as one phrase."""
    return "; ".join(f"{words.COMPONENTS[line.component]} {words.price(line)}" for line in rates) or _(
        "no price of its own"
    )


def _day(value: date | None) -> str | None:
    return None if value is None else day(value)
