"""Packed weights: what the tables and records say adds up to the same sums."""

import numpy as np
import pytest

from lpt.codegen.isa import Dot, Maddubs, MaddubsSum, contraction_dots, float_dot, integer_dots
from lpt.codegen.packing import Packed, Weights, estimate_steps, pack
from lpt.errors import CompileError
from lpt.target import TARGETS, Target

VNNI, AVX2 = TARGETS["x86-64-avx512vnni"], TARGETS["x86-64-avx2"]


def replay(packed: Packed, weights: Weights, dots: tuple[Dot, ...], vectors: int, x: np.ndarray) -> np.ndarray:
    """Sums of one pixel over bytes `x`, walking blocks and steps as a micro kernel does, exactly."""
    lanes, sums = dots[0].lanes, np.zeros(weights.channels, np.int64)
    raw, offsets = packed.data.view(np.int8), packed.offsets
    for block, (data, table, *counts) in enumerate(packed.records):
        begin = block * vectors * lanes
        width = -(-(min(begin + vectors * lanes, weights.channels) - begin) // lanes) * lanes
        total, entry = np.zeros(width, np.int64), table // 4
        for dot, count in zip(dots, counts, strict=True):
            size = count * dot.dwords
            at = offsets[entry : entry + size]
            dwords = np.stack([x[o : o + 4] for o in at]) if size else np.zeros((0, 4), np.uint8)
            values = raw[data : data + size * width * 4].reshape(count, width // lanes, dot.dwords, lanes, 4)
            terms = values.astype(np.int64) * dwords.reshape(count, 1, dot.dwords, 1, 4)
            if isinstance(dot, MaddubsSum):
                pairs = terms.reshape(*terms.shape[:-1], 2, 2).sum(-1)
                for part in (pairs, pairs.sum(2)):
                    assert part.size == 0 or (part.max() <= 32767 and part.min() >= -32768)
            total += terms.sum((0, 2, 4)).ravel()
            data += size * width * 4
            entry += size
        sums[begin : begin + width] = total[: weights.channels - begin]
    return sums


@pytest.mark.parametrize("target", [VNNI, AVX2], ids=lambda t: t.name)
@pytest.mark.parametrize("channels, taps, width, groups", [(5, 1, 4, 1), (40, 2, 7, 1), (64, 3, 3, 4), (6, 2, 1, 3)])
@pytest.mark.parametrize("vectors", [1, 2])
def test_steps_add_up(target: Target, channels: int, taps: int, width: int, groups: int, vectors: int) -> None:
    rng = np.random.default_rng(channels)
    values = rng.integers(-255, 256, (channels, taps, width)).astype(np.int16)
    pixel = -(-width * groups // 4) * 4
    weights = Weights(values, np.arange(taps) * pixel, 1, pixel, groups)
    dots = contraction_dots(integer_dots(target))
    x = rng.integers(0, 256, taps * pixel).astype(np.uint8)
    got = replay(pack(weights, dots, vectors), weights, dots, vectors, x)
    per, seen = channels // groups, x.reshape(taps, pixel).astype(np.int64)
    expected = [np.sum(seen[:, c // per * width : (c // per + 1) * width] * values[c]) for c in range(channels)]
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("largest", [255, 127, 15])
@pytest.mark.parametrize("deviation", [10, 40, 90])
def test_no_sum_can_leave_16_bits(largest: int, deviation: int) -> None:
    rng = np.random.default_rng(deviation)
    values = rng.normal(0, deviation, (24, 2, 96)).clip(-128, 127).astype(np.int8)
    weights, dots = Weights(values, np.array([0, 96]), 1, 96, max_x=largest), contraction_dots(integer_dots(AVX2))
    packed = pack(weights, dots, 1)
    for row in (np.full(192, largest, np.uint8), np.where(rng.integers(0, 2, 192), largest, 0).astype(np.uint8)):
        expected = values.astype(np.int64).reshape(24, -1) @ row.astype(np.int64)
        np.testing.assert_array_equal(replay(packed, weights, dots, 1, row), expected)
    if deviation == 10:
        assert packed.steps[0] <= 3 and packed.steps[1:].sum() > 0


def test_zeros_take_no_steps() -> None:
    values = np.ones((64, 2, 16), np.int8)
    values[:32, 0, 4:12] = 0
    values[32:, :, :] = 0
    weights = Weights(values, np.array([0, 16]), 1, 16)
    assert estimate_steps(weights, integer_dots(VNNI)[0], 3) == (12, 6, 6)
    packed = pack(weights, integer_dots(VNNI), 1)
    assert packed.records[:, 2].tolist() == [6, 6, 0, 0] and packed.multiples == (6,) and packed.counts == (None,)
    assert packed.offsets[:6].tolist() == [0, 12, 16, 20, 24, 28]
    floats = Weights(values.astype(np.float32), np.array([0, 64]), 4, 16)
    assert pack(floats, (float_dot(VNNI),), 1).steps.tolist() == [4 * 32]


def test_taps_that_follow_each_other_are_one_run() -> None:
    values = np.tile(np.array([100, 100, 0], np.int8), (8, 7, 1))
    dots = contraction_dots(integer_dots(AVX2))
    joined = pack(Weights(values, np.arange(7) * 4, 1, 4), dots, 1)
    apart = pack(Weights(values, np.arange(7) * 5, 1, 4), dots, 1)
    # Each first channel is paired with the padding of the tap before.
    assert len(joined.offsets) == 8 and len(apart.offsets) == 14


def test_blocks_of_equal_steps_share_their_table() -> None:
    weights = Weights(np.ones((256, 9, 64), np.int8), np.arange(9) * 64, 1, 64)
    packed = pack(weights, integer_dots(VNNI), 2)
    assert packed.offsets.tolist() == list(range(0, 9 * 64, 4))
    assert len(packed.records) == 8 and packed.counts == (144,) and packed.multiples == (144,)


def test_the_last_dword_stays_inside_unpadded_channels() -> None:
    weights = Weights(np.ones((4, 1, 7), np.int8), np.zeros(1, np.int64), 1, 7)
    assert pack(weights, integer_dots(VNNI), 1).offsets.tolist() == [0, 3]


def test_too_few_channels_for_a_dword_are_refused() -> None:
    with pytest.raises(CompileError, match="3 input channels cannot be read as dwords"):
        pack(Weights(np.ones((4, 1, 3), np.int8), np.zeros(1, np.int64), 1, 3), integer_dots(VNNI), 1)


def test_bytes_must_be_adjacent_but_floats_need_not() -> None:
    with pytest.raises(CompileError, match="must be channel-last"):
        pack(Weights(np.ones((4, 1, 8), np.int8), np.zeros(1, np.int64), 100, 8), integer_dots(VNNI), 1)
    floats = Weights(np.ones((4, 1, 8), np.float32), np.zeros(1, np.int64), 400, 8)
    assert pack(floats, (float_dot(VNNI),), 1).offsets.tolist() == list(range(0, 3200, 400))


def test_the_fast_sequence_is_the_one_that_needs_proof() -> None:
    assert [isinstance(dot, Maddubs) for dot in integer_dots(AVX2)] == [True, False]
    assert not isinstance(integer_dots(VNNI)[0], Maddubs)
