"""ONNX's own node cases, run through the importer and the interpreter."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
import pytest
from onnx import ModelProto, TensorProto, numpy_helper

import lpt
from lpt.errors import LptError

# Inputs that say how to compute rather than on what: exporters write them as initializers, and so does `bind`.
PARAMETERS: dict[str, tuple[int, ...]] = {
    "BatchNormalization": (1, 2, 3, 4),
    "Clip": (1, 2),
    "ConvInteger": (1, 2, 3),
    "DequantizeLinear": (1, 2),
    "Dropout": (1, 2),
    "Expand": (1,),
    "MatMulInteger": (2, 3),
    "Pad": (1, 2, 3),
    "QLinearConv": (1, 2, 3, 4, 5, 6, 7, 8),
    "QLinearMatMul": (1, 2, 4, 5, 6, 7),
    "QuantizeLinear": (1, 2),
    "ReduceL1": (1,),
    "ReduceL2": (1,),
    "ReduceLogSum": (1,),
    "ReduceLogSumExp": (1,),
    "ReduceMax": (1,),
    "ReduceMean": (1,),
    "ReduceMin": (1,),
    "ReduceProd": (1,),
    "ReduceSum": (1,),
    "ReduceSumSquare": (1,),
    "Reshape": (1,),
    "Resize": (1, 2, 3),
    "Slice": (1, 2, 3, 4),
    "Split": (1,),
    "Squeeze": (1,),
    "Tile": (1,),
    "Unsqueeze": (1,),
    "Upsample": (1,),
}


# What a refusal's message says → the class it is counted under.
REASONS = {
    "the operator is not handled": "operator",
    "works on f32": "operator on integers",
    "is computed at run time": "parameter computed at run time",
    "need constant weights": "product of two computed tensors",
    "control flow": "control flow",
    "is no tensor": "sequence, optional or map",
    "training": "training",
    "its output": "second output",
    "interpolation": "resize mode",
    "aspect ratio": "resize mode",
    "antialiasing": "resize mode",
    "coordinate mode": "resize mode",
    "a norm other": "norm",
    "pad mode": "pad mode",
    "operator set": "operator set",
    "tensors are not handled": "element type",
    "a cast to": "element type",
    "a scale of": "element type",
    "a zero point of": "element type",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-node-cases", action="store_true", help="write node_cases.json from what happens now")


@dataclass(frozen=True)
class Outcome:
    """`verdict` is "pass", "refused" (an LptError), "wrong" or "crash"; `why` says more."""

    verdict: str
    why: str = ""

    @property
    def reason(self) -> str:
        """The class of a refusal."""
        return next((name for text, name in REASONS.items() if text in self.why), self.why)


@dataclass(frozen=True)
class Case:
    """One model of ONNX's suite with its inputs, expected outputs and tolerances."""

    name: str
    model: ModelProto
    data: Sequence[tuple[Sequence[object], Sequence[object]]]
    rtol: float
    atol: float

    def run(self) -> Outcome:
        """Import and interpret the model on each of its data sets."""
        if not self.data:
            return Outcome("crash", "the case has no data")
        for inputs, expected in self.data:
            outcome = self._run(inputs, expected)
            if outcome.verdict != "pass":
                return outcome
        return Outcome("pass")

    def _run(self, inputs: Sequence[object], expected: Sequence[object]) -> Outcome:
        names = [info.name for info in self.model.graph.input]
        try:
            proto, values = bind(self.model, dict(zip(names, inputs, strict=False)))
            model = lpt.load(proto)
            outputs = list(lpt.interpret(model, {name: np.asarray(value) for name, value in values.items()}).values())
        except LptError as error:
            return Outcome("refused", f"{type(error).__name__}: {error}")
        except Exception as error:
            return Outcome("crash", f"{type(error).__name__}: {error}")
        for got, want in zip(outputs, expected, strict=True):
            if (why := self._difference(got, want)) is not None:
                return Outcome("wrong", why)
        return Outcome("pass")

    def _difference(self, got: np.ndarray, want: object) -> str | None:
        want = numpy_helper.to_array(want) if isinstance(want, TensorProto) else np.asarray(want)
        if got.dtype != want.dtype or got.shape != want.shape:
            return f"expected {want.dtype}{want.shape}, got {got.dtype}{got.shape}"
        exact = want.dtype.kind != "f"
        close = got == want if exact else np.isclose(got, want, rtol=self.rtol, atol=self.atol, equal_nan=True)
        return None if close.all() else f"{(~close).sum()} of {close.size} elements differ"


def bind(model: ModelProto, values: dict[str, object]) -> tuple[ModelProto, dict[str, object]]:
    """The model with its parameter inputs as initializers, and the values that are left."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    names = {name for node in copy.graph.node for i in PARAMETERS.get(node.op_type, ()) for name in node.input[i : i + 1]}
    for name in names & values.keys():
        value = values[name]
        tensor = value if isinstance(value, TensorProto) else numpy_helper.from_array(np.asarray(value))
        copy.graph.initializer.add().CopyFrom(tensor)
        copy.graph.initializer[-1].name = name
    initialized = {tensor.name for tensor in copy.graph.initializer}
    return copy, {name: value for name, value in values.items() if name not in initialized}


def load_cases() -> dict[str, Case]:
    from onnx.backend.test.loader import load_node_model_tests

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = [(c, c.model) for c in load_node_model_tests()]
    return {c.name: Case(c.name, model, c.data_sets or [], c.rtol, c.atol) for c, model in found if model is not None}


@pytest.fixture(scope="session")
def outcomes() -> dict[str, Outcome]:
    """What happens to each case, all of them run once (about 10 s)."""
    with np.errstate(all="ignore"):
        return {name: case.run() for name, case in load_cases().items()}
