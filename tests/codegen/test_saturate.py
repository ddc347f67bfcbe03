"""Packing i32 lanes to bytes: clamp(r + zero point, low, high), as written in numpy, for values at every edge."""

import numpy as np
import pytest

from lpt.codegen.emit import Emitter
from lpt.codegen.jit import LoadedKernel
from lpt.codegen.kernel_code import finish
from lpt.codegen.saturate import Saturation, pack
from lpt.codegen.taps import interleaved_order
from lpt.target import TARGETS, Target, runs_here

here = pytest.mark.parametrize("target", [t for t in TARGETS.values() if runs_here(t)], ids=lambda t: t.name)
EDGES = [-(2**31), -32769, -32768, -32767, -256, -129, -1, 0, 1, 127, 254, 255, 256, 32512, 32767, 32768, 2**31 - 1]


def packed(target: Target, values: np.ndarray, how: Saturation, interleaved: bool = False) -> np.ndarray:
    """What `pack` makes of [vectors, lanes] i32."""
    e = Emitter(target, operands=1)
    n = target.lanes
    vectors = [e.load(e.at(e.operand(0), 4 * n * i), "i32", n) for i in range(len(values))]
    e.store(e.result, pack(e, vectors, how, interleaved=interleaved))
    result = np.zeros(4 * n, np.uint8)
    LoadedKernel(finish(e, units=1), target)([values], result, 0, 1)
    return result


@here
@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("how", [Saturation(), Saturation(125), Saturation(255, 3, 250), Saturation(128, 128, 255)])
def test_saturates_like_a_clamp(target: Target, count: int, how: Saturation) -> None:
    rng = np.random.default_rng(count)
    values = rng.choice(EDGES, (count, target.lanes)).astype(np.int32)
    expected = np.clip(values.astype(np.int64) + how.zero_point, how.low, how.high).ravel()
    np.testing.assert_array_equal(packed(target, values, how)[: values.size], expected)


@here
def test_interleaved_vectors_come_out_in_order(target: Target) -> None:
    channels = np.random.default_rng(1).integers(-300, 300, 4 * target.lanes).astype(np.int32)
    values = channels[interleaved_order(target.lanes)].reshape(4, -1)
    np.testing.assert_array_equal(packed(target, values, Saturation(), interleaved=True), np.clip(channels, 0, 255))
