"""Products of two computed tensors, from ONNX to kernels: integer, and the codes of ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

import lpt
from lpt.checking import check_kernels
from lpt.target import TARGETS, runs_here

HERE = [name for name, target in TARGETS.items() if runs_here(target)]
Array = NDArray[Any]


class Graph:
    """An ONNX graph, node by node."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, array: Any) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [f"n{len(self.nodes)}"], **attributes))
        return str(self.nodes[-1].output[0])

    def round_trip(self, x: str, scale: float, zero_point: Any) -> str:
        grid = self.constant(np.float32(scale)), self.constant(zero_point)
        return self.op("DequantizeLinear", self.op("QuantizeLinear", x, *grid), *grid)

    def model(self, inputs: dict[str, Array], result: str, type_: int = TensorProto.FLOAT) -> onnx.ModelProto:
        values = [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(x.dtype), x.shape) for name, x in inputs.items()
        ]
        last = helper.make_node("Identity", [result], ["y"])
        output = helper.make_tensor_value_info("y", type_, None)
        graph = helper.make_graph([*self.nodes, last], "g", values, [output], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def reference(model: onnx.ModelProto, inputs: dict[str, Array]) -> Array:
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    return np.asarray(ort.InferenceSession(model.SerializeToString(), options).run(None, inputs)[0])


def check(
    model: onnx.ModelProto,
    inputs: dict[str, Array],
    products: int,
    *,
    exact: bool = True,
    threads: int | None = None,
    targets: Sequence[str] = HERE[-1:],
) -> None:
    """ONNX Runtime's result, all products in integers."""
    expected = reference(model, inputs)
    for target in targets:
        executable = lpt.compile(model, target=target, threads=threads)
        got = executable.run(inputs)["y"]
        assert got.shape == expected.shape
        if exact:
            np.testing.assert_array_equal(got, expected, err_msg=target)
        else:
            np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-4, err_msg=target)
        used = [row.instructions for row in executable.report(repeats=0) if row.operation == "matmul"]
        assert len(used) == products
        assert all((i in TARGETS[target].dots) == exact for i in used)


def floats(*shape: int) -> Array:
    return np.random.default_rng(shape[0]).standard_normal(shape).astype(np.float32)


def attention(
    zero_points: Sequence[int], batch: int, tokens: int, heads: int, width: int
) -> tuple[onnx.ModelProto, dict[str, Array]]:
    g, types = Graph(), [np.uint8(z) for z in zero_points]
    inputs = {name: floats(batch, tokens, heads * width) for name in "qkv"}
    shape, joined = g.constant(np.array([0, 0, heads, width])), g.constant(np.array([0, 0, heads * width]))
    q, k, v = (g.op("Reshape", g.round_trip(name, 0.02, z), shape) for name, z in zip("qkv", types, strict=False))
    q, k, v = (g.op("Transpose", x, perm=p) for x, p in ((q, [0, 2, 1, 3]), (k, [0, 2, 3, 1]), (v, [0, 2, 1, 3])))
    scores = g.op("Mul", g.round_trip(g.op("MatMul", q, k), 0.05, types[3]), g.constant(np.float32(0.3)))
    shares = g.round_trip(g.op("Softmax", scores, axis=-1), 1 / 255, types[4])
    y = g.round_trip(g.op("MatMul", shares, v), 0.02, types[5])
    return g.model(inputs, g.op("Reshape", g.op("Transpose", y, perm=[0, 2, 1, 3]), joined)), inputs


@pytest.mark.parametrize(
    "zero_points, shape", [((120, 131, 128, 127, 0, 117), (2, 20, 3, 10)), ((128, 128, 9, 128, 0, 128), (1, 33, 2, 32))]
)
def test_attention(zero_points: Sequence[int], shape: tuple[int, int, int, int]) -> None:
    model, inputs = attention(zero_points, *shape)
    check(model, inputs, 2, targets=HERE if shape[0] > 1 else HERE[:1], threads=3)
    assert all(row.ok for row in check_kernels(lpt.load(model), inputs))
    rows = lpt.compile(model).report(repeats=0)
    assert not [row.name for row in rows if row.operation == "transpose"], "heads are read where they lie"


CASES = {
    "signed": ((6, 21), (21, 10), np.int8(-7), np.int8(3)),
    "signs differ": ((6, 21), (21, 10), np.uint8(7), np.int8(3)),
    "row times matrices": ((21,), (3, 21, 10), np.uint8(7), np.uint8(130)),
    "matrices times column": ((2, 5, 21), (21,), np.int8(7), np.uint8(130)),
    "scalar product": ((21,), (21,), np.uint8(7), np.uint8(0)),
    "batch broadcast": ((2, 1, 5, 6), (3, 6, 4), np.uint8(7), np.uint8(130)),
}


@pytest.mark.parametrize("name", CASES)
def test_products(name: str) -> None:
    a_shape, b_shape, a_zero, b_zero = CASES[name]
    g, inputs = Graph(), {"a": floats(*a_shape), "b": floats(*b_shape)}
    product = g.op("MatMul", g.round_trip("a", 0.02, a_zero), g.round_trip("b", 0.03, b_zero))
    check(g.model(inputs, g.round_trip(product, 0.1, np.uint8(128))), inputs, 1)


def test_a_matrix_times_itself_and_itself_again() -> None:
    g, inputs = Graph(), {"x": floats(12, 12)}
    x = g.round_trip("x", 0.02, np.uint8(120))
    total = g.op("Add", g.round_trip(g.op("MatMul", x, x), 0.1, np.uint8(120)), x)
    check(g.model(inputs, g.round_trip(total, 0.1, np.uint8(120))), inputs, 1)


def test_constants_that_are_no_weight_matrix() -> None:
    g, inputs = Graph(), {"x": floats(2, 9, 7)}
    x = g.round_trip("x", 0.02, np.uint8(120))
    left, right = (g.round_trip(g.constant(floats(*shape)), 0.02, np.int8(3)) for shape in ((5, 9), (2, 7, 4)))
    y = g.op("MatMul", g.round_trip(g.op("MatMul", left, x), 0.1, np.uint8(120)), right)
    check(g.model(inputs, g.round_trip(y, 0.1, np.uint8(120))), inputs, 2)


def test_sixteen_bits_are_multiplied_byte_by_byte() -> None:
    g, inputs = Graph(), {"a": floats(6, 21), "b": floats(21, 10)}
    a, b = (wide_round_trip(g, name) for name in inputs)
    model = g.model(inputs, g.op("MatMul", a, b))
    model.opset_import[0].version = 21
    executable = lpt.compile(model)
    np.testing.assert_allclose(executable.run(inputs)["y"], reference(model, inputs), atol=1e-4)
    used = [row.instructions for row in executable.report(repeats=0) if row.operation == "matmul"]
    assert used == ["vpdpbusd" if "vnni" in executable.target else used[0]] * 4


def wide_round_trip(g: Graph, x: str) -> str:
    return g.round_trip(x, 2**-13, np.uint16(32000))


def test_floats() -> None:
    g, inputs = Graph(), {"a": floats(2, 3, 19, 21), "b": floats(2, 3, 40, 21)}
    product = g.op("MatMul", "a", g.op("Transpose", "b", perm=[0, 1, 3, 2]))
    check(g.model(inputs, g.op("Relu", product)), inputs, 1, exact=False)


def test_qlinear_matmul() -> None:
    rng = np.random.default_rng(1)
    for dtype in (np.uint8, np.int8):
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
        inputs = {n: rng.integers(low, high + 1, s).astype(dtype) for n, s in (("a", (2, 9, 40)), ("b", (2, 40, 33)))}
        g = Graph()
        grids = [(g.constant(np.float32(s)), g.constant(dtype(z))) for s, z in ((0.02, 7), (0.013, 5), (0.4, 3))]
        y = g.op("QLinearMatMul", "a", *grids[0], "b", *grids[1], *grids[2])
        check(g.model(inputs, y, helper.np_dtype_to_tensor_dtype(np.dtype(dtype))), inputs, 1)


def test_matmul_integer() -> None:
    rng = np.random.default_rng(2)
    inputs = {"a": rng.integers(0, 256, (2, 5, 37)).astype(np.uint8), "b": rng.integers(-128, 128, (37, 18)).astype(np.int8)}
    g = Graph()
    y = g.op("MatMulInteger", "a", "b", g.constant(np.uint8(9)), g.constant(np.int8(-3)))
    check(g.model(inputs, y, TensorProto.INT32), inputs, 1)


def test_zero_points_by_column_of_a_computed_operand_stay_float() -> None:
    g, inputs = Graph(), {"a": floats(6, 21), "b": floats(21, 3)}
    grid = g.constant(np.full(3, 0.02, np.float32)), g.constant(np.array([1, 2, 3], np.uint8))
    b = g.op("DequantizeLinear", g.op("QuantizeLinear", "b", *grid, axis=1), *grid, axis=1)
    model = g.model(inputs, g.op("MatMul", g.round_trip("a", 0.02, np.uint8(3)), b))
    (row,) = (r for r in lpt.explain(lpt.transform(lpt.load(model))) if r.operation == "matmul")
    assert "several zero points" in row.reason
    check(model, inputs, 1, exact=False)
