"""The kernel dialect: text, layouts, verifiers, and meaning as the body's meaning."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from xdsl.dialects.builtin import Float32Type, ModuleOp, TensorType
from xdsl.dialects.test import TestOp as Source
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import kernel
from lpt.dialects.interpreter import evaluate
from lpt.dialects.kernel import KernelOp, Layout, LayoutAttr, halo_of_conv
from lpt.dialects.nn import ConvOp

Q = "tensor<1x2x4x4x!quant.uniform<u8:f32, 0.5:128>>"
WEIGHTS = "tensor<2x2x1x1x!quant.uniform<i8:f32, 0.1>>"
LAYOUT = "#kernel.layout<[32, 1, 8, 2], 0, 32, [0, 0, 0, 0], [0, 0, 0, 0]>"
WINDOW = "strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64"
ACC = "tensor<1x2x4x4x!quant.uniform<i32:f32, 0.05>>"
CONV = f"""
builtin.module {{
  func.func @main(%x : {Q}) -> {Q} attributes {{lpt.inputs = ["x"], lpt.outputs = ["y"]}} {{
    %y = kernel.conv(%x) {{kernel_name = "conv_0", layout = {LAYOUT}, offset = 64 : i64}}
    : ({Q}) -> {Q} {{
    ^bb0(%a : {Q}):
      %w = lpt.constant {{value = #lpt.blob<dense<[[[[2]], [[0]]], [[[0]], [[-1]]]]> : tensor<2x2x1x1xi8>>}}
        : {WEIGHTS}
      %c = nn.conv %a, %w {{{WINDOW}}} : ({Q}, {WEIGHTS}) -> {ACC}
      %q = lpt.requantize %c : ({ACC}) -> {Q}
      %r = nn.relu %q : ({Q}) -> {Q}
      kernel.yield %r : {Q}
    }}
    func.return %y : {Q}
  }}
}}
"""


def the_kernel(module: ModuleOp) -> KernelOp:
    return next(op for op in module.walk() if isinstance(op, KernelOp))


def test_round_trip(parse: Callable[[str], ModuleOp]) -> None:
    text = str(parse(CONV))
    assert str(parse(text)) == text
    op = the_kernel(parse(text))
    assert isinstance(op, kernel.KernelConvOp) and op.root is op.conv
    assert [o.name for o in op.operations()] == ["nn.conv", "lpt.requantize", "nn.relu"]
    assert op.argument_of(op.conv.x) == 0 and op.argument_of(op.yielded) is None
    assert op.layout is not None and op.layout.data == Layout.channel_last((1, 2, 4, 4))


def test_meaning_is_the_bodys(parse: Callable[[str], ModuleOp]) -> None:
    q = np.arange(100, 132, dtype=np.uint8).reshape(1, 2, 4, 4)
    (got,) = evaluate(the_kernel(parse(CONV)), [q])
    real = (q.astype(int) - 128) * np.array([2, -1]).reshape(2, 1, 1) * 0.05
    assert (got == np.maximum(np.rint(real / 0.5) + 128, 128)).all()


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("kernel.conv(", "kernel.gemm(", "body starts with nn.conv, expected nn.matmul"),
        (f"kernel.yield %r : {Q}", f"kernel.yield %c : {ACC}", "must yield a value of the result's type"),
        (f"^bb0(%a : {Q})", f"^bb0(%a : {Q}, %b : {Q})", "body arguments and operands differ"),
        ("[32, 1, 8, 2]", "[1, 8, 2]", "the layout has 3 strides"),
    ],
)
def test_refused(before: str, after: str, reason: str, parse: Callable[[str], ModuleOp]) -> None:
    assert before in CONV
    with pytest.raises(VerifyException, match=reason):
        parse(CONV.replace(before, after))


def test_a_contraction_may_say_its_tile(parse: Callable[[str], ModuleOp]) -> None:
    assert "offset = 64" in CONV
    text = CONV.replace("offset = 64", "tile = array<i64: 6, 4>, offset = 64")
    op = the_kernel(parse(text))
    assert isinstance(op, kernel.ContractionOp) and op.wanted == (6, 4)
    assert "tile = array<i64: 6, 4>" in str(op)
    for wrong in ("6", "6, 4, 2", "0, 4", "6, -1"):
        with pytest.raises(VerifyException, match="a tile is a number of pixels and one of vectors"):
            parse(text.replace("6, 4", wrong))


def test_bodies_are_isolated(parse: Callable[[str], ModuleOp]) -> None:
    with pytest.raises(VerifyException):
        parse(CONV.replace("nn.conv %a, %w", "nn.conv %x, %w"))


def test_row_major_layout() -> None:
    layout = Layout.row_major((2, 3, 4))
    assert layout.strides == (12, 4, 1) and layout.size == 24 and not layout.has_halo
    assert Layout.row_major(()).size == 1


def test_channel_last_layout_with_halo() -> None:
    """1 × 3 × 5 × 7, rows of 1 + 7 + 2 pixels of 4 stored channels, 1 + 5 + 1 rows."""
    layout = Layout.channel_last((1, 3, 5, 7), halo_lo=(0, 0, 1, 1), halo_hi=(0, 0, 1, 2), multiple=4)
    assert layout.strides == (7 * 10 * 4, 1, 10 * 4, 4)
    assert layout.offset == 10 * 4 + 4 and layout.size == 7 * 10 * 4 and layout.has_halo


@pytest.mark.parametrize(
    ("extent", "kernel", "stride", "dilation", "pads"),
    [
        (5, 3, 1, 1, (1, 1)),
        (5, 3, 2, 1, (1, 1)),
        (6, 3, 2, 1, (1, 1)),
        (9, 2, 1, 4, (3, 0)),
        (7, 1, 2, 1, (0, 0)),
        (4, 4, 3, 1, (0, 3)),
    ],
)
def test_the_halo_of_a_convolution_is_what_its_taps_reach(
    extent: int, kernel: int, stride: int, dilation: int, pads: tuple[int, int]
) -> None:
    x, w = (Source(result_types=[TensorType(Float32Type(), shape)]).results[0] for shape in ((1, 2, extent, 8), (3, 2, kernel, 1)))
    conv = ConvOp.make([x, w, []], strides=(stride, 1), pads=(pads[0], 0, pads[1], 0), dilations=(dilation, 1), group=1)
    outputs = (extent + sum(pads) - dilation * (kernel - 1) - 1) // stride + 1
    read = [o * stride + k * dilation - pads[0] for o in range(outputs) for k in range(kernel)]
    expected = max(-min(read), 0), max(max(read) - extent + 1, 0)
    assert halo_of_conv(conv) == ((0, 0, expected[0], 0), (0, 0, expected[1], 0))


def test_layout_attribute_reads_back(parse_type: Callable[[str], object]) -> None:
    attr = LayoutAttr(Layout.channel_last((1, 3, 5, 7), (0, 0, 1, 1), (0, 0, 1, 2), 4))
    assert str(attr) == "#kernel.layout<[280, 1, 40, 4], 44, 280, [0, 0, 1, 1], [0, 0, 1, 2]>"
    assert parse_type(str(attr)) == attr


def test_packed_layout_reads_back(parse_type: Callable[[str], object]) -> None:
    attr = LayoutAttr(Layout.packed_matrices((2, 3, 64, 10), 4096))
    assert str(attr) == "#kernel.layout<[12288, 4096, 0, 0], 0, 24576, [0, 0, 0, 0], [0, 0, 0, 0], packed>"
    assert parse_type(str(attr)) == attr
    assert Layout.packed_matrices((64, 10), 4096).size == 4096
