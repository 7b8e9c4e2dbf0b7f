"""Who may record what about pupils and placements; whoever is not named here may not."""


def may_record_placements(account: str) -> bool:
    """Whether the account may log and change placements and pupils: everyone who acts under a name."""
    return bool(account.strip())


def may_erase_pupils(account: str) -> bool:
    """Whether the account may destroy a pupil's key: everyone who acts under a name, until there are roles."""
    return bool(account.strip())


def may_disclose_pupils(account: str) -> bool:
    """Whether the account may see everything that is held about a pupil: as with erasing."""
    return bool(account.strip())
