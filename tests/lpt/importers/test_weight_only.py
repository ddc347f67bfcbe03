"""MatMulNBits and blocked DequantizeLinear: the import against ONNX Runtime, packed to the end, run on the targets here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import lpt
from lpt.dialects.interpreter import evaluate
from lpt.dialects.nn import MatMulOp
from lpt.dialects.weight_only import packed_weights
from lpt.errors import LoadError, LptError, UnsupportedError
from lpt.serialize import save
from lpt.target import TARGETS, runs_here

Agrees = Callable[..., lpt.Model]
RNG = np.random.default_rng(11)
RANGES: dict[int, tuple[int, int]] = {
    TensorProto.INT4: (-8, 7),
    TensorProto.UINT4: (0, 15),
    TensorProto.INT8: (-128, 127),
    TensorProto.UINT8: (0, 255),
}
HERE = [name for name, target in TARGETS.items() if runs_here(target)]


def packed(codes: np.ndarray, bits: int) -> np.ndarray:
    """Codes [rows, columns] as bytes, of 4 bits two a byte, the low half first."""
    if bits == 8:
        return codes.astype(np.uint8)
    even = np.pad(codes, ((0, 0), (0, codes.shape[1] % 2))).astype(np.uint8)
    return even[:, 0::2] | even[:, 1::2] << 4


def nbits(
    depth: int = 64, columns: int = 24, block: int = 16, bits: int = 4, *, zero_points: str = "", bias: bool = False,
    shape: tuple[int | str, ...] = (3,), **more: np.ndarray,
) -> onnx.ModelProto:  # fmt: skip
    """A model of one MatMulNBits; scales of both signs as quantizers write them, one of them 0."""
    blocks = -(-depth // block)
    codes = RNG.integers(0, 1 << bits, (columns, blocks * block))
    scales = (RNG.uniform(1e-3, 1e-2, (columns, blocks)) * RNG.choice([-1, 1], (columns, blocks))).astype(np.float32)
    scales[0, 0] = 0
    given = {
        "B": packed(codes, bits).reshape(columns, blocks, -1),
        "scales": scales.reshape(-1),
    }
    if zero_points == "u8":
        given["zp"] = packed(RNG.integers(0, 1 << bits, (columns, blocks)), bits).reshape(-1)
    if zero_points == "f32":
        given["zp"] = RNG.uniform(-1, 1 << bits, (columns, blocks)).astype(np.float32)
    if bias:
        given["bias"] = RNG.standard_normal(columns).astype(np.float32)
    given.update(more)
    names = ["A", "B", "scales", *(name if name in given else "" for name in ("zp", "g_idx", "bias"))]
    attributes: dict[str, Any] = {"K": depth, "N": columns, "bits": bits, "block_size": block, "accuracy_level": 1}
    node = helper.make_node("MatMulNBits", names, ["Y"], name="product", domain="com.microsoft", **attributes)
    return graph([node], given, (*shape, depth), (*shape, columns))


def graph(
    nodes: list[onnx.NodeProto], given: dict[str, np.ndarray | onnx.TensorProto], a: tuple[int | str, ...], y: tuple[int | str, ...]
) -> onnx.ModelProto:
    """A model A → Y with the constants in `given`."""
    tensors = [v if isinstance(v, onnx.TensorProto) else numpy_helper.from_array(v, name) for name, v in given.items()]
    inputs = [helper.make_tensor_value_info("A", TensorProto.FLOAT, a)]
    outputs = [helper.make_tensor_value_info("Y", TensorProto.FLOAT, y)]
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(helper.make_graph(nodes, "g", inputs, outputs, tensors), opset_imports=opsets, ir_version=10)


def blocked(
    kind: int, shape: tuple[int, int], axis: int, block: int, *, zero_points: bool, consumer: str = "MatMul"
) -> onnx.ModelProto:
    """DequantizeLinear of blocks in front of MatMul or Gemm."""
    low, high = RANGES[kind]
    blocks = [-(-extent // block) if i == axis else extent for i, extent in enumerate(shape)]
    scales = (RNG.uniform(1e-3, 1e-2, blocks)).astype(np.float32)
    given: dict[str, np.ndarray | onnx.TensorProto] = {
        "q": helper.make_tensor("q", kind, shape, RNG.integers(low, high + 1, shape).ravel().tolist()),
        "s": scales,
    }
    if zero_points:
        given["z"] = helper.make_tensor("z", kind, blocks, RNG.integers(low, high + 1, blocks).ravel().tolist())
    cast = helper.make_node("DequantizeLinear", list(given), ["w"], axis=axis, block_size=block)
    transposed: dict[str, Any] = {"transB": 1} if axis == 1 else {}
    product = helper.make_node(consumer, ["A", "w"], ["Y"], name="product", **transposed)
    depth, columns = shape if axis == 0 else shape[::-1]
    return graph([cast, product], given, (2, depth), (2, columns))


def stays_packed(model: lpt.Model, name: str, targets: Sequence[str] = HERE[-1:]) -> None:
    """After transforming, explained as weight-only; compiled, within 2⁻²⁰·Σ|terms| of the exact product."""
    transformed = lpt.transform(model, pipeline="lpt")
    [product] = [op for op in transformed.module.walk() if packed_weights(op) is not None]
    assert isinstance(product, MatMulOp)
    rows = [row for row in lpt.explain(transformed) if row.precision == f"weight-only {name}"]
    assert len(rows) == 1 and rows[0].macs and "activations are float" in rows[0].reason
    [feed] = model.inputs.items()
    x = np.random.default_rng(4).standard_normal([2 if n < 0 else n for n in feed[1].get_shape()]).astype(np.float32)
    weights = packed_weights(product)
    assert weights is not None
    w = evaluate(weights.cast, [weights.constant.array])[0]
    terms = np.abs(x) @ np.abs(w)
    expected = lpt.interpret(model, {feed[0]: x})["Y"]
    for target in targets:
        exe = lpt.compile(model, target=target, threads=1)
        kernels = {row.operation: row.precision for row in exe.report() if row.macs and "weight" in row.precision}
        # Kernels have codes of 8 bits as u8.
        assert kernels == {"matmul": f"weight-only {name.replace('s8', 'u8')}"}
        got = exe.run({feed[0]: x})["Y"]
        assert (np.abs(got - expected) <= 2.0**-20 * (4 * terms + 4)).all(), target


@pytest.mark.parametrize("bits, block, depth", [(4, 16, 64), (4, 32, 100), (8, 16, 40), (8, 128, 130), (4, 64, 33)])
@pytest.mark.parametrize("zero_points", ["", "u8"])
def test_blocks_bits_and_zero_points(agrees: Agrees, bits: int, block: int, depth: int, zero_points: str) -> None:
    loaded = agrees(nbits(depth, 24, block, bits, zero_points=zero_points))
    if depth in (100, 130) and zero_points:
        stays_packed(loaded, f"u{bits}", HERE)


@pytest.mark.parametrize("shape", [(), (1,), (2, 3), ("n", 3)])
def test_bias_and_ranks(agrees: Agrees, shape: tuple[int | str, ...]) -> None:
    loaded = agrees(nbits(bias=True, shape=shape))
    if "n" not in shape:
        stays_packed(loaded, "u4")


@pytest.mark.parametrize("depth", [64, 40])
def test_float_zero_points_leave_a_product_of_block_sums(agrees: Agrees, depth: int) -> None:
    stays_packed(agrees(nbits(depth, zero_points="f32")), "u4")


@pytest.mark.parametrize("shape, zero_points", [((3,), "f32"), ((), ""), (("n", 2), "")])
def test_rows_of_a_group_may_lie_anywhere(agrees: Agrees, shape: tuple[int | str, ...], zero_points: str) -> None:
    groups = np.arange(64, dtype=np.int32) // 16
    agrees(nbits(g_idx=groups, shape=shape, zero_points=zero_points))
    scattered = nbits(g_idx=np.random.default_rng(3).permutation(groups), shape=shape, zero_points=zero_points)
    loaded = agrees(scattered)
    if "n" not in shape:
        stays_packed(loaded, "u4")


def test_packed_zero_points_of_scattered_groups() -> None:
    """Against the formula: ONNX Runtime 1.31 takes 8 for these zero points."""
    rng = np.random.default_rng(5)
    codes, points = rng.integers(0, 16, (24, 64)), rng.integers(0, 16, (24, 4))
    scales = rng.uniform(0.01, 0.02, (24, 4)).astype(np.float32)
    groups = rng.permutation(np.arange(64) // 16).astype(np.int32)
    weights, zp = packed(codes, 4).reshape(24, 4, -1), packed(points, 4).reshape(-1)
    loaded = lpt.load(nbits(shape=(64,), g_idx=groups, B=weights, scales=scales.reshape(-1), zp=zp))
    got = lpt.interpret(loaded, {"A": np.eye(64, dtype=np.float32)})["Y"]
    np.testing.assert_array_equal(got, ((codes - points[:, groups]).astype(np.float32) * scales[:, groups]).T)


def test_groups_of_unequal_sizes_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="g_idx"):
        lpt.load(nbits(g_idx=np.arange(64, dtype=np.int32) // 20))
    with pytest.raises(LoadError, match="g_idx"):
        lpt.load(nbits(g_idx=np.arange(60, dtype=np.int32) // 15))


@pytest.mark.parametrize(
    "model, error, message",
    [
        (nbits(bits=4, block=16, B=np.zeros((24, 4, 7), np.uint8)), LoadError, "weights of shape"),
        (nbits(scales=np.zeros(7, np.float32)), LoadError, "scales of shape"),
        (nbits(scales=np.full(96, 1e-40, np.float32)), UnsupportedError, "subnormal"),
        (nbits(scales=np.full(96, np.nan, np.float32)), LoadError, "normal f32"),
        (nbits(scales=np.ones(96, np.float64)), UnsupportedError, "float64"),
        (nbits(zp=np.full(96, np.inf, np.float32)), LoadError, "not finite"),
        (nbits(zp=np.ones(96, np.float64)), UnsupportedError, "zero points of float64"),
        (nbits(block=24), LoadError, "power of 2"),
    ],
)
def test_refusals(model: onnx.ModelProto, error: type[LptError], message: str) -> None:
    with pytest.raises(error, match=message):
        lpt.load(model)


@pytest.mark.parametrize(
    "kind, name", [(TensorProto.INT4, "s4"), (TensorProto.UINT4, "u4"), (TensorProto.INT8, "s8"), (TensorProto.UINT8, "u8")]
)
@pytest.mark.parametrize("zero_points", [False, True])
def test_blocked_dequantize_linear(agrees: Agrees, kind: int, name: str, zero_points: bool) -> None:
    loaded = agrees(blocked(kind, (48, 20), 0, 16, zero_points=zero_points))
    if zero_points:
        stays_packed(loaded, name)


def test_blocked_along_the_rows_of_a_transposed_gemm(agrees: Agrees) -> None:
    stays_packed(agrees(blocked(TensorProto.UINT4, (20, 64), 1, 32, zero_points=True, consumer="Gemm")), "u4")


def test_files_hold_4_bits(tmp_path: Path) -> None:
    """An executable and a saved module of 512 × 512 codes: half a byte each, and what is needed besides."""
    proto = nbits(512, 512, 32)
    exe = lpt.compile(proto, target=HERE[0], threads=1)
    exe.save(tmp_path / "m.lpt")
    save(lpt.load(proto), tmp_path / "m.mlir")
    codes, scales = 512 * 512 // 2, 4 * 512 * 16
    assert (tmp_path / "m.lpt").stat().st_size < codes + scales + 40_000
    assert (tmp_path / "m.npz").stat().st_size < codes + 4 * scales + 20_000
    x = RNG.standard_normal((3, 512)).astype(np.float32)
    again = lpt.Executable.load(tmp_path / "m.lpt")
    assert np.array_equal(again.run({"A": x})["Y"], exe.run({"A": x})["Y"])
