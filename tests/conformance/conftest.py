"""ONNX's own node cases, run by ONNX's own runner through `lpt.backend`."""

from __future__ import annotations

import unittest
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from onnx import ModelProto

import lpt
from lpt.backend import Backend
from lpt.errors import LptError, ValuesNeeded
from lpt.importers.onnx import import_proto

# What a refusal's message says → the class it is counted under.
REASONS = {
    "the operator is not handled": "operator",
    "control flow": "control flow",
    "works on f32": "operator on integers",
    "works on integers": "operator on floats",
    "is computed at run time": "parameter computed at run time",
    "need constant weights": "product of two computed tensors",
    "products of two computed tensors": "product of two computed tensors",
    "with computed weights": "product of two computed tensors",
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
    "tensors are not computed": "element type",
    "strings are not handled": "element type",
    "a cast to": "element type",
    "a scale of": "element type",
    "a zero point of": "element type",
    "no elements": "no elements",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-node-cases", action="store_true", help="write node_cases.json from what happens now")


class _Interpreted:
    """A model that the interpreter runs, imported for the values of the inputs that it needs."""

    def __init__(self, model: ModelProto):
        self._model = model

    def run(self, inputs: Any) -> list[np.ndarray]:
        initialized = {tensor.name for tensor in self._model.graph.initializer}
        names = [info.name for info in self._model.graph.input if info.name not in initialized]
        given: dict[str, Any] = dict(zip(names, inputs, strict=True))
        known: dict[str, np.ndarray] = {}
        while True:
            try:
                module = import_proto(self._model, known)
            except ValuesNeeded as error:
                known |= {name: np.asarray(given[name]) for name in error.names}
                continue
            return list(lpt.interpret(module, {name: value for name, value in given.items() if name not in known}).values())


class _Interpreter(Backend):
    @classmethod
    def prepare(cls, model: ModelProto, device: str = "CPU", **kwargs: Any) -> Any:
        return _Interpreted(model)


class NodeCases:
    """ONNX's node cases, run by the interpreter and as machine code."""

    def __init__(self) -> None:
        from onnx.backend.test import BackendTest

        with _quiet():
            self._interpreted, self._compiled = (
                BackendTest(backend, __name__).test_cases["OnnxBackendNodeModelTest"] for backend in (_Interpreter, Backend)
            )
        names = (name for name in dir(self._compiled) if name.startswith("test_") and name.endswith("_cpu"))
        self.names = sorted(name.removesuffix("_cpu") for name in names)

    def outcome(self, name: str) -> str:
        """`compiled` where both pass, `interpreted: …` where the interpreter alone does, `refused: …`, or what is wrong."""
        interpreted = _verdict(self._interpreted, name)
        compiled = _verdict(self._compiled, name)
        match interpreted, compiled:
            case "passes", "passes":
                return "compiled"
            case "passes", refused if refused.startswith("refused"):
                return refused.replace("refused", "interpreted", 1)
            case refused, "passes" if refused.startswith("refused"):
                return f"passes as machine code, but the interpreter: {refused}"
            case "passes", wrong:
                return wrong
            case _:
                return interpreted


def _verdict(cases: type[unittest.TestCase], name: str) -> str:
    """`passes`, or `refused: …` by an LptError, `wrong: …` or `crash: …` by another exception."""
    with _quiet():
        try:
            getattr(cases(f"{name}_cpu"), f"{name}_cpu")()
        except LptError as error:
            message = f"{type(error).__name__}: {error}"
            return "refused: " + next((reason for text, reason in REASONS.items() if text in message), message)
        except AssertionError as error:
            return f"wrong: {error}"
        except Exception as error:
            return f"crash: {type(error).__name__}: {error}"
    return "passes"


@contextmanager
def _quiet() -> Iterator[None]:
    """The reference values of some cases are made by divisions by zero."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="session")
def node_cases() -> NodeCases:
    return NodeCases()
