"""Random quantization of a value: lpt.fake_quantize of any range, granularity and levels, or a qcast and a dcast."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.testing.builder import Builder

LEVELS = (256, 256, 256, 256, 255, 128, 16, 15, 4, 3, 2, 65536, 65535)
STORAGES = (("u", 8), ("u", 8), ("i", 8), ("i", 8), ("i", 4), ("u", 4), ("u", 16), ("i", 16))


def quantize(b: Builder, x: SSAValue) -> SSAValue:
    """x on a grid: fake-quantized in two of three cases, else by qcast and dcast."""
    return quantize_by_cast(b, x) if b.chance(0.33) else fake_quantize(b, x)


def _extremes(b: Builder, x: SSAValue, axis: int | None) -> tuple[Array, Array]:
    """Least and greatest element, of all or per index of `axis`, at least 1/16 apart and up to 1.5 times as far or near."""
    array = b.sample[x].astype(np.float64)
    others = tuple(i for i in range(array.ndim) if i != axis)
    least, greatest = (np.asarray(f(axis=others if axis is not None else None)) for f in (array.min, array.max))
    width = np.maximum(greatest - least, 2.0**-4)
    middle, half = (least + greatest) / 2, width / 2 * b.pick((1.0, 1.0, 0.7, 1.5))
    return middle - half, middle + half


def _range(b: Builder, low: Array, high: Array, levels: int) -> tuple[Array, Array]:
    """A range like [low, high]: as it is, symmetric, from zero, or with an integer zero point."""
    most = np.maximum(np.maximum(np.abs(low), np.abs(high)), 2.0**-6)
    match b.pick(("zero", "symmetric", "narrow", "whole", "any")):
        case "zero" if (low >= 0).all():
            return np.zeros_like(most), most
        case "symmetric" if levels > 2:
            return -most, most * (levels - 2) / levels if levels % 2 == 0 else most
        case "narrow":
            return -most, most
        case "whole":
            low, high = np.minimum(low, 0), np.maximum(high, 2.0**-6)
            scale = (high - low) / (levels - 1)
            zero_point = np.rint(-low / scale)
            return -zero_point * scale, (levels - 1 - zero_point) * scale
    return low, high


def fake_quantize(b: Builder, x: SSAValue) -> SSAValue:
    """lpt.fake_quantize with ranges made from the sample."""
    levels = b.integer(2, 256) if b.chance(0.1) else b.pick(LEVELS)
    rank = len(b.shape(x))
    axis = 1 if rank > 1 and b.shape(x)[1] > 1 and b.chance(0.4) else None
    low, high = _range(b, *_extremes(b, x, axis), levels)
    out_low, out_high = _output(b, low, high, levels)
    if axis is not None:
        (low, high), (out_low, out_high) = _mixed(b, (low, high), (out_low, out_high))
    ranges = [b.floats(_shaped(b, bound, rank, axis)) for bound in (low, high, out_low, out_high)]
    return b.insert(FakeQuantizeOp(x, (ranges[0], ranges[1], ranges[2], ranges[3]), levels))[0]


def _output(b: Builder, low: Array, high: Array, levels: int) -> tuple[Array, Array]:
    """The output range: mostly the input's, else another, inverted, or flat in some or all channels."""
    some = b.numbers.random(low.shape) < 0.3
    match b.pick(("same",) * 8 + ("scaled", "other", "inverted", "flipped", "flat", "dead")):
        case "scaled":
            factor = 2.0 ** b.integer(-2, 2)
            return low * factor, high * factor
        case "other":
            return _range(b, low - b.numbers.random(), high + b.numbers.random(), levels)
        case "inverted":
            return high, low
        case "flipped":
            return np.where(some, high, low), np.where(some, low, high)
        case "flat":
            return low, np.where(some, low, high)
        case "dead":
            return np.where(some, 0.0, low), np.where(some, 0.0, high)
    return low, high


def _mixed(
    b: Builder, inputs: tuple[Array, Array], outputs: tuple[Array, Array]
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Per-channel ranges of which the inputs or the outputs are scalars in some cases, or a step in one channel."""
    low, high = inputs
    match b.pick(("both",) * 6 + ("inputs", "outputs", "step")):
        case "inputs":
            inputs = np.asarray(low.min()), np.asarray(high.max())
        case "outputs":
            outputs = np.asarray(outputs[0].flat[0]), np.asarray(outputs[1].flat[0])
        case "step":
            first = np.arange(low.size) == 0
            inputs = np.where(first, (low + high) / 2, low), np.where(first, (low + high) / 2, high)
    return inputs, outputs


def _shaped(b: Builder, bound: Array, rank: int, axis: int | None) -> Array:
    """A bound as a constant that broadcasts: a scalar of rank 0 or of full rank, or along the axis."""
    if bound.ndim:
        assert axis is not None
        return np.asarray(bound.reshape([-1 if i == axis else 1 for i in range(rank)]), np.float32)
    return np.asarray(bound if b.chance(0.5) else bound.reshape((1,) * rank), np.float32)


def grid(b: Builder, x: SSAValue, storages: Sequence[tuple[str, int]] = STORAGES) -> QuantParams:
    """Parameters that hold the sample, per tensor or per channel."""
    kind, width = b.pick(storages)
    storage = Storage.of(kind == "i", width)
    if storage.signed and b.chance(0.3):
        storage = Storage.of(True, width, -storage.max)
    rank = len(b.shape(x))
    axis = 1 if rank > 1 and b.shape(x)[1] > 1 and b.chance(0.25) else None
    low, high = _extremes(b, x, axis)
    low, high = np.minimum(low, 0), np.maximum(high, 2.0**-6)
    scales = ((high - low) / (storage.max - storage.min)).astype(np.float32)
    zero_points = np.clip(np.rint(storage.min - low / scales), storage.min, storage.max).astype(np.int64)
    if b.chance(0.4):
        zero_points = np.full_like(zero_points, 0 if storage.signed else 1 << width - 1)
        scales = (np.maximum(-low, high) / (storage.max - zero_points)).astype(np.float32)
    return QuantParams(storage, scales, zero_points, axis=axis)


def quantize_by_cast(b: Builder, x: SSAValue) -> SSAValue:
    """dcast(qcast(x))."""
    (q,) = b.insert(QuantizeCastOp(x, quantized_tensor(grid(b, x), b.shape(x))))
    return b.insert(DequantizeCastOp(q))[0]


def weights(b: Builder, shape: Sequence[int], axis: int, spread: float) -> SSAValue:
    """A constant of this shape: codes under dcast, fake-quantized floats, both per tensor or along `axis`, or plain floats."""
    match b.pick(("codes",) * 4 + ("fake",) * 4 + ("floats",)):
        case "codes":
            return _codes(b, shape, axis, spread)
        case "fake":
            return _fake_weights(b, shape, axis, spread)
    return b.floats(b.normal(shape, spread))


def _codes(b: Builder, shape: Sequence[int], axis: int, spread: float) -> SSAValue:
    kind, width = b.pick((("i", 8), ("i", 8), ("u", 8), ("i", 4), ("u", 4)))
    storage = Storage.of(kind == "i", width)
    count = shape[axis] if b.chance(0.6) else None
    spreads = spread * b.numbers.uniform(0.5, 2.0, count or ()) * 4 / (storage.max - storage.min)
    zero_points: Array = np.full(count or (), 0 if storage.signed else 1 << width - 1, np.int64)
    if b.chance(0.2):
        zero_points = b.numbers.integers(storage.min, storage.max, count or (), endpoint=True)
    params = QuantParams(storage, np.asarray(spreads, np.float32), zero_points, axis=None if count is None else axis)
    codes = b.numbers.integers(storage.min, storage.max, tuple(shape), endpoint=True).astype(storage.dtype)
    return b.insert(DequantizeCastOp(b.insert(ConstantOp.quantized(codes, params))[0]))[0]


def _fake_weights(b: Builder, shape: Sequence[int], axis: int, spread: float) -> SSAValue:
    array = b.normal(shape, spread)
    levels = b.pick((255, 256, 16, 15, 4, 2))
    others = tuple(i for i in range(len(shape)) if i != axis)
    most = np.abs(array).max(axis=others if b.chance(0.7) else None, keepdims=True) + 2.0**-6
    match b.pick(("symmetric", "symmetric", "minmax", "even")):
        case "minmax":
            low, high = array.min(keepdims=True) - 2.0**-6, array.max(keepdims=True) + 2.0**-6
        case "even" if levels % 2 == 0 and levels > 2:
            low, high = -most, most * (levels - 2) / levels
        case _:
            low, high = -most, most
    ranges = b.floats(low), b.floats(high)
    return b.insert(FakeQuantizeOp(b.floats(array), (*ranges, *ranges), levels))[0]
