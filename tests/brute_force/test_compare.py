"""The comparison of models against sums done by hand, and what must hold of it in any world."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings

from tests.brute_force.compare import compare_rows
from tests.brute_force.facts import Value, World
from tests.brute_force.prices import spend_rows
from tests.brute_force.school_years import year_of_terms
from tests.brute_force.workbook import full_row
from tests.brute_force.worlds import periods, provider, worlds

YEAR = date(2026, 4, 1), date(2027, 3, 31)


def two_models() -> World:
    """Return a block of three places at £36,500 with two filled, and three spot children at two prices.

    The block has an ASD and an SEMH child all year. Spot has all year an ASD child at £73,000, an SEMH child at
    £36,500 and an MLD child, whom the block does not serve, at £36,500.
    """
    world: World = {
        "Providers": [provider(0, None)],
        "Calendar": [row for year in (2025, 2026) for row in year_of_terms("default", year, timedelta())],
        "Agreements": [],
        "Rates": [],
        "Placements": [],
    }
    for ref, model, places in (("B", "block", 3), ("S", "spot", None)):
        terms: dict[str, Value] = {"agreement_ref": ref, "model": model, "commitment_places": places}
        terms |= {"provider_urn": 900001, "start_on": date(2025, 4, 1), "void_pct": 100}
        terms |= {"fee_year": "financial", "accrual": "calendar_days"}
        world["Agreements"].append(full_row("Agreements", **terms))
    yearly: dict[str, Value] = {"component": "education", "unit": "year"}
    world["Rates"].append(full_row("Rates", agreement_ref="B", amount=36_500, void="yes", **yearly))
    for ref, agreement, need, own in (
        ("P1", "B", "ASD", None),
        ("P2", "B", "SEMH", None),
        ("P3", "S", "ASD", 73_000),
        ("P4", "S", "SEMH", 36_500),
        ("P5", "S", "MLD", 36_500),
    ):
        child: dict[str, Value] = {"placement_ref": ref, "pupil_ref": ref, "agreement_ref": agreement}
        child |= {"need": need, "phase": "primary", "setting": "day", "start_on": date(2026, 4, 1)}
        world["Placements"].append(full_row("Placements", **child))
        if own:
            world["Rates"].append(full_row("Rates", placement_ref=ref, amount=own, **yearly))
    return world


def test_figures_of_a_block_and_of_spot() -> None:
    """Counts, costs, void share, utilisation and the like-for-like figures are those worked out by hand."""
    found = compare_rows(two_models(), *YEAR)
    block, spot = found["block"], found["spot"]
    assert (block.pupils, block.occupied_days, block.fte) == (2, 730, Fraction(2))
    assert (block.cost, block.attendance, block.notice, block.void) == (10_950_000, 7_300_000, 0, 3_650_000)
    assert block.cost_per_fte_year == 5_475_000
    assert block.void_share == Fraction(1, 3)
    assert block.utilisation == Fraction(2, 3)
    assert (spot.cost, spot.cost_per_fte_year, spot.utilisation) == (
        14_600_000,
        Fraction(14_600_000, 3),
        None,
    )
    # ASD and SEMH are 2/5 of the days each, MLD 1/5; the cohort pays £54,750 for ASD, £36,500 for the others.
    assert block.coverage == Fraction(4, 5)
    assert block.like_for_like == 3_650_000
    assert block.index == Fraction(100 * 36_500 * 2, 54_750 + 36_500)
    assert spot.coverage == 1
    assert spot.like_for_like == 7_300_000 * Fraction(2, 5) + 3_650_000 * Fraction(3, 5)


def test_effects_of_a_block_against_spot() -> None:
    """The block is £18,250 cheaper in price and dearer in voids; the MLD it does not serve is unshared."""
    block = compare_rows(two_models(), *YEAR, reference="spot")["block"]
    assert block.price_effect == -1_825_000
    assert block.mix_effect == 0
    assert block.void_effect == 1_825_000
    assert block.unshared_effect == 5_475_000 - Fraction(14_600_000, 3)


def test_mix_is_the_difference_of_shares_at_the_reference_s_price() -> None:
    """When the block's SEMH child goes after 73 days its mix leans to ASD, £36,500 dearer at spot."""
    world = two_models()
    world["Placements"][1]["end_on"] = date(2026, 6, 12)
    block = compare_rows(world, *YEAR, reference="spot")["block"]
    assert block.mix_effect == (Fraction(5, 6) - Fraction(1, 2)) * 3_650_000
    assert block.price_effect == Fraction(5, 6) * -3_650_000


def test_notice_is_paid_in_the_setting_that_the_child_left_from() -> None:
    """A version dated after end_on does not move the notice of a leaver into another stratum."""
    world = two_models()
    world["Agreements"][0]["leaver_rule"] = "end_of_month"
    leaver = world["Placements"][1]
    leaver["end_on"] = date(2026, 6, 12)
    world["Placements"].append(leaver | {"effective_from": date(2026, 6, 13), "setting": "residential_52"})
    block = compare_rows(world, *YEAR)["block"]
    # The SEMH child is paid 91 days for 73 on roll; of the cohort's 1,533 days ASD has 730 and SEMH 438.
    assert block.notice == 180_000
    assert block.like_for_like == (3_650_000 * 730 + 3_650_000 * Fraction(91, 73) * 438) / Fraction(1168)


def test_no_index_below_half_coverage() -> None:
    """A model that serves less than half of the cohort's days has its like-for-like figure but no index."""
    world = two_models()
    world["Placements"] = [world["Placements"][0], *world["Placements"][3:]]
    block = compare_rows(world, *YEAR)["block"]
    assert block.coverage == Fraction(1, 3)
    assert block.like_for_like == 3_650_000
    assert block.index is None


def test_a_period_in_two_financial_years_counts_years_of_365_and_a_quarter_days() -> None:
    """A period from March to the March after has no financial year of its own: its years are of 365.25 days."""
    spot = compare_rows(two_models(), *YEAR)["spot"]
    longer = compare_rows(two_models(), date(2026, 3, 1), date(2027, 3, 31))["spot"]
    assert spot.cost_per_fte_year == Fraction(14_600_000, 3)
    assert longer.cost_per_fte_year == Fraction(14_600_000, 3) / 365 * Fraction(1461, 4)


@settings(max_examples=40)
@given(worlds(), periods())
def test_costs_are_those_of_the_spend_and_effects_add_up(world: World, period: tuple[date, date]) -> None:
    """In any world the models' costs add up to the spend of the period, and the four effects to the gap."""
    reference = str(world["Agreements"][0]["model"])
    found = compare_rows(world, *period, reference=reference)
    assert sum(figures.cost for figures in found.values()) == sum(spend_rows(world, *period).values())
    for figures in found.values():
        effects = (
            figures.price_effect,
            figures.mix_effect,
            figures.void_effect,
            figures.unshared_effect,
        )
        known = [effect for effect in effects if effect is not None]
        theirs = found[reference].cost_per_fte_year if reference in found else None
        if figures.cost_per_fte_year is None or theirs is None:
            assert known == []
        else:
            assert sum(known) == figures.cost_per_fte_year - theirs
