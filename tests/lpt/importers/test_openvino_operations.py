"""Every OpenVINO operation that is imported: built with openvino, saved, loaded, interpreted, compared with OpenVINO.

OpenVINO computes in f32 here; tolerance 2e-5 of the largest magnitude (its sums and functions are in other orders), 0 for what only
moves elements.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import pytest
from openvino import opset1, opset2, opset3, opset4, opset5, opset6, opset7, opset8, opset11, opset12, opset13, opset14, opset15
from openvino.utils.node_factory import NodeFactory

import lpt

Build = Callable[[Any], Any]
F32 = np.float32
TOLERANCE = 2e-5
RNG = np.random.default_rng(7)
X = RNG.normal(size=(2, 4, 6, 6)).astype(F32)


def c(value: object, dtype: Any = F32) -> Any:
    return opset13.constant(np.array(value, dtype))


def i(value: object) -> Any:
    return c(value, np.int64)


def w(*shape: int) -> Any:
    return c(np.random.default_rng(3).normal(size=shape))


def fq(x: Any, low: object, high: object, *out: object, levels: int = 256, mode: str = "numpy") -> Any:
    return opset1.fake_quantize(x, c(low), c(high), *(c(v) for v in out or (low, high)), levels, mode)


def interpolate(x: Any, mode: str, sizes: object = None, scales: object = None, **more: Any) -> Any:
    by = "sizes" if scales is None else "scales"
    inputs = [x, i([1, 1] if sizes is None else sizes), c([1, 1] if scales is None else scales), i([2, 3])]
    attributes = {"mode": mode, "shape_calculation_mode": by, "pads_begin": [], "pads_end": [], **more}
    return NodeFactory("opset4").create("Interpolate", [v.output(0) for v in inputs], attributes)


def interpolate_11(x: Any, mode: str, by: str, given: Any, **more: Any) -> Any:
    return opset11.interpolate(x, given, mode, by, axes=i([2, 3]), **more)


def interpolate_1(x: Any, mode: str, **more: Any) -> Any:
    return opset1.interpolate(x, i([12, 9]), {"axes": [2, 3], "mode": mode, "pads_begin": [], "pads_end": [], **more})


def strided(x: Any, begin: object, end: object, steps: object, **masks: Any) -> Any:
    empty = [0] * len(np.array(begin))
    masks = {"begin_mask": empty, "end_mask": empty, **masks}
    return opset1.strided_slice(x, i(begin), i(end), i(steps), **masks)


LOW, HIGH = -1.5, 1.75
CHANNELS = np.array([1.0, 0.5, 2.0, 1.5]).reshape(1, 4, 1, 1)

COMPUTED: dict[str, Build] = {
    "FakeQuantize": lambda x: fq(x, LOW, HIGH),
    "FakeQuantize, other output": lambda x: fq(x, LOW, HIGH, -3.0, 0.5, levels=17),
    "FakeQuantize, per channel": lambda x: fq(x, -CHANNELS, CHANNELS, -CHANNELS, CHANNELS),
    "FakeQuantize, 2 levels": lambda x: fq(x, -1.0, 1.0, levels=2),
    "FakeQuantize, pdpd": lambda x: fq(x, np.full((1, 4, 1, 1), LOW), np.full((1, 4, 1, 1), HIGH), mode="pdpd"),
    "Convolution": lambda x: opset1.convolution(x, w(3, 4, 3, 3), [1, 1], [1, 1], [1, 1], [1, 1]),
    "Convolution, asymmetric": lambda x: opset1.convolution(x, w(3, 4, 3, 2), [2, 1], [0, 1], [2, 0], [1, 2]),
    "Convolution, same_upper": lambda x: opset1.convolution(x, w(3, 4, 3, 2), [2, 1], [0, 0], [0, 0], [1, 1], "same_upper"),
    "Convolution, same_lower": lambda x: opset1.convolution(x, w(3, 4, 3, 2), [2, 1], [0, 0], [0, 0], [1, 1], "same_lower"),
    "Convolution, valid": lambda x: opset1.convolution(x, w(3, 4, 3, 2), [2, 1], [0, 0], [0, 0], [1, 1], "valid"),
    "Convolution, 1-D": lambda x: opset1.convolution(opset1.reshape(x, i([2, 4, 36]), False), w(3, 4, 5), [2], [2], [1], [1]),
    "Convolution, 3-D": lambda x: opset1.convolution(
        opset1.unsqueeze(x, i([2])), w(3, 4, 1, 3, 3), [1, 1, 1], [0, 1, 1], [0, 1, 1], [1, 1, 1]
    ),
    "GroupConvolution": lambda x: opset1.group_convolution(x, w(2, 3, 2, 3, 3), [1, 1], [1, 1], [1, 1], [1, 1]),
    "GroupConvolution, depthwise": lambda x: opset1.group_convolution(x, w(4, 1, 1, 3, 3), [2, 2], [1, 0], [0, 1], [1, 1]),
    "GroupConvolution, FakeQuantize": lambda x: opset1.group_convolution(
        x, fq(w(2, 3, 2, 3, 3), *(s * np.arange(1, 7).reshape(2, 3, 1, 1, 1) / 3 for s in (-1.0, 1.0)), levels=255),
        [1, 1], [1, 1], [1, 1], [1, 1],
    ),
    "GroupConvolution, reshaped weights": lambda x: opset1.group_convolution(
        x,
        opset1.reshape(fq(w(4, 1, 3, 3), -CHANNELS.reshape(4, 1, 1, 1), CHANNELS.reshape(4, 1, 1, 1)), i([4, 1, 1, 3, 3]), False),
        [1, 1], [1, 1], [1, 1], [1, 1],
    ),
    "ConvolutionBackpropData": lambda x: opset1.convolution_backprop_data(
        x, w(4, 3, 3, 3), [2, 2], None, [1, 0], [0, 1], [1, 1], None, [1, 0]
    ),
    "ConvolutionBackpropData, output shape": lambda x: opset1.convolution_backprop_data(
        x, w(4, 3, 3, 3), [2, 2], i([12, 12]), auto_pad="same_upper"
    ),
    "ConvolutionBackpropData, same_lower": lambda x: opset1.convolution_backprop_data(
        x, w(4, 3, 3, 3), [2, 2], i([12, 12]), auto_pad="same_lower"
    ),
    "ConvolutionBackpropData, valid": lambda x: opset1.convolution_backprop_data(x, w(4, 3, 3, 3), [2, 2], auto_pad="valid"),
    "GroupConvolutionBackpropData": lambda x: opset1.group_convolution_backprop_data(
        x, w(2, 2, 3, 3, 3), [2, 1], None, [1, 0], [0, 1], [1, 2]
    ),
    "MatMul": lambda x: opset1.matmul(x, w(6, 5), False, False),
    "MatMul, transposed": lambda x: opset1.matmul(x, w(5, 6), True, True),
    "MatMul, FakeQuantize": lambda x: opset1.matmul(
        x, fq(w(5, 6), -np.arange(1, 6).reshape(5, 1), np.arange(1, 6).reshape(5, 1), levels=255), False, True
    ),
    "MatMul, computed": lambda x: opset1.matmul(x, x, False, True),
    "MatMul, vector": lambda x: opset1.matmul(x, w(6), False, False),
    "Add": lambda x: opset1.add(x, c(CHANNELS)),
    "Add, itself": lambda x: opset1.add(x, x),
    "Subtract": lambda x: opset1.subtract(c(CHANNELS), x),
    "Multiply": lambda x: opset1.multiply(x, c(CHANNELS)),
    "Divide": lambda x: opset1.divide(x, c(CHANNELS)),
    "Maximum": lambda x: opset1.maximum(x, c(0.25)),
    "Minimum": lambda x: opset1.minimum(x, c(0.25)),
    "Power": lambda x: opset1.power(opset1.absolute(x), c(1.5)),
    "SquaredDifference": lambda x: opset1.squared_difference(x, c(0.5)),
    "Relu": opset1.relu,
    "PRelu": lambda x: opset1.prelu(x, c([0.1, 0.2, -0.3, 2.0])),
    "PRelu, one slope": lambda x: opset1.prelu(x, c([0.1])),
    "Clamp": lambda x: opset1.clamp(x, -0.5, 0.75),
    "Sigmoid": opset1.sigmoid,
    "Tanh": opset1.tanh,
    "Exp": opset1.exp,
    "Log": lambda x: opset1.log(opset1.exp(x)),
    "Sqrt": lambda x: opset1.sqrt(opset1.exp(x)),
    "Abs": opset1.absolute,
    "Negative": opset1.negative,
    "Sign": opset1.sign,
    "Floor": opset1.floor,
    "Ceiling": opset1.ceiling,
    "Round": lambda x: opset5.round(opset1.multiply(x, c(2.0)), "half_to_even"),
    "Erf": opset1.erf,
    "Elu": lambda x: opset1.elu(x, 0.7),
    "Selu": lambda x: opset1.selu(x, c([1.6]), c([1.1])),
    "HardSigmoid": lambda x: opset1.hard_sigmoid(x, c(0.3), c(0.4)),
    "HSigmoid": opset5.hsigmoid,
    "HSwish": opset4.hswish,
    "Swish": opset4.swish,
    "Swish, beta": lambda x: opset4.swish(x, c(1.5)),
    "Mish": opset4.mish,
    "SoftPlus": opset4.softplus,
    "Gelu 2": opset2.gelu,
    "Gelu 7": lambda x: opset7.gelu(x, "erf"),
    "Gelu 7, tanh": lambda x: opset7.gelu(x, "tanh"),
    "MaxPool 1": lambda x: opset1.max_pool(x, [2, 2], [0, 1], [1, 0], [3, 2], "floor"),
    "MaxPool 1, ceil": lambda x: opset1.max_pool(x, [2, 2], [1, 1], [1, 1], [3, 3], "ceil"),
    "MaxPool 8": lambda x: opset8.max_pool(x, [1, 2], [2, 1], [1, 0], [1, 1], [3, 2], "floor").output(0),
    "MaxPool 14": lambda x: opset14.max_pool(x, [2, 2], [1, 1], [0, 0], [0, 0], [3, 3], "ceil_torch").output(0),
    "AvgPool": lambda x: opset1.avg_pool(x, [2, 1], [1, 0], [0, 1], [3, 2], True),
    "AvgPool, with pads": lambda x: opset1.avg_pool(x, [2, 1], [1, 0], [0, 1], [3, 2], False),
    "AvgPool, ceil": lambda x: opset1.avg_pool(x, [2, 2], [1, 1], [1, 1], [3, 3], True, "ceil"),
    "AvgPool, same_lower": lambda x: opset1.avg_pool(x, [2, 2], [0, 0], [0, 0], [3, 3], True, "floor", "same_lower"),
    "AvgPool 14": lambda x: opset14.avg_pool(x, [2, 2], [0, 0], [0, 0], [3, 3], True, "ceil_torch"),
    "AdaptiveAvgPool": lambda x: opset8.adaptive_avg_pool(x, i([1, 1])),
    "ReduceMean": lambda x: opset1.reduce_mean(x, i([2, 3]), True),
    "ReduceMean, negative axes": lambda x: opset1.reduce_mean(x, i([-1]), False),
    "ReduceSum": lambda x: opset1.reduce_sum(x, i([1]), False),
    "ReduceL1": lambda x: opset4.reduce_l1(x, i([1, 2]), False),
    "ReduceL2": lambda x: opset4.reduce_l2(x, i([1]), True),
    "Softmax 1": lambda x: opset1.softmax(x, 1),
    "Softmax 8": lambda x: opset8.softmax(x, -1),
    "LogSoftmax": lambda x: opset5.log_softmax(x, 1),
    "BatchNormInference 1": lambda x: opset1.batch_norm_inference(x, w(4), w(4), w(4), c([1, 2, 3, 4]), 1e-3),
    "BatchNormInference 5": lambda x: opset5.batch_norm_inference(x, w(4), w(4), w(4), c([1, 2, 3, 4]), 1e-3),
    "MVN 1": lambda x: opset2.mvn(x, False, True, 1e-4),
    "MVN 1, across channels": lambda x: opset2.mvn(x, True, False, 1e-4),
    "MVN 6": lambda x: opset6.mvn(x, i([2, 3]), True, 1e-4, "inside_sqrt"),
    "MVN 6, outside": lambda x: opset6.mvn(x, i([-1]), True, 1e-2, "OUTSIDE_SQRT"),
    "NormalizeL2": lambda x: opset1.normalize_l2(x, i([1]), 1e-3, "add"),
    "NormalizeL2, max": lambda x: opset1.normalize_l2(x, i([1, 2, 3]), 1e-3, "max"),
    "Interpolate 1, linear": lambda x: interpolate_1(x, "linear", align_corners=False),
    "Interpolate 1, linear, corners": lambda x: interpolate_1(x, "linear", align_corners=True),
    "Interpolate 4, linear": lambda x: interpolate(x, "linear_onnx", sizes=[9, 11]),
    "Interpolate 4, linear, corners": lambda x: interpolate(
        x, "linear_onnx", scales=[2, 1.5], coordinate_transformation_mode="align_corners"
    ),
    "Interpolate 4, linear, asymmetric": lambda x: interpolate(
        x, "linear_onnx", scales=[2, 1.5], coordinate_transformation_mode="asymmetric"
    ),
    "Interpolate 4, cubic": lambda x: interpolate(x, "cubic", sizes=[9, 4], cube_coeff=-0.6),
    "Interpolate 4, cubic, scales": lambda x: interpolate(
        x, "cubic", scales=[1.5, 2.3], coordinate_transformation_mode="align_corners"
    ),
    "Interpolate 4, linear by taps": lambda x: interpolate(x, "linear", sizes=[9, 4]),
    "Interpolate 11, Pillow": lambda x: interpolate_11(x, "bilinear_pillow", "sizes", i([4, 11])),
    "Interpolate 11, Pillow, cubic": lambda x: interpolate_11(x, "bicubic_pillow", "sizes", i([4, 11]), cube_coeff=-0.5),
    "Interpolate 11, linear": lambda x: interpolate_11(x, "linear_onnx", "scales", c([1.5, 2.5])),
    "Convert": lambda x: opset1.convert(opset1.convert(opset1.multiply(x, c(9)), "i32"), "f32"),
}  # fmt: skip

MOVED: dict[str, Build] = {
    "ReduceMax": lambda x: opset1.reduce_max(x, i([1, 3]), False),
    "ReduceMin": lambda x: opset1.reduce_min(x, i([2]), True),
    "Concat": lambda x: opset1.concat([x, c(np.ones((2, 1, 6, 6))), x], 1),
    "Concat, negative axis": lambda x: opset1.concat([x, x], -1),
    "Split": lambda x: opset1.split(x, i(1), 2).output(1),
    "VariadicSplit": lambda x: opset1.variadic_split(x, i(-1), i([1, -1, 2])).output(1),
    "StridedSlice": lambda x: strided(x, [0, 1, 0, -4], [2, 4, 6, -1], [1, 2, 3, 1]),
    "StridedSlice, masks": lambda x: strided(x, [9, 1, 9], [9, 9, 4], [1, 1, 2], begin_mask=[1, 0, 1], end_mask=[1, 1, 0]),
    "StridedSlice, backwards": lambda x: strided(x, [0, 0, 5], [0, 0, 1], [1, 1, -2], begin_mask=[1, 1, 0], end_mask=[1, 1, 0]),
    "StridedSlice, all backwards": lambda x: strided(x, [0, 0], [0, 0], [1, -1], begin_mask=[1, 1], end_mask=[1, 1]),
    "StridedSlice, shrink": lambda x: strided(x, [1, 0, -2], [2, 4, -1], [1, 2, 1], shrink_axis_mask=[1, 0, 1]),
    "StridedSlice, new": lambda x: strided(x, [0, 1, 0], [0, 2, 3], [1, 1, 1], new_axis_mask=[1, 0, 0]),
    "StridedSlice, ellipsis": lambda x: strided(x, [0, 1], [0, 3], [1, 1], ellipsis_mask=[1, 0]),
    "StridedSlice, ellipsis between": lambda x: strided(
        x, [1, 0, 0, -1], [2, 0, 0, 0], [1, 1, 1, 1],
        ellipsis_mask=[0, 1, 0, 0], new_axis_mask=[0, 0, 1, 0], shrink_axis_mask=[0, 0, 0, 1],
    ),
    "Slice": lambda x: opset8.slice(x, i([1, -3]), i([4, 100]), i([1, 1]), i([1, -1])),
    "Slice, backwards": lambda x: opset8.slice(x, i([-1]), i([-100]), i([-2]), i([2])),
    "Gather 1": lambda x: opset1.gather(x, i([[2, 0], [1, 1]]), i(1)),
    "Gather 7": lambda x: opset7.gather(x, c([3, 0], np.int32), i(2), 0),
    "Gather 8": lambda x: opset8.gather(x, i([-1, 0]), i(1)),
    "Gather 8, one": lambda x: opset8.gather(x, i(2), i(1)),
    "Reshape": lambda x: opset1.reshape(x, i([0, -1, 6]), True),
    "Reshape, no special zero": lambda x: opset1.reshape(x, i([2, -1]), False),
    "Squeeze": lambda x: opset1.squeeze(opset1.unsqueeze(x, i([0, 2])), i([2])),
    "Squeeze, all": lambda x: NodeFactory("opset1").create("Squeeze", [opset1.unsqueeze(x, i([0, 2])).output(0)], {}),
    "Squeeze 15, skipped": lambda x: opset15.squeeze(opset1.unsqueeze(x, i([0])), i([0, 1]), True),
    "Unsqueeze": lambda x: opset1.unsqueeze(x, i([-1, 1])),
    "Transpose": lambda x: opset1.transpose(x, i([0, 2, 3, 1])),
    "Transpose, reversed": lambda x: opset1.transpose(x, c([], np.int64)),
    "Pad": lambda x: opset1.pad(x, i([0, 0, 1, 2]), i([0, 1, 2, 0]), "constant", c(0.5)),
    "Pad, edge": lambda x: opset1.pad(x, i([0, 0, 1, 2]), i([0, 0, 2, 0]), "edge"),
    "Pad, reflect": lambda x: opset1.pad(x, i([0, 0, 1, 2]), i([0, 0, 2, 0]), "reflect"),
    "Pad 12, crops": lambda x: opset12.pad(x, i([0, 0, -1, 2]), i([0, -1, 2, -1]), "constant", c(0.5)),
    "Interpolate 1": lambda x: interpolate_1(x, "nearest", align_corners=False),
    "Interpolate 4": lambda x: interpolate(x, "nearest", sizes=[9, 4]),
    "Interpolate 4, scales": lambda x: interpolate(
        x, "nearest", scales=[2, 1.5], coordinate_transformation_mode="asymmetric", nearest_mode="floor"
    ),
    "Interpolate 4, simple": lambda x: interpolate(
        x, "nearest", scales=[0.5, 0.5], coordinate_transformation_mode="asymmetric", nearest_mode="simple"
    ),
    "Interpolate 11": lambda x: interpolate_11(x, "nearest", "sizes", i([12, 3]), nearest_mode="ceil"),
    "Broadcast 1": lambda x: opset1.broadcast(opset1.reduce_max(x, i([2]), True), i([2, 4, 3, 6])),
    "Broadcast 3, bidirectional": lambda x: opset3.broadcast(x, i([3, 1, 1, 1, 6]), None, "bidirectional"),
    "Broadcast 3, explicit": lambda x: opset3.broadcast(x, i([2, 4, 3, 6, 6]), i([0, 1, 3, 4]), "explicit"),
    "Tile": lambda x: opset1.tile(x, i([1, 2, 1, 3])),
    "Tile, fewer repeats": lambda x: opset1.tile(x, i([2])),
    "Tile, more repeats": lambda x: opset1.tile(x, i([2, 1, 1, 1, 1])),
    "DepthToSpace": lambda x: opset1.depth_to_space(x, "blocks_first", 2),
    "DepthToSpace, depth_first": lambda x: opset1.depth_to_space(x, "depth_first", 2),
    "SpaceToDepth": lambda x: opset1.space_to_depth(x, "blocks_first", 3),
    "SpaceToDepth, depth_first": lambda x: opset1.space_to_depth(x, "depth_first", 2),
    "BatchToSpace": lambda x: opset2.batch_to_space(x, i([1, 1, 2, 1]), i([0, 0, 1, 0]), i([0, 0, 2, 3])),
    "SpaceToBatch": lambda x: opset2.space_to_batch(x, i([1, 1, 2, 3]), i([0, 0, 1, 2]), i([0, 0, 1, 1])),
    "ShuffleChannels": lambda x: opset3.shuffle_channels(x, 1, 2),
    "ShuffleChannels, last": lambda x: opset3.shuffle_channels(x, -1, 3),
    "shape arithmetic": lambda x: opset1.reshape(
        x, opset1.concat([opset8.gather(opset3.shape_of(x), i([0]), i(0)), opset1.multiply(i([2]), i([3])), i([-1])], 0), False
    ),
    "sliced shape": lambda x: opset1.reshape(
        x, opset1.concat([opset1.convert(strided(opset3.shape_of(x, "i32"), [0], [2], [1]), "i64"), i([-1])], 0), False
    ),
}  # fmt: skip


def compare(build: Build, folder: Path, tolerance: float, x: np.ndarray = X, shape: list[int] | None = None) -> None:
    """Save what `build` makes of an input, load it, and hold its results to OpenVINO's."""
    parameter = opset1.parameter(shape or list(x.shape), F32, name="x")
    path = folder / "model.xml"
    ov.save_model(ov.Model([build(parameter)], [parameter], "m"), path, compress_to_fp16=False)
    expected = ov.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})([x])[0]
    model = lpt.load(path)
    (actual,) = lpt.interpret(model, {"x": x}).values()
    assert actual.shape == expected.shape
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * max(1.0, float(np.abs(expected).max())))


@pytest.mark.parametrize("name", COMPUTED)
def test_operations_give_what_openvino_computes(name: str, tmp_path: Path) -> None:
    compare(COMPUTED[name], tmp_path, TOLERANCE)


@pytest.mark.parametrize("name", MOVED)
def test_operations_move_as_openvino(name: str, tmp_path: Path) -> None:
    compare(MOVED[name], tmp_path, 0.0)
