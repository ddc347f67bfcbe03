"""Normalizations of transformers: over the last dimensions, by mean and deviation or by the root mean square alone.

Also the forms that ONNX Runtime's optimizer writes, with a residual sum in front (com.microsoft).
"""

from __future__ import annotations

import math

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.nn import AddOp, DivOp, MulOp, MvnOp, NormalizeL2Op, ReciprocalOp, ReduceMeanOp, SqrtOp, SubOp
from lpt.dialects.shapes import tensor_shape
from lpt.importers.onnx.handlers.normalization import affine
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import OLDEST, handles, microsoft
from lpt.importers.value import Value


def _number(node: Node, value: float) -> SSAValue:
    return node.builder.constant(Value(np.array(value, np.float32)))


def _axes(node: Node) -> list[int]:
    """All dimensions from `axis` on."""
    rank = len(node.shape(0))
    return list(range(node.axis(node.int_attr("axis", -1), rank), rank))


def _require_f32(node: Node) -> None:
    if node.int_attr("stash_type", 1) != 1:
        raise node.unsupported("statistics of another type than f32 are not handled", "export the model with stash_type 1")


def _mvn(node: Node, x: SSAValue, axes: list[int]) -> SSAValue:
    return node.one(MvnOp, x, axes=axes, eps=node.float_attr("epsilon", 1e-5), eps_mode="inside_sqrt")


def _statistics(node: Node, x: SSAValue, axes: list[int]) -> list[SSAValue]:
    """The mean, and 1 / √(variance + epsilon)."""
    mean = node.one(ReduceMeanOp, x, axes=axes)
    d = node.one(SubOp, x, mean)
    variance = node.one(ReduceMeanOp, node.one(MulOp, d, d), axes=axes)
    deviation = node.one(SqrtOp, node.one(AddOp, variance, _number(node, node.float_attr("epsilon", 1e-5))))
    return [mean, node.one(ReciprocalOp, deviation)]


def _inverse_rms(node: Node, x: SSAValue, axes: list[int]) -> SSAValue:
    mean = node.one(ReduceMeanOp, node.one(MulOp, x, x), axes=axes)
    return node.one(ReciprocalOp, node.one(SqrtOp, node.one(AddOp, mean, _number(node, node.float_attr("epsilon", 1e-5)))))


def _rms(node: Node, x: SSAValue, axes: list[int], scale: int) -> SSAValue:
    """x / √(mean x² + ε) · scale = (x / √(Σx² + n·ε)) · (√n · scale), n elements: one `nn.normalize_l2` and one product."""
    extents = [tensor_shape(x)[axis] for axis in axes]
    if -1 in extents:
        mean = node.one(ReduceMeanOp, node.one(MulOp, x, x), axes=axes)
        eps = _number(node, node.float_attr("epsilon", 1e-5))
        return affine(node, node.one(DivOp, x, node.one(SqrtOp, node.one(AddOp, mean, eps))), scale, None)
    count = math.prod(extents)
    y = node.one(NormalizeL2Op, x, axes=axes, eps=count * node.float_attr("epsilon", 1e-5), eps_mode="add")
    value, root = node.optional(scale), math.sqrt(count)
    if value is not None and value.array is not None and value.array.dtype == np.float32:
        return node.one(MulOp, y, node.builder.constant(Value(np.asarray(value.array * root, np.float32))))
    return affine(node, node.one(MulOp, y, _number(node, root)), scale, None)


@handles("LayerNormalization", first=OLDEST)
def layer_normalization(node: Node) -> list[SSAValue]:
    """From opset 17; ONNX Runtime's optimizer writes it into older models. The statistics are computed where they are used."""
    _require_f32(node)
    x, axes = node.f32(0), _axes(node)
    y = affine(node, _mvn(node, x, axes), 1, 2)
    return [y, *_statistics(node, x, axes)] if any(node.used[1:]) else [y]


@handles("RMSNormalization", first=23)
def rms_normalization(node: Node) -> SSAValue:
    _require_f32(node)
    return _rms(node, node.f32(0), _axes(node), 1)


@handles("SimplifiedLayerNormalization", also=("com.microsoft",))
def simplified_layer_normalization(node: Node) -> list[SSAValue]:
    """ONNX Runtime's RMSNormalization, which it puts into ai.onnx; the second output is 1 / √(mean x² + epsilon)."""
    _require_f32(node)
    x, axes = node.f32(0), _axes(node)
    y = _rms(node, x, axes, 1)
    return [y, _inverse_rms(node, x, axes)] if any(node.used[1:]) else [y]


def _residual(node: Node, bias: int) -> SSAValue:
    """input + skip (+ bias)."""
    total = node.one(AddOp, node.f32(0), node.f32(1))
    return total if node.optional(bias) is None else node.one(AddOp, total, node.f32(bias))


@microsoft("SkipLayerNormalization")
def skip_layer_normalization(node: Node) -> list[SSAValue]:
    """LayerNormalization of input + skip + bias over the last dimension; the fourth output is that sum."""
    total, last = _residual(node, 4), [len(node.shape(0)) - 1]
    y = affine(node, _mvn(node, total, last), 2, 3)
    return [y, *_statistics(node, total, last), total] if any(node.used[1:3]) else _with_sum(node, y, total)


@microsoft("SkipSimplifiedLayerNormalization")
def skip_simplified_layer_normalization(node: Node) -> list[SSAValue]:
    """The same of the root mean square; its inputs have no beta. The mean, its second output, does not exist."""
    total, last = _residual(node, 3), [len(node.shape(0)) - 1]
    if any(node.used[1:3]):
        raise node.unsupported("its outputs 1 and 2, the statistics, are not handled")
    return _with_sum(node, _rms(node, total, last, 2), total)


def _with_sum(node: Node, y: SSAValue, total: SSAValue) -> list[SSAValue]:
    """The four outputs where nothing uses the statistics, in whose place any value will do."""
    return [y, y, y, total] if any(node.used[3:]) else [y]
