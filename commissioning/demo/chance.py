"""Dice for the invented county: one seeded pair for each subject, and yes-or-no throws in per cent."""

from random import Random


def seeded(seed: int, subject: str) -> Random:
    """Return dice for one subject, so that drawing more of one thing does not shift every other."""
    return Random(f"{seed}/{subject}")  # noqa: S311 - an invented county, not a secret


def happens(dice: Random, percent: int) -> bool:
    """Throw once: true in `percent` of a hundred throws."""
    return dice.random() * 100 < percent
