"""Strokes become paths that are the same every time and begin and end where the pen did."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from forms_service.documents.ink import pen_moves, svg_path
from forms_service.domain.signature import Ink, Point

POINTS = st.builds(Point, x=st.integers(0, 8000), y=st.integers(0, 1800), t=st.just(0), pressure=st.none())
INKS = st.builds(
    lambda strokes: Ink(strokes=tuple(tuple(stroke) for stroke in strokes)),
    st.lists(st.lists(POINTS, min_size=1, max_size=12), min_size=1, max_size=6),
)


def ink(*strokes: list[tuple[int, int]]) -> Ink:
    """Give ink from plain places."""
    return Ink(strokes=tuple(tuple(Point(x, y, 0, None) for x, y in stroke) for stroke in strokes))


def test_a_stroke_is_a_smooth_path_through_the_midpoints():
    """Each inner point bends the path; the path passes half-way between it and the next."""
    assert svg_path(ink([(0, 0), (10, 20), (31, 20), (40, 0)])) == "M0 0Q10 20 20 20Q31 20 35 10L40 0"


def test_a_dot_is_a_line_of_no_length_to_speak_of():
    """A single point draws one round cap of the pen's width."""
    assert svg_path(ink([(100, 200)])) == "M100 200L101 200"


def test_two_points_are_a_straight_line():
    """Nothing is bent where there is nothing between."""
    assert svg_path(ink([(1, 2), (3, 4)])) == "M1 2L3 4"


def test_each_stroke_is_a_path_of_its_own():
    """The pen is lifted between strokes."""
    assert svg_path(ink([(1, 2), (3, 4)], [(5, 6)])) == "M1 2L3 4 M5 6L6 6"


@given(INKS)
def test_numbers_are_whole_and_read_back_looks_for_the_same_places(drawn):
    """No fraction is ever written, and what read-back looks for is where each part of the path ends."""
    path = svg_path(drawn)
    assert re.fullmatch(r"[MLQ0-9 ]+", path)
    parts = re.findall(r"([MLQ])(?:\d+ \d+ (?=\d+ \d))?(\d+) (\d+)", path)
    assert pen_moves(drawn) == tuple(
        ({"M": "m", "L": "l", "Q": "c"}[operator], int(x), int(y)) for operator, x, y in parts
    )
