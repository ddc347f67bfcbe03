"""Elementwise kernels against the interpreter: every operation, on floats and codes, around the vector width."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import TensorType, f32
from xdsl.ir import Attribute, SSAValue

from lpt.dialects import algebra, nn
from lpt.dialects.kernel import KernelElementwiseOp, Layout
from lpt.dialects.lpt import ConstantOp, LookupOp, ReinterpretOp, RequantizeOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import I8, I32, U8, QuantParams, Storage

LENGTHS = [1, 3, 15, 16, 17, 31, 33, 127]
Q = QuantParams(U8, 0.0321, 118)
R = QuantParams(U8, 0.0517, 12)


def floats(*shape: int, scale: float = 3.0) -> np.ndarray:
    rng = np.random.default_rng(sum(shape))
    x = (rng.standard_normal(shape) * scale).astype(np.float32)
    flat = x.reshape(-1)
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 0.5, 1.5, -2.5, 1e-42, 3e38], np.float32)
    flat[: len(special)] = special[: flat.size]
    return x


def codes(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).integers(0, 256, shape).astype(np.uint8)


def tensor(*shape: int) -> Attribute:
    return TensorType(f32, shape)


def quantized(params: QuantParams, *shape: int) -> Attribute:
    return quantized_tensor(params, shape)


def build(op: type[nn.NnOp], *operands: SSAValue, params: QuantParams | None = None, **properties: Any) -> SSAValue:
    return op.make(operands, params=params, **properties).results[0]


UNARY: list[tuple[type[nn.NnOp], dict[str, Any]]] = [
    (nn.ReluOp, {}),
    (nn.ClipOp, {"min": -0.7, "max": 1.3}),
    (nn.ClipOp, {"max": 0.4}),
    (nn.NegOp, {}),
    (nn.IdentityOp, {}),
    (nn.LeakyReluOp, {"alpha": 0.1}),
    (nn.SigmoidOp, {}),
    (nn.HardSigmoidOp, {}),
    (nn.HardSwishOp, {}),
    (nn.TanhOp, {}),
    (nn.ExpOp, {}),
    (nn.SqrtOp, {}),
    (nn.LogOp, {}),
    (nn.ReciprocalOp, {}),
    (nn.AbsOp, {}),
    (nn.SignOp, {}),
    (nn.FloorOp, {}),
    (nn.CeilOp, {}),
    (nn.RoundOp, {}),
    (nn.EluOp, {"alpha": 0.7}),
    (nn.SeluOp, {}),
    (nn.GeluOp, {}),
    (nn.GeluOp, {"approximate": "tanh"}),
    (nn.ErfOp, {}),
    (nn.SwishOp, {}),
    (nn.SwishOp, {"beta": -1.7}),
    (nn.MishOp, {}),
    (nn.SoftplusOp, {}),
    (nn.SinOp, {}),
    (nn.CosOp, {}),
    (nn.TanOp, {}),
    (nn.AsinOp, {}),
    (nn.AcosOp, {}),
    (nn.AtanOp, {}),
    (nn.SinhOp, {}),
    (nn.CoshOp, {}),
    (nn.AsinhOp, {}),
    (nn.AcoshOp, {}),
    (nn.AtanhOp, {}),
    (nn.CeluOp, {"alpha": 0.7}),
    (nn.SoftsignOp, {}),
    (nn.ShrinkOp, {"bias": 0.25}),
    (nn.ThresholdedReluOp, {}),
]
IDS = [f"{op.__name__}{len(properties)}" for op, properties in UNARY]


@pytest.mark.parametrize("op, properties", UNARY, ids=IDS)
def test_unary_on_floats(check_kernel: Any, op: type[nn.NnOp], properties: dict[str, Any]) -> None:
    check_kernel(KernelElementwiseOp, [tensor(3, 43)], lambda x: build(op, x, **properties), [floats(3, 43)])


@pytest.mark.parametrize("op, properties", UNARY, ids=IDS)
def test_unary_on_codes(check_kernel: Any, op: type[nn.NnOp], properties: dict[str, Any]) -> None:
    moves = op.KIND is nn.Kind.MOVES
    params = None if moves else R
    check_kernel(
        KernelElementwiseOp,
        [quantized(Q, 256)],
        lambda x: build(op, x, params=params, **properties),
        [np.arange(256, dtype=np.uint8)],
    )


@pytest.mark.parametrize("op, properties", [u for u in UNARY if u[0].KIND is nn.Kind.MOVES], ids=lambda u: str(u))
def test_moves_behind_a_requantize_fold_into_its_clamp(check_kernel: Any, op: type[nn.NnOp], properties: dict[str, Any]) -> None:
    acc = QuantParams(I32, 0.0007)
    x = np.random.default_rng(1).integers(-(2**31), 2**31, 92) >> np.arange(92) % 20
    x = x.astype(np.int32)

    def body(x: SSAValue) -> SSAValue:
        return build(op, RequantizeOp(x, None, quantized(Q, 92)).result, **properties)

    check_kernel(KernelElementwiseOp, [quantized(acc, 92)], body, [x])


@pytest.mark.parametrize("length", LENGTHS)
def test_quantize_and_dequantize(check_kernel: Any, length: int) -> None:
    check_kernel(
        KernelElementwiseOp, [tensor(2, length)], lambda x: QuantizeCastOp(x, quantized(Q, 2, length)).result, [floats(2, length)]
    )
    check_kernel(KernelElementwiseOp, [quantized(Q, 2, length)], lambda x: DequantizeCastOp(x).result, [codes(2, length)])


@pytest.mark.parametrize("storage, zero_point", [(U8, 0), (U8, 255), (U8, 131), (I8, -3), (Storage.of(True, 16), 5)])
@pytest.mark.parametrize("scale", [1e-30, 0.0031, 0.00390625, 0.1, 1.9999999, 3e4])
def test_quantize_around_every_tie(check_kernel: Any, storage: Storage, zero_point: int, scale: float) -> None:
    """The f32 next to the ties, where a quotient that is one unit off gives another code; and what is no number of steps."""
    params = QuantParams(storage, scale, zero_point)
    ties = np.arange(storage.min - 2, min(storage.max, storage.min + 300) + 3) - zero_point + 0.5
    at = (ties * np.float64(np.float32(scale))).astype(np.float32)
    around = [at, *(np.nextafter(at, np.float32(end)) for end in (-np.inf, np.inf))]
    x = np.concatenate([*around, np.array([np.nan, np.inf, -np.inf, 3e38, -3e38, 1e-45, -0.0], np.float32)])
    check_kernel(KernelElementwiseOp, [tensor(len(x))], lambda v: QuantizeCastOp(v, quantized(params, len(x))).result, [x])


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("op", [nn.AddOp, nn.SubOp, nn.MulOp, nn.DivOp, nn.MaximumOp, nn.MinimumOp, nn.PowOp])
def test_binary(check_kernel: Any, op: type[nn.NnOp], length: int) -> None:
    x, y = floats(length), floats(2, length)
    check_kernel(KernelElementwiseOp, [tensor(length), tensor(2, length)], lambda a, b: build(op, a, b), [x, y])
    check_kernel(
        KernelElementwiseOp,
        [quantized(Q, length), quantized(R, length)],
        lambda a, b: build(op, a, b, params=QuantParams(U8, 0.07, 100)),
        [codes(length), codes(length)[::-1].copy()],
    )


@pytest.mark.parametrize("op", [nn.MaximumOp, nn.MinimumOp])
def test_extrema_of_equal_parameters_are_those_of_the_codes(check_kernel: Any, op: type[nn.NnOp]) -> None:
    check_kernel(
        KernelElementwiseOp,
        [quantized(Q, 5, 33), quantized(Q, 33)],
        lambda x, y: build(op, x, y, params=Q),
        [codes(5, 33), codes(33)],
    )


@pytest.mark.parametrize("length", LENGTHS)
def test_prelu(check_kernel: Any, length: int) -> None:
    x, slope = floats(2, length), floats(length)[::-1].copy()
    check_kernel(KernelElementwiseOp, [tensor(2, length), tensor(length)], lambda a, b: build(nn.PReluOp, a, b), [x, slope])
    signs = np.resize(np.array([1, -1, 0, 1], np.int8), length)
    slopes = ConstantOp.quantized(signs, QuantParams(I8, np.linspace(0.1, 0.9, length), axis=0))
    check_kernel(
        KernelElementwiseOp,
        [quantized(Q, 2, length)],
        lambda a: build(nn.PReluOp, a, slopes.clone().result, params=R),
        [codes(2, length)],
    )


@pytest.mark.parametrize("op", [nn.AddOp, nn.SubOp, nn.MulOp])
def test_accumulating_binary(check_kernel: Any, op: type[nn.NnOp]) -> None:
    a, b = Q, QuantParams(U8, Q.scales, 3)
    check_kernel(
        KernelElementwiseOp, [quantized(a, 5, 33), quantized(b, 33)], lambda x, y: build(op, x, y), [codes(5, 33), codes(33)]
    )


SHAPES = [
    ((1, 5, 3, 7), (1, 5, 1, 1)),
    ((2, 1, 4, 6), (1, 17, 1, 6)),
    ((3, 8), (1,)),
    ((2, 3, 4), (4,)),
    ((1, 1, 9, 1), (2, 3, 1, 5)),
]


@pytest.mark.parametrize("a, b", SHAPES)
def test_broadcast(check_kernel: Any, a: tuple[int, ...], b: tuple[int, ...]) -> None:
    check_kernel(KernelElementwiseOp, [tensor(*a), tensor(*b)], lambda x, y: build(nn.AddOp, x, y), [floats(*a), floats(*b)])


@pytest.mark.parametrize("a, b", SHAPES)
def test_broadcast_constant(check_kernel: Any, a: tuple[int, ...], b: tuple[int, ...]) -> None:
    check_kernel(KernelElementwiseOp, [tensor(*a)], lambda x: build(nn.MulOp, x, ConstantOp(floats(*b)).result), [floats(*a)])


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 16, 33])
@pytest.mark.parametrize("halo", [0, 1])
def test_quantize_rows_into_channels(check_kernel: Any, channels: int, halo: int) -> None:
    shape = (2, channels, 5, 19)
    layout = Layout.channel_last(shape, (0, 0, halo, halo), (0, 0, halo, 2 * halo), 4)
    check_kernel(
        KernelElementwiseOp,
        [tensor(*shape)],
        lambda x: QuantizeCastOp(x, quantized(Q, *shape)).result,
        [floats(*shape)],
        result=layout,
    )


@pytest.mark.parametrize("channels", [3, 16, 33])
def test_channels_into_rows(check_kernel: Any, channels: int) -> None:
    shape = (2, channels, 5, 6)
    source = Layout.channel_last(shape, (0, 0, 1, 1), (0, 0, 0, 1), 4)
    check_kernel(
        KernelElementwiseOp, [quantized(Q, *shape)], lambda x: DequantizeCastOp(x).result, [codes(*shape)], layouts=[source]
    )


def per_channel(channels: int, zero_points: bool = False) -> QuantParams:
    scales = 0.001 * (1.0 + np.arange(channels))
    return QuantParams(U8, scales, np.arange(channels) % 200 if zero_points else 0, axis=1)


@pytest.mark.parametrize("channels", [1, 7, 16, 33])
@pytest.mark.parametrize("bias_shape", ["none", "scalar", "channel", "full"])
def test_requantize_per_channel(check_kernel: Any, channels: int, bias_shape: str) -> None:
    shape = (1, channels, 3, 4)
    shapes = {"scalar": (), "channel": (1, channels, 1, 1), "full": shape}
    acc = algebra.accumulator(0.0001 * (1.0 + np.arange(channels)), axis=1)
    x = np.random.default_rng(7).integers(-60000, 60000, shape).astype(np.int32)
    layout = Layout.channel_last(shape, multiple=4)

    def body(x: SSAValue) -> SSAValue:
        bias = None
        if bias_shape != "none":
            bias = ConstantOp(np.asarray(floats(*shapes[bias_shape])[()]).clip(-9, 9)).result
        return RequantizeOp(x, bias, quantized(Q, *shape)).result

    types = [quantized(acc, *shape)]
    check_kernel(KernelElementwiseOp, types, body, [x], layouts=[Layout.channel_last(shape)], result=layout)


def test_requantize_with_a_computed_bias(check_kernel: Any) -> None:
    acc = algebra.accumulator(0.001)
    x = np.random.default_rng(7).integers(-60000, 60000, (3, 21)).astype(np.int32)
    check_kernel(
        KernelElementwiseOp,
        [quantized(acc, 3, 21), tensor(21)],
        lambda q, b: RequantizeOp(q, b, quantized(Q, 3, 21)).result,
        [x, floats(21)],
    )


@pytest.mark.parametrize("channels", [5, 33])
def test_per_channel_zero_points(check_kernel: Any, channels: int) -> None:
    params, shape = per_channel(channels, zero_points=True), (1, channels, 2, 3)
    layout = Layout.channel_last(shape, multiple=4)

    def body(x: SSAValue) -> SSAValue:
        return RequantizeOp(build(nn.ReluOp, x), None, quantized(per_channel(channels), *shape)).result

    check_kernel(KernelElementwiseOp, [quantized(params, *shape)], body, [codes(*shape)], result=layout)


def test_residual_block_tail(check_kernel: Any) -> None:
    """requantize, add of unlike scales, relu, reinterpret, table: codes stay in registers between them."""
    shape = (1, 40, 5, 5)
    acc = algebra.accumulator(np.full(40, 0.0005), axis=1)
    x = np.random.default_rng(3).integers(-90000, 90000, shape).astype(np.int32)
    layout = Layout.channel_last(shape, multiple=4)
    table = np.random.default_rng(5).integers(0, 256, 256).astype(np.uint8)

    def body(x: SSAValue, y: SSAValue) -> SSAValue:
        q = RequantizeOp(x, None, quantized(Q, *shape)).result
        added = build(nn.ReluOp, build(nn.AddOp, q, y, params=QuantParams(U8, 0.06, 7)))
        moved = ReinterpretOp(added, quantized(QuantParams(U8, 0.3, 9), *shape)).result
        return LookupOp(moved, table, quantized(R, *shape)).result

    check_kernel(
        KernelElementwiseOp,
        [quantized(acc, *shape), quantized(R, *shape)],
        body,
        [x, codes(*shape)],
        layouts=[Layout.channel_last(shape), layout],
        result=layout,
    )


@pytest.mark.parametrize("shape, perm", [((2, 3, 4), (2, 0, 1)), ((5, 17), (1, 0)), ((2, 8, 4, 3), (0, 2, 3, 1))])
def test_transposed_operand(check_kernel: Any, shape: tuple[int, ...], perm: tuple[int, ...]) -> None:
    def body(x: SSAValue) -> SSAValue:
        return build(nn.ReluOp, build(nn.TransposeOp, x, perm=perm))

    check_kernel(KernelElementwiseOp, [tensor(*shape)], body, [floats(*shape)])


def test_batch_normalization(check_kernel: Any) -> None:
    parameters = [np.abs(floats(20, scale=0.3)).clip(0.1, 4) + np.float32(i) for i in range(4)]
    parameters = [np.nan_to_num(p, nan=1.0) for p in parameters]

    def body(x: SSAValue) -> SSAValue:
        return build(nn.BatchNormalizationOp, x, *(ConstantOp(p).result for p in parameters))

    check_kernel(KernelElementwiseOp, [tensor(2, 20, 3)], body, [floats(2, 20, 3)])


def test_many_units_share_no_byte(check_kernel: Any) -> None:
    """Large enough for several units, whose order must not matter; the last block of a unit is partial."""
    check_kernel(KernelElementwiseOp, [quantized(Q, 40001)], lambda x: build(nn.ReluOp, x), [codes(40001)])


def test_no_elements(check_kernel: Any) -> None:
    check_kernel(KernelElementwiseOp, [tensor(3, 0)], lambda x: build(nn.ReluOp, x), [np.zeros((3, 0), np.float32)])
