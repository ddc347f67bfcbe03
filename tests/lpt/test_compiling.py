"""`lpt.compile` and the interpreter agree on names."""

import numpy as np

import lpt
from lpt.model import Model
from lpt.testing import parse


def test_arguments_without_names_are_called_as_in_the_text() -> None:
    text = """
    func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %y = nn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
      func.return %y : tensor<?x4xf32>
    }
    """
    model, x = Model(parse(text)), np.array([[-1, 2, -3, 4]], np.float32)
    outputs = lpt.compile(model).run({"x": x})
    assert outputs.keys() == lpt.interpret(model, {"x": x}).keys()
    np.testing.assert_array_equal(outputs["output0"], np.maximum(x, 0))
