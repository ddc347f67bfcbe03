"""Interpreting by name: inputs are checked, values can be tapped and forced."""

from __future__ import annotations

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.parser import Parser

from lpt.dialects.registry import make_context
from lpt.errors import RunError
from lpt.interpreting import interpret

TEXT = """
builtin.module {
  func.func @main(%x : tensor<?x3xf32>, %z : tensor<3xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>)
      attributes {lpt.inputs = ["data", "bias"], lpt.outputs = ["sum", "positive"]} {
    %s = nn.add %x, %z {lpt.node = "Add_0"} : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
    %r = nn.relu %s {lpt.node = "Relu_0"} : (tensor<?x3xf32>) -> tensor<?x3xf32>
    func.return %s, %r : tensor<?x3xf32>, tensor<?x3xf32>
  }
}
"""
X = np.array([[1, -2, 3], [-4, 5, -6]], np.float32)
BIAS = np.array([1, 1, 1], np.float32)


@pytest.fixture
def module() -> ModuleOp:
    parsed = Parser(make_context(), TEXT).parse_module()
    parsed.verify()
    return parsed


def test_outputs_by_name_for_any_batch(module: ModuleOp) -> None:
    outputs = interpret(module, {"data": X, "bias": BIAS})
    assert list(outputs) == ["sum", "positive"]
    assert (outputs["sum"] == X + 1).all() and (outputs["positive"] == np.maximum(X + 1, 0)).all()
    assert interpret(module, {"data": X[:1], "bias": BIAS})["sum"].shape == (1, 3)


def test_taps_by_node_name_and_by_value(module: ModuleOp) -> None:
    function = next(op for op in module.walk() if isinstance(op, FuncOp))
    argument = function.body.block.args[0]
    _, taps = interpret(module, {"data": X, "bias": BIAS}, taps=["Add_0", argument])
    assert (taps["Add_0"] == X + 1).all() and (taps[argument] == X).all()


def test_forced_values_reach_their_users(module: ModuleOp) -> None:
    function = next(op for op in module.walk() if isinstance(op, FuncOp))
    added = next(op for op in function.body.block.ops if op.name == "nn.add").results[0]
    outputs = interpret(module, {"data": X, "bias": BIAS}, force={added: -X})
    assert (outputs["positive"] == np.maximum(-X, 0)).all()


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"data": X}, "missing input 'bias'; the model takes 'data', 'bias'"),
        ({"data": X, "bias": BIAS, "extra": X}, "unknown input 'extra'"),
        ({"data": X.astype(np.float64), "bias": BIAS}, r"input 'data': expected float32\[\?, 3\], got float64\[2, 3\]"),
        ({"data": X, "bias": BIAS[:2]}, r"input 'bias': expected float32\[3\], got float32\[2\]"),
    ],
)
def test_unfitting_inputs_are_refused(inputs: dict[str, np.ndarray], reason: str, module: ModuleOp) -> None:
    with pytest.raises(RunError, match=reason):
        interpret(module, inputs)


def test_unknown_tap_is_refused(module: ModuleOp) -> None:
    with pytest.raises(RunError, match="unknown tap 'nowhere'"):
        interpret(module, {"data": X, "bias": BIAS}, taps=["nowhere"])
