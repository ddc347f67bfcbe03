"""Images read at computed places, windows' greatest elements and back: against ONNX Runtime and torch, interpreted and compiled."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx.reference import ReferenceEvaluator

import lpt
from lpt.errors import UnsupportedError

RNG = np.random.default_rng(4)
Model = Callable[..., onnx.ModelProto]


def floats(*shape: int, scale: float = 1.0) -> np.ndarray:
    return (RNG.standard_normal(shape) * scale).astype(np.float32)


def check(proto: onnx.ModelProto, feeds: dict[str, np.ndarray], tolerance: float = 2e-5) -> None:
    options = ort.SessionOptions()
    options.graph_optimization_level, options.log_severity_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL, 4
    session = ort.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    want = session.run(None, feeds)
    loaded = lpt.load(proto)
    for got in (lpt.interpret(loaded, feeds), lpt.compile(loaded).run(feeds)):
        for expected, result in zip(want, got.values(), strict=True):
            assert (result.shape, result.dtype) == (expected.shape, expected.dtype)
            np.testing.assert_allclose(result, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("padding", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("mode", ["nearest", "linear", "cubic"])
def test_grid_sample(model: Model, mode: str, padding: str) -> None:
    for align in (0, 1):
        attributes = f"mode='{mode}', padding_mode='{padding}', align_corners={align}"
        text = f"(float[2, 3, 5, 6] x, float[2, 4, 7, 2] g) => (float[2, 3, 4, 7] y) {{ y = GridSample<{attributes}>(x, g) }}"
        check(model(text, opset=20), {"x": floats(2, 3, 5, 6), "g": floats(2, 4, 7, 2)}, 1e-4)


@pytest.mark.parametrize("attributes", ["", "coordinate_transformation_mode='output_half_pixel', spatial_scale=0.5", "mode='max'"])
def test_roi_align(model: Model, attributes: str) -> None:
    more = f", {attributes}" if attributes else ""
    call = f"RoiAlign<output_height=3, output_width=2, sampling_ratio=2{more}>(x, r, i)"
    proto = model(
        f"(float[2, 5, 8, 9] x, float[4, 4] r) => (float[4, 5, 3, 2] y) {{ y = {call} }}", opset=16, i=np.array([0, 1, 1, 0])
    )
    regions = np.array([[0, 0, 6, 5], [1.3, -2, 7, 4], [3, 3, 3, 3], [-1.5, 2, 12, 15]], np.float32)
    check(proto, {"x": floats(2, 5, 8, 9), "r": regions})


def test_roi_align_needs_a_number_of_samples(model: Model) -> None:
    proto = model(
        "(float[1, 1, 8, 9] x, float[4, 4] r) => (float[4, 1, 1, 1] y) { y = RoiAlign(x, r, i) }", opset=16, i=np.zeros(4, np.int64)
    )
    with pytest.raises(UnsupportedError, match="sampling_ratio"):
        lpt.load(proto)


@pytest.mark.parametrize(
    "attributes",
    [
        "kernel_shape=[2, 2], strides=[2, 2]",
        "kernel_shape=[3, 2], pads=[1, 0, 1, 1], strides=[2, 1]",
        "kernel_shape=[2, 3], dilations=[2, 1]",
        "kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1",
        "kernel_shape=[2, 2], storage_order=1",
    ],
)
def test_places_of_the_greatest(model: Model, attributes: str) -> None:
    text = f"(float[2, 3, 7, 8] x) => (float[?, ?, ?, ?] y, int64[?, ?, ?, ?] i) {{ y, i = MaxPool<{attributes}>(x) }}"
    check(model(text), {"x": np.round(floats(2, 3, 7, 8), 1)})


@pytest.mark.parametrize("given", [False, True])
def test_max_unpool(model: Model, given: bool) -> None:
    """Behind the pooling whose places it takes; of what lies beyond a given shape's places ONNX's own node test decides."""
    pool = "p, i = MaxPool<kernel_shape=[2, 2], strides=[2, 2]>(x)"
    text = f"(float[1, 2, 6, 8] x) => (float[1, 2, 6, 8] y) {{ {pool} y = MaxUnpool<kernel_shape=[2, 2], strides=[2, 2]>(p, i"
    more = {"s": np.array([1, 2, 6, 8])} if given else {}
    check(model(text + (", s) }" if given else ") }"), **more), {"x": floats(1, 2, 6, 8)})


@pytest.mark.parametrize("p", [1, 2, 3])
def test_pools_of_norms(model: Model, p: int) -> None:
    text = f"(float[1, 2, 6, 8] x) => (float[?, ?, ?, ?] y) {{ y = LpPool<kernel_shape=[3, 2], pads=[1, 0, 1, 0], p={p}>(x) }}"
    check(model(text, opset=11), {"x": floats(1, 2, 6, 8)}, 1e-4)
    check(
        model(f"(float[1, 2, 6, 8] x) => (float[1, 2, 1, 1] y) {{ y = GlobalLpPool<p={p}>(x) }}"), {"x": floats(1, 2, 6, 8)}, 1e-4
    )


@pytest.mark.parametrize("time", [0, 1])
def test_reversed_sequences(model: Model, time: int) -> None:
    shape = (5, 3, 2) if time == 0 else (3, 5, 2)
    inputs = f"float[{shape[0]}, {shape[1]}, 2] x, int64[3] n"
    text = f"({inputs}) => (float[?, ?, ?] y) {{ y = ReverseSequence<time_axis={time}, batch_axis={1 - time}>(x, n) }}"
    check(model(text), {"x": floats(*shape), "n": np.array([5, 1, 3])}, 0.0)


def test_wrapped_pads(model: Model) -> None:
    text = "(float[3, 4] x) => (float[?, ?] y) { y = Pad<mode='wrap'>(x, pads) }"
    check(model(text, opset=19, pads=np.array([2, 1, 1, 3])), {"x": floats(3, 4)}, 0.0)


@pytest.mark.parametrize("fmod", [0, 1])
def test_remainders_of_floats(model: Model, fmod: int) -> None:
    """Against numpy, to the last bit."""
    a = np.concatenate([floats(40, scale=9.0), np.array([0, -0.0, np.inf, 3e38, 1e-40, 5, -6], np.float32)])
    b = np.concatenate([floats(40), np.array([2, -3, 2, 1e-3, -2, 0, np.inf], np.float32)])
    proto = model(f"(float[47] a, float[47] b) => (float[47] y) {{ y = Mod<fmod={fmod}>(a, b) }}")
    with np.errstate(all="ignore"):
        want = (np.fmod if fmod else np.remainder)(a, b)
    for got in (lpt.interpret(lpt.load(proto), {"a": a, "b": b}), lpt.compile(proto).run({"a": a, "b": b})):
        np.testing.assert_array_equal(got["y"], want)


@pytest.mark.parametrize("groups, parts, masked", [(1, 1, True), (2, 1, False), (1, 2, True)])
def test_deformable_convolutions(model: Model, groups: int, parts: int, masked: bool) -> None:
    """Against ONNX's reference implementation."""
    x, w, bias = floats(2, 4, 6, 7), floats(6, 4 // groups, 3, 2), floats(6)
    offsets, masks = floats(2, parts * 12, 3, 6), floats(2, parts * 6, 3, 6)
    attributes = f"kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 1, 0], group={groups}, offset_group={parts}"
    inputs = f"float[2, 4, 6, 7] x, float[2, {parts * 12}, 3, 6] o, float[2, {parts * 6}, 3, 6] m"
    call = f"DeformConv<{attributes}>(x, w, o, b{', m' if masked else ''})"
    proto = model(f"({inputs}) => (float[2, 6, 3, 6] y) {{ y = {call} }}", opset=19, w=w, b=bias)
    feeds = {"x": x, "o": offsets, "m": masks}
    want = np.asarray(next(iter(ReferenceEvaluator(proto).run(None, feeds))))
    for got in (lpt.interpret(lpt.load(proto), feeds), lpt.compile(proto).run(feeds)):
        np.testing.assert_allclose(got["y"], want, rtol=0, atol=1e-4)


@pytest.mark.parametrize("attributes", ["dilations=[1, 2], pads=[1, 0, 1, 2]", "strides=[2, 2], pads=[0, 1, 1, 0]", ""])
def test_blocks_added_to_an_image(model: Model, attributes: str) -> None:
    extents = {"dilations=[1, 2], pads=[1, 0, 1, 2]": 6 * 6, "strides=[2, 2], pads=[0, 1, 1, 0]": 3 * 3, "": 4 * 5}
    call = f"Col2Im{f'<{attributes}>' if attributes else ''}(x, image, block)"
    more = {"image": np.array([5, 6]), "block": np.array([2, 2])}
    if "dilations" in attributes:
        more["block"] = np.array([2, 2])
    length = extents[attributes]
    proto = model(f"(float[2, 12, {length}] x) => (float[2, 3, 5, 6] y) {{ y = {call} }}", opset=18, **more)
    check(proto, {"x": floats(2, 12, length)})


@pytest.mark.parametrize("attributes", ["axis=1", "axis=2", "axis=1, onesided=1"])
def test_transforms(model: Model, attributes: str) -> None:
    parts = 1 if "onesided" in attributes else 2
    text = f"(float[2, 9, 6, {parts}] x) => (float[?, ?, ?, ?] y) {{ y = DFT<{attributes}>(x) }}"
    check(model(text), {"x": floats(2, 9, 6, parts)}, 1e-4)


def test_transforms_of_another_length(model: Model) -> None:
    for length in (5, 12):
        text = "(float[2, 9, 1] x) => (float[?, ?, ?] y) { y = DFT<axis=1>(x, n) }"
        check(model(text, n=np.array(length)), {"x": floats(2, 9, 1)}, 1e-4)


@pytest.mark.parametrize("onesided", [0, 1])
def test_transforms_of_frames(model: Model, onesided: int) -> None:
    text = f"(float[2, 50, 1] x) => (float[?, ?, ?, 2] y) {{ y = STFT<onesided={onesided}>(x, step, w, length) }}"
    more = {"step": np.array(7), "length": np.array(16), "w": np.hanning(16).astype(np.float32)}
    check(model(text, **more), {"x": floats(2, 50, 1)}, 1e-4)


def test_the_mask_of_dropout_in_inference(model: Model) -> None:
    check(model("(float[3, 4] x) => (float[3, 4] y, bool[3, 4] m) { y, m = Dropout(x) }"), {"x": floats(3, 4)}, 0.0)
