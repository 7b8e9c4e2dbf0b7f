"""Charts: figures that are true, words that never touch, and drawings that need no styles."""

from fractions import Fraction
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commissioning.web.charts.bars import slots_of
from commissioning.web.charts.draw import draw
from commissioning.web.charts.lettering import fits, shortened, width_of, wrapped
from commissioning.web.charts.primitives import Dot, Drawing, Rect, Text
from commissioning.web.charts.scale import scale_for, tick_words
from commissioning.web.charts.spec import ChartSpec, Crossing, Kind, Mark, Series, crossing
from commissioning.web.charts.svg import drawings
from commissioning.web.charts.table import figures
from tests.web.kitchen_sink import specs

WIDTHS = (720, 360)
WORDS = st.text("abcdefg hijklm-WM&<", min_size=1, max_size=60).filter(lambda text: text.strip() != "")
SHORT_WORDS = st.text("abW", min_size=1, max_size=3)
KINDS: tuple[Kind, ...] = ("grouped_bars", "stacked_bars", "lines", "stacked_areas", "break_even", "waterfall")
PENCE = st.none() | st.integers(-(10**10), 10**10)


def words_that_touch(drawing: Drawing) -> list[tuple[str, str]]:
    """Pairs of texts whose ink overlaps by more than half a point."""
    texts = [shape for shape in drawing.shapes if isinstance(shape, Text)]
    touching = []
    for one, other in combinations(texts, 2):
        (left, top, right, bottom), (left2, top2, right2, bottom2) = one.box(), other.box()
        across = min(right, right2) - max(left, left2)
        if across > 0.5 and min(bottom, bottom2) - max(top, top2) > 0.5:
            touching.append((one.text, other.text))
    return touching


def words_cut(drawing: Drawing) -> list[str]:
    """Texts that leave the drawing."""
    boxes = [(shape.text, shape.box()) for shape in drawing.shapes if isinstance(shape, Text)]
    return [
        text
        for text, (left, top, right, bottom) in boxes
        if left < -0.5 or top < -0.5 or right > drawing.width + 0.5 or bottom > drawing.height + 0.5
    ]


@st.composite
def some_specs(draw_from: st.DrawFn) -> ChartSpec:
    """Charts of every kind, with awkward names, gaps and negative values."""
    kind = draw_from(st.sampled_from(KINDS))
    count = draw_from(st.integers(2, 14))
    # Short names let bars stand, long ones make them lie.
    names = draw_from(st.sampled_from((SHORT_WORDS, WORDS)))
    categories = tuple(draw_from(st.lists(names, min_size=count, max_size=count)))
    if kind == "waterfall":
        steps = draw_from(st.lists(st.integers(-(10**10), 10**10), min_size=count - 1, max_size=count - 1))
        return ChartSpec(kind, "t", "s", categories, (Series("Cost", (*steps, sum(steps))),))
    number = 2 if kind == "break_even" else draw_from(st.integers(1, 6))
    series = tuple(
        Series(draw_from(WORDS), tuple(draw_from(st.lists(PENCE, min_size=count, max_size=count))))
        for _ in range(number)
    )
    level = st.builds(lambda label, value: Mark(label, value=value), WORDS, st.integers(-(10**10), 10**10))
    place = st.builds(lambda label, at: Mark(label, category=at), WORDS, st.integers(0, count - 1))
    mark = draw_from(st.none() | level | place)
    return ChartSpec(kind, "t", "s", categories, series, mark=mark)


@settings(max_examples=150)
@given(spec=some_specs(), width=st.sampled_from(WIDTHS))
def test_no_word_touches_another_or_is_cut(spec: ChartSpec, width: int) -> None:
    """Whatever the names and values, every text of a drawing stands free and whole."""
    drawing = draw(spec, width)
    assert words_that_touch(drawing) == []
    assert words_cut(drawing) == []


def test_a_falling_step_at_the_foot_of_the_axis_keeps_clear_of_the_names() -> None:
    """The figure under a bar that ends near zero has room above the category's name."""
    spec = ChartSpec("waterfall", "t", "s", ("W", "W", "W"), (Series("Cost", (955, -925, 30)),))
    assert words_that_touch(draw(spec, 720)) == []


def test_a_mark_after_the_last_row_keeps_clear_of_the_axis() -> None:
    """On a phone the words of a mark under the last category stand above the axis, not on it."""
    spec = ChartSpec("grouped_bars", "t", "s", ("a", "b"), (Series("x", (0, 0)),), mark=Mark("Today", category=1))
    assert words_that_touch(draw(spec, 360)) == []


def test_figures_on_bars_are_all_there_or_none() -> None:
    """Where one figure would touch its neighbour none is drawn; a chart never labels some bars only."""
    months = tuple("abcdefghijklmn")
    for pence, shown in ((-9_990_000_000, 0), (900, 14)):
        drawing = draw(ChartSpec("grouped_bars", "t", "s", months, (Series("a", (pence,) * 14),)), 720)
        assert words_that_touch(drawing) == []
        assert sum(isinstance(shape, Text) and shape.bold for shape in drawing.shapes) == shown


@settings(max_examples=150)
@given(spec=some_specs(), width=st.sampled_from(WIDTHS))
def test_no_bar_has_a_negative_size_or_leaves_the_drawing(spec: ChartSpec, width: int) -> None:
    """Bars of negative values are drawn from zero downwards, never with a negative height."""
    for shape in draw(spec, width).shapes:
        if isinstance(shape, Rect):
            assert shape.width >= -1e-9
            assert shape.height >= -1e-9
            assert -1.5 <= shape.x <= width
            assert shape.x + shape.width <= width + 1.5


def test_the_crossing_of_two_lines_is_exact() -> None:
    """A block of 112,140.0 against 6,300 a place breaks even at 17.8 places, to the penny."""
    spec = specs()["break_even"]
    met = crossing(*spec.series)
    assert met == Crossing(Fraction(78, 10), Fraction(112_140_000))
    assert "Break-even at 17.8" in [shape.text for shape in draw(spec, 720).shapes if isinstance(shape, Text)]


def test_lines_that_never_meet_have_no_crossing() -> None:
    """No break-even is invented where one way is always dearer, or where a value is not known."""
    assert crossing(Series("a", (1, 2, 3)), Series("b", (2, 3, 4))) is None
    assert crossing(Series("a", (1, None, 9)), Series("b", (2, 3, 4))) is None


def test_a_waterfall_whose_steps_do_not_add_up_is_refused() -> None:
    """A bridge that loses a penny is never drawn."""
    with pytest.raises(ValueError, match="add up"):
        ChartSpec("waterfall", "t", "s", ("a", "b", "c"), (Series("x", (100, 5, 106)),))


def test_a_waterfall_carries_its_level_from_step_to_step() -> None:
    """Each step begins where the last one ended."""
    slots = [group[0] for group in slots_of(specs()["waterfall"])]
    for before, after in pairwise(slots[:-1]):
        assert after.segments[0].start == before.level


def test_only_a_waterfall_is_cut_above_zero_and_it_says_so() -> None:
    """A cut axis exaggerates, so a drawing with one names where it begins, and bars never have one."""
    said = {name: [s.text for s in draw(spec, 720).shapes if isinstance(s, Text)] for name, spec in specs().items()}
    assert "The axis begins at £52m, not at zero" in said.pop("waterfall")
    assert not any("axis begins" in text for texts in said.values() for text in texts)


def test_stacks_put_what_is_below_zero_under_the_axis() -> None:
    """A stack with both signs reaches from its negatives to its positives and states the net sum."""
    slot = slots_of(specs()["negative"])[0][0]
    assert (slot.low, slot.high) == (Fraction(-72_000_000), Fraction(12_000_000))
    assert slot.words == "net \N{MINUS SIGN}£600k"


@given(values=st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=5), steps=st.integers(1, 8))
def test_an_axis_holds_every_value_and_zero(values: list[int], steps: int) -> None:
    """Scales have few ticks, include zero and every value, and no two ticks read alike."""
    scale = scale_for(map(Fraction, values), "pounds", steps=steps, start=300, end=0)
    assert scale.low <= min(0, *values)
    assert scale.high >= max(0, *values)
    assert len(scale.ticks()) <= steps + 3
    words = tick_words(scale, "pounds")
    assert len(set(words)) == len(words)


def test_the_money_axis_keeps_one_size() -> None:
    """An axis to £1.5m reads £0, £0.5m, £1m, £1.5m: no mix of k and m."""
    scale = scale_for([Fraction(150_000_000)], "pounds", steps=3, start=300, end=0)
    assert tick_words(scale, "pounds") == ["£0", "£0.5m", "£1m", "£1.5m"]


def test_long_words_are_shortened_and_never_wider_than_their_room() -> None:
    """Wrapping keeps to the room and marks what it leaves out."""
    lines = wrapped("Dunmarsh Residential Academy of the Fens", 80, 13, lines=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(width_of(line, 13) <= 80 for line in lines)
    assert not fits("Dunmarsh Residential Academy of the Fens", 80, 13, lines=2)
    assert shortened("Wide", 1, 13) == ""


@pytest.mark.parametrize("name", sorted(specs()))
def test_drawings_are_images_with_a_name_and_no_styles(name: str) -> None:
    """SVG is well-formed, carries title and sentence for screen readers, and no style the policy would bar."""
    spec = specs()[name]
    for drawn in drawings(spec, name):
        root = ET.fromstring(drawn.svg)  # noqa: S314 - our own drawing
        named = [root.find(f".//*[@id='{identity}']") for identity in root.attrib["aria-labelledby"].split()]
        assert [one.text for one in named if one is not None] == [spec.title, spec.sentence]
        assert root.attrib["role"] == "img"
        assert all("style" not in one.attrib and "class" not in one.attrib for one in root.iter())


def test_names_cannot_break_out_of_a_drawing() -> None:
    """A school named like markup is shown as written."""
    spec = ChartSpec(
        "grouped_bars", "<b>", '"><script>', ('<script>alert("x")</script>', "b"), (Series("a&b", (1, 2)),)
    )
    for drawn in drawings(spec, "x"):
        assert "<script" not in drawn.svg
        ET.fromstring(drawn.svg)  # noqa: S314 - our own drawing


def test_the_table_beside_a_chart_has_every_figure() -> None:
    """What a drawing shortens, the table says in full."""
    spec = specs()["long"]
    table = figures(spec)
    assert [row["category"] for row in table.rows] == list(spec.categories)
    assert [row["0"] for row in table.rows] == list(spec.series[0].values)
    assert table.columns[1] == {"key": "0", "text": "Spend this year", "format": "pounds"}


@given(st.lists(st.integers(-100, 100), min_size=2, max_size=9, unique=True).map(sorted))
def test_lines_over_changes_stand_as_far_apart_as_these(places: list[int]) -> None:
    """Twice the step is twice the way along the axis: the bend of a curve is that of the figures."""
    names = tuple(f"{place}%" for place in places)
    values = tuple(100 * place for place in places)
    spec = ChartSpec("lines", "Title", "Sentence.", names, (Series("Cost", values),), places=tuple(places))
    ways = [shape.x for shape in draw(spec, 720).shapes if isinstance(shape, Dot)]
    whole = (ways[-1] - ways[0]) / (places[-1] - places[0])
    for (way, after), (place, later) in zip(pairwise(ways), pairwise(places), strict=True):
        assert after - way == pytest.approx(whole * (later - place))


def test_places_that_do_not_rise_are_refused() -> None:
    """A category stands beyond the one before it."""
    with pytest.raises(ValueError, match="beyond the one before"):
        ChartSpec("lines", "Title", "Sentence.", ("a", "b"), (Series("Cost", (1, 2)),), places=(5, 5))
