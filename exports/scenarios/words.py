"""What people call what happened to saved scenarios."""

from collections.abc import Mapping

from commissioning.web.language import N_, Labels

EVENT_TITLES: Mapping[str, str] = Labels(
    {"ScenarioSaved": N_("Scenario saved"), "ScenarioDropped": N_("Scenario dropped")}
)
"""What each event of a scenario is called."""
