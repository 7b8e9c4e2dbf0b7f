"""The questions that forms about uplifts share: which prices, by how much, on what evidence, and for what reason."""

from commissioning.ledger.reading import Reader
from commissioning.uplifts.facts import Rise, Subject
from commissioning.web.forms.fields import Field, Section, Values, as_typed, pounds_typed
from commissioning.web.forms.kinds import Choice, Day, Money, Number, Text
from commissioning.web.language import N_
from contracts.queries import all_agreements
from contracts.words import COMPONENTS, MODELS, SETTINGS
from providers.queries import all_providers

SUBJECT = ("provider_urn", "component", "agreement_ref", "placement_ref", "band", "setting")
_HINT_OF_WORDS = N_("Name no child here")
DAYS_OF_ROUND = (
    Field("opens_on", N_("The window opens on"), Day(), N_("For example, 1/10/2026")),
    Field(
        "closes_on",
        N_("The window closes on"),
        Day(),
        N_("A request that comes later is recorded too, and told as late"),
    ),
    Field("applies_from", N_("What is agreed applies from"), Day(), N_("Another day can be agreed with a school")),
)


async def about(reader: Reader) -> tuple[Section, ...]:
    """Which prices a request is about: the school, the component, and what narrows it."""
    names = {one.urn: one.facts.name for one in await all_providers(reader)}
    agreements = await all_agreements(reader)
    schools = {str(urn): name for urn, name in names.items() if any(one.provider_urn == urn for one in agreements)}
    offered = {
        one.ref: f"{names.get(one.provider_urn, one.provider_urn)}: {one.ref}, {MODELS[one.model].lower()}"
        for one in agreements
    }
    by_school = dict(sorted(offered.items(), key=lambda item: item[1]))
    return (
        Section(
            N_("Who asks, for what"),
            (
                Field("provider_urn", N_("School"), Choice(schools, blank=N_("Choose a school"), radios=False)),
                Field("component", N_("Component"), Choice(COMPONENTS, radios=False)),
            ),
        ),
        Section(
            N_("Only some of its prices"),
            (
                Field(
                    "agreement_ref",
                    N_("One agreement"),
                    Choice(by_school, blank=N_("All its agreements"), radios=False),
                    required=False,
                ),
                Field("placement_ref", N_("One placement"), Text(64, 20), N_("Its reference"), required=False),
                Field("band", N_("One band"), Text(200, 10), N_("As the card names it"), required=False),
                Field(
                    "setting",
                    N_("One setting"),
                    Choice(SETTINGS, blank=N_("Any setting"), radios=False),
                    required=False,
                ),
            ),
            N_(
                "Leave these blank where the school asks the same for all its prices of the component. A narrower "
                "request takes its prices out of a wider one."
            ),
        ),
    )


def rise_section(title: str, text: str = "") -> Section:
    """By how much, in one of two ways."""
    return Section(
        title,
        (
            Field(
                "percent",
                N_("Per cent"),
                Number(-100, 100, 4, suffix="%"),
                N_("Below 0 for a lower price"),
                required=False,
            ),
            Field(
                "amount",
                N_("Or a new amount"),
                Money(least=None),
                N_("For one price alone, without VAT"),
                required=False,
            ),
        ),
        text or N_("One of the two."),
    )


RECEIVED = Section(
    N_("On what evidence"),
    (
        Field("received_on", N_("Received on"), Day(), N_("For example, 17/5/2026")),
        Field(
            "evidence",
            N_("Evidence"),
            Text(200),
            N_("What came with it, and where it is kept. Name no child here"),
        ),
    ),
)


def reason(*, required: bool = True) -> Field:
    """A question for the reason of what is recorded."""
    return Field("reason", N_("Reason"), Text(200), _HINT_OF_WORDS, required=required)


def rise(values: Values) -> Rise:
    """The rise that was typed; a command says what is wrong where both fields are filled or none is."""
    return Rise(percent=values["percent"], amount=values["amount"])


def subject(values: Values) -> Subject:
    """The prices that were chosen."""
    return Subject(**{name: values[name] for name in SUBJECT} | {"provider_urn": int(values["provider_urn"])})


def rise_typed(stated: Rise | None) -> dict[str, str]:
    """A rise as somebody would type it into its two fields."""
    if stated is None:
        return {}
    if stated.amount is not None:
        return {"amount": pounds_typed(stated.amount)}
    return {"percent": as_typed(stated.percent)}
