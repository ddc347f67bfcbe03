"""A transposed convolution as an ordinary one that computes all phases of the result as channels, which then become space.

    %a = nn.conv_transpose %x, %w {strides = [2, 2]} …        %a = nn.conv %x, %phases : … -> N × (2·2·M) × H × W
    %q = lpt.requantize %a, %b                           →    %q = lpt.requantize %a, %b of each phase
                                                              %y = nn.reshape (nn.transpose (nn.reshape %q)), cut to size

Result index s·q + r of a dimension is phase r of position q, and sees the taps t with d·t ≡ r + pad (mod s), at input
q − (d·t − r − pad) / s: a kernel of about k / s taps per phase. Taps that a phase lacks are zeros (the weights' zero point), which
kernels skip. The elementwise operations behind, whose constants belong to channels, are computed before the rearrangement, so that
they fuse into the convolution. Exactness: exact on codes; on floats real, the sums having another order. OpenVINO calls oneDNN's
deconvolution, ONNX Runtime a matrix product and col2im.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects import algebra
from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp, ReinterpretOp, RequantizeOp
from lpt.dialects.nn import BinaryOp, ConvOp, ConvTransposeOp, NnOp, ReshapeOp, SliceOp, TransposeOp, UnaryOp, ints
from lpt.dialects.nn.base import attribute
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, params_of, quantized_tensor
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import Shape, is_static, tensor_shape, tensor_type
from lpt.errors import CompileError
from lpt.passes.driver import Pattern
from lpt.passes.journal import place_of
from lpt.passes.pipeline import Exactness, LptPass

_CHANNELWISE = (BinaryOp, DequantizeCastOp, QuantizeCastOp, ReinterpretOp, RequantizeOp, UnaryOp)


@dataclass(frozen=True)
class Phases:
    """One dimension: `stride` phases over `size` positions, which see `extent` inputs through `last` − `first` + 1 taps.

    Tap u of the kernel is offset `last` − u: position q reads input q − offset, where that is none the input is padded.
    """

    stride: int
    size: int
    first: int
    last: int
    extent: int
    taps: tuple[tuple[int, int, int], ...]
    """(phase, offset, tap of the transposed kernel) of each tap that is not zero."""

    @staticmethod
    def of(extent: int, result: int, kernel: int, stride: int, dilation: int, pad: int) -> Phases:
        """`pad` is what is cropped at the begin of `result`."""
        taps = []
        for t in range(kernel):
            phase = (dilation * t - pad) % stride
            taps.append((phase, (dilation * t - pad - phase) // stride, t))
        size = -(-result // stride)
        # Pads are not negative: the kernel reaches at least from offset 0 to the last input.
        first = min(size - extent, *(offset for _, offset, _ in taps))
        return Phases(stride, size, first, max(0, *(offset for _, offset, _ in taps)), extent, tuple(taps))

    @property
    def kernel(self) -> int:
        """Taps of the convolution."""
        return self.last - self.first + 1

    @property
    def pads(self) -> tuple[int, int]:
        """Pads of the convolution."""
        return self.last, self.size - self.first - self.extent


def phases_of(op: ConvTransposeOp) -> list[Phases]:
    """The phases of each spatial dimension."""
    x, w, result = (tensor_shape(v)[2:] for v in (op.x, op.w, op.result))
    parameters = zip(x, result, w, ints(op.strides), ints(op.dilations), ints(op.pads), strict=False)
    return [Phases.of(*parameter) for parameter in parameters]


def _spread(array: Array, zero: Array, group: int, phases: Sequence[Phases]) -> Array:
    """Weights [C, M / group, kernel…] as those of all phases, [group · phases · M / group, C / group, taps…]; `zero` elsewhere.

    `zero` broadcasts to [group, 1, M / group, 1…].
    """
    channels, outputs = array.shape[0] // group, array.shape[1]
    source = array.reshape(group, channels, outputs, *array.shape[2:])
    strides, kernel = [p.stride for p in phases], [p.kernel for p in phases]
    rank = len(phases)
    target = np.empty((group, *strides, outputs, channels, *kernel), array.dtype)
    target[...] = np.moveaxis(zero, 2, 1).reshape(-1, *(1,) * rank, zero.shape[2], 1, *(1,) * rank)
    for chosen in np.ndindex(*(len(p.taps) for p in phases)):
        picked = [p.taps[i] for p, i in zip(phases, chosen, strict=True)]
        at = tuple(p.last - offset for p, (_, offset, _) in zip(phases, picked, strict=True))
        tap = source[(slice(None), slice(None), slice(None), *(t for _, _, t in picked))]
        target[(slice(None), *(phase for phase, _, _ in picked), slice(None), slice(None), *at)] = tap.swapaxes(1, 2)
    return target.reshape(group * prod(strides) * outputs, channels, *kernel)


def _constant(op: ConvTransposeOp, value: SSAValue, what: str) -> ConstantOp:
    if not isinstance(value.owner, ConstantOp):
        raise CompileError(f"a transposed convolution with computed {what}", where=place_of(op), way_out="make it constant")
    return value.owner


def _belongs_to_channels(value: SSAValue, rank: int) -> bool:
    """Whether a value is a constant with one number per channel, or one for all."""
    shape = tensor_shape(value)
    return isinstance(value.owner, ConstantOp) and all(n == 1 or d == len(shape) - rank + 1 for d, n in enumerate(shape))


def _next(value: SSAValue) -> Operation | None:
    """The only user of a value, if it works channel by channel and keeps the shape."""
    uses = list(value.uses)
    user = uses[0].operation if len(uses) == 1 else None
    if not isinstance(user, _CHANNELWISE) or tensor_shape(user.results[0]) != tensor_shape(value):
        return None
    others = [operand for operand in user.operands if operand is not value]
    params = [p for p in (params_of(value), params_of(user.results[0])) if p is not None]
    is_channelwise = all(_belongs_to_channels(other, len(tensor_shape(value))) for other in others)
    return user if is_channelwise and all(p.is_per_tensor or p.axis == 1 for p in params) else None


class _Expansion:
    """One transposed convolution: `channel` says which of its output channels each channel of the convolution is."""

    def __init__(self, op: ConvTransposeOp, weights: ConstantOp):
        self.op, self.group = op, op.groups
        self.phases = phases_of(op)
        self.strides = [p.stride for p in self.phases]
        self.outputs = op.channels // self.group
        own = np.arange(op.channels).reshape(self.group, 1, self.outputs)
        self.channel = np.broadcast_to(own, (self.group, prod(self.strides), self.outputs)).reshape(-1)
        self.ops: list[Operation] = [self._weights(weights)]
        if op.bias is not None:
            self.ops.append(ConstantOp(_constant(op, op.bias, "bias").array[self.channel]))
        self.shape: Shape = (tensor_shape(op.x)[0], len(self.channel), *(p.size for p in self.phases))
        ones = [1] * len(self.phases)
        pads = [*(p.pads[0] for p in self.phases), *(p.pads[1] for p in self.phases)]
        operands: list[SSAValue | Sequence[SSAValue]] = [op.x, self.ops[0].results[0], [o.results[0] for o in self.ops[1:]]]
        self.value = self._then(ConvOp.make(operands, strides=ones, pads=pads, dilations=ones, group=self.group))

    def _then(self, op: Operation) -> SSAValue:
        self.ops.append(op)
        self.value = op.results[0]
        return self.value

    def _weights(self, constant: ConstantOp) -> ConstantOp:
        array, groups = constant.array, (self.group, 1, self.outputs, *(1,) * len(self.phases))
        if params_of(constant.result) is None:
            return ConstantOp(_spread(array, np.zeros((1,) * len(groups), array.dtype), self.group, self.phases))
        params = self.op.weight_params()
        zero = np.broadcast_to(params.zero_points, self.op.channels).reshape(groups).astype(array.dtype)
        spread = _spread(array, zero, self.group, self.phases)
        return ConstantOp.quantized(spread, self._of_phases(params, 0))

    def _of_phases(self, params: QuantParams, axis: int) -> QuantParams:
        return params if params.is_per_tensor else algebra.take(params, axis, self.channel)

    def _type(self, value: SSAValue) -> Attribute:
        """The type of what takes the place of `value` before the rearrangement."""
        params = params_of(value)
        if params is not None:
            return quantized_tensor(self._of_phases(params, 1), self.shape)
        assert isinstance(value.type, TensorType)
        return tensor_type(value.type.element_type, self.shape)

    def follow(self, op: Operation, old: SSAValue) -> None:
        """Compute `op` of the chain behind, whose operand was `old`."""
        operands: list[SSAValue] = []
        for operand in op.operands:
            if operand is old:
                operands.append(self.value)
                continue
            assert isinstance(operand.owner, ConstantOp)
            constant = self._constant(operand.owner)
            self.ops.append(constant)
            operands.append(constant.result)
        types = [self._type(op.results[0])]
        self._then(type(op).create(operands=operands, result_types=types, properties=op.properties, attributes=op.attributes))

    def _constant(self, constant: ConstantOp) -> ConstantOp:
        shape, axis = constant.array.shape, constant.array.ndim - len(self.shape) + 1
        if axis < 0 or shape[axis] == 1:
            return constant.clone()
        array, params = constant.array.take(self.channel, axis), params_of(constant.result)
        return ConstantOp(array) if params is None else ConstantOp.quantized(array, self._of_phases(params, axis))

    def to_space(self, like: SSAValue) -> None:
        """Channels to space, cut to the shape of `like`, whose type the result gets."""
        params, shape = params_of(like), tensor_shape(like)
        if params is not None and not params.is_per_tensor:
            plain = QuantParams(params.storage, 1.0)
            self._then(ReinterpretOp(self.value, quantized_tensor(plain, self.shape)))
        rank, sizes = len(self.phases), [p.size for p in self.phases]
        if prod(self.strides) > 1:
            split = [shape[0], self.group, *self.strides, self.outputs, *sizes]
            pairs = [axis for d in range(rank) for axis in (3 + rank + d, 2 + d)]
            joined = [shape[0], shape[1], *(p.size * p.stride for p in self.phases)]
            self._move(ReshapeOp, shape=split)
            self._move(TransposeOp, perm=[0, 1, 2 + rank, *pairs])
            self._move(ReshapeOp, shape=joined)
        if tensor_shape(self.value) != shape:
            axes = list(range(2, 2 + rank))
            self._move(SliceOp, starts=[0] * rank, ends=list(shape[2:]), axes=axes, steps=[1] * rank)
        if params is not None and not params.is_per_tensor:
            self._then(ReinterpretOp(self.value, like.type))

    def _move(self, op_class: type[NnOp], **properties: list[int]) -> None:
        self._then(op_class.make_raw([self.value], {name: attribute(values) for name, values in properties.items()}))


class ExpandConvTranspose(Pattern):
    """conv_transpose and what follows it channel by channel → conv of all phases, the same behind it, then channels to space."""

    name = "expand-conv-transpose"
    matches = ConvTransposeOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ConvTransposeOp)
        if not all(is_static(tensor_shape(value)) for value in (op.x, op.w)):
            return self.fail(op, "its shape is not known yet")
        expansion = _Expansion(op, _constant(op, op.w, "weights"))
        chain: list[Operation] = [op]
        while (user := _next(chain[-1].results[0])) is not None:
            expansion.follow(user, chain[-1].results[0])
            chain.append(user)
        last = chain.pop()
        expansion.to_space(last.results[0])
        rewriter.replace(last, expansion.ops, [expansion.value])
        for skipped in reversed(chain):
            rewriter.erase(skipped)
        return None


@dataclass(frozen=True)
class ExpandConvTransposes(LptPass):
    """Transposed convolutions as convolutions."""

    name = "lpt-expand-conv-transpose"
    exactness: ClassVar[Exactness] = Exactness.REAL

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return (ExpandConvTranspose(),)
