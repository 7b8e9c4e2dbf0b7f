"""The invented pupils: who they are, and how needs and ages are shared out over the places of the county.

The mix follows what a large rural county publishes: seven in ten have SEMH or ASD as main need, more than
four in five are between 10 and 15. No pupil is real.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from commissioning.demo import names
from commissioning.demo.notebook import Row
from commissioning.demo.timeline import academic_year_of

NEEDS = {"SEMH": 387, "ASD": 315, "SLCN": 120, "MLD": 92, "SPLD": 24, "PD": 7, "SLD": 3, "HI": 1, "OTH": 1}
STATE_NEEDS = {"ASD": 22, "SEMH": 10, "SLCN": 10, "MLD": 10, "SLD": 6, "PD": 2}
# Age on the 31 August before the academic year: a whole school year shares one.
AGES = {
    4: 5, 5: 8, 6: 10, 7: 16, 8: 39, 9: 40, 10: 70, 11: 137, 12: 129, 13: 160, 14: 173, 15: 139,
    16: 12, 17: 8, 18: 2, 19: 1, 20: 1,
}  # fmt: skip
STATE_AGES = {5: 4, 6: 4, 7: 5, 8: 5, 9: 6, 10: 6, 11: 7, 12: 7, 13: 6, 14: 5, 15: 5}
LAST_EARLY, LAST_PRIMARY, LAST_SECONDARY = 3, 10, 15
_Choice = TypeVar("_Choice", str, int)


@dataclass(frozen=True)
class Pupil:
    """A child of the invented county; `cohort` is the year whose 1 September begins the birth year group."""

    ref: str
    name: str
    born_on: date
    upn: str
    postcode: str
    home_area: str

    @property
    def cohort(self) -> int:
        """The academic year in which the child was born."""
        return academic_year_of(self.born_on)

    def age_in(self, academic_year: int) -> int:
        """Return the age on the 31 August before an academic year."""
        return academic_year - self.cohort - 1

    def phase_on(self, day: date) -> str:
        """Return the phase of education that the child's year group is in on a day."""
        age = self.age_in(academic_year_of(day))
        if age <= LAST_EARLY:
            return "early_years"
        if age <= LAST_PRIMARY:
            return "primary"
        return "secondary" if age <= LAST_SECONDARY else "post_16"

    def row(self) -> Row:
        """Return the row of the Pupils sheet."""
        return {
            "pupil_ref": self.ref,
            "name": self.name,
            "date_of_birth": self.born_on,
            "upn": self.upn,
            "postcode": self.postcode,
        }


class Register:
    """Invents pupils one after another, each with a number of its own."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._count = 0

    def pupil(self, age: int, academic_year: int) -> Pupil:
        """Invent a pupil who is of this age in this academic year."""
        self._count += 1
        cohort = academic_year - 1 - age
        born_on = date(cohort, 9, 1) + timedelta(days=self._dice.randrange(365))
        return Pupil(
            ref=f"N{100000 + self._count}",
            name=names.person(self._dice),
            born_on=born_on,
            upn=names.unique_pupil_number(cohort + 5, 4000000 + self._count * 13),
            postcode=names.postcode(self._dice),
            home_area=self._dice.choice(names.DISTRICTS),
        )


def take(left: dict[_Choice, int], weight: Mapping[_Choice, int] | Callable[[_Choice], int], dice: Random) -> _Choice:
    """Draw one of what is left, by its number times its weight, and take it away.

    Where nothing left is wanted (all weights 0) any of it is taken, so that the quotas are always used up.
    """
    weigh = weight if callable(weight) else (lambda choice: weight.get(choice, 1))
    options = [choice for choice, number in left.items() if number]
    weights = [left[choice] * weigh(choice) for choice in options]
    if not any(weights):
        weights = [left[choice] for choice in options]
    chosen = dice.choices(options, weights)[0]
    left[chosen] -= 1
    return chosen
