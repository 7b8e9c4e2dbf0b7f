"""Who may record what about pupils and placements; whoever is not named here may not."""


def may_record_placements(account: str) -> bool:
    """Whether the account may log and change placements and pupils: everyone who acts under a name."""
    return bool(account.strip())
