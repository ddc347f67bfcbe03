"""Weights of 4 or 8 bits by blocks: com.microsoft MatMulNBits, and the blocked DequantizeLinear of a constant.

Both give the constant codes under a type with blocks, and their dcast; activations stay float. Quantizers write blocks of negative
scale (the end of the range that reaches further is the greatest magnitude) and of scale 0; a type's scales are positive, so codes
are mirrored in the first, (m − q) − (m − z) = −(q − z) with m = qmin + qmax, and equal to the zero point in the second: both exact.
"""

from __future__ import annotations

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.nn import AddOp, GatherOp, MatMulOp, PadOp, ReduceSumOp, ReshapeOp
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.dialects.shapes import tensor_shape
from lpt.importers.files import one_line
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import microsoft
from lpt.importers.value import Value


def blocked_dequantize(node: Node, axis: int, block: int) -> SSAValue:
    """DequantizeLinear-21 of known codes, with `block` elements along `axis` to a scale."""
    value, scales = node.value(0), node.known(1, "the scale")
    codes, storage = value.array, value.storage
    assert codes is not None and storage is not None
    points = node.known(2, "the zero point")
    if scales is None:
        raise node.malformed("input 1, the scale, is missing")
    if points is not None and node.value(2).storage != storage:
        raise node.malformed(f"the zero point is {node.value(2).type_name}, the integers are {storage}")
    if block < 0 or scales.ndim != codes.ndim or (points is not None and points.shape != scales.shape):
        what = f"blocks of {block} need scales and zero points of the tensor's rank, got shape {scales.shape} for {codes.shape}"
        raise node.malformed(what)
    axis = node.axis(axis, codes.ndim)
    zero_points = np.zeros(scales.shape, np.int64) if points is None else points.astype(np.int64)
    return _dequantized(node, codes, storage, scales, zero_points, axis, block)


def _dequantized(node: Node, codes: Array, storage: Storage, scales: Array, zero_points: Array, axis: int, block: int) -> SSAValue:
    """The floats of codes whose scales, of any sign, are by blocks along `axis` and single along the other axes."""
    if scales.dtype != np.float32:
        raise node.unsupported(f"a scale of {scales.dtype} is not handled", "convert the model to f32")
    sizes = tuple((i, block if i == axis else 1) for i in range(codes.ndim))
    expected = tuple(-(-extent // size) for extent, (_, size) in zip(codes.shape, sizes, strict=True))
    if scales.shape != expected:
        raise node.malformed(f"scales of shape {scales.shape} for {codes.shape} in blocks of {block} along axis {axis}")
    if (scales != 0).any() and np.abs(scales[scales != 0]).min() < np.finfo(np.float32).tiny:
        raise node.unsupported("subnormal scales are not handled", "quantize with scales of at least 1.2e-38")
    index = np.arange(codes.shape[axis]) // block
    mirror = storage.min + storage.max
    negative = scales < 0
    points = np.where(negative, mirror - zero_points, zero_points)
    wide = codes.astype(np.int64)
    wide = np.where(negative.take(index, axis), mirror - wide, wide)
    wide = np.where((scales == 0).take(index, axis), points.take(index, axis), wide)
    try:
        params = QuantParams(storage, np.where(scales == 0, 1, np.abs(scales)).astype(np.float64), points, block_sizes=sizes)
    except ValueError as error:
        raise node.malformed(one_line(error)) from error
    return node.builder.dequantized(Value(wide.astype(storage.dtype), storage=storage), params)


@microsoft("MatMulNBits")
def matmul_nbits(node: Node) -> SSAValue:
    """a […, K] · (codes − zero points) · scales, packed as [N, blocks, bytes], low half first; then + bias.

    `accuracy_level` is what may be lost by computing in other types: nothing is. Zero points are packed codes, 2^(bits − 1) if left
    out, or floats: of these what is beyond an integer is a product of its own, of the sums of blocks of activations.
    """
    depth, columns = node.int_attr("K", 0), node.int_attr("N", 0)
    bits, block = node.int_attr("bits", 4), node.int_attr("block_size", 0)
    if bits not in (4, 8):
        raise node.unsupported(f"weights of {bits} bits are not handled", "quantize to 4 or 8 bits")
    if depth < 1 or columns < 1 or block < 16 or block & (block - 1):
        raise node.malformed(f"K = {depth}, N = {columns} and blocks of {block}: a matrix, in blocks of a power of 2 from 16 on")
    blocks = -(-depth // block)
    storage = Storage.of(False, bits)
    codes = _unpacked(node, 1, "weights", bits, columns, blocks * block)[:, :depth].T
    scales = _matrix(node, node.known(2, "the scale"), "scales", columns, blocks).T
    points, offsets = _zero_points(node, bits, scales)
    a = node.f32(0)
    if tensor_shape(a)[-1:] not in ((depth,), (-1,)):
        raise node.malformed(f"activations of shape {tensor_shape(a)} for K = {depth}")
    if (order := _order(node, depth, block)) is not None:
        rows = node.builder.constant(Value(order))
        a, codes = node.one(GatherOp, a, rows, axis=len(tensor_shape(a)) - 1), codes[order]
    y = node.one(MatMulOp, a, _dequantized(node, np.ascontiguousarray(codes), storage, scales, points, 0, block))
    if offsets is not None:
        y = node.one(AddOp, y, node.one(MatMulOp, _block_sums(node, a, depth, block), node.builder.constant(Value(offsets))))
    return y if node.optional(5) is None else node.one(AddOp, y, node.f32(5))


def _order(node: Node, depth: int, block: int) -> Array | None:
    """The rows of K in an order in which each block's scale belongs to adjacent ones; None if they are.

    Quantizers that go by activations (GPTQ's act-order) put rows of like magnitude into one group, wherever they are: `g_idx`.
    ONNX Runtime 1.31 takes 8 for packed zero points beside it; here they are what they say.
    """
    groups = node.known(4, "the groups' indices")
    if groups is None or not groups.size:
        return None
    if groups.size != depth:
        raise node.malformed(f"{groups.size} indices of groups (g_idx) for K = {depth}")
    order = np.argsort(groups.reshape(-1), kind="stable").astype(np.int64)
    if not np.array_equal(groups.reshape(-1)[order], np.arange(depth) // block):
        raise node.unsupported("groups of other sizes than the blocks' (g_idx)", f"quantize with groups of {block} rows each")
    return None if np.array_equal(order, np.arange(depth)) else order


def _unpacked(node: Node, index: int, what: str, bits: int, rows: int, columns: int) -> Array:
    """u8 data as codes [rows, columns]; of 4 bits two a byte, a row in whole bytes."""
    data = node.known(index, f"the {what}")
    if data is None:
        raise node.malformed(f"input {index}, the {what}, is missing")
    packed = _matrix(node, data, what, rows, -(-columns * bits // 8))
    if packed.dtype != np.uint8:
        raise node.malformed(f"the {what} are {packed.dtype}, not packed u8")
    halves = packed if bits == 8 else np.stack([packed & 15, packed >> 4], axis=2).reshape(rows, -1)
    return np.asarray(halves[:, :columns])


def _matrix(node: Node, array: Array | None, what: str, rows: int, columns: int) -> Array:
    if array is None:
        raise node.malformed(f"the {what} are missing")
    if array.size != rows * columns:
        raise node.malformed(f"{what} of shape {array.shape}, expected {rows} × {columns}")
    return array.reshape(rows, columns)


def _zero_points(node: Node, bits: int, scales: Array) -> tuple[Array, Array | None]:
    """Integer zero points [blocks, N]; and for floats, what is left of them in the type of the weights, (z − float) · scale.

    z is the nearest code, so neither part is more than twice as far from 0 as the weights are.
    """
    blocks, columns = scales.shape
    given = node.known(3, "the zero point")
    if given is None:
        return np.full(scales.shape, 1 << bits - 1, np.int64), None
    if given.dtype == np.uint8:
        return _unpacked(node, 3, "zero points", bits, columns, blocks).T.astype(np.int64), None
    if given.dtype != np.float32:
        raise node.unsupported(f"zero points of {given.dtype} are not handled", "use u8 or f32")
    floats = _matrix(node, given, "zero points", columns, blocks).T.astype(np.float64)
    if not np.isfinite(floats).all():
        raise node.malformed("a zero point is not finite")
    points = np.clip(np.rint(floats), 0, (1 << bits) - 1)
    offsets = ((points - floats) * scales).astype(np.float32)
    return points.astype(np.int64), np.ascontiguousarray(offsets) if offsets.any() else None


def _block_sums(node: Node, a: SSAValue, depth: int, block: int) -> SSAValue:
    """Σ of each block of activations: […, K] → […, blocks]."""
    rank = len(tensor_shape(a))
    if depth % block:
        a = node.one(PadOp, a, pads=[0] * (2 * rank - 1) + [-depth % block])
    cut = node.one(ReshapeOp, a, shape=[0] * (rank - 1) + [-(-depth // block), block])
    return node.one(ReduceSumOp, cut, axes=[rank], keepdims=0)
