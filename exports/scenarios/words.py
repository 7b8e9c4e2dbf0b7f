"""What people call what happened to saved scenarios."""

from collections.abc import Mapping

EVENT_TITLES: Mapping[str, str] = {"ScenarioSaved": "Scenario saved", "ScenarioDropped": "Scenario dropped"}
"""What each event of a scenario is called."""
