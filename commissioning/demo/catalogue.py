"""Every agreement of the invented county: all thirteen commissioning models, and what each is there to teach.

Rolls are the live placements of today. Prices are set so that a plain average misleads: the blocks take
children whose needs cost less and look cheap, the framework takes dearer ones and looks dear; like for like it
is the other way about.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from commissioning.demo.agreements import Agreement, CardLine
from commissioning.demo.notebook import Row
from commissioning.demo.prices import BAND_FAIR, BANDS
from commissioning.demo.schools import School, yearly_uplifts
from commissioning.demo.timeline import Timeline
from commissioning.web.words import month

_GENTLE = {"MLD": 60, "SLCN": 45, "ASD": 10, "SEMH": 2, "SPLD": 20}
_STORMY = {"SEMH": 34, "ASD": 13, "SLCN": 5, "MLD": 2}
_MIXED = {"SEMH": 10, "ASD": 10, "SLCN": 10, "MLD": 10, "SPLD": 10, "PD": 10, "SLD": 10, "HI": 10, "OTH": 10}
_BORDER = {"ASD": 16, "SLCN": 12, "PD": 20, "HI": 40, "SLD": 30, "SEMH": 5}

_OWN_SPOT = {30: 18, 31: 16, 32: 15, 33: 14, 34: 13, 35: 13, 36: 12, 37: 12, 42: 11}
_SHARED_SPOT = {10: 11, 12: 10, 14: 10, 20: 10, 23: 9, 26: 9, 16: 9, 38: 8, 6: 8}
_COLLEGE_SPOT = {43: 7, 44: 6, 45: 5, 46: 4}
_STATE_ROLLS = (9, 8, 7, 7, 6, 5, 5, 4, 3, 2, 2, 1, 1)
_STATE_FROM = 47
_TENDERED_AGAIN = 3
_BOARDING_HOUSES = (1, 2, 3)
_UNSIGNED_SCHOOLS = frozenset({14, 25, 37})


class Catalogue:
    """Builds the agreements; they are listed in the order in which they choose from the county's pupils."""

    def __init__(self, schools: tuple[School, ...], timeline: Timeline, dice: Random) -> None:
        self._schools = schools
        self._timeline = timeline
        self._dice = dice
        self._national = yearly_uplifts(timeline, 4, -45, (Decimal("2.8"), Decimal("3.4")), dice)
        self._always = date(timeline.first_academic_year, 9, 1)

    def agreements(self) -> tuple[Agreement, ...]:
        """Return every agreement that holds live placements today, in order of choice."""
        return (
            *self._blocks(),
            *self._frameworks(),
            *self._volumes(),
            *self._banded(),
            *self._quoted(),
            *self._spots(),
            *self._state_places(),
        )

    def _spot_before(self, index: int, end_on: date) -> Agreement:
        """Make the spot agreement under which a school's places were bought before a later agreement."""
        return Agreement(
            ref=f"SPOT-{index + 1:02d}-OLD",
            school=self._schools[index],
            model="spot",
            title=f"Single places at {self._schools[index].name} (until {month(end_on)})",
            start_on=self._always,
            end_on=end_on,
            roll=0,
            terms={"fee_year": "academic", "accrual": "calendar_days"},
            quoted=Decimal(104),
        )

    def _committed(
        self,
        ref: str,
        index: int,
        model: str,
        start_on: date,
        roll: int,
        price: int,
        terms: Row,
        **more: object,
    ) -> Agreement:
        """Make an agreement with one flat price for every place, bought as spot places before it began."""
        school = self._schools[index]
        line = CardLine("education", Decimal(price), void="yes", discount="yes")
        values: dict[str, object] = {"card": (line,), "replaced": 97} | more
        return Agreement(
            ref=ref,
            school=school,
            model=model,
            title=f"{model.replace('_', ' ').capitalize()} at {school.name}",
            start_on=start_on,
            roll=roll,
            terms=terms,
            former=self._spot_before(index, start_on - timedelta(days=1)),
            **values,  # type: ignore[arg-type] # each caller passes fields of Agreement by name
        )

    def _blocks(self) -> Iterator[Agreement]:
        timeline, eleven, none = self._timeline, Decimal(11), Decimal(0)
        september, april = timeline.first_of(1, 9), timeline.first_of(2, 4)
        block: Row = {"fee_year": "academic", "accrual": "school_days", "void_pct": Decimal(100)}
        yield self._committed(
            "BLK-01", 0, "block", september, 34, 69_000, block | {"commitment_places": 44},
            tiers=((1, eleven), (45, none)), taste=_GENTLE, young=210,
        )  # fmt: skip
        yield self._committed(
            "BLK-02", 1, "block", september, 31, 66_500, block | {"commitment_places": 30},
            tiers=((1, eleven), (31, none)), taste=_GENTLE, young=170,
        )  # fmt: skip
        yield self._committed(
            "BLK-03", 2, "block", april, 23, 68_000,
            block | {"commitment_places": 24, "fee_year": "financial", "accrual": "months"},
            tiers=((1, eleven), (25, Decimal(4))), taste=_GENTLE, young=130, billing="monthly_advance",
            instalments="equal",
        )  # fmt: skip
        day_line = CardLine("education", Decimal(66_000), setting="day", void="yes", discount="yes")
        yield self._committed(
            "BLK-04", 3, "block", april, 19, 66_000,
            block | {"commitment_places": 26, "void_setting": "day"},
            card=(day_line,), tiers=((1, Decimal(10)), (27, none)), taste=_GENTLE, young=140,
            later_terms={timeline.first_of(2, 9): {"commitment_places": 20}},
        )  # fmt: skip
        retained: Row = {"fee_year": "academic", "accrual": "terms", "leaver_rule": "end_of_term"}
        yield self._committed(
            "RET-01", 4, "retained", september, 9, 57_500,
            retained | {"commitment_places": 12, "void_pct": Decimal(40)}, taste=_MIXED,
        )  # fmt: skip
        yield self._committed(
            "RET-02", 5, "retained", april, 12, 59_000,
            retained | {"commitment_places": 14, "void_pct": Decimal(60)}, taste=_STORMY,
        )  # fmt: skip

    def _frameworks(self) -> Iterator[Agreement]:
        rolls = {10: 40, 11: 34, 12: 32, 13: 30, 14: 28, 15: 26}
        for number, (index, roll) in enumerate(rolls.items(), start=1):
            school = self._schools[index]
            renewed = number == _TENDERED_AGAIN
            start_on = self._timeline.first_of(2, 9) if renewed else self._always
            agreement = Agreement(
                ref=f"FW-{number:02d}",
                school=school,
                model="framework",
                title=f"County framework, {school.name}",
                start_on=start_on,
                roll=roll,
                terms={
                    "fee_year": "academic",
                    "accrual": "school_days",
                    "leaver_rule": "end_of_month" if number % 2 else "last_day",
                    "notice_weeks": 4,
                },
                card=self._banded_card("framework", Decimal(93 + number % 3), residential=number in _BOARDING_HOUSES),
                taste=_STORMY,
                young=60,
                residential={"residential_term": 7} if number in _BOARDING_HOUSES else {},
                former=self._first_framework(school, start_on) if renewed else None,
                signed=index not in _UNSIGNED_SCHOOLS,
            )
            yield agreement

    def _first_framework(self, school: School, next_start: date) -> Agreement:
        """Make the framework agreement that ran out; a few children were never moved to the new one."""
        return Agreement(
            ref="FW-03-OLD",
            school=school,
            model="framework",
            title=f"County framework (first round), {school.name}",
            start_on=self._always,
            end_on=next_start - timedelta(days=1),
            roll=0,
            terms={"fee_year": "academic", "accrual": "school_days", "notice_weeks": 4},
            card=self._banded_card("framework", Decimal(99), residential=True),
        )

    @staticmethod
    def _banded_card(model: str, percent: Decimal, *, residential: bool = False) -> tuple[CardLine, ...]:
        """Price every band of a model at a percentage of the fair price, and boarding where there is any."""
        lines = [
            CardLine("education", fair * percent / 100, band=band)
            for band, fair in zip(BANDS[model], BAND_FAIR, strict=True)
        ]
        if residential:
            lines.append(CardLine("residential", Decimal(43_500), "term", setting="residential_term"))
            lines.append(CardLine("residential", Decimal(36_900), "week", setting="residential_weekly"))
        return tuple(lines)

    def _volumes(self) -> Iterator[Agreement]:
        full: Row = {"fee_year": "academic", "accrual": "calendar_days", "void_pct": Decimal(100)}
        yield self._committed(
            "CV-01", 6, "cost_volume", self._timeline.first_of(1, 9), 38, 60_000,
            full | {"commitment_places": 30}, tiers=((1, Decimal(0)), (31, Decimal(35))), taste=_MIXED,
        )  # fmt: skip
        yield self._committed(
            "CV-02", 7, "cost_volume", self._timeline.first_of(2, 4), 30, 58_000,
            full | {"commitment_places": 34, "fee_year": "financial"},
            tiers=((1, Decimal(0)), (35, Decimal(30))), taste=_MIXED, billing="monthly_arrears",
        )  # fmt: skip
        months: Row = {"fee_year": "academic", "accrual": "months"}
        discounts = {
            "VD-01": (8, 37, "marginal", ((1, 0), (16, 4), (31, 8))),
            "VD-02": (9, 42, "whole_roll", ((1, 0), (20, 3), (40, 6))),
        }
        for ref, (index, roll, tiering, tiers) in discounts.items():
            school = self._schools[index]
            yield Agreement(
                ref=ref,
                school=school,
                model="volume_discount",
                title=f"Volume discount at {school.name}",
                start_on=self._always,
                roll=roll,
                terms=months | {"tiering": tiering, "leaver_rule": "term_notice", "notice_weeks": 6},
                card=(CardLine("education", Decimal(60_000)), CardLine("therapy", Decimal(1_400), "term")),
                tiers=tuple((place, Decimal(percent)) for place, percent in tiers),
                taste=_STORMY,
                replaced=90,
            )

    def _banded(self) -> Iterator[Agreement]:
        specs = (
            ("NB-01", 16, "need_band", 20, 99),
            ("NB-02", 17, "need_band", 15, 101),
            ("PB-01", 18, "price_band", 14, 100),
            ("PB-02", 19, "price_band", 11, 100),
        )
        for ref, index, model, roll, percent in specs:
            school = self._schools[index]
            yield Agreement(
                ref=ref,
                school=school,
                model=model,
                title=f"{'National price bands' if model == 'price_band' else 'Bands of need'}, {school.name}",
                start_on=self._always,
                roll=roll,
                terms={"fee_year": "financial", "accrual": "calendar_days", "notice_weeks": 4},
                card=self._banded_card(model, Decimal(percent)),
                taste=_MIXED,
                billing="monthly_advance",
                national_uplifts=self._national if model == "price_band" else (),
            )

    def _quoted(self) -> Iterator[Agreement]:
        """Make the agreements whose common terms leave the price to a quote for each child."""
        specs = (
            ("OF", "open_framework", {20: 16, 21: 14, 22: 10}, 99, "term", _MIXED),
            ("AL", "approved_list", {23: 18, 24: 15, 25: 12}, 103, "year", _MIXED),
            ("DM", "dynamic_market", {26: 17, 27: 16, 28: 15, 29: 12}, 97, "week", _MIXED),
            ("NC", "national_contract", {38: 14, 39: 12, 40: 11, 41: 8}, 101, "year", _BORDER),
        )
        boarding = {39: {"residential_term": 4, "residential_weekly": 2}, 40: {"residential_term": 2}}
        for prefix, model, rolls, percent, unit, taste in specs:
            for number, (index, roll) in enumerate(rolls.items(), start=1):
                school = self._schools[index]
                yield Agreement(
                    ref=f"{prefix}-{number:02d}",
                    school=school,
                    model=model,
                    title=f"{model.replace('_', ' ').capitalize()}, {school.name}",
                    start_on=self._always,
                    roll=roll,
                    terms={
                        "fee_year": "financial" if model == "national_contract" else "academic",
                        "accrual": "terms" if model == "national_contract" else "calendar_days",
                        "leaver_rule": "end_of_term" if model == "national_contract" else "last_day",
                        "notice_weeks": 4,
                    },
                    card=(CardLine("therapy", Decimal(1_850)),) if model == "open_framework" else (),
                    taste=taste,
                    quoted=Decimal(percent),
                    unit=unit,
                    residential=boarding.get(index, {}),
                    signed=index not in _UNSIGNED_SCHOOLS,
                )

    def _spots(self) -> Iterator[Agreement]:
        """Make the single-place agreements; the last to choose, so that they take every need that is left."""
        boarding = {
            31: {"residential_52": 3},
            34: {"residential_52": 2, "residential_weekly": 3},
            36: {"residential_term": 2},
            42: {"residential_52": 1, "residential_term": 2},
        }
        for index, roll in (_COLLEGE_SPOT | _OWN_SPOT | _SHARED_SPOT).items():
            school = self._schools[index]
            yield Agreement(
                ref=f"SPOT-{index + 1:02d}",
                school=school,
                model="spot",
                title=f"Single places at {school.name}",
                start_on=self._always,
                roll=roll,
                terms={
                    "fee_year": "academic",
                    "accrual": self._dice.choice(("calendar_days", "school_days", "terms")),
                    "leaver_rule": "term_notice" if index % 5 == 0 else "last_day",
                    "notice_weeks": self._dice.choice((0, 4, 6)),
                },
                taste=_MIXED,
                young=0 if index in _COLLEGE_SPOT else 100,
                quoted=Decimal(self._dice.choice((104, 106, 109))),
                unit=self._dice.choice(("year", "year", "term", "day")),
                residential=boarding.get(index, {}),
                signed=index not in _UNSIGNED_SCHOOLS,
            )

    def _state_places(self) -> Iterator[Agreement]:
        """Make the comparator: place funding for commissioned places and a top-up by band."""
        top_ups = (9_000, 11_500, 14_500, 17_000, 21_000)
        for number, roll in enumerate(_STATE_ROLLS, start=1):
            school = self._schools[_STATE_FROM + number - 1]
            base = school.type == "resource_base"
            places: Row = {"commitment_places": roll + (not base), "void_pct": Decimal(100)}
            yield Agreement(
                ref=f"ST-{number:02d}",
                school=school,
                model="state_place",
                title=f"Places at {school.name}",
                start_on=self._always,
                roll=roll,
                terms={"fee_year": "financial", "accrual": "calendar_days"},
                later_terms={self._timeline.opened_on: places},
                card=(
                    CardLine("education", Decimal(6_000 if base else 10_000), void="yes"),
                    *(
                        CardLine("education", Decimal(amount), band=band)
                        for band, amount in zip(BANDS["state_place"], top_ups, strict=True)
                    ),
                ),
                taste=_MIXED,
                replaced=97,
                billing="monthly_advance",
            )
