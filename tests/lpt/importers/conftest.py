"""Small ONNX models as text, and a comparison of their import with ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper, parser

import lpt
from lpt.dialects.blob import numpy_dtype

Array = NDArray[np.generic]


@pytest.fixture(scope="session")
def model() -> Callable[..., onnx.ModelProto]:
    """model("(float[2, 3] x) => (float[2, 3] y) { y = Relu(x) }", w=array): the text of a graph, constants by keyword."""

    def build(graph: str, opset: int = 17, **constants: Array) -> onnx.ModelProto:
        text = f"<ir_version: 8, opset_import: ['': {opset}, 'com.microsoft': 1]> g {graph}".replace("'", '"')
        proto = parser.parse_model(text)
        proto.graph.initializer.extend(numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items())
        return proto

    return build


def runtime(proto: onnx.ModelProto, feeds: Mapping[str, Array]) -> dict[str, Array]:
    """What ONNX Runtime gives, node by node as the model has them."""
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = ort.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return dict(zip([o.name for o in session.get_outputs()], session.run(None, dict(feeds)), strict=True))


def random_feeds(loaded: lpt.Model, seed: int) -> dict[str, Array]:
    generator = np.random.default_rng(seed)
    feeds: dict[str, Array] = {}
    for name, type_ in loaded.inputs.items():
        shape, dtype = [2 if extent < 0 else extent for extent in type_.get_shape()], numpy_dtype(type_.element_type)
        integers = generator.integers(-128 if dtype.kind == "i" else 0, 127 if dtype.kind == "i" else 255, shape, endpoint=True)
        feeds[name] = (generator.normal(size=shape) if dtype.kind == "f" else integers).astype(dtype)
    return feeds


@pytest.fixture(scope="session")
def agrees() -> Callable[..., lpt.Model]:
    """agrees(proto, steps=0): the import, interpreted, gives what ONNX Runtime does: floats to 1e-5 of the greatest, integers to
    `steps`. Returns the import."""

    def check(proto: onnx.ModelProto, *, steps: int = 0, relative: float = 1e-5, seed: int = 0) -> lpt.Model:
        loaded = lpt.load(proto)
        loaded.module.verify()
        feeds = random_feeds(loaded, seed)
        expected, got = runtime(proto, feeds), lpt.interpret(loaded, feeds)
        assert list(got) == list(expected)
        for name, value in expected.items():
            assert (got[name].dtype, got[name].shape) == (value.dtype, value.shape), name
            bound = relative * float(np.abs(value).max(initial=1e-30)) if value.dtype.kind == "f" else steps
            np.testing.assert_allclose(got[name].astype(np.float64), value.astype(np.float64), rtol=0, atol=bound)
        return loaded

    return check
