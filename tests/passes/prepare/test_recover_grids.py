"""Float weights that lie on a grid of 8 bits become its integers: as fake quantization leaves them, whatever computed it."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import numpy_helper, parser

import lpt
from lpt.dialects.blob import Array
from lpt.passes.journal import Journal
from lpt.passes.pipeline import Pipeline
from lpt.passes.prepare.recover_grids import coarsest_grid, on_grid

CODES = np.random.default_rng(0).integers(-127, 128, (6, 4, 3, 3))
SCALES = np.random.default_rng(1).uniform(1e-3, 2e-2, 6).astype(np.float32)


def by_product(codes: Array, scales: Array) -> Array:
    """As DequantizeLinear computes it."""
    return codes.astype(np.float32) * scales.reshape(-1, *[1] * (codes.ndim - 1))


def by_sum(codes: Array, scales: Array) -> Array:
    """As TensorFlow computes it: levels counted from the lowest."""
    spread = scales.reshape(-1, *[1] * (codes.ndim - 1))
    return (codes + 127).astype(np.float32) * spread + np.float32(-127) * spread


def folded(codes: Array, scales: Array) -> Array:
    """Behind which batch normalization was folded."""
    return by_product(codes, scales) * np.linspace(0.3, 2.9, len(codes), dtype=np.float32).reshape(-1, *[1] * (codes.ndim - 1))


def model(weights: Array, data: str = "DequantizeLinear(q, s, z)") -> onnx.ModelProto:
    """One convolution of quantized data."""
    text = f"""<ir_version: 8, opset_import: ["": 17]> g (float[1,4,8,8] x) => (float[1,6,8,8] y) {{
        q = QuantizeLinear(x, s, z) d = {data} y = Conv<pads = [1, 1, 1, 1]>(d, w) }}"""
    proto = parser.parse_model(text)
    constants = {"s": np.float32(0.03), "z": np.uint8(120), "w": weights.astype(np.float32)}
    proto.graph.initializer.extend(numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items())
    return proto


@pytest.mark.parametrize("computed", [by_product, by_sum, folded])
def test_the_product_is_integer(computed: object) -> None:
    assert callable(computed)
    proto = model(computed(CODES, SCALES))
    (row,) = [row for row in lpt.explain(proto) if row.macs]
    assert (row.precision, row.reason) == ("u8s8", "")
    lpt.transform(lpt.load(proto), validate=True)
    x = {"x": np.random.default_rng(2).normal(size=(1, 4, 8, 8)).astype(np.float32)}
    expected = lpt.interpret(lpt.load(proto), x)["y"]
    got = lpt.compile(proto, threads=1).run(x)["y"]
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5 * float(np.abs(expected).max()))


def test_the_coarsest_grid() -> None:
    rows = np.array([[2, -4, 6, 0, 2, 4, -6, 6], [5, 3, 1, -5, 0, 0, 0, 1], [0] * 8], np.float32) * np.float32(0.125)
    found = coarsest_grid(rows)
    assert found is not None
    np.testing.assert_allclose(found[0], [0.25, 0.125, 1])
    np.testing.assert_array_equal(found[1], [[1, -2, 3, 0, 1, 2, -3, 3], [5, 3, 1, -5, 0, 0, 0, 1], [0] * 8])


def test_codes_beyond_signed_bytes_get_a_zero_point() -> None:
    numbers = np.array([[0, 255, 3, 7, 1, 2, 3, 4], [-200, 55, 3, 7, 1, 2, 3, 4], [-128, 127, 3, 7, 1, 2, 3, 4]])
    found = on_grid(numbers.astype(np.float32) * np.float32(0.01))
    assert found is not None
    codes, scales, points = found
    np.testing.assert_allclose((codes - points[:, None]) * scales[:, None], numbers * 0.01, rtol=1e-6)
    np.testing.assert_array_equal(points, [-128, 72, 0])


@pytest.mark.parametrize(
    "rows",
    [
        np.random.default_rng(3).normal(size=(4, 64)),
        np.random.default_rng(4).uniform(-1, 1, size=(200, 8)),
        np.concatenate([by_product(CODES.reshape(6, -1), SCALES), np.random.default_rng(5).normal(size=(1, 36))]),
        np.array([[300.0, 1, 2, 3, 4, 5, 6, 7]]),
        np.array([[-200.0, 199, 1, 3, 4, 5, 6, 7]]),
        np.array([[1.0, 2, 3, 4]]),
        np.full((2, 9), np.nan),
        np.zeros((2, 9)),
    ],
    ids=["normal", "short rows", "one row", "too many levels", "too wide", "too few", "nan", "zeros"],
)
def test_what_lies_on_no_grid(rows: Array) -> None:
    assert on_grid(rows.astype(np.float32)) is None


def test_refusals() -> None:
    def reasons(proto: onnx.ModelProto) -> list[str]:
        journal = Journal()
        Pipeline.parse("lpt-recover-grids").run(lpt.load(proto).module, journal=journal)
        return [refusal.reason for refusal in journal.refusals]

    noise = np.random.default_rng(3).normal(size=(6, 4, 3, 3))
    assert reasons(model(noise)) == ["its weights are floats that lie on no grid of 8 bits"]
    huge = by_product(CODES, SCALES) * np.float32(1e-38)
    assert reasons(model(huge)) == ["scales must be positive normal f32 numbers"]
    of_floats = lpt.load(model(by_product(CODES, SCALES), "Sigmoid(x)"))
    Pipeline.parse("lpt-recover-grids").run(of_floats.module)
    assert "dcast" not in str(of_floats.module)
