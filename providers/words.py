"""What the codes of schools are called when a person reads them."""

from collections import Counter
from collections.abc import Iterable, Mapping

from commissioning.web.language import N_, Labels, _
from providers.provider import Provider

TYPES: Mapping[str, str] = Labels(
    {
        "independent_special": N_("Independent special school"),
        "non_maintained_special": N_("Non-maintained special school"),
        "special_post_16": N_("Special post-16 institution"),
        "state_special": N_("State special school"),
        "resource_base": N_("Resource base"),
    }
)
FACTS: Mapping[str, str] = Labels(
    {
        "name": N_("Name"),
        "type": N_("Kind of school"),
        "local_authority": N_("Local authority"),
        "postcode": N_("Postcode"),
        "capacity": N_("Capacity"),
        "section_41": N_("Section 41"),
        "inspection_grade": N_("Inspection grade"),
        "owner_group": N_("Owner group"),
        "calendar": N_("Term calendar"),
    }
)


def fact(name: str, value: object) -> str | None:
    """A fact of a school as its page shows it; None where it is not recorded."""
    if value is None:
        return None
    if name == "type":
        return TYPES.get(str(value), str(value))
    if name == "section_41":
        return _("Yes, a plan can name it as of right") if value else _("No")
    text = str(value)
    return text[:1].upper() + text[1:] if name == "inspection_grade" else text


def told_apart(schools: Iterable[Provider]) -> dict[str, str]:
    """The names of schools by URN, in the order given; where several have one name, the URN stands behind it."""
    known = list(schools)
    bearers = Counter(one.facts.name for one in known)
    return {
        str(one.urn): f"{one.facts.name} ({one.urn})" if bearers[one.facts.name] > 1 else one.facts.name
        for one in known
    }


EVENT_TITLES: Mapping[str, str] = Labels(
    {
        "ProviderRegistered": N_("School registered"),
        "ProviderChanged": N_("Facts changed"),
        "ProviderClosed": N_("School closed"),
        "ProviderReopened": N_("School open again"),
    }
)
"""What each event of a school is called in its history."""
