"""Quantization parameters from the scale and zero point of an ONNX node."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.quant_params import I32, QuantParams, Storage
from lpt.dialects.shapes import Shape
from lpt.importers.files import one_line
from lpt.importers.onnx.node import Node
from lpt.importers.value import Value


def storage_of_zero_point(node: Node, index: int) -> Storage | None:
    """The storage type that a zero point input names; None if it is left out."""
    value = node.optional(index)
    if value is None:
        return None
    if value.storage is None:
        raise node.unsupported(f"a zero point of {value.type_name} is not handled", "quantize to integers")
    return value.storage


def scale_of(node: Node, index: int) -> Array:
    """The scale, f32 and known. Raises LoadError unless all of it is positive and normal."""
    scale = node.known(index, "the scale")
    if scale is None:
        raise node.malformed(f"input {index}, the scale, is missing")
    if scale.dtype != np.float32:
        raise node.unsupported(f"a scale of {scale.dtype} is not handled", "convert the model to f32")
    if not (np.isfinite(scale) & (scale >= np.finfo(np.float32).tiny)).all() or not scale.size:
        worst = scale.min() if scale.size else "none"
        raise node.malformed(f"scales must be positive normal f32 numbers, got {worst}")
    return scale


def read_params(
    node: Node, scale_index: int, zero_point_index: int, storage: Storage, shape: Shape, *, axis: int = 1, block: int = 0
) -> QuantParams:
    """Parameters of a tensor of this shape from a scale and an optional zero point.

    A scale of one element is per tensor; [C], or a shape with one extent above 1, is per axis; with `block`, by blocks along `axis`
    (ONNX QuantizeLinear-21). Raises LoadError where they do not fit the tensor or the storage type.
    """
    scale = scale_of(node, scale_index)
    zero_point = node.known(zero_point_index, "the zero point")
    given = node.optional(zero_point_index)
    if zero_point is None or given is None:
        zero_point = np.zeros(scale.shape, np.int64)
    elif given.storage != storage:
        raise node.malformed(f"the zero point is {given.type_name}, the integers are {storage}")
    elif zero_point.size != scale.size:
        raise node.malformed(f"{scale.size} scales and {zero_point.size} zero points")
    blocks, form = _granularity(node, scale.shape, shape, axis, block)
    try:
        params = QuantParams(storage, scale.astype(np.float64).reshape(form), zero_point.reshape(form), block_sizes=blocks)
        params.check_shape(shape)
    except ValueError as error:
        raise node.malformed(one_line(error)) from error
    return params


def _granularity(
    node: Node, scale_shape: Shape, shape: Shape, axis: int, block: int
) -> tuple[tuple[tuple[int, int], ...], Sequence[int]]:
    """Block sizes, and the shape that scales take in them."""
    if block:
        if block < 0 or len(scale_shape) != len(shape):
            raise node.malformed(f"blocks of {block} need scales of the tensor's rank, got shape {scale_shape} for {shape}")
        dim = node.axis(axis, len(shape))
        return tuple((i, block if i == dim else 1) for i in range(len(shape))), scale_shape
    wide = [i for i, extent in enumerate(scale_shape) if extent != 1]
    if not wide:
        return (), ()
    if len(wide) > 1 or len(scale_shape) not in (1, len(shape)):
        raise node.unsupported(f"scales of shape {scale_shape} for a tensor of shape {shape} are not handled")
    dim = node.axis(axis, len(shape)) if len(scale_shape) == 1 else wide[0]
    return ((dim, 1),), (-1,)


def with_positive_scales(node: Node, axis: int) -> Node:
    """The DequantizeLinear of known codes with scales of any sign, as one whose scales are positive: exactly the same floats.

    NNCF writes channels of negative scale, so that the end of the range that reaches further is the greatest magnitude. Their
    codes are negated, or mirrored where the lowest has no opposite: (m − q) − (m − z) = −(q − z), m = min + max. Codes of scale 0
    become z.
    """
    codes, scale, storage = node.value(0).array, node.known(1, "the scale"), node.value(0).storage
    if codes is None or storage is None or scale is None or scale.dtype != np.float32 or not (scale <= 0).any():
        return node
    points = node.known(2, "the zero point")
    points = np.zeros(scale.shape, np.int64) if points is None else points.astype(np.int64)
    spread = [-1 if i == axis % codes.ndim else 1 for i in range(codes.ndim)] if scale.ndim == 1 < scale.size else list(scale.shape)
    if points.shape != scale.shape or not _broadcasts(scale.reshape(spread).shape, codes.shape):
        return node  # read_params says what does not fit
    wide, negative = codes.astype(np.int64), scale.reshape(spread) < 0
    can_negate = storage.signed and not points.any() and bool((np.where(negative, wide, 0) > storage.min).all())
    mirror = 0 if can_negate else storage.min + storage.max
    points = np.where(scale < 0, mirror - points, points)
    wide = np.where(scale.reshape(spread) == 0, points.reshape(spread), np.where(negative, mirror - wide, wide))
    inputs = [
        Value(wide.astype(storage.dtype), storage=storage),
        Value(np.where(scale == 0, np.float32(1), np.abs(scale))),
        Value(points.astype(storage.dtype), storage=storage),
    ]
    return dataclasses.replace(node, inputs=list(inputs))


def with_narrow_codes(node: Node) -> Node:
    """Known 64-bit codes and their zero points as 32-bit ones, where they fit: tf2onnx writes biases of 16-bit models so."""
    inputs = list(node.inputs)
    for index in (0, 2):
        value = node.optional(index)
        if value is None or (array := value.array) is None or array.dtype != np.int64 or value.symbolic:
            continue
        if array.size and not I32.min <= array.min() <= array.max() <= I32.max:
            raise node.unsupported("integers beyond 32 bits are not handled", "quantize to at most 32 bits")
        inputs[index] = Value(array.astype(np.int32))
    return dataclasses.replace(node, inputs=inputs)


def _broadcasts(shape: Shape, to: Shape) -> bool:
    try:
        return np.broadcast_shapes(shape, to) == to
    except ValueError:
        return False


def dequantize(node: Node, index: int, scale: int, zero_point: int, *, axis: int = 1, block: int = 0) -> tuple[Value, QuantParams]:
    """An integer input and the parameters that the node reads it under."""
    value = node.value(index)
    if value.storage is None:
        raise node.unsupported(f"integers of {value.type_name} are not handled", "quantize to at most 32 bits")
    return value, read_params(node, scale, zero_point, value.storage, value.shape, axis=axis, block=block)
