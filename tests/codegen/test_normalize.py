"""mvn and normalize_l2 against the interpreter, bit for bit, along and across their axes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import TensorType, f32
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.kernel import KernelNormalizeOp, Layout
from lpt.dialects.quant import quantized_tensor
from lpt.dialects.quant_params import U8, QuantParams

Q = QuantParams(U8, 0.0921, 118)
P = QuantParams(U8, 1 / 64, 128)

FORMS: list[tuple[type[nn.NormalizeOp], dict[str, Any]]] = [
    (nn.MvnOp, {"eps": 1e-3, "eps_mode": "inside_sqrt"}),
    (nn.MvnOp, {"eps": 1e-3, "eps_mode": "outside_sqrt"}),
    (nn.MvnOp, {"eps": 0.0, "eps_mode": "inside_sqrt", "normalize_variance": 0}),
    (nn.NormalizeL2Op, {"eps": 1e-3, "eps_mode": "add"}),
    (nn.NormalizeL2Op, {"eps": 4.0, "eps_mode": "max"}),
]


def floats(*shape: int) -> np.ndarray:
    return (np.random.default_rng(1).standard_normal(shape) * 5 + 1).astype(np.float32)


@pytest.mark.parametrize("op, properties", FORMS, ids=lambda v: getattr(v, "__name__", str(v)))
@pytest.mark.parametrize("axis", [0, 1])
def test_forms(check_kernel: Any, op: type[nn.NormalizeOp], properties: dict[str, Any], axis: int) -> None:
    x = floats(33, 21)
    x[3, 5], x[20, 20], x[:, 7] = np.nan, np.inf, 0.0
    check_kernel(KernelNormalizeOp, [TensorType(f32, x.shape)], lambda v: op.make([v], axes=[axis], **properties).result, [x])


@pytest.mark.parametrize("length", [1, 3, 15, 16, 17, 31, 33, 127, 1000])
def test_lengths(check_kernel: Any, length: int) -> None:
    for shape, axis in (((3, length), 1), ((length, 3), 0)):
        check_kernel(
            KernelNormalizeOp,
            [TensorType(f32, shape)],
            lambda v, a=axis: nn.MvnOp.make([v], axes=[a], eps=1e-5, eps_mode="inside_sqrt").result,
            [floats(*shape)],
        )


@pytest.mark.parametrize("axes", [[1], [2, 3], [1, 2, 3], [0, 2, 3], [1, 3], [0, 1, 2, 3], []])
@pytest.mark.parametrize("rows", [True, False])
def test_axes_and_layouts(check_kernel: Any, axes: list[int], rows: bool) -> None:
    shape = (2, 21, 5, 6)
    layout = None if rows else Layout.channel_last(shape)
    check_kernel(
        KernelNormalizeOp,
        [TensorType(f32, shape)],
        lambda v: nn.NormalizeL2Op.make([v], axes=axes, eps=1e-6, eps_mode="add").result,
        [floats(*shape)],
        layouts=[layout],
        result=layout,
    )


@pytest.mark.parametrize("axes", [[2, 3], [1]])
def test_codes(check_kernel: Any, axes: list[int]) -> None:
    shape = (2, 21, 5, 6)
    layout = Layout.channel_last(shape, (), (), 4)

    def body(x: SSAValue) -> SSAValue:
        value = nn.MvnOp.make([x], params=P, axes=axes, eps=1e-5, eps_mode="inside_sqrt").result
        return nn.ReluOp.make([value]).result

    codes = np.random.default_rng(2).integers(0, 256, shape).astype(np.uint8)
    check_kernel(KernelNormalizeOp, [quantized_tensor(Q, shape)], body, [codes], layouts=[layout], result=layout)
