"""What the codes of schools are called when a person reads them."""

from collections.abc import Mapping

TYPES: Mapping[str, str] = {
    "independent_special": "Independent special school",
    "non_maintained_special": "Non-maintained special school",
    "special_post_16": "Special post-16 institution",
    "state_special": "State special school",
    "resource_base": "Resource base",
}
FACTS: Mapping[str, str] = {
    "name": "Name",
    "type": "Kind of school",
    "local_authority": "Local authority",
    "postcode": "Postcode",
    "capacity": "Capacity",
    "section_41": "Section 41",
    "inspection_grade": "Inspection grade",
    "owner_group": "Owner group",
    "calendar": "Term calendar",
}


def fact(name: str, value: object) -> str | None:
    """A fact of a school as its page shows it; None where it is not recorded."""
    if value is None:
        return None
    if name == "type":
        return TYPES.get(str(value), str(value))
    if name == "section_41":
        return "Yes, a plan can name it as of right" if value else "No"
    text = str(value)
    return text[:1].upper() + text[1:] if name == "inspection_grade" else text


EVENT_TITLES: Mapping[str, str] = {
    "ProviderRegistered": "School registered",
    "ProviderChanged": "Facts changed",
    "ProviderClosed": "School closed",
    "ProviderReopened": "School open again",
}
"""What each event of a school is called in its history."""
