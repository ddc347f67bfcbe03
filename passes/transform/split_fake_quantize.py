"""FakeQuantize as quantize, reinterpret, dequantize and an offset.

    %y = lpt.fake_quantize %x, il, ih, ol, oh {levels = 256}
becomes
    %q = quant.qcast (%x − il)  : u8, s_in = (ih − il) / 255, zero point 0
    %r = lpt.reinterpret %q     : u8, s_out = (oh − ol) / 255, zero point rint(z), z = −ol / s_out
    %y = quant.dcast %r  +  δ,    δ = (rint(z) − z) · s_out, |δ| ≤ s_out / 2 where 0 lies in the range

so a zero point that is no integer keeps FakeQuantize's grid, through the float offset δ, which is pushed on like a bias. Where
z is an integer (to 2⁻¹⁵ steps) there is no offset, and where −il / s_in is one, x is quantized with that zero point directly.
Storage is signed where all output ranges are symmetric (ratio −1, or −L / (L − 2) for an even number of levels, to 0.2 %), else
unsigned. Exactness: rounds. OpenVINO: FakeQuantizeDecompositionTransformation, which rounds z without moving the grid (56 dB
instead of 139).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects import algebra
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp, ReinterpretOp
from lpt.dialects.nn import AddOp, SubOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.dialects.shapes import Shape, tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import along, known_array_of
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.transform.values import along_one_axis

_TOLERANCE = 2.0**-15
"""Steps by which a zero point may miss an integer and still be taken for one."""
_SYMMETRY = 0.002


@dataclass(frozen=True)
class Ranges:
    """The four ranges in f64, each a scalar or one value per index of `axis`."""

    levels: int
    axis: int | None
    input_low: Array
    input_high: Array
    output_low: Array
    output_high: Array

    @classmethod
    def of(cls, op: FakeQuantizeOp) -> Ranges:
        """Raises AlgebraError, with the reason, for ranges that have no integer form."""
        constants = [known_array_of(operand) for operand in op.operands[1:]]
        if any(constant is None for constant in constants):
            raise AlgebraError("its ranges are not constants")
        levels = op.levels.value.data
        if levels > 65536:
            raise AlgebraError(f"{levels} levels do not fit 16 bits")
        stacked = np.broadcast_arrays(*(c.astype(np.float64) for c in constants if c is not None))
        parts = [along_one_axis(part, tensor_shape(op.input)) for part in stacked]
        axis = next((axis for _, axis in parts if axis is not None), None)
        low, high, out_low, out_high = np.broadcast_arrays(*(values for values, _ in parts))
        ranges = cls(levels, axis, low, high, out_low, out_high)
        ranges._check()
        return ranges

    def _check(self) -> None:
        for name, low, high in (
            ("input", self.input_low, self.input_high),
            ("output", self.output_low, self.output_high),
        ):
            if not (np.isfinite(low) & np.isfinite(high)).all():
                raise AlgebraError(f"an {name} range is not finite")
            if (low == high).any():
                raise AlgebraError(f"an {name} range is empty")
            if (low > high).any():
                raise AlgebraError(f"an {name} range is inverted")

    @property
    def storage(self) -> Storage:
        """`levels` codes, signed where all output ranges are symmetric."""
        ratio = -self.levels / (self.levels - 2) if self.levels % 2 == 0 and self.levels > 2 else -1.0
        low, high = self.output_low, self.output_high
        symmetric = (low < 0) & (high > 0) & (np.abs(low - ratio * high) <= _SYMMETRY * np.minimum(-low, high))
        lowest = -(self.levels // 2) if symmetric.all() else 0
        return Storage.of(bool(lowest), 8 if self.levels <= 256 else 16, lowest, lowest + self.levels - 1)

    def grid(self, low: Array, high: Array) -> tuple[QuantParams, Array]:
        """The integer grid nearest to [low, high], and the offset (real units) by which the true one lies above it."""
        storage = self.storage
        scales = (high - low) / (self.levels - 1)
        zero_points = np.clip(np.rint(-low / scales) + storage.min, storage.min, storage.max)
        offset = low + (zero_points - storage.min) * scales
        offset = np.where(np.abs(offset) <= _TOLERANCE * scales, 0.0, offset)
        return algebra.make(storage, scales, zero_points.astype(np.int64), axis=self.axis), offset

    def constant(self, values: Array, rank: int) -> ConstantOp:
        """Real values per tensor or along the axis, as an f32 constant that broadcasts to a tensor of this rank."""
        return ConstantOp(along(values.astype(np.float32), rank, self.axis))


class SplitRanges(Pattern):
    """fake_quantize(x) → dcast(reinterpret(qcast(x − il))) + δ."""

    name = "split-fake-quantize"
    matches = FakeQuantizeOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, FakeQuantizeOp)
        ranges, shape = Ranges.of(op), tensor_shape(op.input)
        codes = _quantize(op.input, ranges, shape)
        target, offset = ranges.grid(ranges.output_low, ranges.output_high)
        new = [*codes, *_reinterpret(codes[-1].results[0], target, shape)]
        new.append(DequantizeCastOp(new[-1].results[0], op.result.type))
        if offset.any():
            delta = ranges.constant(offset, len(shape))
            new += [delta, AddOp.make([new[-1].results[0], delta.result])]
        rewriter.replace(op, new, [new[-1].results[0]])


def _quantize(x: SSAValue, ranges: Ranges, shape: Shape) -> list[Operation]:
    """qcast(x) where the input grid has an integer zero point, else qcast(x − il) with the lowest code for il."""
    source, offset = ranges.grid(ranges.input_low, ranges.input_high)
    if not offset.any():
        return [QuantizeCastOp(x, quantized_tensor(source, shape))]
    low = ranges.constant(ranges.input_low, len(shape))
    shifted = SubOp.make([x, low.result])
    source = source.replace(zero_points=np.full(source.scales.shape, ranges.storage.min))
    return [low, shifted, QuantizeCastOp(shifted.result, quantized_tensor(source, shape))]


def _reinterpret(codes: SSAValue, target: QuantParams, shape: Shape) -> list[Operation]:
    result = quantized_tensor(target, shape)
    return [] if codes.type == result else [ReinterpretOp(codes, result)]


@dataclass(frozen=True)
class SplitFakeQuantize(LptPass):
    """fake_quantize into its integer grid."""

    name = "lpt-split-fake-quantize"
    exactness: ClassVar[Exactness] = Exactness.ROUNDS

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return [SplitRanges()]
