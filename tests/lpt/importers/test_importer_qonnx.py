"""QONNX's quantizers: what they become, and what is refused. Values in every mode: test_producers.py, against qonnx itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import lpt
from lpt.errors import LoadError, UnsupportedError

DOMAIN = "qonnx.custom_op.general"


def quantizer(
    op_type: str, *inputs: float | list[object], opset: int = 2, domain: str = DOMAIN, **attributes: Any
) -> onnx.ModelProto:
    """One node on x: float[2, 3, 4]."""
    names = [f"c{i}" for i in range(len(inputs))]
    constants = [numpy_helper.from_array(np.asarray(value, np.float32), name) for value, name in zip(inputs, names, strict=True)]
    node = helper.make_node(op_type, ["x", *names], ["y"], "n", domain=domain, **attributes)
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [2, 3, 4]) for name in "xy")
    graph = helper.make_graph([node], "g", [x], [y], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(domain, opset)], ir_version=8)


def test_quant_is_a_pair_of_casts() -> None:
    text = str(lpt.load(quantizer("Quant", 0.5, 0.0, 4.0, signed=1, narrow=1)))
    assert "quant.uniform<i8<-7:7>:f32, 0.5>" in text.replace("5.000000e-01", "0.5")
    assert "quant.qcast" in text and "quant.dcast" in text and "nn." not in text


@pytest.mark.parametrize("scales", [[[[0.5], [1.0], [2.0]]], [[0.5], [1.0], [2.0]]])
def test_scales_broadcast_from_the_last_axis(scales: list[object]) -> None:
    x = np.linspace(-9, 9, 24, dtype=np.float32).reshape(2, 3, 4)
    got = lpt.interpret(lpt.load(quantizer("Quant", scales, 0.0, 3.0, signed=1, narrow=0)), {"x": x})["y"]
    steps = np.array([0.5, 1.0, 2.0], np.float32).reshape(1, 3, 1)
    np.testing.assert_array_equal(got, np.clip(np.rint(x / steps), -4, 3) * steps)


def test_the_domains_of_older_writers() -> None:
    x = np.linspace(-2, 2, 24, dtype=np.float32).reshape(2, 3, 4)
    for domain in ("onnx.brevitas", "finn.custom_op.general"):
        got = lpt.interpret(lpt.load(quantizer("BipolarQuant", 0.5, opset=1, domain=domain)), {"x": x})["y"]
        np.testing.assert_array_equal(got, np.where(x >= 0, np.float32(0.5), np.float32(-0.5)))


def test_nan_is_not_at_least_zero() -> None:
    x = np.full((2, 3, 4), np.nan, np.float32)
    assert (lpt.interpret(lpt.load(quantizer("BipolarQuant", 0.5)), {"x": x})["y"] == -0.5).all()


@pytest.mark.parametrize(
    ("model", "error", "message"),
    [
        (quantizer("Quant", 0.5, 0.0, 33.0, signed=1), UnsupportedError, "33.0 bits are not handled"),
        (quantizer("Quant", 0.5, 0.0, 2.5, signed=1), UnsupportedError, "2.5 bits are not handled"),
        (quantizer("Quant", 0.5, 0.0, float("nan"), signed=1), UnsupportedError, "nan bits"),
        (quantizer("Quant", 0.5, 0.0, 1.0, signed=0, narrow=1), UnsupportedError, "storage range"),
        (quantizer("Quant", 0.0, 0.0, 4.0, signed=1), LoadError, "scales must be positive"),
        (quantizer("Quant", 0.5, float("inf"), 4.0, signed=1), LoadError, "zero point must be given as finite"),
        (quantizer("Quant", [[1.0], [2.0]], 0.0, 4.0, signed=1), LoadError, "scales"),
        (quantizer("Quant", [[[1.0] * 4] * 3], 0.0, 4.0, signed=1), UnsupportedError, "scales of shape (1, 3, 4)"),
        (quantizer("Quant", 0.5, 0.0, 4.0, signed=1, rounding_mode="NEAR"), LoadError, "rounding_mode 'NEAR'"),
        (quantizer("Trunc", 0.5, 0.0, 8.0, [[[1.0], [2.0], [1.0]]], 4.0), UnsupportedError, "one power of two"),
        (quantizer("FloatQuant", 0.5), UnsupportedError, "the operator is not handled"),
    ],
)
def test_what_is_refused(model: onnx.ModelProto, error: type[lpt.LptError], message: str) -> None:
    with pytest.raises(error) as caught:
        lpt.load(model)
    assert message in str(caught.value)
    assert "'n'" in str(caught.value)
