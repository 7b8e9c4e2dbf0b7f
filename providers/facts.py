"""What is known of a school: the facts that its events state and its pages show."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

ProviderType = Literal[
    "independent_special",
    "non_maintained_special",
    "special_post_16",
    "state_special",
    "resource_base",
]


class ProviderFacts(BaseModel):
    """Everything recorded of one school; None means not recorded.

    `capacity` is a number of pupils; `section_41` says whether a plan can name the school as of right;
    `calendar` names the term calendar, None being the one called `default`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: ProviderType
    local_authority: str | None = None
    postcode: str | None = None
    capacity: int | None = None
    section_41: bool | None = None
    inspection_grade: str | None = None
    owner_group: str | None = None
    calendar: str | None = None
