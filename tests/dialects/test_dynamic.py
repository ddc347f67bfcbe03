"""Quantization by parameters found at run time: against ONNX Runtime, at the edges, and what the verifiers refuse."""

from __future__ import annotations

import numpy as np
import onnxruntime as ort
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from onnx import parser
from xdsl.dialects.builtin import TensorType, f32, f64, i32
from xdsl.dialects.test import TestOp
from xdsl.ir import Attribute, SSAValue
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.dynamic import CODES, DynamicParametersOp, DynamicQuantizeOp, ExtremaOp, SubtractZeroPointOp
from lpt.dialects.interpreter import evaluate
from lpt.dialects.quant import quantized_tensor
from lpt.dialects.quant_params import I32, QuantParams

SUMS = QuantParams(I32, 1.0)
SCALAR = TensorType(f32, [])


def value(type_: Attribute) -> SSAValue:
    return TestOp(result_types=[type_]).results[0]


def quantized(x: np.ndarray) -> tuple[np.ndarray, np.float32, int]:
    """Codes, scale and zero point in the interpreter."""
    tensor = value(TensorType(f32, x.shape))
    (parameters,) = evaluate(DynamicParametersOp(tensor), [x])
    scale, zero_point = (np.asarray(p) for p in parameters)
    (codes,) = evaluate(DynamicQuantizeOp(tensor, value(SCALAR), value(SCALAR)), [x, scale, zero_point])
    return codes, parameters[0], int(zero_point)


@pytest.fixture(scope="module")
def session() -> ort.InferenceSession:
    graph = "g (float[N] x) => (uint8[N] q, float s, uint8 z) { q, s, z = DynamicQuantizeLinear(x) }"
    proto = parser.parse_model(f'<ir_version: 8, opset_import: ["": 17]> {graph}')
    return ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])


@given(arrays(np.float32, array_shapes(max_dims=1, max_side=40), elements=st.floats(-(2.0**40), 2.0**40, width=32)))
def test_codes_scale_and_zero_point_of_onnx_runtime(session: ort.InferenceSession, x: np.ndarray) -> None:
    if 0 < np.ptp(np.append(x, 0)) < 1e-30:  # where the scale is no normal number
        return
    q, s, z = session.run(None, {"x": x})
    codes, scale, zero_point = quantized(x)
    assert (scale.tobytes(), zero_point) == (np.float32(s).tobytes(), int(z))
    np.testing.assert_array_equal(codes, q)


def test_range_holds_zero() -> None:
    codes, scale, zero_point = quantized(np.array([100.5, 255], np.float32))
    assert (codes.tolist(), scale, zero_point) == ([100, 255], np.float32(1), 0)
    codes, scale, zero_point = quantized(np.array([-255, -1], np.float32))
    assert (codes.tolist(), scale, zero_point) == ([0, 254], np.float32(1), 255)


def test_zeros_have_scale_one() -> None:
    codes, scale, zero_point = quantized(np.array([0.0, -0.0], np.float32))
    assert (codes.tolist(), scale, zero_point) == ([0, 0], np.float32(1), 0)


def test_nan_is_no_part_of_the_range_and_becomes_code_0() -> None:
    codes, scale, zero_point = quantized(np.array([np.nan, -255, 0, np.nan], np.float32))
    assert (codes.tolist(), scale, zero_point) == ([0, 0, 255, 0], np.float32(1), 255)


def test_the_sign_of_zeros_does_not_matter() -> None:
    for pair in ([0.0, -0.0], [-0.0, 0.0]):
        (parameters,) = evaluate(DynamicParametersOp(value(TensorType(f32, [3]))), [np.array([*pair, 255.0], np.float32)])
        assert parameters.tobytes() == np.array([1, 0], np.float32).tobytes()


def test_zero_point_times_sums_is_subtracted() -> None:
    """[3 − 4, 5 − 4] times the columns [1, 2] and [−1, 4]."""
    x, w, z = np.array([[3, 5]]), np.array([[1, -1], [2, 4]]), 4
    q, sums = (x @ w).astype(np.int32), w.sum(0).astype(np.int32)
    op = SubtractZeroPointOp(value(quantized_tensor(SUMS, [1, 2])), value(SCALAR), value(TensorType(i32, [2])))
    (result,) = evaluate(op, [q, np.array(z, np.float32), sums])
    assert result.tolist() == [[1, 5]] and result.dtype == np.int32


def test_parts_have_the_parameters_of_the_whole() -> None:
    """Of [0 … 9] in parts of 4 along the rows: 0 … 3, 4 … 7 and 6 … 9, 0 among each."""
    x = np.arange(10, dtype=np.float32).reshape(10, 1)
    op = ExtremaOp(value(TensorType(f32, [10, 1])), 0, 4)
    op.verify()
    (parts,) = evaluate(op, [x])
    assert parts.tolist() == [[0, 3], [0, 7], [0, 9]]
    (whole,), (joined,) = (evaluate(DynamicParametersOp(value(TensorType(f32, a.shape))), [a]) for a in (x, parts))
    assert whole.tobytes() == joined.tobytes()


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (lambda: ExtremaOp(value(TensorType(f32, [3, 4])), 0, 4), r"extrema of 4 indices along axis 0 of \(3, 4\)"),
        (lambda: DynamicParametersOp(value(TensorType(f64, [3]))), "dynamic_parameters works on f32, got tensor<3xf64>"),
        (lambda: DynamicParametersOp(value(TensorType(i32, [3]))), "works on f32, got tensor<3xi32>"),
        (
            lambda: DynamicQuantizeOp(value(TensorType(f32, [3])), value(TensorType(f32, [1])), value(SCALAR)),
            r"the scale is one number, got shape \(1,\)",
        ),
        (
            lambda: DynamicQuantizeOp(value(TensorType(f32, [3])), value(SCALAR), value(TensorType(f32, [3]))),
            "the zero point is one number",
        ),
        (
            lambda: SubtractZeroPointOp(value(quantized_tensor(CODES, [3])), value(SCALAR), value(TensorType(i32, [3]))),
            "subtract_zero_point works on i32 at scale 1",
        ),
        (
            lambda: SubtractZeroPointOp(value(quantized_tensor(SUMS, [3])), value(SCALAR), value(TensorType(f32, [3]))),
            "the sums of weights are i32",
        ),
        (
            lambda: SubtractZeroPointOp(value(quantized_tensor(SUMS, [3])), value(SCALAR), value(TensorType(i32, [2, 3]))),
            r"sums of shape \(2, 3\) do not broadcast to \(3,\)",
        ),
    ],
)
def test_refusals(operation: object, reason: str) -> None:
    assert callable(operation)
    with pytest.raises(VerifyException, match=reason):
        operation().verify()
