"""Layered drawings: nothing overlaps, edges run down, chains are straight."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from lpt.report.layout import GAP, RANK, layered, simplified


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[float], list[tuple[int, int]]]:
    count = draw(st.integers(1, 30))
    widths = draw(st.lists(st.floats(20, 300), min_size=count, max_size=count))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).map(lambda p: (min(p), max(p)))
    return widths, [pair for pair in draw(st.lists(pairs, max_size=60)) if pair[0] != pair[1]]


@given(graphs())
def test_nodes_do_not_overlap_and_edges_run_down(graph: tuple[list[float], list[tuple[int, int]]]) -> None:
    widths, edges = graph
    layout = layered(widths, edges)
    for a, b in combinations(range(len(widths)), 2):
        if layout.y[a] == layout.y[b]:
            assert abs(layout.x[a] - layout.x[b]) >= (widths[a] + widths[b]) / 2 + GAP - 0.2
    for begin, end in edges:
        way = [layout.y[begin], *(y for _, y in layout.bends.get((begin, end), [])), layout.y[end]]
        assert all(low - high == RANK for high, low in pairwise(way))
    for x, y, width in zip(layout.x, layout.y, widths, strict=True):
        assert width / 2 <= x <= layout.width - width / 2 and 0 < y < layout.height


def test_a_chain_is_straight() -> None:
    layout = layered([100, 40, 220, 60], [(0, 1), (1, 2), (2, 3)])
    assert len(set(layout.x)) == 1
    assert layout.y == [RANK * (i + 0.5) for i in range(4)]
    assert layout.bends == {}


def test_a_skip_runs_beside_what_it_skips() -> None:
    layout = layered([100] * 4, [(0, 1), (1, 2), (2, 3), (0, 3)])
    points = layout.bends[0, 3]
    assert len(points) == 2
    assert all(abs(x - layout.x[1]) > 50 for x, _ in points)
    assert len({x for x, _ in points}) == 1


def test_a_late_input_stands_above_its_reader() -> None:
    layout = layered([100] * 5, [(0, 1), (1, 2), (2, 4), (3, 4)])
    assert layout.y[3] == layout.y[2]


def test_edges_of_one_value_share_their_line() -> None:
    layout = layered([100] * 5, [(0, 1), (1, 2), (2, 3), (3, 4), (0, 3), (0, 4)])
    assert layout.bends[0, 4][:2] == layout.bends[0, 3]


def test_nothing_to_draw() -> None:
    assert layered([], []).x == []


def test_points_on_the_way_are_left_out() -> None:
    assert simplified([(1, 0), (1, 1), (1, 2), (4, 3)]) == [(1, 0), (1, 2), (4, 3)]
