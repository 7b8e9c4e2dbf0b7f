"""What the register of the invented council writes of an end, and the exit that it is counted as."""

EXITS = {
    "Phase ended: left at the end of Year 11": "phase_end",
    "Phase ended: transferred to secondary": "phase_end",
    "Course completed": "phase_end",
    "Moved to another school": "another_school",
    "Returned to a school near home": "state_place_found",
    "Returning to a school near home": "state_place_found",
    "Placement broke down": "breakdown",
    "Permanently excluded": "excluded",
    "Family moved out of the county": "moved_area",
    "Home educated": "withdrawn",
    "Plan ceased": "plan_ceased",
}
