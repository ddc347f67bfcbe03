"""Drift: what numpy says of a rounding, and nothing where there is none."""

from __future__ import annotations

import numpy as np
import pytest

import lpt
from lpt.dialects.blob import Array
from lpt.dialects.interpreter import main_function
from lpt.model import Model
from lpt.report.drift import drift, without_rounding
from lpt.testing import body, parse

U8 = "tensor<64x!quant.uniform<u8:f32, 5.0e-02:3>>"
X = np.linspace(-1, 14, 64, dtype=np.float32)


def values(text: str, argument: str, result: str, x: Array) -> dict[str, Array]:
    """What each operation gives without rounding, by name."""
    module = parse(body([argument], text, result))
    found: dict[str, Array] = {}

    def see(value: object, array: Array) -> None:
        owner = value.owner  # type: ignore[attr-defined]
        found[getattr(owner, "name", "input")] = array

    without_rounding(module, [x], see)
    return found


def test_a_quantization_keeps_its_range() -> None:
    text = f"""
      %q = quant.qcast %x : tensor<64xf32> to {U8}
      %r = quant.dcast %q : {U8} to tensor<64xf32>
    """
    found = values(text, "%x: tensor<64xf32>", "%r: tensor<64xf32>", X)
    assert np.allclose(found["quant.dcast"], np.clip(X, -3 * 0.05, 252 * 0.05), rtol=1e-6)


def test_codes_are_the_numbers_that_they_stand_for() -> None:
    text = f"""
      %r = nn.relu %q : ({U8}) -> {U8}
    """
    codes = np.arange(64, dtype=np.uint8)
    found = values(text, f"%q: {U8}", f"%r: {U8}", codes)
    assert np.allclose(found["nn.relu"], np.maximum((codes.astype(float) - 3) * 0.05, 0), atol=1e-6)


def test_what_a_table_maps_goes_through_codes() -> None:
    table = ", ".join(str(255 - i) for i in range(256))
    text = f"""
      %q = quant.qcast %x : tensor<64xf32> to {U8}
      %r = lpt.lookup %q {{table = #lpt.blob<dense<[{table}]> : tensor<256xui8>>}} : ({U8}) -> {U8}
    """
    found = values(text, "%x: tensor<64xf32>", f"%r: {U8}", X)
    code = np.clip(np.rint(X / np.float32(0.05)) + 3, 0, 255)
    assert np.allclose(found["lpt.lookup"], ((255 - code) - 3) * 0.05, atol=1e-5)


def test_the_ratio_is_that_of_the_rounding() -> None:
    text = f"""
      %q = quant.qcast %x : tensor<64xf32> to {U8}
    """
    module = parse(body(["%x: tensor<64xf32>"], text, f"%q: {U8}"))
    (result,) = (op.results[0] for op in main_function(module).body.block.ops if op.results)
    (found,) = drift(module, module, {result: result}, [X])
    clipped = np.clip(X, -0.15, 12.6)
    error = np.clip(np.rint(X.astype(np.float64) / 0.05), -3, 252) * 0.05 - clipped
    assert found.sqnr == pytest.approx(10 * np.log10(np.square(clipped).sum() / np.square(error).sum()), abs=0.1)
    assert found.max_error == pytest.approx(np.abs(error).max(), rel=1e-3)
    assert list(found.range) == pytest.approx([-0.15, 12.6])


def test_what_does_not_round_does_not_drift() -> None:
    text = """
      %r = nn.relu %x : (tensor<64xf32>) -> tensor<64xf32>
    """
    module = parse(body(["%x: tensor<64xf32>"], text, "%r: tensor<64xf32>"))
    (result,) = (op.results[0] for op in main_function(module).body.block.ops if op.results)
    (found,) = drift(module, module, {result: result}, [X])
    assert found.sqnr is None and found.max_error == 0


def test_the_float_network_of_the_bundled_model_answers_as_it_did_before_quantization() -> None:
    from lpt.data import bundled_data, bundled_model_path

    data = bundled_data()
    images = data["images"].astype(np.float32) / 16
    module = Model(lpt.load(bundled_model_path()).module).module
    last: list[Array] = []
    without_rounding(module, [images], lambda _, array: last.append(array))
    answers = last[-1].argmax(axis=1)
    assert np.mean(answers == data["float_predictions"]) >= 0.995
