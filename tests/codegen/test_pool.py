"""Pools against the interpreter: pads, strides, dilation, ceil mode, floats and codes, channel-last and rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import TensorType, f32
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.kernel import KernelPoolOp, Layout
from lpt.dialects.lpt import RequantizeOp
from lpt.dialects.quant import quantized_tensor
from lpt.dialects.quant_params import U8, QuantParams
from lpt.dialects.shapes import tensor_shape

Q = QuantParams(U8, 0.0321, 118)
R = QuantParams(U8, 0.0517, 12)


@dataclass(frozen=True)
class Window:
    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    pads: tuple[int, ...]
    dilations: tuple[int, ...] = ()
    ceil_mode: int = 0
    include: int = 0

    @property
    def properties(self) -> dict[str, Any]:
        return {
            "kernel_shape": self.kernel,
            "strides": self.strides,
            "pads": self.pads,
            "dilations": self.dilations or (1,) * len(self.kernel),
            "ceil_mode": self.ceil_mode,
        }


WINDOWS = {
    "2x2": Window((2, 2), (2, 2), (0, 0, 0, 0)),
    "3x3-same": Window((3, 3), (1, 1), (1, 1, 1, 1)),
    "3x3-stride": Window((3, 3), (2, 2), (0, 0, 1, 1)),
    "include": Window((3, 3), (2, 2), (1, 1, 1, 1), include=1),
    "ceil": Window((3, 2), (2, 3), (1, 0, 0, 1), ceil_mode=1),
    "ceil-include": Window((3, 3), (2, 2), (1, 1, 1, 1), ceil_mode=1, include=1),
    "dilated": Window((3, 2), (1, 2), (2, 1, 1, 1), (2, 3)),
    "row": Window((3,), (2,), (1, 1)),
    "volume": Window((2, 3, 2), (1, 2, 1), (0, 1, 0, 1, 1, 1)),
    "many-taps": Window((9, 9), (1, 1), (4, 4, 4, 4)),
    "whole": Window((7, 9), (1, 1), (0, 0, 0, 0)),
}
EXTENTS = {1: (19,), 2: (7, 9), 3: (3, 5, 4)}


def floats(shape: tuple[int, ...]) -> np.ndarray:
    x = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    x.reshape(-1)[::37] = np.nan
    x.reshape(-1)[1::41] = np.inf
    x.reshape(-1)[2::5] = -0.0
    return x


def codes(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(2).integers(0, 256, shape).astype(np.uint8)


def channel_last(shape: tuple[int, ...], multiple: int, halo: int = 0) -> Layout:
    border = (0, 0, *(halo,) * (len(shape) - 2))
    return Layout.channel_last(shape, border, border, multiple)


def pool(op: type[nn.NnOp], x: SSAValue, window: Window, params: QuantParams | None = None) -> SSAValue:
    extra = {"count_include_pad": window.include} if op is nn.AveragePoolOp else {}
    return op.make([x], params=params, **window.properties, **extra).results[0]


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("op, rows", [(nn.MaxPoolOp, True), (nn.AveragePoolOp, False)])
def test_floats(check_kernel: Any, op: type[nn.NnOp], name: str, rows: bool) -> None:
    window = WINDOWS[name]
    rows = rows ^ (list(WINDOWS).index(name) % 2 == 0)
    shape = (1, 17, *EXTENTS[len(window.kernel)])
    x = floats(shape)
    result = pool(op, _value(shape), window).type
    layouts = None if rows else [channel_last(shape, 1)]
    out = None if rows else channel_last(tensor_shape(result), 1, halo=1)
    check_kernel(KernelPoolOp, [TensorType(f32, shape)], lambda v: pool(op, v, window), [x], layouts=layouts, result=out)


def _value(shape: tuple[int, ...]) -> SSAValue:
    from xdsl.utils.test_value import create_ssa_value

    return create_ssa_value(TensorType(f32, shape))


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("op", [nn.MaxPoolOp, nn.AveragePoolOp])
def test_codes(check_kernel: Any, op: type[nn.NnOp], name: str) -> None:
    window = WINDOWS[name]
    channels = (3, 16, 72)[list(WINDOWS).index(name) % 3]
    shape = (1, channels, *EXTENTS[len(window.kernel)])
    params = None if op is nn.MaxPoolOp else R
    out = tensor_shape(pool(op, _value(shape), window))
    check_kernel(
        KernelPoolOp,
        [quantized_tensor(Q, shape)],
        lambda v: pool(op, v, window, params),
        [codes(shape)],
        layouts=[channel_last(shape, 4, halo=1)],
        result=channel_last(out, 4, halo=1),
    )


@pytest.mark.parametrize("name", ["2x2", "include", "whole"])
@pytest.mark.parametrize("channels", [1, 17, 64])
def test_accumulated_average_and_its_requantize(check_kernel: Any, name: str, channels: int) -> None:
    window = WINDOWS[name]
    shape = (1, channels, *EXTENTS[2])
    if name == "include":
        window = Window(window.kernel, window.strides, (1, 1, 1, 1), include=1)

    def body(x: SSAValue) -> SSAValue:
        total = pool(nn.AveragePoolOp, x, window)
        return RequantizeOp(total, None, quantized_tensor(R, tensor_shape(total))).result

    out = tensor_shape(pool(nn.AveragePoolOp, _value(shape), window))
    layout = channel_last(shape, 4)
    check_kernel(KernelPoolOp, [quantized_tensor(Q, shape)], body, [codes(shape)], layouts=[layout], result=channel_last(out, 4))


@pytest.mark.parametrize("op", [nn.GlobalAveragePoolOp, nn.GlobalMaxPoolOp])
@pytest.mark.parametrize("channels", [1, 15, 33])
def test_global(check_kernel: Any, op: type[nn.NnOp], channels: int) -> None:
    shape = (2, channels, 5, 7)
    check_kernel(
        KernelPoolOp, [TensorType(f32, shape)], lambda x: op.make([x]).results[0], [floats(shape)], layouts=[channel_last(shape, 1)]
    )
    check_kernel(KernelPoolOp, [TensorType(f32, shape)], lambda x: op.make([x]).results[0], [floats(shape)])
    layout = channel_last(shape, 4, halo=1)
    quantized = quantized_tensor(Q, shape)
    check_kernel(KernelPoolOp, [quantized], lambda x: op.make([x]).results[0], [codes(shape)], layouts=[layout])
    if op is nn.GlobalAveragePoolOp:
        check_kernel(KernelPoolOp, [quantized], lambda x: op.make([x], params=R).results[0], [codes(shape)], layouts=[layout])
