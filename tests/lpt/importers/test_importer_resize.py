"""Resizes by taps, crops and kept ratios against ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import pytest

import lpt
from lpt.errors import LoadError

MODES = ("half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners", "half_pixel_symmetric", "tf_crop_and_resize")
ROI = np.array([0, 0, 0.1, -0.1, 1, 1, 0.8, 1.2], np.float32)


def resize(model: Callable[..., onnx.ModelProto], attributes: str, **constants: object) -> onnx.ModelProto:
    """A Resize of [1, 2, 9, 11] by `sizes` or `scales`."""
    given = {name: np.array(value, np.int64 if name == "sizes" else np.float32) for name, value in constants.items()}
    names = "roi, , sizes" if "sizes" in constants else "roi, scales"
    return model(
        f"(float[1, 2, 9, 11] x) => (float[?, ?, ?, ?] y) {{ y = Resize<{attributes}>(x, {names}) }}", opset=19, roi=ROI, **given
    )


@pytest.mark.parametrize("coordinates", MODES)
@pytest.mark.parametrize("sizes", [[1, 2, 5, 4], [1, 2, 14, 17], [1, 2, 1, 1]])
def test_cubic_and_antialiasing(
    model: Callable[..., onnx.ModelProto], agrees: Callable[..., lpt.Model], coordinates: str, sizes: list[int]
) -> None:
    for more in ("mode='cubic'", "mode='cubic', cubic_coeff_a=-0.5, exclude_outside=1", "mode='linear', antialias=1"):
        agrees(resize(model, f"coordinate_transformation_mode='{coordinates}', {more}", sizes=sizes))
    agrees(resize(model, f"coordinate_transformation_mode='{coordinates}', mode='linear'", sizes=sizes))


def test_scales_that_leave_a_part_of_the_data(model: Callable[..., onnx.ModelProto], agrees: Callable[..., lpt.Model]) -> None:
    for mode in ("linear", "cubic"):
        agrees(resize(model, f"mode='{mode}', coordinate_transformation_mode='half_pixel_symmetric'", scales=[1, 1, 0.73, 1.31]))


def test_nearest_in_a_part_of_the_data(model: Callable[..., onnx.ModelProto], agrees: Callable[..., lpt.Model]) -> None:
    crop = "coordinate_transformation_mode='tf_crop_and_resize', extrapolation_value=7.0"
    agrees(resize(model, crop, sizes=[1, 2, 7, 8]))


def test_kept_ratios(model: Callable[..., onnx.ModelProto]) -> None:
    """9 × 11 within or around 18 × 33: scales of 2 and 3 (ONNX Resize-19; ONNX Runtime does the same)."""
    for policy, extents in (("not_larger", (18, 22)), ("not_smaller", (27, 33))):
        proto = resize(model, f"keep_aspect_ratio_policy='{policy}', axes=[2, 3]", sizes=[18, 33])
        assert lpt.interpret(lpt.load(proto), {"x": np.zeros((1, 2, 9, 11), np.float32)})["y"].shape == (1, 2, *extents)


def test_the_region_must_fit(model: Callable[..., onnx.ModelProto]) -> None:
    with pytest.raises(LoadError, match="by the region"):
        lpt.load(resize(model, "axes=[2, 3], coordinate_transformation_mode='tf_crop_and_resize'", sizes=[5, 5]))
