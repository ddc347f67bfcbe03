"""Pooling and reductions."""

from __future__ import annotations

from typing import Any

from xdsl.ir import SSAValue

from lpt.dialects.nn import (
    AbsOp,
    AveragePoolOp,
    GlobalAveragePoolOp,
    IdentityOp,
    MaxPoolOp,
    MulOp,
    NnOp,
    ReduceMaxOp,
    ReduceMeanOp,
    ReduceMinOp,
    ReduceSumOp,
    SqrtOp,
)
from lpt.dialects.shapes import Shape, tensor_shape
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import Handler, handles
from lpt.importers.openvino.windows import read_window


def _pool(node: Node, op: type[NnOp], x: SSAValue, **more: Any) -> SSAValue:
    window = read_window(node, node.shape(0), node.ints("kernel"))
    rounding = node.choice("rounding_type", "floor", "ceil", "ceil_torch")
    result = node.one(
        op,
        x,
        kernel_shape=window.kernel,
        strides=window.strides,
        pads=window.pads,
        dilations=window.dilations,
        ceil_mode=int(rounding != "floor"),
        **more,
    )
    _require_windows_inside(node, rounding, tensor_shape(result))
    return result


def _require_windows_inside(node: Node, rounding: str, shape: Shape) -> None:
    """`ceil` also has windows that begin behind the data, `ceil_torch` and ONNX have not."""
    declared = node.outputs[0].shape if node.outputs else shape
    if rounding == "ceil" and any(min(a, b) >= 0 and a == b + 1 for a, b in zip(declared, shape, strict=False)):
        raise node.unsupported("rounding_type 'ceil' has a window outside the data", "use rounding_type 'ceil_torch'")


@handles("MaxPool")
def max_pool(node: Node) -> SSAValue:
    """Indices, the second output from opset 8 on, are not handled."""
    return _pool(node, MaxPoolOp, node.moved(0))


@handles("AvgPool")
def average_pool(node: Node) -> SSAValue:
    include = not node.flag("exclude-pad", node.flag("exclude_pad", True))
    return _pool(node, AveragePoolOp, node.f32(0), count_include_pad=int(include))


@handles("AdaptiveAvgPool", first=8)
def adaptive_average_pool(node: Node) -> SSAValue:
    """Over all that there is, where the output has extent 1."""
    sizes = node.known_ints(1, "the output shape")
    if sizes is None or set(sizes) != {1} or len(sizes) != len(node.shape(0)) - 2:
        raise node.unsupported(f"adaptive pooling to {sizes} is not handled", "pool to extents of 1")
    return node.one(GlobalAveragePoolOp, node.f32(0))


def _reduce(op: type[NnOp]) -> Handler:
    return lambda node: _reduced(node, op, node.f32(0))


def _reduced(node: Node, op: type[NnOp], x: SSAValue) -> SSAValue:
    """Over the axes that input 1 names; without any, nothing."""
    rank = len(node.shape(0))
    axes = [node.axis(axis, rank) for axis in node.ints_input(1, "the axes")]
    return node.one(op, x, axes=axes, keepdims=int(node.flag("keep_dims", False))) if axes else node.one(IdentityOp, x)


for _name, _op in {
    "ReduceMax": ReduceMaxOp,
    "ReduceMean": ReduceMeanOp,
    "ReduceMin": ReduceMinOp,
    "ReduceSum": ReduceSumOp,
}.items():
    handles(_name)(_reduce(_op))


@handles("ReduceL1", first=4)
def reduce_l1(node: Node) -> SSAValue:
    """Σ|x|."""
    return _reduced(node, ReduceSumOp, node.one(AbsOp, node.f32(0)))


@handles("ReduceL2", first=4)
def reduce_l2(node: Node) -> SSAValue:
    """√Σx²."""
    x = node.f32(0)
    return node.one(SqrtOp, _reduced(node, ReduceSumOp, node.one(MulOp, x, x)))
