"""Meanings of convolution and matrix products.

On floats they are accumulated in f64 and rounded to f32 once: within 0.5 ulp and K·2⁻⁵³·Σ|terms| of the exact sum. On quantized
operands the sum of (q − z) products is exact: in f32 where no partial sum can reach 2²⁴, else in f64 (below 2⁵³).
"""

from __future__ import annotations

import math as libm
from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike

from lpt.dialects import algebra
from lpt.dialects.blob import Array
from lpt.dialects.interpreter import meaning
from lpt.dialects.nn.base import NnOp, int_of, ints
from lpt.dialects.nn.contraction import ConvOp, GemmOp, MatMulOp
from lpt.dialects.nn.deconvolution import ConvTransposeOp
from lpt.dialects.semantics.pooling import taps
from lpt.dialects.semantics.values import centered, quantized, rounded


def _factors(op: NnOp, operands: Sequence[Array], terms: int) -> tuple[Array, Array]:
    """Both factors in the float type in which a sum of `terms` products is computed."""
    if not op.is_quantized:
        return operands[0].astype(np.float64), operands[1].astype(np.float64)
    params = [quantized(value) for value in op.operands[:2]]
    exact_in_f32 = terms * algebra.magnitude(params[0]) * algebra.magnitude(params[1]) < 2**24
    wide: DTypeLike = np.float32 if exact_in_f32 else np.float64
    a, b = (centered(q, p).astype(wide) for q, p in zip(operands[:2], params, strict=True))
    return a, b


def convolve(x: Array, w: Array, strides: Sequence[int], pads: Sequence[int], dilations: Sequence[int], group: int) -> Array:
    """x [N, C, spatial…] with w [M, C / group, kernel…], zero padded, in the operands' float type."""
    kernel = w.shape[2:]
    elements = list(taps(x, kernel, strides, pads, dilations, 0, False))
    images, channels, out = x.shape[0], x.shape[1], elements[0].shape[2:]
    if w.shape[1] == 1 and group > 1:
        return _depthwise(elements, w)
    weights = w.reshape(group, w.shape[0] // group, libm.prod(w.shape[1:]))
    result = np.empty((images, group, weights.shape[1], int(np.prod(out))), x.dtype)
    for image in range(images):
        one = len(elements) == 1
        columns = elements[0][image] if one else np.stack([element[image] for element in elements], axis=1)  # [C, taps, out…]
        np.matmul(weights, columns.reshape(group, channels // group * len(elements), result.shape[-1]), out=result[image])
    return result.reshape(images, w.shape[0], *out)


def _depthwise(elements: Sequence[Array], w: Array) -> Array:
    """One input channel per group: tap by tap, without columns."""
    factors = w.reshape(w.shape[0], libm.prod(w.shape[1:]))
    spatial = (1,) * (elements[0].ndim - 2)
    repeats = w.shape[0] // elements[0].shape[1]
    total = np.zeros((elements[0].shape[0], w.shape[0], *elements[0].shape[2:]), w.dtype)
    for tap, element in enumerate(elements):
        total += (element if repeats == 1 else np.repeat(element, repeats, axis=1)) * factors[:, tap].reshape(w.shape[0], *spatial)
    return total


@meaning(ConvOp)
def conv(op: ConvOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Σ x · w + bias. Quantized: Σ (q_x − z_x)(q_w − z_w) as i32, pads being z_x."""
    x, w = _factors(op, operands, int(np.prod(operands[1].shape[1:])))
    total = convolve(x, w, ints(op.strides), ints(op.pads), ints(op.dilations), int_of(op.group))
    if op.is_quantized:
        return [total.astype(np.int32)]
    if op.bias is not None:
        total = total + operands[2].reshape(-1, *(1,) * (x.ndim - 2))
    return [total.astype(operands[0].dtype)]


def scatter(op: ConvTransposeOp, x: Array, w: Array) -> Array:
    """Each tap's products added where they land, in the operands' float type, then cropped by the pads."""
    rank, group = x.ndim - 2, op.groups
    strides, dilations, pads = ints(op.strides), ints(op.dilations), ints(op.pads)
    sizes = zip(strides, x.shape[2:], dilations, w.shape[2:], ints(op.output_padding), strict=True)
    out = [s * (e - 1) + d * (k - 1) + 1 + extra for s, e, d, k, extra in sizes]
    total = np.zeros((x.shape[0], op.channels, *out), x.dtype)
    columns = x.reshape(x.shape[0], group, x.shape[1] // group, -1)
    weights = w.reshape(group, w.shape[0] // group, w.shape[1], *w.shape[2:])
    for tap in np.ndindex(*w.shape[2:]):
        products = np.swapaxes(weights[(slice(None), slice(None), slice(None), *tap)], 1, 2) @ columns
        first = [t * d for t, d in zip(tap, dilations, strict=True)]
        cut = [slice(f, f + (e - 1) * s + 1, s) for f, e, s in zip(first, x.shape[2:], strides, strict=True)]
        total[(slice(None), slice(None), *cut)] += products.reshape(x.shape[0], op.channels, *x.shape[2:])
    kept = [slice(pads[i], extent - pads[rank + i]) for i, extent in enumerate(out)]
    return np.ascontiguousarray(total[(slice(None), slice(None), *kept)])


@meaning(ConvTransposeOp)
def conv_transpose(op: ConvTransposeOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Σ x · w + bias. Quantized: Σ (q_x − z_x)(q_w − z_w) as i32."""
    x, w = _factors(op, operands, operands[1].shape[0] // op.groups * op.most_taps)
    with np.errstate(all="ignore"):
        total = scatter(op, x, w)
        if op.is_quantized:
            return [total.astype(np.int32)]
        if op.bias is not None:
            total = total + operands[2].reshape(-1, *(1,) * (x.ndim - 2))
        return [total.astype(operands[0].dtype)]


@meaning(MatMulOp)
def matmul(op: MatMulOp, operands: Sequence[Array]) -> Sequence[Array]:
    """numpy's matmul. Quantized: Σ (q_a − z_a)(q_b − z_b) as i32. Integer tensors wrap around in their own type."""
    if not op.is_quantized and operands[0].dtype.kind != "f":
        return [np.asarray(np.matmul(operands[0], operands[1]))]
    a, b = _factors(op, operands, operands[0].shape[-1])
    with np.errstate(all="ignore"):
        return [np.asarray(a @ b).astype(np.int32 if op.is_quantized else operands[0].dtype)]


@meaning(GemmOp)
@rounded
def gemm(op: GemmOp, operands: Sequence[Array]) -> Sequence[Array]:
    """alpha · (a' · b') + beta · c in f64, rounded once."""
    (alpha, beta), (trans_a, trans_b) = op.factors, op.transposed
    a, b = (x.astype(np.float64) for x in operands[:2])
    with np.errstate(all="ignore"):
        total = alpha * ((a.T if trans_a else a) @ (b.T if trans_b else b))
        if op.c is not None:
            total = total + beta * operands[2].astype(np.float64)
        return [np.asarray(total).astype(operands[0].dtype)]
