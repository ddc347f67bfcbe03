"""Random operations that compute: products, sums, activations, pools and normalizations on a float value of a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from xdsl.dialects.builtin import FloatAttr, f64
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.blob import Array
from lpt.dialects.nn import NnOp
from lpt.dialects.nn.base import Property
from lpt.dialects.shapes import Shape
from lpt.testing.builder import Builder, Refused
from lpt.testing.quantizers import weights

Rule = Callable[[Builder, SSAValue], Sequence[SSAValue]]


def spatial_rank(b: Builder, x: SSAValue) -> int:
    """Spatial dimensions of x [N, C, spatial…]. Raises Refused where there are none, or more than three."""
    rank = len(b.shape(x)) - 2
    if not 1 <= rank <= 3:
        raise Refused
    return rank


def _windows(b: Builder, x: SSAValue, rank: int, pads: bool = True) -> dict[str, Property]:
    return {
        "strides": [b.pick((1, 1, 2))] * rank if b.chance(0.7) else b.integers(rank, 1, 2),
        "pads": b.integers(2 * rank, 0, 1) if pads and b.chance(0.6) else [0] * (2 * rank),
        "dilations": [1] * rank if b.chance(0.8) else b.integers(rank, 1, 2),
    }


def _divisor(b: Builder, channels: int) -> int:
    return b.pick([1, 1, *(d for d in range(1, channels + 1) if channels % d == 0)])


def _bias(b: Builder, channels: int) -> list[SSAValue]:
    return [b.floats(b.normal((channels,)))] if b.chance(0.5) else []


def conv(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """1 to 3 dimensions; grouped or depthwise in some cases."""
    rank, channels = spatial_rank(b, x), b.shape(x)[1]
    group = _divisor(b, channels)
    m = group * b.integer(1, max(1, 8 // group))
    kernel = b.integers(rank, 1, 3)
    w = weights(b, (m, channels // group, *kernel), 0, 1 / np.sqrt(channels // group * np.prod(kernel)))
    return [b.op(nn.ConvOp, x, w, _bias(b, m), group=group, **_windows(b, x, rank))]


def conv_transpose(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Grouped in some cases, with output padding where the stride allows."""
    rank, channels = spatial_rank(b, x), b.shape(x)[1]
    group = _divisor(b, channels)
    per_group, kernel = b.integer(1, max(1, 8 // group)), b.integers(rank, 1, 3)
    w = weights(b, (channels, per_group, *kernel), 1, 1 / np.sqrt(channels // group * np.prod(kernel)))
    windows = _windows(b, x, rank)
    strides = windows["strides"]
    assert isinstance(strides, list)
    extra = [b.integer(0, stride - 1) for stride in strides]
    return [b.op(nn.ConvTransposeOp, x, w, _bias(b, per_group * group), group=group, output_padding=extra, **windows)]


def matmul(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """By constant weights, or by another value of the network."""
    shape = b.shape(x)
    if len(shape) < 2:
        raise Refused
    y = b.other(lambda s: len(s) == len(shape) and s[-2] == shape[-1] and s[:-2] == shape[:-2], 0.5)
    if y is not None:
        return [b.op(nn.MatMulOp, x, y)]
    y = b.other(lambda s: len(s) == len(shape) and s[:-2] == shape[:-2] and s[-1] == shape[-1], 0.3)
    if y is not None:
        perm = [*range(len(shape) - 2), len(shape) - 1, len(shape) - 2]
        return [b.op(nn.MatMulOp, x, b.op(nn.TransposeOp, y, perm=perm))]
    w = weights(b, (shape[-1], b.integer(1, 8)), 1, 1 / np.sqrt(shape[-1]))
    return [b.op(nn.MatMulOp, x, w)]


def gemm(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Matrices only."""
    shape = b.shape(x)
    if len(shape) != 2:
        raise Refused
    trans_a, trans_b, n = b.integer(0, 1) if b.chance(0.2) else 0, b.integer(0, 1), b.integer(1, 8)
    k = shape[0] if trans_a else shape[1]
    w = weights(b, (n, k) if trans_b else (k, n), 0 if trans_b else 1, 1 / np.sqrt(k))
    factors = {"alpha": b.pick((1.0, 1.0, 0.5, -1.5)), "beta": b.pick((1.0, 1.0, 2.0))}
    return [b.op(nn.GemmOp, x, w, _bias(b, n), trans_a=trans_a, trans_b=trans_b, **factors)]


def constant(b: Builder, shape: Shape, least: float = 0.0) -> SSAValue:
    """A constant that broadcasts to `shape`: a scalar, per channel, per element …; magnitudes from `least` on."""
    extents = [e if b.chance(0.4) else 1 for e in shape]
    match b.pick(("scalar", "channel", "channel", "some", "all")):
        case "scalar":
            extents = [1] * (len(shape) if b.chance(0.5) else 0)
        case "channel" if len(shape) > 1:
            extents = [e if i == 1 else 1 for i, e in enumerate(shape)]
        case "all":
            extents = list(shape)
    array = b.normal(extents, b.pick((1.0, 0.25, 4.0)))
    return b.floats(np.where(array < 0, array - least, array + least) if b.chance(0.7) else np.abs(array) + least)


def binary(op_class: type[NnOp], *, least: float = 0.0, swap: bool = True, others: float = 0.6) -> Rule:
    """A rule for an operation of two operands: another value of the network, itself or a constant, in either order."""

    def rule(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
        shape = b.shape(x)

        def fits(s: Shape) -> bool:
            return s == shape or (len(s) == len(shape) and all(e in (1, n) for e, n in zip(s, shape, strict=True)))

        y = b.other(fits, others)
        y = constant(b, shape, least) if y is None else y
        return [b.op(op_class, *((y, x) if swap and b.chance(0.3) else (x, y)))]

    return rule


def prelu(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Slopes of one sign or both, per channel or one."""
    shape = b.shape(x)
    extents = [e if i == 1 and b.chance(0.6) else 1 for i, e in enumerate(shape)]
    slope = b.normal(extents, 0.5)
    return [b.op(nn.PReluOp, x, b.floats(slope if b.chance(0.3) else np.abs(slope)))]


def clip(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """As ReLU6, symmetric, or with one bound."""
    low, high = b.pick(((0.0, 6.0), (-1.0, 1.0), (None, 1.5), (-0.7, None), (0.25, 3.0)))
    return [b.op(nn.ClipOp, x, min=low, max=high)]


def unary(
    op_class: type[NnOp], *variants: dict[str, Property], low: float = -np.inf, high: float = np.inf, apart: float = 0.0
) -> Rule:
    """A rule for a function of one value, where its sample lies in [low, high] and at least `apart` from 0."""

    def rule(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
        least, greatest = b.bounds(x)
        if least < low or greatest > high or (apart and np.abs(b.sample[x]).min() < apart):
            raise Refused
        return [b.op(op_class, x, **(b.pick(variants) if variants else {}))]

    return rule


def batch_norm(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """With scales of both signs."""
    if len(b.shape(x)) < 2:
        raise Refused
    count = (b.shape(x)[1],)
    parameters: list[Array] = [b.normal(count), b.normal(count), b.normal(count), np.abs(b.normal(count)) + 0.25]
    return [b.op(nn.BatchNormalizationOp, x, *(b.floats(p) for p in parameters))]


def normalization(op_class: type[NnOp], modes: Sequence[str]) -> Rule:
    """A rule for a normalization over some axes but the batch."""

    def rule(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
        rank = len(b.shape(x))
        axes = b.pick(([rank - 1], list(range(1, rank)), list(range(2, rank)) or [1], [1]) if rank > 1 else ([0],))
        return [b.op(op_class, x, axes=axes, eps=b.pick((1e-5, 0.01, 1.0)), eps_mode=b.pick(modes))]

    return rule


def softmax(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Along any axis."""
    return [b.op(nn.SoftmaxOp, x, axis=b.integer(0, len(b.shape(x)) - 1))]


def pool(op_class: type[NnOp]) -> Rule:
    """A rule for a sliding window."""

    def rule(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
        rank = spatial_rank(b, x)
        kernel = b.integers(rank, 2, 3)
        extra: dict[str, Property] = {"ceil_mode": 1} if b.chance(0.2) else {}
        if op_class is nn.AveragePoolOp and b.chance(0.4):
            extra["count_include_pad"] = 1
        return [b.op(op_class, x, kernel_shape=kernel, **_windows(b, x, rank), **extra)]

    return rule


def reduction(op_class: type[NnOp]) -> Rule:
    """A rule for a reduction over some axes but the batch."""

    def rule(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
        rank = len(b.shape(x))
        axes = [a for a in range(1, rank) if b.chance(0.5)] or [rank - 1]
        keep = b.pick((1, 1, 0)) if rank - len(axes) >= 2 else 1
        return [b.op(op_class, x, axes=axes, keepdims=keep)]

    return rule


def resize_linear(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Spatial dimensions, up or down."""
    rank = spatial_rank(b, x)
    sizes = [*b.shape(x)[:2], *(max(1, e * b.pick((2, 1, 3)) // b.pick((1, 2))) for e in b.shape(x)[2:])]
    mode = b.pick(("half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"))
    return [b.op(nn.ResizeLinearOp, x, sizes=sizes, coordinate_mode=mode)] if rank else []


def resample(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """A spatial dimension, up or down, by two or four taps, or more."""
    if not spatial_rank(b, x):
        return []
    axis = b.integer(2, len(b.shape(x)) - 1)
    extent = b.shape(x)[axis]
    size = max(1, extent * b.pick((2, 1, 3)) // b.pick((1, 2)))
    more = {name: 1 for name in ("antialias", "exclude_outside") if b.chance(0.3)}
    modes = {"mode": b.pick(("linear", "cubic")), "coordinate_mode": b.pick(("half_pixel", "asymmetric", "align_corners"))}
    return [b.op(nn.ResampleOp, x, axis=axis, size=size, scale=FloatAttr(size / extent, f64), **modes, **more)]


COMMON: tuple[Rule, ...] = (
    conv,
    conv,
    conv,
    conv_transpose,
    matmul,
    matmul,
    gemm,
    binary(nn.AddOp),
    binary(nn.AddOp, others=0.8),
    binary(nn.SubOp),
    binary(nn.MulOp, least=0.05),
    binary(nn.DivOp, least=0.25, swap=False, others=0.0),
    binary(nn.MaximumOp),
    binary(nn.MinimumOp),
    unary(nn.ReluOp),
    unary(nn.ReluOp),
    clip,
    prelu,
    unary(nn.LeakyReluOp, {}, {"alpha": 0.2}, {"alpha": -0.3}),
    batch_norm,
    pool(nn.MaxPoolOp),
    pool(nn.AveragePoolOp),
    unary(nn.GlobalAveragePoolOp),
    unary(nn.GlobalMaxPoolOp),
    reduction(nn.ReduceMeanOp),
    reduction(nn.ReduceSumOp),
    reduction(nn.ReduceMaxOp),
    reduction(nn.ReduceMinOp),
    resize_linear,
    resample,
    softmax,
    normalization(nn.MvnOp, ("inside_sqrt", "outside_sqrt")),
    normalization(nn.NormalizeL2Op, ("add", "max")),
)
"""The operations of convolutional networks; those met most often several times."""

FUNCTIONS: tuple[Rule, ...] = (
    unary(nn.SigmoidOp),
    unary(nn.TanhOp),
    unary(nn.ExpOp, high=8.0),
    unary(nn.SqrtOp, low=0.0),
    unary(nn.LogOp, low=0.01),
    unary(nn.ReciprocalOp, apart=0.05),
    unary(nn.AbsOp),
    unary(nn.NegOp),
    unary(nn.SignOp),
    unary(nn.FloorOp),
    unary(nn.CeilOp),
    unary(nn.RoundOp),
    unary(nn.IdentityOp),
    unary(nn.HardSigmoidOp, {}, {"alpha": 1 / 6}),
    unary(nn.HardSwishOp),
    unary(nn.EluOp, {}, {"alpha": 0.5}),
    unary(nn.SeluOp),
    unary(nn.GeluOp, {}, {"approximate": "tanh"}),
    unary(nn.ErfOp),
    unary(nn.SwishOp, {}, {"beta": 1.5}),
    unary(nn.MishOp),
    unary(nn.SoftplusOp),
    unary(nn.SinOp),
    unary(nn.CosOp),
    unary(nn.TanOp, low=-1.4, high=1.4),
    unary(nn.AsinOp, low=-0.95, high=0.95),
    unary(nn.AcosOp, low=-0.95, high=0.95),
    unary(nn.AtanOp),
    unary(nn.SinhOp, low=-8.0, high=8.0),
    unary(nn.CoshOp, low=-8.0, high=8.0),
    unary(nn.AsinhOp),
    unary(nn.AcoshOp, low=1.05),
    unary(nn.AtanhOp, low=-0.9, high=0.9),
    unary(nn.CeluOp, {}, {"alpha": 0.5}),
    unary(nn.SoftsignOp),
    unary(nn.ShrinkOp, {"bias": 0.5}, {"bias": 0.25, "lambd": 0.25}),
    unary(nn.ThresholdedReluOp, {"alpha": 0.0}),
)
"""Functions of one value."""
