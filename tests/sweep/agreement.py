"""The transformed model beside ONNX Runtime's unoptimized one, each Q/DQ group on ONNX Runtime's own inputs.

What ONNX Runtime has at the quantizations is forced in our interpreter: codes, floats that are quantized where they stay floats,
scales and zero points found at run time. So each comparison spans one group: from codes to floats, from floats to codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import helper
from reals import RealValues
from xdsl.dialects.builtin import ModuleOp
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

    @property
    def is_float(self) -> bool:
        return self.operation.endswith(" f32")


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


class Evaluation:
    """A module run with the reference's values in place of its own: those are given, others are `computed` from them."""

    def __init__(self, module: ModuleOp, anchors: Mapping[SSAValue, tuple[str, Array]], inputs: Mapping[str, Array]):
        function = main_function(module)
        alive = {r for op in function.body.block.ops for r in op.results}
        self.shared = {v: (node, array) for v, (node, array) in anchors.items() if v in alive and _fits(v, array)}
        self.computed: dict[SSAValue, Array] = {}
        values: dict[SSAValue, Array] = {}
        forced = {value: array for value, (_, array) in self.shared.items()}

        def observe(op: Operation, results: Sequence[Array]) -> None:
            for result, array in zip(op.results, results, strict=True):
                self.computed[result] = array
                values[result] = forced.get(result, array)

        arguments = [inputs[n.data] for n in function.attributes["lpt.inputs"]]  # type: ignore[attr-defined]
        values.update(zip(function.body.block.args, arguments, strict=True))
        results = run_function(function, arguments, force=forced, observe=observe)[0]
        last = function.body.block.last_op
        assert isinstance(last, ReturnOp)
        self.results = [(f"result {i}", *pair) for i, pair in enumerate(zip(last.operands, results, strict=True))]
        self.reals = RealValues(values, forced.keys() | set(function.body.block.args))

    def terms(self, node: str) -> Array:
        """Σ|terms| of the float that a node quantizes, or of a float result."""
        named = [(name, value) for value, (name, _) in self.shared.items()] + [(name, value) for name, value, _ in self.results]
        return self.reals.terms.of(next(value for name, value in named if name == node and _is_float(value)))


def groups(path: Path, inputs: Mapping[str, Array]) -> list[Group]:
    """Each value that the transformed model shares with the reference, compared; then the results."""
    reference = of_float_arithmetic(path, inputs) if "qop" in path.stem else of_onnxruntime(path, inputs)
    module = lpt.load(path).module.clone()
    anchors = _anchors(module.walk(), reference)
    latest = Pipeline.parse("lpt").run(module, journal=Journal()).value_map()
    ours = Evaluation(module, {latest.get(value, value): pair for value, pair in anchors.items()}, inputs)
    rows = [Group(node, *_compare(v, ours.computed[v], array, ours.reals)) for v, (node, array) in ours.shared.items()]
    floats = {node: (ours.computed[v], array) for v, (node, array) in ours.shared.items() if _is_float(v)}
    for (node, value, array), theirs in zip(ours.results, reference.results, strict=True):
        floats[node] = array, theirs
        rows.append(Group(node, "func.return f32", array.size, *_compare_floats(array, theirs, ours.reals.terms.of(value))))
    if not any(row.bad and row.is_float for row in rows):
        return rows
    # A pass may make large terms cancel that the reference adds: the constants of a folded batch normalization.
    imported = lpt.load(path).module
    formula = Evaluation(imported, _anchors(imported.walk(), reference), inputs)
    return [
        replace(row, bad=_compare_floats(*floats[row.node], formula.terms(row.node))[1]) if row.bad and row.is_float else row
        for row in rows
    ]


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


def _is_float(value: SSAValue) -> bool:
    """Whether a value is quantized later on, not the parameters of that."""
    return params_of(value) is None and not isinstance(value.owner, DynamicParametersOp)


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
        case _ if _is_float(value):
            return f"{op.name} f32", ours.size, *_compare_floats(ours, theirs, reals.terms.of(value))
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


def _compare_floats(ours: Array, theirs: Array, terms: Array) -> tuple[int, int]:
    """None differs in the sense of codes: floats are held to the bound."""
    a, b = ours.astype(np.float64), theirs.astype(np.float64)
    return 0, int(np.count_nonzero(~((a == b) | (np.abs(a - b) <= TIE * terms + np.finfo(np.float32).tiny))))


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
