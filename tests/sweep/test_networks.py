"""The benchmark networks, whole: integer throughout, right kernel by kernel on every target, and within a tie of ONNX Runtime.

`LPT_MODELS` names a folder of NAME_VARIANT.onnx and .xml files (docs/CONTRIBUTING.md tells how they are made). Run by hand:
`pytest -m sweep`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from numpy.typing import NDArray
from onnx import helper
from xdsl.dialects.builtin import Float32Type, TensorType
from xdsl.ir import Block, Operation, SSAValue

import lpt
from lpt.checking import check_kernels
from lpt.dialects.blob import Array
from lpt.dialects.interpreter import evaluate, main_function, run_function
from lpt.dialects.lpt import ConstantOp, RequantizeOp
from lpt.dialects.nn import (
    AddOp,
    ClipOp,
    ConcatOp,
    ConvOp,
    IdentityOp,
    MatMulOp,
    MoveOp,
    NnOp,
    ReluOp,
    SubOp,
)
from lpt.dialects.quant import QuantizeCastOp, params_of
from lpt.dialects.shapes import tensor_shape
from lpt.passes.journal import Journal, place_of
from lpt.passes.pipeline import Pipeline
from lpt.target import TARGETS, runs_here
from lpt.transforming import validate_passes

pytestmark = pytest.mark.sweep

FOLDER = os.environ.get("LPT_MODELS", "")
ONNX = sorted(p for p in Path(FOLDER).glob("*.onnx") if "_fp32" not in p.stem) if FOLDER else []
IR = sorted(Path(FOLDER).glob("*.xml")) if FOLDER else []
MODELS = [*ONNX, *IR]
HERE = [name for name, target in TARGETS.items() if runs_here(target)]
TIE = 2.0**-20

Real = tuple[NDArray[np.float64], NDArray[np.float64]]


def test_there_are_models() -> None:
    assert MODELS, "set LPT_MODELS to a folder of benchmark models"


def make_inputs(path: Path, seed: int = 7) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    return {name: rng.standard_normal(t.get_shape()).astype(np.float32) for name, t in lpt.load(path).inputs.items()}


@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.name)
def test_every_product_is_integer(path: Path) -> None:
    rows = [row for row in lpt.explain(lpt.load(path)) if row.operation in ("conv", "matmul", "gemm")]
    assert rows and [row for row in rows if row.precision.startswith("f")] == []
    assert sum(row.macs for row in rows) > 0
    report = lpt.compile(path).report(repeats=0)
    products = [row for row in report if row.macs]
    assert products and [row for row in products if not row.instructions or row.precision == "f32"] == []


@pytest.mark.parametrize("target", HERE)
@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.name)
def test_every_kernel_equals_the_interpreter(path: Path, target: str) -> None:
    checks = check_kernels(lpt.load(path), make_inputs(path), target)
    assert [check for check in checks if check.differing] == []


@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.name)
def test_all_targets_give_the_same_bits(path: Path) -> None:
    inputs = make_inputs(path)
    results = [lpt.compile(path, target=target, threads=threads).run(inputs) for target in HERE for threads in (1, 2)]
    for other in results[1:]:
        for name, value in results[0].items():
            np.testing.assert_array_equal(other[name], value)


# --- against ONNX Runtime, each Q/DQ group on ONNX Runtime's own inputs ---


def runtime_codes(path: Path, inputs: Mapping[str, Array]) -> dict[str, Array]:
    """What each QuantizeLinear of the unoptimized model gives, by node name."""
    model = onnx.load(path)
    nodes = {n.name: n.output[0] for n in model.graph.node if n.op_type == "QuantizeLinear"}
    initializers = {i.name: i.data_type for i in model.graph.initializer}
    known = {o.name for o in model.graph.output}
    for node in model.graph.node:
        if node.op_type == "QuantizeLinear" and node.output[0] not in known:
            model.graph.output.append(helper.make_tensor_value_info(node.output[0], initializers[node.input[2]], None))
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    names = list(nodes.values())
    values = dict(zip(names, session.run(names, dict(inputs)), strict=True))
    return {node: values[output] for node, output in nodes.items()}


def decomposed_codes(path: Path, inputs: Mapping[str, Array]) -> dict[str, Array]:
    """What each quantization of the imported model gives in float arithmetic: the decomposed form of a QOperator model."""
    function = main_function(lpt.load(path).module)
    codes: dict[str, Array] = {}

    def observe(op: Operation, results: Sequence[Array]) -> None:
        if isinstance(op, QuantizeCastOp):
            codes[place_of(op)] = results[0]

    run_function(function, [inputs[n.data] for n in function.attributes["lpt.inputs"]], observe=observe)  # type: ignore[attr-defined]
    return codes


class RealValues:
    """Values before they were rounded, in real units, with Σ|terms|: what decides whether two codes may differ."""

    def __init__(self, values: Mapping[SSAValue, Array]):
        self.values = values

    def leaf(self, value: SSAValue) -> Real:
        params, array = params_of(value), self.values[value].astype(np.float64)
        if params is not None:
            scales, zero_points = params.expand(array.shape)
            array = (array - zero_points) * scales
        return array, np.abs(array)

    def inside(self, value: SSAValue) -> Real:
        """An operand: an accumulator is followed to its terms, a rounded value is one term."""
        params = params_of(value)
        wide = params is not None and params.storage.width == 32 and not isinstance(value.owner, ConstantOp)
        return self.before_rounding(value) if wide else self.leaf(value)

    def before_rounding(self, value: SSAValue) -> Real:
        op = value.owner
        assert isinstance(op, Operation)
        match op:
            case ReluOp() | ClipOp() | IdentityOp():
                return self.before_rounding(op.operands[0])
            case ConcatOp():
                reals, sizes = zip(*(self.before_rounding(x) for x in op.xs), strict=True)
                return np.concatenate(reals, op.dim), np.concatenate(sizes, op.dim)
            case MoveOp():
                real, size = self.before_rounding(op.operands[0])
                return self.as_floats(op, [real]), self.as_floats(op, [size])
            case RequantizeOp():
                real, size = self.inside(op.input)
                if op.bias is None:
                    return real, size
                bias = self.values[op.bias].astype(np.float64)
                return real + bias, size + np.abs(bias)
            case AddOp() | SubOp():
                (a, size_a), (b, size_b) = self.inside(op.a), self.inside(op.b)
                return (a - b if isinstance(op, SubOp) else a + b), size_a + size_b
            case QuantizeCastOp():
                return self.leaf(op.input)
            case NnOp():
                leaves = [self.inside(x) for x in op.operands]
                params = params_of(value)
                exact = self.leaf(value)[0] if params and params.storage.width == 32 else self.as_floats(op, [x[0] for x in leaves])
                size = self.as_floats(op, [x[1] for x in leaves]) if isinstance(op, ConvOp | MatMulOp) else np.abs(exact)
                if params and params.storage.width == 32:
                    size = self.as_floats(op, [x[1] for x in leaves])
                return exact, size
        return self.leaf(value)

    @staticmethod
    def as_floats(op: Operation, arrays: Sequence[Array]) -> NDArray[np.float64]:
        """The operation's meaning on floats."""
        assert isinstance(op, NnOp)
        block = Block(arg_types=[TensorType(Float32Type(), a.shape) for a in arrays])
        operands: list[SSAValue | Sequence[SSAValue]] = [*block.args]
        if isinstance(op, ConvOp):
            operands.append([])
        plain = type(op).make_raw(operands, dict(op.properties))
        (result,) = evaluate(plain, [a.astype(np.float32) for a in arrays])
        return result.astype(np.float64)


def groups(path: Path, inputs: Mapping[str, Array]) -> list[tuple[str, str, int, int, int]]:
    """Per Q/DQ group: node, operation, elements, differing, and differing beyond a tie or by more than a step."""
    codes = decomposed_codes(path, inputs) if "qop" in path.stem else runtime_codes(path, inputs)
    module = lpt.load(path).module.clone()
    original = {place_of(op): op.result for op in module.walk() if isinstance(op, QuantizeCastOp)}
    journal = Pipeline.parse("lpt").run(module, journal=Journal())
    latest = journal.value_map()
    function = main_function(module)
    alive = {r for op in function.body.block.ops for r in op.results}
    finals = {node: latest.get(value, value) for node, value in original.items()}
    finals = {node: value for node, value in finals.items() if value in alive and codes[node].dtype == storage(value)}
    forced = {value: codes[node] for node, value in finals.items()}
    computed: dict[SSAValue, Array] = {}
    values: dict[SSAValue, Array] = {}

    def observe(op: Operation, results: Sequence[Array]) -> None:
        for result, array in zip(op.results, results, strict=True):
            computed[result] = array
            values[result] = forced.get(result, array)

    names = [n.data for n in function.attributes["lpt.inputs"]]  # type: ignore[attr-defined]
    values.update(zip(function.body.block.args, [inputs[n] for n in names], strict=True))
    run_function(function, [inputs[n] for n in names], force=forced, observe=observe)
    reals = RealValues(values)
    return [(node, *compare(value, computed[value], forced[value], reals)) for node, value in finals.items()]


def storage(value: SSAValue) -> np.dtype[np.generic] | None:
    params = params_of(value)
    return params.storage.dtype if params else None


def compare(value: SSAValue, ours: Array, theirs: Array, reals: RealValues) -> tuple[str, int, int, int]:
    op = value.owner
    assert isinstance(op, Operation)
    differ = ours != theirs
    count = int(np.count_nonzero(differ))
    if not count:
        return op.name, ours.size, 0, 0
    params = params_of(value)
    assert params is not None
    scales, zero_points = (np.broadcast_to(a, tensor_shape(value)) for a in params.expand(tensor_shape(value)))
    real, size = (a[differ] / scales[differ] for a in reals.before_rounding(value))
    a, b = ours[differ].astype(np.int64), theirs[differ].astype(np.int64)
    tie = (a + b) / 2 - zero_points[differ]
    bad = (np.abs(a - b) != 1) | (np.abs(real - tie) > TIE * size)
    return op.name, ours.size, count, int(np.count_nonzero(bad))


@pytest.mark.parametrize("path", IR, ids=lambda p: p.name)
def test_every_pass_keeps_its_claim(path: Path) -> None:
    """FakeQuantize by its formula before, integers behind: each value on the one's own inputs."""
    for check in validate_passes(lpt.load(path), inputs=make_inputs(path)):
        assert check.worst <= 1, str(check)


@pytest.mark.parametrize("path", ONNX, ids=lambda p: p.name)
def test_differences_from_the_float_model_are_ties(path: Path) -> None:
    rows = groups(path, make_inputs(path))
    assert len(rows) > 2
    assert [row for row in rows if row[4]] == []
    pooled: dict[str, list[int]] = {}
    for _, operation, elements, differing, _ in rows:
        total = pooled.setdefault(operation, [0, 0])
        total[0] += elements
        total[1] += differing
    assert {op: n / total for op, (total, n) in pooled.items() if n > 0.0005 * total} == {}
