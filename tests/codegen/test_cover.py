"""Covers and groups of weights: they add up to the weights, and nothing in them can leave 16 bits."""

import numpy as np
import pytest

from lpt.codegen.cover import cover, group
from lpt.codegen.isa import proved


def gaussian(runs: int, lanes: int, width: int, deviation: float) -> np.ndarray:
    rng = np.random.default_rng(width)
    return rng.normal(0, deviation, (runs, lanes, width)).clip(-128, 127).round().astype(np.int8)


@pytest.mark.parametrize("calm", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(
    "lanes, runs, width, before, after, max_x, deviation",
    [
        (8, 9, 64, 0, 0, 255, 40),
        (8, 1, 7, 0, 1, 255, 60),
        (4, 2, 4, 3, 0, 255, 80),
        (16, 3, 33, 1, 3, 127, 90),
        (8, 2, 5, 9, 0, 255, 99),
    ],
)
def test_dwords_add_up_to_the_weights(
    lanes: int, runs: int, width: int, before: int, after: int, max_x: int, deviation: float, calm: float
) -> None:
    values = gaussian(runs, lanes, width, deviation)
    values[0, :, :2] = 0
    cut = cover(values, max_x, before, after, calm)
    assert (cut.start >= -before).all() and (cut.start + 4 <= width + after).all()
    total = np.zeros((runs, width + before + after, lanes), np.int64)
    for run, start, dword in zip(cut.run, cut.start, cut.values, strict=True):
        total[run, before + start : before + start + 4] += dword.T
    np.testing.assert_array_equal(total[:, before : before + width], values.transpose(0, 2, 1))
    assert not total[:, :before].any() and not total[:, before + width :].any()
    assert proved(cut.values, max_x).all() and cut.values.any((1, 2)).all()


def test_safe_weights_take_no_more_dwords_than_they_fill() -> None:
    cut = cover(np.full((3, 8, 10), 60, np.int8), 255, 0, 2)
    assert cut.run.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2] and cut.start.tolist() == [0, 4, 8] * 3
    assert len(cover(np.zeros((2, 8, 12), np.int8), 255, 0, 0).values) == 0


def test_a_weight_that_does_not_fit_beside_another_is_shared_by_two_dwords() -> None:
    weights = np.array([60, 10, 70, 90, 60, 10, 20], np.int8)
    cut = cover(np.broadcast_to(weights, (1, 8, 7)).copy(), 255, 0, 3, calm=1.0)
    assert cut.start.tolist() == [0, 3]
    assert cut.values[:, 0].tolist() == [[60, 10, 70, 58], [32, 60, 10, 20]]


@pytest.mark.parametrize("max_x, deviation", [(255, 20), (255, 35), (127, 40), (15, 50)])
@pytest.mark.parametrize("most", [1, 2, 4])
def test_groups_stay_in_16_bits(max_x: int, deviation: float, most: int) -> None:
    dwords = cover(gaussian(3, 8, 128, deviation), max_x, 0, 0).values
    groups = group(dwords, np.zeros(len(dwords), np.int64), max_x, most)
    assert [g.shape[1] for g in groups] == list(range(1, most + 1))
    assert sorted(np.concatenate([g.ravel() for g in groups])) == list(range(len(dwords)))
    for chosen in groups:
        pairs = dwords[chosen].astype(np.int64).reshape(*chosen.shape, 8, 2, 2)
        assert (np.maximum(pairs, 0).sum((1, -1)) * max_x <= 32767).all()
        assert (np.minimum(pairs, 0).sum((1, -1)) * max_x >= -32768).all()
    if most > 1:
        assert sum(map(len, groups)) < 0.75 * len(dwords)
    blocks = np.sort(np.arange(len(dwords)) % 3)
    assert all((blocks[g] == blocks[g[:, :1]]).all() for g in group(dwords, blocks, max_x, most))
    assert [len(g) for g in group(dwords[:0], np.zeros(0, np.int64), max_x, most)] == [0] * most
