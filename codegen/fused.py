"""What contractions share at both ends: how their operand is read, and the body that is fused behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import llvmlite.ir as ir
import numpy as np
from xdsl.ir import SSAValue

from lpt.codegen.emit import Emitter, Index, lane_count
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.lane_values import Codes, Lanes, Plain
from lpt.codegen.lanes import Body
from lpt.codegen.saturate import pack, whole_register, widened
from lpt.codegen.space import Access, Space
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import AddOp, Kind
from lpt.dialects.quant import params_of
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.target import Target


def where(op: KernelOp) -> str:
    """The kernel's name, for errors."""
    return f"{op.name} {op.kernel_name.data}"


@dataclass(frozen=True)
class Fused:
    """A kernel's body behind its root, over pixel loops and channels in vectors.

    `extents` and `strides` (elements of the input, by `read`) are those of the pixel loops, the last being a row.
    `root` is what the accumulators stand for: the kernel's root, or its sum with an integer `bias` [OC] that they start from.
    """

    body: Body
    root: SSAValue
    bias: np.ndarray | None
    extents: tuple[int, ...]
    strides: tuple[int, ...]

    @staticmethod
    def behind(op: KernelOp, layouts: Sequence[Layout], channel: int, read: Access, lanes: np.ndarray | None = None) -> Fused:
        """`channel` is the root's dimension of output channels, `read` how a pixel's base follows from its position.

        `lanes` are the channels that lanes stand for, if they are not in order.

        Pixel loops that everything walks contiguously become one. Raises CompileError if the body moves elements.
        """
        root: SSAValue = op.root.results[0]
        shape = tensor_shape(root)
        if shape != tensor_shape(op.result):
            raise CompileError("the body changes the shape of the root's result", where=where(op), way_out="this is a bug of lpt")
        root, bias = _folded_bias(op.root.results[0], channel)
        plain = Body(op, layouts, given=[root], space=Space.plain(shape, channel))
        pixels = [d for d in Space.loop_order(shape, plain.result) if d != channel]
        groups = Space.collapsed(shape, pixels, [read, *plain.accesses]).groups
        space = Space(shape, (*groups, (channel,)))
        body = Body(op, layouts, given=[root], space=space, lanes=lanes)
        return Fused(body, root, bias, space.extents[:-1], space.strides(read)[:-1])

    def initial(self, product: Product) -> np.ndarray | None:
        """What accumulators start with [OC], modulo 2³²: the product's own start and the bias."""
        if self.bias is None:
            return product.initial
        return self.bias if product.initial is None else self.bias + product.initial

    def store(
        self,
        e: Emitter,
        tile: Sequence[Sequence[ir.Value]],
        channels: int,
        position: Sequence[Index],
        *,
        interleaved: bool = False,
    ) -> None:
        """Finish and store the accumulators of adjacent pixels of a row, [pixel][vector]; `position` is that of the first.

        A pixel's vectors hold its `channels` adjacent channels, the last one may have more lanes. Those of four `interleaved`
        vectors are in order once they are packed to bytes.
        """
        *outer, first, channel = position
        starts = list(accumulate((lane_count(v) for v in tile[0][:-1]), initial=0))
        pixels: list[list[_Cell]] = [[] for _ in tile]
        # All pixels of a vector follow each other: constants belong to channels, and are loaded once.
        for j, start in enumerate(starts):
            for p, vectors in enumerate(tile):
                n = min(lane_count(vectors[j]), channels - start)
                lanes = vectors[j] if n == lane_count(vectors[j]) else e.shuffle(vectors[j], vectors[j], range(n))
                at = [*outer, e.add(first, p), e.add(channel, start)]
                given = Plain(lanes) if params_of(self.root) is None else Codes(lanes)
                pixels[p].append(_Cell(p, n, self.body.emit(e, n, {self.root: given}, at), at))
        if not self.body.packs:
            for cell in (cell for pixel in pixels for cell in pixel):
                self.body.store(e, cell.n, cell.lanes, cell.position)
            return
        dense = self.body.space.strides(self.body.result)[-2] == channels
        runs = [[cell for pixel in pixels for cell in pixel]] if dense or len(starts) <= 2 else pixels
        for run in runs:
            for k in range(0, len(run), 4):
                self._store_packed(e, run[k : k + 4], dense, interleaved)

    def _store_packed(self, e: Emitter, cells: Sequence[_Cell], dense: bool, interleaved: bool) -> None:
        """Store one to four cells by packing them into one register; `dense` pixels follow each other without a gap."""
        body = self.body
        points = [body.at(e, cell.n, cell.position) for cell in cells]
        codes = [point.saturating(body.value, cell.lanes, body.map) for point, cell in zip(points, cells, strict=True)]
        registers = [whole_register(e, vector) for vector, _ in codes]
        width = max(lane_count(register) for register in registers)
        packed = pack(e, [widened(e, register, width) for register in registers], codes[0][1], interleaved=interleaved)
        begin = 0
        for k, cell in enumerate(cells):
            following = cells[k + 1] if k + 1 < len(cells) else None
            if following is not None and cell.n == width and (dense or following.pixel == cell.pixel):
                continue
            part = e.shuffle(packed, packed, range(begin * width, k * width + cell.n))
            e.store(points[begin].address(e.result, body.result, 1)[0], part)
            begin = k + 1


@dataclass(frozen=True)
class _Cell:
    """`n` finished lanes of one pixel of a tile."""

    pixel: int
    n: int
    lanes: Lanes
    position: Sequence[Index]


def _folded_bias(root: SSAValue, channel: int) -> tuple[SSAValue, np.ndarray | None]:
    """The sum of an i32 root and a constant per output channel, and that constant; else the root itself."""
    user = next(iter(root.uses)).operation
    if not (isinstance(user, AddOp) and root.has_one_use() and user.kind_of() is Kind.ACCUMULATES):
        return root, None
    other = next((v for v in user.operands if v is not root), root)
    shape, params = tensor_shape(root), params_of(other)
    if not isinstance(other.owner, ConstantOp) or params is None or params.has_zero_point or params.storage.width != 32:
        return root, None
    array = other.owner.array
    along = (1,) * (len(shape) - array.ndim) + array.shape
    if any(extent != 1 and d != channel for d, extent in enumerate(along)):
        return root, None
    return user.result, np.broadcast_to(array.reshape(-1), (shape[channel],)).astype(np.int32)


def no_elements(op: KernelOp, target: Target) -> KernelCode | None:
    """The code of a kernel whose result has no elements: none of its units exist."""
    if 0 not in tensor_shape(op.result):
        return None
    return finish(Emitter(target, operands=len(op.inputs)), units=0)


def constant_of(op: KernelOp, value: SSAValue) -> ConstantOp:
    """The constant that `value` must be. Raises CompileError if it is computed."""
    if not isinstance(value.owner, ConstantOp):
        raise CompileError(
            "weights are not constant",
            where=where(op),
            way_out="make them an initializer: products of two computed tensors have no kernel",
        )
    return value.owner


def operand_of(op: KernelOp, value: SSAValue) -> int:
    """The operand that `value` must stand for. Raises CompileError otherwise."""
    index = op.argument_of(value)
    if index is None:
        raise CompileError("the root's input is not an operand", where=where(op), way_out="this is a bug of lpt")
    return index


@dataclass(frozen=True)
class Product:
    """A product's parameters on storage values: weights less their zero points, and what accumulators start with."""

    weights: np.ndarray
    initial: np.ndarray | None
    max_x: int
    element: int
    """Bytes of one activation."""


def float_product(op: KernelOp, params: QuantParams | None, array: np.ndarray, bias: np.ndarray | None) -> Product:
    """f32 weights and bias. Raises CompileError if one operand is quantized (it has `params`) and the other is not."""
    if params is not None or array.dtype != np.float32:
        raise CompileError("a product of a quantized and a float tensor", where=where(op), way_out="quantize both or neither")
    return Product(array, bias, 0, 4)


def integer_product(op: KernelOp, x: QuantParams, w: QuantParams, array: np.ndarray, group: int) -> Product:
    """Fold the zero points of Σ (x − z_x)(w − z_w): `array` is [OC, …] storage, x u8 per tensor or equal in groups.

    Σ (x − z_x)(w − z_w) = Σ x·(w − z_w) − z_x·Σ (w − z_w), in i32 modulo 2³². Raises CompileError for other storage.
    """
    if x.storage.signed or x.storage.width > 8 or w.storage.width > 8:
        raise CompileError(
            f"no product of {x.storage.short} and {w.storage.short}", where=where(op), way_out="this is a bug of lpt"
        )
    zero = w.zero_points.reshape(-1, *(1,) * (array.ndim - 1))
    values = array.astype(np.int16) - zero.astype(np.int16) if w.has_zero_point else array
    if values.dtype != np.int8 and values.min() >= -128 and values.max() <= 127:
        values = values.astype(np.int8)
    channels = len(values)
    zero_x = np.repeat(x.zero_points.reshape(group, -1)[:, 0], channels // group) if x.axis else x.zero_points
    sums = values.reshape(channels, -1).sum(1, dtype=np.int64)
    initial = (-zero_x * sums).astype(np.int32) if x.has_zero_point else None
    return Product(values, initial, x.storage.max, 1)
