"""Meanings of the casts of `quant` and of the operations of `lpt`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.dialects.builtin import TensorType

from lpt.dialects import algebra
from lpt.dialects.blob import Array, numpy_dtype
from lpt.dialects.interpreter import meaning
from lpt.dialects.lpt import ByteOp, ConstantOp, FakeQuantizeOp, LookupOp, ReinterpretOp, RequantizeOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, StorageCastOp, params_of
from lpt.dialects.quant_params import Storage
from lpt.dialects.semantics import math
from lpt.dialects.semantics.values import centered, dequantize, quantize, quantized, saturate


@meaning(ConstantOp)
def constant(op: ConstantOp, operands: Sequence[Array]) -> Sequence[Array]:
    """The array itself."""
    return [op.array]


@meaning(QuantizeCastOp)
def qcast(op: QuantizeCastOp, operands: Sequence[Array]) -> Sequence[Array]:
    """rint(x / f32(scale)), clamped, + zp."""
    return [quantize(operands[0], quantized(op.result))]


@meaning(DequantizeCastOp)
def dcast(op: DequantizeCastOp, operands: Sequence[Array]) -> Sequence[Array]:
    """f32(q − zp) · f32(scale)."""
    return [dequantize(operands[0], quantized(op.input))]


@meaning(StorageCastOp)
def scast(op: StorageCastOp, operands: Sequence[Array]) -> Sequence[Array]:
    """The same bits."""
    params = params_of(op.result)
    if params is not None:
        dtype = params.storage.dtype
    else:
        assert isinstance(op.result.type, TensorType)
        element = op.result.type.element_type
        dtype = numpy_dtype(element) if quantized(op.input).storage.width >= 8 else operands[0].dtype
    return [operands[0].view(dtype)]


@meaning(ReinterpretOp)
def reinterpret(op: ReinterpretOp, operands: Sequence[Array]) -> Sequence[Array]:
    """The same bits."""
    return [operands[0]]


@meaning(RequantizeOp)
def requantize(op: RequantizeOp, operands: Sequence[Array]) -> Sequence[Array]:
    """v = f32(q − zp_in) · m + b, then saturate; m = f32(s_in / s_out) and b = f32(f64(bias) / s_out), both divided in f64.

    Without a bias nothing is added.
    """
    source, target = quantized(op.input), quantized(op.result)
    q = operands[0]
    ratio, axis = algebra.multiplier(source, target)
    view = [-1 if i == axis else 1 for i in range(q.ndim)] if ratio.ndim else []
    with np.errstate(all="ignore"):
        steps = centered(q, source).astype(np.float32) * ratio.reshape(view)
        if op.bias is not None:
            steps = steps + (operands[1].astype(np.float64) / target.expand(q.shape)[0]).astype(np.float32)
    return [saturate(np.asarray(steps, np.float32), target)]


@meaning(LookupOp)
def lookup(op: LookupOp, operands: Sequence[Array]) -> Sequence[Array]:
    """table[q − qmin], qmin the minimum of the full 8-bit type."""
    storage = quantized(op.input).storage
    low = Storage.of(storage.signed, 8).min
    return [op.table.array[operands[0].astype(np.int32) - low]]


@meaning(ByteOp)
def byte(op: ByteOp, operands: Sequence[Array]) -> Sequence[Array]:
    """⌊u / 256⌋ or u mod 256, u = q − qmin."""
    storage = quantized(op.input).storage
    u = operands[0].astype(np.int32) - Storage.of(storage.signed, storage.width).min
    return [(u >> 8 if op.index.value.data else u & 255).astype(np.uint8)]


@meaning(FakeQuantizeOp)
def fake_quantize(op: FakeQuantizeOp, operands: Sequence[Array]) -> Sequence[Array]:
    """x ≤ min(il, ih) → ol; x > max(il, ih) → oh; else rint((x − il) / (ih − il) · (L − 1)) / (L − 1) · (oh − ol) + ol.

    Every step in f32, from left to right; rint half to even. Formula: OpenVINO operation specification, FakeQuantize-1, as its
    reference computes it: a NaN stays NaN (the CPU plugin makes it 0), an empty input range is a step (there NaN), an inverted one
    keeps ol and oh at its lower and upper end and so is not monotone, and a range of width beyond f32 gives NaN inside.
    """
    x, low, high, out_low, out_high = (operand.astype(np.float32) for operand in operands)
    steps = np.float32(op.levels.value.data - 1)
    with np.errstate(all="ignore"):
        inside = np.rint((x - low) / (high - low) * steps) / steps * (out_high - out_low) + out_low
    least, most = math.minimum(math.NUMPY, low, high), math.maximum(math.NUMPY, low, high)
    above = np.where(x > most, out_high, inside)
    return [np.where(x <= least, out_low, above).astype(np.float32)]
