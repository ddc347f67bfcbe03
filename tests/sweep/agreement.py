"""The transformed model beside ONNX Runtime's unoptimized one, each Q/DQ group on ONNX Runtime's own inputs.

What ONNX Runtime has at the quantizations is forced in our interpreter: codes, floats that are quantized where they stay floats,
scales and zero points found at run time. So each comparison spans one group: from codes to floats, from floats to codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import helper
from reals import RealValues
from xdsl.dialects.func import ReturnOp
from xdsl.ir import Operation, SSAValue

import lpt
from lpt.dialects.blob import Array
from lpt.dialects.dynamic import DynamicParametersOp, DynamicQuantizeOp
from lpt.dialects.interpreter import main_function, run_function
from lpt.dialects.quant import QuantizeCastOp, params_of
from lpt.dialects.shapes import tensor_shape
from lpt.passes.journal import Journal, place_of
from lpt.passes.pipeline import Pipeline

TIE = 2.0**-20
"""Float rounding of one group, relative to Σ|terms|."""


@dataclass
class Reference:
    """What another evaluation has, by node: codes, the floats they were made of, [scale, zero point] found at run time; results."""

    codes: dict[str, Array] = field(default_factory=dict)
    floats: dict[str, Array] = field(default_factory=dict)
    parameters: dict[str, Array] = field(default_factory=dict)
    results: list[Array] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """One value compared: elements, how many differ, and how many beyond a tie, by more than a step, or (floats) the bound."""

    node: str
    operation: str
    elements: int
    differing: int
    bad: int


def of_onnxruntime(path: Path, inputs: Mapping[str, Array]) -> Reference:
    """What each quantization of the unoptimized model has."""
    model = onnx.load(path)
    nodes = [n for n in model.graph.node if n.op_type in ("QuantizeLinear", "DynamicQuantizeLinear")]
    results = [o.name for o in model.graph.output]
    types = {i.name: i.data_type for i in model.graph.initializer}
    wanted = dict.fromkeys(results)
    for node in nodes:
        static = node.op_type == "QuantizeLinear"
        dtypes = [types[node.input[2]]] if static else [onnx.TensorProto.UINT8, onnx.TensorProto.FLOAT, onnx.TensorProto.UINT8]
        for name, dtype in [*zip(node.output, dtypes, strict=True), (node.input[0], onnx.TensorProto.FLOAT)]:
            if name not in wanted and name not in types and name not in inputs:
                wanted[name] = None
                model.graph.output.append(helper.make_tensor_value_info(name, dtype, None))
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    values = dict(zip(wanted, session.run(list(wanted), dict(inputs)), strict=True))
    reference = Reference(results=[values[name] for name in results])
    for node in nodes:
        reference.codes[node.name] = values[node.output[0]]
        if node.input[0] in values:
            reference.floats[node.name] = values[node.input[0]]
        if node.op_type == "DynamicQuantizeLinear":
            pair = [values[name] for name in node.output[1:]]
            reference.parameters[node.name] = np.array(pair, np.float32)
    return reference


def of_float_arithmetic(path: Path, inputs: Mapping[str, Array]) -> Reference:
    """What each quantization of the imported model has: the decomposed form of a QOperator model, whose products are floats."""
    function = main_function(lpt.load(path).module)
    reference, values = Reference(), dict[SSAValue, Array]()

    def observe(op: Operation, results: Sequence[Array]) -> None:
        values.update(zip(op.results, results, strict=True))
        if isinstance(op, QuantizeCastOp):
            reference.codes[place_of(op)] = results[0]
            if op.input in values:
                reference.floats[place_of(op)] = values[op.input]

    names = [n.data for n in function.attributes["lpt.inputs"]]  # type: ignore[attr-defined]
    reference.results = list(run_function(function, [inputs[n] for n in names], observe=observe)[0])
    return reference


def groups(path: Path, inputs: Mapping[str, Array]) -> list[Group]:
    """Each value that the transformed model shares with the reference, compared; then the results."""
    reference = of_float_arithmetic(path, inputs) if "qop" in path.stem else of_onnxruntime(path, inputs)
    module = lpt.load(path).module.clone()
    anchors = _anchors(module.walk(), reference)
    latest = Pipeline.parse("lpt").run(module, journal=Journal()).value_map()
    function = main_function(module)
    alive = {r for op in function.body.block.ops for r in op.results}
    found = {latest.get(value, value): pair for value, pair in anchors.items()}
    shared = {v: (node, array) for v, (node, array) in found.items() if v in alive and _fits(v, array)}
    forced = {value: array for value, (_, array) in shared.items()}
    computed: dict[SSAValue, Array] = {}
    values: dict[SSAValue, Array] = {}

    def observe(op: Operation, results: Sequence[Array]) -> None:
        for result, array in zip(op.results, results, strict=True):
            computed[result] = array
            values[result] = forced.get(result, array)

    names = [n.data for n in function.attributes["lpt.inputs"]]  # type: ignore[attr-defined]
    arguments = [inputs[n] for n in names]
    values.update(zip(function.body.block.args, arguments, strict=True))
    ours = run_function(function, arguments, force=forced, observe=observe)[0]
    reals = RealValues(values, forced.keys() | set(function.body.block.args))
    rows = [Group(node, *_compare(v, computed[v], array, reals)) for v, (node, array) in shared.items()]
    last = function.body.block.last_op
    assert isinstance(last, ReturnOp)
    for value, a, b in zip(last.operands, ours, reference.results, strict=True):
        rows.append(Group("result", "func.return", a.size, *_compare_floats(value, a, b, reals)))
    return rows


def _anchors(operations: Iterable[Operation], reference: Reference) -> dict[SSAValue, tuple[str, Array]]:
    """Values of the imported model that the reference has: node and array."""
    found: dict[SSAValue, tuple[str, Array]] = {}
    for op in operations:
        node = place_of(op)
        match op:
            case QuantizeCastOp() | DynamicQuantizeOp() if node in reference.codes:
                found[op.results[0]] = node, reference.codes[node]
                if node in reference.floats:
                    found[op.operands[0]] = node, reference.floats[node]
            case DynamicParametersOp() if node in reference.parameters:
                found[op.result] = node, reference.parameters[node]
    return found


def _fits(value: SSAValue, array: Array) -> bool:
    params = params_of(value)
    dtype = np.dtype(np.float32) if params is None else params.storage.dtype
    return array.dtype == dtype and array.shape == tuple(tensor_shape(value))


def _compare(value: SSAValue, ours: Array, theirs: Array, reals: RealValues) -> tuple[str, int, int, int]:
    op = value.owner
    assert isinstance(op, Operation)
    match op:
        case DynamicParametersOp():
            return op.name, ours.size, *_compare_parameters(op, ours, theirs, reals)
        case DynamicQuantizeOp():
            return op.name, ours.size, *_compare_dynamic(op, ours, theirs, reals)
        case _ if params_of(value) is None:
            return f"{op.name} f32", ours.size, *_compare_floats(value, ours, theirs, reals)
        case _:
            return op.name, ours.size, *_compare_codes(value, ours, theirs, reals)


def _compare_codes(value: SSAValue, ours: Array, theirs: Array, reals: RealValues) -> tuple[int, int]:
    differ = ours != theirs
    count = int(np.count_nonzero(differ))
    if not count:
        return 0, 0
    params = params_of(value)
    assert params is not None
    scales, zero_points = (np.broadcast_to(a, tensor_shape(value)) for a in params.expand(tensor_shape(value)))
    real, size = (a[differ] / scales[differ] for a in reals.before_rounding(value))
    return count, _beyond_a_tie(ours[differ], theirs[differ], zero_points[differ], real, size)


def _beyond_a_tie(ours: Array, theirs: Array, zero_points: Array, real: Array, size: Array) -> int:
    """How many codes differ by more than a step, or lie (`real`, in steps) farther from the tie than rounding carries."""
    a, b = ours.astype(np.int64), theirs.astype(np.int64)
    tie = (a + b) / 2 - zero_points
    return int(np.count_nonzero((np.abs(a - b) != 1) | (np.abs(real - tie) > TIE * size)))


def _compare_floats(value: SSAValue, ours: Array, theirs: Array, reals: RealValues) -> tuple[int, int]:
    """None differs in the sense of codes: floats are held to the bound."""
    a, b = ours.astype(np.float64), theirs.astype(np.float64)
    if np.array_equal(a, b):
        return 0, 0
    return 0, int(np.count_nonzero(~(np.abs(a - b) <= TIE * reals.terms.of(value) + np.finfo(np.float32).tiny)))


def _compare_parameters(op: DynamicParametersOp, ours: Array, theirs: Array, reals: RealValues) -> tuple[int, int]:
    """The scale to float rounding, the zero point to one step at a tie."""
    (scale, point), (their_scale, their_point) = ours.astype(np.float64), theirs.astype(np.float64)
    least = min(0.0, float(reals.values[op.x].min()))
    bad = int(abs(scale - their_scale) > TIE * their_scale)
    if point != their_point:
        bad += _beyond_a_tie(*(np.array([x]) for x in (point, their_point, 0.0, -least / scale, 255.0)))
    return int(point != their_point), bad


def _compare_dynamic(op: DynamicQuantizeOp, ours: Array, theirs: Array, reals: RealValues) -> tuple[int, int]:
    differ = ours != theirs
    if not differ.any():
        return 0, 0
    steps = reals.values[op.x][differ].astype(np.float64) / float(reals.values[op.scale])
    point = np.full(steps.shape, float(reals.values[op.zero_point]))
    return int(differ.sum()), _beyond_a_tie(ours[differ], theirs[differ], point, steps, np.abs(steps))
